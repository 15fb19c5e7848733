"""What a signature looks like on the paper: who signed and when, in the paper's own lettering, its font in the file.

WeasyPrint draws it once for a signer and a size of the field, with the moment as zeros; for each signature the digits
are put in. Digits of the official fonts are all of one width, so that nothing moves.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from lms.kit.pdf import render_pdf
from lms.vietnamese.dates import local

TEMPLATE = "certificate/signature.html"
SIGNED_BY, SIGNED_AT = "Ký bởi: {name}", "Thời gian ký: {moment}"
ZEROS = "00/00/0000 00:00:00 +07:00"
DIGITS = "0123456789"
LONG, LONGEST = 60, 110  # letters of a name
_TEXT = re.compile(
    rb"\[[^\]]*\] TJ"
)  # an operator that draws a text, its glyphs as four hexadecimal digits each
_HEX = re.compile(rb"<([0-9a-f]+)>")
_GLYPH = re.compile(rb"....")


class Faces:
    """The looks of one signer's signatures, a drawing for each size of the field."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.drawn = lru_cache(maxsize=16)(self._drawn)

    def style(self) -> Any:
        """What pyHanko asks of a stamp's style."""
        from pyhanko.stamp.base import BaseStampStyle

        faces = self

        class Style(BaseStampStyle):
            def create_stamp(self, writer: Any, box: Any, text_params: Mapping[str, Any]) -> Any:
                return _Stamp(faces, writer, text_params["moment"])

        return Style()

    def _drawn(self, width: float, height: float) -> Drawing:
        size = "longest" if len(self._name) > LONGEST else "long" if len(self._name) > LONG else ""
        lines = [SIGNED_BY.format(name=self._name), SIGNED_AT.format(moment=ZEROS)]
        data = {"width": width, "height": height, "size": size, "lines": lines, "digits": DIGITS}
        return Drawing(render_pdf(TEMPLATE, data, variant="pdf/a-3b"))


class Drawing:
    """The drawing with zeros, and which glyph each digit has in its font."""

    def __init__(self, pdf: bytes) -> None:
        from pyhanko.pdf_utils.reader import PdfFileReader

        self._reader = PdfFileReader(io.BytesIO(pdf))  # kept: what is drawn with is read from it
        page = self._reader.root["/Pages"]["/Kids"][0]
        self.box = page["/MediaBox"]
        self.resources = {name: page["/Resources"][name] for name in ("/Font", "/ExtGState")}
        content = page["/Contents"].data
        *_, moment, digits = _TEXT.finditer(content)
        self._glyphs = _GLYPH.findall(b"".join(_HEX.findall(digits.group())))
        self._zeros = self._glyphs[0]
        head, moved, between = (
            content[: moment.start()],
            moment.group(),
            content[moment.end() : digits.start()],
        )
        self._parts = [head, *_pieces(moved, self._zeros), between + b"[] TJ" + content[digits.end() :]]
        if len(set(self._glyphs)) != len(DIGITS) or len(self._parts) - 3 != ZEROS.count("0"):
            raise ValueError("the moment of the signature was not found in its drawing")

    def at(self, moment: datetime) -> bytes:
        """The drawing with this moment, as of the clocks of Viet Nam."""
        digits = f"{local(moment):%d%m%Y%H%M%S}000"  # the zeros of +07:00 stay
        glyphs = [self._glyphs[int(digit)] for digit in digits]
        head, first, *rest = self._parts
        *middle, last = rest
        return b"".join((head, first, *map(bytes.__add__, glyphs, middle), last))


def _pieces(drawn: bytes, zero: bytes) -> list[bytes]:
    """What stands before, between and behind the zeros among the glyphs of an operator."""
    pieces, start = [], 0
    for string in _HEX.finditer(drawn):
        for at in range(string.start(1), string.end(1), 4):
            if drawn[at : at + 4] == zero:
                pieces.append(drawn[start:at])
                start = at + 4
    return [*pieces, drawn[start:]]


class _Stamp:
    """One signature's look, written into the file that is being signed."""

    def __init__(self, faces: Faces, writer: Any, moment: datetime) -> None:
        self._faces, self._writer, self._moment = faces, writer, moment

    def apply_appearance(self, annotation: Any) -> None:
        from pyhanko.pdf_utils import generic

        name, dictionary = generic.NameObject, _untyped(generic.DictionaryObject)
        left, bottom, right, top = (float(value) for value in annotation["/Rect"])
        drawing = self._faces.drawn(round(right - left, 2), round(top - bottom, 2))
        resources = {name(key): self._writer.import_object(value) for key, value in drawing.resources.items()}
        entries = {
            name("/Type"): name("/XObject"),
            name("/Subtype"): name("/Form"),
            name("/BBox"): drawing.box,
            name("/Resources"): dictionary(resources),
        }
        look: Any = generic.StreamObject(entries, stream_data=drawing.at(self._moment))
        look.compress()
        annotation[name("/AP")] = dictionary({name("/N"): self._writer.add_object(look)})


def _untyped(found: Any) -> Any:
    """What pyHanko has no types for."""
    return found
