"""How many of those who must began and finished on which day, and until when they have to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.courses.models import Enrolment, Stage
from lms.reports import figures
from lms.reports.report import Asked
from lms.vietnamese.dates import local


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline: of a stage, or (`stage` is "") of the course, and those of the unit whom it concerns."""

    stage: str
    closes_at: datetime
    must: int
    finished: int

    @property
    def day(self) -> date:
        """The last day on which one can still finish; a closing at midnight belongs to the day before."""
        return local(self.closes_at - timedelta(seconds=1)).date()


@dataclass(frozen=True, slots=True)
class Progress:
    """By the day in Viet Nam; `must` is everybody who must, at the moment asked for."""

    must: int
    started: Counter[date]
    finished: Counter[date]
    due: tuple[Due, ...]


def progress(session: Session, asked: Asked) -> Progress:
    """Of the unit and all below it."""
    people = figures.state(asked.course.id, asked, within=asked.unit.id).subquery()
    must = people.c.obligation == "must"
    whole = session.scalar(select(func.count()).select_from(people).where(must)) or 0
    return Progress(
        must=whole,
        started=_by_day(session, people, must, people.c.started_at),
        finished=_by_day(session, people, must, people.c.finished_at),
        due=tuple(_due(session, asked, people, must)),
    )


def _by_day(session: Session, people: Any, must: Any, moment: Any) -> Counter[date]:
    day = _day(session, moment)
    each = select(day.label("day")).select_from(people).where(must, moment.is_not(None)).subquery()
    rows = session.execute(select(each.c.day, func.count()).group_by(each.c.day))
    return Counter({_as_date(row[0]): row[1] for row in rows})


def _due(session: Session, asked: Asked, people: Any, must: Any) -> list[Due]:
    rows = session.execute(
        select(Stage.title, Stage.closes_at, func.count(), func.count(people.c.finished_at))
        .select_from(people)
        .join(Enrolment, Enrolment.id == people.c.id)
        .outerjoin(Stage, Stage.id == Enrolment.stage_id)
        .where(must)
        .group_by(Stage.id, Stage.title, Stage.closes_at)
    )
    found = [Due(row[0] or "", row[1] or asked.course.closes_at, row[2], row[3]) for row in rows]
    if not any(not one.stage for one in found):
        found.append(Due("", asked.course.closes_at, 0, 0))
    return sorted(found, key=lambda one: (one.closes_at, one.stage))


def _day(session: Session, moment: Any) -> Any:
    """The day in Viet Nam of a moment, by the database. The country has kept one time all year round since 1975."""
    if session.get_bind().dialect.name == "sqlite":
        return func.date(moment, "+7 hours")
    return func.date(func.timezone("Asia/Ho_Chi_Minh", moment))


def _as_date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
