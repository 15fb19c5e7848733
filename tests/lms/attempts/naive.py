"""What must be true of an attempt, found again the plain way, by other means than the product's own."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lms.attempts.models import Attempt, Grade

EMPTY = (None, "null", '""', "[]", "{}")


@dataclass(frozen=True)
class Told:
    """An event as the person meant it: the epoch in which it was made, and what the server made of it."""

    tab: str
    seq: int
    slot: int
    op: str
    value: str | None
    made: int
    arrived: int
    counts: bool

    @property
    def answers(self) -> bool:
        return self.op == "clear" or (self.op == "set" and self.value not in EMPTY)


def possible(told: Iterable[Told], slot: int) -> list[Any]:
    """What may hold of a slot: of each tab the last word of the latest epoch. None stands for no answer.

    [] where it cannot be told, because something was made in one epoch and arrived in another.
    """
    words = [one for one in told if one.slot == slot and one.counts and one.answers]
    if any(one.made != one.arrived for one in words):
        return []
    latest = max((one.made for one in words), default=0)
    last = {one.tab: one for one in sorted(words, key=lambda one: one.seq) if one.made == latest}
    return [None if one.op == "clear" else json.loads(one.value or "null") for one in last.values()] or [None]


def counted(
    rows: Sequence[tuple[Attempt, Grade]], policy: str, pass_percent: Decimal
) -> tuple[Any, ...] | None:
    """What a standing must say of the submitted attempts with their latest grades: how many, which, percent, since."""
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: row[0].number)
    best = rows[0]
    for row in rows:
        if row[1].percent > best[1].percent:
            best = row
    passing = [_ended(row[0]) for row in rows if row[1].passed]
    if policy == "best":
        return len(rows), best[0].id, best[1].percent, min(passing, default=None)
    if policy == "mean":
        mean = Decimal(sum(row[1].percent for row in rows)) / len(rows)
        mean = mean.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
        since = max(_ended(row[0]) for row in rows) if mean >= pass_percent else None
        return len(rows), best[0].id, mean, since
    one, grade = rows[0] if policy == "first" else rows[-1]
    return len(rows), one.id, grade.percent, _ended(one) if grade.passed else None


def _ended(attempt: Attempt) -> datetime:
    assert attempt.submitted_at is not None
    return attempt.submitted_at
