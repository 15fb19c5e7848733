"""How the certificates of a course look and what they say: kept per course, for what is issued from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.certificates.models import CertificateStyle
from lms.courses.models import Course


def keep(
    session: Session,
    course: Course,
    *,
    design: str,
    words: Mapping[str, str],
    authority: str,
    post: str,
    signer: str,
    months: int | None,
    by: int,
    now: datetime,
) -> CertificateStyle:
    """Certificates issued from now on look so; those issued before stay as they are."""
    style = session.get(CertificateStyle, course.id) or CertificateStyle(course_id=course.id)
    style.design, style.words = design, dict(words)
    style.authority, style.post, style.signer, style.months = authority, post, signer, months
    session.add(style)
    record(
        session,
        "certificate.style",
        "course",
        course.id,
        actor_id=by,
        now=now,
        unit_id=course.unit_id,
        design=design,
        months=months,
    )
    return style
