"""Codes on slips of paper: with one of them somebody signs in once and chooses a password of their own.

A code has 13 random letters of 30 (63 bits) and a check letter that tells a slip of the pen from a wrong code. Only its
SHA-256 is kept: nobody can look it up, not even who printed it.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from lms.accounts import passwords
from lms.accounts.actions import end_all_sign_ins
from lms.accounts.models import Credential, FirstCode, SignIn
from lms.accounts.passwords import EASY_LETTERS, NO_PASSWORD
from lms.accounts.queries import credential_by_name
from lms.accounts.rules import normal_name, wait_until
from lms.audit.actions import record
from lms.kit.db import table_of
from lms.organisation.models import Person
from lms.vietnamese.names import search_key

LETTERS = 13  # random ones; log2(30) bits each
LIFETIME = timedelta(days=30)
_AT_ONCE = 1_000
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Slip:
    """What stands on somebody's slip. The code exists here and on the paper, nowhere else."""

    person_id: int
    sign_in_name: str
    code: str

    def __repr__(self) -> str:
        """Without the code: this may get into a log."""
        return f"Slip({self.person_id})"


# ------------------------------------------------------------------------------------------- codes


def new_code() -> str:
    """A code as it is printed: abcde-fghkm-npqr."""
    body = "".join(secrets.choice(EASY_LETTERS) for _ in range(LETTERS))
    return grouped(body + check_letter(body))


def grouped(code: str) -> str:
    """In groups of five, to be read and typed."""
    return "-".join(code[at : at + 5] for at in range(0, len(code), 5))


def check_letter(body: str) -> str:
    """Luhn's sum modulo the number of letters: tells every single wrong letter and nearly every exchange of two."""
    base, total = len(EASY_LETTERS), 0
    for place, letter in enumerate(reversed(body)):
        value = EASY_LETTERS.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // base + value % base
    return EASY_LETTERS[-total % base]


def read_code(text: str) -> str | None:
    """A code as somebody typed it, without groups and case; None when it cannot be one."""
    code = "".join(letter for letter in text.casefold() if letter.isalnum())
    if len(code) != LETTERS + 1 or not set(code) <= set(EASY_LETTERS) or check_letter(code[:-1]) != code[-1]:
        return None
    return code


def _hash(code: str) -> str:
    return hashlib.sha256("".join(code.split("-")).encode()).hexdigest()


# ------------------------------------------------------------------------------------------- making slips


def make_slips(
    session: Session, person_ids: Sequence[int], *, by: int | None, now: datetime, unit_id: int | None = None
) -> list[Slip]:
    """New codes for these people, in order; whoever has no sign-in name gets one. Former codes are worth nothing.

    A password and open sign-ins of theirs end: the code is how they sign in next.
    """
    names = _names(session, person_ids, now)
    codes = {person_id: new_code() for person_id in person_ids}
    for ids in _some(list(codes)):
        session.execute(delete(FirstCode).where(FirstCode.person_id.in_(ids)))
        rows = [
            {
                "person_id": id_,
                "code_hash": _hash(codes[id_]),
                "made_at": now,
                "made_by": by,
                "expires_at": now + LIFETIME,
                "used_at": None,
            }
            for id_ in ids
        ]
        session.execute(insert(table_of(FirstCode)), rows)
        session.execute(
            update(Credential)
            .where(Credential.person_id.in_(ids))
            .values(
                password_hash=NO_PASSWORD, must_change=False, changed_at=now, failures=0, last_failure_at=None
            )
        )
        open_ = (SignIn.person_id.in_(ids)) & SignIn.ended_at.is_(None)
        session.execute(update(SignIn).where(open_).values(ended_at=now))
    if len(codes) == 1:
        record(session, "credential.slip", "person", person_ids[0], actor_id=by, now=now, unit_id=unit_id)
    else:
        record(
            session,
            "credential.slips",
            "unit",
            unit_id or "",
            actor_id=by,
            now=now,
            unit_id=unit_id,
            people=len(codes),
        )
    return [Slip(person_id, names[person_id], code) for person_id, code in codes.items()]


