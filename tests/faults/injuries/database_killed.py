"""PostgreSQL dies without a word, all of it, and is started again."""

from __future__ import annotations

import signal

from tests.faults.ground import Ground, send


def database_killed(ground: Ground) -> None:
    """SIGKILL for the first process and all below it."""
    pids = [ground.postmaster(), *ground.backends()]
    send(pids, signal.SIGKILL)
    ground.start_database()
