"""Deciding on questions of an import before they are stored: keys, what is taken, where topics go."""

from __future__ import annotations

import re
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks.models import QuestionImport
from lms.banks.transfer import imports
from lms.banks.transfer.imports import ImportGone
from lms.banks.transfer.mapping import TOPICS
from lms.banks.transfer.reading import FileRead
from lms.banks.transfer.rules import CHOICES, Judged, judge, judge_one, toggled
from lms.banks.views.door import TRAINER, door
from lms.banks.views.import_words import import_words, judged_words, next_doubtful, place_in
from lms.banks.views.importing import address, gone, import_numbered, kept_reading, looking, shown_of
from lms.kit.i18n import _
from lms.web import edge

_ACT = re.compile(r"(key|true|false)-(\d{1,2})|many|one|take|leave|again")


@door.page("/import/<int:import_id>/decide", may=TRAINER, methods=("POST",))
def import_decide(import_id: int) -> ResponseReturnValue:
    """One decision on one question: its key, whether it is taken, the words of its pictures."""
    number = request.form.get("number", 0, type=int)
    with looking() as session:
        found = imports.import_by_id(session, import_id) or abort(404)
        read = kept_reading(found)
        one = judge_one(read.reading, number, found.decisions, found.bank.scheme) or abort(404)
    try:
        with edge.writing() as session:
            found = imports.import_by_id(session, import_id) or abort(404)
            imports.decide(session, found, {str(number): _decision(one)})
    except ImportGone:
        return gone(import_id)
    if request.headers.get("X-Part") == "question":
        with looking() as session:
            return _decided(imports.import_by_id(session, import_id) or abort(404), read, number)
    back: dict[str, Any] = {n: request.form[n] for n in ("status", "from") if request.form.get(n)}
    return redirect(url_for("banks.import_", import_id=import_id, _anchor=f"q{number}", **back))


def _decided(found: QuestionImport, read: FileRead, number: int) -> str:
    """The question alone as it stands now, with what the bar above says."""
    after, url = judge(read.reading, found.decisions, found.bank.scheme), address(found.id)
    one = next(one for one in after if one.read.number == number)
    status, shown = shown_of(after)
    return render_template(
        "banks/import_question.html",
        found=import_words(found),
        q=place_in(one, shown, url, status),
        page={
            "status": status,
            "start": request.form.get("from", 0, type=int),
            "first_doubtful": next_doubtful(after, 0, url, ""),
        },
        review=judged_words(after, read.reading.problems),
    )


def _decision(one: Judged) -> dict[str, Any] | None:
    """What the pressed button says."""
    act, question = _ACT.fullmatch(request.form.get("act", "")), one.read.question
    if act is None:
        alts = {image.name: request.form.get(f"alt-{image.name}", "")[:300] for image in question.pictures}
        return {"alts": alts} if alts else abort(400)
    if act[1] == "key":
        return {"correct": toggled(question, int(act[2]))}
    if act[1] in ("true", "false"):
        truths = [statement.correct for statement in question.statements]
        if int(act[2]) >= len(truths):
            abort(400)
        truths[int(act[2])] = act[1] == "true"
        return {"truths": truths}
    told: dict[str, dict[str, Any] | None] = {
        "many": {"type": CHOICES[1]},
        "one": {"type": CHOICES[0], "correct": list(question.correct[:1])},
        "take": {"take": True},
        "leave": {"take": False},
        "again": None,
    }
    return told[act[0]]


@door.page("/import/<int:import_id>/topics", may=TRAINER, methods=("POST",))
def import_topics(import_id: int) -> ResponseReturnValue:
    """Where the questions of each topic of the file go."""
    found = import_numbered(import_id)
    chosen = dict(zip(request.form.getlist("topic"), request.form.getlist("bank"), strict=False))
    try:
        imports.decide(edge.session(), found, {TOPICS: chosen})
    except ImportGone:
        return gone(import_id)
    flash(_("The topics are set."), "success")
    return redirect(address(found.id))
