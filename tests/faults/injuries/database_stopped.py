"""PostgreSQL is stopped at once, as by an administrator in a hurry, and started."""

from __future__ import annotations

import signal
import time

from tests.faults.ground import Ground, send


def database_stopped(ground: Ground) -> None:
    """What `pg_ctl stop -m immediate` does, and a start."""
    send([ground.postmaster()], signal.SIGQUIT)
    time.sleep(0.3)
    ground.start_database()
