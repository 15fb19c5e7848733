"""Walking through one sheet: its tables, the units that head parts of them, the people, and what is none of these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from lms.organisation.roster import lines
from lms.organisation.roster.fields import LONGEST_NAME, LONGEST_TEXT, member_of, text_of
from lms.organisation.roster.findings import Findings
from lms.organisation.roster.headings import Heading, by_letters, find_heading, is_counting_row
from lms.organisation.roster.kept import Keeper
from lms.organisation.roster.people import ListedPerson, Preview, Table
from lms.organisation.roster.person import PersonReader
from lms.organisation.roster.sheets import Sheet, column_letter
from lms.organisation.roster.window import Row, Window, in_letters
from lms.vietnamese.legacy import TCVN3, VNI, looks_legacy
from lms.vietnamese.text import fold_words

_LOOKED_AT = 100  # rows with something in them, in which the first heading must stand
_MAYBE_HEADING = re.compile(r"(?<![^\W\d_])(?:t[eê]n|name|h[oọ]t[eê]n)(?![^\W\d_])", re.IGNORECASE)
_GENERAL_SHEET = re.compile(
    r"(?:sheet|trang|trang tinh|ds|danh sach|list|tong hop|data|book|bieu|mau|phu luc|bang)(?![a-z]).*|[\d ]*"
)
_SHORT_UNIT = re.compile(r"(?:cb|db|tdp|to|bcb|dbp)[ .]?\d+.*")
_LONGEST_SHEET_NAME = 31  # Excel's; longer names of units are cut
_PREVIEWED = (15, 30, 60)  # rows, columns, letters


@dataclass
class Asked:
    """What a reading is asked for: fields by heading or letter, letters of fonts of today, the day of reading."""

    today: date
    mapping: Mapping[str, str] = field(default_factory=dict)
    letters: str = ""


@dataclass
class _Table:
    """The table that is being read, and how many people it gave since which line."""

    heading: Heading
    reader: PersonReader
    found: int = 0
    since_section: int = 0
    since_sum: int = 0


class Listing:
    """One sheet, walked through once: `people`, `tables`, and a `preview` when it has no table."""

    def __init__(self, sheet: Sheet, asked: Asked, findings: Findings, *, keep: bool = False) -> None:
        self.people: list[ListedPerson] = []
        self.tables: list[Table] = []
        self.keeper = Keeper(self.tables) if keep else None
        self.preview: Preview | None = None
        self._sheet, self._asked, self._findings = sheet, asked, findings
        self._window = Window(sheet, asked.letters, self.keeper)
        self._titles: list[str] = []
        self._shown: list[tuple[str, ...]] = []
        self._table: _Table | None = None
        self._sections: list[lines.Section] = []
        self._ended = False
        self._looked = 0

    def read(self) -> None:
        """Read the sheet from its first row to its last."""
        while (row := self._window.take()) is not None:
            if any(row.texts):
                self._row(row)
        if self._table is not None:
            self._table.reader.finish()
        elif self._shown:
            self._findings.add("no_table", self._sheet.name, sheet=self._sheet.name)
            self.preview = Preview(self._sheet.name, tuple(self._shown))

    def _row(self, row: Row) -> None:
        if self._may_be_heading(row) and self._heads(row):
            return
        if self._table is None:
            self._look(row)
        if self._table is not None:
            self._line(row, self._table)

    # ---------------------------------------------------------------------------------------------- headings

    def _may_be_heading(self, row: Row) -> bool:
        if self._table is None and self._looked < _LOOKED_AT:
            return True
        if self._table is not None and self._table.reader.glance(row)[0].isdecimal():
            return False
        return any(_MAYBE_HEADING.search(text) for text in row.texts if 2 < len(text) < 80)

    def _heads(self, row: Row) -> bool:
        """Whether a heading begins here: that of a new table, or the same one again on the next printed page."""
        rows = [row, *self._window.ahead(2)]
        merged = self._window.merged_at(row.index, len(rows))
        heading = find_heading([each.texts for each in rows], row.index, merged, self._asked.mapping)
        if heading is None and self._table is None:
            heading = self._in_old_letters(rows)
        if heading is None:
            return False
        for _each in range(heading.rows - 1):
            self._window.take()
        self._ended = False
        if self._table is None or self._table.heading.folded != heading.folded:
            self._begin(heading, row.index)
        return True

    def _in_old_letters(self, rows: list[Row]) -> Heading | None:
        """A heading whose words are right only in old letters proves in which letters the sheet is."""
        if not any(looks_legacy(text) for text in rows[0].texts):
            return None
        for encoding in (TCVN3, VNI):
            texts = [in_letters(row.values, encoding) for row in rows]
            merged = self._window.merged_at(rows[0].index, len(rows))
            heading = find_heading(texts, rows[0].index, merged, self._asked.mapping)
            if heading is not None:
                self._window.read_as(encoding)
                names = {TCVN3: "TCVN3", VNI: "VNI"}
                self._findings.add(
                    "letters_converted", self._sheet.name, sheet=self._sheet.name, encoding=names[encoding]
                )
                return heading
        return None

    def _begin(self, heading: Heading, index: int) -> None:
        if self._table is not None:
            self._table.reader.finish()
        sheet = self._sheet.name
        self.tables.append(Table(sheet, index + 1, heading.columns, tuple(self._titles)))
        if heading.beside is not None:
            self._findings.add(
                "table_beside", sheet, index + 1, sheet=sheet, column=column_letter(heading.beside)
            )
        kept = [column.heading for column in heading.columns if column.field == "other"]
        if kept:
            self._findings.add("columns_kept", sheet, index + 1, headings=", ".join(kept))
        hidden = [
            column.heading or column.letter
            for column in heading.columns
            if any(column_letter(c) == column.letter for c in self._sheet.looks.hidden_columns)
        ]
        if hidden:
            self._findings.add("hidden_columns", sheet, index + 1, sheet=sheet, headings=", ".join(hidden))
        reader = PersonReader(heading, self._sheet, self._asked.today, self._findings)
        self._table = _Table(heading, reader)
        self._sections = []
        self._place()

    def _look(self, row: Row) -> None:
        """A row above the first table: a title, or the first row of a table whose columns a person named."""
        self._looked += 1
        heading = by_letters(self._asked.mapping, len(row.texts))
        if heading is not None:
            self._begin(heading, row.index)
            return
        most_rows, most_columns, longest = _PREVIEWED
        if len(self._shown) < most_rows:
            self._shown.append(tuple(text[:longest] for text in row.texts[:most_columns]))
            self._titles.extend(text[:LONGEST_TEXT] for text in row.texts if text)

    # ---------------------------------------------------------------------------------------------- lines

    def _line(self, row: Row, table: _Table) -> None:
        reader = table.reader
        number, name, strong = reader.glance(row)
        if strong and name and number.isdecimal() and not lines.is_surely_sum(name):
            self._person(row, table)
            return
        cells = _apart(text for c, text in enumerate(row.texts) if text and c not in row.filled)
        if not cells or is_counting_row(row.texts):
            return
        if lines.is_closing(cells[0]) or lines.is_closing(cells[-1]):
            self._compare(row, cells, table)
            self._ended = True
        elif lines.is_sum(cells[0]) or (name and lines.is_sum(name)):
            self._compare(row, cells, table)
        elif not number.isdecimal() and any(map(lines.is_signing, [name] if name else cells)):
            if not name and self._is_within():
                self._not_read(row, cells)
            else:
                self._ended = True
        elif not self._is_section(row, cells, strong):
            self._rest(row, table, cells)

    def _is_section(self, row: Row, cells: list[str], strong: bool) -> bool:
        found = None if strong else lines.section_of(cells)
        if found is None or (self._ended and not found.style):
            return False
        self._ended = False
        self._sections = lines.below(self._sections, found)
        if self._table is not None:
            self._table.since_section = 0
        self._place()
        return True

    def _rest(self, row: Row, table: _Table, cells: list[str]) -> None:
        """A row that is neither a plain person nor a line that heads, sums up or closes."""
        number, name, strong = table.reader.glance(row)
        if table.reader.name_is_filled(row):
            return  # the further lines of somebody whose name is merged over them
        if self._ended and not table.reader.is_surely_person(row):
            return
        if name and (strong or number.isdecimal() or table.reader.is_plain_person(row, cells)):
            self._person(row, table)
        elif strong and not name:
            self._findings.add("no_name", self._sheet.name, row.index + 1)
        elif not all(cell.isdecimal() for cell in cells):
            self._not_read(row, cells)

    def _not_read(self, row: Row, cells: list[str]) -> None:
        text = " · ".join(cells)[:LONGEST_NAME]
        self._findings.add("row_not_read", self._sheet.name, row.index + 1, text=text)

    def _is_within(self) -> bool:
        """Whether the next row is a numbered person: then this is somebody's second line, not a signature below."""
        after = self._window.ahead(1)
        if self._table is None or not after:
            return False
        number, name, strong = self._table.reader.glance(after[0])
        return strong and bool(name) and number.isdecimal()

    def _person(self, row: Row, table: _Table) -> None:
        self._ended = False
        person = table.reader.read(row)
        self.people.append(person)
        table.found += 1
        table.since_section += 1
        table.since_sum += 1

    def _compare(self, row: Row, cells: list[str], table: _Table) -> None:
        """Whether a sum or the closing sentence says as many people as were read."""
        said = lines.number_said(cells)
        counts = (table.since_section, table.since_sum, table.found, len(self.people))
        if said is not None and said not in counts:
            whole = lines.is_closing(" ".join(cells)) or not table.since_sum
            found = len(self.people) if whole else table.since_sum
            self._findings.add("count_differs", self._sheet.name, row.index + 1, said=said, found=found)
        table.since_sum = 0

    # ---------------------------------------------------------------------------------------------- units

    def _place(self) -> None:
        """Tell the reader to which unit, and to which group, the people that follow belong."""
        if self._table is None:
            return
        units = [section.name for section in self._sections if section.member is None]
        around = self._sheet_unit()
        if around and fold_words(around) not in map(fold_words, units):
            units.insert(0, around)
        groups = [section.member for section in self._sections if section.member is not None]
        member = groups[-1] if groups else self._sheet_member()
        self._table.reader.place(tuple(units), member, self._title_unit() if not units else "")

    def _sheet_unit(self) -> str:
        """The sheet's name where it names a unit; whole, when a title above the table says what Excel cut off."""
        name = text_of(self._sheet.name)
        folded = fold_words(name)
        if not folded or _GENERAL_SHEET.fullmatch(folded) or self._sheet_member() is not None:
            return ""
        if not (lines.is_unit(name) or _SHORT_UNIT.fullmatch(folded) or self._sheet.among > 1):
            return ""
        if len(self._sheet.name) == _LONGEST_SHEET_NAME:
            whole = (title for title in self._titles if fold_words(title).startswith(folded))
            return next(whole, name)
        return name

    def _sheet_member(self) -> bool | None:
        return member_of(self._sheet.name) if len(self._sheet.name) > 3 else None

    def _title_unit(self) -> str:
        """The closest unit that the lines above the table name: who sends the list."""
        titles = (lines.unlabelled(title).strip(" *-–_") for title in reversed(self._titles))
        units = (title for title in titles if len(title) < LONGEST_NAME and lines.is_unit(title))
        return max(units, key=lines.depth_of, default="")


def _apart(texts: Iterable[str]) -> list[str]:
    """The texts of a row, one that is repeated by merging only once."""
    cells: list[str] = []
    for text in texts:
        if not cells or text != cells[-1] or text.isdecimal():
            cells.append(text)
    return cells