def _names(session: Session, person_ids: Sequence[int], now: datetime) -> dict[int, str]:
    """The sign-in name of each; those who have none are given one."""
    names: dict[int, str] = {}
    for ids in _some(person_ids):
        had = session.execute(
            select(Credential.person_id, Credential.sign_in_name).where(Credential.person_id.in_(ids))
        )
        names |= dict(had.all())
        lacking = session.execute(
            select(Person.id, Person.full_name, Person.card_number, Person.phone)
            .where(Person.id.in_([id_ for id_ in ids if id_ not in names]))
            .order_by(Person.id)
        ).all()
        wishes = {row.id: wished_names(row.full_name, row.card_number, row.phone) for row in lacking}
        made = _free_names(wishes, lambda wanted: _taken(session, wanted))
        rows = [
            {
                "person_id": person_id,
                "sign_in_name": name,
                "password_hash": NO_PASSWORD,
                "must_change": False,
                "changed_at": now,
                "failures": 0,
                "last_failure_at": None,
            }
            for person_id, name in made.items()
        ]
        if rows:
            session.execute(insert(table_of(Credential)), rows)
        names |= made
    return names


def wished_names(full_name: str, card: str | None, phone: str | None) -> list[str]:
    """Sign-in names that somebody could have, the best first: card number, telephone, given name with initials."""
    words = search_key(full_name).split() or ["nguoi", "hoc"]
    by_name = words[-1] + "".join(word[0] for word in words[:-1])
    return [*(normal_name(wish) for wish in (card, phone) if wish), by_name]


def _free_names(wishes: dict[int, list[str]], taken: Callable[[Collection[str]], set[str]]) -> dict[int, str]:
    """For each the first wish that is free; the last one is numbered until one is."""
    made: dict[int, str] = {}
    used = taken({wish for all_wishes in wishes.values() for wish in all_wishes})
    for person_id, all_wishes in wishes.items():
        free = next((wish for wish in all_wishes if wish not in used), "")
        if not free:
            free = _numbered(all_wishes[-1], used, taken)
        used.add(free)
        made[person_id] = free
    return made


def _numbered(stem: str, used: set[str], taken: Callable[[Collection[str]], set[str]]) -> str:
    start = 2
    while True:
        wanted = [f"{stem}{number}" for number in range(start, start + 100)]
        there = taken(wanted) | used
        for name in wanted:
            if name not in there:
                return name
        start += 100


def _taken(session: Session, names: Collection[str]) -> set[str]:
    found: set[str] = set()
    for some in _some(sorted(names)):
        found.update(
            session.scalars(select(Credential.sign_in_name).where(Credential.sign_in_name.in_(some)))
        )
    return found


# ------------------------------------------------------------------------------------------- using one


def check_code(
    session: Session, name: str, text: str, *, now: datetime
) -> tuple[Credential | None, str | None]:
    """The credential if the code is this person's and still good, else None and why; wrong tries count as at sign-in.

    Reasons: "typing" (it cannot be a code, so nothing is counted), "wait", "wrong", "over" (used or expired).
    """
    code = read_code(text)
    if code is None:
        return None, "typing"
    credential = credential_by_name(session, normal_name(name))
    wait = wait_until(credential.failures, credential.last_failure_at) if credential else None
    if wait and wait > now:
        return None, "wait"
    found = session.scalar(select(FirstCode).where(FirstCode.code_hash == _hash(code)))
    if credential and found is not None and found.person_id == credential.person_id:
        return (credential, None) if found.used_at is None and now < found.expires_at else (None, "over")
    if credential:
        credential.failures, credential.last_failure_at = credential.failures + 1, now
    who = credential.person_id if credential else ""
    record(session, "sign_in.refused", "person", who, actor_id=None, now=now)
    return None, "wrong"


def use_code(session: Session, credential: Credential, *, password: str, now: datetime) -> bool:
    """Set the password that the person chose; False when the code was used in the same moment by somebody else."""
    used = session.execute(
        update(FirstCode)
        .where(
            FirstCode.person_id == credential.person_id,
            FirstCode.used_at.is_(None),
            FirstCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(FirstCode.person_id)
    ).first()
    if used is None:
        return False
    credential.password_hash = passwords.hash_password(password)
    credential.must_change, credential.changed_at, credential.failures = False, now, 0
    end_all_sign_ins(session, credential.person_id, but=None, now=now)
    me = credential.person_id
    record(session, "credential.first", "person", me, actor_id=me, now=now)
    return True


def _some(values: Sequence[_T]) -> Iterable[Sequence[_T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
