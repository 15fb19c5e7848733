"""Reading attempts: what a person may do, is doing and has done. Everything is looked up as theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.attempts.rules import GRACE, Around, Policy, shown
from lms.banks.models import Citation
from lms.courses.models import Course, CourseModule, Enrolment, Stage
from lms.exams.models import BlueprintCell, Exam
from lms.exams.overrides import STAGE, Personal, span_of
from lms.exams.policy import DECIDED
from lms.kit.db import table_of
from lms.organisation.models import Unit
from lms.study.models import Module, ModulePassage, Passage, Reading


@dataclass(frozen=True, slots=True)
class Chance:
    """What a person can do about an exam now."""

    policy: Policy  # as it holds for them
    course_id: int
    enrolment_id: int
    unit_id: int
    enrolment_started: bool
    used: int  # attempts begun, the open one and void ones too
    last_ended_at: datetime | None  # of the attempts that are over
    open_id: int | None
    open_deadline: datetime  # of the open one; meaningless without


# Starting and opening are on the hot path: their statements are made once, of tables, so that no mapper is asked.
_EXAM, _COURSE, _STAGE = table_of(Exam), table_of(Course), table_of(Stage)
_ENROLMENT, _ATTEMPT, _UNIT = table_of(Enrolment), table_of(Attempt), table_of(Unit)
_CELL, _GRADE, _STANDING = table_of(BlueprintCell), table_of(Grade), table_of(Standing)
_OPENED, _OWN = _ATTEMPT.alias("opened"), _ATTEMPT.alias("own")
_POLICY = (
    *(_EXAM.c[name] for name in DECIDED),
    *STAGE,
    _EXAM.c.has_overrides,
    _EXAM.c.state.label("exam_state"),
    _COURSE.c.state.label("course_state"),
)


def policy_of(
    session: Session, row: Any, exam_id: int, person_id: int, personal: Personal | None = None
) -> Policy:
    """The policy as it holds for the person, from a row that has the columns of _POLICY.

    `personal`: what is known of several exams at once; without it it is asked for, if the exam has overrides.
    """
    if personal is None:
        personal = Personal(session, person_id, [exam_id] if row.has_overrides else [])
    ended = "closed" in (row.exam_state, row.course_state)
    return personal.policy(exam_id, row, span_of(row), ended=ended)


def _used(exam_id: Any, person_id: Any) -> Any:
    own = (_OWN.c.exam_id == exam_id) & (_OWN.c.person_id == person_id)
    return select(func.count()).select_from(_OWN).where(own).scalar_subquery()


def _last_ended(exam_id: Any, person_id: Any) -> Any:
    return (
        select(func.max(func.coalesce(_OWN.c.submitted_at, _OWN.c.voided_at, _OWN.c.deadline_at)))
        .where(_OWN.c.exam_id == exam_id, _OWN.c.person_id == person_id, _OWN.c.state != "open")
        .scalar_subquery()
    )


_CHANCE = (
    select(
        *_POLICY,
        _EXAM.c.course_id,
        _ENROLMENT.c.id.label("enrolment_id"),
        func.coalesce(_ENROLMENT.c.now_unit_id, _ENROLMENT.c.unit_id).label("unit_id"),
        _ENROLMENT.c.started_at,
        _used(bindparam("exam"), bindparam("person")).label("used"),
        _last_ended(bindparam("exam"), bindparam("person")).label("last_ended_at"),
        _OPENED.c.id.label("open_id"),
        _OPENED.c.deadline_at,
    )
    .join(_COURSE, _COURSE.c.id == _EXAM.c.course_id)
    .join(
        _ENROLMENT,
        (_ENROLMENT.c.course_id == _COURSE.c.id) & (_ENROLMENT.c.person_id == bindparam("person")),
    )
    .outerjoin(_STAGE, _STAGE.c.id == _ENROLMENT.c.stage_id)
    .outerjoin(
        _OPENED,
        (_OPENED.c.exam_id == _EXAM.c.id)
        & (_OPENED.c.person_id == bindparam("person"))
        & (_OPENED.c.state == "open"),
    )
    .where(_EXAM.c.id == bindparam("exam"), _EXAM.c.state != "draft", _COURSE.c.state != "draft")
)
_STARTING = _CHANCE.with_for_update(of=_EXAM, read=True)


def chance(session: Session, exam_id: int, person_id: int, *, starting: bool = False) -> Chance | None:
    """The chance of an enrolled person in an exam that is published in an opened course; None otherwise.

    One query, and two more for an exam with overrides. `starting`: on PostgreSQL an override that is added meanwhile
    waits until the attempt that is now begun can be seen (lms.attempts.overrides).
    """
    wanted = _STARTING if starting else _CHANCE
    session.flush()  # a statement of tables does not do it by itself
    row = session.connection().execute(wanted, {"exam": exam_id, "person": person_id}).first()
    if row is None:
        return None
    return Chance(
        policy=policy_of(session, row, exam_id, person_id),
        course_id=row.course_id,
        enrolment_id=row.enrolment_id,
        unit_id=row.unit_id,
        enrolment_started=row.started_at is not None,
        used=row.used,
        last_ended_at=row.last_ended_at,
        open_id=row.open_id,
        open_deadline=row.deadline_at or row.closes_at,
    )


@dataclass(frozen=True, slots=True)
class Unread:
    """A module of the course that a person has not read to the end."""

    slug: str
    title: str


def unread(session: Session, course_id: int, person_id: int) -> list[Unread]:
    """The modules of the course that the person has still to read, in their order."""
    rows = session.execute(
        select(Module.slug, Module.title)
        .join(CourseModule, CourseModule.module_id == Module.id)
        .outerjoin(Reading, (Reading.module_id == Module.id) & (Reading.person_id == person_id))
        .where(CourseModule.course_id == course_id, Reading.finished_at.is_(None))
        .order_by(CourseModule.position)
    )
    return [Unread(*row) for row in rows]


def around(session: Session, found: Chance, person_id: int, address: str) -> Around:
    """What else has a say when the person begins; reading is looked up only where it is asked for."""
    asked = found.policy.requires_reading
    return Around(
        found.last_ended_at, len(unread(session, found.course_id, person_id)) if asked else 0, address
    )


def score_shown(session: Session, exam_id: int, person_id: int, now: datetime) -> bool:
    """Whether the person may know by now what their attempts at the exam are worth, and so hold its certificate."""
    found = chance(session, exam_id, person_id)
    return found is not None and shown(found.policy, found.used, now).score


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page before the test says about an exam."""

    title: str
    course: str
    questions: int
    most_points: Decimal
    pass_percent: Decimal
    best_points: Decimal | None
    best_most: Decimal | None


