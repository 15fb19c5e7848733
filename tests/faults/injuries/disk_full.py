"""The disk is full for two seconds: writing files fails, then there is room again."""

from __future__ import annotations

import time

from tests.faults.ground import Ground, limit_files


def disk_full(ground: Ground) -> None:
    """No file of whoever writes the database may grow; PostgreSQL stops in panic by it, and recovers."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        limit_files(ground.writers(), 4096)
        time.sleep(0.1)
    limit_files(ground.writers(), None)
