"""What stands where on the home page: begun, to do, or finished; and how urgent a deadline is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

SOON = timedelta(days=2)
SHOWN = timedelta(days=7)  # the time left is told when it matters


def deadline(at: datetime, now: datetime) -> dict[str, Any]:
    """{at, left, state} of a deadline; state is later, soon or over."""
    left = at - now
    state = "over" if left <= timedelta(0) else "soon" if left <= SOON else "later"
    return {"at": at, "left": left if timedelta(0) < left <= SHOWN else None, "state": state}


def place_of_module(*, read: int, total: int, here: str) -> str:
    """doing · todo · done."""
    if total and read == total:
        return "done"
    return "doing" if read or here else "todo"


def place_of_exam(*, attempt_open: bool, passed: bool, used: int, allowed: int, ended: bool) -> str | None:
    """doing · todo · done, or None for an exam that is over and was never sat."""
    if attempt_open:
        return "doing"
    if passed or (used and (ended or used >= allowed)):
        return "done"
    return None if ended else "todo"
