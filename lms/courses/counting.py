"""The counts that reports read, kept in the transactions that change them: adding to them, and counting anew.

Whoever changes an enrolment locks its row first and the rows of counts after that, lowest unit first.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from lms.courses.models import CourseCount, Enrolment
from lms.kit.db import table_of

OF_ENROLMENTS = ("must", "exempt", "guests", "started", "finished", "others_finished")
CHUNK = 5_000  # ids in one statement
_COUNT = table_of(CourseCount)
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}
_THIS = (_COUNT.c.course_id == bindparam("of_course")) & (_COUNT.c.unit_id == bindparam("of_unit"))
_SET = update(_COUNT).where(_THIS).values({name: bindparam(name) for name in OF_ENROLMENTS})


def count(session: Session, course_id: int, unit_id: int, **more: int) -> None:
    """Add to the counts of one unit, in the transaction of the deed that is counted."""
    adding = _adding(tuple(sorted(more)))
    values = {"of_course": course_id, "of_unit": unit_id} | {f"add_{name}": n for name, n in more.items()}
    if session.connection().scalar(adding, values) is None:
        _begin(session, course_id, [unit_id])
        session.execute(adding, values)


@cache
def _adding(names: tuple[str, ...]) -> ReturningUpdate[Any]:
    """Asked at every start and every handing in, so made once for each set of names."""
    return (
        update(_COUNT)
        .where(_THIS)
        .values({name: _COUNT.c[name] + bindparam(f"add_{name}") for name in names})
        .returning(_COUNT.c.unit_id)
    )


def count_attempt(
    session: Session, course_id: int, *, attempt_unit: int, unit: int, attempts: int, **more: int
) -> None:
    """Add attempts to the unit they were made in, and what else changed to the one the person is counted in."""
    by_unit: dict[int, dict[str, int]] = {}
    if attempts:
        by_unit[attempt_unit] = {"attempts": attempts}
    if any(more.values()):
        by_unit[unit] = by_unit.get(unit, {}) | more
    for unit_id, values in sorted(by_unit.items()):
        count(session, course_id, unit_id, **values)


def rebuild_enrolled(session: Session, course_id: int) -> None:
    """Count the enrolments of every unit anew; the number of attempts is kept as it is."""
    _write(session, course_id, None)


def rebuild_units(session: Session, course_id: int, unit_ids: Collection[int]) -> None:
    """Count the enrolments of these units anew."""
    ids = sorted(set(unit_ids))
    for at in range(0, len(ids), CHUNK):
        _write(session, course_id, ids[at : at + CHUNK])


def _write(session: Session, course_id: int, unit_ids: list[int] | None) -> None:
    """The rows are locked before counting, so that what others count meanwhile is added to the new figures."""
    session.flush()
    theirs = CourseCount.unit_id.in_(unit_ids) if unit_ids is not None else true()
    rows = (
        select(CourseCount.unit_id)
        .where(CourseCount.course_id == course_id, theirs)
        .order_by(CourseCount.unit_id)
        .with_for_update()
    )
    known = set(session.scalars(rows))
    if unit_ids is not None and (lacking := [unit_id for unit_id in unit_ids if unit_id not in known]):
        _begin(session, course_id, lacking)
        known = set(session.scalars(rows))
    counted = enrolled_counts(session, course_id, unit_ids)
    if lacking := sorted(counted.keys() - known):
        _begin(session, course_id, lacking)
    nothing = dict.fromkeys(OF_ENROLMENTS, 0)
    values = [
        {"of_course": course_id, "of_unit": unit_id} | counted.get(unit_id, nothing)
        for unit_id in sorted(known | counted.keys())
    ]
    if values:
        session.connection().execute(_SET, values)
        forget(session)


def forget(session: Session) -> None:
    """Let what was loaded of enrolments and counts be read again: statements have changed them."""
    for loaded in session.identity_map.values():
        if isinstance(loaded, (CourseCount, Enrolment)):
            session.expire(loaded)


def _begin(session: Session, course_id: int, unit_ids: Collection[int]) -> None:
    """Rows that count nothing yet, for units that have none."""
    nothing = dict.fromkeys((*OF_ENROLMENTS, "attempts"), 0)
    session.execute(
        _INSERT[session.get_bind().dialect.name](_COUNT).on_conflict_do_nothing(),
        [{"course_id": course_id, "unit_id": unit_id} | nothing for unit_id in sorted(unit_ids)],
    )


def enrolled_counts(
    session: Session, course_id: int, unit_ids: Collection[int] | None = None
) -> dict[int, dict[str, int]]:
    """From the ground: per unit (or for some) what its CourseCount row must say, but for attempts."""

    def number_of(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((condition, 1), else_=0))

    must, finished = Enrolment.obligation == "must", Enrolment.finished_at.is_not(None)
    rows = session.execute(
        select(
            Enrolment.unit_id,
            number_of(must),
            number_of(Enrolment.obligation == "exempt"),
            number_of(Enrolment.obligation == "guest"),
            number_of(must & Enrolment.started_at.is_not(None)),
            number_of(must & finished),
            number_of(~must & finished),
        )
        .where(
            Enrolment.course_id == course_id,
            Enrolment.unit_id.in_(unit_ids) if unit_ids is not None else true(),
        )
        .group_by(Enrolment.unit_id)
    )
    return {row[0]: dict(zip(OF_ENROLMENTS, map(int, row[1:]), strict=True)) for row in rows}
