"""What all changes of the tree have in common: rows end, others begin below, and people, roles and papers go along.

A row never changes its place, so its lines of descent are written once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from lms.kit.db import table_of
from lms.organisation.models import Membership, RoleGrant, Succession, Unit, UnitPaper, UnitPath
from lms.vietnamese.names import search_key, text_key
from lms.vietnamese.text import nfc

CHUNK = 5_000  # ids in one statement


@dataclass(slots=True)
class Outcome:
    """What a change of the tree came to: which unit became which, and whose memberships changed.

    `pairs`: (predecessor, successor), the first successor of a unit first. Whatever depends on the units that ended
    (courses, overrides) is passed on by them, whoever's membership changed is followed in the courses.
    """

    units: list[Unit] = field(default_factory=list)  # the new uppermost ones
    pairs: list[tuple[int, int]] = field(default_factory=list)
    people: list[int] = field(default_factory=list)


def end(session: Session, unit_ids: Sequence[int], on: date) -> None:
    """The units no longer exist from that day on; their codes are free."""
    session.flush()
    for ids in chunks(unit_ids):
        session.execute(update(Unit).where(Unit.id.in_(ids)).values(valid_to=on))


def begin(session: Session, like: Unit, *, parent: Unit | None, on: date, **other: Any) -> Unit:
    """A new unit with what `like` has, but for what is named in `other` (code, name)."""
    name = nfc(other.get("name", like.name)).strip()
    unit = Unit(
        code=other.get("code", like.code),
        name=name,
        place=like.place,
        style=like.style,
        parent_id=parent.id if parent else None,
        sort_key=text_key(name),
        search_key=search_key(name),
        valid_from=on,
    )
    session.add(unit)
    return unit


def replant(
    session: Session, tops: Sequence[tuple[Unit, Unit]], on: date, *, deed: str
) -> list[tuple[Unit, Unit]]:
    """End these units with all that exists below them and begin the same ones, each top below its new parent.

    Returns (old, new) for every one of them, tops first. Successions and lines of descent are written.
    """
    parents = {top.id: parent for top, parent in tops}
    old_ones = list(
        session.scalars(
            select(Unit)
            .join(UnitPath, UnitPath.descendant_id == Unit.id)
            .where(UnitPath.ancestor_id.in_(parents), Unit.valid_to.is_(None))
            .order_by(UnitPath.depth, Unit.id)
        )
    )
    end(session, [unit.id for unit in old_ones], on)
    made: dict[int, Unit] = {}
    waiting = old_ones
    while waiting:  # a level at a time, because those below need the ids of those above
        level = [unit for unit in waiting if unit.id in parents or unit.parent_id in made]
        for unit in level:
            above = parents[unit.id] if unit.id in parents else made[unit.parent_id or 0]
            made[unit.id] = begin(session, unit, parent=above, on=on)
        session.flush()
        waiting = [unit for unit in waiting if unit.id not in made]
    write_lines(session, [made[unit.id] for unit in old_ones])
    pairs = [(unit, made[unit.id]) for unit in old_ones]
    note(session, [(old.id, new.id) for old, new in pairs], on, deed=deed)
    return pairs


def write_lines(session: Session, units: Iterable[Unit]) -> None:
    """The lines of descent of new units, each after the one above it."""
    session.flush()
    lines: dict[int | None, list[int]] = {None: []}
    rows: list[dict[str, int]] = []
    for unit in units:
        if unit.parent_id not in lines:
            above = select(UnitPath.ancestor_id).where(UnitPath.descendant_id == unit.parent_id)
            lines[unit.parent_id] = list(session.scalars(above.order_by(UnitPath.depth)))
        lines[unit.id] = [unit.id, *lines[unit.parent_id]]
        rows += [
            {"ancestor_id": above_id, "descendant_id": unit.id, "depth": depth}
            for depth, above_id in enumerate(lines[unit.id])
        ]
    if rows:
        session.execute(insert(table_of(UnitPath)), rows)


def note(session: Session, pairs: Sequence[tuple[int, int]], on: date, *, deed: str) -> None:
    """Put on record which unit became which."""
    rows = [{"predecessor_id": old, "successor_id": new, "deed": deed, "on": on} for old, new in pairs]
    if rows:
        session.execute(insert(table_of(Succession)), rows)


def carry_people(
    session: Session, unit_ids: Sequence[int], to: Callable[[int, int], int | None], on: date
) -> list[int]:
    """End every membership in the units that ended and begin another where `to(person, old unit)` says (None: nowhere).
    Returns whose memberships changed."""
    session.flush()
    ended: list[Any] = []
    for ids in chunks(unit_ids):
        ended += session.execute(
            update(Membership)
            .where(Membership.unit_id.in_(ids), Membership.valid_to.is_(None))
            .values(valid_to=on)
            .returning(
                Membership.person_id,
                Membership.unit_id,
                Membership.position,
                Membership.main,
            )
            .execution_options(synchronize_session=False)
        ).all()
    there: set[tuple[int, int]] = set()  # nobody belongs to one unit twice
    begun: list[dict[str, Any]] = []
    for row in sorted(ended, key=lambda row: (not row.main, row.person_id)):
        unit_id = to(row.person_id, row.unit_id)
        if unit_id is None or (row.person_id, unit_id) in there:
            continue
        there.add((row.person_id, unit_id))
        begun.append(dict(row._mapping) | {"unit_id": unit_id, "valid_from": on})
    if begun:
        session.execute(insert(table_of(Membership)), begun)
    for loaded in session.identity_map.values():
        if isinstance(loaded, Membership):
            session.expire(loaded)
    return sorted({row.person_id for row in ended})


def carry_roles(session: Session, unit_ids: Sequence[int], now: datetime) -> None:
    """Whoever held a role over a unit that ended holds it over its successors, and the old one to look back."""
    session.flush()
    held = exists().where(
        RoleGrant.person_id == _OLD.c.person_id,
        RoleGrant.role == _OLD.c.role,
        RoleGrant.unit_id == Succession.successor_id,
    )
    for ids in chunks(unit_ids):
        rows = (
            select(
                _OLD.c.person_id,
                _OLD.c.role,
                Succession.successor_id,
                func.min(_OLD.c.granted_by),
                literal(now, RoleGrant.granted_at.type),
            )
            .join(Succession, Succession.predecessor_id == _OLD.c.unit_id)
            .where(_OLD.c.unit_id.in_(ids), ~held)
            .group_by(_OLD.c.person_id, _OLD.c.role, Succession.successor_id)
        )
        columns = ["person_id", "role", "unit_id", "granted_by", "granted_at"]
        session.execute(insert(RoleGrant).from_select(columns, rows))


_OLD = table_of(RoleGrant).alias("old_grant")


def carry_papers(session: Session, pairs: Sequence[tuple[int, int]], moved: Sequence[int] = ()) -> None:
    """What the papers of a unit bear, its successor's bear as well; of a merged unit the first one's. Those `moved`
    name another unit above them."""
    columns = [column.name for column in table_of(UnitPaper).columns if column.name != "unit_id"]
    first: dict[int, int] = {}
    for old, new in pairs:
        first.setdefault(new, old)
    for ids in chunks(list(first)):
        kept = {paper.unit_id: paper for paper in _papers(session, {first[new] for new in ids})}
        for new in ids:
            if paper := kept.get(first[new]):
                same = {name: getattr(paper, name) for name in columns}
                session.add(UnitPaper(unit_id=new, **same | ({"superior": ""} if new in moved else {})))
    session.flush()


def _papers(session: Session, unit_ids: set[int]) -> Sequence[UnitPaper]:
    return session.scalars(select(UnitPaper).where(UnitPaper.unit_id.in_(unit_ids))).all()


def chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    """The ids in parts that fit into a statement."""
    return (ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK))
