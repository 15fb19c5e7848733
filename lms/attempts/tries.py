"""Wrong tries, counted in the memory of a process, so that whoever guesses has to wait: of receipts, of access codes.

Several processes count for themselves: the limit is one against scripts, not an exact number.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(eq=False, slots=True)
class Tries:
    """Wrong tries of each (an address, a person in an exam) within `span`; `most` of them are too many."""

    most: int = 10
    span: timedelta = timedelta(minutes=1)
    remembered: int = 10_000  # of how many at a time
    _wrong: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def wait(self, whose: str, now: datetime) -> timedelta:
        """How long they must wait before they may try again; nothing when they may."""
        with self._lock:
            tries = self._recent(whose, now)
            return tries[0] + self.span - now if len(tries) >= self.most else timedelta()

    def wrong(self, whose: str, now: datetime) -> None:
        """Count a wrong try."""
        with self._lock:
            tries = self._recent(whose, now)
            tries.append(now)
            if whose not in self._wrong and len(self._wrong) >= self.remembered:
                self._wrong.pop(next(iter(self._wrong)))
            self._wrong[whose] = tries

    def _recent(self, whose: str, now: datetime) -> deque[datetime]:
        tries = self._wrong.get(whose, deque())
        while tries and now - tries[0] >= self.span:
            tries.popleft()
        return tries
