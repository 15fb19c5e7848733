"""What rosters read: lists through what the officer may see, the tree below a unit, and the people in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ARRAY, ColumnElement, Row, any_, exists, func, literal, select, tuple_
from sqlalchemy.orm import Session

from lms.courses.models import Course, CourseCount
from lms.kit.db import table_of
from lms.organisation.models import Membership, Person, Unit, UnitPath
from lms.organisation.queries import alive, below
from lms.rosters.models import Roster, RosterMapping, RosterRow
from lms.rosters.rules import Known, KnownUnit

MOST_LISTED = 30
_STREAMED = 5_000
_T = TypeVar("_T")
_AT_ONCE = 5_000  # values in one statement
_PERSON, _MEMBERSHIP, _ROW = table_of(Person), table_of(Membership), table_of(RosterRow)


def among(session: Session, column: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a column is one of many values: given as one parameter, where IN takes one for each."""
    if session.get_bind().dialect.name == "sqlite":
        each = func.json_each(json.dumps(list(values))).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(literal(list(values), ARRAY(column.type)))


def roster_seen(session: Session, roster_id: int, within: Sequence[int]) -> Roster | None:
    """The list if it is for one of the units or one below them."""
    return session.scalar(select(Roster).where(Roster.id == roster_id, Roster.unit_id.in_(below(within))))


def rosters_seen(session: Session, within: Sequence[int]) -> Sequence[tuple[Roster, str]]:
    """The latest lists of these units and all below, each with the unit's name."""
    rows = session.execute(
        select(Roster, Unit.name)
        .join(Unit, Unit.id == Roster.unit_id)
        .where(Roster.unit_id.in_(below(within)))
        .order_by(Roster.id.desc())
        .limit(MOST_LISTED)
    )
    return [(roster, name) for roster, name in rows]


def units_below(session: Session, unit_ids: Sequence[int], on: date, *, most: int = 0) -> list[KnownUnit]:
    """The units and everything below that exists on the day, in the order of the tree's levels and names."""
    statement = (
        select(Unit.id, Unit.parent_id, Unit.name, func.min(UnitPath.depth))
        .join(UnitPath, UnitPath.descendant_id == Unit.id)
        .where(UnitPath.ancestor_id.in_(unit_ids), alive(on))
        .group_by(Unit.id, Unit.parent_id, Unit.name, Unit.sort_key)
        .order_by(func.min(UnitPath.depth), Unit.sort_key, Unit.id)
    )
    if most:
        statement = statement.limit(most)
    return [KnownUnit(*row) for row in session.execute(statement)]


def names_above(session: Session, unit_id: int) -> list[str]:
    """Names of the units over this one."""
    above = select(Unit.name).join(UnitPath, UnitPath.ancestor_id == Unit.id)
    return list(session.scalars(above.where(UnitPath.descendant_id == unit_id, UnitPath.depth > 0)))


def _people() -> Any:
    """What `_known` reads: memberships with their people."""
    p, m = _PERSON.c, _MEMBERSHIP.c
    return select(
        p.id,
        m.id,
        m.unit_id,
        p.full_name,
        p.search_key,
        p.born,
        p.card_number,
        p.phone,
        p.email,
        p.member,
        m.position,
    ).select_from(_PERSON.join(_MEMBERSHIP, m.person_id == p.id))


def people_below(session: Session, unit_id: int) -> Iterator[Known]:
    """Everybody who belongs to the unit or one below it now, one after the other."""
    m = _MEMBERSHIP.c
    rows = session.execute(
        _people()
        .where(m.valid_to.is_(None), m.unit_id.in_(below([unit_id])))
        .execution_options(yield_per=_STREAMED)
    )
    for row in rows:
        yield _known(row)


def _known(row: Any) -> Known:
    person, membership, unit, name, key, born, card, phone, email, member, position = row
    return Known(
        person,
        membership,
        unit,
        name,
        key,
        born or "",
        card or "",
        phone or "",
        email or "",
        member,
        position,
    )


def present_rows(session: Session, people: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Known]:
    """The people (with the membership that was looked at) as they are now; who is gone is missing."""
    m = _MEMBERSHIP.c
    found: dict[tuple[int, int], Known] = {}
    for some in _batches([membership for _person, membership in people]):
        rows = session.execute(_people().where(among(session, m.id, some), m.valid_to.is_(None)))
        for row in rows:
            found[row[0], row[1]] = _known(row)
    return found


def people_with_cards(session: Session, cards: Iterable[str]) -> dict[str, int]:
    """Who bears these card numbers, wherever they belong."""
    found: dict[str, int] = {}
    for some in _batches(sorted(set(cards))):
        rows = session.execute(
            select(_PERSON.c.card_number, _PERSON.c.id).where(among(session, _PERSON.c.card_number, some))
        )
        found |= dict(rows.all())
    return found


def moment_of(session: Session, unit_id: int) -> list[int]:
    """A sign that changes when people come to, leave or move within the unit and all below it."""
    open_ = Membership.valid_to.is_(None) & Membership.unit_id.in_(below([unit_id]))
    count, last = session.execute(select(func.count(), func.max(Membership.id)).where(open_)).one()
    return [count, last or 0]


def mapping_kept(session: Session, unit_id: int, headings: str) -> dict[str, str]:
    """Which column is what in lists of the unit with these headings, as somebody said before."""
    kept = session.get(RosterMapping, (unit_id, headings))
    return {str(name): str(field) for name, field in kept.mapping.items()} if kept is not None else {}


def courses_of(session: Session, unit_id: int) -> Sequence[Course]:
    """The courses in which anybody of the unit or below it is counted, the latest first."""
    counted = exists().where(CourseCount.course_id == Course.id, CourseCount.unit_id.in_(below([unit_id])))
    return session.scalars(select(Course).where(counted).order_by(Course.id.desc())).all()


def count_rows(session: Session, roster_id: int, kinds: Sequence[str]) -> int:
    """How many rows of a stored list have one of the kinds."""
    r = _ROW.c
    return session.scalars(select(func.count()).where(r.roster_id == roster_id, r.kind.in_(kinds))).one()


def rows_after(
    session: Session, roster_id: int, kinds: Sequence[str], after: Sequence[Any] | None, most: int
) -> Sequence[Row[Any]]:
    """What became of the next rows of a stored list, all of one of the `kinds`, which come one after the other.

    `after`: kind, sheet and row of the last one before; None: from the first on.
    """
    r = _ROW.c
    first = kinds.index(after[0]) if after else 0
    for kind in kinds[first:]:
        statement = select(_ROW).where(r.roster_id == roster_id, r.kind == kind)
        if after and after[0] == kind:
            statement = statement.where(tuple_(r.sheet, r.row) > (after[1], after[2]))
        if rows := session.execute(statement.order_by(r.sheet, r.row).limit(most)).all():
            return rows
    return ()


def _batches(values: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
