"""Issuing certificates: the facts are frozen, the number comes from the register, nobody gets two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.attempts.rules import BAND_NAMES
from lms.audit.actions import record
from lms.certificates import queries, rules
from lms.certificates.models import Certificate, Register
from lms.certificates.queries import Earned
from lms.kit.i18n import _, speaking
from lms.kit.papers import CertificateFacts, Signature, signing_for
from lms.organisation.models import Unit
from lms.organisation.official import header_of
from lms.organisation.queries import ancestors
from lms.vietnamese.dates import PartialDate, format_date, local


def issue(
    session: Session, exam_id: int, person_id: int, *, base_url: str, by: int | None, now: datetime
) -> Certificate | None:
    """The person's certificate for the exam, issued now if there is none yet; None when it was not earned.

    Asking again gives the same one: the register's row is locked before looking, so that two who ask at once get
    one number.
    """
    there = queries.certificate_of(session, exam_id, person_id)
    if there is not None:
        return there
    earned = queries.earned(session, exam_id, person_id)
    if earned is None:
        return None
    year = local(now).year
    register = _locked_register(session, earned.issuer.id, year)
    there = queries.certificate_of(session, exam_id, person_id)
    if there is not None:
        return there
    register.last += 1
    certificate = _certificate(session, earned, register, base_url=base_url, now=now)
    session.add(certificate)
    session.flush()
    record(
        session,
        "certificate.issue",
        "certificate",
        certificate.id,
        actor_id=by,
        now=now,
        unit_id=certificate.unit_id,
        number=certificate.facts["number"],
    )
    return certificate


def _locked_register(session: Session, unit_id: int, year: int) -> Register:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    session.execute(insert(Register).values(unit_id=unit_id, year=year, last=0).on_conflict_do_nothing())
    return session.execute(
        select(Register)
        .where(Register.unit_id == unit_id, Register.year == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def _certificate(
    session: Session, earned: Earned, register: Register, *, base_url: str, now: datetime
) -> Certificate:
    code = rules.new_code()
    number = rules.printed_number(register.last, register.year, earned.issuer.code)
    facts = _facts(session, earned, code=code, number=number, base_url=base_url, now=now)
    return Certificate(
        code=code,
        exam_id=earned.exam.id,
        person_id=earned.person.id,
        attempt_id=earned.attempt.id,
        unit_id=earned.attempt.unit_id,
        register_unit_id=register.unit_id,
        year=register.year,
        number=register.last,
        facts=rules.to_json(facts),
        issued_at=now,
        revoked_reason="",
    )


def _facts(
    session: Session, earned: Earned, *, code: str, number: str, base_url: str, now: datetime
) -> CertificateFacts:
    issuer, grade, course = earned.issuer, earned.grade, earned.course
    with speaking("vi"):  # the paper is Vietnamese whatever the language of the screen
        band = _(BAND_NAMES[grade.band])
    return CertificateFacts(
        header=header_of(issuer, now),
        issuer=issuer.name,
        salutation="Đồng chí" if issuer.style == "party" else "Ông/Bà",
        name=earned.person.full_name,
        units=_unit_names(session, earned.attempt.unit_id, issuer),
        exam=earned.exam.title,
        result=rules.result_words(grade.right, len(grade.scores), grade.points, grade.most_points),
        number=number,
        check_url=f"{base_url}/c/{code}",
        check_address=f"{base_url.split('//', 1)[1]}/c",
        code=code,
        born=_born(earned.person.born),
        position=earned.position,
        period=f"{course.title}, từ ngày {format_date(course.opens_at)} đến ngày {format_date(course.closes_at)}",
        grade=band,
        signature=_signature(issuer),
    )


def _born(born: str | None) -> str:
    return str(PartialDate.fromisoformat(born)) if born else ""


def _unit_names(session: Session, unit_id: int, issuer: Unit) -> list[str]:
    """From the smallest unit up, without the issuer, whose name stands above."""
    return [unit.name for unit in reversed(ancestors(session, unit_id)) if unit.id != issuer.id] or [
        issuer.name
    ]


def _signature(issuer: Unit) -> Signature:
    if issuer.style == "party":
        return Signature(authority=signing_for("party", "on_behalf", "Ban Thường vụ"), post="")
    return Signature(post="THỦ TRƯỞNG ĐƠN VỊ")
