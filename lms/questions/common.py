"""What all types check and do alike."""

from collections.abc import Sequence
from dataclasses import fields

from lms.questions.problem import Problem, error
from lms.questions.question import LEVELS, SCORINGS, AskedQuestion, Question
from lms.questions.question_type import Arrangement
from lms.vietnamese.text import clean

_SHARED = {"type", "stem", "level", "explanation", "source", "cites", "images", "stimulus", "expires"}


def check_shared(q: Question, used: Sequence[str]) -> list[Problem]:
    """Stem, level and scoring, and no field filled that the type does not use (`used` are its own)."""
    problems = [] if clean(q.stem) else [error("no_stem", "stem")]
    if q.level is not None and q.level not in LEVELS:
        problems.append(error("unknown_level", "level", level=q.level, known=", ".join(LEVELS)))
    if q.scoring not in SCORINGS:
        problems.append(error("unknown_scoring", "scoring", scoring=q.scoring, known=", ".join(SCORINGS)))
    others = (field for field in fields(q) if field.name not in _SHARED.union(used))
    return problems + [
        error("field_not_used", field.name) for field in others if getattr(q, field.name) != field.default
    ]


def ask_typed(q: Question, arrangement: Arrangement) -> AskedQuestion:
    """What a page may know of a question without a list."""
    in_order((), arrangement)
    return AskedQuestion(type=q.type, stem=q.stem, unit=q.unit)


def in_order(texts: Sequence[str], arrangement: Arrangement) -> tuple[str, ...]:
    """The texts in displayed order. Raises ValueError unless the arrangement names each exactly once."""
    if sorted(arrangement) != list(range(len(texts))):
        raise ValueError(f"arrangement {tuple(arrangement)} does not fit {len(texts)} entries")
    return tuple(texts[index] for index in arrangement)
