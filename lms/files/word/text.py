"""What a Word file says, as plain data: paragraphs, tables, and how every piece of text looks to its reader."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


class WordUnreadable(ValueError):
    """The file cannot be read as a Word document; `code` is one of MESSAGES, `params` fill its sentence."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params


# English message ids by code, of WordUnreadable; codes of packages and XML have theirs in those modules.
MESSAGES = {
    "not_word": "This is not a Word document (.docx). Open it in Word, choose “Save as”, take the kind "
    ".docx and upload "
    "the new file.",
    "old_word": "This is a Word file of the old kind (.doc). Open it in Word, choose “Save as”, take the "
    "kind .docx and "
    "upload the new file.",
    "rich_text": "This is a rich text file (.rtf). Open it in Word, choose “Save as”, take the kind .docx "
    "and upload the "
    "new file.",
    "encrypted": "The Word file is protected by a password. Open it, remove the password, save it and upload it again.",
    "macro": "The Word file holds macros (programs). Save it as .docx without macros and upload that file.",
    "damaged": "The Word file is damaged. Open it in Word, save it again and upload the new file.",
}


class Run(NamedTuple):
    """A piece of text that looks alike. Every property is the effective one: styles and defaults are resolved.

    - `colour` and `highlight`: six hex digits, or "" for the usual (black, automatic, none; a named highlight of Word
      is given as its digits, shading counts as highlight);
    - `raised`, `lowered`: superscript, subscript; `hidden`: not shown on paper;
    - `font`: the font of the Latin letters, "" when the document does not say.
    """

    text: str
    bold: bool = False
    italic: bool = False
    underline: bool = False
    colour: str = ""
    highlight: str = ""
    raised: bool = False
    lowered: bool = False
    hidden: bool = False
    font: str = ""


@dataclass(slots=True)  # not frozen: that makes making one four times as slow, and there are thousands
class Paragraph:
    """A paragraph. Soft line breaks are "\\n" in its text, tabs "\\t".

    - `label`: the automatic number as Word shows it ("Câu 4.", "B.", "a)", "1.2.", "•"), or ""; it is not in the text;
    - `list_level`: from 0, None outside lists; `style`: the style's name; `outline`: heading level 0..8, or None;
    - `index`: its place among all paragraphs of the document, from 1, tables and text boxes included;
    - `images`: (name, alternative text) of every picture in it; `image_places`: the offset in `text` of each;
    - `lost_pictures`: how many more it shows that cannot be used (linked, or of a kind that browsers do not show).
    """

    runs: tuple[Run, ...] = ()
    label: str = ""
    list_level: int | None = None
    style: str = ""
    outline: int | None = None
    index: int = 0
    images: tuple[tuple[str, str], ...] = ()
    image_places: tuple[int, ...] = ()
    lost_pictures: int = 0

    @property
    def text(self) -> str:
        """What is shown on paper: hidden text is not in it."""
        return "".join(run.text for run in self.runs if not run.hidden)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table. `merged_down`: it continues the cell above, and is empty."""

    blocks: "tuple[Block, ...]" = ()
    columns_spanned: int = 1
    merged_down: bool = False

    @property
    def text(self) -> str:
        """Its paragraphs, a line each; of a table in it, its cells, a line each."""
        return "\n".join(paragraph.text for paragraph in paragraphs_of(self.blocks))


@dataclass(frozen=True, slots=True)
class Table:
    """A table by rows. Cells that span columns stand once, so rows may differ in length."""

    rows: tuple[tuple[Cell, ...], ...] = ()


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True)
class WordText:
    """A whole document: its blocks in reading order, text boxes after the paragraph they are anchored in.

    - `notes`: what was done or left out in reading, each once: tracked_changes_accepted, text_box_read, legacy_font,
      hidden_text_left_out, footnotes_not_read, picture_not_usable, linked_picture_not_read, symbol_not_known,
      embedded_file_not_read, equation_as_text;
    - `pictures`: the bytes of every picture that paragraphs name ("<sha256 hex>.<png|jpg|gif|webp>").
    """

    blocks: tuple[Block, ...] = ()
    title: str = ""
    notes: tuple[str, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def paragraphs(self) -> Iterator[Paragraph]:
        """All paragraphs in reading order, those in tables too."""
        return paragraphs_of(self.blocks)


def paragraphs_of(blocks: "tuple[Block, ...]") -> Iterator[Paragraph]:
    """All paragraphs of the blocks in reading order, those in cells too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs_of(cell.blocks)
