"""Stages of a course (giai đoạn): which units belong to which, and with them whose window is which.

A unit belongs to a stage with everything below it that no nearer unit of another stage claims; who belongs to none has
the course's own window. Every enrolment knows its stage, so that nothing walks the tree when somebody starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, select, true, update
from sqlalchemy.orm import Session, joinedload

from lms.audit.actions import record
from lms.courses.counting import CHUNK
from lms.courses.models import Course, Enrolment, Stage, StageUnit
from lms.organisation.models import Unit, UnitPath


@dataclass(frozen=True, slots=True)
class Line:
    """A stage with its units and how many people it has."""

    stage: Stage
    units: Sequence[Unit]
    people: int


def of_course(session: Session, course_id: int) -> list[Line]:
    """The stages of a course, the one that opens first on top."""
    stages = session.scalars(
        select(Stage).where(Stage.course_id == course_id).order_by(Stage.opens_at, Stage.position, Stage.id)
    ).all()
    if not stages:
        return []
    units: dict[int, list[Unit]] = {stage.id: [] for stage in stages}
    rows = session.execute(
        select(StageUnit.stage_id, Unit)
        .join(Unit, Unit.id == StageUnit.unit_id)
        .where(StageUnit.stage_id.in_(units))
        .options(joinedload(Unit.parent))
        .order_by(Unit.sort_key, Unit.id)
    )
    for stage_id, unit in rows:
        units[stage_id].append(unit)
    counted = session.execute(
        select(Enrolment.stage_id, func.count())
        .where(Enrolment.course_id == course_id, Enrolment.stage_id.is_not(None))
        .group_by(Enrolment.stage_id)
    )
    people = dict(counted.all())
    return [Line(stage, units[stage.id], people.get(stage.id, 0)) for stage in stages]


def stage_of_course(session: Session, course_id: int, stage_id: int) -> Stage | None:
    """The stage if it belongs to the course."""
    return session.scalar(select(Stage).where(Stage.id == stage_id, Stage.course_id == course_id))


def claimed(session: Session, course_id: int) -> dict[int, int]:
    """The stage that each unit was put into by name, by unit."""
    rows = session.execute(
        select(StageUnit.unit_id, StageUnit.stage_id)
        .join(Stage, Stage.id == StageUnit.stage_id)
        .where(Stage.course_id == course_id)
    )
    return dict(rows.all())


def add(
    session: Session,
    course: Course,
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    by: int | None,
    now: datetime,
) -> Stage:
    """A new stage, of no unit yet. The caller has checked `rules.stage_refusals`."""
    last = session.scalar(select(func.max(Stage.position)).where(Stage.course_id == course.id)) or 0
    stage = Stage(course_id=course.id, title=title, opens_at=opens_at, closes_at=closes_at, position=last + 1)
    session.add(stage)
    session.flush()
    _record(session, "course.stage", course, stage, by=by, now=now)
    return stage


def change(
    session: Session,
    course: Course,
    stage: Stage,
    *,
    title: str,
    opens_at: datetime,
    closes_at: datetime,
    by: int | None,
    now: datetime,
) -> None:
    """Another title or window. Attempts under way keep the time they were given."""
    if (stage.title, stage.opens_at, stage.closes_at) == (title, opens_at, closes_at):
        return
    stage.title, stage.opens_at, stage.closes_at = title, opens_at, closes_at
    _record(session, "course.stage", course, stage, by=by, now=now)


def choose_units(
    session: Session, course: Course, stage: Stage, unit_ids: Sequence[int], *, by: int | None, now: datetime
) -> int:
    """Set the units of a stage; a unit that another stage of the course had moves here. Returns how many people of
    the course the stage has then."""
    others = select(Stage.id).where(Stage.course_id == course.id)
    session.execute(
        delete(StageUnit).where(
            StageUnit.stage_id.in_(others),
            (StageUnit.stage_id == stage.id) | StageUnit.unit_id.in_(unit_ids),
        )
    )
    session.add_all(StageUnit(stage_id=stage.id, unit_id=unit_id) for unit_id in dict.fromkeys(unit_ids))
    assign(session, course.id)
    _record(session, "course.stage_units", course, stage, by=by, now=now, units=list(unit_ids))
    return session.scalar(select(func.count()).where(Enrolment.stage_id == stage.id)) or 0


def remove(session: Session, course: Course, stage: Stage, *, by: int | None, now: datetime) -> None:
    """Take a stage away: its people belong to the stage of a unit above theirs, or have the course's own window."""
    session.execute(delete(StageUnit).where(StageUnit.stage_id == stage.id))
    assign(session, course.id)
    _record(session, "course.stage_removed", course, stage, by=by, now=now)
    session.delete(stage)
    session.flush()


def assign(session: Session, course_id: int, enrolment_ids: Sequence[int] | None = None) -> None:
    """Bring the stage of every enrolment (or of some) up to date, by the nearest unit at or above the person's."""
    session.flush()
    if enrolment_ids is None:
        _assign(session, course_id, true())
        return
    if session.scalar(select(Stage.id).where(Stage.course_id == course_id).limit(1)) is None:
        return
    for at in range(0, len(enrolment_ids), CHUNK):
        _assign(session, course_id, Enrolment.id.in_(enrolment_ids[at : at + CHUNK]))


def _assign(session: Session, course_id: int, which: ColumnElement[bool]) -> None:
    nearest = (
        select(StageUnit.stage_id)
        .join(Stage, Stage.id == StageUnit.stage_id)
        .join(UnitPath, UnitPath.ancestor_id == StageUnit.unit_id)
        .where(Stage.course_id == course_id, UnitPath.descendant_id == Enrolment.unit_id)
        .order_by(UnitPath.depth, Stage.position, Stage.id)
        .limit(1)
        .correlate(Enrolment)
        .scalar_subquery()
    )
    session.execute(
        update(Enrolment)
        .where(Enrolment.course_id == course_id, which, Enrolment.stage_id.is_distinct_from(nearest))
        .values(stage_id=nearest)
        .execution_options(synchronize_session=False)
    )


def _record(
    session: Session,
    action: str,
    course: Course,
    stage: Stage,
    *,
    by: int | None,
    now: datetime,
    **detail: object,
) -> None:
    record(
        session,
        action,
        "course",
        course.id,
        actor_id=by,
        now=now,
        unit_id=course.unit_id,
        stage=stage.title,
        window=[stage.opens_at.isoformat(), stage.closes_at.isoformat()],
        **detail,
    )
