"""Frozen reports: a report with a number of the unit's register, its moment and every figure, kept for good.

Whoever gets the paper can ask for it by its number years later and sees the same figures, whatever happened since; and
what happened since can be shown cell by cell (`compare`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, defer

from lms.audit.actions import record
from lms.courses.models import Course
from lms.kit.db import at_one_moment
from lms.kit.i18n import speaking
from lms.kit.tables import Table
from lms.organisation.models import Person, Unit
from lms.organisation.official import number_of
from lms.organisation.queries import below
from lms.reports import keeping
from lms.reports.asking import asked_again, params_of
from lms.reports.models import FrozenReport, ReportRegister
from lms.reports.report import Asked, Report
from lms.vietnamese.dates import local
from lms.vietnamese.text import tidy

MOST_LINES = 5_000  # of a frozen report; a longer list is frozen unit by unit
MOST_NUMBER = 10**9
ONE_IN = 50  # units: with more of all of them, the newest reports are read in order until a page is full
LOOKED_THROUGH = 20_000  # the newest reports, for signs that are no number
_INSERT: dict[str, Any] = {"postgresql": postgresql.insert, "sqlite": sqlite.insert}


class TooLong(ValueError):
    """The report has more lines than are kept in one."""


def freeze(
    session: Session, report: Report, asked: Asked, *, note: str, by: int | None, now: datetime
) -> FrozenReport:
    """Give the report the next number of the unit's register of the year and keep it as it is now: every figure of the
    same moment, whatever is handed in while it is read. What the caller has not committed yet is not in it.

    Raises TooLong beyond MOST_LINES lines; no number is used then.
    """
    with at_one_moment(session) as still:
        table = read(still, report, asked)
    return keep(session, report, asked, table, note=note, by=by, now=now)


def read(session: Session, report: Report, asked: Asked) -> Table:
    """The report as it is kept, all its lines read; in Vietnamese, as papers are. Raises TooLong."""
    with speaking("vi"):
        table = report.table(session, asked)
        rows = tuple(islice(table.rows, MOST_LINES + 1))
    if len(rows) > MOST_LINES:
        raise TooLong(f"more than {MOST_LINES} lines")
    return replace(table, rows=rows)


def keep(
    session: Session, report: Report, asked: Asked, table: Table, *, note: str, by: int | None, now: datetime
) -> FrozenReport:
    """Give what was read the next number of the unit's register, and keep it."""
    year = local(now).year
    number = _next_number(session, asked.unit.id, year)
    printed = number_of(asked.unit, number)
    header = replace(table.header, number=printed) if table.header else None
    data = keeping.kept(replace(table, header=header))
    frozen = FrozenReport(
        report=report.name,
        course_id=asked.course.id,
        unit_id=asked.unit.id,
        year=year,
        number=number,
        printed_number=printed,
        params=params_of(asked),
        moment=asked.until,
        table=data,
        sha256=keeping.fingerprint(data),
        note=tidy(note),
        frozen_by=by,
        frozen_at=now,
    )
    session.add(frozen)
    session.flush()  # the audit row needs the id
    _note(session, "report.freeze", frozen, by=by, now=now, report=report.name, sha256=frozen.sha256)
    return frozen


def note_download(
    session: Session, frozen: FrozenReport, format_: str, *, by: int | None, now: datetime
) -> None:
    """Leave a line in the audit trail: who took which frozen report, in which format."""
    _note(session, "report.frozen_download", frozen, by=by, now=now, format=format_)


def _note(
    session: Session, action: str, frozen: FrozenReport, *, by: int | None, now: datetime, **more: str
) -> None:
    record(
        session,
        action,
        "frozen_report",
        frozen.id,
        actor_id=by,
        now=now,
        unit_id=frozen.unit_id,
        number=frozen.printed_number,
        **more,
    )


def _next_number(session: Session, unit_id: int, year: int) -> int:
    """The next number of the register; its row is locked until the transaction ends, so that no number is given twice
    and none is lost."""
    first = _INSERT[session.get_bind().dialect.name](ReportRegister).values(
        unit_id=unit_id, year=year, last=1
    )
    counted = first.on_conflict_do_update(
        index_elements=[ReportRegister.unit_id, ReportRegister.year], set_={"last": ReportRegister.last + 1}
    )
    return int(session.execute(counted.returning(ReportRegister.last)).scalar_one())


