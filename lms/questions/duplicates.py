"""Questions that ask the same: found by a key, so that a database index can find them too."""

from collections.abc import Iterable
from typing import TypeVar

from lms.questions.question import Question
from lms.vietnamese.text import fold_words

Place = TypeVar("Place")


def stem_key(question: Question) -> str:
    """The folded stem without punctuation: equal keys are the same question to a reader in a hurry.

    A true_false_group asks by its statements (its stem only names the matter), so they belong to its key,
    in any order.
    """
    statements = sorted(fold_words(statement.text) for statement in question.statements)
    return " | ".join([fold_words(question.stem), *statements])


def repeated(questions: Iterable[tuple[Place, Question]]) -> list[tuple[Place, Place]]:
    """(first place, later place) of every question whose key was there before; empty keys do not count."""
    first: dict[str, Place] = {}
    found: list[tuple[Place, Place]] = []
    for place, question in questions:
        key = stem_key(question)
        if key in first:
            found.append((first[key], place))
        elif key.strip(" |"):
            first[key] = place
    return found
