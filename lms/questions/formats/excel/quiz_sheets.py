"""Sheets of products for quizzes: one row a question, an option a column, the key by numbers.

How each product's sheet looks is a `Layout`; the reader is one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.questions.formats.excel.drafts import Draft, make_reading, original_of, place_of, unreadable
from lms.questions.formats.excel.grid import ZIP, Grid, GridUnreadable, Sheet, read_grid
from lms.questions.formats.excel.true_false import is_truth_pair, truth_question
from lms.questions.options import same_words
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Option, Question
from lms.questions.reading import Reading
from lms.vietnamese.text import fold_words

_LONGEST_TYPE = 15  # letters of a product's name of a type; what explains the column is longer


@dataclass(frozen=True, slots=True)
class Layout:
    """What a product's sheet looks like.

    `titles`: pattern of a folded heading by what the column holds: stem, type, "option 1" …, key, time, picture,
    explanation. `needed`: those by which the row of headings is known, stem and key among them. `types`: our type by
    the folded word for it, "" for none.
    """

    file_words: tuple[str, ...]  # a file named with one of them is taken for the product's
    titles: Mapping[str, str]
    needed: frozenset[str]
    heading_rows: int  # the headings stand in one of so many first rows
    most_options: int
    types: Mapping[str, str]
    numbered: bool = False  # empty rows hold numbers and times too

    @property
    def option_columns(self) -> list[str]:
        return [f"option {number}" for number in range(1, self.most_options + 1)]


def is_named_after(layout: Layout, name: str, head: bytes) -> bool:
    """Whether a file is a workbook that bears the name of the product."""
    said = fold_words(name)
    return (
        head.startswith(ZIP) and name.lower().endswith(".xlsx") and any(w in said for w in layout.file_words)
    )


def read(layout: Layout, data: bytes, name: str) -> Reading:
    """The questions of a file that is said to be of this layout."""
    try:
        grid = read_grid(data, name)
    except GridUnreadable as refused:
        return unreadable(refused, name)
    found = read_sheets(layout, grid, name)
    return found or Reading((), (error("no_questions_in_sheets").at(file=name),), unreadable=True)


def read_sheets(layout: Layout, grid: Grid, name: str) -> Reading | None:
    """The questions of all sheets with the headings of the layout; None if there is no such sheet."""
    held, any_sheet = _Found(), False
    for sheet in grid.sheets:
        heading = _heading(layout, sheet)
        if heading is not None:
            any_sheet = True
            for r in range(heading[0] + 1, len(sheet.rows)):
                held.add(_Row(layout, sheet, r, heading[1]), below_heading=r == heading[0] + 1)
    return make_reading(held.drafts, [*grid.problems, *held.said()], name) if any_sheet else None


def numbers_of(text: str, options: Sequence[str], problems: list[Problem]) -> tuple[int, ...]:
    """The key "1,3" as positions; the text of an option is taken as well. What is neither is noted."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if all(part.isdigit() and part.isascii() for part in parts):
        return tuple(sorted({int(part[:4]) - 1 for part in parts if int(part[:4]) > 0}))
    found = [i for i, option in enumerate(options) if option and same_words(option) == same_words(text)]
    if not found:
        problems.append(warning("key_is_no_option", "correct", text=text[:60]))
    return tuple(found[:1])


def _heading(layout: Layout, sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, and the column of each thing."""
    for r, row in enumerate(sheet.rows[: layout.heading_rows]):
        titles = [fold_words(cell) for cell in row]
        places: dict[str, int] = {}
        for what, pattern in layout.titles.items():
            columns = (c for c, title in enumerate(titles) if re.fullmatch(pattern, title))
            column = next(columns, None)
            if column is not None:
                places[what] = column
        if places.keys() >= layout.needed:
            return r, places
    return None


@dataclass(slots=True)
class _Row:
    layout: Layout
    sheet: Sheet
    r: int
    places: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    def cell(self, what: str) -> str:
        column = self.places.get(what)
        return "" if column is None else self.sheet.rows[self.r][column]

    @property
    def kind(self) -> str | None:
        """Our type by the word for it; None for one without counterpart."""
        return self.layout.types.get(fold_words(self.cell("type")))

    def is_empty(self) -> bool:
        if self.layout.numbered:
            return not any(self.cell(what) for what in self.places if what != "time")
        return not any(self.sheet.rows[self.r])

    def is_help(self) -> bool:
        """The row below the headings that explains them: its type is a sentence, its key no number."""
        long = len(fold_words(self.cell("type"))) > _LONGEST_TYPE
        return self.kind is None and long and not re.search(r"^\s*\d", self.cell("key"))

    def draft(self, kind: str) -> Draft:
        question = replace(self._question(kind), explanation=self.cell("explanation"))
        fields: dict[str | tuple[str, int], int] = {
            ("options", i): self.places[column]
            for i, column in enumerate(self.layout.option_columns)
            if column in self.places
        }
        fields |= {"stem": self.places["stem"], "correct": self.places["key"]}
        original = original_of(self.sheet.rows[self.r])
        return Draft(
            self.sheet.name, self.r, question, original=original, problems=self.problems, fields=fields
        )

    def _question(self, kind: str) -> Question:
        asked, texts = Question(kind, self.cell("stem")), self._options()
        if kind == "essay":
            return asked
        if kind == "short_answer":
            return replace(asked, answers=tuple(filter(None, texts)))
        correct = numbers_of(self.cell("key"), texts, self.problems)
        one = len(correct) < 2
        if kind == "single_choice" and is_truth_pair(texts) and (one or "type" in self.layout.titles):
            return truth_question(asked, texts, correct)
        type_ = "single_choice" if one and kind != "multiple_choice" else "multiple_choice"
        return replace(asked, type=type_, options=tuple(map(Option, texts)), correct=correct)

    def _options(self) -> list[str]:
        texts = [self.cell(column) for column in self.layout.option_columns]
        while texts and not texts[-1]:
            texts.pop()
        return texts


@dataclass(slots=True)
class _Found:
    """What the rows give, and what of them is said once for the whole file."""

    drafts: list[Draft] = field(default_factory=list)
    foreign: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[str, int]] = field(default_factory=dict)
    timed: bool = False
    pictured: int = 0

    def add(self, row: _Row, *, below_heading: bool) -> None:
        if row.is_empty() or (below_heading and row.is_help()):
            return
        kind = row.kind
        if kind is None:
            word = row.cell("type")
            self.foreign[word] += 1
            self.first.setdefault(word, (row.sheet.name, row.r))
            return
        self.timed = self.timed or bool(row.cell("time"))
        self.pictured += bool(row.cell("picture"))
        self.drafts.append(row.draft(kind))

    def said(self) -> list[Problem]:
        said = [
            warning("type_not_read", count=count, type=word).at(**place_of(*self.first[word]))
            for word, count in self.foreign.items()
        ]
        said += [warning("timing_not_read")] if self.timed else []
        return [*said, warning("picture_links_not_read", count=self.pictured)] if self.pictured else said
