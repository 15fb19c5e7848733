"""The register of certificates (sổ cấp): number, day, person, result and state, in the order of the numbers."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from lms.certificates import rules
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.kit.tables import Column, Row
from lms.reports.reading import attempts, registers
from lms.reports.report import Asked, Content, Report
from lms.vietnamese.dates import local

COLUMNS = (
    Column("number", N_("No."), "integer", width=7),
    Column("printed", N_("Number of the certificate"), width=22),
    Column("issued", N_("Issued on"), "date", width=12),
    Column("name", N_("Full name"), width=26),
    Column("born", N_("Date of birth"), "date", width=12),
    Column("unit", N_("Unit"), width=30),
    Column("exam", N_("Exam"), width=26),
    Column("result", N_("Result"), width=26),
    Column("grade", N_("Grade"), width=12),
    Column("state", N_("State"), width=14),
    Column("note", N_("Note"), width=26),
)


def _content(session: Session, asked: Asked) -> Content:
    return Content(
        rows=_rows(session, asked),
        intro=(
            _(
                "{number} certificates have been issued.",
                number=words.number(registers.how_many_certificates(session, asked)),
            ),
        ),
        note=_("Name and result as they are printed; the state as it was at the time of these figures.")
        + " "
        + (
            _("Each stands under the unit of the attempt.")
            if asked.as_of == "then"
            else _("Listed are those of people who belong to the unit now.")
        ),
    )


def _rows(session: Session, asked: Asked) -> Iterator[Row]:
    states = {code: _(text) for code, text in rules.STATE_NAMES.items()}
    for number, row in enumerate(registers.certificates(session, asked), 1):
        ended = row.revoked_at if row.revoked_at and row.revoked_at <= asked.until else None
        state = rules.state(ended, row.revoked_reason, row.expires_at, asked.until)
        yield Row(
            (
                number,
                row.number,
                local(row.issued_at).date(),
                row.name,
                row.born or "",
                row.unit,
                row.exam,
                row.result or "",
                row.grade or "",
                states[state],
                row.revoked_reason if state == "revoked" else "",
            )
        )


CERTIFICATES = Report(
    name="certificates",
    title=N_("Register of certificates"),
    heading=N_("LIST"),
    subject=N_("of certificates: {course}"),
    columns=COLUMNS,
    content=_content,
    size=registers.how_many_certificates,
    known_by=("printed",),
    reads=attempts.people,
)