def _of_cells(what: Any) -> Any:
    """Summed over the blueprint's cells of the exam in the statement."""
    total = select(func.coalesce(func.sum(what), 0)).where(_CELL.c.exam_id == _EXAM.c.id)
    return total.correlate(_EXAM).scalar_subquery()


_FACTS = (
    select(
        _EXAM.c.title,
        _COURSE.c.title.label("course"),
        _EXAM.c.pass_percent,
        _of_cells(_CELL.c.count).label("questions"),
        type_coerce(_of_cells(_CELL.c.count * _CELL.c.points), _CELL.c.points.type).label("most_points"),
    )
    .join(_COURSE, _COURSE.c.id == _EXAM.c.course_id)
    .where(_EXAM.c.id == bindparam("exam"))
)
_BEST = (
    select(_GRADE.c.points, _GRADE.c.most_points)
    .join_from(_GRADE, _STANDING, _STANDING.c.best_attempt_id == _GRADE.c.attempt_id)
    .where(_STANDING.c.exam_id == bindparam("exam"), _STANDING.c.person_id == bindparam("person"))
    .order_by(_GRADE.c.number.desc())
    .limit(1)
)


def facts(session: Session, exam_id: int, person_id: int, *, used: int) -> Facts:
    """The exam's size by its blueprint, and the best result of a person who used so many attempts. The exam must
    exist."""
    session.flush()
    asked = session.connection()
    row = asked.execute(_FACTS, {"exam": exam_id}).one()
    best = asked.execute(_BEST, {"exam": exam_id, "person": person_id}).first() if used else None
    return Facts(
        row.title,
        row.course,
        int(row.questions),
        row.most_points,
        row.pass_percent,
        *(best or (None, None)),
    )


