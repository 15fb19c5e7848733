"""What enrolments said before something was replaced that none of their moments would tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, insert, literal, select
from sqlalchemy.orm import Session

from lms.courses.counting import CHUNK
from lms.courses.models import Enrolment, EnrolmentPast

_COLUMNS = ("unit_id", "obligation", "reason", "started_at", "finished_at", "elsewhere", "now_unit_id")


def keep(session: Session, enrolment_ids: Sequence[int], now: datetime) -> None:
    """Keep what the enrolments say until `now`: called before the change, in its transaction.

    Of several changes at one moment only what was before the first of them is kept: the rest was never so for a while.
    """
    session.flush()
    for at in range(0, len(enrolment_ids), CHUNK):
        _keep(session, Enrolment.id.in_(enrolment_ids[at : at + CHUNK]), now)


def keep_of_course(session: Session, course_id: int, which: ColumnElement[bool], now: datetime) -> None:
    """The same for those enrolments of a course of which `which` is true."""
    session.flush()
    _keep(session, (Enrolment.course_id == course_id) & which, now)


def keep_unfinished(session: Session, enrolment_id: int, now: datetime) -> None:
    """Keep that the course was not finished until `now`: called after it was found finished as of an earlier moment,
    because an answer was marked or a key ruled upon long after the test. Until then every report said otherwise."""
    session.flush()
    _keep(session, Enrolment.id == enrolment_id, now, finished_at=None)


def _keep(session: Session, which: ColumnElement[bool], now: datetime, **said: Any) -> None:
    kept = exists().where(EnrolmentPast.enrolment_id == Enrolment.id, EnrolmentPast.until >= now)
    rows = select(
        Enrolment.id,
        literal(now, EnrolmentPast.until.type),
        *(
            literal(said[name], getattr(EnrolmentPast, name).type)
            if name in said
            else getattr(Enrolment, name)
            for name in _COLUMNS
        ),
    ).where(which, ~kept)
    session.execute(insert(EnrolmentPast).from_select(["enrolment_id", "until", *_COLUMNS], rows))
