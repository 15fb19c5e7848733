"""The distribution of results: how many people reached which span of percentages.

Whose paper waits for its marker has no result yet, and is in no span.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.exams.models import Exam
from lms.kit import words
from lms.kit.charts import Span, for_page, histogram
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.reports.catalogue.results import PASSED, WAITING, still_waiting
from lms.reports.reading import attempts, results
from lms.reports.reading.results import SPAN, SPANS, Group
from lms.reports.report import Asked, Content, Report

_WHOLE = 10_000

COLUMNS = (
    Column("span", N_("Result"), width=20),
    Column("people", N_("People"), "integer"),
    Column("share", N_("Share (%)"), "percent"),
    Column("reached", N_("This much or more"), "integer", width=14),
    Column("reached_share", N_("This much or more (%)"), "percent", width=14),
    Column("note", N_("Note"), width=26),
)


def _content(session: Session, asked: Asked) -> Content:
    if asked.exam is None:
        return Content(rows=[], intro=(_("The course has no exam yet."),))
    everybody = results.groups(session, asked)
    found = [group for group in everybody if group.band != WAITING]
    waiting = sum(group.people for group in everybody if group.band == WAITING)
    people = sum(group.people for group in found)
    step = _step(asked.exam)
    numbers = Counter[int]()
    for group in found:
        numbers[group.span * SPAN // step] += group.people
    spans = [numbers[n] for n in range(100 // step)]
    return Content(
        rows=[_row(asked.exam, n, step, spans) for n in range(len(spans))],
        totals=Row((_("Total"), people, Decimal(1) if people else "–", "", "", ""), strong=True),
        intro=(_sentence(asked.exam, found, people) + still_waiting(waiting),),
        note=_("Of each person one result counts, as the exam's rules say which."),
        chart=_chart(asked.exam, found, spans, step) if people else None,
    )


def _step(exam: Exam) -> int:
    """Spans of ten percent, or of five where the pass mark lies between them."""
    return SPAN if exam.pass_percent % 10 else 2 * SPAN


def _row(exam: Exam, n: int, step: int, spans: Sequence[int]) -> Row:
    people, reached = sum(spans), sum(spans[n:])
    lowest, highest = n * step, (n + 1) * step
    mark = lowest <= exam.pass_percent < highest
    return Row(
        (
            _("{lowest} to below {highest}%", lowest=lowest, highest=highest)
            if highest < 100
            else _("{lowest} to 100%", lowest=lowest),
            spans[n],
            Decimal(spans[n]) / people if people else "–",
            reached,
            Decimal(reached) / people if people else "–",
            _("Pass mark: {percent}", percent=words.percent(exam.pass_percent, 0)) if mark else "",
        ),
        strong=mark,
    )


def _passed(found: Sequence[Group]) -> int:
    return sum(group.people for group in found if group.band in PASSED)


def _sentence(exam: Exam, found: Sequence[Group], people: int) -> str:
    if not people:
        return _("{exam}: nobody has a result yet.", exam=exam.title)
    mean = Decimal(sum(group.percents for group in found)) / people / _WHOLE
    return _(
        "{exam}: {people} people with a result, mean {mean}; {passed} passed, {failed} are below the mark of {mark}.",
        exam=exam.title,
        people=words.number(people),
        mean=words.percent(mean),
        passed=words.number(_passed(found)),
        failed=words.number(people - _passed(found)),
        mark=words.percent(exam.pass_percent, 0),
    )


def _chart(exam: Exam, found: Sequence[Group], spans: Sequence[int], step: int) -> Any:
    people = sum(spans)
    failed = people - _passed(found)
    title = _(
        "{failed} of {people} people ({percent}) are below the pass mark",
        failed=words.number(failed),
        people=words.number(people),
        percent=words.percent(Decimal(100 * failed) / people),
    )
    bars = [
        Span(n * step, (n + 1) * step, number, words.number(number), low=(n + 1) * step <= exam.pass_percent)
        for n, number in enumerate(spans)
    ]
    label = _("Pass mark: {percent}", percent=words.percent(exam.pass_percent, 0))
    return for_page(
        lambda width: histogram(
            "distribution", title, bars, pass_percent=float(exam.pass_percent), pass_label=label, width=width
        )
    )


DISTRIBUTION = Report(
    name="distribution",
    title=N_("Distribution of results"),
    heading=N_("REPORT"),
    subject=N_("on the distribution of results: {course}"),
    columns=COLUMNS,
    content=_content,
    size=lambda _session, _asked: SPANS,
    unit_of_count=N_("Counted: people"),
    of_exam=True,
    known_by=("span",),
    reads=attempts.people,
)
