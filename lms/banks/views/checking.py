"""To be checked: questions that cite a passage which says something else now, with both wordings side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import approval, finding, queries, review, reviews
from lms.banks.finding import Filter
from lms.banks.models import Question
from lms.banks.reviews import Stale
from lms.banks.rules import compare
from lms.banks.views.bodies import Words
from lms.banks.views.door import TRAINER, bank_called, door, question_numbered, today
from lms.banks.views.pages import bank_words, question_words
from lms.kit.i18n import _
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/<resolution>/<topic>/checks", may=TRAINER)
def checks(resolution: str, topic: str) -> ResponseReturnValue:
    """Every question of a bank that is to be checked, page by page."""
    found = bank_called(resolution, topic)
    wanted = Filter(bank=found.id, look="check")
    page = finding.page_of(edge.session(), wanted, today(), after=request.args.get("after", type=int))
    here: dict[str, Any] = {"resolution": resolution, "topic": topic}
    return render_template(
        "banks/checks.html",
        bank=bank_words(found),
        questions=_to_check([shown.question for shown in page.items]),
        total=page.total,
        confirm_url=url_for("banks.confirm_many", **here),
        next_url=url_for("banks.checks", after=page.after, **here) if page.after else "",
        first_url=url_for("banks.checks", **here) if request.args.get("after") else "",
    )


@door.page("/question/<int:question_id>/check", may=TRAINER)
def check(question_id: int) -> ResponseReturnValue:
    """One question with what has changed in the passages it cites."""
    found = question_numbered(question_id)
    resolution, _slash, topic = found.bank.slug.partition("/")
    return render_template(
        "banks/checks.html",
        bank=bank_words(found.bank),
        questions=_to_check([found]),
        total=1,
        confirm_url=url_for("banks.confirm_many", resolution=resolution, topic=topic),
        next_url="",
        first_url="",
    )


@door.page("/<resolution>/<topic>/confirm", may=TRAINER, methods=("POST",))
def confirm_many(resolution: str, topic: str) -> ResponseReturnValue:
    """Say of the ticked questions, or of the one whose button was pressed, that they still hold."""
    found, done = bank_called(resolution, topic), 0
    pressed = request.form.getlist("only") or request.form.getlist("chosen")
    for number in pressed:
        question = queries.question_by_id(edge.session(), int(number)) if number.isdecimal() else None
        if question is not None and question.bank_id == found.id:
            done += _confirm(question)
    if done:
        flash(_("Confirmed: {count} questions cite the passages as they are now.", count=done), "success")
    elif not pressed:
        flash(_("Choose questions first: tick their boxes."), "error")
    return redirect(url_for("banks.checks", resolution=resolution, topic=topic))


def _confirm(question: Question) -> bool:
    """Confirm what the posted page showed of a question; say why where that is not possible."""
    version = request.form.get(f"version-{question.id}", 0, type=int)
    seen, by = request.form.get(f"seen-{question.id}", ""), viewer().person_id
    try:
        review.confirm(edge.session(), question, version=version, seen=seen, by=by, now=edge.now())
    except review.Refused as refused:
        flash(f"{question.code}: {_(approval.REFUSALS[refused.reasons[0]])}", "warning")
        return False
    return True


def _to_check(questions: Sequence[Question]) -> list[Words]:
    ids = [question.id for question in questions]
    stale = reviews.stale_citations(edge.session(), ids)
    shown = {each.question.id: each for each in queries.in_force(edge.session(), ids)}
    cited = queries.citations(edge.session(), [each.version.id for each in shown.values()])
    return [
        question_words(
            shown[id_],
            cited[shown[id_].version.id],
            key=True,
            scheme=shown[id_].question.bank.scheme,
        )
        | {
            "seen": reviews.fingerprint(stale[id_]),
            "passages": [_passage(each) for each in stale[id_]],
            "no_source_left": not shown[id_].body.source
            and all(c.withdrawn for c in cited[shown[id_].version.id]),
        }
        for id_ in ids
    ]


def _passage(stale: Stale) -> Words:
    """What the passage said and says, word by word."""
    passage, then = stale.passage, stale.then
    now = "" if stale.withdrawn else _plain(passage.heading, passage.body)
    return {
        "number": passage.number,
        "reference": passage.reference,
        "heading": passage.heading,
        "withdrawn": stale.withdrawn,
        "known": then is not None,
        "now": now,
        "parts": compare(_plain(then.heading, then.body), now) if then is not None else (),
    }


def _plain(heading: str, body: str) -> str:
    """A passage as it is compared: bold marks of its Markdown are no words."""
    return f"{heading}\n{body}".replace("**", "")
