"""The body of a Word document as blocks: what its reader sees, in reading order.

Tracked insertions are kept, deletions left out; of alternative contents the first is taken; text boxes follow the
paragraph they hang on; fields give their result; nothing is ever fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lms.files.word.maths import linear
from lms.files.word.names import COMPATIBLE, MATH, R_ID, VAL, VML, m, w
from lms.files.word.numbering import Numbering
from lms.files.word.pictures import Pictures
from lms.files.word.pieces import Pieces
from lms.files.word.styles import Look, Styles, shade_of, whole
from lms.files.word.symbols import sign
from lms.files.word.text import Block, Cell, Paragraph, Table

if TYPE_CHECKING:
    from lxml.etree import _Element

_P, _TBL, _TR, _TC, _R, _T = w("p"), w("tbl"), w("tr"), w("tc"), w("r"), w("t")
_BLOCKS = frozenset({_P, _TBL, _TR, _TC})
_PPR, _RPR, _SDT, _SDT_CONTENT = w("pPr"), w("rPr"), w("sdt"), w("sdtContent")
_PSTYLE, _NUMPR, _SHD, _OUTLINE = w("pStyle"), w("numPr"), w("shd"), w("outlineLvl")
_ALTERNATE = f"{{{COMPATIBLE}}}AlternateContent"
_CHOICE = f"{{{COMPATIBLE}}}Choice"
_GONE = {w("del"), w("moveFrom")}
_ADDED = {w("ins"), w("moveTo")}
_AROUND = {w("customXml"), w("smartTag"), w("hyperlink"), w("fldSimple"), w("dir"), w("bdo"), w("ruby")}
_AROUND |= {w("rubyBase"), _SDT_CONTENT}
_MATHS = {m("oMath"), m("oMathPara")}
_TEXT_BOX = w("txbxContent")
_NOTES = {w("footnoteReference"), w("endnoteReference")}
_FILES = {w("altChunk"), w("subDoc")}
_FIELD, _SYMBOL = w("fldChar"), w("sym")
_TRPR, _TCPR, _DEL, _SPAN, _MERGE = w("trPr"), w("tcPr"), w("del"), w("gridSpan"), w("vMerge")
_DRAWN = {w("drawing"), w("pict"), w("object")}
_SIGNS = {
    w("tab"): "\t", w("ptab"): "\t", w("br"): "\n", w("cr"): "\n", w("noBreakHyphen"): "-",
    w("softHyphen"): "\u00ad",  # removed from Unicode text; in TCVN3 it is the letter ư
}  # fmt: skip
_OFF = {"0", "false", "off"}


class Body:
    """Reads blocks one after the other; counts paragraphs and list numbers as it goes."""

    def __init__(
        self, styles: Styles, numbering: Numbering, pictures: Pictures, note: Callable[[str], None]
    ) -> None:
        self._styles = styles
        self._numbering = numbering
        self._pictures = pictures
        self._note = note
        self._count = 0
        self._fields: list[bool] = []  # the fields around this place: whether it is in their instruction
        self._joined: Pieces | None = None  # of a paragraph whose end was deleted

    def blocks(self, container: _Element, shade: str = "") -> tuple[Block, ...]:
        """The blocks in an element, whatever is wrapped around them."""
        found: list[Block] = []
        for element in self._content(container):
            tag = element.tag
            if tag == _P:
                self._paragraph(element, shade, found)
            elif tag == _TBL:
                found.append(self._table(element))
            elif tag in _FILES:
                self._note("embedded_file_not_read")
        return tuple(found)

    def _content(self, container: _Element) -> Iterator[_Element]:
        """Children, with wrappers opened and deletions left out."""
        for child in container:
            tag = child.tag
            if tag in _BLOCKS:
                yield child
            elif tag == _SDT:
                for content in child.iterfind(_SDT_CONTENT):
                    yield from self._content(content)
            elif tag in _AROUND or tag in _ADDED:
                yield from self._content(child)
            elif tag == _ALTERNATE:
                yield from self._content(_chosen(child))
            elif tag in _GONE:
                self._note("tracked_changes_accepted")
            else:
                yield child

    # paragraphs

    def _paragraph(self, element: _Element, shade: str, found: list[Block]) -> None:
        properties = next(element.iterchildren(_PPR), None)
        style, number, outline, mark_gone = self._styles.usual, None, None, False
        if properties is not None:
            said = {child.tag: child for child in reversed(properties)}
            if (named := said.get(_PSTYLE)) is not None:
                style = named.get(VAL, style)
            number, outline = said.get(_NUMPR), _outline(said.get(_OUTLINE))
            shade = shade_of(said.get(_SHD)) or shade
            mark_gone = self._mark_gone(said.get(_RPR))
        shape = self._styles.shape(style)
        shade = shade or shape.shade
        pieces, self._joined = self._joined or Pieces(), None
        self._fields.clear()
        self._inline(element, pieces, style, shade)
        if mark_gone:
            self._joined = pieces
            return
        self._count += 1
        label, level = self._label(number, style)
        if outline is None:
            outline = shape.outline
        runs, places = pieces.runs(self._note)
        paragraph = Paragraph(
            runs,
            label,
            level,
            shape.name,
            outline if outline is not None and 0 <= outline <= 8 else None,
            self._count,
            tuple(pieces.images),
            places,
            pieces.lost_pictures,
        )
        found.append(paragraph)
        for box in pieces.boxes:
            self._note("text_box_read")
            found.extend(self.blocks(box))

    def _mark_gone(self, mark: _Element | None) -> bool:
        """Whether the end of the paragraph is a tracked deletion, so that it runs on into the next."""
        if mark is None or not any(child.tag in _GONE for child in mark):
            return False
        self._note("tracked_changes_accepted")
        return True

    def _label(self, number: _Element | None, style: str) -> tuple[str, int | None]:
        place = self._numbering.place(number, style)
        return ("", None) if place is None else (self._numbering.label(*place), place[1])

    def _inline(self, element: _Element, pieces: Pieces, style: str, shade: str) -> None:
        for child in element:
            tag = child.tag
            if tag == _R:
                self._run(child, pieces, style, shade)
            elif tag == _PPR:
                continue
            elif tag == _SDT:
                for content in child.iterfind(_SDT_CONTENT):
                    self._inline(content, pieces, style, shade)
            elif tag in _AROUND:
                self._inline(child, pieces, style, shade)
            elif tag in _ADDED:
                self._note("tracked_changes_accepted")
                self._inline(child, pieces, style, shade)
            elif tag in _GONE:
                self._note("tracked_changes_accepted")
            elif tag in _MATHS:
                self._note("equation_as_text")
                pieces.add(linear(child), self._styles.look(style, None, shade))
            elif tag == _ALTERNATE:
                self._inline(_chosen(child), pieces, style, shade)

    def _run(self, element: _Element, pieces: Pieces, style: str, shade: str) -> None:
        look = self._styles.look(style, next(element.iterchildren(_RPR), None), shade)
        for child in element:
            tag = child.tag
            if tag == _RPR:
                continue
            if tag == _T:
                if True not in self._fields:
                    pieces.add(child.text or "", look)
            elif tag in _SIGNS:
                pieces.add(_SIGNS[tag], look)
            else:
                self._rarer(child, pieces, look, style, shade)

    def _rarer(self, child: _Element, pieces: Pieces, look: Look, style: str, shade: str) -> None:
        tag = child.tag
        if tag == _FIELD:
            self._field(child, pieces, look)
        elif tag == _SYMBOL:
            self._symbol(child, pieces, look)
        elif tag == _ALTERNATE:
            for part in _chosen(child):
                self._rarer(part, pieces, look, style, shade)
        elif tag in _DRAWN:
            self._drawn(child, pieces, "")
        elif tag in _NOTES:
            self._note("footnotes_not_read")
        elif tag in _AROUND:
            self._inline(child, pieces, style, shade)
        elif isinstance(tag, str) and tag.startswith(f"{{{MATH}}}"):
            pieces.add(linear(child), look)

    def _field(self, element: _Element, pieces: Pieces, look: Look) -> None:
        kind = element.get(w("fldCharType"))
        if kind == "begin":
            self._fields.append(True)
            box = element.find(f"{w('ffData')}/{w('checkBox')}")
            if box is not None:
                pieces.add("☑" if _ticked(box) else "☐", look)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _symbol(self, element: _Element, pieces: Pieces, look: Look) -> None:
        try:
            code = int(element.get(w("char"), ""), 16)
        except ValueError:
            return
        known = sign(code, element.get(w("font"), ""))
        if known is None:
            self._note("symbol_not_known")
        else:
            pieces.add(known, look._replace(font=""))

    # pictures and text boxes

    def _drawn(self, element: _Element, pieces: Pieces, alt: str) -> None:
        """Pictures and text boxes in a drawing, each with the nearest words that describe it."""
        for child in element:
            tag = child.tag
            if tag == _TEXT_BOX:
                pieces.boxes.append(child)
                continue
            if tag == _ALTERNATE:
                self._drawn(_chosen(child), pieces, alt)
                continue
            name = str(tag).rpartition("}")[2]
            if name in {"docPr", "cNvPr"}:
                alt = child.get("descr") or alt or child.get("title") or ""
            elif name == "blip":
                self._pictures.place(child, pieces, alt)
            elif tag == f"{{{VML}}}imagedata":
                self._pictures.place_vml(child.get(R_ID), pieces, element.get("alt") or alt)
            else:
                self._drawn(child, pieces, child.get("alt") or alt if name == "shape" else alt)

    # tables

    def _table(self, element: _Element) -> Table:
        rows = (row for row in self._content(element) if row.tag == _TR and not self._row_gone(row))
        return Table(tuple(self._row(row) for row in rows))

    def _row_gone(self, row: _Element) -> bool:
        about = next(row.iterchildren(_TRPR), None)
        gone = about is not None and next(about.iterchildren(_DEL), None) is not None
        if gone:
            self._note("tracked_changes_accepted")
        return gone

    def _row(self, row: _Element) -> tuple[Cell, ...]:
        return tuple(self._cell(cell) for cell in self._content(row) if cell.tag == _TC)

    def _cell(self, element: _Element) -> Cell:
        properties = next(element.iterchildren(_TCPR), None)
        spanned, merged, shade = 1, False, ""
        if properties is not None:
            said = {child.tag: child for child in reversed(properties)}
            if (span := said.get(_SPAN)) is not None:
                spanned = whole(span.get(VAL, "")) or 1
            if (merge := said.get(_MERGE)) is not None:
                merged = merge.get(VAL, "continue") != "restart"
            shade = shade_of(said.get(_SHD))
        return Cell(self.blocks(element, shade), min(max(spanned, 1), 100), merged)


def _chosen(alternate: _Element) -> _Element:
    choice = alternate.find(_CHOICE)
    return choice if choice is not None else next(iter(alternate), alternate)


def _outline(element: _Element | None) -> int | None:
    return whole(element.get(VAL, "")) if element is not None else None


def _ticked(box: _Element) -> bool:
    state = box.find(w("checked"))
    if state is None:
        state = box.find(w("default"))
    return state is not None and state.get(VAL, "1") not in _OFF
