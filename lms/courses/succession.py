"""Courses when units end and others succeed them: what was said of the unit holds for its successors as well."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.courses.models import Course, CourseCount, CourseUnit, Stage, StageUnit
from lms.organisation.queries import below

Pairs = Sequence[tuple[int, int]]  # (predecessor, successor), the first successor of a unit first


def courses_concerned(session: Session, unit_ids: Sequence[int]) -> int:
    """How many courses that are not closed count anybody in one of the units or one below them, or name one of these
    as taking part or organising."""
    inside = below(unit_ids)
    counted = select(CourseCount.course_id).where(CourseCount.unit_id.in_(inside))
    named = select(CourseUnit.course_id).where(CourseUnit.unit_id.in_(inside))
    concerned = or_(Course.id.in_(counted), Course.id.in_(named), Course.unit_id.in_(inside))
    return session.scalar(select(func.count()).where(Course.state != "closed", concerned)) or 0


def organises(session: Session, unit_id: int) -> bool:
    """Whether the unit itself organises a course that is not closed."""
    asked = select(Course.id).where(Course.unit_id == unit_id, Course.state != "closed").limit(1)
    return session.scalar(asked) is not None


def pass_on(session: Session, pairs: Pairs, *, by: int | None, now: datetime) -> None:
    """In courses that are not closed the successors take part, belong to the stages and organise as those before them
    did. Call `lms.courses.following.follow` for the people afterwards.

    The units that ended stay named in open courses, so that what was counted in them can still be read there.
    """
    session.flush()
    heirs: dict[int, list[int]] = defaultdict(list)
    for old, new in pairs:
        heirs[old].append(new)
    open_ = select(Course.id).where(Course.state != "closed")
    changed: dict[int, list[int]] = defaultdict(list)
    for row in session.scalars(
        select(CourseUnit).where(CourseUnit.unit_id.in_(heirs), CourseUnit.course_id.in_(open_))
    ).all():
        for unit_id in heirs[row.unit_id]:
            if session.get(CourseUnit, (row.course_id, unit_id)) is None:
                session.add(CourseUnit(course_id=row.course_id, unit_id=unit_id))
                changed[row.course_id].append(unit_id)
    _stages(session, heirs)
    for course in session.scalars(
        select(Course).where(Course.unit_id.in_(heirs), Course.state != "closed")
    ).all():
        course.unit_id = heirs[course.unit_id][0]
        changed[course.id].append(course.unit_id)
    session.flush()
    for course_id, unit_ids in sorted(changed.items()):
        added = sorted(set(unit_ids))
        record(session, "course.succeeded", "course", course_id, actor_id=by, now=now, units=added)


def _stages(session: Session, heirs: dict[int, list[int]]) -> None:
    """A unit belongs to one stage of a course: of several that merged, to that of the first stage."""
    rows = session.execute(
        select(StageUnit.unit_id, Stage.id, Stage.course_id)
        .join(Stage, Stage.id == StageUnit.stage_id)
        .join(Course, Course.id == Stage.course_id)
        .where(StageUnit.unit_id.in_(heirs), Course.state != "closed")
        .order_by(Stage.position, Stage.id)
    ).all()
    claimed: set[tuple[int, int]] = set()
    for row in rows:
        for unit_id in heirs[row.unit_id]:
            if (row.course_id, unit_id) not in claimed:
                claimed.add((row.course_id, unit_id))
                session.add(StageUnit(stage_id=row.id, unit_id=unit_id))
