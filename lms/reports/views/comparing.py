"""A frozen report compared with the same report as it is now, or with another one that was frozen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.kit.i18n import _, speaking
from lms.kit.tables import Table
from lms.kit.tables.words import printed
from lms.reports import counted
from lms.reports import frozen as keeping
from lms.reports.compare import Comparison, Line, compare
from lms.reports.models import FrozenReport
from lms.reports.report import Asked, Report
from lms.reports.rules import MomentRefused
from lms.reports.views.counting import Place, counted_words, counting_page, counting_status
from lms.reports.views.door import (
    READER,
    door,
    known,
)
from lms.reports.views.frozen_heads import head_of, own_frozen
from lms.web import edge
from lms.web.viewer import viewer

MOST_SHOWN = 200  # lines of a comparison on the screen


@door.page("/frozen/<int:frozen_id>/compare", may=READER)
def frozen_compare(frozen_id: int) -> ResponseReturnValue:
    """What is different in the same report as it is now, or (`with`) in another one that was frozen."""
    kept = own_frozen(frozen_id)
    report = known(kept.report)
    likes = keeping.others_like(edge.session(), kept, most=MOST_SHOWN)
    other = _chosen(likes)
    before, after = keeping.in_order(kept, other) if other else (kept, None)
    recount: dict[str, Any] | None = None
    if after:
        table, moment = keeping.table_of(after), after.moment
    else:
        later = _now(kept, report)
        if later.at is None:
            return _being_counted(kept, report, later)
        if later.table is None:
            flash(_("The report has so many lines now that they are not compared one by one."), "error")
            return redirect(url_for("reports.frozen", frozen_id=kept.id))
        table, moment, recount = later.table, later.at, later.words
    found = compare(keeping.table_of(before), table, report.known_by)
    return render_template(
        "reports/frozen_compare.html",
        **head_of(before),
        now=moment,
        after=after.printed_number if after else "",
        counted=recount,
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


@dataclass(frozen=True, slots=True)
class _Now:
    """The same report as it is: its table (None: the worker counts it, or it has become too long) and the moment of its
    figures (None: nothing was counted yet). `words` of what takes long, as reports/parts.html wants them."""

    asked: Asked
    table: Table | None
    at: datetime | None
    words: dict[str, Any] | None = None


def _now(kept: FrozenReport, report: Report) -> _Now:
    """In Vietnamese like what was frozen: else every word would be a difference."""
    what = _asked_now(kept, report)
    if not counted.takes_long(edge.session(), report, what):
        with speaking("vi"):
            table = report.table(edge.session(), what)
            return _Now(what, replace(table, rows=tuple(table.rows)), edge.now())
    last = counted.latest(edge.session(), report, what, paper=True)
    words = counted_words(report, what, _place(kept))
    return _Now(what, last.table if last and not last.cut else None, last.at if last else None, words)


def _asked_now(kept: FrozenReport, report: Report) -> Asked:
    try:
        return keeping.asked_now(edge.session(), kept, of_exam=report.of_exam, at=edge.now())
    except (KeyError, MomentRefused):
        abort(404)  # it was about an exam that there is no more


def _place(kept: FrozenReport) -> Place:
    return Place(
        status=url_for("reports.comparing", frozen_id=kept.id),
        again=url_for("reports.compare_again", frozen_id=kept.id),
        paper=True,
    )


def _being_counted(kept: FrozenReport, report: Report, later: _Now) -> str:
    """The page before the figures of now were counted; the first one to look at it has them counted."""
    head = head_of(kept)
    own = {"label": head["number"], "url": url_for("reports.frozen", frozen_id=kept.id)}
    return counting_page(report, later.asked, _place(kept), path=[*head["path"], own], choice=None)


@door.page("/frozen/<int:frozen_id>/compare/again", may=READER, methods=("POST",))
def compare_again(frozen_id: int) -> ResponseReturnValue:
    """Have the figures of now counted anew."""
    kept = own_frozen(frozen_id)
    report = known(kept.report)
    what = _asked_now(kept, report)
    if counted.takes_long(edge.session(), report, what):
        counted.ask(edge.session(), report, what, by=viewer().person_id, now=edge.now(), paper=True)
    return redirect(url_for("reports.frozen_compare", frozen_id=kept.id))


@door.page("/frozen/<int:frozen_id>/compare/counting", may=READER)
def comparing(frozen_id: int) -> ResponseReturnValue:
    """How far that is, for the script of the page: {state, done, total, text, left}."""
    kept = own_frozen(frozen_id)
    report = known(kept.report)
    return counting_status(report, _asked_now(kept, report), paper=True)


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
