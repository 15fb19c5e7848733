"""A worker with one more kind of job, run as a process of its own by test_worker: it takes as long as a file is there.

`python -m tests.lms.slow_job FOLDER`: the job writes `begun` and `ended` lines to FOLDER/diary and is busy while
FOLDER/hold exists.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from lms.kit.jobs import Run

SECONDS = 60


def slow(run: Run) -> dict[str, Any]:
    folder = Path(run.params["folder"])
    note(folder, "begun")
    until = time.monotonic() + SECONDS
    while (folder / "hold").exists() and time.monotonic() < until:
        time.sleep(0.05)
    run.progress(1, 1)
    note(folder, "ended")
    return {"file": "none"}


def broken(run: Run) -> dict[str, Any]:
    raise ValueError(f"about {run.params['person']}")


def note(folder: Path, line: str) -> None:
    with (folder / "diary").open("a") as diary:
        diary.write(f"{line}\n")


if __name__ == "__main__":
    from lms import worker

    worker.HANDLERS |= {"slow": "tests.lms.slow_job:slow", "broken": "tests.lms.slow_job:broken"}
    worker.worker(sys.argv[1:])
