"""Finding certificates: one's own, those of a unit, by code; and who has earned one and has none yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, exists, func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, Grade, Standing
from lms.certificates.models import Certificate, CertificateFile
from lms.courses.models import Course, Enrolment
from lms.exams.models import Exam, Ruling
from lms.organisation.models import Membership, Person, Unit
from lms.organisation.queries import below, present

_AT_ONCE = 5000  # people in one statement
_SIGNED = (  # of a certificate in the statement: the file signed outside that was taken in last
    select(CertificateFile.storage_key)
    .where(CertificateFile.certificate_id == Certificate.id, CertificateFile.kind == "signed")
    .order_by(CertificateFile.at.desc(), CertificateFile.sha256)
    .limit(1)
    .correlate(Certificate)
)


@dataclass(frozen=True, slots=True)
class Earned:
    """Somebody who passed: everything that is printed, as it stands now."""

    person: Person
    position: str
    exam: Exam
    course: Course
    issuer: Unit
    attempt: Attempt
    grade: Grade
    passed_at: datetime | None


def latest_of(session: Session, exam_id: int, person_id: int) -> Certificate | None:
    """The certificate in force of the person for the exam, or else the one that ended last."""
    return session.scalar(
        select(Certificate)
        .where(Certificate.exam_id == exam_id, Certificate.person_id == person_id)
        .order_by(Certificate.revoked_at.is_not(None), Certificate.id.desc())
        .limit(1)
        .execution_options(populate_existing=True)
    )


def holding(session: Session, some: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of these (exam id, person id) have a certificate in force."""
    found = session.execute(
        select(Certificate.exam_id, Certificate.person_id).where(
            Certificate.exam_id.in_({exam_id for exam_id, _ in some}),
            Certificate.person_id.in_([person_id for _, person_id in some]),
            Certificate.revoked_at.is_(None),
        )
    )
    return {(row[0], row[1]) for row in found} & set(some)


def in_place_of(session: Session, certificate_id: int) -> Certificate | None:
    """The certificate that was issued in place of this one."""
    return session.scalar(select(Certificate).where(Certificate.supersedes_id == certificate_id))


