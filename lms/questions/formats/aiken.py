"""Aiken, the simplest format of Moodle: the question on one line, lettered options, and `ANSWER: B`.

Errors have their line, as in Moodle: an option or ANSWER without a question, fewer than two options, a new question
before ANSWER, a letter that no option has. The good questions of such a file are read. `[1]` or `[NB]` before a
question, as Vietnamese trainers write it, is its level.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

from lms.questions.formats.shared import losses
from lms.questions.formats.shared.findings import check_all, decoded, in_order, unreadable
from lms.questions.levels import read_level
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Option, Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.vietnamese.text import clean, nfc

TYPES = {"single_choice"}
_OPTION = re.compile(r"([A-Z])[).](.*)", re.DOTALL)
_ANSWER = re.compile(r"ANSWER:(.*)", re.DOTALL)
_LEVEL = re.compile(r"\[([^\[\]]{1,20})\]\s*(\S.*)", re.DOTALL)
_LINES = re.compile(r"^[A-Z][).].*\n(?:\s*\n)*ANSWER:\s*[A-Z]\s*$", re.MULTILINE)
_SHORTEST = 2  # shorter lines are passed over


class Aiken:
    name = "aiken"
    title = "Aiken (Moodle)"
    suffix = ".txt"
    media_type = "text/plain"

    def recognise(self, name: str, head: bytes) -> bool:
        text = head.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
        return name.lower().endswith((".txt", ".aiken")) and bool(_LINES.search(text))

    def read(self, data: bytes, name: str) -> Reading:
        text = decoded(data)
        return _Reader().reading(text, name) if isinstance(text, str) else unreadable(text, name)

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        found: list[Problem] = []
        for read in questions:
            refused = losses.refused(read, TYPES) or list(_refused(read.question))
            found += losses.placed(refused or _parts(read), read)
        return found

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        left_out = losses.left_out(self.losses(questions))
        return "\n".join(_block(read.question) for read in questions if read.number not in left_out).encode()


FORMAT = Aiken()


@dataclass(slots=True)
class _Open:
    """A question whose ANSWER has not come yet."""

    line: int
    stem: str
    options: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self) -> None:
        self.open: _Open | None = None
        self.number = 0
        self.reads: list[ReadQuestion] = []
        self.problems: list[Problem] = []

    def reading(self, text: str, name: str) -> Reading:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for number, line in enumerate(lines, start=1):
            if len(line.strip()) >= _SHORTEST:
                self._take(nfc(line.strip()), number)
        if self.open:
            self._fail(error("question_not_finished", line=self.open.line), len(lines))
        if not self.reads and not self.problems:
            self.problems.append(error("file_without_questions"))
        found = [*self.problems, *check_all(self.reads)]
        return Reading(tuple(self.reads), in_order(found, name))

    def _take(self, line: str, number: int) -> None:
        option, answer = _OPTION.fullmatch(line), _ANSWER.fullmatch(line)
        if option or answer:
            if self.open is None:
                self.problems.append(error("outside_question").at(line=number))
                return
            self.open.lines.append(line)
        if option and self.open:
            self.open.options.append(clean(option[2]))
        elif answer and self.open:
            self._close(self.open, answer[1].strip(), number)
        else:
            if self.open:
                self._fail(error("question_not_finished", line=self.open.line), number)
            self.number += 1
            self.open = _Open(number, clean(line), lines=[line])

    def _fail(self, problem: Problem, line: int) -> None:
        self.problems.append(problem.at(line=line, question=self.number))
        self.open = None

    def _close(self, held: _Open, letter: str, line: int) -> None:
        right = ascii_uppercase.find(letter[:1]) if letter else -1
        count = len(held.options)
        if count < 2:
            self._fail(error("too_few_options", "options", count=count), line)
        elif right < 0:
            self._fail(error("unknown_key_letter", "correct", text=letter[:20]), line)
        elif right >= count:
            self._fail(error("key_out_of_range", "correct", number=right + 1, count=count), line)
        else:
            self._add(held, right)

    def _add(self, held: _Open, right: int) -> None:
        self.open = None
        level, stem = _levelled(held.stem)
        options = tuple(Option(text) for text in held.options)
        question = Question("single_choice", stem, options=options, correct=(right,), level=level)
        original = "\n".join(held.lines)
        read = ReadQuestion(self.number, "", question.tidied(), held.line, original=original)
        self.reads.append(read)


def _levelled(stem: str) -> tuple[str | None, str]:
    """The level in square brackets before a question, and the question."""
    found = _LEVEL.fullmatch(stem)
    level = read_level(found[1]) if found else None
    return (level, found[2]) if found and level else (None, stem)


def _refused(q: Question) -> Iterator[Problem]:
    """What Aiken would read as something else."""
    stem = clean(q.stem)
    if len(stem) < _SHORTEST or _OPTION.fullmatch(stem) or _ANSWER.fullmatch(stem) or _levelled(stem)[0]:
        yield error("stem_not_written", "stem")
    for place, option in enumerate(q.options):
        if not option.text:
            yield error("option_not_written", "options", place)


def _parts(read: ReadQuestion) -> Iterator[Problem]:
    q = read.question
    yield from losses.of_pictures(q)
    said = {
        "explanation": bool(q.explanation),
        "level": q.level is not None,
        "source": bool(q.source),
        "cites": bool(q.cites),
        "expires": bool(q.expires),
        "stimulus": q.stimulus is not None,
        "fixed": any(option.fixed for option in q.options),
        "points": read.points is not None,
        "topic": bool(read.topic),
        "tags": bool(read.tags),
    }
    yield from (warning(f"{part}_not_written", part) for part, there in said.items() if there)
    if any("\n" in text for text in [q.stem, *(option.text for option in q.options)]):
        yield warning("line_ends_lost", "stem")


def _block(q: Question) -> str:
    letters = ascii_uppercase[: len(q.options)]
    options = [f"{letter}. {clean(option.text)}" for letter, option in zip(letters, q.options, strict=True)]
    return "\n".join([clean(q.stem), *options, f"ANSWER: {letters[q.correct[0]]}", ""])
