"""What attempts were before something was replaced that none of their moments would tell (`AttemptPast`).

Whoever opens an attempt again, takes back that it is void, or hands it in as of a moment that is over keeps it first,
so that every report can be produced again as at any earlier moment.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import exists, insert, literal, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, AttemptPast

_COLUMNS = ("state", "submitted_at", "voided_at", "voided_reason")
ABSENT = "absent"  # the state of an attempt that nobody had entered yet


def keep(session: Session, attempt_id: int, now: datetime, **said: Any) -> None:
    """Keep what the attempt is until `now`: called before the change, in its transaction; `said` instead of what the
    row says.

    Of several changes at one moment only what was before the first of them is kept: the rest was never so for a while.
    """
    session.flush()
    kept = exists().where(AttemptPast.attempt_id == Attempt.id, AttemptPast.until >= now)
    columns = (
        literal(said[name], getattr(AttemptPast, name).type) if name in said else getattr(Attempt, name)
        for name in _COLUMNS
    )
    row = select(Attempt.id, literal(now, AttemptPast.until.type), *columns).where(
        Attempt.id == attempt_id, ~kept
    )
    session.execute(insert(AttemptPast).from_select(["attempt_id", "until", *_COLUMNS], row))
