"""The kept counts of a course, summed over the tree: every unit's once, however often a page asks for them.

Whoever reads sees the database as it was at one moment (`lms.kit.db`), so what was summed in their transaction stays
right in it. Whoever writes is always told anew.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from lms.courses.models import CourseCount
from lms.courses.queries import COUNTED, counts_of_each
from lms.kit.db import WRITES
from lms.organisation.models import UnitPath

Counts = dict[int, dict[str, int]]  # {unit: {name of COUNTED: number}}
_KNOWN = "lms.reports.known"  # of Session.info: the transaction, and what was summed in it


class Placed(Protocol):
    """A unit in the list of a tree."""

    @property
    def id(self) -> int: ...

    @property
    def parent_id(self) -> int | None: ...

    @property
    def depth(self) -> int: ...


def kept(session: Session, course_id: int, unit_ids: Sequence[int]) -> Counts:
    """{unit: counts with everything below it}; units nobody of whom takes part count 0. One query at most."""
    return once(session, ("kept", course_id), unit_ids, lambda ids: counts_of_each(session, course_id, ids))


def of_tree(session: Session, course_id: int, units: Sequence[Placed], levels: int) -> Counts:
    """The same of a unit and all units up to `levels` below it: only of the deepest the units below are read, of the
    others what they count themselves; what stands below them in the list is added. One query at most."""
    return once(
        session,
        ("kept", course_id),
        [unit.id for unit in units],
        lambda _ids: _tree(session, course_id, units, levels),
    )


def _tree(session: Session, course_id: int, units: Sequence[Placed], levels: int) -> Counts:
    deepest = [unit.id for unit in units if unit.depth == levels]
    own = _own(CourseCount.unit_id).where(
        CourseCount.unit_id.in_([unit.id for unit in units if unit.depth < levels])
    )
    below = (  # + 0: SQLite then begins at the path
        _own(UnitPath.ancestor_id, sums=True)
        .join(UnitPath, CourseCount.unit_id == UnitPath.descendant_id + 0)
        .where(UnitPath.ancestor_id.in_(deepest))
        .group_by(UnitPath.ancestor_id)
    )
    parts = [part.where(CourseCount.course_id == course_id) for part in (own, below)]
    found: Counts = {unit.id: dict.fromkeys(COUNTED, 0) for unit in units}
    for unit_id, *numbers in session.execute(union_all(*parts)):
        found[unit_id] = dict(zip(COUNTED, map(int, numbers), strict=True))
    for unit in sorted(units, key=lambda one: -one.depth):
        if unit.depth and unit.parent_id is not None:
            above = found[unit.parent_id]
            for name, number in found[unit.id].items():
                above[name] += number
    return found


def _own(unit: Any, *, sums: bool = False) -> Select[Any]:
    numbers = [getattr(CourseCount, name) for name in COUNTED]
    return select(unit, *(func.sum(number) if sums else number for number in numbers)).select_from(
        CourseCount
    )


def once(
    session: Session, what: Hashable, unit_ids: Iterable[int], read: Callable[[list[int]], Counts]
) -> Counts:
    """{unit: counts} of these units: what is known of `what` in the reader's transaction, and else what `read` says of
    those that are not known; it may say more."""
    known = _known(session).setdefault(what, {})
    wanted = list(unit_ids)
    if lacking := [unit_id for unit_id in wanted if unit_id not in known]:
        known.update(read(lacking))
    return {unit_id: dict(known[unit_id]) for unit_id in wanted}


def _known(session: Session) -> dict[Hashable, Counts]:
    if session.get_bind().get_execution_options().get(WRITES):
        return {}
    now = session.get_transaction() or session.begin()
    kept_for, known = session.info.get(_KNOWN, (None, {}))
    if kept_for is None or kept_for() is not now:
        known = {}
        session.info[_KNOWN] = weakref.ref(now), known
    found: dict[Hashable, Counts] = known
    return found
