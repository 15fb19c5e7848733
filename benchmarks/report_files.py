"""The register of attempts of a city as a file: what it costs line by line, and how little memory.

Each file is written by a process of its own, as the worker writes it, which tells its memory at rest and at its peak.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from statistics import median
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from benchmarks.crowd import OF, STARTED, Habits
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.office import Office
from lms.attempts.models import Attempt
from lms.config import PROJECT
from lms.courses.models import Course
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation.models import Unit
from lms.reports.catalogue.attempts import ATTEMPTS
from lms.reports.report import Asked

FORMATS = ("xlsx", "csv", "json")
OF_EACH = 10  # attempts of everybody who sat, so that fewer people need to be made up
SITTING_ON = Habits(exams=1, attempts=OF_EACH, again=1, answers=False, certificates=False)
MEMORY = (at_most("above_rest_mb", 64),)
CONTRACT = {"xlsx": "report_xlsx", "csv": "report_csv", "json": "report_json"}


def report_files(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Seconds for a file; beside it the same rows, read and thrown away. `above_rest_mb`: peak less rest."""
    for kind in ground.size.kinds:
        people = max(ground.size.report_lines // OF_EACH * OF // STARTED, OF)
        settings = ground.settings(kind)
        office = Office(settings, ground.size.units, people, SITTING_ON)
        asked = (settings.database_url, office.course_id, office.top_id)
        office.close()
        written = _apart if ground.size.apart else write
        for format_ in FORMATS:
            runs, bare = [written(*asked, format_)], [written(*asked, "")]  # long enough to be told once
            yield f"{CONTRACT[format_]}.{kind}", _figure(kind, runs, bare)


def _figure(kind: str, runs: list[dict[str, float]], bare: list[dict[str, float]]) -> Figure:
    return Figure(
        runs=[run["seconds"] for run in runs],
        floors=[run["seconds"] for run in bare],
        unit="s",
        database=kind,
        goals=MEMORY,
        more={
            "cpu_ms": median(run["cpu"] for run in runs) * 1000,
            "above_rest_mb": max(run["peak_mb"] - run["rest_mb"] for run in runs),
            "rss_mb": max(run["peak_mb"] for run in runs),
            "lines": runs[0]["lines"],
            "file_mb": runs[0]["file_mb"],
        },
    )


def _apart(*asked: str | int) -> dict[str, float]:
    """What a process of its own says of writing the file."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.report_files", *map(str, asked)],
        capture_output=True, text=True, check=True, cwd=PROJECT,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def write(url: str, course_id: int, unit_id: int, format_: str) -> dict[str, float]:
    """Write the register in this process; what it took. Without a format the lines are only read."""
    database = Database(url)
    with database.reading() as session, tempfile.TemporaryFile() as out:
        asked = Asked(session.get_one(Course, course_id), session.get_one(Unit, unit_id), clock.now())
        _warm(session, asked, format_ or "csv")
        _forget_peak()
        rest, began, cpu = _memory_mb("VmRSS"), time.perf_counter(), time.process_time()
        if format_:
            ATTEMPTS.write(session, asked, format_, out)
            lines = ATTEMPTS.size(session, asked)
        else:
            lines = sum(1 for _row in ATTEMPTS.content(session, asked).rows)
        return {
            "seconds": time.perf_counter() - began,
            "cpu": time.process_time() - cpu,
            "rest_mb": rest,
            "peak_mb": _memory_mb("VmHWM"),
            "lines": lines,
            "file_mb": _length(out) / 2**20,
        }


def _warm(session: Session, asked: Asked, format_: str) -> None:
    """The same file of a unit with few people: a worker at rest has done such work before."""
    ATTEMPTS.write(session, replace(asked, unit=few_attempts(session)), format_, io.BytesIO())


def few_attempts(session: Session) -> Unit:
    """The unit with the fewest attempts of those that have nothing below them: what stands above has its own few, and
    all that is below."""
    lower = aliased(Unit)
    lowest = select(Unit.id).outerjoin(lower, lower.parent_id == Unit.id).where(lower.id.is_(None))
    smallest = (
        select(Attempt.unit_id)
        .where(Attempt.unit_id.in_(lowest))
        .group_by(Attempt.unit_id)
        .order_by(func.count())
        .limit(1)
    )
    return session.get_one(Unit, session.execute(smallest).scalar_one())


def _forget_peak() -> None:
    """Let VmHWM begin anew with what this process holds now (proc(5), clear_refs)."""
    with open("/proc/self/clear_refs", "w", encoding="ascii") as peak:
        peak.write("5")


def _memory_mb(what: str) -> float:
    """VmRSS: what this process holds now, VmHWM: the most it ever held (getrusage would tell its parent's too)."""
    with open("/proc/self/status", encoding="ascii") as told:
        return next(int(line.split()[1]) / 1024 for line in told if line.startswith(f"{what}:"))


def _length(out: IO[bytes]) -> int:
    return out.seek(0, os.SEEK_END)


if __name__ == "__main__":
    url_, course_, unit_, form = sys.argv[1:]
    print(json.dumps(write(url_, int(course_), int(unit_), form)))
