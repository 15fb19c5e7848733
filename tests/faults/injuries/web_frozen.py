"""A process of the server stands still, as on a machine that swaps, and goes on as if nothing had been."""

from __future__ import annotations

import signal
import time

from tests.faults.ground import Ground, send


def web_frozen(ground: Ground) -> None:
    """SIGSTOP for one process, and SIGCONT a second later."""
    one = ground.server.workers()[:1]
    send(one, signal.SIGSTOP)
    time.sleep(1)
    send(one, signal.SIGCONT)
