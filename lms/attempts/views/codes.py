"""The access code of an exam, guarded against guessing: who types wrong ones too often has to wait.

Going on with an open attempt needs no code, so it is never held up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import current_app

from lms.attempts.actions import StartRefused
from lms.attempts.tries import Tries
from lms.web import edge
from lms.web.viewer import viewer

MOST, SPAN = 10, timedelta(minutes=5)


def start_by_code(exam_id: int, typed: str, start: Callable[[str], int]) -> int:
    """What `start` returns for the code that the viewer typed; too many wrong ones, and none is looked at for a while.

    Raises what `start` raises, StartRefused "many_codes" with the time to wait among it.
    """
    tries, whose = _tries(), f"{exam_id}/{viewer().person_id}"
    wait = tries.wait(whose, edge.now())
    try:
        return start("" if wait else typed)
    except StartRefused as refused:
        if wait and refused.code == "no_code":
            raise StartRefused("many_codes", refused.policy, refused.around, wait) from refused
        if refused.code == "wrong_code":
            tries.wrong(whose, edge.now())
        raise


def _tries() -> Tries:
    """Of this process and application."""
    found: Tries = current_app.extensions.setdefault("access_code_tries", Tries(MOST, SPAN))
    return found
