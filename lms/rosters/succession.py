"""What is remembered of the lists of a unit, when it ends and others succeed it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.actions import record
from lms.rosters.models import RosterMapping


def pass_on(session: Session, pairs: Sequence[tuple[int, int]], *, by: int | None, now: datetime) -> None:
    """Which column is what in the lists of a unit that ended, it is in those of its successors; of units that merged
    the mapping that was used last.

    `pairs`: (predecessor, successor).
    """
    session.flush()
    before: dict[int, set[int]] = defaultdict(set)
    for old, new in pairs:
        before[new].add(old)
    known: dict[int, list[RosterMapping]] = defaultdict(list)
    asked = select(RosterMapping).where(RosterMapping.unit_id.in_({old for old, _new in pairs}))
    for row in session.scalars(asked.order_by(RosterMapping.at, RosterMapping.unit_id)):
        known[row.unit_id].append(row)
    for unit_id, olds in sorted(before.items()):
        latest = {row.headings: row for row in sorted(
            (row for old in olds for row in known[old]), key=lambda row: row.at
        )}  # fmt: skip
        for row in latest.values():
            session.add(RosterMapping(unit_id=unit_id, headings=row.headings, mapping=row.mapping, at=row.at))
        if latest:
            record(
                session, "roster.succeeded", "unit", unit_id, actor_id=by, now=now, unit_id=unit_id,
                mappings=len(latest), before=sorted(old for old in olds if known[old]),
            )  # fmt: skip
    session.flush()
