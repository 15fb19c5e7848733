"""Reading the queue, always through the units of the marker: what is not theirs is not found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt
from lms.courses.models import Course
from lms.exams.models import Exam, Paper
from lms.marking.models import Likeness, MarkingTask
from lms.marking.rules import STATES, TAKEN, WAITING
from lms.marking.tasks import may_take
from lms.organisation.models import Person, Unit
from lms.organisation.queries import below

PAGE = 50


@dataclass(frozen=True, slots=True)
class Marker:
    """Somebody who marks: the units over which they do, and those whose exams they organise as a trainer."""

    person_id: int
    units: tuple[int, ...]
    trains: tuple[int, ...] = ()


def seen_by(marker: Marker) -> ColumnElement[bool]:
    """That a task of the statement is the marker's business: of their units, handed in, and not their own."""
    attempt = aliased(Attempt)
    handed_in = exists().where(
        attempt.id == MarkingTask.attempt_id,
        attempt.state == "submitted",
        attempt.person_id != marker.person_id,
    )
    return MarkingTask.unit_id.in_(below(marker.units)) & MarkingTask.state.in_(STATES) & handed_in


def organises(marker: Marker) -> ColumnElement[bool]:
    """That the task's exam is organised by a unit over which the person is a trainer."""
    exam, course = aliased(Exam), aliased(Course)
    return exists().where(
        exam.id == MarkingTask.exam_id, course.id == exam.course_id, course.unit_id.in_(below(marker.trains))
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the marking of some tasks is."""

    waiting: int = 0
    taken: int = 0
    marked: int = 0
    returned: int = 0

    @property
    def total(self) -> int:
        return self.waiting + self.taken + self.marked + self.returned


def exams_of(session: Session, marker: Marker) -> list[tuple[Exam, Progress]]:
    """The exams with something for the marker, the one that is due first on top."""
    rows = session.execute(
        select(MarkingTask.exam_id, MarkingTask.state, func.count())
        .where(seen_by(marker))
        .group_by(MarkingTask.exam_id, MarkingTask.state)
    )
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for exam_id, state, count in rows:
        counts[exam_id][state] = count
    exams = session.scalars(
        select(Exam)
        .where(Exam.id.in_(counts))
        .order_by(Exam.marking_due_at.is_(None), Exam.marking_due_at, Exam.id)
    )
    return [(exam, Progress(**counts[exam.id])) for exam in exams]


def exam_of(session: Session, marker: Marker, exam_id: int) -> Exam | None:
    """The exam, if there is something for the marker in it."""
    return session.scalar(
        select(Exam).where(
            Exam.id == exam_id, exists().where(MarkingTask.exam_id == Exam.id).where(seen_by(marker))
        )
    )


def units_of(session: Session, marker: Marker, exam_id: int) -> list[tuple[int, str, Progress]]:
    """The progress of an exam unit by unit, in Vietnamese order."""
    rows = session.execute(
        select(Unit.id, Unit.name, Unit.sort_key, MarkingTask.state, func.count())
        .join(Unit, Unit.id == MarkingTask.unit_id)
        .where(MarkingTask.exam_id == exam_id, seen_by(marker))
        .group_by(Unit.id, Unit.name, Unit.sort_key, MarkingTask.state)
        .order_by(Unit.sort_key, Unit.id)
    )
    names: dict[int, str] = {}
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for unit_id, name, _key, state, count in rows:
        names[unit_id] = name
        counts[unit_id][state] = count
    return [(unit_id, name, Progress(**counts[unit_id])) for unit_id, name in names.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """A task in the list. `name` and `unit` are to be shown only where marking is not blind."""

    task: MarkingTask
    seed: str
    name: str
    unit: str
    marker: str
    free: bool
    organised: bool  # by a unit over which the marker is a trainer
    alike: bool


def _lines(marker: Marker) -> Select[Any]:
    candidate, reader = aliased(Person), aliased(Person)
    alike = exists().where(
        or_(
            (Likeness.attempt_id == MarkingTask.attempt_id) & (Likeness.slot == MarkingTask.slot),
            (Likeness.other_attempt_id == MarkingTask.attempt_id) & (Likeness.other_slot == MarkingTask.slot),
        )
    )
    return (
        select(
            MarkingTask,
            Paper.seed,
            candidate.full_name,
            Unit.name,
            func.coalesce(reader.full_name, ""),
            case((may_take(marker.person_id, reconciles=organises(marker)), 1), else_=0),
            case((organises(marker), 1), else_=0),
            case((alike, 1), else_=0),
        )
        .join(Attempt, Attempt.id == MarkingTask.attempt_id)
        .join(Paper, Paper.id == Attempt.paper_id)
        .join(candidate, candidate.id == Attempt.person_id)
        .join(Unit, Unit.id == MarkingTask.unit_id)
        .outerjoin(reader, reader.id == MarkingTask.marker_id)
        .where(seen_by(marker))
    )


def lines(
    session: Session,
    marker: Marker,
    exam_id: int,
    *,
    state: str = "",
    unit_id: int | None = None,
    mine: bool = False,
    after: int = 0,
) -> list[Line]:
    """The tasks of an exam in order, at most PAGE and one more (then there is a next page)."""
    wanted = _lines(marker).where(MarkingTask.exam_id == exam_id, MarkingTask.id > after)
    if state:
        wanted = wanted.where(MarkingTask.state == state)
    if unit_id is not None:
        wanted = wanted.where(MarkingTask.unit_id.in_(below([unit_id])))
    if mine:
        wanted = wanted.where(MarkingTask.marker_id == marker.person_id)
    rows = session.execute(wanted.order_by(MarkingTask.id).limit(PAGE + 1))
    return [Line(*row[:5], *map(bool, row[5:])) for row in rows]


def taken_by(session: Session, marker: Marker) -> Sequence[MarkingTask]:
    """What the marker has taken and not marked, the first taken first."""
    return session.scalars(
        select(MarkingTask)
        .where(seen_by(marker), MarkingTask.state == TAKEN, MarkingTask.marker_id == marker.person_id)
        .order_by(MarkingTask.taken_at, MarkingTask.id)
    ).all()


def task_of(session: Session, marker: Marker, task_id: int) -> MarkingTask | None:
    """The task, if it is the marker's business."""
    return session.scalar(select(MarkingTask).where(MarkingTask.id == task_id, seen_by(marker)))


def next_of(session: Session, marker: Marker, exam_id: int, most: int) -> Sequence[MarkingTask]:
    """Tasks of an exam that the marker may take, what waits for reconciliation first, then the oldest."""
    free = may_take(marker.person_id, reconciles=organises(marker))
    return session.scalars(
        select(MarkingTask)
        .where(MarkingTask.exam_id == exam_id, MarkingTask.state == WAITING, seen_by(marker), free)
        .order_by(MarkingTask.round.desc(), MarkingTask.id)
        .limit(most)
    ).all()


def neighbours(session: Session, marker: Marker, task: MarkingTask) -> tuple[int | None, int | None]:
    """The marker's own task of the exam before and after this one."""
    own = (
        (MarkingTask.exam_id == task.exam_id) & (MarkingTask.marker_id == marker.person_id) & seen_by(marker)
    )
    before = select(func.max(MarkingTask.id)).where(own, MarkingTask.id < task.id)
    after = select(func.min(MarkingTask.id)).where(own, MarkingTask.id > task.id)
    return session.scalar(before), session.scalar(after)


def organised_by(session: Session, marker: Marker, task: MarkingTask) -> bool:
    """Whether the marker is a trainer of the unit that organises the task's exam."""
    return (
        session.scalar(select(MarkingTask.id).where(MarkingTask.id == task.id, organises(marker))) is not None
    )
