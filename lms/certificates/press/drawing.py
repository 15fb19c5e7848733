"""Finding things in the drawing of a page: where a text is drawn, where a QR code is, what moves with a line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lms.certificates.press.lines import NotEngravable, plain, scratch

QR_SAMPLE = "M0.125 0.375h0.0625"
_QR_DRAWN = [b"0.125 0.375 m", b"0.1875 0.375 l"]
_RUN = re.compile(r"M(\d+) (\d+)\.5h(\d+)")
_FAR = 1000.0  # CSS pixels by which a thing is moved to see how it is drawn


@dataclass(frozen=True, slots=True)
class Moving:
    """An operator with numbers that follow a thing: number by number its value, and how much of a shift it takes."""

    at: int
    numbers: tuple[tuple[float, float], ...]
    operator: bytes

    def shifted(self, shift: float) -> bytes:
        import pydyf

        values = (pydyf._to_bytes(float(value + share * shift)) for value, share in self.numbers)
        return b" ".join((*values, self.operator))


def place_of(ops: Sequence[bytes], wanted: Sequence[bytes]) -> tuple[int, int]:
    """Where these operators stand, once. Raises NotEngravable."""
    length = len(wanted)
    found = [
        at for at, op in enumerate(ops) if op == wanted[0] and list(ops[at : at + length]) == list(wanted)
    ]
    if len(found) != 1:
        raise NotEngravable(f"drawn {len(found)} times: {wanted[:2]!r}")
    return found[0], found[0] + length


def place_of_qr(ops: Sequence[bytes]) -> tuple[int, int]:
    """Where the sample's path is drawn."""
    return place_of(ops, _QR_DRAWN)


def modules(path: str) -> bytes:
    """The path of lms.kit.qr as WeasyPrint draws it."""
    runs = ((int(x), y, int(x) + int(width)) for x, y, width in _RUN.findall(path))
    return "\n".join(f"{x} {y}.5 m\n{end} {y}.5 l" for x, y, end in runs).encode()


def matrix(x: float, y: float) -> bytes:
    """The operator that puts a text there."""
    import pydyf

    stream = pydyf.Stream()
    stream.set_text_matrix(1, 0, 0, -1, x, y)
    return plain(stream.stream)[0]


def moving(document: Any, box: Any, before: Sequence[bytes]) -> list[Moving]:
    """What of the drawing follows the box to the right. Raises NotEngravable."""
    box.translate(_FAR, 0)
    after = _painted(document)
    box.translate(-_FAR, 0)
    if len(after) != len(before) or _painted(document) != list(before):
        raise NotEngravable("a thing in a line that is not drawn alike again")
    both = enumerate(zip(before, after, strict=True))
    return [_moving(at, one, other) for at, (one, other) in both if one != other]


def _painted(document: Any) -> list[bytes]:
    """The drawing of the page as its boxes now stand; WeasyPrint keeps the places of grounds and turns apart."""
    from weasyprint.document import Page
    from weasyprint.layout.background import layout_backgrounds

    box, stream = document.pages[0]._page_box, scratch(document, {})
    layout_backgrounds(box, _no_image)
    page = Page(box)
    stream.transform(d=-1, f=page.height * 0.75)
    page.paint(stream, 0.75)
    return plain(stream.stream)


def _no_image(*_: object, **__: object) -> None:
    raise NotEngravable("a ground with an image behind a line that moves")


def _moving(at: int, one: bytes, other: bytes) -> Moving:
    *here, operator = one.split()
    *there, _ = other.split()
    try:
        numbers = [(float(a), float(b)) for a, b in zip(here, there, strict=True)]
    except ValueError as error:
        raise NotEngravable("a thing in a line that is not drawn with numbers alone") from error
    return Moving(at, tuple((a, (b - a) / _FAR) for a, b in numbers), operator)
