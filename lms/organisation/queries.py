"""Looking up units and people, always through what the person asking may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload

from lms.organisation.models import Membership, Person, RoleGrant, Unit, UnitPath
from lms.vietnamese.names import search_key


def below(unit_ids: Sequence[int]) -> Select[int]:
    """Ids of the units and everything below them, as a subquery."""
    return select(UnitPath.descendant_id).where(UnitPath.ancestor_id.in_(unit_ids))


def unit_within(session: Session, unit_id: int, within: Sequence[int]) -> Unit | None:
    """The unit if it is one of `within` or below one of them."""
    inside = exists().where(UnitPath.descendant_id == Unit.id, UnitPath.ancestor_id.in_(within))
    return session.scalar(select(Unit).where(Unit.id == unit_id, inside))


def unit_by_code(session: Session, code: str) -> Unit | None:
    """The unit that bears the code; if none does any more, the one that bore it last."""
    return session.scalar(
        select(Unit)
        .where(Unit.code == code)
        .order_by(Unit.valid_to.is_not(None), Unit.valid_to.desc(), Unit.id.desc())
        .limit(1)
    )


def roots(session: Session) -> Sequence[Unit]:
    return session.scalars(select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.sort_key)).all()


def children(session: Session, unit_id: int, on: date) -> Sequence[Unit]:
    """The units directly below, as they stand on a day, in Vietnamese order."""
    return session.scalars(
        select(Unit).where(Unit.parent_id == unit_id, alive(on)).order_by(Unit.sort_key, Unit.id)
    ).all()


def ancestors(session: Session, unit_id: int) -> Sequence[Unit]:
    """The unit's line from the root down to itself."""
    return session.scalars(
        select(Unit)
        .join(UnitPath, UnitPath.ancestor_id == Unit.id)
        .where(UnitPath.descendant_id == unit_id)
        .order_by(UnitPath.depth.desc())
    ).all()


def alive(on: date) -> ColumnElement[bool]:
    return (Unit.valid_from <= on) & (Unit.valid_to.is_(None) | (Unit.valid_to > on))


def present() -> ColumnElement[bool]:
    """That a membership in the statement is the one by which a person belongs somewhere now: at most one of each."""
    return Membership.main & Membership.valid_to.is_(None)


def called(key: InstrumentedAttribute[str], words: str) -> list[ColumnElement[bool]]:
    """That each of these words begins a word of a search key: "an" finds An, Ánh and Ân, not Văn or Hoàn. With or
    without marks; nothing for no words."""
    typed = search_key(words).split()
    return [
        key.startswith(word, autoescape=True) | key.contains(f" {word}", autoescape=True) for word in typed
    ]


def person_within(session: Session, person_id: int, within: Sequence[int]) -> Person | None:
    """The person if a present unit of theirs lies in the subtrees of `within`; of somebody in no unit the last one."""
    inside = Membership.unit_id.in_(below(within))
    theirs = exists().where(Membership.person_id == Person.id, Membership.valid_to.is_(None), inside)
    left = exists().where(Membership.person_id == Person.id, last_of_nobodys(), inside)
    return session.scalar(select(Person).where(Person.id == person_id, theirs | left))


def last_of_nobodys() -> ColumnElement[bool]:
    """That a membership in the statement is the last one of somebody who belongs to no unit now: one of each."""
    later, now = aliased(Membership), aliased(Membership)
    return (
        Membership.main
        & Membership.valid_to.is_not(None)
        & ~exists().where(now.person_id == Membership.person_id, now.main, now.valid_to.is_(None))
        & ~exists().where(later.person_id == Membership.person_id, later.main, later.id > Membership.id)
    )


def memberships_of(session: Session, person_id: int) -> Sequence[Membership]:
    """Where the person belongs and belonged, the latest first, with the units."""
    return session.scalars(
        select(Membership)
        .options(joinedload(Membership.unit))
        .where(Membership.person_id == person_id)
        .order_by(
            Membership.valid_to.is_not(None),
            Membership.main.is_(False) & Membership.valid_to.is_(None),
            Membership.valid_from.desc(),
            Membership.id.desc(),
        )
    ).all()


def second_of(session: Session, person_id: int) -> Membership | None:
    """Where the person belongs in another tree."""
    open_ = Membership.valid_to.is_(None) & Membership.main.is_(False)
    return session.scalar(select(Membership).where(Membership.person_id == person_id, open_))


def inside(session: Session, unit_ids: Sequence[int], within: Sequence[int]) -> set[int]:
    """Those of the units that lie in the subtrees of `within`."""
    return set(session.scalars(select(Unit.id).where(Unit.id.in_(unit_ids), Unit.id.in_(below(within)))))


def levels_above(session: Session, unit_id: int, unit_ids: Sequence[int]) -> int | None:
    """How many levels above the unit the nearest of `unit_ids` stands: 0 it is the unit itself, None there is none."""
    nearest = select(func.min(UnitPath.depth)).where(UnitPath.descendant_id == unit_id)
    return session.scalar(nearest.where(UnitPath.ancestor_id.in_(unit_ids)))


def membership_of(session: Session, person_id: int) -> Membership | None:
    """Where the person belongs now, or None during a transfer."""
    return session.scalar(select(Membership).where(Membership.person_id == person_id, present()))


def grants_of(session: Session, person_id: int, within: Sequence[int]) -> Sequence[RoleGrant]:
    """What roles the person holds in the subtrees of `within`, with the units: those that exist first."""
    return session.scalars(
        select(RoleGrant)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .options(joinedload(RoleGrant.unit))
        .where(RoleGrant.person_id == person_id, RoleGrant.unit_id.in_(below(within)))
        .order_by(Unit.valid_to.is_not(None), RoleGrant.id)
    ).all()


def grants_below(session: Session, unit_id: int, *, most: int) -> Sequence[RoleGrant]:
    """Who holds a role over units that exist from this one down, uppermost unit first."""
    return session.scalars(
        select(RoleGrant)
        .join(Unit, Unit.id == RoleGrant.unit_id)
        .join(UnitPath, (UnitPath.descendant_id == Unit.id) & (UnitPath.ancestor_id == unit_id))
        .join(Person, Person.id == RoleGrant.person_id)
        .options(joinedload(RoleGrant.person), joinedload(RoleGrant.unit))
        .where(Unit.valid_to.is_(None))
        .order_by(UnitPath.depth, Unit.sort_key, Unit.id, RoleGrant.role, Person.sort_key, RoleGrant.id)
        .limit(most)
    ).all()


def grants_over(session: Session, unit_id: int) -> Sequence[RoleGrant]:
    """Who holds a role over exactly this unit."""
    return session.scalars(
        select(RoleGrant)
        .options(joinedload(RoleGrant.person))
        .where(RoleGrant.unit_id == unit_id)
        .order_by(RoleGrant.role, RoleGrant.id)
    ).all()
