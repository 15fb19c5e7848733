"""Lines of text in a page that WeasyPrint has laid out: setting other texts into them as WeasyPrint would have.

Shaping, kerning and drawing are WeasyPrint's own functions (Pango below them), called for single texts; here is only
what a line is: texts one after the other, aligned as a whole. A text that does not fit its line is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

SHIFTS = {"start": 0.0, "left": 0.0, "center": 0.5, "right": 1.0, "end": 1.0}
CLOSE = 0.01  # CSS pixels; a line that is full to less than this is left to WeasyPrint


class DoesNotFit(Exception):
    """A line cannot hold its texts, or a font a letter; WeasyPrint has to lay this one out. `slots` of the line."""

    def __init__(self, slots: Sequence[int] = ()) -> None:
        super().__init__(tuple(slots))
        self.slots = tuple(slots)


class NotEngravable(Exception):
    """The sample is laid out in a way that a plate cannot follow; the message says what."""


@dataclass
class Piece:
    """One text of a line, or a thing that only moves with it: where it stands in the sample and in the drawing."""

    box: Any
    x: float
    width: float
    slot: int | None = None
    before: str = ""  # white space around the text of the slot
    after: str = ""

    @property
    def y(self) -> float:
        """Of the baseline."""
        y: float = self.box.position_y + self.box.baseline
        return y

    @property
    def is_text(self) -> bool:
        return hasattr(self.box, "text")

    @property
    def visible(self) -> bool:
        return bool(self.is_text and self.box.text.strip())


@dataclass
class Line:
    """A line with at least one slot. `shift`: which share of what it grows goes to the left."""

    pieces: list[Piece]
    width: float
    room: float
    shift: float

    @property
    def slots(self) -> list[int]:
        return [piece.slot for piece in self.pieces if piece.slot is not None]


class Setter:
    """Shapes and draws texts as WeasyPrint does; keeps one layout for each slot whose style allows it."""

    def __init__(self, document: Any) -> None:
        self._document = document
        self._layouts: dict[int, Any] = {}
        self._embedded: dict[Any, set[int]] = {}

    def layout(self, style: Any, text: str, slot: int | None = None) -> Any:
        """The text as Pango lays it out, on one line."""
        from weasyprint.text.line_break import Layout

        kept = self._layouts.get(slot) if slot is not None else None
        if kept is None:
            kept = Layout(style)
            if slot is not None and _keepable(style):
                self._layouts[slot] = kept
        kept.set_text(text)
        return kept

    def width(self, layout: Any) -> float:
        """In CSS pixels, as WeasyPrint measures a line."""
        from weasyprint.text.line_break import line_size

        width: float = line_size(layout.get_first_line()[0], layout.style)[0]
        return width

    def draw(self, layout: Any, x: float, y: float) -> list[bytes]:
        """The operators from BT to ET; the fonts' lists of glyphs grow by what is used."""
        from weasyprint.draw.text import draw_first_line
        from weasyprint.matrix import Matrix

        stream = scratch(self._document)
        stream.begin_text()
        draw_first_line(
            stream, _Text(layout.style, layout.text, layout), "clip", "none", Matrix(d=-1, e=x, f=y)
        )
        stream.end_text()
        return plain(stream.stream)

    def embed(self, style: Any, text: str) -> None:
        """Have all letters of the text in the file, whether the sample uses them or not."""
        self.draw(self.layout(style, text), 0, 0)

    def close(self) -> None:
        """From now on the fonts are in the file as they are."""
        self._embedded = {key: set(font.to_unicode) for key, font in self._document.fonts.items()}
        self._count = self._glyphs()

    def foreign(self) -> bool:
        """Whether a glyph was drawn since that is not in the file; it is forgotten again."""
        if self._glyphs() == self._count:
            return False
        fonts = self._document.fonts
        for key in list(fonts):
            if key not in self._embedded:
                del fonts[key]
                continue
            for glyph in set(fonts[key].to_unicode) - self._embedded[key]:
                del fonts[key].to_unicode[glyph]
            fonts[key].missing.clear()
        return True

    def _glyphs(self) -> int:
        return sum(len(font.to_unicode) + len(font.missing) for font in self._document.fonts.values())


def scratch(document: Any, tags: dict[Any, Any] | None = None) -> Any:
    """An empty stream to draw on, with the fonts of the document."""
    import pydyf
    from weasyprint.pdf.stream import Stream

    names = ("ExtGState", "XObject", "Pattern", "Shading")
    resources = pydyf.Dictionary({name: pydyf.Dictionary() for name in names} | {"ColorSpace": None})
    box = (0, 0, document.pages[0].width, document.pages[0].height)
    return Stream(document.fonts, box, resources, {}, tags, document.color_profiles, document.output_intent)


