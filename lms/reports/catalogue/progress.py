"""Progress by day: how many of those who must had begun and finished, against the deadlines of the course's stages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from math import ceil
from typing import Any

from sqlalchemy.orm import Session

from lms.kit import words
from lms.kit.charts import Deadline, Line, for_page, progress_chart
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row, Value
from lms.reports import figures
from lms.reports.reading import attempts
from lms.reports.reading.progress import Due, Progress, progress
from lms.reports.report import Asked, Content, Report
from lms.reports.rules import below_half, percent, with_own_people
from lms.vietnamese.dates import format_date, local

MOST_DAYS = 3 * 366 + 400  # the longest course and what comes after it

COLUMNS = (
    Column("day", N_("Day"), "date"),
    Column("started_on", N_("Began on this day"), "integer", width=12),
    Column("started", N_("Began so far"), "integer", width=12),
    Column("finished_on", N_("Finished on this day"), "integer", width=12),
    Column("finished", N_("Finished so far"), "integer", width=12),
    Column("percent", N_("Finished so far (%)"), "percent", width=12),
    Column("note", N_("Note"), width=40),
)


def _content(session: Session, asked: Asked) -> Content:
    read = progress(session, asked)
    days = _days(asked, read)
    finished = sum(read.finished.values())
    return Content(
        rows=list(_rows(read, days)),
        intro=tuple(_sentences(asked, read, finished)),
        note=_(
            "Only those who must finish; percentages are of all who must at the time of these figures. Somebody counts "
            "as begun with the first attempt, as finished when every exam of the course is passed. Days are those of "
            "Viet Nam."
        ),
        chart=_chart(session, asked, read, days) if read.must else None,
    )


def _days(asked: Asked, read: Progress) -> list[date]:
    """From the opening, or the first deed, to the day of the figures, but not beyond the last day on which something
    could happen or did."""
    deeds = [*read.started, *read.finished]
    first = min([local(asked.course.opens_at).date(), *deeds])
    last = min(asked.day, max([*(one.day for one in read.due), *deeds]))
    return [first + timedelta(days=n) for n in range(min(max((last - first).days + 1, 0), MOST_DAYS))]


def _rows(read: Progress, days: list[date]) -> Iterator[Row]:
    notes: dict[date, list[str]] = {}
    for due in read.due:
        notes.setdefault(due.day, []).append(_note(due))
    started = accumulate(read.started[day] for day in days)
    finished = accumulate(read.finished[day] for day in days)
    for day, begun, done in zip(days, started, finished, strict=True):
        rate = percent(done, read.must)
        values: tuple[Value, ...] = (
            day,
            read.started[day],
            begun,
            read.finished[day],
            done,
            "–" if rate is None else rate / 100,
            "; ".join(notes.get(day, ())),
        )
        yield Row(values, strong=day in notes)


def _note(due: Due) -> str:
    at = f"{local(due.closes_at):%H:%M}"
    if due.stage:
        return _("Deadline of stage “{stage}” ({time})", stage=due.stage, time=at)
    return _("Deadline of the course ({time})", time=at)


def _sentences(asked: Asked, read: Progress, finished: int) -> Iterator[str]:
    yield _title(asked, read, finished) + "."
    for due in read.due:
        if due.stage:
            yield _(
                "Stage “{stage}”, until {day}: {finished} of {must} people finished.",
                stage=due.stage,
                day=format_date(due.day),
                finished=words.number(due.finished),
                must=words.number(due.must),
            )


def _title(asked: Asked, read: Progress, finished: int) -> str:
    """The finding: how far, and how long there is still time."""
    rate = percent(finished, read.must)
    if rate is None:
        return _("Nobody of this unit must finish this course")
    left = (asked.course.closes_at - asked.until).total_seconds()
    known = {
        "percent": words.percent(rate),
        "finished": words.number(finished),
        "must": words.number(read.must),
    }
    if left <= 0:
        return _("{percent} have finished ({finished}/{must}), the deadline is over", **known)
    if left <= 86_400:
        return _("{percent} have finished ({finished}/{must}), less than a day is left", **known)
    return _(
        "{percent} have finished ({finished}/{must}), {days} days are left", days=ceil(left / 86_400), **known
    )


def _chart(session: Session, asked: Asked, read: Progress, days: list[date]) -> Any:
    whole, parts = figures.whole_and_parts(session, asked, levels=1)
    low = below_half(with_own_people(whole, parts)) if parts else 0
    finished, started = sum(read.finished.values()), sum(read.started.values())
    title = _title(asked, read, finished)
    if low:
        title += ", " + _("{number} units below half", number=words.number(low))
    lines = [
        _line(_("Finished"), read.finished, days, read.must, finished),
        _line(_("Have sat a test"), read.started, days, read.must, started, dashed=True),
    ]
    deadlines = [
        Deadline(
            due.day,
            _("Deadline of {stage}: {day}", stage=due.stage, day=f"{due.day:%d/%m}")
            if due.stage
            else _("Deadline: {day}", day=f"{due.day:%d/%m}"),
        )
        for due in read.due
    ]
    first = days[0] if days else asked.day
    last = max([first, *(due.day for due in read.due)])
    return for_page(
        lambda width: progress_chart("progress", title, lines, deadlines, first=first, last=last, width=width)
    )


def _line(label: str, on: Any, days: list[date], must: int, reached: int, *, dashed: bool = False) -> Line:
    sums = accumulate(on[day] for day in days)
    shares = [(day, number / must) for day, number in zip(days, sums, strict=True)]
    return Line(label, shares, words.percent(Decimal(100 * reached) / must), dashed)


def _size(_session: Session, asked: Asked) -> int:
    first, last = local(asked.course.opens_at).date(), local(asked.course.closes_at).date()
    return max((min(asked.day, last) - first).days + 1, 1)


PROGRESS = Report(
    name="progress",
    title=N_("Progress by day"),
    heading=N_("REPORT"),
    subject=N_("on the progress of: {course}"),
    columns=COLUMNS,
    content=_content,
    size=_size,
    unit_of_count=N_("Counted: people"),
    known_by=("day",),
    reads=attempts.people,
)
