"""Sheets of Kahoot: title and help above, headings in row 8 from column B, up to four answers, the key by numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from lms.questions.formats.excel import plain_book
from lms.questions.formats.excel.carried import fields_left_out
from lms.questions.formats.excel.drafts import Draft, make_reading, original_of, unreadable
from lms.questions.formats.excel.grid import ZIP, Grid, GridUnreadable, Sheet, read_grid
from lms.questions.formats.excel.quizizz import numbers_of
from lms.questions.formats.excel.true_false import is_truth_pair, truth_options, truth_question
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Option, Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.vietnamese.text import fold_words

MOST_OPTIONS = 4
LONGEST_QUESTION, LONGEST_ANSWER = 120, 75
SECONDS = "60"
HEADINGS = (
    "", "Question - max 120 characters", "Answer 1 - max 75 characters", "Answer 2 - max 75 characters",
    "Answer 3 - max 75 characters", "Answer 4 - max 75 characters",
    "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs", "Correct answer(s) - choose at least one",
)  # fmt: skip
HELP = (
    "Add questions, at least two answer alternatives, time limit and choose correct answers (at least one)."
)
_TYPES = ("single_choice", "multiple_choice", "true_false")


class Kahoot:
    name = "kahoot"
    title = "Kahoot"
    suffix = ".xlsx"
    media_type = plain_book.MEDIA_TYPE

    def recognise(self, name: str, head: bytes) -> bool:
        return head.startswith(ZIP) and "kahoot" in fold_words(name) and name.lower().endswith(".xlsx")

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
        kept = [read.question for read in questions if not _reasons_against(read.question)]
        above = [("",), ("", header.name), ("", HELP), *[("",)] * 4]
        rows = [(str(number), *_row(question)) for number, question in enumerate(kept, start=1)]
        return plain_book.write("Kahoot", header.name, [*above, HEADINGS, *rows], heading=7, first_column=1)


FORMAT = Kahoot()


def read_sheets(grid: Grid, name: str) -> Reading | None:
    """The questions of all sheets with the headings of Kahoot; None if there is no such sheet."""
    drafts: list[Draft] = []
    timed = any_sheet = False
    for sheet in grid.sheets:
        found = _heading(sheet)
        if found is not None:
            any_sheet = True
            head, places = found
            for r in range(head + 1, len(sheet.rows)):
                row = sheet.rows[r]
                if any(row[c] for title, c in places.items() if title != "time"):
                    timed = timed or bool("time" in places and row[places["time"]])
                    drafts.append(_draft(sheet, r, places))
    if not any_sheet:
        return None
    said = [*grid.problems, *([warning("timing_not_read")] if timed else [])]
    return make_reading(drafts, said, name)


def _heading(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the headings, and the columns of question, answer 1 to 4, time and key."""
    for r, row in enumerate(sheet.rows[:20]):
        places: dict[str, int] = {}
        for c, cell in enumerate(row):
            title = fold_words(cell)
            for name, begins in _TITLES.items():
                if title.startswith(begins):
                    places.setdefault(name, c)
        if {"question", "answer 1", "answer 2", "key"} <= places.keys():
            return r, places
    return None


_TITLES = {
    "question": "question", "answer 1": "answer 1", "answer 2": "answer 2", "answer 3": "answer 3",
    "answer 4": "answer 4", "time": "time limit", "key": "correct answer s",
}  # fmt: skip


def _draft(sheet: Sheet, r: int, places: Mapping[str, int]) -> Draft:
    row = sheet.rows[r]
    texts = [row[places[f"answer {number}"]] for number in range(1, 5) if f"answer {number}" in places]
    while texts and not texts[-1]:
        texts.pop()
    problems: list[Problem] = []
    correct = numbers_of(row[places["key"]], texts, problems)
    asked = Question("single_choice", row[places["question"]])
    if is_truth_pair(texts) and len(correct) < 2:
        question = truth_question(asked, texts, correct)
    else:
        kind = "multiple_choice" if len(correct) > 1 else "single_choice"
        question = replace(asked, type=kind, options=tuple(map(Option, texts)), correct=correct)
    fields: dict[str | tuple[str, int], int] = {"stem": places["question"], "correct": places["key"]}
    fields |= {("options", i): places[f"answer {i + 1}"] for i in range(len(texts))}
    return Draft(sheet.name, r, question, original=original_of(row), problems=problems, fields=fields)


def _reasons_against(q: Question) -> list[Problem]:
    if q.type not in _TYPES:
        return [error("type_not_written", "type")]
    if len(q.options) > MOST_OPTIONS:
        return [error("options_not_carried", most=MOST_OPTIONS, count=len(q.options))]
    return []


def _losses(read: ReadQuestion) -> list[Problem]:
    q = read.question
    refused = _reasons_against(q)
    if refused:
        return refused
    said = fields_left_out(read, {"options", "correct"})
    if len(q.stem) > LONGEST_QUESTION:
        said.append(warning("text_cut", "stem", most=LONGEST_QUESTION))
    for i, option in enumerate(q.options):
        if len(option.text) > LONGEST_ANSWER:
            said.append(warning("text_cut", "options", i, most=LONGEST_ANSWER))
    again = _type_again(q)
    return [*said, warning("type_changes", type=again)] if again != q.type else said


def _type_again(q: Question) -> str:
    if len(q.correct) > 1:
        return "multiple_choice"
    if q.type == "true_false" or is_truth_pair([_cut(option.text, LONGEST_ANSWER) for option in q.options]):
        return "true_false"
    return "single_choice"


def _row(q: Question) -> tuple[str, ...]:
    texts = list(truth_options()) if q.type == "true_false" else [option.text for option in q.options]
    cut = [_cut(text, LONGEST_ANSWER) for text in texts]
    padded = (cut + [""] * MOST_OPTIONS)[:MOST_OPTIONS]
    key = ",".join(str(i + 1) for i in q.correct)
    return (_cut(q.stem, LONGEST_QUESTION), *padded, SECONDS, key)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
