"""Sheets of Quizizz (Wayground): one row a question, the type in words, up to five options, the key by numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from lms.questions.formats.excel import plain_book
from lms.questions.formats.excel.carried import fields_left_out
from lms.questions.formats.excel.drafts import Draft, make_reading, original_of, place_of, unreadable
from lms.questions.formats.excel.grid import ZIP, Grid, GridUnreadable, Sheet, read_grid
from lms.questions.formats.excel.true_false import is_truth_pair, truth_options, truth_question
from lms.questions.options import same_words
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Option, Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.vietnamese.text import fold_words

MOST_OPTIONS = 5
SECONDS = "30"
HEADINGS = (
    "Question Text", "Question Type", "Option 1", "Option 2", "Option 3", "Option 4", "Option 5", "Correct Answer",
    "Time in seconds", "Image Link", "Answer explanation",
)  # fmt: skip
HELP = (
    "Text of the question", "Question type (default is Multiple Choice)", "Text for option 1", "Text for option 2",
    "Text for option 3 (optional)", "Text for option 4 (optional)", "Text for option 5 (optional)",
    "The correct option choice (between 1-5); for Checkbox several with commas", "Time in seconds (optional)",
    "Link of the image (optional)", "Explanation for the answer (optional)",
)  # fmt: skip
TYPES = {
    "single_choice": "Multiple Choice", "true_false": "Multiple Choice", "multiple_choice": "Checkbox",
    "short_answer": "Fill-in-the-Blank", "numeric": "Fill-in-the-Blank", "essay": "Open-Ended",
}  # fmt: skip
_TYPE_OF = {
    "multiple choice": "single_choice", "": "single_choice", "checkbox": "multiple_choice",
    "fill in the blank": "short_answer", "open ended": "essay",
}  # fmt: skip
_COUNTERPARTLESS = {
    "poll", "draw", "slide", "match", "reorder", "drag and drop", "dropdown", "hotspot", "labeling", "labelling",
    "categorize", "audio response", "video response", "math response", "graphing", "passage", "comprehension",
    "word cloud",
}  # fmt: skip


class Quizizz:
    name = "quizizz"
    title = "Quizizz (Wayground)"
    suffix = ".xlsx"
    media_type = plain_book.MEDIA_TYPE

    def recognise(self, name: str, head: bytes) -> bool:
        said = fold_words(name)
        return (
            head.startswith(ZIP)
            and ("quizizz" in said or "wayground" in said)
            and name.lower().endswith(".xlsx")
        )

    def read(self, data: bytes, name: str) -> Reading:
        try:
            grid = read_grid(data, name)
        except GridUnreadable as refused:
            return unreadable(refused, name)
        found = read_sheets(grid, name)
        return found or Reading((), (error("no_questions_in_sheets").at(file=name),), unreadable=True)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        return [problem.at(question=read.number) for read in questions for problem in _losses(read)]

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        rows = [_row(read.question) for read in questions if not _reasons_against(read.question)]
        return plain_book.write("Quizizz", header.name, [HEADINGS, HELP, *rows], heading=0, first_column=0)


FORMAT = Quizizz()


@dataclass(slots=True)
class _Found:
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    foreign: Counter[str] = field(default_factory=Counter)
    first: dict[str, tuple[str, int]] = field(default_factory=dict)
    timed: int = 0
    pictured: int = 0


def read_sheets(grid: Grid, name: str) -> Reading | None:
    """The questions of all sheets with the headings of Quizizz; None if there is no such sheet."""
    held, any_sheet = _Found(), False
    for sheet in grid.sheets:
        head = _heading(sheet)
        if head is not None:
            any_sheet = True
            _read_sheet(sheet, head, held)
    if not any_sheet:
        return None
    said = [*grid.problems, *held.problems]
    for kind, count in held.foreign.items():
        sheet_name, row = held.first[kind]
        said.append(warning("type_not_read", count=count, type=kind).at(**place_of(sheet_name, row)))
    if held.timed:
        said.append(warning("timing_not_read"))
    if held.pictured:
        said.append(warning("picture_links_not_read", count=held.pictured))
    return make_reading(held.drafts, said, name)


def _heading(sheet: Sheet) -> int | None:
    for r, row in enumerate(sheet.rows[:10]):
        titles = {fold_words(cell) for cell in row}
        if {"question text", "option 1", "correct answer"} <= titles:
            return r
    return None


def _read_sheet(sheet: Sheet, head: int, held: _Found) -> None:
    places = {fold_words(title): c for c, title in reversed(list(enumerate(sheet.rows[head])))}
    for r in range(head + 1, len(sheet.rows)):
        row = _Line(sheet, r, places)
        if not any(sheet.rows[r]) or (r == head + 1 and row.is_help()):
            continue
        word = row.cell("question type")
        kind = _TYPE_OF.get(fold_words(word))
        if kind is None:
            held.foreign[word] += 1
            held.first.setdefault(word, (sheet.name, r))
            continue
        held.timed += bool(row.cell("time in seconds"))
        held.pictured += bool(row.cell("image link"))
        held.drafts.append(row.draft(kind))


@dataclass(slots=True)
class _Line:
    sheet: Sheet
    r: int
    places: Mapping[str, int]
    problems: list[Problem] = field(default_factory=list)

    def cell(self, title: str) -> str:
        column = self.places.get(title)
        return "" if column is None else self.sheet.rows[self.r][column]

    def is_help(self) -> bool:
        """The row below the headings that explains them: its type is a sentence, its key no number."""
        kind = fold_words(self.cell("question type"))
        known = kind in _TYPE_OF or kind in _COUNTERPARTLESS
        return not known and len(kind) > 15 and not re.search(r"^\s*\d", self.cell("correct answer"))

    def options(self) -> list[str]:
        texts = [self.cell(f"option {number}") for number in range(1, MOST_OPTIONS + 1)]
        while texts and not texts[-1]:
            texts.pop()
        return texts

    def draft(self, kind: str) -> Draft:
        question = replace(self.question(kind), explanation=self.cell("answer explanation"))
        fields: dict[str | tuple[str, int], int] = {"stem": self.places["question text"]}
        fields |= {
            ("options", i): self.places[f"option {i + 1}"]
            for i in range(5)
            if f"option {i + 1}" in self.places
        }
        fields |= {"correct": self.places["correct answer"]}
        return Draft(
            self.sheet.name,
            self.r,
            question,
            original=original_of(self.sheet.rows[self.r]),
            problems=self.problems,
            fields=fields,
        )

    def question(self, kind: str) -> Question:
        asked, texts = Question(kind, self.cell("question text")), self.options()
        if kind == "essay":
            return asked
        if kind == "short_answer":
            return replace(asked, answers=tuple(filter(None, texts)))
        correct = numbers_of(self.cell("correct answer"), texts, self.problems)
        if kind == "single_choice" and is_truth_pair(texts):
            return truth_question(asked, texts, correct)
        several = kind == "multiple_choice" or len(correct) > 1
        made = tuple(map(Option, texts))
        return replace(
            asked, type="multiple_choice" if several else "single_choice", options=made, correct=correct
        )


def numbers_of(text: str, options: Sequence[str], problems: list[Problem]) -> tuple[int, ...]:
    """The key "1,3" as positions; the text of an option is taken as well. What is neither is noted."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if all(part.isdigit() and part.isascii() for part in parts):
        return tuple(sorted({int(part[:4]) - 1 for part in parts if int(part[:4]) > 0}))
    found = [i for i, option in enumerate(options) if option and same_words(option) == same_words(text)]
    if not found:
        problems.append(warning("key_is_no_option", "correct", text=text[:60]))
    return tuple(found[:1])


def _reasons_against(q: Question) -> list[Problem]:
    if q.type not in TYPES:
        return [error("type_not_written", "type")]
    count = max(len(q.options), len(q.answers) if q.type in {"short_answer", "numeric"} else 0)
    if count > MOST_OPTIONS:
        return [error("options_not_carried", most=MOST_OPTIONS, count=count)]
    return plain_book.too_long(_row(q))


def _losses(read: ReadQuestion) -> list[Problem]:
    q = read.question
    refused = _reasons_against(q)
    if refused:
        return refused
    said = fields_left_out(read, {"options", "correct", "answers", "explanation"})
    if q.type == "numeric":
        said.append(warning("type_changes", type="short_answer"))
    if q.type == "single_choice" and is_truth_pair([option.text for option in q.options]):
        said.append(warning("type_changes", type="true_false"))
    return said


def _row(q: Question) -> tuple[str, ...]:
    texts = [option.text for option in q.options] or list(q.answers)
    key = ",".join(str(i + 1) for i in q.correct)
    if q.type == "true_false":
        texts = list(truth_options())
    padded = (texts + [""] * MOST_OPTIONS)[:MOST_OPTIONS]
    return (q.stem, TYPES.get(q.type, ""), *padded, key, SECONDS, "", q.explanation)
