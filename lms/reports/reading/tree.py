"""Summing over the tree what was read for units themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import add

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.organisation.models import UnitPath


def summed(
    session: Session, unit_ids: Sequence[int], own: Mapping[int, Mapping[str, int]], names: Sequence[str]
) -> dict[int, dict[str, int]]:
    """{unit: {name: sum over the unit and everything below it}} of the own numbers of units. One query."""
    numbers = {unit_id: [one.get(name, 0) for name in names] for unit_id, one in own.items()}
    total = {unit_id: [0] * len(names) for unit_id in unit_ids}
    rows = session.execute(
        select(UnitPath.ancestor_id, UnitPath.descendant_id).where(UnitPath.ancestor_id.in_(unit_ids))
    )
    for ancestor_id, descendant_id in rows:
        if adding := numbers.get(descendant_id):
            total[ancestor_id] = [*map(add, total[ancestor_id], adding)]
    return {unit_id: dict(zip(names, sums, strict=True)) for unit_id, sums in total.items()}