@dataclass(slots=True)
class _Text:
    """What WeasyPrint's drawing of a line asks of a box."""

    style: Any
    text: str
    pango_layout: Any


def plain(ops: Sequence[Any]) -> list[bytes]:
    """pydyf's operators as bytes."""
    return [op if isinstance(op, bytes) else _bytes(op) for op in ops]


def _bytes(op: Any) -> bytes:
    data: bytes = op.data if hasattr(op, "data") else str(op).encode()
    return data


def _keepable(style: Any) -> bool:
    """Pango keeps the attributes of the last text, so that only plain styles may have their layout used again."""
    spaced = style["letter_spacing"] != "normal" or style["word_spacing"]
    return not spaced and style["overflow_wrap"] not in ("anywhere", "break-word")


def lines_of(page_box: Any, texts: Sequence[str]) -> list[Line]:
    """The lines in which the sample's texts stand, each text exactly once. Raises NotEngravable."""
    found: list[Line] = []
    seen: set[int] = set()
    for block, line in _line_boxes(page_box):
        pieces = list(_pieces(line))
        for piece in pieces:
            _recognise(piece, texts)
        slots = [piece.slot for piece in pieces if piece.slot is not None]
        if not slots:
            continue
        if seen.intersection(slots) or len(set(slots)) != len(slots):
            raise NotEngravable("a text stands in two places")
        seen.update(slots)
        found.append(_line(block, line, pieces))
    if missing := set(range(len(texts))) - seen - {n for n, text in enumerate(texts) if not text}:
        raise NotEngravable(f"texts {sorted(missing)} stand in no line of their own")
    return found


def _line_boxes(box: Any, block: Any = None) -> Iterator[tuple[Any, Any]]:
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    for child in getattr(box, "children", ()):
        inner = child._box if isinstance(child, AbsolutePlaceholder) else child
        if isinstance(inner, boxes.LineBox):
            yield box, inner
        yield from _line_boxes(inner, box)


def _pieces(box: Any) -> Iterator[Piece]:
    """Texts and other things that draw, in a line, from left to right. Raises NotEngravable for what cannot move."""
    from weasyprint.formatting_structure import boxes

    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield Piece(child, child.position_x, child.width)
        elif isinstance(child, boxes.InlineBox):
            if _drawn(child):
                yield Piece(child, child.position_x, 0.0, before="drawn")
            yield from _pieces(child)
        else:
            yield Piece(child, child.position_x, 0.0)


def _drawn(box: Any) -> bool:
    from weasyprint.draw.color import get_color

    borders = any(box.style[f"border_{side}_width"] for side in ("top", "right", "bottom", "left"))
    images = any(kind != "none" for kind, _ in box.style["background_image"])
    return bool(borders or images or get_color(box.style, "background_color").alpha)


def _recognise(piece: Piece, texts: Sequence[str]) -> None:
    from weasyprint.formatting_structure import boxes

    if isinstance(piece.box, boxes.TextBox):
        text = piece.box.text
        bare = text.strip()
        if bare and bare in texts:
            piece.slot = texts.index(bare)
            piece.before, _, piece.after = text.partition(bare)


def _line(block: Any, line: Any, pieces: list[Piece]) -> Line:
    if any(piece.before == "drawn" for piece in pieces):
        raise NotEngravable("an inline element with a border or a ground")
    if any(p.slot is not None and p.box.style["white_space"] not in ("normal", "nowrap") for p in pieces):
        raise NotEngravable("white space that is kept")
    if _shrinks(block):
        raise NotEngravable("a block as wide as its text")
    align = line.style["text_align_all"]
    if align not in SHIFTS or line.style["direction"] != "ltr":
        raise NotEngravable(f"text-align: {align}")
    shift, room = SHIFTS[align], block.width
    if abs(line.position_x - (block.content_box_x() + (room - line.width) * shift)) > CLOSE:
        raise NotEngravable("a line that stands elsewhere than its alignment says")
    return Line(pieces, line.width, room, shift)


def _shrinks(box: Any) -> bool:
    from weasyprint.formatting_structure import boxes

    tight = isinstance(box, boxes.InlineBlockBox | boxes.TableCellBox) or box.is_flex_item or box.is_grid_item
    loose = box.is_floated() or box.is_absolutely_positioned()
    return bool(tight or (loose and box.style["width"] == "auto"))
