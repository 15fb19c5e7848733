"""Topics of a resolution, each with its bank: adding, renaming, putting in order."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import topics as banks_topics
from lms.banks.views.door import TRAINER, door
from lms.kit.i18n import _
from lms.study import queries as study
from lms.study.models import Resolution
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/topics/<resolution>", may=TRAINER)
def topics(resolution: str) -> ResponseReturnValue:
    """The topics of a resolution in their order."""
    found = _resolution(resolution)
    known = study.topics_of(edge.session(), found.id)
    return render_template(
        "banks/topics.html",
        title=found.title,
        url=url_for("banks.change_topics", resolution=found.slug),
        topics=[{"slug": topic.slug, "name": topic.name} for topic in known],
    )


@door.page("/topics/<resolution>/change", may=TRAINER, methods=("POST",))
def change_topics(resolution: str) -> ResponseReturnValue:
    """Add a topic or the usual ones, rename one, move one up: one button each."""
    found = _resolution(resolution)
    act, _dash, slug = request.form.get("act", "").partition("-")
    name = request.form.get(f"name-{slug}" if slug else "name", "").strip()[:200]
    by, now = viewer().person_id, edge.now()
    if act in ("add", "rename") and not name:
        flash(_("Give the topic a name."), "error")
    elif act == "add":
        banks_topics.add(edge.session(), found, name, by=by, now=now)
        flash(_("The topic and its question bank are there."), "success")
    elif act == "usual":
        count = banks_topics.add_usual(edge.session(), found, by=by, now=now)
        flash(_("{count} topics and their question banks are there.", count=count), "success")
        if document := request.form.get("document", 0, type=int):
            return redirect(url_for("workshop.document", document_id=document))
    elif act == "rename":
        _or_404(banks_topics.rename(edge.session(), found, slug, name, by=by, now=now))
        flash(_("The topic has its new name."), "success")
    elif act == "up":
        _or_404(banks_topics.move_up(edge.session(), found, slug))
    else:
        abort(400)
    return redirect(url_for("banks.topics", resolution=resolution))


def _or_404(done: bool) -> None:
    if not done:
        abort(404)


def _resolution(slug: str) -> Resolution:
    return study.resolution_by_slug(edge.session(), slug) or abort(404)
