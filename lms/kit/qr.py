"""QR codes as SVG paths, always of the same build, so that the same address gives the same drawing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lms.kit.qr_matrix import BYTES, DIGITS, MASK, bits_of, rows_of

__all__ = ["MASK", "QUIET", "QrCode", "qr_code"]

VERSIONS = (5, 7, 10, 12, 15)  # 84, 122, 213, 287, 412 bytes at error correction M
QUIET = 4  # modules of white around it, asked for by ISO/IEC 18004

_DARK = re.compile(rb"\x01+")


@dataclass(frozen=True, slots=True)
class QrCode:
    """`path`, stroked one unit wide, draws the dark modules in a square of `side` units, the margin included."""

    side: int
    path: str


@lru_cache(maxsize=256)
def qr_code(text: str) -> QrCode:
    """The QR code of an address up to 412 bytes; ValueError beyond.

    Decimal digits behind a # take ten bits for three of them, in a segment of their own.
    """
    segments = _segments(text)
    for version in VERSIONS:
        bits = bits_of(segments, version)
        if bits is not None:
            rows = rows_of(bits, version)
            return QrCode(len(rows) + 2 * QUIET, "".join(_runs(rows)))
    raise ValueError(f"{len(text.encode())} bytes are too many for a QR code on a certificate (at most 412)")


def _segments(text: str) -> list[tuple[str, int]]:
    address, mark, digits = text.rpartition("#")
    if mark and digits.isascii() and digits.isdecimal():
        return [(address + mark, BYTES), (digits, DIGITS)]
    return [(text, BYTES)]


def _runs(rows: list[bytes]) -> list[str]:
    """A line through every run of dark modules, "M12 5.5h3": half the numbers of rectangles."""
    return [
        f"M{run.start() + QUIET} {y}.5h{run.end() - run.start()}"
        for y, row in enumerate(rows, QUIET)
        for run in _DARK.finditer(row)
    ]
