"""One change to many questions of a bank, chosen by their boxes or by the filter, and undoing it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import bulk, finding
from lms.banks.deeds import NotPossible, Outcome
from lms.banks.finding import Filter
from lms.banks.models import Bank
from lms.banks.rules import read_tags
from lms.banks.views.door import TRAINER, bank_called, door, today
from lms.banks.views.filters import VIEWS, address, unpacked
from lms.kit.i18n import _
from lms.vietnamese.dates import parse_date
from lms.vietnamese.text import clean
from lms.web import edge
from lms.web.viewer import viewer

MOST_NAMED = 10  # questions that a message names


@door.page("/<resolution>/<topic>/bulk", may=TRAINER, methods=("POST",))
def change_many(resolution: str, topic: str) -> ResponseReturnValue:
    """Do what the pressed button says to the chosen questions, in one transaction that can be undone."""
    found = bank_called(resolution, topic)
    wanted, kind = unpacked(request.form.get("filter", ""), found), request.form.get("deed", "")
    if kind not in bulk.KINDS:
        return _to(found, wanted)
    chosen = _chosen(wanted)
    if not chosen:
        flash(_("Choose questions first: tick their boxes, or all that were found."), "error")
        return _to(found, wanted)
    try:
        outcome = bulk.change(
            edge.session(), found, kind, chosen, value=_value(kind), by=viewer().person_id, now=edge.now()
        )
    except (NotPossible, ValueError):
        flash(_("Fill in the field beside the button first, for example a date as 31/12/2026."), "error")
        return _to(found, wanted)
    tell(kind, outcome)
    return _to(found, wanted)


@door.page("/<resolution>/<topic>/bulk/<int:change_id>/undo", may=TRAINER, methods=("POST",))
def undo_many(resolution: str, topic: str, change_id: int) -> ResponseReturnValue:
    """Give back what was before a change to many questions."""
    found = bank_called(resolution, topic)
    done = bulk.change_of(edge.session(), found.id, change_id) or abort(404)
    outcome = bulk.undo(edge.session(), done, by=viewer().person_id, now=edge.now())
    if outcome is None:
        flash(_("Somebody has undone this already."), "info")
    else:
        flash(_("Undone for {count} questions.", count=outcome.changed), "success")
        _name_skipped(outcome)
    return _to(found, Filter(bank=found.id))


def _chosen(wanted: Filter) -> list[int]:
    if request.form.get("all"):
        return finding.ids_of(edge.session(), wanted, today(), bulk.MOST)
    return [int(number) for number in request.form.getlist("chosen") if number.isascii() and number.isdigit()]


def _value(kind: str) -> str:
    """The value of the change as its action takes it. Raises ValueError for one that cannot be read."""
    typed = clean(request.form.get({"untag": "tag"}.get(kind, kind), ""))
    if kind == "expiry" and typed:
        return _day(typed).isoformat()
    if kind in ("tag", "untag"):
        tags = read_tags(typed)
        return tags[0] if len(tags) == 1 else ""
    return typed


def _day(typed: str) -> date:
    """The whole date that was typed; a month or a year alone is none here. Raises ValueError."""
    day = parse_date(typed).as_date()
    if day is None:
        raise ValueError(typed)
    return day


def tell(kind: str, outcome: Outcome) -> None:
    if outcome.changed:
        words = _(bulk.KINDS[kind])
        flash(
            _("{what}: {count} questions. You can undo it below.", what=words, count=outcome.changed),
            "success",
        )
    if outcome.unchanged:
        flash(_("{count} questions were so already.", count=outcome.unchanged), "info")
    _name_skipped(outcome)


def _name_skipped(outcome: Outcome) -> None:
    """Who was left out, by reason."""
    by_reason: dict[str, list[str]] = {}
    for code, reason in outcome.skipped:
        by_reason.setdefault(reason, []).append(code)
    for reason, codes in by_reason.items():
        named = ", ".join(codes[:MOST_NAMED]) + (" …" if len(codes) > MOST_NAMED else "")
        flash(
            _("Left out {count}: {reason} ({codes})", count=len(codes), reason=_(reason), codes=named),
            "warning",
        )


def _to(found: Bank, wanted: Filter) -> ResponseReturnValue:
    """Back to the list with the filter and the way of showing it."""
    resolution, _slash, topic = found.slug.partition("/")
    view = request.form.get("view", "")
    shown: dict[str, Any] = {**address(wanted, found), **({"view": view} if view in VIEWS[1:] else {})}
    return redirect(url_for("banks.bank", resolution=resolution, topic=topic, **shown))
