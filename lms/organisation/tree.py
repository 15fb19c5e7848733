"""Changing the tree of units: move, merge, split, close, rename. Each takes effect on a day and leaves an audit row.

A row of a unit never changes its place: it ends, and others succeed it (`lms.organisation.succession`). Figures counted
in it stay where they were, under the units above it. `lms.organisation.tree_checks` says beforehand why not; the deeds
raise TreeRefused for the same reasons, and then nothing has changed. Whoever does one passes on what names the units
(courses, overrides) and lets the enrolments of the people follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.organisation import tree_checks
from lms.organisation.models import FormerName, Unit
from lms.organisation.rules import Refusal, TreeRefused
from lms.organisation.succession import (
    Outcome,
    begin,
    carry_papers,
    carry_people,
    carry_roles,
    end,
    note,
    replant,
    write_lines,
)
from lms.organisation.tree_checks import Part
from lms.vietnamese.names import search_key, text_key
from lms.vietnamese.text import nfc, tidy


def move_unit(
    session: Session, unit: Unit, *, parent: Unit, on: date, by: int | None, now: datetime, reason: str = ""
) -> Outcome:
    """Put the unit, with everything below it, below another one. Raises TreeRefused."""
    _must(tree_checks.check_move(session, unit, parent, on=on, now=now))
    pairs = replant(session, [(unit, parent)], on, deed="move")
    made = pairs[0][1]
    done = _carry(
        session, Outcome([made], [(old.id, new.id) for old, new in pairs]), on, now, moved=[made.id]
    )
    _record(
        session,
        "unit.move",
        unit,
        done,
        on=on,
        reason=reason,
        by=by,
        now=now,
        before=unit.parent_id,
        after=parent.id,
    )
    return done


def merge_units(
    session: Session,
    units: Sequence[Unit],
    *,
    name: str,
    code: str,
    parent: Unit,
    on: date,
    by: int | None,
    now: datetime,
    reason: str = "",
) -> Outcome:
    """Make one unit of several; what stands below them goes along. Style and place are the first one's.

    Raises TreeRefused.
    """
    _must(tree_checks.check_merge(session, units, parent, name=name, code=code, on=on, now=now))
    ids = [unit.id for unit in units]
    children = tree_checks.children(session, ids)
    end(session, ids, on)
    made = begin(session, units[0], parent=parent, on=on, name=name, code=code)
    write_lines(session, [made])
    note(session, [(unit_id, made.id) for unit_id in ids], on, deed="merge")
    below = replant(session, [(child, made) for child in children], on, deed="move")
    pairs = [*((unit_id, made.id) for unit_id in ids), *((old.id, new.id) for old, new in below)]
    done = _carry(session, Outcome([made], pairs), on, now)
    for unit in units:
        _record(
            session, "unit.merge", unit, done, on=on, reason=reason, by=by, now=now, after=made.id, merged=ids
        )
    return done


def split_unit(
    session: Session,
    unit: Unit,
    parts: Sequence[Part],
    *,
    on: date,
    by: int | None,
    now: datetime,
    reason: str = "",
) -> Outcome:
    """Make several units of one, at its place; units below and people go to the part that names them. Raises
    TreeRefused."""
    _must(tree_checks.check_split(session, unit, parts, on=on, now=now))
    parent = session.get_one(Unit, unit.parent_id)
    children = tree_checks.children(session, [unit.id])
    end(session, [unit.id], on)
    made = [begin(session, unit, parent=parent, on=on, name=part.name, code=part.code) for part in parts]
    write_lines(session, made)
    note(session, [(unit.id, new.id) for new in made], on, deed="split")
    of_child = {child: new for part, new in zip(parts, made, strict=True) for child in part.units}
    tops = [(child, of_child.get(child.id, made[0])) for child in children]
    below = replant(session, tops, on, deed="move")
    pairs = [*((unit.id, new.id) for new in made), *((old.id, new.id) for old, new in below)]
    of_person = {person: new.id for part, new in zip(parts, made, strict=True) for person in part.people}
    done = _carry(session, Outcome(made, pairs), on, now, of_person={unit.id: of_person})
    _record(
        session,
        "unit.split",
        unit,
        done,
        on=on,
        reason=reason,
        by=by,
        now=now,
        after=[new.id for new in made],
    )
    return done


def close_unit(
    session: Session, unit: Unit, *, on: date, by: int | None, now: datetime, reason: str = ""
) -> Outcome:
    """End a unit that nothing succeeds; its people are in no unit until somebody takes them up. Raises TreeRefused."""
    _must(tree_checks.check_close(session, unit, on=on, now=now))
    end(session, [unit.id], on)
    done = Outcome(people=carry_people(session, [unit.id], lambda _person, _unit: None, on))
    _record(session, "unit.close", unit, done, on=on, reason=reason, by=by, now=now)
    return done


def rename_unit(
    session: Session, unit: Unit, *, name: str, on: date, by: int | None, now: datetime, reason: str = ""
) -> None:
    """Give the unit another name from that day on; what it was called before is kept. Raises TreeRefused."""
    _must(tree_checks.check_rename(session, unit, name, on=on, now=now))
    before = unit.name
    if session.get(FormerName, (unit.id, on)) is None and on > unit.valid_from:
        session.add(FormerName(unit_id=unit.id, until=on, name=before))  # else it never bore it for a day
    set_name(unit, name)
    session.flush()
    detail = {"before": before, "name": unit.name, "on": on.isoformat(), "reason": tidy(reason)}
    record(session, "unit.rename", "unit", unit.id, actor_id=by, now=now, unit_id=unit.id, **detail)


def set_name(unit: Unit, name: str) -> None:
    """The name, and the keys by which it is sorted and found."""
    unit.name = nfc(name).strip()
    unit.sort_key, unit.search_key = text_key(unit.name), search_key(unit.name)


def _must(refusals: Sequence[Refusal]) -> None:
    if refusals:
        raise TreeRefused(*refusals)


def _carry(
    session: Session,
    done: Outcome,
    on: date,
    now: datetime,
    *,
    moved: Sequence[int] = (),
    of_person: Mapping[int, Mapping[int, int]] | None = None,
) -> Outcome:
    """People, roles and papers go to the successors; `of_person`: to which one, by unit and person, where there are
    several."""
    first: dict[int, int] = {}
    for old, new in done.pairs:
        first.setdefault(old, new)
    chosen = of_person or {}

    def to(person_id: int, unit_id: int) -> int:
        return chosen.get(unit_id, {}).get(person_id, first[unit_id])

    done.people = carry_people(session, list(first), to, on)
    carry_roles(session, list(first), now)
    carry_papers(session, done.pairs, moved)
    return done


def _record(
    session: Session,
    action: str,
    unit: Unit,
    done: Outcome,
    *,
    on: date,
    reason: str,
    by: int | None,
    now: datetime,
    **detail: object,
) -> None:
    sizes = {"units": len(done.pairs), "people": len(done.people)}
    about = {"name": unit.name, "on": on.isoformat(), "reason": tidy(reason)} | sizes | detail
    record(session, action, "unit", unit.id, actor_id=by, now=now, unit_id=unit.id, **about)