_SITTING = (
    select(
        *(
            _ATTEMPT.c[name]
            for name in (
                "id",
                "exam_id",
                "paper_id",
                "number",
                "state",
                "started_at",
                "deadline_at",
                "submitted_at",
                "finished_by",
                "receipt",
                "enrolment_id",
                "voided_reason",
            )
        ),
        _EXAM.c.has_rulings,
        _UNIT.c.name.label("unit"),
        _used(_ATTEMPT.c.exam_id, bindparam("person")).label("used"),
        *_POLICY,
    )
    .join(_EXAM, _EXAM.c.id == _ATTEMPT.c.exam_id)
    .join(_COURSE, _COURSE.c.id == _EXAM.c.course_id)
    .join(_ENROLMENT, _ENROLMENT.c.id == _ATTEMPT.c.enrolment_id)
    .outerjoin(_STAGE, _STAGE.c.id == _ENROLMENT.c.stage_id)
    .join(_UNIT, _UNIT.c.id == _ATTEMPT.c.unit_id)
    .where(_ATTEMPT.c.id == bindparam("attempt"), _ATTEMPT.c.person_id == bindparam("person"))
)


def sitting(session: Session, attempt_id: int, person_id: int) -> Any:
    """The attempt as the exam page and the receipt need it, with its exam's title and policy; None if not theirs."""
    session.flush()
    return session.connection().execute(_SITTING, {"attempt": attempt_id, "person": person_id}).first()


def history(session: Session, person_id: int) -> Sequence[Any]:
    """The person's attempts, newest first, each with the grade that counts (or Nones), its exam's policy (columns of
    _POLICY) and how many attempts they used."""
    latest = (
        select(Grade.attempt_id, func.max(Grade.number).label("number"))
        .join(Attempt, Attempt.id == Grade.attempt_id)
        .where(Attempt.person_id == person_id)
        .group_by(Grade.attempt_id)
        .subquery()
    )
    return session.execute(
        select(
            Attempt.id,
            Attempt.exam_id,
            Attempt.number,
            Attempt.state,
            Attempt.medium,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.submitted_at,
            Attempt.voided_reason,
            _used(Attempt.exam_id, person_id).label("used"),
            *_POLICY,
            Grade.points,
            Grade.most_points,
            Grade.percent,
            Grade.passed,
            Grade.band,
        )
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Course, Course.id == Exam.course_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .outerjoin(Stage, Stage.id == Enrolment.stage_id)
        .outerjoin(latest, latest.c.attempt_id == Attempt.id)
        .outerjoin(Grade, (Grade.attempt_id == Attempt.id) & (Grade.number == latest.c.number))
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at.desc(), Attempt.id.desc())
    ).all()


def overdue(session: Session, now: datetime, most: int) -> Sequence[int]:
    """Open attempts whose time and grace are over, the longest overdue first."""
    return session.scalars(
        select(Attempt.id)
        .where(Attempt.state == "open", Attempt.deadline_at < now - GRACE)
        .order_by(Attempt.deadline_at)
        .limit(most)
    ).all()


_OVERDUE = select(_ATTEMPT.c.id).where(
    _ATTEMPT.c.person_id == bindparam("person"),
    _ATTEMPT.c.state == "open",
    _ATTEMPT.c.deadline_at < bindparam("before"),
)


def overdue_of(session: Session, person_id: int, now: datetime) -> Sequence[int]:
    """The same of one person."""
    return session.connection().scalars(_OVERDUE, {"person": person_id, "before": now - GRACE}).all()


class Reread(NamedTuple):
    """A passage that answers a question, with the module in which it stands."""

    module: str
    passage: str
    number: str
    heading: str


_CITATION, _PASSAGE = table_of(Citation).c, table_of(Passage).c
_MODULE, _MODULE_PASSAGE = table_of(Module).c, table_of(ModulePassage).c
_REREADS = (
    select(_CITATION.version_id, _PASSAGE.id, _MODULE.slug, _PASSAGE.slug, _PASSAGE.number, _PASSAGE.heading)
    .join_from(table_of(Citation), table_of(Passage), _PASSAGE.id == _CITATION.passage_id)
    .join(table_of(ModulePassage), _MODULE_PASSAGE.passage_id == _PASSAGE.id)
    .join(table_of(Module), _MODULE.id == _MODULE_PASSAGE.module_id)
    .where(_CITATION.version_id.in_(bindparam("versions", expanding=True)), _PASSAGE.withdrawn_at.is_(None))
    .order_by(_CITATION.version_id, _PASSAGE.position, _MODULE.id)
)


def rereads(session: Session, version_ids: Sequence[int]) -> dict[int, list[Reread]]:
    """Per question version the passages it cites, each in the first module that has it."""
    rows = session.connection().execute(_REREADS, {"versions": list(version_ids)})
    found: dict[int, dict[int, Reread]] = defaultdict(dict)
    for version_id, passage_id, *rest in rows:
        found[version_id].setdefault(passage_id, Reread(*rest))
    return {version_id: list(passages.values()) for version_id, passages in found.items()}
