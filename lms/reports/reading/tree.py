"""Summing over the tree what was read for units themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.organisation.models import UnitPath


def summed(
    session: Session, unit_ids: Sequence[int], own: Mapping[int, Mapping[str, int]], names: Sequence[str]
) -> dict[int, dict[str, int]]:
    """{unit: {name: sum over the unit and everything below it}} of the own numbers of units. One query."""
    total: dict[int, Counter[str]] = {unit_id: Counter() for unit_id in unit_ids}
    rows = session.execute(
        select(UnitPath.ancestor_id, UnitPath.descendant_id).where(UnitPath.ancestor_id.in_(unit_ids))
    )
    for ancestor_id, descendant_id in rows:
        if numbers := own.get(descendant_id):
            total[ancestor_id].update(numbers)
    return {unit_id: {name: total[unit_id][name] for name in names} for unit_id in unit_ids}
