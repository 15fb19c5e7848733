"""What the papers of a unit say: header, signature, recipients, and how it looks."""

from __future__ import annotations

from dataclasses import asdict, replace

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _, speaking
from lms.kit.tables import Column, Row, Table, table_bytes
from lms.organisation import official, papers, queries
from lms.organisation.models import Unit
from lms.organisation.rules import STYLE_NAMES
from lms.reports.forms import PaperForm
from lms.reports.views.door import door
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.guard import role
from lms.web.viewer import viewer

OFFICE = ("officer", "administrator")
IN_OFFICE = role(*OFFICE)
SAMPLE_NUMBER = 5


def _unit(unit_id: int) -> Unit:
    """The unit if the viewer writes its papers, else 404."""
    own = [unit_id for name in OFFICE for unit_id in viewer().units(name)]
    return queries.unit_within(edge.session(), unit_id, own) or abort(404)


@door.page("/units/<int:unit_id>/paper", may=IN_OFFICE, methods=("GET", "POST"))
def paper(unit_id: int) -> ResponseReturnValue:
    """What the unit's papers say, with their head and signature as they are now."""
    unit, session = _unit(unit_id), edge.session()
    form = PaperForm(data=asdict(papers.words_of(session, unit_id)))
    if unit.style != "mass":
        del form.heading
    if form.validate_on_submit():
        given = {name: text or "" for name, text in form.data.items() if name != "csrf_token"}
        written = papers.PaperWords(**given)
        papers.write_words(session, unit, written, by=viewer().person_id, now=edge.now())
        flash(_("Saved."), "success")
        return redirect(url_for("reports.paper", unit_id=unit_id))
    return render_template(
        "reports/paper.html",
        unit=unit,
        form=form,
        style=_(STYLE_NAMES[unit.style]),
        header=official.header_of(unit, edge.now(), official.number_of(unit, SAMPLE_NUMBER)),
        signatures=official.signatures_of(unit),
        sample_url=url_for("reports.paper_sample", unit_id=unit_id),
    ), 400 if form.errors else 200


@door.page("/units/<int:unit_id>/paper.pdf", may=IN_OFFICE)
def paper_sample(unit_id: int) -> ResponseReturnValue:
    """A paper of the unit to look at: its head, an empty table, its places to sign."""
    unit = _unit(unit_id)
    with speaking("vi"):
        table = _sample(unit)
        name = _("Sample paper of {unit}", unit=unit.name)
    return attachment(table_bytes("pdf", table), f"{name}.pdf", "application/pdf")


def _sample(unit: Unit) -> Table:
    columns = (
        Column("number", _("No."), width=6),
        Column("unit", _("Unit"), width=40),
        Column("must", _("Must finish"), "integer"),
        Column("finished", _("Finished"), "integer"),
    )
    at = edge.now()
    return Table(
        name="sample",
        title=_("REPORT"),
        subtitle=_("(sample paper)"),
        columns=columns,
        rows=[Row(("1", unit.name, None, None))],
        totals=Row(("", _("Total of the unit"), None, None), strong=True),
        column_numbers=True,
        header=replace(official.header_of(unit, at), number=official.number_of(unit, SAMPLE_NUMBER)),
        signatures=official.signatures_of(unit),
        recipients=official.recipients_of(unit),
    )
