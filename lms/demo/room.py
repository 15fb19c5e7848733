"""People at work whose pages are heard of while the demonstration is served, so that the room is not empty.

Their browsers do not exist; what a browser would tell of itself is told for them, except for one who has lost contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms.attempts import presence
from lms.attempts.models import AnswerEvent, Attempt, Presence
from lms.demo.answers import TAB
from lms.kit.db import Database

GONE = timedelta(minutes=10)
EVERY = timedelta(seconds=30)  # the room calls somebody offline after two minutes


def lose_contact(session: Session, attempt_id: int, *, now: datetime) -> None:
    """The page of an attempt was last heard of some time ago."""
    session.add(Presence(attempt_id=attempt_id, seen_at=now - GONE))


def at_work(database: Database) -> Sequence[int]:
    """Open attempts of people who do not exist, but for the oldest one: that one has lost contact."""
    answered = exists().where(AnswerEvent.attempt_id == Attempt.id, AnswerEvent.tab == TAB)
    with database.reading() as session:
        opened = select(Attempt.id).where(Attempt.state == "open", answered).order_by(Attempt.id)
        return session.scalars(opened).all()[1:]


def tell_of(database: Database, now: datetime) -> None:
    """What their pages would tell now."""
    for attempt_id in at_work(database):
        presence.heard(database, attempt_id, now)
    presence.write(database, now)