def locked(session: Session, certificate_id: int) -> Certificate | None:
    """The certificate as it is now; nobody else changes it until this transaction ends."""
    return session.scalar(
        select(Certificate)
        .where(Certificate.id == certificate_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def issued_to(session: Session, exam_id: int, person_ids: Sequence[int]) -> list[Certificate]:
    """The certificates in force of these people for the exam, by number."""
    found: list[Certificate] = []
    for at in range(0, len(person_ids), _AT_ONCE):
        found += session.scalars(
            select(Certificate).where(
                Certificate.exam_id == exam_id,
                Certificate.person_id.in_(person_ids[at : at + _AT_ONCE]),
                Certificate.revoked_at.is_(None),
            )
        )
    return sorted(found, key=lambda each: (each.year, each.number))


def ruling_organised(
    session: Session,
    ruling_id: int,
    within: Sequence[int],
    *,
    course_id: int | None = None,
    exam_id: int | None = None,
) -> Ruling | None:
    """The ruling, if one of the units or one below them organises its course; of this course and exam, if given."""
    statement = (
        select(Ruling)
        .join(Exam, Exam.id == Ruling.exam_id)
        .join(Course, Course.id == Exam.course_id)
        .where(Ruling.id == ruling_id, Course.unit_id.in_(below(within)))
    )
    if course_id is not None:
        statement = statement.where(Course.id == course_id, Exam.id == exam_id)
    return session.scalar(statement)


def certificate_by_code(session: Session, code: str) -> Certificate | None:
    return session.scalar(select(Certificate).where(Certificate.code == code))


def certificate_seen_by(
    session: Session, certificate_id: int, person_id: int, within: Sequence[int]
) -> Certificate | None:
    """The certificate if it is the person's own, or of somebody counted in the subtrees of `within`."""
    theirs = (Certificate.person_id == person_id) | Certificate.unit_id.in_(below(within))
    return session.scalar(select(Certificate).where(Certificate.id == certificate_id, theirs))


def earned(session: Session, exam_id: int, person_id: int) -> Earned | None:
    """What a certificate of this person for this exam says; None when the exam was not passed."""
    row = session.execute(
        select(
            Person,
            func.coalesce(Membership.position, ""),
            Exam,
            Course,
            Unit,
            Attempt,
            Grade,
            Standing.passed_at,
        )
        .join(Standing, Standing.person_id == Person.id)
        .join(Exam, Exam.id == Standing.exam_id)
        .join(Course, Course.id == Exam.course_id)
        .join(Unit, Unit.id == Course.unit_id)
        .join(Attempt, Attempt.id == Standing.best_attempt_id)
        .join(Grade, Grade.attempt_id == Attempt.id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & present())
        .where(Standing.exam_id == exam_id, Person.id == person_id, Standing.passed_at.is_not(None))
        .order_by(Grade.number.desc())
        .limit(1)
    ).first()
    return Earned(*row) if row else None


def without_certificate(
    session: Session, *, most: int, exam_ids: Sequence[int] | None = None, unit_id: int | None = None
) -> Sequence[Row[int, int]]:
    """(exam id, person id) of those who passed and have no certificate yet, first passed first.

    Whose certificate was taken away gets none by having passed before that (`rules.may_follow`).
    """
    there = exists().where(
        Certificate.exam_id == Standing.exam_id,
        Certificate.person_id == Standing.person_id,
        Certificate.revoked_at.is_(None) | (Certificate.revoked_at >= Standing.passed_at),
    )
    statement = (
        select(Standing.exam_id, Standing.person_id)
        .where(Standing.passed_at.is_not(None), ~there)
        .order_by(Standing.passed_at, Standing.person_id)
        .limit(most)
    )
    if exam_ids is not None:
        statement = statement.where(Standing.exam_id.in_(exam_ids))
    if unit_id is not None:
        counted = (
            select(Enrolment.person_id)
            .join(Exam, Exam.course_id == Enrolment.course_id)
            .where(Exam.id == Standing.exam_id, Enrolment.unit_id.in_(below([unit_id])))
        )
        statement = statement.where(Standing.person_id.in_(counted))
    return session.execute(statement).all()


def count_to_bundle(session: Session, exam_ids: Sequence[int], unit_id: int) -> int:
    """How many people of the unit and below have passed these exams: as many certificates are in its bundle."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Standing)
            .join(Exam, Exam.id == Standing.exam_id)
            .join(
                Enrolment,
                (Enrolment.course_id == Exam.course_id) & (Enrolment.person_id == Standing.person_id),
            )
            .where(
                Standing.passed_at.is_not(None),
                Standing.exam_id.in_(exam_ids),
                Enrolment.unit_id.in_(below([unit_id])),
            )
        )
        or 0
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate of a bundle."""

    id: int
    code: str
    facts: dict[str, object]
    unit: str
    issued_at: datetime
    design: str = ""
    seal: str = ""
    signed_key: str = ""  # in the storage, of the file that was signed outside
    expires_at: datetime | None = None
    unit_id: int = 0
    unit_code: str = ""


def issued_in(
    session: Session, exam_ids: Sequence[int], unit_id: int, *, after: tuple[str, int] | None, most: int
) -> list[tuple[str, Issued]]:
    """A page of the valid certificates of the unit and below with their sort keys, in Vietnamese order of names: where
    they belong, without what is printed."""
    statement = (
        select(
            Person.sort_key,
            Certificate.id,
            Certificate.code,
            Certificate.issued_at,
            Certificate.unit_id,
            Unit.name,
            Unit.code,
        )
        .join(Person, Person.id == Certificate.person_id)
        .join(Unit, Unit.id == Certificate.unit_id)
        .where(
            Certificate.exam_id.in_(exam_ids),
            Certificate.unit_id.in_(below([unit_id])),
            Certificate.revoked_at.is_(None),
        )
        .order_by(Person.sort_key, Certificate.id)
        .limit(most)
    )
    if after:
        key, last = after
        statement = statement.where(
            (Person.sort_key > key) | ((Person.sort_key == key) & (Certificate.id > last))
        )
    return [
        (key, Issued(number, code, {}, unit, at, unit_id=of, unit_code=unit_code))
        for key, number, code, at, of, unit, unit_code in session.execute(statement)
    ]


def issued_by_id(session: Session, ids: Sequence[int]) -> dict[int, Issued]:
    """These certificates as far as they are in force, by their ids."""
    statement = (
        select(Certificate, Unit.name, Unit.code, _SIGNED.scalar_subquery())
        .join(Unit, Unit.id == Certificate.unit_id)
        .where(Certificate.id.in_(ids), Certificate.revoked_at.is_(None))
    )
    return {row[0].id: _issued(*row) for row in session.execute(statement)}


def _issued(certificate: Certificate, unit: str, unit_code: str, signed: str | None) -> Issued:
    return Issued(
        id=certificate.id,
        code=certificate.code,
        facts=certificate.facts,
        unit=unit,
        issued_at=certificate.issued_at,
        design=certificate.design,
        seal=certificate.seal,
        signed_key=signed or "",
        expires_at=certificate.expires_at,
        unit_id=certificate.unit_id,
        unit_code=unit_code,
    )
