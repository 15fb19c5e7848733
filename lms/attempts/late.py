"""What came too late, pure: answers that are kept but do not count unless an officer accepts them."""

from __future__ import annotations

from collections.abc import Iterable

from lms.attempts.rules import LATE, OK, Event, derive


def too_late(events: Iterable[Event]) -> tuple[int, ...]:
    """The slots whose answer would be another one if everything had come in time.

    What only repeats what counts is no loss, and what an officer accepted counts already (its event is "ok").
    """
    known = list(events)
    counted = derive(known).values
    wished = derive(e._replace(status=OK) if e.status == LATE else e for e in known).values
    return tuple(slot for slot in sorted({*counted, *wished}) if counted.get(slot) != wished.get(slot))
