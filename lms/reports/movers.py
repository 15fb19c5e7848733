"""Who belongs elsewhere now than where the kept counts count them: what is to be added to those of each unit.

Only of the few who moved is anything read, once for where they were and where they are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt
from lms.courses.models import Enrolment, EnrolmentPast

# From a unit, to one or to none: a name of COUNTED, and a number of it.
Moved = tuple[int, int | None, str, int]


def unit_now() -> ColumnElement[Any]:
    """Where an enrolment of the statement is counted as of now."""
    return case((Enrolment.elsewhere, Enrolment.now_unit_id), else_=Enrolment.unit_id)


def net(session: Session, course_id: int, exam_ids: Sequence[int]) -> Mapping[int, Counter[str]]:
    """{unit: what its own counts have more (or less) as of now than they say}; units where that is nothing are left
    out. `exam_ids`: the exams of the course. Two queries."""
    more: dict[int | None, Counter[str]] = defaultdict(Counter)
    for moved in (_people(session, course_id), _attempts(session, course_id, exam_ids)):
        for then, now, name, number in moved:
            more[then][name] -= number
            more[now][name] += number
    return {unit_id: own for unit_id, own in more.items() if unit_id is not None and any(own.values())}


def _people(session: Session, course_id: int) -> Iterator[Moved]:
    """Person by person: put together by SQLite they would be looked for among everybody.

    + 0: the few are found by being elsewhere, not by going through all in the order of units.
    """
    rows = session.execute(
        select(
            Enrolment.unit_id + 0,
            Enrolment.now_unit_id,
            Enrolment.obligation,
            Enrolment.started_at.is_not(None),
            Enrolment.finished_at.is_not(None),
        ).where(Enrolment.course_id == course_id, Enrolment.elsewhere)
    )
    for then, now, obligation, started, finished in rows:
        must = obligation == "must"
        yield then, now, "guests" if obligation == "guest" else obligation, 1
        if must and started:
            yield then, now, "started", 1
        if finished:
            yield then, now, "finished" if must else "others_finished", 1


def _attempts(session: Session, course_id: int, exam_ids: Sequence[int]) -> Iterator[Moved]:
    """The attempts begun in another unit than where their people belong, of all who ever changed their unit in the
    course: found through the few enrolments that say so, never by looking at every attempt.

    The exams are named one by one, and as they are but for SQLite, which else begins at them (+ 0: found by the
    person): of anything else PostgreSQL thinks that few attempts are at them, and reads all.
    """
    exam = Attempt.exam_id + 0 if session.get_bind().dialect.name == "sqlite" else Attempt.exam_id
    changed = (
        select(EnrolmentPast.enrolment_id)
        .join(Enrolment, Enrolment.id == EnrolmentPast.enrolment_id)
        .where(Enrolment.course_id + 0 == course_id, EnrolmentPast.unit_id != Enrolment.unit_id)
    )
    elsewhere = select(Enrolment.id).where(Enrolment.course_id == course_id, Enrolment.elsewhere)
    now = unit_now().label("now")
    rows = session.execute(
        select(Attempt.unit_id, now, func.count())
        .select_from(Enrolment)
        .join(Attempt, Attempt.person_id == Enrolment.person_id)
        .where(
            Enrolment.id.in_(changed.union(elsewhere)),
            exam.in_(exam_ids),
            Attempt.state == "submitted",
            Attempt.unit_id.is_distinct_from(unit_now()),
        )
        .group_by(Attempt.unit_id, now)
    )
    return ((unit_id, now_unit_id, "attempts", number) for unit_id, now_unit_id, number in rows)
