"""Reading credentials, sign-ins and preferences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from lms.accounts.models import Credential, Preference, SignIn
from lms.kit.db import table_of
from lms.organisation.models import Membership, Person, RoleGrant, Unit
from lms.web.viewer import Grant, Viewer

# Asked on every page, so made once, of tables.
_PERSON, _SIGN_IN, _CREDENTIAL = table_of(Person), table_of(SignIn), table_of(Credential)
_PREFERENCE, _MEMBERSHIP, _UNIT = table_of(Preference), table_of(Membership), table_of(Unit)
_ROLE_GRANT = table_of(RoleGrant)
_VIEWER = (
    select(
        _PERSON.c.id,
        _PERSON.c.full_name,
        _CREDENTIAL.c.must_change,
        _PREFERENCE.c.language,
        _PREFERENCE.c.theme,
        _PREFERENCE.c.text_size,
        _UNIT.c.name.label("unit"),
        _ROLE_GRANT.c.role,
        _ROLE_GRANT.c.unit_id,
    )
    .join(_SIGN_IN, _SIGN_IN.c.person_id == _PERSON.c.id)
    .join(_CREDENTIAL, _CREDENTIAL.c.person_id == _PERSON.c.id)
    .outerjoin(_PREFERENCE, _PREFERENCE.c.person_id == _PERSON.c.id)
    .outerjoin(
        _MEMBERSHIP,
        (_MEMBERSHIP.c.person_id == _PERSON.c.id) & _MEMBERSHIP.c.valid_to.is_(None) & _MEMBERSHIP.c.main,
    )
    .outerjoin(_UNIT, _UNIT.c.id == _MEMBERSHIP.c.unit_id)
    .outerjoin(_ROLE_GRANT, _ROLE_GRANT.c.person_id == _PERSON.c.id)
    .where(
        _SIGN_IN.c.id == bindparam("sign_in"),
        _SIGN_IN.c.ended_at.is_(None),
        _SIGN_IN.c.expires_at > bindparam("now"),
        _PERSON.c.disabled_at.is_(None),
    )
    .order_by(_ROLE_GRANT.c.id)
)


def viewer_of(asked: Session | Connection, sign_in_id: str, now: datetime) -> Viewer | None:
    """The person behind a sign-in that is still good, in one small query: a row for each role, or one without."""
    rows = asked.execute(_VIEWER, {"sign_in": sign_in_id, "now": now}).all()
    if not rows:
        return None
    row = rows[0]
    return Viewer(
        sign_in_id=sign_in_id,
        person_id=row.id,
        name=row.full_name,
        unit=row.unit or "",
        must_change_password=row.must_change,
        language=row.language or "vi",
        theme=row.theme or "auto",
        text_size=row.text_size or 100,
        grants=tuple(Grant(each.role, each.unit_id) for each in rows if each.role is not None),
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
