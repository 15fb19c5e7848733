"""Checking a receipt's code: whether it is the one that an attempt got, told to anybody who holds both.

Guessing is hopeless (80 bits); wrong tries are counted all the same, in the memory of each process, so that a script
that tries is sent away.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt
from lms.exams.models import Exam
from lms.organisation.models import Person

LONGEST = 60  # characters that are looked at
_SIGNS = re.compile(r"[^A-Z2-7]")


@dataclass(frozen=True, slots=True)
class Known:
    """What a right receipt stands for."""

    exam: str
    name: str  # masked
    submitted_at: datetime


def check(session: Session, attempt_id: int, code: str) -> Known | None:
    """The attempt behind a number and its receipt's code, however the code is typed; None if they do not fit."""
    row = session.execute(
        select(Attempt.receipt, Attempt.submitted_at, Attempt.state, Exam.title, Person.full_name)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id == attempt_id)
    ).first()
    kept = _letters(row.receipt or "") if row is not None and row.state == "submitted" else ""
    fits = hmac.compare_digest(kept.encode(), _letters(code[:LONGEST]).encode())
    if row is None or not kept or not fits:
        return None
    return Known(row.title, masked(row.full_name), row.submitted_at)


def _letters(code: str) -> str:
    return _SIGNS.sub("", code.upper())


def masked(name: str) -> str:
    """A name of which only the first letter of each word is told: "Trần Thị Lan" is "T••• T••• L•••"."""
    return " ".join(f"{word[0]}•••" for word in name.split())
