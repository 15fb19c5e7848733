"""Frozen reports: freezing what is on the screen, finding it by its number, showing it again, comparing it with now."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _
from lms.kit.tables import TABLE_FORMATS, Table
from lms.kit.tables.words import printed
from lms.organisation.models import Unit
from lms.reports import frozen as keeping
from lms.reports.catalogue import REPORTS
from lms.reports.compare import Comparison, Line, compare
from lms.reports.frozen import Listed
from lms.reports.models import FrozenReport
from lms.reports.report import titled_as_sheet, too_long
from lms.reports.rules import MomentRefused, file_name
from lms.reports.views.door import (
    OFFERED,
    OFFICER,
    READER,
    asked,
    door,
    known,
    own_course,
    own_unit,
    shown,
    unit_url,
    units_of,
)
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.viewer import viewer

MOST_SHOWN = 200  # lines of a list, and of a table on the screen


@door.page("/<int:course_id>/units/<int:unit_id>/<name>/freeze", may=OFFICER, methods=("POST",))
def freeze(course_id: int, unit_id: int, name: str) -> ResponseReturnValue:
    """Give what is on the screen a number and keep it."""
    report = known(name)
    own_unit(unit_id, ("officer",))
    what = asked(course_id, unit_id, report)
    note = request.form.get("note", "")[:200]
    try:
        kept = keeping.freeze(edge.session(), report, what, note=note, by=viewer().person_id, now=edge.now())
    except keeping.TooLong:
        flash(
            _(
                "The list has more than {most} lines, too many for one frozen report. Please freeze it unit by unit.",
                most=keeping.MOST_LINES,
            ),
            "error",
        )
        return redirect(url_for("reports.screen", course_id=course_id, unit_id=unit_id, name=name))
    flash(_("Frozen with the number {number}.", number=kept.printed_number), "success")
    return redirect(url_for("reports.frozen", frozen_id=kept.id))


@door.page("/frozen", may=READER)
def frozen_search() -> str:
    """Every frozen report of the viewer's units, found by its number."""
    number = request.args.get("number", "").strip()
    found = keeping.frozen_reports(edge.session(), units_of(), number=number, most=MOST_SHOWN)
    return _list(found, number=number, unit=None, path=[])


@door.page("/<int:course_id>/units/<int:unit_id>/frozen", may=READER)
def frozen_list(course_id: int, unit_id: int) -> str:
    """The frozen reports of a course in a unit and below it."""
    unit, course = own_unit(unit_id), own_course(course_id)
    number = request.args.get("number", "").strip()
    found = keeping.frozen_reports(
        edge.session(), [unit_id], number=number, course_id=course_id, most=MOST_SHOWN
    )
    return _list(
        found, number=number, unit=unit, path=[{"label": unit.name, "url": unit_url(course, unit_id)}]
    )


def _list(found: list[Listed], *, number: str, unit: Unit | None, path: list[dict[str, str]]) -> str:
    return render_template(
        "reports/frozen_list.html",
        unit=unit.name if unit else "",
        path=[{"label": _("Reports"), "url": url_for("reports.index")}, *path],
        number=number,
        reports=[_listed(one) for one in found],
        cut=len(found) == MOST_SHOWN,
    )


def _listed(one: Listed) -> dict[str, Any]:
    kept = one.frozen
    return {
        "number": kept.printed_number,
        "url": url_for("reports.frozen", frozen_id=kept.id),
        "title": _title(kept),
        "unit": one.unit,
        "course": one.course,
        "moment": kept.moment,
        "at": kept.frozen_at,
        "by": one.by,
        "note": kept.note,
    }


@door.page("/frozen/<int:frozen_id>", may=READER)
def frozen(frozen_id: int) -> str:
    """A frozen report, exactly as it was."""
    kept = _own(frozen_id)
    table = keeping.table_of(kept)
    rows = list(table.rows)
    return render_template(
        "reports/frozen.html",
        **_head(kept),
        table=table,
        rows=rows[:MOST_SHOWN],
        cut=len(rows) > MOST_SHOWN,
        downloads=_downloads(kept, len(rows)),
        untouched=keeping.untouched(kept),
        compare_url=url_for("reports.frozen_compare", frozen_id=kept.id) if kept.report in REPORTS else None,
    )