# ----------------------------------------------------------------------------------------------------- looking up


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list of frozen reports."""

    frozen: FrozenReport
    unit: str
    course: str
    by: str


def frozen_reports(
    session: Session,
    unit_ids: Sequence[int],
    *,
    number: str = "",
    course_id: int | None = None,
    before: int | None = None,
    most: int,
) -> list[Listed]:
    """A page of those of the units and everything below them, the newest first, older than the one of the id `before`.
    `number` as it is printed, or a part of it. One more than `most` tells that there are more.

    Where the units are many of all, the newest are looked through until the page is full; where they are few, theirs
    are. So a page costs as much in the thousandth week as in the first.
    """
    many = _many(session, unit_ids)
    columns = (FrozenReport.id, FrozenReport.unit_id, FrozenReport.number)
    place, unit, own = (
        _unindexed(one, here) for one, here in zip(columns, (not many, many, not many), strict=True)
    )
    asked = select(FrozenReport.id).where(unit.in_(below(unit_ids))).order_by(place.desc())
    if before is not None:
        asked = asked.where(place < before)
    if course_id is not None:
        asked = asked.where(FrozenReport.course_id == course_id)
    if number.strip():
        asked = asked.where(_called(number, place, own))
    ids = session.scalars(asked.limit(most + 1)).all()
    rows = session.execute(
        select(FrozenReport, Unit.name, Course.title, Person.full_name)
        .options(defer(FrozenReport.table))  # all the figures: not for a line of a list
        .join(Unit, Unit.id == FrozenReport.unit_id)
        .join(Course, Course.id == FrozenReport.course_id)
        .outerjoin(Person, Person.id == FrozenReport.frozen_by)
        .where(FrozenReport.id.in_(ids))
        .order_by(FrozenReport.id.desc())
    )
    return [Listed(row[0], row[1], row[2], row[3] or "") for row in rows]


def _unindexed(column: Any, here: bool) -> Any:
    """The column as a value that no index is of, if `here` is so."""
    return column + 0 if here else column


def _many(session: Session, unit_ids: Sequence[int]) -> bool:
    """Whether the units and what is below them are so many of all that reading on from the newest finds theirs soon."""
    theirs = session.scalar(select(func.count()).select_from(below(unit_ids).subquery())) or 0
    return theirs * ONE_IN >= (session.scalar(select(func.count(Unit.id))) or 0)


def _called(number: str, place: ColumnElement[int], own: ColumnElement[int]) -> ColumnElement[bool]:
    """ "05-BC/ĐU" and "5" find the number 5, whatever the spaces and letters' size; signs without a number find by what
    is printed, among the LOOKED_THROUGH newest of all."""
    text = re.sub(r"\s+|(?i:số:?)", "", number)
    if text.isdecimal():
        return own == min(int(text), MOST_NUMBER)
    # both as they are and in capitals: SQLite folds only letters without marks
    printed = or_(
        *(FrozenReport.printed_number.contains(one, autoescape=True) for one in (text, text.upper()))
    )
    if first := re.match(r"\d+", text):
        return and_(own == min(int(first[0]), MOST_NUMBER), printed)
    newest = select(func.max(FrozenReport.id)).scalar_subquery()
    return and_(place > newest - LOOKED_THROUGH, printed)


def frozen_within(session: Session, frozen_id: int, unit_ids: Sequence[int]) -> FrozenReport | None:
    """The frozen report if its unit is one of these or below one."""
    return session.scalar(
        select(FrozenReport).where(FrozenReport.id == frozen_id, FrozenReport.unit_id.in_(below(unit_ids)))
    )


# ----------------------------------------------------------------------------------------------------- the same again


def table_of(frozen: FrozenReport) -> Table:
    """The table as it was, number and date of then in its head."""
    return keeping.table_of(frozen.table)


def untouched(frozen: FrozenReport) -> bool:
    """Whether the figures are those that were frozen."""
    return keeping.fingerprint(frozen.table) == frozen.sha256


def asked_now(session: Session, frozen: FrozenReport, *, of_exam: bool, at: datetime) -> Asked:
    """The same question as then, asked of the figures as they are at `at`."""
    params = {name: text for name, text in frozen.params.items() if name != "moment"}
    course = session.get_one(Course, frozen.course_id)
    unit = session.get_one(Unit, frozen.unit_id)
    return asked_again(session, course, unit, params, at=at, of_exam=of_exam)


def others_like(session: Session, frozen: FrozenReport, *, most: int) -> Sequence[FrozenReport]:
    """The frozen reports that this one can be compared with, the newest first: of the same kind, course, unit and
    exam."""
    found = session.scalars(
        select(FrozenReport)
        .options(defer(FrozenReport.table))
        .where(
            FrozenReport.report == frozen.report,
            FrozenReport.course_id == frozen.course_id,
            FrozenReport.unit_id == frozen.unit_id,
            FrozenReport.id != frozen.id,
        )
        .order_by(FrozenReport.moment.desc(), FrozenReport.id.desc())
        .limit(most)
    )
    return [one for one in found if one.params.get("exam") == frozen.params.get("exam")]


def in_order(one: FrozenReport, other: FrozenReport) -> tuple[FrozenReport, FrozenReport]:
    """The two of them, the one with the earlier figures first."""
    first, second = sorted((one, other), key=lambda each: (each.moment, each.id))
    return first, second
