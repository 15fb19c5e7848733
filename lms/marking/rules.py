"""Rules of marking, pure: how markers' points become what an answer is worth, when two markers differ, what a mark is
called, and how long somebody may keep what they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from lms.attempts.words import word_of
from lms.kit.i18n import N_
from lms.questions.question import Criterion
from lms.vietnamese.numbers import NumberUnreadable, parse_number

WAITING, TAKEN, MARKED, RETURNED, DROPPED = "waiting", "taken", "marked", "returned", "dropped"
STATES = (WAITING, TAKEN, MARKED, RETURNED)
STATE_NAMES = {
    WAITING: N_("Waiting"),
    TAKEN: N_("Taken"),
    MARKED: N_("Marked"),
    RETURNED: N_("Returned"),
}
FIRST, SECOND, THIRD = 1, 2, 3  # rounds: two markers, then the one who reconciles
KEPT = timedelta(hours=48)  # what was taken and not marked for so long goes back into the queue (house rule)
APART = Decimal("0.1")  # of the points: two markers who differ by more are reconciled (house rule)
REWRITING = timedelta(days=7)  # suggested time for rewriting; usual are 7 to 15 days after a conference
LONGEST_COMMENT = 4_000
LONGEST_REASON = 1_000
_GRAIN = Decimal("0.0001")  # correctness is kept in ten-thousandths
_CENT = Decimal("0.01")


def share(points: Decimal, most: Decimal) -> Decimal:
    """`points` of `most` as correctness, 0 to 1, to ten-thousandths; 0 of what is worth nothing."""
    if most <= 0:
        return Decimal(0)
    return min(max(points / most, Decimal(0)), Decimal(1)).quantize(_GRAIN, rounding=ROUND_HALF_UP)


def most_of(rubric: Sequence[Criterion], points: Decimal) -> Decimal:
    """The points that are given out in marking: those of the rubric, or without one those of the slot."""
    return sum((criterion_points(line) for line in rubric), Decimal(0)) or points


def criterion_points(line: Criterion) -> Decimal:
    """The most points of a criterion."""
    return parse_number(line.points)


@dataclass(frozen=True, slots=True)
class Given:
    """What one marker gave: points in all, and per criterion (empty without a rubric)."""

    points: Decimal
    criteria: tuple[Decimal, ...] = ()


class PointsRefused(Exception):
    """Points cannot be read, or are out of range; `place` is the criterion's number from 0, None for the whole."""

    def __init__(self, place: int | None, most: Decimal) -> None:
        super().__init__(f"points for {place} must lie between 0 and {most}")
        self.place = place
        self.most = most


def read_given(typed: Sequence[str], rubric: Sequence[Criterion], most: Decimal) -> Given:
    """The points as a marker typed them: one text for each criterion, or one for the whole. Raises PointsRefused."""
    if not rubric:
        return Given(_read(typed[0] if typed else "", None, most))
    limits = [criterion_points(line) for line in rubric]
    texts = [*typed, *[""] * len(limits)]
    criteria = tuple(_read(texts[n], n, limit) for n, limit in enumerate(limits))
    return Given(sum(criteria, Decimal(0)), criteria)


def _read(text: str, place: int | None, most: Decimal) -> Decimal:
    try:
        found = parse_number(text)
    except NumberUnreadable as unreadable:
        raise PointsRefused(place, most) from unreadable
    if "%" in text or not 0 <= found <= most or found != found.quantize(_CENT):
        raise PointsRefused(place, most)
    return found


def apart(one: Decimal, other: Decimal, most: Decimal) -> bool:
    """Whether two marks are too far from each other for their mean to count: by points, or by what they are called."""
    return abs(one - other) > APART * most or word_of(share(one, most)) != word_of(share(other, most))


def mean(one: Given, other: Given) -> Given:
    """What counts of two markers who agree well enough; to hundredths of a point."""
    criteria = tuple(_half(a + b) for a, b in zip(one.criteria, other.criteria, strict=True))
    return Given(_half(one.points + other.points), criteria)


def _half(total: Decimal) -> Decimal:
    return (total / 2).quantize(_CENT, rounding=ROUND_HALF_UP)
