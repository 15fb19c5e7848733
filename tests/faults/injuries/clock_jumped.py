"""The server's clock jumps by two hours, back and forth, and is put right."""

from __future__ import annotations

import time

from tests.faults.ground import Ground

TWO_HOURS = 7200.0


def clock_jumped(ground: Ground) -> None:
    """Two hours back, two hours ahead, and right again; the exam is long enough for both."""
    for wrong in (-TWO_HOURS, TWO_HOURS, 0.0):
        ground.server.shift_clock(wrong)
        time.sleep(0.7)
