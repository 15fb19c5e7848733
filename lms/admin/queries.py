"""What the administrator's screens show: units with their sizes, people of a unit, the audit trail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Subquery, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Credential
from lms.audit.models import AuditEvent
from lms.organisation import life
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.organisation.queries import alive, below, called, last_of_nobodys, present
from lms.vietnamese.dates import VIETNAM
from lms.vietnamese.names import search_key

PAGE = 50
MOST_NAMESAKES = 100  # whose deeds are looked for at once
LARGE_PART = 25  # from a 25th of all units on people are found in the list of everybody


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
    of_each = select(UnitPath.ancestor_id).where(UnitPath.ancestor_id.in_(ids)).group_by(UnitPath.ancestor_id)
    exists_ = Unit.valid_to.is_(None) if on is None else alive(on)
    of_units = of_each.add_columns(func.count()).join(Unit, (Unit.id == UnitPath.descendant_id) & exists_)
    own = _own_people(ids, present() if on is None else _belonged(on))
    of_people = of_each.add_columns(func.sum(own.c.people)).join(own, own.c.unit_id == UnitPath.descendant_id)
    size: dict[int, int] = dict(session.execute(of_units).all())
    people = {unit_id: int(number) for unit_id, number in session.execute(of_people)}
    names = life.names_on(session, ids, on) if on else {unit.id: unit.name for unit in units}
    return [
        UnitLine(unit, names[unit.id], max(size.get(unit.id, 0) - 1, 0), people.get(unit.id, 0))
        for unit in units
    ]


def _own_people(within: Sequence[int], belongs: ColumnElement[bool]) -> Subquery:
    """How many people each unit of these subtrees has itself: counted first, summed over the tree afterwards, because
    there are a hundred times as many people as units."""
    return (
        select(Membership.unit_id, func.count().label("people"))
        .where(Membership.unit_id.in_(below(within)), belongs)
        .group_by(Membership.unit_id)
        .subquery()
    )


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
    theirs = (
        last_of_nobodys()
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
        .order_by(Person.sort_key, Person.id)
        .limit(PAGE + 1)
    )
    statement = statement.where(*called(Person.search_key, words))
    if after:
        statement = statement.where(_after(*after))
    many = not left and not words and _large_part(session, within)
    statement = statement.where(
        _page_of_many(session, within, after) if many else Membership.unit_id.in_(below(within))
    )
    return [PersonLine(*row[:7], disabled=row[7] is not None) for row in session.execute(statement)]


def units_named(session: Session, within: Sequence[int], words: str, *, most: int = 5) -> list[Unit]:
    """The first existing units of these subtrees that are called so; if none is, those with all the words in the name.
    With or without marks."""
    key = search_key(words)
    if not key:
        return []
    asked = (
        select(Unit)
        .where(Unit.id.in_(below(within)), Unit.valid_to.is_(None))
        .order_by(Unit.sort_key, Unit.id)
        .limit(most)
    )
    exactly = session.scalars(asked.where(Unit.search_key == key)).all()
    if exactly:
        return list(exactly)
    return list(session.scalars(asked.where(*called(Unit.search_key, words))))


def _after(key: str, last: int) -> ColumnElement[bool]:
    return (Person.sort_key > key) | ((Person.sort_key == key) & (Person.id > last))


def _large_part(session: Session, within: Sequence[int]) -> bool:
    """Whether the subtrees are so much of the tree that people of theirs come up often in the list of everybody."""
    inside = session.scalar(select(func.count()).select_from(below(within).subquery())) or 0
    return inside * LARGE_PART > (session.scalar(select(func.count()).select_from(Unit)) or 0)


def _page_of_many(
    session: Session, within: Sequence[int], after: tuple[str, int] | None
) -> ColumnElement[bool]:
    """That a membership is of the next page's people of large subtrees, found by going through everybody in order until
    there are enough: to collect half a million and to sort them takes a second."""
    inside = Membership.valid_to.is_(None) & Membership.unit_id.in_(below(within))
    asked = select(Person.id).where(exists().where(Membership.person_id == Person.id, inside))
    asked = asked.where(_after(*after)) if after else asked
    ids = session.scalars(asked.order_by(Person.sort_key, Person.id).limit(PAGE + 1)).all()
    there = exists().where(UnitPath.descendant_id == Membership.unit_id, UnitPath.ancestor_id.in_(within))
    return Membership.person_id.in_(ids) & there


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
    who: str = "",
    until: date | None = None,
    before: int | None = None,
) -> list[AuditLine]:
    """One page of the audit trail, newest first; `within`: only what was done in these subtrees.

    `who`: words of the name of whoever did it or whom it was about; `until`: the last day in Viet Nam.
    """
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
    if who:
        statement = statement.where(_by_or_about(session, who))
    if until:
        statement = statement.where(
            AuditEvent.at < datetime.combine(until + timedelta(days=1), time(), VIETNAM)
        )
    if before:
        statement = statement.where(AuditEvent.id < before)
    return [
        AuditLine(e.id, e.at, name, e.action, e.object_type, e.object_id, unit, e.detail)
        for e, name, unit in session.execute(statement)
    ]


def _by_or_about(session: Session, who: str) -> ColumnElement[bool]:
    """That somebody called so did it, or that it was about them; of a name that many have, the first ones."""
    asked = select(Person.id).where(*called(Person.search_key, who)).order_by(Person.sort_key, Person.id)
    ids = session.scalars(asked.limit(MOST_NAMESAKES)).all()
    about = (AuditEvent.object_type == "person") & AuditEvent.object_id.in_([str(one) for one in ids])
    return AuditEvent.actor_id.in_(ids) | about


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
