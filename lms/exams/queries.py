"""Reading exams: for those who sit them, for those who organise them, and what a blueprint can draw from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from lms.banks.models import Bank, Citation, Question, QuestionStatistic, QuestionVersion
from lms.banks.queries import may_be_drawn
from lms.courses.models import Course, CourseModule, Enrolment, Stage
from lms.exams import fixed
from lms.exams.blueprint import Entry
from lms.exams.models import BlueprintCell, Exam, Paper
from lms.exams.parallel import Expected, expected_of
from lms.exams.policy import policy_of
from lms.exams.rules import PublishFacts
from lms.organisation.queries import below
from lms.questions.blueprint import BY_PERSON, Candidate, Cell, shortages
from lms.study.models import Module, Resolution, Topic
from lms.vietnamese.dates import local

SHOWN = ("published", "closed")  # states in which candidates know of an exam


def exam_for(session: Session, exam_id: int, person_id: int) -> tuple[Exam, Enrolment] | None:
    """The exam with the person's enrolment, if they are enrolled in its course and it is published (or closed
    since: what is over must still be found, to say so and to show results). None otherwise: "not found"."""
    row = session.execute(
        select(Exam, Enrolment)
        .join(Enrolment, Enrolment.course_id == Exam.course_id)
        .where(Exam.id == exam_id, Exam.state.in_(SHOWN), Enrolment.person_id == person_id)
        .options(joinedload(Exam.course))
    ).one_or_none()
    return (row[0], row[1]) if row else None


def exams_of_courses(session: Session, course_ids: Sequence[int]) -> Sequence[Exam]:
    """The exams of these courses that candidates know of, the one that opens first on top."""
    return session.scalars(
        select(Exam)
        .where(Exam.course_id.in_(course_ids), Exam.state.in_(SHOWN))
        .order_by(Exam.opens_at, Exam.id)
        .options(joinedload(Exam.course))
    ).all()


def exams_prepared(session: Session, course_id: int) -> Sequence[Exam]:
    """Every exam of the course, drafts too: the organiser's list, in order of making."""
    return session.scalars(select(Exam).where(Exam.course_id == course_id).order_by(Exam.id)).all()


def exam_organised(session: Session, exam_id: int, within_units: Sequence[int]) -> Exam | None:
    """The exam, with its course, if one of the units or one below them organises the course."""
    return session.scalar(
        select(Exam)
        .join(Course, Course.id == Exam.course_id)
        .where(Exam.id == exam_id, Course.unit_id.in_(below(within_units)))
        .options(joinedload(Exam.course))
    )


def exam_by_code(session: Session, code: str) -> Exam | None:
    """The exam with that code, whoever organises it: for commands, not for pages."""
    return session.scalar(select(Exam).where(Exam.code == code).options(joinedload(Exam.course)))


def exam_of_course(session: Session, course_id: int, exam_id: int) -> Exam | None:
    """The exam if it belongs to the course, whose permission was looked at before."""
    return session.scalar(
        select(Exam).where(Exam.id == exam_id, Exam.course_id == course_id).options(joinedload(Exam.course))
    )


def codes_taken(session: Session) -> frozenset[str]:
    return frozenset(session.scalars(select(Exam.code)))


def blueprint_of(session: Session, exam_id: int) -> Sequence[BlueprintCell]:
    """The blueprint's cells with their topics, in the order of resolutions, topics, levels as entered."""
    return session.scalars(
        select(BlueprintCell)
        .join(Topic, Topic.id == BlueprintCell.topic_id)
        .join(Resolution, Resolution.id == Topic.resolution_id)
        .where(BlueprintCell.exam_id == exam_id)
        .order_by(Resolution.position, Topic.position, Topic.id, BlueprintCell.id)
        .options(joinedload(BlueprintCell.topic))
    ).all()


def entries_of(session: Session, exam_id: int) -> list[Entry]:
    """The blueprint's cells as `lms.exams.blueprint` writes and adds them up."""
    return [Entry(c.topic_id, c.level, c.count, c.points, c.type) for c in blueprint_of(session, exam_id)]


def cells_of(session: Session, exam_id: int) -> list[Cell]:
    """The blueprint as the pure rules want it; the topic of a cell is `str(topic id)`."""
    return [entry.cell() for entry in entries_of(session, exam_id)]


def candidates(session: Session, topic_ids: Sequence[int], now: datetime) -> list[Candidate]:
    """Questions on these topics that a paper drawn now may hold; the topic is `str(topic id)`, as in `cells_of`.

    Approved, not past its last day in Viet Nam, and nothing that it cites is to be checked (lms.banks.queries).
    """
    rows = session.execute(
        select(Question.id, Bank.topic_id, Question.level, Question.type)
        .join(Bank, Bank.id == Question.bank_id)
        .where(Bank.topic_id.in_(topic_ids), may_be_drawn(local(now).date()))
        .order_by(Question.id)
    )
    return [Candidate(question_id, str(topic), level, type_) for question_id, topic, level, type_ in rows]


