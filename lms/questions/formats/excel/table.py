"""Tables as trainers make them: titles above, merged topics, options in one cell or several, keys of every kind.

A row is a question when it has a stem and something that answers it. What else stands in the table names a topic for
the rows below it, or is listed; nothing is dropped without a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lms.questions.formats.excel.columns import Columns
from lms.questions.formats.excel.drafts import Draft, cell_problems, original_of, place_of
from lms.questions.formats.excel.fields import CHOICE, Cells
from lms.questions.formats.excel.grid import Sheet
from lms.questions.formats.excel.keys import Key, is_tick, marked, read_key, read_truths
from lms.questions.formats.excel.options_text import (
    OPTION,
    lettered,
    next_letter,
    split_options,
    truth_behind,
    without_letters,
    without_number,
)
from lms.questions.formats.excel.ours import field_columns
from lms.questions.formats.excel.topics import Topics
from lms.questions.formats.excel.true_false import is_truth_pair, truth_question
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Option, Question, Statement
from lms.questions.truths import read_truth
from lms.vietnamese.text import fold_words

_FILLED_DOWN = ("topic", "level", "source")
_CLOSING = re.compile(
    r"(?:tong(?: cong| so)?|cong|nguoi (?:lap|soan|bien soan|ra de|tong hop)|ky ten|ky va ghi|duyet|xac nhan|t m|k t"
    r"|tm|kt|ghi chu|luu y|noi nhan|truong ban|thu truong)\b|.*\bngay\b.*\bthang\b.*\bnam\b"
)
_LEVEL_MARK = re.compile(r"^\s*[(\[](NB|TH|VD|VDC)[)\]]\s*|\s*[(\[](NB|TH|VD|VDC)[)\]]\s*$")
_ANSWERS_APART = re.compile(r"\n|;|\s/\s")
_ASKS_TRUTH = re.compile(r"\bdung hai sai\b|\bdung hoac sai\b|\bdung sai\b")


@dataclass(slots=True)
class _Row:
    """A question as it stands in the sheet: the rows it takes, its options and what says which are right."""

    first: int
    stem: str
    options: list[str] = field(default_factory=list)
    ticks: list[bool] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    rows: list[Sequence[str]] = field(default_factory=list)


def read_rows(sheet: Sheet, columns: Columns) -> tuple[list[Draft], list[Problem]]:
    """The questions of one sheet, and what is to be said about the rest of it."""
    return _Table(sheet, columns).read()


class _Table:
    def __init__(self, sheet: Sheet, columns: Columns) -> None:
        self.sheet, self.columns = sheet, columns
        self.rows = _filled_down(sheet, columns)
        self.topics = Topics()
        self.found: list[tuple[_Row, str]] = []
        self.left: list[tuple[int, str]] = []

    def read(self) -> tuple[list[Draft], list[Problem]]:
        wide = {
            top for (top, left), (bottom, right) in self.sheet.merged if top == bottom and right - left > 1
        }
        for r in range(self.columns.first, len(self.rows)):
            self._take(r, self.rows[r], r in wide)
        self.left += self.topics.unused()
        drafts = [self._draft(row, topic) for row, topic in self.found]
        return drafts, self._said(drafts)

    def _take(self, r: int, row: Sequence[str], wide: bool) -> None:
        said = [cell for cell in row if cell]
        if not said or self._is_heading(row) or _counts_columns(said):
            return
        text, number = self._stem(row), self._cell(row, "number")
        numbered = bool(re.search(r"\d", number))
        if not numbered and _CLOSING.match(fold_words(" ".join(said))):
            self.left.append((r, " | ".join(said)))
        elif self._continues(row, text):
            (self._add_below if text else self._add)(self.found[-1][0], row)
        elif text and not wide and self._answers(row, text, numbered):
            question = _Row(r, text)
            self._add(question, row)
            self.found.append((question, self.topics.current()))
        elif len({cell for cell in said if cell != number}) <= 1 and (len(said) == 1 or not numbered):
            name = max(said, key=len)
            self.topics.section(r, f"{number}. {name}" if number and number != name else name)
        elif any(self._option_cells(row)):
            question = _Row(r, text)
            self._add(question, row)
            self.found.append((question, self.topics.current()))
        else:
            self.left.append((r, " | ".join(said)))

    def _answers(self, row: Sequence[str], text: str, numbered: bool) -> bool:
        """Whether there is something that makes the row a question."""
        if any(self._option_cells(row)) or self._cell(row, "key") or self._cell(row, "type") or numbered:
            return True
        if self.columns.options or "options" in self.columns.roles:
            return not self.columns.roles.keys() & {"number"} and not self.topics.looks_like(text)
        return bool(lettered(text)[1])

    def _continues(self, row: Sequence[str], text: str) -> bool:
        """Another option of the question above: one row an option, the stem only in the first."""
        if not self.found or self._cell(row, "number"):
            return False
        return bool(self._cell(row, "options")) if not text else self._is_option_below(row)

    def _is_option_below(self, row: Sequence[str]) -> bool:
        """`A. …` below its question, in the column of the questions; A begins, the next letters follow."""
        if self.columns.options or "options" in self.columns.roles:
            return False
        found = OPTION.match(self._cell(row, "stem"))
        return found is not None and found["letter"].upper() == next_letter(self.found[-1][0].options)

    def _add_below(self, question: _Row, row: Sequence[str]) -> None:
        """An option below its question; what stands beside the question itself is the key of all."""
        if question.keys == [""] and not question.options:
            question.keys.clear()
        if len(question.keys) == len(question.options):
            question.keys.append(self._cell(row, "key"))
        question.rows.append(row)
        question.options.append(self._cell(row, "stem"))

    def _add(self, question: _Row, row: Sequence[str]) -> None:
        question.rows.append(row)
        question.options += self._option_cells(row)
        question.ticks += [is_tick(row[c]) for c in self.columns.marks]
        question.keys.append(self._cell(row, "key"))

    def _option_cells(self, row: Sequence[str]) -> list[str]:
        if self.columns.options:
            texts = [row[c] for c in self.columns.options]
            while texts and not texts[-1]:
                texts.pop()
            return texts
        together = self._cell(row, "options")
        return split_options(together) if together else []

    def _draft(self, row: _Row, topic: str) -> Draft:
        cells = Cells(self.columns, row.rows[0])
        question = _Asked(cells, row, self._level(cells, row)).question()
        fields = field_columns(self.columns)
        return Draft(
            self.sheet.name,
            row.first,
            replace(question, explanation=cells.text("explanation"), source=cells.text("source")),
            id=cells.text("id"),
            points=cells.points(),
            topic=cells.text("topic") or topic,
            tags=cells.tags(),
            original=original_of(*row.rows),
            problems=cells.problems,
            fields=fields,
        )

    def _level(self, cells: Cells, row: _Row) -> str | None:
        mark = _LEVEL_MARK.search(row.stem)
        if mark and not cells.text("level"):
            row.stem = _LEVEL_MARK.sub("", row.stem, count=1)
            return cells.level(mark[1] or mark[2])
        return cells.level()

    def _said(self, drafts: Sequence[Draft]) -> list[Problem]:
        roles = self.columns.roles
        weighty = {roles[role] for role in ("stem", "key", "options") if role in roles} | {
            *self.columns.options
        }
        said = cell_problems(self.sheet, self.columns.first, drafts, weighty)
        for r, text in sorted(self.left):
            said.append(warning("row_not_question", text=text[:200]).at(**place_of(self.sheet.name, r)))
        for c, title in self._unused_columns():
            place = place_of(self.sheet.name, self.columns.first - 1, c)
            said.append(warning("column_not_used", title=title).at(**place))
        return said

    def _unused_columns(self) -> list[tuple[int, str]]:
        """Columns without a meaning that hold something in the row of a question."""
        named = dict(self.columns.unknown)
        if "note" in self.columns.roles:
            named[self.columns.roles["note"]] = "Ghi chú"
        return [
            (c, title)
            for c, title in sorted(named.items())
            if any(row[c] for question, _ in self.found for row in question.rows)
        ]

    def _is_heading(self, row: Sequence[str]) -> bool:
        """The heading again, as on every printed page."""
        said = [(cell, title) for cell, title in zip(row, self.columns.titles, strict=False) if cell]
        return len(said) >= 3 and all(fold_words(cell) == title for cell, title in said)

    def _stem(self, row: Sequence[str]) -> str:
        return without_number(self._cell(row, "stem"))

    def _cell(self, row: Sequence[str], role: str) -> str:
        return self.columns.cell(row, role)


@dataclass(slots=True)
class _Asked:
    """Stem, options and keys of one row made a question."""

    cells: Cells
    row: _Row
    level: str | None

    def question(self) -> Question:
        self._options_in_stem()
        options = without_letters(self.row.options)
        kind = self.cells.type()
        asked = Question(kind or CHOICE, self.row.stem, level=self.level)
        key = self._key()
        if not any(options):
            return self._typed(asked, key, kind)
        truths = self._truths(options, key, kind)
        if truths is not None:
            statements = tuple(Statement(text, truth) for text, truth in truths)
            return replace(asked, type="true_false_group", statements=statements)
        if kind == "ordering":
            return replace(asked, options=tuple(map(Option, options)))
        return self._choice(asked, options, key, kind)

    def _options_in_stem(self) -> None:
        if not self.row.options and self._has_no_option_columns():
            self.row.stem, self.row.options = lettered(self.row.stem)

    def _has_no_option_columns(self) -> bool:
        return not self.cells.columns.options and not self.cells.text("options")

    def _key(self) -> str:
        return self.row.keys[0] if len(self.row.keys) == 1 else ""

    def _typed(self, asked: Question, key: str, kind: str | None) -> Question:
        """A question without options: its key says whether truth or text is asked for."""
        truth = read_truth(key) if kind in {None, CHOICE, "true_false"} else None
        if truth is not None:
            return replace(asked, type="true_false", correct=(0,) if truth else (1,))
        if kind == "essay":
            return replace(asked, guide=key)
        if kind in {None, "short_answer", "numeric", "cloze"} and key:
            answers = tuple(part.strip() for part in _ANSWERS_APART.split(key) if part.strip())
            tolerance = self.cells.text("tolerance")
            if kind == "numeric" or (kind is None and tolerance):
                return replace(
                    asked,
                    type="numeric",
                    answers=answers,
                    tolerance=tolerance or "0",
                    unit=self.cells.text("unit"),
                )
            return replace(asked, type="short_answer", answers=answers, unit=self.cells.text("unit"))
        chosen = "single_choice" if kind in {None, CHOICE} else kind
        return replace(asked, type=chosen)

    def _truths(self, options: list[str], key: str, kind: str | None) -> list[tuple[str, bool]] | None:
        """Statements and their truths, when that is what the options are."""
        if kind not in {None, CHOICE, "true_false_group", "true_false"} or is_truth_pair(options):
            return None
        behind = [truth_behind(text) for text in options]
        if not key and len(behind) > 1 and all(truth is not None for _, truth in behind):
            return [(text, bool(truth)) for text, truth in behind]
        found = read_truths(key, len(options)) if len(options) > 1 else None
        a_row_each = [read_truth(text) for text in self.row.keys]
        if len(a_row_each) == len(options) > 1 and None not in a_row_each:
            asks = kind == "true_false_group" or _ASKS_TRUTH.search(fold_words(self.row.stem))
            found = tuple(map(bool, a_row_each)) if asks else None
        if found is None and kind == "true_false_group":
            self.cells.problems.append(error("no_key", "correct"))
            found = (False,) * len(options)
        return None if found is None else list(zip(options, found, strict=True))

    def _choice(self, asked: Question, options: list[str], key: str, kind: str | None) -> Question:
        found, options = self._right(options, key)
        self.cells.problems.extend(found.problems)
        if is_truth_pair(options) and len(found.correct) <= 1:
            return truth_question(asked, options, found.correct)
        several = kind == "multiple_choice" or (kind != "single_choice" and len(found.correct) > 1)
        return replace(
            asked,
            type="multiple_choice" if several else "single_choice",
            options=tuple(map(Option, options)),
            correct=found.correct,
        )

    def _right(self, options: list[str], key: str) -> tuple[Key, list[str]]:
        """The right options by the key cell, by ticks, or by marks on the options themselves."""
        if len(self.row.keys) > 1:
            return self._by_rows(options), options
        if any(self.row.ticks):
            return Key(tuple(i for i, tick in enumerate(self.row.ticks) if tick)), options
        if key:
            return read_key(key, options), options
        bare = [marked(text) for text in options]
        if any(mark for _, mark in bare):
            return Key(tuple(i for i, (_, mark) in enumerate(bare) if mark)), [text for text, _ in bare]
        return Key(()), options

    def _by_rows(self, options: list[str]) -> Key:
        """One row an option: ticked rows are right, or the first row names the key."""
        ticked = tuple(i for i, text in enumerate(self.row.keys[: len(options)]) if is_tick(text))
        if ticked:
            return Key(ticked)
        named = [text for text in self.row.keys if text and read_truth(text) is not False]
        return read_key(named[0], options) if named else Key(())


def _counts_columns(said: Sequence[str]) -> bool:
    """The row (1) (2) (3) … below a heading."""
    numbers = [re.fullmatch(r"\(?(\d{1,2})\)?", cell) for cell in said]
    values = [int(number[1]) for number in numbers if number]
    return (
        len(said) >= 4
        and len(values) == len(said)
        and values == list(range(values[0], values[0] + len(values)))
    )


def _filled_down(sheet: Sheet, columns: Columns) -> list[Sequence[str]]:
    """The rows, with the text of cells that are merged downwards in each row for topic, level and source."""
    rows = list(sheet.rows)
    wanted = {columns.roles[role] for role in _FILLED_DOWN if role in columns.roles}
    for (top, left), (bottom, right) in sheet.merged:
        if left == right and left in wanted and bottom > top and top < len(rows):
            text = sheet.rows[top][left]
            for r in range(top, min(bottom + 1, len(rows))):
                changed = list(rows[r])
                changed[left] = text
                if any(cell for c, cell in enumerate(changed) if c != left):
                    rows[r] = changed
    return rows
