"""Overrides for a unit when it ends and others succeed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.exams.models import Exam, Override
from lms.exams.overrides import IN_FORCE
from lms.kit.db import table_of

_COPIED = [c.name for c in table_of(Override).columns if c.name not in ("id", "unit_id")]


def pass_on(session: Session, pairs: Sequence[tuple[int, int]]) -> None:
    """What is in force for a unit that ended, in a course that is not closed, holds for its successors as well.

    `pairs`: (predecessor, successor). Attempts under way keep their time: it was given them already.
    """
    session.flush()
    heirs: dict[int, list[int]] = defaultdict(list)
    for old, new in pairs:
        heirs[old].append(new)
    given = session.scalars(
        select(Override)
        .join(Exam, Exam.id == Override.exam_id)
        .join(Course, Course.id == Exam.course_id)
        .where(Override.unit_id.in_(heirs), IN_FORCE, Course.state != "closed")
        .order_by(Override.id)
    ).all()
    for override in given:
        same = {name: getattr(override, name) for name in _COPIED}
        session.add_all(Override(unit_id=unit_id, **same) for unit_id in heirs[override.unit_id or 0])
    session.flush()
