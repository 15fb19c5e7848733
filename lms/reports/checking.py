"""Does what is kept say what the rows say? What reports and certificates rely on is found anew and compared.

- counts: of every unit, from its enrolments and from the attempts made in it
- standings: the result that counts of every person, from the grades
- enrolments: begun and finished, from attempts and standings; where people belong, from their memberships; whether they
  must finish, and where their names stand, from what is known of them
- registers: the numbers of certificates and of frozen reports, which have no gap and no end but the last one given
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.attempts import returned
from lms.attempts.models import Attempt, Grade, Standing
from lms.attempts.standing import Counted, Graded, counted, latest
from lms.certificates.models import Certificate, Register
from lms.courses import place
from lms.courses.counting import OF_ENROLMENTS, enrolled_counts
from lms.courses.models import CourseCount, Enrolment
from lms.courses.queries import COUNTED
from lms.exams.models import Exam
from lms.kit.i18n import N_
from lms.organisation.models import Person, Unit
from lms.reports.figures import exams_of
from lms.reports.models import FrozenReport, ReportRegister

BATCH = 1000
OF_PEOPLE = ("place", "obligation", "name")  # what `actions.repair_people` puts right
SENTENCES = {
    "standing": N_("{exam}, person {person}: kept is {kept}, the grades give {counted}."),
    "started_without_attempt": N_("Enrolment {enrolment} is kept as begun, but there is no attempt."),
    "attempt_without_start": N_("Enrolment {enrolment} is kept as not begun, but there are attempts."),
    "finished_without_passing": N_("Enrolment {enrolment} is kept as finished, but a test is not passed."),
    "passed_without_finish": N_("Enrolment {enrolment} is kept as not finished, but every test is passed."),
    "place": N_("Enrolment {enrolment} does not say where its person belongs now."),
    "obligation": N_(
        "Enrolment {enrolment}: whether its person must finish is not what being a member says."
    ),
    "name": N_("Enrolment {enrolment} does not stand where the name of its person belongs."),
    "register": N_(
        "Certificates of {unit} in {year}: the register stands at {last}, there are {count}, the highest number is "
        "{highest}."
    ),
    "report_register": N_(
        "Reports of {unit} in {year}: the register stands at {last}, there are {count}, the highest number is "
        "{highest}."
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A kept count (a name of COUNTED) of a unit that is not what its rows add up to."""

    course_id: int
    unit_id: int
    unit: str
    name: str
    kept: int
    counted: int


@dataclass(frozen=True, slots=True)
class Finding:
    """Something kept that the ground does not bear out: a code of SENTENCES and what fills the sentence."""

    code: str
    params: dict[str, Any] = field(default_factory=dict)


# ----------------------------------------------------------------------------------------------------- counts


def differences(session: Session, course_id: int) -> list[Difference]:
    """Every count of the course that is wrong, by unit. Four queries; reads all enrolments and attempts of it."""
    kept = {
        row.unit_id: {name: getattr(row, name) for name in COUNTED}
        for row in session.scalars(select(CourseCount).where(CourseCount.course_id == course_id))
    }
    ground = _counted(session, course_id)
    names = dict(_names(session, sorted(kept.keys() | ground.keys())))
    nothing = dict.fromkeys(COUNTED, 0)
    return [
        Difference(course_id, unit_id, unit, name, before, after)
        for unit_id, unit in names.items()
        for name in COUNTED
        if (before := kept.get(unit_id, nothing)[name]) != (after := ground.get(unit_id, nothing)[name])
    ]


def _counted(session: Session, course_id: int) -> dict[int, dict[str, int]]:
    """The counts of each unit from enrolments and attempts."""
    submitted = session.execute(
        select(Attempt.unit_id, func.count())
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.course_id == course_id, Attempt.state == "submitted")
        .group_by(Attempt.unit_id)
    )
    attempts = {row[0]: row[1] for row in submitted}
    enrolled = enrolled_counts(session, course_id)
    nobody = dict.fromkeys(OF_ENROLMENTS, 0)
    return {
        unit_id: enrolled.get(unit_id, nobody) | {"attempts": attempts.get(unit_id, 0)}
        for unit_id in enrolled.keys() | attempts.keys()
    }


