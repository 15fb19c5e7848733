"""What the administrator's screens show: units with their sizes, people of a unit, the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Credential
from lms.audit.models import AuditEvent
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.organisation.queries import below
from lms.vietnamese.names import search_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a list: with how many units and people stand below it."""

    unit: Unit
    units: int
    people: int


def unit_lines(session: Session, units: Sequence[Unit]) -> list[UnitLine]:
    """Sizes of the subtrees of these units, in two queries."""
    ids = [unit.id for unit in units]
    of_each = (
        select(UnitPath.ancestor_id, func.count())
        .where(UnitPath.ancestor_id.in_(ids))
        .group_by(UnitPath.ancestor_id)
    )
    open_ = (Membership.unit_id == UnitPath.descendant_id) & Membership.valid_to.is_(None)
    size = {unit_id: count for unit_id, count in session.execute(of_each)}  # noqa: C416 - rows are no plain tuples
    people = {unit_id: count for unit_id, count in session.execute(of_each.join(Membership, open_))}  # noqa: C416
    return [UnitLine(unit, size[unit.id] - 1, people.get(unit.id, 0)) for unit in units]


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person in a list."""

    id: int
    full_name: str
    sort_key: str
    born: str | None
    position: str
    unit_name: str
    sign_in_name: str | None
    disabled: bool


def people(
    session: Session, within: Sequence[int], *, words: str = "", after: tuple[str, int] | None = None
) -> list[PersonLine]:
    """One page of people of the subtrees in Vietnamese order, found by words of the name with or without marks."""
    statement = (
        select(
            Person.id,
            Person.full_name,
            Person.sort_key,
            Person.born,
            Membership.position,
            Unit.name,
            Credential.sign_in_name,
            Person.disabled_at,
        )
        .join(Membership, (Membership.person_id == Person.id) & Membership.valid_to.is_(None))
        .join(Unit, Unit.id == Membership.unit_id)
        .outerjoin(Credential, Credential.person_id == Person.id)
        .where(Membership.unit_id.in_(below(within)))
        .order_by(Person.sort_key, Person.id)
        .limit(PAGE + 1)
    )
    for word in search_key(words).split():
        statement = statement.where(Person.search_key.contains(word, autoescape=True))
    if after:
        key, last = after
        statement = statement.where((Person.sort_key > key) | ((Person.sort_key == key) & (Person.id > last)))
    return [PersonLine(*row[:7], disabled=row[7] is not None) for row in session.execute(statement)]


def sign_in_name_taken(session: Session, normal_name: str) -> bool:
    return (
        session.scalar(select(Credential.person_id).where(Credential.sign_in_name == normal_name)) is not None
    )


def card_taken(session: Session, card_number: str | None, but: int | None = None) -> bool:
    """Whether somebody else has this card number."""
    if not card_number:
        return False
    holder = session.scalar(select(Person.id).where(Person.card_number == card_number))
    return holder is not None and holder != but


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A row of the audit trail as it is shown."""

    id: int
    at: datetime
    actor: str | None
    action: str
    object_type: str
    object_id: str
    unit: str | None
    detail: dict[str, object]


def audit(
    session: Session, *, action: str = "", object_type: str = "", before: int | None = None
) -> list[AuditLine]:
    """One page of the audit trail, newest first."""
    actor = aliased(Person)
    statement = (
        select(AuditEvent, actor.full_name, Unit.name)
        .outerjoin(actor, actor.id == AuditEvent.actor_id)
        .outerjoin(Unit, Unit.id == AuditEvent.unit_id)
        .order_by(AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if action:
        statement = statement.where(AuditEvent.action.startswith(action, autoescape=True))
    if object_type:
        statement = statement.where(AuditEvent.object_type == object_type)
    if before:
        statement = statement.where(AuditEvent.id < before)
    return [
        AuditLine(e.id, e.at, name, e.action, e.object_type, e.object_id, unit, e.detail)
        for e, name, unit in session.execute(statement)
    ]
