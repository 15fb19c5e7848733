"""The result that counts of everybody who sat an exam, grouped by unit, grade band and span of five percent.

As things are it is read from what is kept for each person (Standing); as at an earlier moment it is found anew from the
attempts and grades of that time, by the same rule that keeps it (lms.attempts.standing.counted).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import BigInteger, Select, case, exists, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from lms.attempts.models import Attempt, Grade, Standing
from lms.attempts.rules import Bands, band
from lms.attempts.standing import Graded
from lms.attempts.standing import counted as what_counts
from lms.exams.models import Exam
from lms.reports import figures, moments
from lms.reports.reading.attempts import BATCH, latest
from lms.reports.report import Asked

SPAN = 5  # percent
SPANS = 100 // SPAN
_WHOLE = 10_000  # a percentage is kept as a whole number of ten-thousandths


@dataclass(frozen=True, slots=True)
class Group:
    """So many people of a unit with the same obligation, band (a code of BAND_NAMES) and span of percentages, numbered
    from 0 (below 5) to 19 (95 to 100). `percents`: the sum of their percentages in ten-thousandths."""

    unit_id: int
    obligation: str
    band: str
    span: int
    people: int
    percents: int


def groups(session: Session, asked: Asked) -> list[Group]:
    """Everybody of the unit and below it with a result at `asked.exam`; nobody without an exam."""
    if asked.exam is None:
        return []
    if asked.moment is None:
        return [
            Group(unit_id, obligation, band_, min(span, SPANS - 1), people, int(percents))
            for unit_id, obligation, band_, span, people, percents in _kept(session, asked, asked.exam)
        ]
    return _gathered(_from_the_ground(session, asked, asked.exam))


def _kept(session: Session, asked: Asked, exam: Exam) -> Iterable[Any]:
    people = figures.state(asked.course.id, asked, within=asked.unit.id).subquery()
    raw = type_coerce(Standing.best_percent, BigInteger)
    each = (
        select(
            people.c.unit_id,
            people.c.obligation,
            _band(exam).label("band"),
            (raw // (SPAN * _WHOLE)).label("span"),
            raw.label("percent"),
        )
        .select_from(people)
        .join(Standing, Standing.person_id == people.c.person_id)
        .where(Standing.exam_id == exam.id)
        .subquery()
    )
    by = (each.c.unit_id, each.c.obligation, each.c.band, each.c.span)
    return session.execute(select(*by, func.count(), func.sum(each.c.percent)).group_by(*by))


def _band(exam: Exam) -> Any:
    """The band of a standing; one that is not passed waits while the latest grade of its attempt does."""
    newest = aliased(Grade)
    last = select(func.max(newest.number)).where(newest.attempt_id == Standing.best_attempt_id)
    waits = exists().where(
        Grade.attempt_id == Standing.best_attempt_id,
        Grade.band == "waiting",
        Grade.number == last.correlate(Standing).scalar_subquery(),
    )
    passed = Standing.passed_at.is_not(None)
    return case(
        (passed & (Standing.best_percent >= exam.excellent_percent), "excellent"),
        (passed & (Standing.best_percent >= exam.good_percent), "good"),
        (passed, "passed"),
        (waits, "waiting"),
        else_="failed",
    )


def _from_the_ground(session: Session, asked: Asked, exam: Exam) -> Iterator[tuple[int, str, str, int]]:
    """(unit, obligation, band, percentage in ten-thousandths) of each person, attempt by attempt, keeping none."""
    bands = Bands(exam.excellent_percent, exam.good_percent)
    rows = session.execute(_attempts(asked, exam).execution_options(yield_per=BATCH))
    for _person_id, theirs in groupby(rows, key=attrgetter("person_id")):
        known = list(theirs)
        graded = [Graded(r.id, r.number, r.percent, r.passed, r.at, r.superseded) for r in known]
        found = what_counts(graded, exam.counts, exam.pass_percent)
        if found is None:
            continue
        waits = any(row.id == found.attempt_id and row.band == "waiting" for row in known)
        name = band(found.percent, found.passed_at is not None, undecided=waits, bands=bands)
        yield known[0].unit_id, known[0].obligation, name, int(found.percent * _WHOLE)


def _attempts(asked: Asked, exam: Exam) -> Select[Any]:
    people = figures.state(asked.course.id, asked, within=asked.unit.id).subquery()
    return (
        select(
            people.c.unit_id,
            people.c.obligation,
            Attempt.person_id,
            Attempt.id,
            Attempt.number,
            Grade.percent,
            Grade.passed,
            Grade.band,
            func.coalesce(Attempt.submitted_at, Attempt.deadline_at).label("at"),
            moments.superseded(asked).label("superseded"),
        )
        .select_from(people)
        .join(Attempt, Attempt.enrolment_id == people.c.id)
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam.id, moments.handed_in(asked), latest(asked))
        .order_by(Attempt.person_id, Attempt.number)
    )


def _gathered(each: Iterable[tuple[int, str, str, int]]) -> list[Group]:
    people: Counter[tuple[int, str, str, int]] = Counter()
    percents: Counter[tuple[int, str, str, int]] = Counter()
    for unit_id, obligation, name, percent in each:
        key = (unit_id, obligation, name, min(percent // (SPAN * _WHOLE), SPANS - 1))
        people[key] += 1
        percents[key] += percent
    return [Group(*key, number, percents[key]) for key, number in people.items()]