def _names(session: Session, unit_ids: list[int]) -> list[tuple[int, str]]:
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)).order_by(Unit.id))
    return [(row[0], row[1]) for row in rows]


# ----------------------------------------------------------------------------------------------------- people


def findings(session: Session, course_id: int) -> Iterator[Finding]:
    """Everything of a course that is kept of people and not borne out. Rows are read as they are needed."""
    yield from _standings(session, course_id)
    yield from _enrolments(session, course_id)


def _standings(session: Session, course_id: int) -> Iterator[Finding]:
    exams = {exam.id: exam for exam in session.scalars(select(Exam).where(Exam.course_id == course_id))}
    rows = session.execute(_graded(course_id).execution_options(yield_per=BATCH))
    for (exam_id, person_id), several in groupby(rows, key=lambda row: (row.exam_id, row.person_id)):
        attempts, exam = list(several), exams[exam_id]
        first = attempts[0]
        graded = [Graded(*row[2:8]) for row in attempts]
        ground = counted(graded, exam.counts, exam.pass_percent)
        kept = Counted(first.attempts, first.best_attempt_id, first.best_percent, first.passed_at)
        if first.attempts is None or ground is None or not _same(kept, ground):
            none = None if first.attempts is None else kept
            yield _differs(exam.code, person_id, none, ground)
    for row in session.execute(_standings_of_nothing(course_id)):
        yield _differs(exams[row[0]].code, row[1], Counted(row[2], row[3], row[4], row[5]), None)


def _graded(course_id: int) -> Any:
    """Every attempt that counts with its grade, beside the standing of its person, exam by exam."""
    standing = and_(Standing.exam_id == Attempt.exam_id, Standing.person_id == Attempt.person_id)
    return (
        select(
            Attempt.exam_id,
            Attempt.person_id,
            Attempt.id,
            Attempt.number,
            Grade.percent,
            Grade.passed,
            func.coalesce(Attempt.submitted_at, Attempt.deadline_at),
            returned.superseded(),
            Standing.attempts,
            Standing.best_attempt_id,
            Standing.best_percent,
            Standing.passed_at,
        )
        .join(Grade, Grade.attempt_id == Attempt.id)
        .outerjoin(Standing, standing)
        .where(Attempt.exam_id.in_(exams_of(course_id)), Attempt.state == "submitted", latest())
        .order_by(Attempt.exam_id, Attempt.person_id, Attempt.number)
    )


def _standings_of_nothing(course_id: int) -> Any:
    graded = exists().where(
        Attempt.exam_id == Standing.exam_id,
        Attempt.person_id == Standing.person_id,
        Attempt.state == "submitted",
        Grade.attempt_id == Attempt.id,
    )
    return select(
        Standing.exam_id,
        Standing.person_id,
        Standing.attempts,
        Standing.best_attempt_id,
        Standing.best_percent,
        Standing.passed_at,
    ).where(Standing.exam_id.in_(exams_of(course_id)), ~graded)


def _same(kept: Counted, ground: Counted) -> bool:
    """Alike in everything that is reported. When it was passed is a fact of its own once it is: a later grade does not
    move it, so only whether it is passed is compared."""
    passed = (kept.passed_at is None) == (ground.passed_at is None)
    return passed and (kept.attempts, kept.attempt_id, kept.percent) == (
        ground.attempts,
        ground.attempt_id,
        ground.percent,
    )


def _differs(exam: str, person_id: int, kept: Counted | None, ground: Counted | None) -> Finding:
    said = {"exam": exam, "person": person_id, "kept": _words(kept), "counted": _words(ground)}
    return Finding("standing", said)


