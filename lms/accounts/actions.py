"""Signing in and out, and changing passwords."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from lms.accounts import passwords
from lms.accounts.models import Credential, Preference, SignIn
from lms.accounts.queries import credential_by_name
from lms.accounts.rules import LIFETIME, normal_name, wait_until
from lms.audit.actions import record
from lms.kit.db import table_of
from lms.organisation.models import Person

_BEGIN = insert(table_of(SignIn))


def give_sign_in_name(
    session: Session, person: Person, *, sign_in_name: str, by: int | None, now: datetime
) -> Credential:
    """Decide under which name a person signs in; a slip (lms.accounts.first_codes) lets them choose a password."""
    credential = Credential(
        person_id=person.id,
        sign_in_name=normal_name(sign_in_name),
        password_hash=passwords.NO_PASSWORD,
        must_change=False,
        changed_at=now,
    )
    session.add(credential)
    record(session, "credential.give", "person", person.id, actor_id=by, now=now)
    return credential


def check_password(
    session: Session, name: str, password: str, *, now: datetime
) -> tuple[Credential | None, str | None]:
    """The credential if name and password are right, else None and the reason; counts wrong tries."""
    credential = credential_by_name(session, normal_name(name))  # None too when the person is disabled
    wait = wait_until(credential.failures, credential.last_failure_at) if credential else None
    right = passwords.matches(credential.password_hash if credential else None, password)
    if wait and wait > now:
        return None, "wait"
    if credential and right:
        if credential.failures:  # a value that is set is written, even where it is the same
            credential.failures = 0
        return credential, None
    if credential:
        credential.failures, credential.last_failure_at = credential.failures + 1, now
    record(
        session,
        "sign_in.refused",
        "person",
        credential.person_id if credential else "",
        actor_id=None,
        now=now,
    )
    return None, "wrong"


def begin_sign_in(session: Session, person_id: int, *, device: str, now: datetime) -> str:
    """A new sign-in of a person whose password was checked; returns its id for the cookie."""
    sign_in_id = secrets.token_urlsafe(24)
    row = {"id": sign_in_id, "person_id": person_id, "started_at": now, "expires_at": now + LIFETIME}
    session.connection().execute(_BEGIN, row | {"device": device})
    record(session, "sign_in.begin", "person", person_id, actor_id=person_id, now=now)
    return sign_in_id


def end_sign_in(session: Session, sign_in_id: str, *, person_id: int, now: datetime) -> None:
    """Sign out: the cookie is worth nothing from the next request on."""
    session.execute(
        update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    )
    record(session, "sign_in.end", "person", person_id, actor_id=person_id, now=now)


def end_all_sign_ins(session: Session, person_id: int, *, but: str | None, now: datetime) -> None:
    """End every open sign-in of a person, except the one in use."""
    session.execute(
        update(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.id != (but or ""))
        .values(ended_at=now)
    )


def change_password(
    session: Session, credential: Credential, *, password: str, sign_in_id: str, now: datetime
) -> None:
    """Set a password of the person's own; every other sign-in ends."""
    credential.password_hash = passwords.hash_password(password)
    credential.must_change, credential.changed_at = False, now
    end_all_sign_ins(session, credential.person_id, but=sign_in_id, now=now)
    record(
        session, "credential.change", "person", credential.person_id, actor_id=credential.person_id, now=now
    )


def keep_preferences(session: Session, person_id: int, wanted: dict[str, str | int]) -> None:
    """Remember how the person wants to see the product; only the fields given are changed."""
    kept = session.get(Preference, person_id) or Preference(person_id=person_id)
    for name, value in wanted.items():
        setattr(kept, name, value)
    session.add(kept)
