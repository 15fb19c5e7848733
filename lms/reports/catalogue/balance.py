"""The balance of an exam's papers: how hard each was expected to be and proved, and how its questions are shared.

Expected: of each question the share of right answers counted so far, or what its level stands for while there are few
(lms.exams.parallel). Real: the mean result of the attempts at the paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from lms.exams import queries as exams
from lms.kit import words
from lms.kit.charts import Bar, bars_for_page
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.reports.reading import attempts
from lms.reports.reading.papers import PaperLine, Papers, papers
from lms.reports.report import Asked, Content, Report

FEW = 10  # attempts below which a paper's result is not compared with the others
FAR = Decimal("0.1")  # below what was expected: such bars are hatched
MOST_BARS = 16

COLUMNS = (
    Column("paper", N_("Code of the paper"), "integer", width=12),
    Column("questions", N_("Questions"), "integer", width=11),
    Column("expected", N_("Expected result (%)"), "percent", width=13),
    Column("attempts", N_("Number of attempts"), "integer", width=11),
    Column("real", N_("Mean result (%)"), "percent", width=13),
    Column("apart", N_("Real less expected (points)"), "decimal", width=14),
    Column("uses", N_("One question in at most … papers"), "integer", width=16),
    Column("counted", N_("Questions judged by answers"), "integer", width=16),
)


def _content(session: Session, asked: Asked) -> Content:
    read = papers(session, asked)
    return Content(
        rows=[_row(line) for line in read.lines],
        intro=(_sentence(asked, read),),
        note=_(
            "Mean results are of all attempts that count in this unit and below it, at the time of these figures. What "
            "is expected is of the questions as they are known today, whoever answered them. The difference is in "
            "percentage points."
        ),
        chart=_chart(read),
    )


def _row(line: PaperLine) -> Row:
    apart = _apart(line)
    return Row(
        (
            line.number,
            line.questions,
            "–" if line.expected is None else line.expected,
            line.attempts,
            "–" if line.real is None else line.real,
            "–" if apart is None else apart,
            line.uses,
            line.counted,
        )
    )


def _apart(line: PaperLine) -> Decimal | None:
    if line.real is None or line.expected is None:
        return None
    return ((line.real - line.expected) * 100).quantize(Decimal("0.01"))


def _compared(read: Papers) -> list[tuple[PaperLine, Decimal]]:
    """Papers with enough attempts, the hardest first."""
    known = [(line, line.real) for line in read.lines if line.real is not None and line.attempts >= FEW]
    return sorted(known, key=lambda pair: (pair[1], pair[0].number))


def _spread(known: Sequence[tuple[PaperLine, Decimal]]) -> Decimal:
    return (known[-1][1] - known[0][1]) * 100


def _sentence(asked: Asked, read: Papers) -> str:
    if asked.exam is None:
        return _("The course has no exam yet.")
    most = max((line.uses for line in read.lines), default=0)
    first = _(
        "{exam}: {papers} papers with {questions} different questions; no question is in more than {uses} of them.",
        exam=asked.exam.title,
        papers=words.number(len(read.lines)),
        questions=words.number(read.questions),
        uses=words.number(most),
    )
    known = _compared(read)
    if len(known) < 2:
        return f"{first} " + _(
            "Fewer than two papers have {few} attempts, so they are not compared yet.", few=FEW
        )
    return f"{first} " + _(
        "The hardest and the easiest paper came out {points} percentage points apart.",
        points=words.number(_spread(known), 2),
    )


def _chart(read: Papers) -> Any:
    known = _compared(read)
    if len(known) < 2:
        return None
    shown = known[: MOST_BARS // 2] + known[MOST_BARS // 2 :][-MOST_BARS // 2 :]
    title = _(
        "Papers {points} percentage points apart: the hardest {hardest}, the easiest {easiest}",
        points=words.number(_spread(known), 2),
        hardest=known[0][0].number,
        easiest=known[-1][0].number,
    )
    bars = [
        Bar(
            _("Paper {number}", number=line.number),
            float(real),
            _(
                "{real} (expected {expected})",
                real=words.percent(100 * real),
                expected="–" if line.expected is None else words.percent(100 * line.expected),
            ),
            low=line.expected is not None and line.expected - real > FAR,
        )
        for line, real in shown
    ]
    return bars_for_page("balance", title, bars)


def _size(session: Session, asked: Asked) -> int:
    return exams.papers(session, asked.exam.id) if asked.exam else 0


BALANCE = Report(
    name="balance",
    title=N_("Balance of the papers"),
    heading=N_("REPORT"),
    subject=N_("on the balance of the papers: {course}"),
    columns=COLUMNS,
    content=_content,
    size=_size,
    of_exam=True,
    known_by=("paper",),
    reads=attempts.at_most,
)
