"""What is doubtful in a whole bank: of single questions, and what only shows when many are looked at together.

A candidate who knows nothing learns from a bank whose right options are longer than the others, or stand mostly in
the same place. Chance does that too, so a finding needs a count that chance alone would hardly give: more than
CLEARLY standard deviations above what is expected (about one bank in a hundred for no reason), and FEWEST questions.

The findings are problems like those of a file; their sentences are in lms.banks.problems. Place is whatever the
caller names a question by.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from lms.questions.options import kept_in_place
from lms.questions.problem import Problem, warning
from lms.questions.question import Question
from lms.questions.types import TYPES
from lms.vietnamese.text import clean, fold_tone

FEWEST = 10  # questions that a finding about a whole bank needs
CLEARLY = 2.33
SOON = timedelta(days=30)
LETTERS = "ABCDEFGHIJ"
_NEGATION = re.compile(
    r"\bkhông (?:phải|đúng|thuộc|nằm|được nêu|được xác định|có trong|chính xác)\b"
    r"|\b(?:chưa|không) (?:đúng|chính xác)\b|\bngoại trừ\b|\btrừ (?:phương án|ý|nội dung)\b|\blà sai\b|\bnào sai\b"
)
_MARKED = re.compile(r"KHÔNG|CHƯA|NGOẠI TRỪ|TRỪ|SAI")
_SHOUTING = 0.6  # of the letters: the whole stem is in capitals, so none of them stands out
Place = TypeVar("Place")


@dataclass(frozen=True, slots=True)
class Finding(Generic[Place]):
    """One thing to look at and where. `places` are the questions; the sentence speaks of one, or of all of them."""

    problem: Problem
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Linted(Generic[Place]):
    """What was found: of the bank as a whole, and question by question in the order given."""

    bank: tuple[Finding[Place], ...]
    questions: tuple[Finding[Place], ...]


def lint(questions: Iterable[tuple[Place, Question]], today: date) -> Linted[Place]:
    """Everything doubtful in these questions. `today` is what their expiry is compared with."""
    asked = list(questions)
    single = [
        Finding(problem, (place,)) for place, question in asked for problem in _of_question(question, today)
    ]
    choices = [(place, question) for place, question in asked if _has_one_key(question)]
    return Linted((*_longest_keys(choices), *_places_of_keys(choices)), tuple(single))


def _of_question(question: Question, today: date) -> Iterator[Problem]:
    yield from TYPES[question.type].check(question)
    if not question.explanation:
        yield warning("no_explanation", "explanation")
    if not question.cites and not question.source:
        yield warning("source_missing", "source")
    negation = unmarked_negation(question.stem) if question.options else ""
    if negation:
        yield warning("negation_unmarked", "stem", word=negation)
    yield from _expiry(question, today)


def _expiry(question: Question, today: date) -> Iterator[Problem]:
    try:
        last_day = date.fromisoformat(question.expires) if question.expires else None
    except ValueError:
        return  # check names it
    if last_day and last_day < today:
        yield warning("expired", "expires", day=f"{last_day:%d/%m/%Y}")
    elif last_day and last_day <= today + SOON:
        yield warning("expires_soon", "expires", day=f"{last_day:%d/%m/%Y}")


def unmarked_negation(stem: str) -> str:
    """The words that turn a question round without standing out ("không đúng"); "" when there are none.

    Hurried readers miss them, so exam rules ask for capitals: "Nội dung nào sau đây KHÔNG đúng?"
    """
    text = clean(stem)
    letters = [letter for letter in text if letter.isalpha()]
    shouts = sum(letter.isupper() for letter in letters) > _SHOUTING * len(letters)
    if _MARKED.search(text) and not shouts:
        return ""
    found = _NEGATION.search(fold_tone(text).casefold())
    return found[0] if found else ""


def _has_one_key(question: Question) -> bool:
    return (
        question.type == "single_choice"
        and len(question.options) >= 2
        and len(question.correct) == 1
        and 0 <= question.correct[0] < len(question.options)
    )


def _longest_keys(choices: Sequence[tuple[Place, Question]]) -> Iterator[Finding[Place]]:
    """Whether the right option is the longest in clearly more questions than one in each number of options."""
    longest = [(place, q) for place, q in choices if _key_is_longest(q)]
    chances = [1 / len(q.options) for _place, q in choices]
    expected = math.fsum(chances)
    if len(choices) >= FEWEST and _clearly_more(len(longest), chances):
        problem = warning("keys_are_longest", count=len(longest), of=len(choices), expected=round(expected))
        yield Finding(problem, tuple(place for place, _question in longest))


def _key_is_longest(question: Question) -> bool:
    lengths = [len(clean(option.text)) for option in question.options]
    key = lengths.pop(question.correct[0])
    return key > max(lengths)


def _places_of_keys(choices: Sequence[tuple[Place, Question]]) -> Iterator[Finding[Place]]:
    """Whether right options stand in one place clearly more often than chance puts them there.

    Options that keep their place for what they say ("Cả ba phương án trên") were not put there by habit, so
    questions whose key is one of them do not count.
    """
    counted = [(place, q) for place, q in choices if q.correct[0] not in kept_in_place(q.options)]
    most = max((len(q.options) for _place, q in counted), default=0)
    places = [[place for place, q in counted if q.correct[0] == at] for at in range(most)]
    figures = ", ".join(f"{LETTERS[at]} {len(here)}" for at, here in enumerate(places))
    for at, here in enumerate(places):
        chances = [1 / len(q.options) for _place, q in counted if at < len(q.options)]
        if len(counted) >= FEWEST and _clearly_more(len(here), chances):
            problem = warning(
                "keys_in_one_place",
                letter=LETTERS[at],
                count=len(here),
                of=len(chances),
                expected=round(math.fsum(chances)),
                figures=figures,
            )
            yield Finding(problem, tuple(here))


def _clearly_more(count: int, chances: Sequence[float]) -> bool:
    """Whether `count` is more than the sum of these chances by more than chance explains."""
    expected = math.fsum(chances)
    deviation = math.sqrt(math.fsum(chance * (1 - chance) for chance in chances))
    return count - expected > CLEARLY * deviation
