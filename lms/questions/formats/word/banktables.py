"""Banks kept as a Word table: columns in any order, found by the words of their header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lms.questions.formats.word import grammar, label_lines, sections
from lms.questions.formats.word.bodytables import statement_columns, statements
from lms.questions.formats.word.grammar import Head
from lms.questions.formats.word.keys import letters_in
from lms.questions.formats.word.lines import Line, TableItem, flat
from lms.questions.formats.word.raw import Source, joined
from lms.questions.formats.word.sections import Section
from lms.questions.levels import read_level
from lms.vietnamese.text import fold_words

_HEADERS: dict[str, set[str]] = {
    "number": {"tt", "stt", "so tt", "cau", "cau so", "so", "no", "so thu tu", "cau hoi so", "thu tu"},
    "stem": {"noi dung cau hoi", "cau hoi", "noi dung", "de bai", "question", "cau hoi trac nghiem",
    "noi dung cau hoi trac nghiem",
             "cau dan", "noi dung cau hoi va dap an", "cau hoi va dap an", "cau hoi va phuong an tra loi",
             "noi dung hoi"},
    "options": {"phuong an tra loi", "phuong an", "cac phuong an", "cac phuong an tra loi", "lua chon",
    "cac lua chon", "phuong an lua chon",
                "dap an lua chon", "cac dap an", "cau tra loi", "tra loi", "cac phuong an lua chon", "dap an tra loi"},
    "key": {"dap an", "dap an dung", "da", "key", "phuong an dung", "dap an chinh xac", "ket qua", "d a",
    "phuong an tra loi dung",
            "tra loi dung", "cau tra loi dung", "dap an cau hoi"},
    "level": {"muc do", "cap do", "muc do nhan thuc", "muc", "do kho", "level"},
    "topic": {"chu de", "chuyen de", "phan", "chuong", "bai", "noi dung kien thuc", "linh vuc"},
    "source": {"can cu", "nguon", "trich dan", "tai lieu", "can cu tai lieu", "tai lieu tham khao",
    "trich nguon", "can cu phap ly", "nguon tai lieu",
               "can cu dap an", "dan chung"},
    "explanation": {"giai thich", "loi giai", "huong dan giai", "giai thich dap an", "goi y"},
    "points": {"diem", "so diem", "thang diem"},
    "tags": {"the", "tu khoa"},
    "id": {"ma", "ma cau hoi", "ma cau", "id"},
    "type": {"loai", "loai cau hoi", "dang", "dang cau hoi"},
    "note": {"ghi chu", "luu y", "note"},
}  # fmt: skip
_LETTER_HEAD = re.compile(
    r"(?:(?:dap an|phuong an|lua chon|cau|pa|option) )?(?P<letter>[a-h])(?: \d+)?$|(?:dap an|phuong an|lua "
    r"chon|option|pa) (?P<digit>[1-8])$"
)
_SPOKEN = {"key": "Đáp án", "level": "Mức độ", "source": "Căn cứ", "explanation": "Giải thích",
    "points": "Điểm", "tags": "Thẻ",
           "id": "Mã", "type": "Loại", "topic": "Chủ đề"}  # fmt: skip
_NUMBER = re.compile(r"\s*(?:cau(?: hoi)?\s*)?(?P<number>\d{1,4})\s*[.):]?\s*$", re.IGNORECASE)
_CROSSES = {"x", "v", "✓", "✔", "☑", "√", "*", "dung", "đ"}
MOST_HEADER_ROWS = 5
Row = Sequence[Sequence[Line]]


@dataclass(slots=True)
class Bank:
    """The questions of a table, and lines of it that belong to none."""

    sources: list[Source] = field(default_factory=list)
    unused: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class _Columns:
    width: int
    places: dict[str, int]
    letters: list[tuple[str, int]]


class BankTables:
    """Reads banks; remembers the last header, because a bank may go on in the next table without one."""

    def __init__(self) -> None:
        self._last: _Columns | None = None

    def is_bank(self, item: TableItem) -> bool:
        """Whether the table has a header of a bank."""
        return self._header(item) is not None

    def read(self, item: TableItem, section: Section | None) -> Bank | None:
        """The questions of a table that is a bank; None for any other table."""
        found = self._header(item)
        if found is None:
            if self._last is None or not self._goes_on(item, self._last):
                return None
            first, columns = 0, self._last
        else:
            first, columns = found
        self._last = columns
        return _Rows(columns, section, item).read(item.rows[:first], item.rows[first:])

    def _header(self, item: TableItem) -> tuple[int, _Columns] | None:
        for at, row in enumerate(item.rows[:MOST_HEADER_ROWS]):
            columns = _columns([fold_words(_text(cell)) for cell in row])
            if columns is not None:
                return at + 1, columns
        return None

    def _goes_on(self, item: TableItem, last: _Columns) -> bool:
        rows = [row for row in item.rows if len(row) == last.width]
        number = last.places.get("number")
        return bool(rows) and number is not None and _NUMBER.match(flat(_text(rows[0][number]))) is not None

    def single_statements(self, item: TableItem, section: Section | None) -> list[Source] | None:
        """Each row a statement to be judged: a table of its own with the columns Đúng and Sai."""
        if not item.rows:
            return None
        columns = statement_columns([fold_words(_text(cell)) for cell in item.rows[0]])
        if columns is None:
            return None
        found = []
        for at, (_, truth, lines) in enumerate(statements(item.rows[1:], columns), 1):
            said = "" if truth is None else "Đúng" if truth else "Sai"
            labels = [
                _spoken("Loại", "đúng sai", lines[0]),
                *([_spoken("Đáp án", said, lines[0])] if said else []),
            ]
            found.append(
                Source(Head("", at, ".", "", 0), [*lines, *labels], section, lines[0].paragraph, listed=True)
            )
        return found


def _columns(header: Sequence[str]) -> _Columns | None:
    places: dict[str, int] = {}
    letters: list[tuple[str, int]] = []
    for at, word in enumerate(header):
        found = _LETTER_HEAD.match(word)
        if found is not None:
            letters.append(
                (found["letter"].upper() if found["letter"] else grammar.LETTERS[int(found["digit"]) - 1], at)
            )
            continue
        name = next((name for name, words in _HEADERS.items() if word in words and name not in places), None)
        if name is not None:
            places[name] = at
    if (
        "stem" not in places
        and places.get("number") is not None
        and letters
        and header[places["number"]] == "cau"
    ):
        places["stem"] = places.pop("number")  # "Câu | A | B | C | D | Đáp án"
    asks = "stem" in places and (len(letters) > 1 or "options" in places or "key" in places)
    return _Columns(len(header), places, letters) if asks and len(header) > 2 - ("key" in places) else None


class _Rows:
    """The rows of one table on their way to questions."""

    def __init__(self, columns: _Columns, section: Section | None, item: TableItem) -> None:
        self._columns = columns
        self._section = section
        self._item = item
        self._bank = Bank()
        self._topic = ""
        self._key_holds_options = self._options_in_key()

    def _options_in_key(self) -> bool:
        """`Câu hỏi | Đáp án` where the second column holds the options, the right one marked."""
        key = self._columns.places.get("key")
        if key is None or self._columns.letters or "options" in self._columns.places:
            return False
        cells = [row[key] for row in self._item.rows if len(row) > key]
        lettered = sum(
            sum(grammar.label_of(line) is not None for line in cell)
            + (len(grammar.inline_labels(cell[0])) if cell else 0)
            > 1
            for cell in cells
        )
        return lettered * 2 > len(cells) - 1 > 0

    def read(self, above: Sequence[Row], rows: Sequence[Row]) -> Bank:
        self._bank.unused.extend(
            line for row in above[:-1] for cell in row for line in cell if not line.blank
        )
        for row in rows:
            texts = [_text(cell) for cell in row]
            if not any(texts):
                continue
            if _columns([fold_words(text) for text in texts]) is not None:
                continue  # the header again, on the next page
            if len(row) < self._columns.width or sum(bool(text) for text in texts) == 1:
                self._merged(row, texts)
            elif self._more(texts):
                self._go_on(row)
            else:
                self._question(row)
        return self._bank

    def _merged(self, row: Row, texts: Sequence[str]) -> None:
        """A row that only names what follows (`Chủ đề 2: …`); or more of the question above."""
        text = next(text for text in texts if text)
        if len(row) == self._columns.width and self._is_column(texts, "options") and self._bank.sources:
            self._go_on(row)
            return
        if sum(bool(text) for text in texts) > 1:
            self._bank.unused.extend(line for cell in row for line in cell if not line.blank)
            return
        line = next(line for cell in row for line in cell if not line.blank)
        named = label_lines.word_label(line)
        section = sections.section_of(line)
        if named is not None and named[0] == "topic":
            self._section = Section("", line.text[named[1] :].strip(), "")
        elif section is not None:
            self._section = section
        else:
            self._section = Section("", " ".join(text.split())[:160], sections.asked_by(text))

    def _is_column(self, texts: Sequence[str], name: str) -> bool:
        at = self._columns.places.get(name)
        return at is not None and bool(texts[at])

    def _more(self, texts: Sequence[str]) -> bool:
        """One row for each option: number and stem stand only in the first."""
        places = self._columns.places
        return (
            bool(self._bank.sources)
            and not texts[places["stem"]]
            and "options" in places
            and not texts[places.get("number", places["stem"])]
        )

    def _go_on(self, row: Row) -> None:
        source = self._bank.sources[-1]
        key = self._columns.places.get("key")
        lines = self._option_lines(
            row[self._columns.places["options"]], crossed=key is not None and _is_cross(row[key])
        )
        labels = [
            at
            for at, item in enumerate(source.items)
            if isinstance(item, Line) and label_lines.word_label(item)
        ]
        at = labels[0] if labels else len(source.items)
        source.items[at:at] = lines

    def _question(self, row: Row) -> None:
        places = self._columns.places
        stem = [line for line in row[places["stem"]] if not line.blank]
        if not stem:
            self._bank.unused.extend(line for cell in row for line in cell if not line.blank)
            return
        head, stem = self._head(row, stem)
        source = Source(head, [*stem], self._section, row[places["stem"]][0].paragraph, listed=True)
        key = row[places["key"]] if "key" in places else []
        crossed = bool(key) and _is_cross(key)
        for letter, at in self._columns.letters:
            lines = [line for line in row[at] if not line.blank]
            if lines:
                source.items.extend([_lettered(letter, lines[0]), *lines[1:]])
        if "options" in places:
            source.items.extend(self._option_lines(row[places["options"]], crossed=crossed))
        if key and self._key_holds_options:
            source.items.extend(line for line in key if not line.blank)
        elif key and not crossed:
            source.items.extend(_said("Đáp án", key))
        for name in ("level", "topic", "source", "explanation", "points", "tags", "id", "type"):
            if name in places:
                source.items.extend(_said(_SPOKEN[name], row[places[name]]))
        self._note(row, source)
        self._bank.sources.append(source)

    def _head(self, row: Row, stem: list[Line]) -> tuple[Head | None, list[Line]]:
        """The number in its column, or before the text."""
        at = self._columns.places.get("number")
        found = _NUMBER.match(flat(_text(row[at]))) if at is not None else None
        inside = grammar.head_of(stem[0])
        if inside is not None:
            stem = [stem[0].cut(inside.end), *stem[1:]]
            stem = [line for line in stem if not line.blank]
        number = int(found["number"]) if found else inside.number if inside else None
        tags = inside.tags if inside else ""
        return (Head("", number, ".", tags, 0) if number is not None else None), stem

    def _option_lines(self, cell: Sequence[Line], *, crossed: bool) -> list[Line]:
        """The lines of a cell of options; without letters every paragraph is one."""
        lines = [line for line in cell if not line.blank]
        lettered = any(grammar.label_of(line) is not None for line in lines)
        if not lettered and lines and len(grammar.inline_labels(lines[0])) < 2:
            lines = [replace(line, bullet=True) for line in lines]
        if crossed and len(lines) == 1:
            lines = [_with_tail(lines[0], " (x)")]
        return lines

    def _note(self, row: Row, source: Source) -> None:
        """What a column of notes says, when it is a level or a source; anything else is named as not used."""
        at = self._columns.places.get("note")
        for line in row[at] if at is not None else ():
            if line.blank:
                continue
            if read_level(line.text) is not None:
                source.items.append(_spoken("Mức độ", line.text, line))
            elif label_lines.word_label(line) is not None:
                source.items.append(line)
            else:
                self._bank.unused.append(line)


def _is_cross(cell: Sequence[Line]) -> bool:
    return _text(cell).casefold().strip(" .()[]") in _CROSSES and letters_in(_text(cell)) is None


def _said(name: str, cell: Sequence[Line]) -> list[Line]:
    lines = [line for line in cell if not line.blank]
    if not lines:
        return []
    first = lines[0]
    if label_lines.word_label(first) is None:
        first = _spoken(name, first.text, first)
    return [first, *(replace(line, soft=True) for line in lines[1:])]


def _spoken(name: str, value: str, place: Line) -> Line:
    text = f"{name}: {value}"
    return Line(text, flat(text), paragraph=place.paragraph, row=place.row, table=place.table)


def _lettered(letter: str, line: Line) -> Line:
    """The text of a cell below the heading `A`, as an option line."""
    own = grammar.label_of(line)
    if own is not None and own.letter.upper() == letter:
        return line
    shift = len(letter) + 2
    return replace(
        line,
        text=f"{letter}. {line.text}",
        flat=f"{letter}. {line.flat}",
        spans=tuple((a + shift, b + shift, run) for a, b, run in line.spans),
        images=tuple((at + shift, image) for at, image in line.images),
        auto=shift,
    )


def _with_tail(line: Line, tail: str) -> Line:
    return replace(line, text=line.text + tail, flat=line.flat + tail)


def _text(cell: Sequence[Line]) -> str:
    return joined([line for line in cell if not line.blank], literal=True)
