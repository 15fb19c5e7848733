"""Looking up units and people, always through what the person asking may see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, joinedload

from lms.organisation.models import Membership, Person, RoleGrant, Unit, UnitPath


def below(unit_ids: Sequence[int]) -> Select[int]:
    """Ids of the units and everything below them, as a subquery."""
    return select(UnitPath.descendant_id).where(UnitPath.ancestor_id.in_(unit_ids))


def unit_within(session: Session, unit_id: int, within: Sequence[int]) -> Unit | None:
    """The unit if it is one of `within` or below one of them."""
    inside = exists().where(UnitPath.descendant_id == Unit.id, UnitPath.ancestor_id.in_(within))
    return session.scalar(select(Unit).where(Unit.id == unit_id, inside))


def unit_by_code(session: Session, code: str) -> Unit | None:
    return session.scalar(select(Unit).where(Unit.code == code))


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


def person_within(session: Session, person_id: int, within: Sequence[int]) -> Person | None:
    """The person if their present unit lies in the subtrees of `within`."""
    theirs = exists().where(
        Membership.person_id == Person.id,
        Membership.valid_to.is_(None),
        Membership.unit_id.in_(below(within)),
    )
    return session.scalar(select(Person).where(Person.id == person_id, theirs))


def membership_of(session: Session, person_id: int) -> Membership | None:
    """Where the person belongs now, or None during a transfer."""
    return session.scalar(
        select(Membership).where(Membership.person_id == person_id, Membership.valid_to.is_(None))
    )


def grants_of(session: Session, person_id: int) -> Sequence[RoleGrant]:
    return session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id).order_by(RoleGrant.id)
    ).all()


def grants_over(session: Session, unit_id: int) -> Sequence[RoleGrant]:
    """Who holds a role over exactly this unit."""
    return session.scalars(
        select(RoleGrant)
        .options(joinedload(RoleGrant.person))
        .where(RoleGrant.unit_id == unit_id)
        .order_by(RoleGrant.role, RoleGrant.id)
    ).all()
