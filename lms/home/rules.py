"""What stands where on the home page: begun, to do, or finished."""

from __future__ import annotations


def place_of_module(*, read: int, total: int, here: str, exempt: bool = False) -> str:
    """doing · todo · done · choice: who is exempt is not asked to, but may."""
    if total and read == total:
        return "done"
    return "doing" if read or here else "choice" if exempt else "todo"


def place_of_exam(
    *,
    attempt_open: bool,
    passed: bool,
    used: int,
    allowed: int,
    ended: bool,
    exempt: bool = False,
    sent_back: bool = False,
) -> str | None:
    """doing · todo · done · choice, or None for an exam that is over and was never sat. `passed` as far as the person
    may know. What was sent back to be written again is to do, whatever is known of it, as long as it can be done."""
    if attempt_open:
        return "doing"
    if sent_back and used < allowed and not ended:
        return "todo"
    if passed or (used and (ended or used >= allowed)):
        return "done"
    return None if ended else "choice" if exempt else "todo"
