"""The life of a certificate: issued when it is earned, issued anew after a correction, revoked; never deleted.

The facts are frozen at issue, the number comes from the register, and nobody has two in force: the register's row is
locked before looking, and the database refuses a second one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.certificates import printing, queries, rules
from lms.certificates.models import Certificate, CertificateStyle, Register
from lms.certificates.queries import Earned
from lms.certificates.seal.keys import SealKey
from lms.certificates.seal.sealing import seal_at_issue
from lms.kit.i18n import N_
from lms.vietnamese.dates import local
from lms.vietnamese.text import clean

MESSAGES: dict[str, str] = {
    "certificate_ended": N_("This certificate has ended already. The page shows how it stands now."),
    "certificate_replaced": N_("Another certificate was issued in place of this one already."),
    "certificate_not_earned": N_(
        "The result that counts now is not a pass, so there is nothing to issue. You can revoke the certificate."
    ),
    "certificate_in_force": N_("The person has another certificate in force for this test."),
    "no_reason": N_("Write the reason: it is kept with the certificate."),
    "reason_long": N_("The reason is longer than 1,000 characters."),
}


class CertificateRefused(Exception):
    """What was asked for cannot be done; `code` is one of MESSAGES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def issue(
    session: Session,
    exam_id: int,
    person_id: int,
    *,
    base_url: str,
    by: int | None,
    now: datetime,
    key: SealKey | None = None,
) -> Certificate | None:
    """The person's certificate for the exam, issued now if there is none yet; None when it was not earned.

    Asking again gives the same one. One that was revoked is given back as it is, unless the exam was passed since. With
    a `key` it is sealed.
    """
    earned = queries.earned(session, exam_id, person_id)
    there = queries.latest_of(session, exam_id, person_id)
    if earned is None or _stays(there, earned):
        return there
    style = printing.style_of(session, earned.course.id)
    expires_at = rules.expiry(now, style.months)
    try:
        with session.begin_nested():
            register = _locked_register(session, earned.issuer.id, local(now).year)
            there = queries.latest_of(session, exam_id, person_id)
            if _stays(there, earned):
                return there
            made = _make(
                session,
                earned,
                register,
                style,
                former=there,
                expires_at=expires_at,
                base_url=base_url,
                key=key,
                now=now,
            )
    except IntegrityError:  # somebody else was quicker, in the register of another year
        there = queries.latest_of(session, exam_id, person_id)
        if there is None or there.revoked_at is not None:
            raise
        return there
    _record(session, "certificate.issue", made, by=by, now=now)
    return made


def _stays(there: Certificate | None, earned: Earned) -> bool:
    """Whether what is there is all that the person gets."""
    if there is None:
        return False
    return there.revoked_at is None or not rules.may_follow(there.revoked_at, earned.passed_at)


def reissue(
    session: Session,
    certificate_id: int,
    *,
    reason: str,
    base_url: str,
    by: int | None,
    now: datetime,
    key: SealKey | None = None,
) -> Certificate:
    """Another certificate in place of one, saying what is right now: new number and code, the same term. The former one
    is ended as superseded; if it was revoked it stays so, and this takes that back.

    Raises CertificateRefused, LookupError when there is no such certificate.
    """
    reason = _reason(reason)
    former = _locked(session, certificate_id)
    if queries.in_place_of(session, former.id) is not None:
        raise CertificateRefused("certificate_replaced")
    there = queries.latest_of(session, former.exam_id, former.person_id)
    if there is not None and there.revoked_at is None and there.id != former.id:
        raise CertificateRefused("certificate_in_force")
    earned = queries.earned(session, former.exam_id, former.person_id)
    if earned is None:
        raise CertificateRefused("certificate_not_earned")
    if former.revoked_at is None:
        former.revoked_at, former.revoked_by, former.revoked_reason = now, by, rules.SUPERSEDED
        session.flush()
    register = _locked_register(session, earned.issuer.id, local(now).year)
    made = _make(
        session,
        earned,
        register,
        printing.style_of(session, earned.course.id),
        former=former,
        expires_at=former.expires_at,
        reason=reason,
        base_url=base_url,
        key=key,
        now=now,
    )
    _record(
        session,
        "certificate.reissue",
        made,
        by=by,
        now=now,
        in_place_of=former.facts["number"],
        reason=reason,
    )
    return made


def revoke(
    session: Session, certificate_id: int, *, reason: str, by: int | None, now: datetime
) -> Certificate:
    """End a certificate, for a reason that everybody reads who checks it. Raises CertificateRefused, LookupError."""
    reason = _reason(reason)
    certificate = _locked(session, certificate_id)
    if certificate.revoked_at is not None:
        raise CertificateRefused("certificate_ended")
    certificate.revoked_at, certificate.revoked_by, certificate.revoked_reason = now, by, reason
    _record(session, "certificate.revoke", certificate, by=by, now=now, reason=reason)
    return certificate


def _reason(reason: str) -> str:
    reason = clean(reason)
    if not reason or reason == rules.SUPERSEDED:
        raise CertificateRefused("no_reason")
    if len(reason) > rules.LONGEST_REASON:
        raise CertificateRefused("reason_long")
    return reason


def _locked(session: Session, certificate_id: int) -> Certificate:
    found = queries.locked(session, certificate_id)
    if found is None:
        raise LookupError(f"there is no certificate {certificate_id}")
    return found


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


def _make(
    session: Session,
    earned: Earned,
    register: Register,
    style: CertificateStyle,
    *,
    former: Certificate | None,
    expires_at: datetime | None,
    base_url: str,
    key: SealKey | None,
    now: datetime,
    reason: str = "",
) -> Certificate:
    """The next number of the register, with everything that is printed."""
    register.last += 1
    number = rules.printed_number(register.last, register.year, earned.issuer.code)
    code, seal = rules.new_code(), ""
    facts = printing.facts_of(
        session, earned, style, code=code, number=number, base_url=base_url, now=now, expires_at=expires_at
    )
    if key is not None:
        seal, facts["check_url"] = seal_at_issue(
            key, facts, issued_at=now, expires_at=expires_at, base_url=base_url
        )
    made = Certificate(
        code=code,
        exam_id=earned.exam.id,
        person_id=earned.person.id,
        attempt_id=earned.attempt.id,
        unit_id=earned.attempt.unit_id,
        register_unit_id=register.unit_id,
        year=register.year,
        number=register.last,
        facts=facts,
        issued_at=now,
        expires_at=expires_at,
        revoked_reason="",
        supersedes_id=former.id if former else None,
        design=printing.design_of(style),
        seal=seal,
        reason=reason,
    )
    session.add(made)
    session.flush()
    return made


def _record(
    session: Session, action: str, what: Certificate, *, by: int | None, now: datetime, **detail: str
) -> None:
    record(
        session,
        action,
        "certificate",
        what.id,
        actor_id=by,
        now=now,
        unit_id=what.unit_id,
        number=what.facts["number"],
        **detail,
    )
