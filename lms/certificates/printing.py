"""What a certificate prints: put together from how things stand when it is issued, then frozen."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.attempts.rules import BAND_NAMES
from lms.certificates import rules
from lms.certificates.designs import DEFAULT, DESIGNS
from lms.certificates.models import CertificateStyle
from lms.certificates.queries import Earned
from lms.kit.i18n import _, speaking
from lms.kit.papers import CertificateFacts, CertificateWords, Signature, signing_for
from lms.organisation.models import Unit
from lms.organisation.official import header_of, signatures_of
from lms.organisation.queries import ancestors
from lms.vietnamese.dates import PartialDate, format_date

WORDS = tuple(field.name for field in fields(CertificateWords))
USUAL = CertificateWords()


def style_of(session: Session, course_id: int) -> CertificateStyle:
    """How the certificates of a course look: as its organiser chose, or as usual (a row that is not stored)."""
    return session.get(CertificateStyle, course_id) or CertificateStyle(
        course_id=course_id, design=DEFAULT, words={}, authority="", post="", signer="", months=None
    )


def design_of(style: CertificateStyle) -> str:
    return style.design if style.design in DESIGNS else DEFAULT


def words_of(style: CertificateStyle) -> CertificateWords:
    """The fixed words as they were edited; those nobody touched are the usual ones."""
    return CertificateWords(**{name: text for name, text in style.words.items() if name in WORDS})


def facts_of(
    session: Session,
    earned: Earned,
    style: CertificateStyle,
    *,
    code: str,
    number: str,
    base_url: str,
    now: datetime,
    expires_at: datetime | None,
) -> dict[str, Any]:
    """Everything that is printed, ready to be frozen."""
    issuer, course, words = earned.issuer, earned.course, words_of(style)
    return rules.to_json(
        CertificateFacts(
            header=header_of(issuer, now),
            issuer=issuer.name,
            salutation="Đồng chí" if issuer.style == "party" else "Ông/Bà",
            units=_unit_names(session, earned.attempt.unit_id, issuer),
            exam=earned.exam.title,
            number=number,
            check_url=f"{base_url}/c/{code}",
            check_address=f"{base_url.split('//', 1)[1]}/c",
            code=code,
            position=earned.position,
            period=f"{course.title}, từ ngày {format_date(course.opens_at)} đến ngày {format_date(course.closes_at)}",
            expires=rules.last_day(expires_at),
            signature=signature_of(issuer, style),
            words=replace(words, completed=rules.completed_before(words.completed, earned.exam.title)),
            **stands(earned),
        )
    )


def stands(earned: Earned) -> dict[str, str]:
    """The facts of rules.COMPARED as they stand now."""
    grade = earned.grade
    with speaking("vi"):  # the paper is Vietnamese whatever the language of the screen
        band = _(BAND_NAMES[grade.band])
    return {
        "name": earned.person.full_name,
        "born": _born(earned.person.born),
        "result": rules.result_words(grade.right, len(grade.scores), grade.points, grade.most_points),
        "grade": band,
    }


def _born(born: str | None) -> str:
    return str(PartialDate.fromisoformat(born)) if born else ""


def _unit_names(session: Session, unit_id: int, issuer: Unit) -> list[str]:
    """From the smallest unit up, without the issuer, whose name stands above."""
    return [unit.name for unit in reversed(ancestors(session, unit_id)) if unit.id != issuer.id] or [
        issuer.name
    ]


def signature_of(issuer: Unit, style: CertificateStyle) -> Signature:
    """Who signs: as the course says, or else as the papers of the unit do."""
    if style.authority or style.post or style.signer:
        return Signature(authority=style.authority, post=style.post, name=style.signer)
    if issuer.paper and (issuer.paper.authority or issuer.paper.post or issuer.paper.signer):
        usual = signatures_of(issuer)[1]
        return Signature(authority=usual.authority, post=usual.post, name=usual.name)
    if issuer.style == "party":
        return Signature(authority=signing_for("party", "on_behalf", "Ban Thường vụ"), post="")
    return Signature(post="THỦ TRƯỞNG ĐƠN VỊ")
