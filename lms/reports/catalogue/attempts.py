"""The register of attempts: one line for each that was begun, with what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy.orm import Session

from lms.attempts.rules import BAND_NAMES
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.reports.reading import attempts, registers
from lms.reports.report import Asked, Content, Report
from lms.vietnamese.dates import local

MEDIA = {"online": N_("online"), "paper": N_("on paper"), "proxy": N_("entered for somebody")}

COLUMNS = (
    Column("number", N_("No."), "integer", width=7),
    Column("name", N_("Full name"), width=26),
    Column("born", N_("Date of birth"), "date", width=12),
    Column("unit", N_("Unit"), width=30),
    Column("exam", N_("Exam"), width=26),
    Column("attempt", N_("Attempt"), "integer", width=8),
    Column("started", N_("Begun at"), "date", width=17),
    Column("submitted", N_("Handed in at"), "date", width=17),
    Column("medium", N_("How"), width=12),
    Column("points", N_("Points"), "decimal", width=9),
    Column("most_points", N_("Out of"), "decimal", width=9),
    Column("percent", N_("Result (%)"), "percent", width=10),
    Column("band", N_("Grade"), width=14),
    Column("note", N_("Note"), width=24),
)


def _content(session: Session, asked: Asked) -> Content:
    return Content(
        rows=_rows(session, asked),
        intro=(
            _("{number} attempts have been begun.", number=words.number(attempts.how_many(session, asked))),
        ),
        note=_(
            "Every attempt begun, open and void ones too; each stands under the unit in which it was begun."
        )
        if asked.as_of == "then"
        else _(
            "Every attempt begun, open and void ones too; each stands under the unit to which its person belongs now."
        ),
    )


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    media = {code: _(text) for code, text in MEDIA.items()}
    bands = {code: _(text) for code, text in BAND_NAMES.items()}
    open_, void = _("Not handed in yet"), _("Void: {reason}")
    for number, row in enumerate(registers.attempts(session, asked), 1):
        submitted = row.submitted_at if row.submitted_at and row.submitted_at <= asked.until else None
        voided = row.state == "void" and (row.voided_at is None or row.voided_at <= asked.until)
        known = submitted and row.band != "waiting"  # what nobody has marked yet is worth nothing so far
        yield Row(
            (
                number,
                row.full_name,
                words.born(row.born),
                row.unit,
                row.exam,
                row.number,
                _moment(row.started_at),
                _moment(submitted),
                media[row.medium],
                row.points if known else None,
                row.most_points if submitted else None,
                row.percent / 100 if known and row.percent is not None else None,
                bands.get(row.band, "") if submitted and not voided else "",
                void.format(reason=row.voided_reason) if voided else "" if submitted else open_,
            )
        )


def _moment(value: Any) -> str:
    return f"{local(value):%d/%m/%Y %H:%M}" if value else ""


ATTEMPTS = Report(
    name="attempts",
    title=N_("Register of attempts"),
    heading=N_("LIST"),
    subject=N_("of attempts: {course}"),
    columns=COLUMNS,
    content=_content,
    size=attempts.how_many,
    known_by=("name", "born", "unit", "exam", "attempt"),
    reads=attempts.at_most,
)
