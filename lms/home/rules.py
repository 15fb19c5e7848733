"""What stands where on the home page: begun, to do, or finished."""

from __future__ import annotations


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