def expectations(session: Session, candidates: Sequence[Candidate]) -> dict[int, Expected]:
    """How hard each of these questions is expected to be: from its answers, or else from its level."""
    rows = session.execute(
        select(QuestionStatistic.question_id, QuestionStatistic.answers, QuestionStatistic.facility)
    )
    known = {question_id: (answers, facility) for question_id, answers, facility in rows}
    return {c.question_id: expected_of(c.level, *known.get(c.question_id, (0, None))) for c in candidates}


def schemes_of(session: Session, topic_ids: Sequence[int]) -> dict[int, str]:
    """The scheme of levels of the bank of each of these topics that has one."""
    rows = session.execute(select(Bank.topic_id, Bank.scheme).where(Bank.topic_id.in_(topic_ids)))
    return dict(rows.all())


def composed_of(session: Session, exam: Exam) -> list[Entry]:
    """What a paper of the exam consists of: its blueprint, or what the questions of its fixed paper come to."""
    return (fixed.entries_of if exam.papers_kind == "fixed" else entries_of)(session, exam.id)


def topics_of_course(session: Session, course_id: int) -> Sequence[Topic]:
    """Topics of the resolutions that the course's modules study: the rows of a blueprint."""
    studied = (
        select(Module.resolution_id)
        .join(CourseModule, CourseModule.module_id == Module.id)
        .where(CourseModule.course_id == course_id)
    )
    return session.scalars(
        select(Topic)
        .join(Resolution, Resolution.id == Topic.resolution_id)
        .where(Topic.resolution_id.in_(studied))
        .order_by(Resolution.position, Topic.position, Topic.id)
        .options(joinedload(Topic.resolution))
    ).all()


def enrolled(session: Session, course_id: int) -> int:
    """How many people are in the course, exempt ones and guests too: all of them may sit its exams."""
    return session.scalar(select(func.count()).where(Enrolment.course_id == course_id)) or 0


def publish_facts(session: Session, exam: Exam, now: datetime) -> PublishFacts:
    """What the check list before publishing looks at."""
    entries = composed_of(session, exam)
    pool = candidates(session, sorted({entry.topic for entry in entries}), now)
    studied = {topic.id for topic in topics_of_course(session, exam.course_id)}
    wanted = [entry.cell() for entry in entries]
    drawable = [c.question_id for c in pool if any(cell.takes(c) for cell in wanted)]
    missing = sum(shortage.missing for shortage in shortages(wanted, pool))
    if exam.papers_kind == "fixed":
        picked = {pick.question_id for pick in fixed.picks_of(session, exam.id)}
        drawable = sorted(picked & {candidate.question_id for candidate in pool})
        missing = len(picked) - len(drawable)
    return PublishFacts(
        state=exam.state,
        course_state=exam.course.state,
        people=enrolled(session, exam.course_id),
        questions=sum(entry.count for entry in entries),
        missing=missing,
        foreign=sum(entry.count for entry in entries if entry.topic not in studied),
        unexplained=_unexplained(session, drawable),
        uncited=_uncited(session, drawable),
        marked=_marked(session, drawable),
        opens_at=exam.opens_at,
        closes_at=exam.closes_at,
        course_opens_at=exam.course.opens_at,
        course_closes_at=exam.course.closes_at,
        minutes=exam.minutes,
        now=now,
        policy=policy_of(exam),
        stages_apart=_stages_apart(session, exam),
    )


def _stages_apart(session: Session, exam: Exam) -> int:
    apart = (Stage.closes_at <= exam.opens_at) | (Stage.opens_at >= exam.closes_at)
    return session.scalar(select(func.count()).where(Stage.course_id == exam.course_id, apart)) or 0


def _unexplained(session: Session, question_ids: Sequence[int]) -> int:
    explanation = QuestionVersion.body["explanation"].as_string()
    empty = func.coalesce(explanation, "") == ""
    return session.scalar(_in_force(question_ids).where(empty)) or 0


def _uncited(session: Session, question_ids: Sequence[int]) -> int:
    cited = exists().where(Citation.version_id == QuestionVersion.id)
    return session.scalar(_in_force(question_ids).where(~cited)) or 0


def _marked(session: Session, question_ids: Sequence[int]) -> int:
    return session.scalar(_in_force(question_ids).where(Question.type.in_(BY_PERSON))) or 0


def _in_force(question_ids: Sequence[int]) -> Select[int]:
    """Counts the versions in force of these questions."""
    return (
        select(func.count())
        .select_from(QuestionVersion)
        .join(
            Question,
            (Question.id == QuestionVersion.question_id) & (Question.version == QuestionVersion.number),
        )
        .where(Question.id.in_(question_ids))
    )


def papers(session: Session, exam_id: int) -> int:
    """How many papers have been drawn for the exam."""
    return session.scalar(select(func.count()).where(Paper.exam_id == exam_id)) or 0
