"""What the editor does while somebody writes: the preview beside it, and keeping what is not stored yet."""

from __future__ import annotations

import random
from dataclasses import replace

from flask import abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import kept_pictures, unsaved
from lms.banks.forms import Around, QuestionForm
from lms.banks.queries import Shown
from lms.banks.views.door import TRAINER, door
from lms.banks.views.pages import Words
from lms.kit.i18n import _
from lms.questions.question import AskedQuestion, Question
from lms.questions.types import TYPES
from lms.vietnamese.dates import local
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/preview", may=TRAINER, methods=("POST",))
def preview() -> ResponseReturnValue:
    """The posted question as a candidate's phone shows it: a piece of a page. Nothing is stored."""
    kind = request.form.get("type", "")
    if kind not in TYPES:
        abort(404)
    form = QuestionForm(kind, Around(), fields=request.form.to_dict(flat=False))
    form.draft.keep_known(kept_pictures.known(edge.session(), [each.name for each in form.draft.pictures]))
    return render_template("banks/phone.html", asked=asked(form.body()))


def asked(body: Question) -> AskedQuestion:
    """What a candidate's page would get; options and statements stand as they were written where that is no key."""
    body = replace(body, stem=body.stem or _("Here the question text will stand."))
    kind = TYPES[body.type]
    return kind.ask(body, kind.arrange(body, random.Random(0), False))  # noqa: S311 - nothing is drawn


@door.page("/unsaved", may=TRAINER, methods=("POST",))
def keep_unsaved() -> ResponseReturnValue:
    """Keep what stands in the editor `place`, and say when."""
    place = _place()
    fields = request.form.to_dict(flat=False)
    unsaved.keep(edge.session(), viewer().person_id, place, fields, now=edge.now())
    return jsonify(at=f"{local(edge.now()):%H:%M}")


@door.page("/unsaved/drop", may=TRAINER, methods=("POST",))
def drop_unsaved() -> ResponseReturnValue:
    """Forget what was kept there, and open the editor as it is stored."""
    place = _place()
    unsaved.drop(edge.session(), viewer().person_id, place)
    return redirect(address_of(place))


def _place() -> str:
    place = request.form.get("place", "")
    if not unsaved.is_place(edge.session(), place):
        abort(404)
    return place


def address_of(place: str) -> str:
    """Where the editor of a place is."""
    where, _slash, rest = place.partition("/")
    if where == "question":
        return url_for("banks.edit", question_id=int(rest))
    resolution, topic, kind = rest.split("/")
    return url_for("banks.new", resolution=resolution, topic=topic, type=kind)


def left_words(place: str, shown: Shown | None) -> Words | None:
    """What the viewer left unsaved there, to be offered; None when there is nothing, or it is in the form already."""
    left = unsaved.unsaved_edit(edge.session(), viewer().person_id, place)
    if left is None or "continue" in request.args:
        return None
    return {
        "at": left.updated_at,
        "continue_url": f"{address_of(place)}{'&' if shown is None else '?'}continue=1",
        "newer": shown.version.number if shown and shown.version.created_at > left.updated_at else None,
    }


def writing_words(place: str) -> list[Words]:
    """Who else is writing there."""
    found = unsaved.others_writing(edge.session(), place, but=viewer().person_id, now=edge.now())
    return [{"name": each.name, "at": f"{local(each.at):%H:%M}"} for each in found]