@door.page("/frozen/<int:frozen_id>.<format_>", may=READER)
def frozen_file(frozen_id: int, format_: str) -> ResponseReturnValue:
    """A frozen report as a file, with the head and the figures of then."""
    kept = _own(frozen_id)
    table = keeping.table_of(kept)
    if format_ not in TABLE_FORMATS or too_long(len(list(table.rows)), format_):
        abort(404)
    made, written = io.BytesIO(), TABLE_FORMATS[format_]
    written.write(titled_as_sheet(table, _title(kept)) if format_ == "xlsx" else table, made)
    with edge.writing() as session:
        keeping.note_download(session, kept, format_, by=viewer().person_id, now=edge.now())
    name = file_name(
        f"{kept.printed_number} - {_title(kept)}", "", _unit(kept).name, kept.moment, written.ending
    )
    return attachment(made.getvalue(), name, written.media_type)


@door.page("/frozen/<int:frozen_id>/compare", may=READER)
def frozen_compare(frozen_id: int) -> str:
    """What is different in the same report as it is now, or (`with`) in another one that was frozen."""
    kept = _own(frozen_id)
    report = known(kept.report)
    likes = keeping.others_like(edge.session(), kept, most=MOST_SHOWN)
    other = _chosen(likes)
    before, after = keeping.in_order(kept, other) if other else (kept, None)
    table = keeping.table_of(after) if after else None
    moment = after.moment if after else edge.now()
    if table is None:
        try:
            now = keeping.asked_now(edge.session(), kept, of_exam=report.of_exam, at=edge.now())
        except (KeyError, MomentRefused):
            abort(404)  # it was about an exam that there is no more
        table = report.table(edge.session(), now)
    found = compare(keeping.table_of(before), table, report.known_by)
    return render_template(
        "reports/frozen_compare.html",
        **_head(before),
        now=moment,
        after=after.printed_number if after else "",
        back=url_for("reports.frozen", frozen_id=kept.id),
        here=url_for("reports.frozen_compare", frozen_id=kept.id),
        others=[
            {"id": one.id, "number": one.printed_number, "moment": one.moment, "chosen": one is other}
            for one in likes
        ],
        comparison=found,
        sentences=[_sentence(line) for line in _told(found)[:MOST_SHOWN]],
        lines=found.lines[:MOST_SHOWN],
        cut=len(found.lines) > MOST_SHOWN,
    )


def _chosen(likes: Sequence[FrozenReport]) -> FrozenReport | None:
    """The one that the address names; None means now. Any other than those that can be compared is not found."""
    wanted = request.args.get("with", "")
    if not wanted:
        return None
    return {str(one.id): one for one in likes}.get(wanted) or abort(404)


def _told(found: Comparison) -> list[Line]:
    totals = [found.totals] if found.totals and found.totals.kind != "same" else []
    return [*totals, *found.told]


def _sentence(line: Line) -> str:
    """A line that is not the same, in plain words."""
    if line.kind == "added":
        return _("{name}: new since then.", name=line.name)
    if line.kind == "gone":
        return _("{name}: no longer in the report.", name=line.name)
    changes = "; ".join(
        _(
            "{column}: {before} → {after}",
            column=cell.column.heading,
            before=printed(cell.column, cell.before) or "–",
            after=printed(cell.column, cell.after) or "–",
        )
        for cell in line.changes
    )
    return _("{name}: {changes}.", name=line.name, changes=changes)


def _own(frozen_id: int) -> FrozenReport:
    return keeping.frozen_within(edge.session(), frozen_id, units_of()) or abort(404)


def _unit(kept: FrozenReport) -> Unit:
    return own_unit(kept.unit_id)


def _title(kept: FrozenReport) -> str:
    return _(REPORTS[kept.report].title) if kept.report in REPORTS else _table_title(keeping.table_of(kept))


def _table_title(table: Table) -> str:
    return f"{table.title} {table.subtitle}".strip().capitalize()


def _head(kept: FrozenReport) -> dict[str, Any]:
    """What every page of a frozen report says of it."""
    unit = _unit(kept)
    return {
        "title": _title(kept),
        "number": kept.printed_number,
        "unit": unit.name,
        "path": [
            {"label": _("Reports"), "url": url_for("reports.index")},
            {"label": _("Frozen reports"), "url": url_for("reports.frozen_search")},
        ],
        "moment": kept.moment,
        "frozen_at": kept.frozen_at,
        "note": kept.note,
        "sha256": kept.sha256,
    }


def _downloads(kept: FrozenReport, lines: int) -> dict[str, Any]:
    formats = [format_ for format_ in OFFERED if format_ in TABLE_FORMATS and not too_long(lines, format_)]
    files = [
        {
            "format": shown(format_),
            "later": False,
            "url": url_for("reports.frozen_file", frozen_id=kept.id, format_=format_),
        }
        for format_ in formats
    ]
    return {"label": _("The report as it was frozen"), "files": files}
