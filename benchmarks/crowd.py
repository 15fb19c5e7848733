"""What a whole city did in a course, by a few statements: attempts, grades, answers, standings, counts, certificates.

Who does what follows from the person's number, so that every statement finds the same people: of twenty the first
STARTED sat every exam, one is exempt. Results are those of a few patterns at each paper, from weak people to strong.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Integer, Text, case, cast, exists, func, insert, literal, select, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from benchmarks.bulk import pattern, without_indexes
from lms.attempts.models import AnswerEvent, Attempt, Grade, Standing
from lms.attempts.rules import USUAL_BANDS, band
from lms.certificates import rules
from lms.certificates.models import Certificate, Register
from lms.courses.counting import rebuild_enrolled
from lms.courses.models import Course, CourseCount, Enrolment
from lms.demo.answers import answer
from lms.exams import paper
from lms.exams.models import Exam, Paper
from lms.kit.db import Json, Moment, Points
from lms.kit.papers import CertificateFacts
from lms.organisation.models import Membership, Person, Unit
from lms.organisation.official import header_of
from lms.quality.rules import SAMPLE

OF = 20  # people, of whom
STARTED = 16  # sat the exams, and
EXEMPT = 17  # (by number) need not
MOVED = 100  # one of so many belongs to another unit since
DAYS, MOMENTS = 7, 420  # over which the attempts lie
KINDS = 40  # of results of a paper
WAYS = 3  # to answer it
MINUTES = 25
YEAR = 2026


@dataclass(frozen=True, slots=True)
class Habits:
    """How many exams there are, how many attempts a person has at most, and that one of `again` sat more than once."""

    exams: int = 2
    attempts: int = 2
    again: int = 4
    answers: bool = True
    certificates: bool = True


USUAL = Habits()


def sit(session: Session, course: Course, exam_ids: Sequence[int], habits: Habits, now: datetime) -> None:
    """Fill everything that people do in a course."""
    mine = Enrolment.course_id == course.id
    with without_indexes(session, Enrolment):
        session.execute(
            update(Enrolment)
            .where(mine, Enrolment.person_id % OF == EXEMPT)
            .values(obligation="exempt", reason="Nghỉ chữa bệnh dài ngày")
        )
        _attempts(session, course, exam_ids, habits, now)
        _standings(session, exam_ids)
        _follow(session, course, len(exam_ids))
    _move(session, course, now)
    _count(session, course)
    if habits.answers:
        for exam_id in exam_ids:
            _answers(session, exam_id)
    if habits.certificates:
        _certificates(session, course, session.get_one(Exam, exam_ids[0]), now)


# ------------------------------------------------------------------------------------------------ attempts


def _attempts(
    session: Session, course: Course, exam_ids: Sequence[int], habits: Habits, now: datetime
) -> None:
    moments = _moments(session, now)
    with without_indexes(session, Attempt, Grade):
        for exam_id in exam_ids:
            results, papers = _results(session, exam_id)
            for number in range(1, habits.attempts + 1):
                _sit_once(session, course, exam_id, number, habits, moments, results, papers)


def _moments(session: Session, now: datetime) -> Any:
    """When attempts were begun and handed in, the earlier ones first."""
    step = timedelta(days=DAYS) / MOMENTS
    begun = [now - timedelta(days=DAYS, hours=2) + step * n for n in range(MOMENTS)]
    rows = [
        {
            "begun": at,
            "over": at + timedelta(minutes=120),
            "handed": at + timedelta(minutes=MINUTES, seconds=n % 60),
        }
        for n, at in enumerate(begun)
    ]
    return pattern(session, "made_moment", rows, dict.fromkeys(("begun", "over", "handed"), Moment()))


def _results(session: Session, exam_id: int) -> tuple[Any, int]:
    """KINDS results of each paper of an exam, from the weak to the strong, and how many papers there are."""
    rng, exam = random.Random(exam_id), session.get_one(Exam, exam_id)
    papers = session.execute(
        select(Paper.id, Paper.slots).where(Paper.exam_id == exam_id).order_by(Paper.number)
    ).all()
    rows = [
        _result(paper_id, [rng.random() < _chance(slot["version"], kind) for slot in slots], exam)
        for paper_id, slots in papers
        for kind in range(KINDS)
    ]
    types = {"points": Points(), "most": Points(), "percent": Points(), "scores": Json} | dict.fromkeys(
        ("paper", "right", "passed"), Integer()
    )
    return pattern(session, f"made_result_{exam_id}", rows, types), len(papers)


def _chance(version: int, kind: int) -> float:
    """Of being right: questions are between easy and hard, people between weak and strong."""
    return min(0.97, 0.35 + 0.5 * kind / KINDS + (version * 37 % 100) / 250)


def _result(paper_id: int, rights: list[bool], exam: Exam) -> dict[str, Any]:
    right, most = sum(rights), len(rights)
    percent = (Decimal(100 * right) / most).quantize(Decimal("0.01"))
    passed = percent >= exam.pass_percent
    return {
        "paper": paper_id, "points": Decimal(right), "most": Decimal(most), "percent": percent,
        "passed": int(passed), "right": right, "band": band(percent, passed, bands=USUAL_BANDS),
        "scores": [10_000 if one else 0 for one in rights],
    }  # fmt: skip


def _sit_once(
    session: Session,
    course: Course,
    exam_id: int,
    number: int,
    habits: Habits,
    moments: Any,
    results: Any,
    papers: int,
) -> None:
    """The attempt of that number of everybody who has one, with its grade; both have the same id."""
    first = (session.scalar(select(func.max(Attempt.id))) or 0) + 1
    person = Enrolment.person_id
    at = ((person * 7 + exam_id) % papers) * KINDS + _kind(person, number)
    day = MOMENTS // (habits.attempts * habits.exams)
    when = (person * 11) % day + day * ((exam_id % habits.exams) * habits.attempts + number - 1)
    mine = [Enrolment.course_id == course.id, person % OF < STARTED]
    if number > 1:
        mine.append(person % habits.again == 0)
    each = (
        select(
            (func.row_number().over(order_by=person) + first - 1).label("id"),
            person.label("person_id"), Enrolment.id.label("enrolment_id"), Enrolment.unit_id.label("unit_id"),
            at.label("result"), when.label("moment"),
        )
        .where(*mine)
        .subquery()
    )  # fmt: skip
    joined = each.join(results, results.c.place == each.c.result).join(
        moments, moments.c.place == each.c.moment
    )
    attempt = {
        "id": each.c.id, "exam_id": literal(exam_id), "person_id": each.c.person_id,
        "enrolment_id": each.c.enrolment_id, "unit_id": each.c.unit_id, "paper_id": results.c.paper,
        "number": literal(number), "state": literal("submitted"), "started_at": moments.c.begun,
        "deadline_at": moments.c.over, "submitted_at": moments.c.handed, "finished_by": literal("candidate"),
        "receipt": literal("A1B2C3D4E5F6"),
    }  # fmt: skip
    grade = {
        "id": each.c.id, "attempt_id": each.c.id, "number": literal(1), "points": results.c.points,
        "most_points": results.c.most, "percent": results.c.percent, "passed": results.c.passed == 1,
        "right": results.c.right, "band": results.c.band, "scores": results.c.scores, "engine": literal(1),
        "reason": literal("submitted"), "at": moments.c.handed,
    }  # fmt: skip
    for model, columns in ((Attempt, attempt), (Grade, grade)):
        chosen = select(*columns.values()).select_from(joined).order_by(each.c.id)
        session.execute(insert(model).from_select([*columns], chosen))


def _kind(person: Any, number: int) -> Any:
    """How good somebody is, better with every attempt."""
    grown = person * 13 % KINDS + 6 * (number - 1)
    return case((grown < KINDS, grown), else_=KINDS - 1)


# ------------------------------------------------------------------------------------------------ standings


def _standings(session: Session, exam_ids: Sequence[int]) -> None:
    """The best attempt counts, of equal ones the earlier; passed with the first that was."""
    best = func.row_number().over(
        partition_by=(Attempt.exam_id, Attempt.person_id), order_by=(Grade.percent.desc(), Attempt.number)
    )
    theirs = (Attempt.exam_id, Attempt.person_id)
    passed = func.min(case((Grade.passed, Attempt.submitted_at)))
    each = (
        select(
            *theirs,
            func.count().over(partition_by=theirs).label("attempts"),
            Attempt.id.label("best"),
            Grade.percent,
            passed.over(partition_by=theirs).label("passed_at"),
            best.label("rank"),
        )
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(Attempt.exam_id.in_(exam_ids))
        .subquery()
    )
    names = ["exam_id", "person_id", "attempts", "best_attempt_id", "best_percent", "passed_at"]
    with without_indexes(session, Standing):
        chosen = select(*list(each.c)[:6]).where(each.c.rank == 1)
        session.execute(insert(Standing).from_select(names, chosen))


def _follow(session: Session, course: Course, exams: int) -> None:
    """Enrolments say when their people began, and when they had passed everything."""
    begun = (
        select(Attempt.enrolment_id, func.min(Attempt.started_at).label("at"))
        .group_by(Attempt.enrolment_id)
        .subquery()
    )
    every = func.count(Standing.passed_at) == exams
    passed = (
        select(Standing.person_id, case((every, func.max(Standing.passed_at))).label("at"))
        .group_by(Standing.person_id)
        .subquery()
    )
    session.execute(
        update(Enrolment)
        .where(
            Enrolment.course_id == course.id,
            begun.c.enrolment_id == Enrolment.id,
            passed.c.person_id == Enrolment.person_id,
        )
        .values(started_at=begun.c.at, finished_at=passed.c.at)
        .execution_options(synchronize_session=False)
    )


def _move(session: Session, course: Course, now: datetime) -> None:
    """Some of those who finished belong to another unit now, the one with the next id or the first below the top."""
    today = now.date()
    last, first = session.execute(select(func.max(Unit.id), func.min(Unit.id))).one()
    finished = exists().where(
        Enrolment.course_id == course.id,
        Enrolment.person_id == Membership.person_id,
        Enrolment.finished_at.is_not(None),
    )
    moving = (Membership.person_id % MOVED == 3, Membership.valid_to.is_(None), finished)
    columns = ("person_id", "position", "main")
    old = aliased(Membership)
    session.execute(
        update(Membership).where(*moving).values(valid_to=today).execution_options(synchronize_session=False)
    )
    target = case((old.unit_id < last, old.unit_id + 1), else_=first + 1)
    session.execute(
        insert(Membership).from_select(
            [*columns, "unit_id", "valid_from"],
            select(*(getattr(old, name) for name in columns), target, literal(today)).where(
                old.valid_to == today
            ),
        )
    )
    session.execute(
        update(Enrolment)
        .where(
            Enrolment.course_id == course.id,
            Enrolment.finished_at.is_not(None),
            Enrolment.person_id % MOVED == 3,
            Membership.person_id == Enrolment.person_id,
            Membership.valid_to.is_(None),
        )
        .values(elsewhere=True, now_unit_id=Membership.unit_id)
        .execution_options(synchronize_session=False)
    )


def _count(session: Session, course: Course) -> None:
    """The kept counts, from the rows."""
    rebuild_enrolled(session, course.id)
    by_unit = select(Attempt.unit_id, func.count().label("attempts")).group_by(Attempt.unit_id).subquery()
    session.execute(
        update(CourseCount)
        .where(CourseCount.course_id == course.id, CourseCount.unit_id == by_unit.c.unit_id)
        .values(attempts=by_unit.c.attempts)
        .execution_options(synchronize_session=False)
    )


# ------------------------------------------------------------------------------------------------ answers


def _answers(session: Session, exam_id: int) -> None:
    """What was answered in the attempts that an analysis of the exam reads answer by answer."""
    first, attempts = session.execute(
        select(func.min(Attempt.id), func.count()).where(Attempt.exam_id == exam_id)
    ).one()
    read = min(attempts, SAMPLE)  # and evenly chosen, as lms.quality.reading.selection does
    places = [n * (attempts - 1) // max(read - 1, 1) for n in range(read)]
    picked = pattern(
        session, f"made_pick_{exam_id}", [{"id": first + place} for place in places], {"id": Integer()}
    )
    said = _said(session, exam_id)
    columns = {
        "attempt_id": Attempt.id, "tab": literal("bench"), "seq": said.c.slot, "slot": said.c.slot,
        "op": literal("set"), "value": said.c.value, "client_ms": said.c.client_ms,
        "received_at": Attempt.submitted_at, "epoch": literal(0), "status": literal("ok"),
    }  # fmt: skip
    joined = picked.join(Attempt, Attempt.id == picked.c.id).join(
        said, (said.c.paper == Attempt.paper_id) & (said.c.way == picked.c.place % WAYS)
    )
    chosen = select(*columns.values()).select_from(joined).order_by(Attempt.id, said.c.slot)
    session.execute(insert(AnswerEvent).from_select([*columns], chosen))


def _said(session: Session, exam_id: int) -> Any:
    """WAYS to answer each paper, from weak people to strong."""
    rng, rows = random.Random(exam_id), []
    papers = session.scalars(select(Paper.id).where(Paper.exam_id == exam_id)).all()
    for paper_id in papers:
        slots = paper.load(session, paper_id).slots
        for way in range(WAYS):
            passed = 0
            for slot in slots:
                right = rng.random() < _chance(slot.number, way * KINDS // WAYS)
                passed += rng.choice((2_000, 15_000, 30_000, 60_000))
                rows.append(
                    {
                        "paper": paper_id, "way": way, "slot": slot.number, "client_ms": passed,
                        "value": answer(slot.question, slot.order, right=right, rng=rng),
                    }
                )  # fmt: skip
    whole = dict.fromkeys(("paper", "way", "slot", "client_ms"), Integer())
    return pattern(session, f"made_answer_{exam_id}", rows, whole, ["paper", "way"])


# ------------------------------------------------------------------------------------------------ certificates


def _certificates(session: Session, course: Course, exam: Exam, now: datetime) -> None:
    """A certificate for everybody who passed the exam, in the order of the attempts."""
    unit = session.get_one(Unit, course.unit_id)
    number = func.row_number().over(order_by=Standing.best_attempt_id)
    each = (
        select(
            number.label("number"), Standing.person_id, Standing.best_attempt_id, Standing.passed_at,
            Attempt.unit_id, Grade.right, Person.full_name, Person.born,
        )
        .join(Attempt, Attempt.id == Standing.best_attempt_id)
        .join(Grade, Grade.attempt_id == Attempt.id)
        .join(Person, Person.id == Standing.person_id)
        .where(Standing.exam_id == exam.id, Standing.passed_at.is_not(None))
        .subquery()
    )  # fmt: skip
    digits = func.substr(cast(each.c.number + 1_000_000, Text), 2)
    told: Any = literal(_facts(unit, exam, now), Text())
    for mark, value in (
        ("@number", digits + f"/{YEAR}/CN-{unit.code}"),
        ("@code", literal("BENC-") + digits),
        ("@name", each.c.full_name),
        ("@born", func.coalesce(each.c.born, "")),
        ("@right", cast(each.c.right, Text)),
    ):
        told = func.replace(told, mark, value)
    postgresql = session.get_bind().dialect.name == "postgresql"
    columns = {
        "code": literal("BENC-") + digits, "exam_id": literal(exam.id), "person_id": each.c.person_id,
        "attempt_id": each.c.best_attempt_id, "unit_id": each.c.unit_id, "register_unit_id": literal(unit.id),
        "year": literal(YEAR), "number": each.c.number, "facts": cast(told, JSONB) if postgresql else told,
        "issued_at": each.c.passed_at,
    }  # fmt: skip
    with without_indexes(session, Certificate):
        chosen = select(*columns.values()).select_from(each).order_by(each.c.number)
        session.execute(insert(Certificate).from_select([*columns], chosen))
    last = session.scalar(select(func.max(Certificate.number))) or 0
    session.add(Register(unit_id=unit.id, year=YEAR, last=last))


def _facts(unit: Unit, exam: Exam, now: datetime) -> str:
    """What certificates say, with marks in place of what is another on each."""
    from lms.kit.db import _json

    facts = CertificateFacts(
        header=header_of(unit, now),
        issuer=unit.name,
        salutation="Đồng chí",
        name="@name",
        units=("Chi bộ số 7", "Đảng ủy phường số 3"),
        exam=exam.title,
        result="@right/30 câu đúng",
        grade="Đạt",
        number="@number",
        check_url="http://127.0.0.1/c/@code",
        check_address="127.0.0.1/c",
        code="@code",
        born="@born",
    )
    return _json(rules.to_json(facts))
