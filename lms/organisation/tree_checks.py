"""Why the tree of units cannot be changed as somebody wants: empty lists when it can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from lms.organisation.life import latest_change
from lms.organisation.models import FormerName, Membership, Unit, UnitPath
from lms.organisation.rules import Refusal, TreeRefused, code_refusals, day_refusals, refuse
from lms.vietnamese.dates import local
from lms.vietnamese.text import nfc


@dataclass(frozen=True, slots=True)
class Part:
    """One of the units that a unit is split into: with which of the units directly below, and which people of its
    own. What is named in no part goes to the first."""

    name: str
    code: str
    units: tuple[int, ...] = ()
    people: tuple[int, ...] = ()


def check_move(session: Session, unit: Unit, parent: Unit, *, on: date, now: datetime) -> list[Refusal]:
    """Why the unit cannot be moved below `parent` on that day."""
    found = _existing(unit) or _existing(parent, top=True)
    if found:
        return found
    if _is_below(session, parent.id, unit.id):
        return [refuse("into_itself")]
    if unit.parent_id == parent.id:
        return [refuse("already_there", unit=unit.name)]
    return _day(session, [unit], on, now) or _since(parent, on)


def check_merge(
    session: Session,
    units: Sequence[Unit],
    parent: Unit,
    *,
    name: str,
    code: str,
    on: date,
    now: datetime,
) -> list[Refusal]:
    """Why these units cannot become one unit below `parent` on that day."""
    if len({unit.id for unit in units}) < 2:
        return [refuse("too_few")]
    found = [refusal for unit in units for refusal in _existing(unit)] or _existing(parent, top=True)
    if found:
        return found
    for unit in units:
        if any(other is not unit and _is_below(session, other.id, unit.id) for other in units):
            return [refuse("nested", unit=unit.name)]
        if _is_below(session, parent.id, unit.id):
            return [refuse("into_itself")]
    wrong = _named(session, name, code, [unit.code for unit in units])
    return wrong or _day(session, units, on, now) or _since(parent, on)


def check_split(
    session: Session, unit: Unit, parts: Sequence[Part], *, on: date, now: datetime
) -> list[Refusal]:
    """Why the unit cannot be split into these parts on that day."""
    if found := _existing(unit):
        return found
    if len(parts) < 2:
        return [refuse("too_few_parts")]
    before: tuple[str, ...] = ()
    for part in parts:
        if wrong := _named(session, part.name, part.code, [unit.code], before):
            return wrong
        before = (*before, part.code)
    return _day(session, [unit], on, now)


def check_close(session: Session, unit: Unit, *, on: date, now: datetime) -> list[Refusal]:
    """Why the unit cannot be closed on that day."""
    if found := _existing(unit):
        return found
    if below := children(session, [unit.id]):
        return [refuse("units_below", units=len(below), unit=unit.name)]
    return _day(session, [unit], on, now)


def check_rename(session: Session, unit: Unit, name: str, *, on: date, now: datetime) -> list[Refusal]:
    """Why the unit cannot bear another name from that day on."""
    if found := _existing(unit, top=True):
        return found
    if not nfc(name).strip():
        return [refuse("no_name")]
    if nfc(name).strip() == unit.name:
        return [refuse("same_name")]
    named = session.scalar(
        select(FormerName.until)
        .where(FormerName.unit_id == unit.id)
        .order_by(FormerName.until.desc())
        .limit(1)
    )
    latest = max(unit.valid_from, named or unit.valid_from)
    return day_refusals(on, today=local(now).date(), latest=latest, unit=unit.name)


def children(session: Session, unit_ids: Sequence[int]) -> Sequence[Unit]:
    """The units that exist directly below these."""
    return session.scalars(
        select(Unit).where(Unit.parent_id.in_(unit_ids), Unit.valid_to.is_(None)).order_by(Unit.id)
    ).all()


def check_membership(
    session: Session, person_id: int, unit: Unit | None, *, second: bool, on: date, now: datetime
) -> list[Refusal]:
    """Why a person cannot belong to the unit (None: to none) from that day on; a `second` one lies in another tree."""
    if unit is not None and (found := _existing(unit, top=True)):
        return found
    held = session.scalars(
        select(Membership)
        .options(joinedload(Membership.unit))
        .where(Membership.person_id == person_id, Membership.valid_to.is_(None))
    ).all()
    main = next((one for one in held if one.main), None)
    if second and unit and main and _top_of(session, main.unit_id) == _top_of(session, unit.id):
        return [refuse("same_tree", unit=unit.name)]
    if unit and any(one.unit_id == unit.id for one in held):
        return [refuse("there_already", unit=unit.name)]
    before = next((one for one in held if one.main is not second), None)
    begun = before.valid_from if before else date.min
    wrong = day_refusals(on, today=local(now).date(), latest=begun, unit=before.unit.name if before else "")
    return wrong or (_since(unit, on) if unit else [])


def _top_of(session: Session, unit_id: int) -> int | None:
    line = select(UnitPath.ancestor_id).where(UnitPath.descendant_id == unit_id)
    return session.scalar(line.order_by(UnitPath.depth.desc()).limit(1))


def must_exist(unit: Unit) -> None:
    """Raises TreeRefused when the unit has ended: nobody comes to it, and nothing is put below it."""
    if found := _existing(unit, top=True):
        raise TreeRefused(*found)


def _existing(unit: Unit, *, top: bool = False) -> list[Refusal]:
    if unit.valid_to is not None:
        return [refuse("ended", unit=unit.name, day=unit.valid_to)]
    return [refuse("root", unit=unit.name)] if unit.parent_id is None and not top else []


def _day(session: Session, units: Sequence[Unit], on: date, now: datetime) -> list[Refusal]:
    latest = latest_change(session, [unit.id for unit in units])
    return day_refusals(on, today=local(now).date(), latest=latest, unit=units[0].name)


def _since(parent: Unit, on: date) -> list[Refusal]:
    return day_refusals(on, today=on, latest=parent.valid_from, unit=parent.name)


def _named(
    session: Session, name: str, code: str, freed: Sequence[str], before: tuple[str, ...] = ()
) -> list[Refusal]:
    """`freed`: codes that end with the same deed."""
    if not nfc(name).strip():
        return [refuse("no_name")]
    other = exists().where(Unit.code == code, Unit.code.not_in(freed), Unit.valid_to.is_(None))
    return code_refusals(code, taken=bool(session.scalar(select(other))), before=before)


def _is_below(session: Session, unit_id: int, above_id: int) -> bool:
    path = (UnitPath.ancestor_id == above_id) & (UnitPath.descendant_id == unit_id)
    return bool(session.scalar(select(exists().where(path))))
