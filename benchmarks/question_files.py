"""Files of questions to measure reading on: the project's own writers make them, all but the Word file.

The Word file is as people type it, see `typed_word`; the others hold what our writers export.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from benchmarks.made_text import Writer
from benchmarks.typed_word import typed_word
from lms.questions import formats
from lms.questions.question import Option, Pair, Question
from lms.questions.reading import BankHeader, Format, Reading, ReadQuestion

HEADER = BankHeader("benchmark", "benchmark", "Ngân hàng câu hỏi để đo")
_KNOWN = {known.name: known for known in formats.FORMATS}
# The formats by the names of their benchmarks; the versions of QTI have one reader, so that one of them is enough.
FORMATS: dict[str, Format] = {
    "word": _KNOWN["word"],
    "gift": _KNOWN["gift"],
    "moodle_xml": _KNOWN["moodle_xml"],
    "excel": _KNOWN["excel"],
    "qti": _KNOWN["qti22"],
    "canvas": _KNOWN["canvas"],
    "yaml": _KNOWN["yaml"],
    "aiken": _KNOWN["aiken"],
}
# Of ten questions: what a bank of trainers holds. Aiken knows but one type, a typed Word bank has mostly that one.
_MIXTURE = (*["single_choice"] * 5, "multiple_choice", "true_false", "short_answer", "numeric", "matching")
_ONLY = {"aiken": ("single_choice",), "word": ("single_choice",)}
_LEVELS = ("recall", "comprehension", "application")


@dataclass(frozen=True, slots=True)
class QuestionFile:
    """A file and the questions that are in it."""

    data: bytes
    name: str
    questions: Sequence[ReadQuestion]


def question_file(kind: str, count: int) -> QuestionFile:
    """A file of so many questions. Raises RuntimeError if it does not read as what was put into it."""
    known, questions = FORMATS[kind], made_questions(count, _ONLY.get(kind, _MIXTURE))
    data = typed_word(questions) if kind == "word" else known.write(HEADER, questions, {})
    made = QuestionFile(data, f"questions{known.suffix}", questions)
    _compare(known.read(made.data, made.name), questions)
    return made


def _compare(reading: Reading, questions: Sequence[ReadQuestion]) -> None:
    """Speed is worth nothing if what was read is not what stands there. Aiken has no levels, so they are left out."""
    if not reading.usable:
        raise RuntimeError(f"errors in a file without any: {reading.problems[:3]}")
    read, put = (
        [replace(one.question, level=None) for one in some] for some in (reading.questions, questions)
    )
    if read != put:
        wrong = [pair for pair in zip(read, put, strict=False) if pair[0] != pair[1]][:1]
        raise RuntimeError(f"{len(read)} of {len(put)} questions read, and otherwise than written: {wrong}")


def made_questions(count: int, types: Sequence[str]) -> list[ReadQuestion]:
    """Questions of these types in turn, no two alike."""
    writer = Writer(2026)
    questions = (_MAKERS[types[at % len(types)]](writer) for at in range(count))
    return [
        ReadQuestion(number, f"bench-{number:05}", question, points=Decimal(1))
        for number, question in enumerate(questions, 1)
    ]


def _stem(writer: Writer) -> str:
    return f"{writer.words(12, 24)} năm {writer.rng.randint(2026, 2045)}?"


def _options(writer: Writer, count: int = 4) -> tuple[Option, ...]:
    texts: dict[str, None] = {}  # in the order in which they come
    while len(texts) < count:
        texts[writer.words(2, 9)] = None
    return tuple(map(Option, texts))


def _single_choice(writer: Writer) -> Question:
    level = writer.rng.choice(_LEVELS)
    return Question("single_choice", _stem(writer), _options(writer), (writer.rng.randrange(4),), level=level)


def _multiple_choice(writer: Writer) -> Question:
    correct = tuple(sorted(writer.rng.sample(range(4), 2)))
    return Question("multiple_choice", _stem(writer), _options(writer), correct)


def _true_false(writer: Writer) -> Question:
    return Question("true_false", _stem(writer), correct=(writer.rng.randrange(2),))


def _short_answer(writer: Writer) -> Question:
    return Question("short_answer", _stem(writer), answers=(writer.words(2, 3),))


def _numeric(writer: Writer) -> Question:
    return Question("numeric", _stem(writer), answers=(str(writer.rng.randint(2, 999)),))


def _matching(writer: Writer) -> Question:
    sides = [option.text for option in _options(writer, 8)]
    return Question("matching", _stem(writer), pairs=tuple(map(Pair, sides[:4], sides[4:])))


_MAKERS: dict[str, Callable[[Writer], Question]] = {
    "single_choice": _single_choice,
    "multiple_choice": _multiple_choice,
    "true_false": _true_false,
    "short_answer": _short_answer,
    "numeric": _numeric,
    "matching": _matching,
}
