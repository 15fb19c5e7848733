"""What `lms serve` runs, for tests that kill its workers: `python -m tests.faults.serve PORT WORKERS`.

Granian gives up when a worker dies twice within 5.5 seconds, taking it for a crash at start. Here workers die that
often on purpose, so that this one check is taken out. The modules are loaded before workers are forked, so that a new
one answers soon. LMS_FAULTS_CLOCK names a file that says by how many seconds the product's clock is wrong.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import lms.app  # noqa: F401 - loaded once, for all workers
from lms.kit import clock, processes
from lms.server import granian


class NeverLately(dict[int, float]):
    """When workers were started again: always long ago."""

    def get(self, _worker: int, default: float = 0.0) -> float:  # type: ignore[override]
        return default


def wrong_time() -> datetime:
    """The time of day as the file says it."""
    return datetime.now(UTC) + timedelta(seconds=float(Path(os.environ["LMS_FAULTS_CLOCK"]).read_text()))


if __name__ == "__main__":
    processes.children_die_with_us()
    clock.now = wrong_time
    server = granian(host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]))
    server.respawned_wrks = NeverLately()
    server.serve()
