"""A plate: one kind of certificate laid out by WeasyPrint from a sample, ready to be printed with other texts.

Everything comes from WeasyPrint: the boxes from its layout of the sample, the drawing of the page, the fonts with all
letters of Vietnamese embedded, tags and properties of PDF/A-3b. `Plate.draw` sets the texts of one certificate into
that drawing as WeasyPrint itself would have, so that the page is the same, pixel for pixel.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lms.certificates.press import drawing
from lms.certificates.press.files import Frame, Parts, Places
from lms.certificates.press.lines import (
    CLOSE,
    DoesNotFit,
    Line,
    NotEngravable,
    Piece,
    Setter,
    lines_of,
    plain,
)
from lms.kit import press
from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.press import Paper

VARIANT = "pdf/a-3b"
# All that is embedded: ASCII, Vietnamese, marks that stand in titles and names of units, ligatures of some fonts.
EMBEDDED = "".join(map(chr, range(0x20, 0x7F))) + VIETNAMESE_LETTERS + " –—“”‘’…·§× fi fl ff ffi"
TITLE = "Mẫu 0000"  # of the sample
ATTACHMENT = "openbadge.json"
_LETTERS = frozenset(EMBEDDED)
_SPACES = re.compile(r"[ \t\n\r\f]+")  # that CSS makes one
_TEXT, _QR, _MOVED = "text", "qr", "moved"


@dataclass(frozen=True, slots=True)
class Extras:
    """What a file has beside the page: the name of a field to sign in, and whether a badge is attached."""

    field: str = ""
    attached: bool = False


class Plate:
    """One laid out sample. `samples` are what its slots hold; drawing.QR_SAMPLE where one holds the path of a QR code.

    Raises NotEngravable for a sample that cannot be followed, FontMissing, ResourceRefused.
    """

    def __init__(self, paper: Paper, html: str, samples: Sequence[str], extras: Extras) -> None:
        document = press.lay_out(paper, html, VARIANT)
        if not samples:  # laid out alone: as little of WeasyPrint's inside as possible
            self._fill(paper, document, extras)
            return
        if len(document.pages) != 1:
            raise NotEngravable(f"{len(document.pages)} pages")
        self._qr = [slot for slot, sample in enumerate(samples) if sample == drawing.QR_SAMPLE]
        texts = ["" if slot in self._qr else sample for slot, sample in enumerate(samples)]
        self._lines = lines_of(document.pages[0]._page_box, texts)
        self._setter = Setter(document)
        for piece in self._pieces():
            if piece.slot is not None:
                self._setter.embed(piece.box.style, EMBEDDED)
        ops = self._fill(paper, document, extras)
        self._setter.close()
        self._cut(document, ops)

    def _fill(self, paper: Paper, document: Any, extras: Extras) -> Sequence[bytes]:
        """Write the sample once: the frame of the files, and the operators of its drawing."""
        capture = _Capture(extras)
        press.write(paper, document, VARIANT, tags=True, finish=capture)
        self._frame, self._info, self._xmp = capture.frame, capture.info, capture.xmp
        self.whole = b"\n".join(capture.ops)
        return capture.ops

    def _pieces(self) -> list[Piece]:
        return [piece for line in self._lines for piece in line.pieces]

    def _cut(self, document: Any, ops: Sequence[bytes]) -> None:
        """Cut the drawing at what differs: constant bytes, and between them what is set anew."""
        places: list[tuple[int, int, Any]] = [(*drawing.place_of_qr(ops), (_QR, slot)) for slot in self._qr]
        self._moving: dict[int, list[drawing.Moving]] = {}
        for number, piece in enumerate(self._pieces()):
            if piece.slot is not None:
                drawn = self._setter.layout(piece.box.style, piece.box.text)
                at = drawing.place_of(ops, self._setter.draw(drawn, piece.x, piece.y))
                places.append((*at, (_TEXT, number)))
            elif piece.visible:
                places.append((*drawing.place_of(ops, [drawing.matrix(piece.x, piece.y)]), (_TEXT, number)))
            elif not piece.is_text:
                self._moving[number] = drawing.moving(document, piece.box, ops)
                places += [(each.at, each.at + 1, (_MOVED, each)) for each in self._moving[number]]
        places.sort(key=lambda place: place[:2])
        starts, ends = [0, *(end for _, end, _ in places)], [*(begin for begin, _, _ in places), len(ops)]
        self._parts = [b"\n".join(ops[start:end]) for start, end in zip(starts, ends, strict=True)]
        self._keys = [key for _, _, key in places]

    def draw(self, texts: Sequence[str]) -> bytes:
        """The drawing of the page with these texts. Raises DoesNotFit."""
        drawn: dict[Any, bytes] = {(_QR, slot): drawing.modules(texts[slot]) for slot in self._qr}
        first = 0
        for line in self._lines:
            self._set(line, first, texts, drawn)
            first += len(line.pieces)
        if self._setter.foreign():
            raise DoesNotFit
        pieces = [self._parts[0]]
        for key, part in zip(self._keys, self._parts[1:], strict=True):
            pieces += (drawn[key], part)
        return b"\n".join(pieces)

    def file(self, drawn: bytes, title: str, attachment: bytes | None) -> bytes:
        """The PDF with this drawing, as `draw` makes it, and this title among its properties."""
        import pydyf

        info = self._info.replace(pydyf.String(TITLE).data, pydyf.String(title).data)
        xmp = self._xmp.replace(TITLE.encode(), escape(title).encode())
        return self._frame.file(Parts(drawn, xmp, info, attachment))

    def _set(self, line: Line, first: int, texts: Sequence[str], drawn: dict[Any, bytes]) -> None:
        """Set the texts of a line, and move what stands between them."""
        layouts: dict[int, Any] = {}
        growth = [0.0] * len(line.pieces)
        for number, piece in enumerate(line.pieces):
            if piece.slot is not None:
                text = f"{piece.before}{_SPACES.sub(' ', texts[piece.slot])}{piece.after}"
                if not _LETTERS.issuperset(text):
                    raise DoesNotFit
                layouts[number] = self._setter.layout(piece.box.style, text, piece.slot)
                growth[number] = self._setter.width(layouts[number]) - piece.width
        grown = sum(growth)
        if line.width + grown > line.room - CLOSE:
            raise DoesNotFit(line.slots)
        shift = -grown * line.shift
        for number, piece in enumerate(line.pieces):
            key = first + number
            if number in layouts:
                drawn[_TEXT, key] = b"\n".join(self._setter.draw(layouts[number], piece.x + shift, piece.y))
            elif piece.visible:
                drawn[_TEXT, key] = drawing.matrix(piece.x + shift, piece.y)
            for each in self._moving.get(key, ()):
                drawn[_MOVED, each] = each.shifted(shift)
            shift += growth[number]


class _Capture:
    """Takes the objects of a file from WeasyPrint before it writes them, and adds field and attachment."""

    def __init__(self, extras: Extras) -> None:
        self._extras = extras

    def __call__(self, document: Any, pdf: Any) -> None:
        import pydyf

        page = next(item for item in pdf.objects if isinstance(item, dict) and item.get("Type") == "/Page")
        number = int(page["Contents"].split()[0]) if isinstance(page["Contents"], bytes) else _last(page)
        self.ops = plain(pdf.objects[number].stream)
        self.info = pydyf.Dictionary(dict(pdf.info)).data
        meta = int(pdf.catalog["Metadata"].split()[0])
        self.xmp = b"\n".join(plain(pdf.objects[meta].stream))
        attachment = _attach(pdf) if self._extras.attached else None
        if self._extras.field:
            _add_field(pdf, page, self._extras.field, seal_area(document))
        self.frame = Frame(pdf, Places(number, meta, attachment))


def _last(page: Any) -> int:
    return int(page["Contents"][-1].split()[0])


def _attach(pdf: Any) -> int:
    """Room for an attachment that states the same as the paper (PDF/A-3: AFRelationship)."""
    import pydyf

    stream = pydyf.Stream()
    pdf.add_object(stream)
    name = pydyf.String(ATTACHMENT)
    files = pydyf.Dictionary({"F": stream.reference, "UF": stream.reference})
    about = {"Type": "/Filespec", "F": name, "UF": name, "EF": files, "AFRelationship": "/Data"}
    spec = pydyf.Dictionary(about | {"Desc": pydyf.String("Open Badges 3.0")})
    pdf.add_object(spec)
    tree = pydyf.Dictionary({"Names": pydyf.Array([name, spec.reference])})
    pdf.add_object(tree)
    pdf.catalog.setdefault("Names", pydyf.Dictionary())["EmbeddedFiles"] = tree.reference
    pdf.catalog["AF"] = pydyf.Array([spec.reference])
    number: int = stream.number
    return number


def _add_field(pdf: Any, page: Any, name: str, area: tuple[float, float, float, float]) -> None:
    """An empty field to sign in, with an appearance that draws nothing, as PDF/A asks for."""
    import pydyf

    left, bottom, right, top = area
    box = pydyf.Array([0, 0, round(right - left, 2), round(top - bottom, 2)])
    look = pydyf.Stream([b""], {"Type": "/XObject", "Subtype": "/Form", "BBox": box, "Resources": "<<>>"})
    pdf.add_object(look)
    field = pydyf.Dictionary(
        {
            "Type": "/Annot",
            "Subtype": "/Widget",
            "FT": "/Sig",
            "T": pydyf.String(name),
            "TU": pydyf.String("Chữ ký số"),
            "F": 132,  # printed, locked
            "Rect": pydyf.Array([round(value, 2) for value in area]),
            "P": page.reference,
            "AP": pydyf.Dictionary({"N": look.reference}),
        }
    )
    pdf.add_object(field)
    page["Annots"] = pydyf.Array([*page.get("Annots", ()), field.reference])
    form = pydyf.Dictionary({"Fields": pydyf.Array([field.reference]), "SigFlags": 3})
    pdf.add_object(form)
    pdf.catalog["AcroForm"] = form.reference


def seal_area(document: Any) -> tuple[float, float, float, float]:
    """Where the signature goes, in points from the lower left corner: the room above the signer's name.

    A design shows it as an element of class "seal-area", or else it is the upper padding of the element "signer";
    without either, a strip at the lower right corner.
    """
    page = document.pages[0]
    width, height = page.width * 0.75, page.height * 0.75
    for wanted in ("seal-area", "signer"):
        box = _box_of(page._page_box, wanted)
        if box is not None:
            left, top = box.padding_box_x(), box.padding_box_y()
            deep = box.padding_height() if wanted == "seal-area" else box.padding_top
            wide = box.padding_width()
            return (left * 0.75, height - (top + deep) * 0.75, (left + wide) * 0.75, height - top * 0.75)
    return (width - 240, 40, width - 60, 100)


def _box_of(box: Any, wanted: str) -> Any:
    for child in getattr(box, "children", ()):
        inner = getattr(child, "_box", child)
        element = getattr(inner, "element", None)
        if element is not None and wanted in (element.get("class") or "").split():
            return inner
        found = _box_of(inner, wanted)
        if found is not None:
            return found
    return None
