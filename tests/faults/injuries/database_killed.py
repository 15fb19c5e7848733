"""PostgreSQL dies without a word, all of it, and is started again."""

from __future__ import annotations

import contextlib
import signal

from tests.faults.ground import Ground, send


def database_killed(ground: Ground) -> None:
    """SIGKILL for the first process and all below it."""
    below = ground.backends()
    with contextlib.suppress(FileNotFoundError):  # it went down by itself after what was done to it before
        send([ground.postmaster(), *below], signal.SIGKILL)
    ground.start_database()
