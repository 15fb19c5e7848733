"""What `lms serve` runs, for tests that kill its workers: `python -m tests.faults.serve PORT WORKERS`.

Granian gives up when a worker dies twice within 5.5 seconds, taking it for a crash at start. Here workers die that
often on purpose, so that this one check is taken out. The modules are loaded before workers are forked, so that a new
one answers soon.
"""

from __future__ import annotations

import sys

import lms.app  # noqa: F401 - loaded once, for all workers
from lms.kit import processes
from lms.server import granian


class NeverLately(dict[int, float]):
    """When workers were started again: always long ago."""

    def get(self, _worker: int, default: float = 0.0) -> float:  # type: ignore[override]
        return default


if __name__ == "__main__":
    processes.children_die_with_us()
    server = granian(host="127.0.0.1", port=int(sys.argv[1]), workers=int(sys.argv[2]))
    server.respawned_wrks = NeverLately()
    server.serve()
