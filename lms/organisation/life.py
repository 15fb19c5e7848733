"""The life of units: names on a day, predecessors and successors, and what a change of the tree would touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Date, Select, func, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.organisation.models import FormerName, Membership, RoleGrant, Succession, Unit, UnitPath

Units = Sequence[int]


@dataclass(frozen=True, slots=True)
class Touched:
    """How many of each a change of the tree touches: units that exist, people who belong to them, roles over them."""

    units: int
    people: int
    roles: int


def touched(session: Session, unit_ids: Units) -> Touched:
    """What exists in the subtrees of these units. Three queries."""
    inside = _existing(unit_ids)
    people = select(func.count(func.distinct(Membership.person_id))).where(
        Membership.valid_to.is_(None), Membership.unit_id.in_(inside)
    )
    roles = select(func.count()).select_from(RoleGrant).where(RoleGrant.unit_id.in_(inside))
    return Touched(
        units=session.scalar(select(func.count()).select_from(inside.subquery())) or 0,
        people=session.scalar(people) or 0,
        roles=session.scalar(roles) or 0,
    )


def existing_below(session: Session, unit_ids: Units) -> list[int]:
    """Ids of the units that exist in these subtrees, the units themselves among them."""
    return list(session.scalars(_existing(unit_ids)))


def _existing(unit_ids: Units) -> Select[int]:
    return (
        select(Unit.id)
        .join(UnitPath, UnitPath.descendant_id == Unit.id)
        .where(UnitPath.ancestor_id.in_(unit_ids), Unit.valid_to.is_(None))
        .distinct()
    )


def latest_change(session: Session, unit_ids: Units, *, below: bool = True) -> date:
    """The last day on which anything changed in these units (and, with `below`, in their subtrees)."""
    inside = select(UnitPath.descendant_id).where(UnitPath.ancestor_id.in_(unit_ids))
    if not below:
        inside = inside.where(UnitPath.depth == 0)
    days = union_all(
        select(func.max(Unit.valid_from).label("day")).where(Unit.id.in_(inside)),
        select(func.max(Unit.valid_to)).where(Unit.id.in_(inside)),
        select(func.max(FormerName.until)).where(FormerName.unit_id.in_(inside)),
        select(func.max(Membership.valid_from)).where(Membership.unit_id.in_(inside)),
        select(func.max(Membership.valid_to)).where(Membership.unit_id.in_(inside)),
    ).subquery()
    return session.scalar(select(func.max(days.c.day, type_=Date()))) or date.min


def names_on(session: Session, unit_ids: Units, on: date) -> dict[int, str]:
    """What the units were called on a day: the name whose `until` is the next after it, or else the present one."""
    now = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(unit_ids)))
    former = session.execute(
        select(FormerName.unit_id, FormerName.name)
        .where(FormerName.unit_id.in_(unit_ids), FormerName.until > on)
        .order_by(FormerName.until.desc())
    )
    return {row.id: row.name for row in now} | {row.unit_id: row.name for row in former}


def former_names(session: Session, unit_id: int) -> Sequence[FormerName]:
    """What the unit was called before, the latest first."""
    return session.scalars(
        select(FormerName).where(FormerName.unit_id == unit_id).order_by(FormerName.until.desc())
    ).all()


@dataclass(frozen=True, slots=True)
class Kin:
    """A predecessor or successor of a unit, with the unit above it."""

    unit: Unit
    above: str
    deed: str
    on: date


def predecessors(session: Session, unit_id: int) -> list[Kin]:
    return _kin(session, Succession.successor_id == unit_id, Succession.predecessor_id)


def successors(session: Session, unit_id: int) -> list[Kin]:
    return _kin(session, Succession.predecessor_id == unit_id, Succession.successor_id)


def _kin(session: Session, which: ColumnElement[bool], other: InstrumentedAttribute[int]) -> list[Kin]:
    above = aliased(Unit)
    rows = session.execute(
        select(Unit, func.coalesce(above.name, ""), Succession.deed, Succession.on)
        .join(Succession, other == Unit.id)
        .outerjoin(above, above.id == Unit.parent_id)
        .where(which)
        .order_by(Unit.sort_key, Unit.id)
    )
    return [Kin(*row) for row in rows]
