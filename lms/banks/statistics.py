"""Keeping how questions did; counted from the attempts by a floor above (lms.quality)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Insert, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.banks.models import QuestionStatistic

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Counted:
    """A question's figures: answers, mean correctness 0 to 1, correlation with the rest of the paper or None, and what
    they say (flags as lms.questions.quality.flags packs them)."""

    question_id: int
    answers: int
    facility: Decimal
    discrimination: Decimal | None
    flags: dict[str, Any]


def store_statistics(session: Session, counted: Iterable[Counted], *, now: datetime) -> None:
    """Put these figures in place of the former ones. A figure of the machine's, so no row in the audit trail."""
    rows = [
        {
            "question_id": each.question_id,
            "answers": each.answers,
            "facility": each.facility,
            "discrimination": each.discrimination,
            "flags": each.flags,
            "counted_at": now,
        }
        for each in counted
    ]
    for start in range(0, len(rows), _BATCH):
        session.execute(_upsert(session), rows[start : start + _BATCH])


def forget_statistics(session: Session, question_ids: Sequence[int]) -> None:
    """Of questions of which no answer counts any more there are no figures."""
    for start in range(0, len(question_ids), _BATCH):
        gone = question_ids[start : start + _BATCH]
        session.execute(delete(QuestionStatistic).where(QuestionStatistic.question_id.in_(gone)))


def _upsert(session: Session) -> Insert:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    fresh = dialect.insert(QuestionStatistic)
    new = {
        name: fresh.excluded[name]
        for name in ("answers", "facility", "discrimination", "flags", "counted_at")
    }
    upsert: Insert = fresh.on_conflict_do_update(index_elements=[QuestionStatistic.question_id], set_=new)
    return upsert
