"""Reading the tree of units for choosing who takes part in a course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from lms.courses.models import CourseUnit
from lms.organisation.models import Unit, UnitPath
from lms.organisation.queries import alive, below, called
from lms.vietnamese.names import search_key


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in a drawn tree, in the order of reading; `depth` is counted from the top that was asked for."""

    unit: Unit
    depth: int


def tree(session: Session, tops: Sequence[int], on: date, *, levels: int) -> list[Branch]:
    """The subtrees of `tops` down to `levels` below them, each unit before what is below it, in Vietnamese order."""
    drawn = (
        select(Unit, func.max(UnitPath.depth))
        .join(UnitPath, UnitPath.descendant_id == Unit.id)
        .where(UnitPath.ancestor_id.in_(tops), UnitPath.depth <= levels, alive(on))
        .group_by(Unit.id)
        .order_by(Unit.sort_key, Unit.id)
    )
    found = {unit.id: unit for unit, _depth in session.execute(drawn)}
    below_each: dict[int | None, list[Unit]] = {}
    for unit in found.values():
        below_each.setdefault(unit.parent_id if unit.parent_id in found else None, []).append(unit)

    def walk(parent: int | None, depth: int) -> list[Branch]:
        return [
            branch
            for unit in below_each.get(parent, [])
            for branch in (Branch(unit, depth), *walk(unit.id, depth + 1))
        ]

    return walk(None, 0)


def units_found(session: Session, tops: Sequence[int], words: str, on: date, *, most: int) -> Sequence[Unit]:
    """Units anywhere in the subtrees of `tops` whose name or code holds the words, with their parents loaded."""
    return session.scalars(
        select(Unit)
        .where(
            Unit.id.in_(below(tops)),
            alive(on),
            or_(
                and_(*called(Unit.search_key, words)) if search_key(words) else true(),
                func.lower(Unit.code) == words.strip().lower(),
            ),
        )
        .options(joinedload(Unit.parent))
        .order_by(Unit.sort_key, Unit.id)
        .limit(most)
    ).all()


def units_found_in_course(
    session: Session, course_id: int, words: str, on: date, *, most: int
) -> Sequence[Unit]:
    """The same among units in whose subtrees anybody takes part in the course; without words the uppermost ones that
    were chosen for it."""
    if not words:
        return units_taking_part(session, course_id)[:most]
    tops = select(CourseUnit.unit_id).where(CourseUnit.course_id == course_id)
    return units_found(session, list(session.scalars(tops)), words, on, most=most)


def units_taking_part(session: Session, course_id: int) -> Sequence[Unit]:
    return session.scalars(
        select(Unit)
        .join(CourseUnit, CourseUnit.unit_id == Unit.id)
        .where(CourseUnit.course_id == course_id)
        .options(joinedload(Unit.parent))
        .order_by(Unit.sort_key, Unit.id)
    ).all()


def topmost(session: Session, unit_ids: Sequence[int], within: Sequence[int]) -> list[int]:
    """Those of the units that lie within the subtrees of `within` and below no other such one; sorted."""
    other, inside = aliased(UnitPath), below(within)
    covered = exists().where(
        other.descendant_id == Unit.id,
        other.ancestor_id != Unit.id,
        other.ancestor_id.in_(unit_ids),
        other.ancestor_id.in_(inside),
    )
    return list(
        session.scalars(
            select(Unit.id).where(Unit.id.in_(unit_ids), Unit.id.in_(inside), ~covered).order_by(Unit.id)
        )
    )
