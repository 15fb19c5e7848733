"""`python -m benchmarks.reporting URL COURSE UNIT POSTMASTER`: every report once as csv, and what it took, as a line of
JSON. POSTMASTER is the first process of the database's server, or 0 where this process is the database."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.machine import cpu_seconds, peak_mb, rss_mb
from lms.attempts.models import Attempt
from lms.courses.models import Course
from lms.exams.models import Exam
from lms.kit import clock
from lms.kit.db import Database, table_of
from lms.organisation.models import Unit
from lms.reports.catalogue import REPORTS
from lms.reports.report import Asked, Report


class _Nowhere(io.RawIOBase):
    """Takes what is written and keeps nothing of it."""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data)


def main(url: str, course_id: int, unit_id: int, postmaster: int) -> None:
    """Write every report to nowhere."""
    with Database(url).reading() as session:

        def bare() -> None:
            for _row in session.execute(select(table_of(Attempt)).execution_options(yield_per=5_000)):
                pass

        _write(session, REPORTS["completion"], course_id, unit_id)  # everything imported
        told: dict[str, Any] = {"bare": _taking(bare, postmaster)}
        told["reports"] = {
            name: _taking(partial(_write, session, report, course_id, unit_id), postmaster)
            for name, report in REPORTS.items()
        }
    print(json.dumps(told))


def _taking(work: Callable[[], None], postmaster: int) -> dict[str, float]:
    """Seconds by the clock, CPU seconds of this process and of the database, and memory above what there was before."""
    Path("/proc/self/clear_refs").write_text("5")  # forgets the most there was, proc(5)
    rest, began, cpu = rss_mb(os.getpid()), time.perf_counter(), _cpu(postmaster)
    work()
    cpu, seconds = _cpu(postmaster) - cpu, time.perf_counter() - began
    return {"s": seconds, "cpu_s": cpu, "peak_mb": peak_mb(os.getpid()) - rest}


def _cpu(postmaster: int) -> float:
    return time.process_time() + (cpu_seconds(postmaster) if postmaster else 0)


def _write(session: Session, report: Report, course_id: int, unit_id: int) -> None:
    of_course = select(Exam).where(Exam.course_id == course_id).order_by(Exam.id)
    exam = session.scalars(of_course).first() if report.of_exam else None
    asked = Asked(session.get_one(Course, course_id), session.get_one(Unit, unit_id), clock.now(), exam=exam)
    report.write(session, asked, "csv", io.BufferedWriter(_Nowhere()))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
