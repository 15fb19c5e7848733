"""QR codes as SVG paths, always of the same build, so that the same address gives the same drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

VERSIONS = (5, 7, 10, 15)  # 84, 122, 213, 412 bytes at error correction M
MASK = 2  # every mask can be read; choosing the best costs six times the rest of the work
QUIET = 4  # modules of white around it, asked for by ISO/IEC 18004


@dataclass(frozen=True, slots=True)
class QrCode:
    """`path`, stroked one unit wide, draws the dark modules in a square of `side` units, the margin included."""

    side: int
    path: str


@lru_cache(maxsize=256)
def qr_code(text: str) -> QrCode:
    """The QR code of an address up to 412 bytes; ValueError beyond."""
    import segno

    for version in VERSIONS:
        try:
            code = segno.make(text, error="m", version=version, mask=MASK, mode="byte", boost_error=False)
        except segno.DataOverflowError:
            continue
        rows = [bytes(row) for row in code.matrix]
        return QrCode(len(rows) + 2 * QUIET, "".join(_runs(rows)))
    raise ValueError(f"{len(text.encode())} bytes are too many for a QR code on a certificate (at most 412)")


def _runs(rows: list[bytes]) -> list[str]:
    """A line through every run of dark modules, "M12 5.5h3": half the numbers of rectangles."""
    parts: list[str] = []
    for y, row in enumerate(rows, QUIET):
        x = 0
        while (x := row.find(1, x)) >= 0:
            end = row.find(0, x)
            width = (len(row) if end < 0 else end) - x
            parts.append(f"M{x + QUIET} {y}.5h{width}")
            x += width
    return parts
