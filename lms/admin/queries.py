"""What the administrator's screens show: units with their sizes, people of a unit, the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Credential
from lms.audit.models import AuditEvent
from lms.organisation import life
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.organisation.queries import alive, below, in_no_unit, present
from lms.vietnamese.names import search_key

PAGE = 50


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a list: what it is (or was) called, with how many units and people stand below it."""

    unit: Unit
    name: str
    units: int
    people: int


def unit_lines(session: Session, units: Sequence[Unit], on: date | None = None) -> list[UnitLine]:
    """Sizes of the subtrees of these units now, or as they stood on a day, in three queries."""
    ids = [unit.id for unit in units]
    of_each = (
        select(UnitPath.ancestor_id, func.count())
        .select_from(UnitPath)
        .where(UnitPath.ancestor_id.in_(ids))
        .group_by(UnitPath.ancestor_id)
    )
    exists_ = Unit.valid_to.is_(None) if on is None else alive(on)
    belongs = present() if on is None else _belonged(on)
    of_units = of_each.join(Unit, (Unit.id == UnitPath.descendant_id) & exists_)
    of_people = of_each.join(Membership, (Membership.unit_id == UnitPath.descendant_id) & belongs)
    size = dict(session.execute(of_units).all())
    people = dict(session.execute(of_people).all())
    names = life.names_on(session, ids, on) if on else {unit.id: unit.name for unit in units}
    return [
        UnitLine(unit, names[unit.id], max(size.get(unit.id, 0) - 1, 0), people.get(unit.id, 0))
        for unit in units
    ]


def _main_inside(within: Sequence[int]) -> ColumnElement[bool]:
    """That the person of a membership belongs there by the main one as well, so that nobody is listed twice."""
    main = aliased(Membership)
    return exists().where(
        main.person_id == Membership.person_id,
        main.main,
        main.valid_to.is_(None),
        main.unit_id.in_(below(within)),
    )


def _belonged(on: date) -> ColumnElement[bool]:
    still = Membership.valid_to.is_(None) | (Membership.valid_to > on)
    return Membership.main & (Membership.valid_from <= on) & still


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
    session: Session,
    within: Sequence[int],
    *,
    words: str = "",
    after: tuple[str, int] | None = None,
    left: bool = False,
) -> list[PersonLine]:
    """One page of people of the subtrees in Vietnamese order, found by words of the name with or without marks.

    Members of a second tree are among them. `left`: instead those who are in no unit now and were there last.
    """
    gone = in_no_unit().subquery()
    theirs = (
        Membership.id.in_(
            select(func.max(Membership.id))
            .join(gone, (gone.c.person_id == Membership.person_id) & (gone.c.unit_id == Membership.unit_id))
            .where(Membership.main)
            .group_by(Membership.person_id)
        )
        if left
        else Membership.valid_to.is_(None) & (Membership.main | ~_main_inside(within))
    )
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
        .select_from(Person)
        .join(Membership, (Membership.person_id == Person.id) & theirs)
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
    session: Session,
    *,
    within: Sequence[int] | None = None,
    action: str = "",
    object_type: str = "",
    before: int | None = None,
) -> list[AuditLine]:
    """One page of the audit trail, newest first; `within`: only what was done in these subtrees."""
    actor = aliased(Person)
    statement = (
        select(AuditEvent, actor.full_name, Unit.name)
        .outerjoin(actor, actor.id == AuditEvent.actor_id)
        .outerjoin(Unit, Unit.id == AuditEvent.unit_id)
        .order_by(AuditEvent.id.desc())
        .limit(PAGE + 1)
    )
    if within is not None:
        statement = statement.where(AuditEvent.unit_id.in_(below(within)))
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


@dataclass(frozen=True, slots=True)
class Below:
    """What stands in a unit itself, for dividing it: units directly below, people of its own."""

    units: list[tuple[int, str]]
    people: list[tuple[int, str]]
    more: int  # people beyond those that are listed


def directly_in(session: Session, unit_id: int, *, most: int) -> Below:
    """The units that exist directly below, and up to so many people of the unit itself."""
    units = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.parent_id == unit_id, Unit.valid_to.is_(None))
        .order_by(Unit.sort_key, Unit.id)
    )
    theirs = (Membership.person_id == Person.id) & present() & (Membership.unit_id == unit_id)
    people = session.execute(
        select(Person.id, Person.full_name)
        .join(Membership, theirs)
        .order_by(Person.sort_key, Person.id)
        .limit(most)
    ).all()
    number = session.scalar(select(func.count()).where(present(), Membership.unit_id == unit_id)) or 0
    return Below(
        [(row[0], row[1]) for row in units], [(row[0], row[1]) for row in people], number - len(people)
    )
