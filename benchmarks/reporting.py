"""`python -m benchmarks.reporting URL COURSE UNIT`: every report once as csv, and what it took, as one line of JSON."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.machine import peak_mb, rss_mb
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


def main(url: str, course_id: int, unit_id: int) -> None:
    """Write every report to nowhere."""
    took: dict[str, float] = {}
    with Database(url).reading() as session:
        began = time.perf_counter()
        for _row in session.execute(select(table_of(Attempt)).execution_options(yield_per=5_000)):
            pass
        bare = time.perf_counter() - began
        _write(session, REPORTS["completion"], course_id, unit_id)  # everything imported
        at_rest = rss_mb(os.getpid())
        for name, report in REPORTS.items():
            began = time.perf_counter()
            _write(session, report, course_id, unit_id)
            took[name] = time.perf_counter() - began
    print(json.dumps({"bare": bare, "reports": took, "peak_mb": peak_mb(os.getpid()) - at_rest}))


def _write(session: Session, report: Report, course_id: int, unit_id: int) -> None:
    exam = session.scalar(select(Exam).where(Exam.course_id == course_id)) if report.of_exam else None
    asked = Asked(session.get_one(Course, course_id), session.get_one(Unit, unit_id), clock.now(), exam=exam)
    report.write(session, asked, "csv", io.BufferedWriter(_Nowhere()))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
