"""What can happen to a running examination: one file and one line each.

An injury does its harm once, waits until it is over, and puts right what a supervisor or an administrator would.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.ground import Ground
from tests.faults.injuries.clock_jumped import clock_jumped
from tests.faults.injuries.database_killed import database_killed
from tests.faults.injuries.database_locked import database_locked
from tests.faults.injuries.database_stopped import database_stopped
from tests.faults.injuries.disk_full import disk_full
from tests.faults.injuries.web_frozen import web_frozen
from tests.faults.injuries.web_killed import web_killed
from tests.faults.injuries.web_restarted import web_restarted

Injury = Callable[[Ground], None]

INJURIES: dict[str, tuple[Injury, tuple[str, ...]]] = {  # and the databases to which it can happen
    "web_killed": (web_killed, ("sqlite", "postgresql")),
    "web_frozen": (web_frozen, ("sqlite", "postgresql")),
    "web_restarted": (web_restarted, ("sqlite", "postgresql")),
    "clock_jumped": (clock_jumped, ("sqlite", "postgresql")),
    "database_locked": (database_locked, ("sqlite", "postgresql")),
    "disk_full": (disk_full, ("sqlite", "postgresql")),
    "database_killed": (database_killed, ("postgresql",)),
    "database_stopped": (database_stopped, ("postgresql",)),
}
