"""What can be ruled about a question that turned out wrong, and making a key by choosing on the question itself. Pure.

A key is the question once more with another key and nothing else different: what candidates were shown must stay what
they were shown, or their answers would mean something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lms.kit.i18n import N_
from lms.questions.problem import Problem
from lms.questions.question import Question
from lms.questions.types import TYPES
from lms.vietnamese.text import tidy

DROP, SECOND_KEY, FULL_MARKS, NEW_KEY = "drop", "second_key", "full_marks", "new_key"
KINDS = (NEW_KEY, SECOND_KEY, FULL_MARKS, DROP)
KIND_NAMES = {
    NEW_KEY: N_("New key: another answer is the right one"),
    SECOND_KEY: N_("Second key: another answer is right as well"),
    FULL_MARKS: N_("Full marks for everybody whose paper has the question"),
    DROP: N_("Drop the question: it counts for nobody"),
}
WITH_KEY = (NEW_KEY, SECOND_KEY)
REKEYED = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "true_false_group",
    "short_answer",
    "numeric",
)  # types whose key can be chosen again; of the others (matching, ordering, cloze, essay) nothing is chosen
LONGEST_REASON = 1000
MOST_ANSWERS = 20  # accepted texts that may be typed in


class KeyRefused(ValueError):
    """The chosen key cannot be one; `problems` are findings of the type's own check, if it was that."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.message = message  # an English msgid
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Picked:
    """What was chosen: right options by original index, the truth of each statement, or the accepted texts."""

    correct: tuple[int, ...] = ()
    truths: tuple[bool, ...] = ()
    answers: tuple[str, ...] = ()
    tolerance: str = ""


def kinds_for(type_name: str) -> tuple[str, ...]:
    """What can be ruled about a question of the type."""
    return tuple(kind for kind in KINDS if kind not in WITH_KEY or type_name in REKEYED)


def picked_of(question: Question) -> Picked:
    """The question's own key, as it would be chosen."""
    truths = tuple(statement.correct for statement in question.statements)
    return Picked(question.correct, truths, question.answers, question.tolerance)


def decided(question: Question, kind: str, picked: Picked) -> Question | None:
    """The question with the key that a ruling of the kind needs; None for a kind without one. Raises KeyRefused."""
    if kind not in kinds_for(question.type):
        raise KeyRefused(N_("This cannot be decided about a question of this type."))
    if kind not in WITH_KEY:
        return None
    rekeyed = with_key(question, picked)
    known = {_same(problem) for problem in TYPES[question.type].check(question)}
    wrong = [
        p for p in TYPES[question.type].check(rekeyed) if p.severity == "error" and _same(p) not in known
    ]
    if wrong:
        raise KeyRefused(N_("What was chosen is no key for this question."), tuple(wrong))
    if _key(rekeyed) == _key(question):
        raise KeyRefused(N_("This is the key that the question has already. Choose another one."))
    return rekeyed


def with_key(question: Question, picked: Picked) -> Question:
    """The same question with what was chosen as its key. Raises KeyRefused when it does not fit the question."""
    match question.type:
        case "single_choice" | "multiple_choice" | "true_false":
            return replace(question, correct=tuple(sorted(set(picked.correct))))
        case "true_false_group":
            if len(picked.truths) != len(question.statements):
                raise KeyRefused(N_("Say of every statement whether it is true."))
            pairs = zip(question.statements, picked.truths, strict=True)
            return replace(question, statements=tuple(replace(s, correct=truth) for s, truth in pairs))
        case "short_answer" | "numeric":
            answers = tuple(dict.fromkeys(tidy(text) for text in picked.answers if tidy(text)))
            if len(answers) > MOST_ANSWERS:
                raise KeyRefused(N_("These are more than 20 accepted answers."))
            return replace(question, answers=answers, tolerance=tidy(picked.tolerance) or question.tolerance)
    raise KeyRefused(N_("This cannot be decided about a question of this type."))


def _same(problem: Problem) -> Any:
    return problem.code, tuple(sorted(problem.where.items()))


def _key(question: Question) -> Any:
    truths = tuple(statement.correct for statement in question.statements)
    return set(question.correct), truths, set(question.answers), question.tolerance
