"""Processes of the server die without a word, one after the other."""

from __future__ import annotations

import signal
import time

from tests.faults.ground import Ground, send


def web_killed(ground: Ground) -> None:
    """SIGKILL for a process that answers requests, three times."""
    for _ in range(3):
        workers = ground.server.workers()
        if workers:
            send([ground.rng.choice(workers)], signal.SIGKILL)
        time.sleep(ground.rng.uniform(0.5, 1.2))
