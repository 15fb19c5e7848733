"""Numbers as trainers spelt them (12.000), kept beside the spelling of the format (12000), and used only if equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lms.questions.formats.shared.plain_numbers import plain, same_number
from lms.questions.question import Question
from lms.vietnamese.numbers import NumberUnreadable


def own_spellings(question: Question) -> tuple[str, ...]:
    """The numbers of a question that would come back in another spelling, each once."""
    return tuple(dict.fromkeys(text for text, unit in _numbers(question) if _differs(text, unit)))


def respelt(question: Question, spellings: Sequence[str]) -> Question:
    """The question with each number in the first of the spellings that is the same number."""
    if not spellings:
        return question

    def spell(text: str, unit: str) -> str:
        return next((own for own in spellings if same_number(own, text, unit)), text)

    if question.type == "numeric":
        answers = tuple(spell(answer, question.unit) for answer in question.answers)
        return replace(question, answers=answers, tolerance=spell(question.tolerance, ""))
    blanks = tuple(
        replace(
            blank,
            answers=tuple(spell(answer, blank.unit) for answer in blank.answers),
            tolerance=spell(blank.tolerance, ""),
        )
        if blank.kind == "number"
        else blank
        for blank in question.blanks
    )
    return replace(question, blanks=blanks)


def _numbers(question: Question) -> Iterator[tuple[str, str]]:
    if question.type == "numeric":
        yield from ((answer, question.unit) for answer in question.answers)
        yield question.tolerance, ""
    for blank in question.blanks:
        if blank.kind == "number":
            yield from ((answer, blank.unit) for answer in blank.answers)
            yield blank.tolerance, ""


def _differs(text: str, unit: str) -> bool:
    try:
        return plain(text, unit).replace(".", ",") != text
    except NumberUnreadable:
        return False
