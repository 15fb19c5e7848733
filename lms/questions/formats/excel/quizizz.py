"""Sheets of Quizizz (Wayground): one row a question, the type in words, up to five options, the key by numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.questions.formats.excel import plain_book, quiz_sheets
from lms.questions.formats.excel.carried import fields_left_out
from lms.questions.formats.excel.true_false import is_truth_pair, truth_options
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion

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
LAYOUT = quiz_sheets.Layout(
    file_words=("quizizz", "wayground"),
    titles={
        "stem": "question text", "type": "question type", "option 1": "option 1", "option 2": "option 2",
        "option 3": "option 3", "option 4": "option 4", "option 5": "option 5", "key": "correct answer",
        "time": "time in seconds", "picture": "image link", "explanation": "answer explanation",
    },
    needed=frozenset({"stem", "option 1", "key"}),
    heading_rows=10,
    most_options=MOST_OPTIONS,
    types={
        "multiple choice": "single_choice", "": "single_choice", "checkbox": "multiple_choice",
        "fill in the blank": "short_answer", "open ended": "essay",
    },
)  # fmt: skip


class Quizizz:
    name = "quizizz"
    title = "Quizizz (Wayground)"
    suffix = ".xlsx"
    media_type = plain_book.MEDIA_TYPE

    def recognise(self, name: str, head: bytes) -> bool:
        return quiz_sheets.is_named_after(LAYOUT, name, head)

    def read(self, data: bytes, name: str) -> Reading:
        return quiz_sheets.read(LAYOUT, data, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        return [problem.at(question=read.number) for read in questions for problem in _losses(read)]

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        rows = [_row(read.question) for read in questions if not _reasons_against(read.question)]
        return plain_book.write("Quizizz", header.name, [HEADINGS, HELP, *rows], heading=0, first_column=0)


FORMAT = Quizizz()


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
