"""Sheets of Kahoot: title and help above, headings in row 8 from column B, up to four answers, the key by numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.questions.formats.excel import plain_book, quiz_sheets
from lms.questions.formats.excel.carried import fields_left_out
from lms.questions.formats.excel.true_false import is_truth_pair, truth_options
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion

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
LAYOUT = quiz_sheets.Layout(
    file_words=("kahoot",),
    titles={
        "stem": "question.*", "option 1": "answer 1.*", "option 2": "answer 2.*", "option 3": "answer 3.*",
        "option 4": "answer 4.*", "key": "correct answer s.*", "time": "time limit.*",
    },
    needed=frozenset({"stem", "option 1", "option 2", "key"}),
    heading_rows=20,
    most_options=MOST_OPTIONS,
    types={"": "single_choice"},
    numbered=True,
)  # fmt: skip


class Kahoot:
    name = "kahoot"
    title = "Kahoot"
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
        kept = [read.question for read in questions if not _reasons_against(read.question)]
        above = [("",), ("", header.name), ("", HELP), *[("",)] * 4]
        rows = [(str(number), *_row(question)) for number, question in enumerate(kept, start=1)]
        return plain_book.write("Kahoot", header.name, [*above, HEADINGS, *rows], heading=7, first_column=1)


FORMAT = Kahoot()


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
