"""Reading the registers: which there are, their pages, a certificate with its history, those of a unit's people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from lms.certificates import rules
from lms.certificates.models import Certificate, Register
from lms.exams.models import Exam
from lms.organisation.models import Person, Unit
from lms.organisation.queries import below, called

_AT_ONCE = 5000  # people in one statement


@dataclass(frozen=True, slots=True)
class Book:
    """A register: of a unit, in a year, with the last number given out."""

    unit_id: int
    unit: str
    year: int
    last: int


def books(session: Session, within: Sequence[int]) -> list[Book]:
    """The registers of the units and all below them, the latest year first."""
    rows = session.execute(
        select(Register.unit_id, Unit.name, Register.year, Register.last)
        .join(Unit, Unit.id == Register.unit_id)
        .where(Register.unit_id.in_(below(within)), Register.last > 0)
        .order_by(Register.year.desc(), Unit.sort_key, Unit.id)
    )
    return [Book(*row) for row in rows]


def book(session: Session, unit_id: int, year: int, within: Sequence[int]) -> Book | None:
    """One of `books`, by its unit and year."""
    row = session.execute(
        select(Register.unit_id, Unit.name, Register.year, Register.last)
        .join(Unit, Unit.id == Register.unit_id)
        .where(Register.unit_id == unit_id, Register.year == year, Register.unit_id.in_(below(within)))
    ).first()
    return Book(*row) if row else None


def in_state(state: str, now: datetime) -> ColumnElement[bool]:
    """The certificates that are "valid", "expired", "superseded" or "revoked" (`rules.state`), as a condition."""
    ended = Certificate.revoked_at.is_not(None)
    superseded = Certificate.revoked_reason == rules.SUPERSEDED
    expired = and_(Certificate.expires_at.is_not(None), Certificate.expires_at <= now)
    return {
        "valid": and_(~ended, or_(Certificate.expires_at.is_(None), Certificate.expires_at > now)),
        "expired": and_(~ended, expired),
        "superseded": and_(ended, superseded),
        "revoked": and_(ended, ~superseded),
    }[state]


def page(
    session: Session,
    of: Book,
    *,
    most: int,
    now: datetime,
    after: int | None = None,
    before: int | None = None,
    state: str = "",
    words: str = "",
) -> list[Certificate]:
    """Certificates of a register with descending numbers: those below `after`, or the last ones above `before`.

    `words` are part of a name, with or without marks, or a number.
    """
    number = Certificate.number
    statement = select(Certificate).where(
        Certificate.register_unit_id == of.unit_id, Certificate.year == of.year
    )
    if state:
        statement = statement.where(in_state(state, now))
    if words.isascii() and words.isdigit():
        statement = statement.where(number == int(words) if len(words) < 10 else false())
    elif words:
        wanted = called(Person.search_key, words) or [false()]
        statement = statement.join(Person, Person.id == Certificate.person_id).where(*wanted)
    if before is not None:
        rows = session.scalars(statement.where(number > before).order_by(number).limit(most)).all()
        return list(reversed(rows))
    if after is not None:
        statement = statement.where(number < after)
    return list(session.scalars(statement.order_by(number.desc()).limit(most)))


def of_unit(
    session: Session,
    exam_ids: Sequence[int],
    unit_id: int,
    *,
    most: int,
    after: tuple[str, int] | None = None,
) -> list[tuple[str, Certificate]]:
    """A page of all certificates earned in a unit and below, ended ones too, with the sort keys of the names."""
    statement = (
        select(Person.sort_key, Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.exam_id.in_(exam_ids), Certificate.unit_id.in_(below([unit_id])))
        .order_by(Person.sort_key, Certificate.id)
        .limit(most)
    )
    if after:
        key, last = after
        statement = statement.where(
            (Person.sort_key > key) | ((Person.sort_key == key) & (Certificate.id > last))
        )
    return [(key, certificate) for key, certificate in session.execute(statement)]


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate in an office: what it may do with it."""

    certificate: Certificate
    course_id: int
    may_reissue: bool
    may_revoke: bool


def held(
    session: Session,
    certificate_id: int,
    *,
    counted: Sequence[int],
    issuing: Sequence[int],
    looking: Sequence[int] = (),
) -> Held | None:
    """The certificate for whoever looks after people (`counted`) or organises and issues (`issuing`) in these units and
    below. Only who issues revokes; who looks after the person has errors corrected too; `looking` only reads."""
    theirs = Certificate.unit_id.in_(below(counted))
    ours = Certificate.register_unit_id.in_(below(issuing))
    read = Certificate.unit_id.in_(below(looking)) | Certificate.register_unit_id.in_(below(looking))
    row: Any = session.execute(
        select(Certificate, Exam.course_id, theirs.label("theirs"), ours.label("ours"))
        .join(Exam, Exam.id == Certificate.exam_id)
        .where(Certificate.id == certificate_id, theirs | ours | read)
    ).first()
    if row is None:
        return None
    return Held(row[0], row.course_id, bool(row.theirs or row.ours), bool(row.ours))


def history(session: Session, exam_id: int, person_id: int) -> Sequence[Certificate]:
    """Every certificate the person ever had for the exam, in the order of issue."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.exam_id == exam_id, Certificate.person_id == person_id)
        .order_by(Certificate.id)
    ).all()


def own(session: Session, person_id: int) -> Sequence[Certificate]:
    """A person's certificates, the latest first; of those replaced by another one only the last."""
    return session.scalars(
        select(Certificate)
        .where(Certificate.person_id == person_id, Certificate.revoked_reason != rules.SUPERSEDED)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    ).all()


def in_force_of(session: Session, exam_id: int, person_ids: Sequence[int], *, before: datetime) -> int:
    """How many of these people hold a certificate in force for the exam that was issued before then; asked in parts,
    for they may be many."""
    found = 0
    for at in range(0, len(person_ids), _AT_ONCE):
        found += (
            session.scalar(
                select(func.count()).where(
                    Certificate.exam_id == exam_id,
                    Certificate.person_id.in_(person_ids[at : at + _AT_ONCE]),
                    Certificate.revoked_at.is_(None),
                    Certificate.issued_at <= before,
                )
            )
            or 0
        )
    return found