def _words(standing: Counted | None) -> str:
    if standing is None:
        return "–"
    sign = "+" if standing.passed_at else "-"
    return f"{standing.attempts} × → {standing.attempt_id}: {standing.percent:f}% {sign}"


def _enrolments(session: Session, course_id: int) -> Iterator[Finding]:
    """Four conditions of two questions, and what follows each person: place, obligation and the order of names."""
    sat = exists().where(Attempt.person_id == Enrolment.person_id, Attempt.exam_id.in_(exams_of(course_id)))
    passed = exists().where(
        Standing.exam_id == Exam.id,
        Standing.person_id == Enrolment.person_id,
        Standing.passed_at.is_not(None),
    )
    published = (Exam.course_id == course_id, Exam.state != "draft")
    lacking = exists().where(*published, ~passed.correlate(Exam, Enrolment)).correlate(Enrolment)
    has_exams = session.scalar(select(exists().where(*published)))
    conditions = {
        "started_without_attempt": Enrolment.started_at.is_not(None) & ~sat,
        "attempt_without_start": Enrolment.started_at.is_(None) & sat,
        "finished_without_passing": Enrolment.finished_at.is_not(None) & lacking,
        "place": place.says_otherwise("unit_id", "elsewhere", "now_unit_id"),
        "obligation": place.says_otherwise("obligation"),
        "name": Enrolment.sort_key != Person.sort_key,
    }
    if has_exams:
        conditions["passed_without_finish"] = Enrolment.finished_at.is_(None) & ~lacking
    for code, wrong in conditions.items():
        ids = session.scalars(
            place.beside_people(select(Enrolment.id))
            .where(Enrolment.course_id == course_id, wrong)
            .order_by(Enrolment.id)
        )
        for enrolment_id in ids:
            yield Finding(code, {"enrolment": enrolment_id})


# ----------------------------------------------------------------------------------------------------- registers


def registers(session: Session) -> list[Finding]:
    """Registers whose last number is not the number of papers in them, or not the highest."""
    certificates = _numbers(Certificate.register_unit_id, Certificate.year, Certificate.number)
    reports = _numbers(FrozenReport.unit_id, FrozenReport.year, FrozenReport.number)
    return [
        *_registers(session, "register", Register, certificates),
        *_registers(session, "report_register", ReportRegister, reports),
    ]


def _numbers(unit: Any, year: Any, number: Any) -> Any:
    """How many papers of each unit and year, and the highest number."""
    return (
        select(
            unit.label("unit_id"),
            year.label("year"),
            func.count().label("count"),
            func.max(number).label("highest"),
        )
        .group_by(unit, year)
        .subquery()
    )


def _registers(session: Session, code: str, register: Any, papers: Any) -> list[Finding]:
    """Registers and papers side by side; papers without a register are found as well."""
    theirs = (register.unit_id == papers.c.unit_id) & (register.year == papers.c.year)
    unit = aliased(Unit)
    kept = session.execute(
        select(unit.name, register.year, register.last, papers.c.count, papers.c.highest)
        .join(unit, unit.id == register.unit_id)
        .outerjoin(papers, theirs)
        .where(
            func.coalesce(papers.c.count, 0).is_distinct_from(register.last)
            | func.coalesce(papers.c.highest, 0).is_distinct_from(register.last)
        )
        .order_by(register.unit_id, register.year)
    ).all()
    lost = session.execute(
        select(unit.name, papers.c.year, papers.c.count, papers.c.highest)
        .join(unit, unit.id == papers.c.unit_id)
        .where(~exists().where(theirs))
        .order_by(papers.c.unit_id, papers.c.year)
    ).all()
    rows: Sequence[Any] = [*kept, *((name, year, 0, count, top) for name, year, count, top in lost)]
    return [
        Finding(
            code,
            {"unit": row[0], "year": row[1], "last": row[2], "count": row[3] or 0, "highest": row[4] or 0},
        )
        for row in rows
    ]
