"""Long reports, made by the worker."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

from lms.courses.models import Course
from lms.kit import clock
from lms.kit.jobs import LEASE, JobCancelled, Run
from lms.kit.tables import TABLE_FORMATS
from lms.organisation.models import Unit
from lms.reports.asking import asked_again
from lms.reports.catalogue import REPORTS


def write_file(run: Run) -> dict[str, Any]:
    """Write the report that `actions.order` asked for; {"file", "name", "type"} of the result.

    May be run again after a crash: it only reads, and an unfinished file is never found.
    """
    params = run.params
    report, format_ = REPORTS[params["report"]], params["format"]
    with run.database.reading() as session:
        asked = asked_again(
            session,
            session.get_one(Course, params["course_id"]),
            session.get_one(Unit, params["unit_id"]),
            params,
            at=clock.now(),  # the figures are of the moment they are read
            of_exam=report.of_exam,
        )
        total = report.size(session, asked)
        with run.storage.writing() as (key, file), progress_of(run, total) as tell:
            report.write(session, asked, format_, file, tell)
        name = report.file_name(asked, format_)
    return {"file": key, "name": name, "type": TABLE_FORMATS[format_].media_type}


@contextlib.contextmanager
def progress_of(run: Run, total: int) -> Iterator[Callable[[int], None]]:
    """A way to tell the number of lines read, which stays below the total until the file is there.

    Laying out pages comes after the last line and can take longer than a lease; meanwhile it is renewed.
    """
    reached, over = 0, threading.Event()

    def tell(lines: int) -> None:
        nonlocal reached
        reached = max(min(lines, total - 1), 0)
        run.progress(reached, total)

    def renew() -> None:
        with contextlib.suppress(JobCancelled):  # `tell` or the end of the job finds out as well
            while not over.wait(LEASE.total_seconds() / 3):
                run.progress(reached, total)

    renewing = threading.Thread(target=renew, daemon=True)
    renewing.start()
    try:
        yield tell
    finally:
        over.set()
        renewing.join()
