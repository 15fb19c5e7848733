"""What a process need not do at every sweep."""

from __future__ import annotations

import threading
import weakref
from datetime import datetime, timedelta

from lms.kit.db import Database


class Seldom:
    """At most once in `pause` for each database in this process."""

    def __init__(self, pause: timedelta) -> None:
        self.pause = pause
        self._last: weakref.WeakKeyDictionary[Database, datetime] = weakref.WeakKeyDictionary()
        self._lock = threading.Lock()

    def is_due(self, database: Database, now: datetime) -> bool:
        """Whether it is time; who is told so is expected to do it."""
        with self._lock:
            last = self._last.get(database)
            if last is not None and now < last + self.pause:
                return False
            self._last[database] = now
            return True
