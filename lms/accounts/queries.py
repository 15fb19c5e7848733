"""Reading credentials, sign-ins and preferences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Credential, Preference, SignIn
from lms.organisation.models import Membership, Person, RoleGrant, Unit
from lms.web.viewer import Grant, Viewer


def viewer_of(session: Session, sign_in_id: str, now: datetime) -> Viewer | None:
    """The person behind a sign-in that is still good, in two small queries."""
    row = session.execute(
        select(
            Person.id,
            Person.full_name,
            Credential.must_change,
            Preference.language,
            Preference.theme,
            Preference.text_size,
            Unit.name.label("unit"),
        )
        .join(SignIn, SignIn.person_id == Person.id)
        .join(Credential, Credential.person_id == Person.id)
        .outerjoin(Preference, Preference.person_id == Person.id)
        .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.valid_to.is_(None))
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(
            SignIn.id == sign_in_id,
            SignIn.ended_at.is_(None),
            SignIn.expires_at > now,
            Person.disabled_at.is_(None),
        )
    ).first()
    if row is None:
        return None
    grants = session.execute(
        select(RoleGrant.role, RoleGrant.unit_id).where(RoleGrant.person_id == row.id).order_by(RoleGrant.id)
    )
    return Viewer(
        sign_in_id=sign_in_id,
        person_id=row.id,
        name=row.full_name,
        unit=row.unit or "",
        must_change_password=row.must_change,
        language=row.language or "vi",
        theme=row.theme or "auto",
        text_size=row.text_size or 100,
        grants=tuple(Grant(role, unit_id) for role, unit_id in grants),
    )


def credential_by_name(session: Session, normal_name: str) -> Credential | None:
    """The credential of a person who is not disabled."""
    return session.scalar(
        select(Credential)
        .join(Person, Person.id == Credential.person_id)
        .where(Credential.sign_in_name == normal_name, Person.disabled_at.is_(None))
    )


def credential_of(session: Session, person_id: int) -> Credential | None:
    return session.get(Credential, person_id)


def person_of_sign_in(session: Session, sign_in_id: str) -> int | None:
    """Whose sign-in it is or was: for asking only the same person to sign in again."""
    return session.scalar(select(SignIn.person_id).where(SignIn.id == sign_in_id))


def open_sign_ins(session: Session, person_id: int, now: datetime) -> Sequence[SignIn]:
    return session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
        .order_by(SignIn.started_at.desc())
    ).all()
