"""The one place where the time of day is read."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The server's time, aware, in UTC. Actions get it as an argument; only edges call this."""
    return datetime.now(UTC)
