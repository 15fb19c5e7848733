"""Coverage: which passages are asked about and which nobody asks; questions begun from a passage and its figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.banks import actions, coverage
from lms.banks.coverage import Covered
from lms.banks.models import Bank, Question
from lms.banks.rules import STATE_NAMES, TYPE_NAMES, level_names
from lms.banks.views.bodies import body_words
from lms.banks.views.door import TRAINER, door
from lms.kit.i18n import _
from lms.questions.question import LEVELS
from lms.questions.types import TYPES
from lms.study import queries as study
from lms.study.models import Passage
from lms.study.reading.figures import Offer, offer
from lms.study.text import to_html
from lms.study.workshop_queries import resolutions
from lms.web import edge
from lms.web.viewer import viewer

Words = dict[str, Any]
ENOUGH = 3  # questions in use from which a passage counts as well covered


@door.page("/coverage/", may=TRAINER)
def coverage_index() -> ResponseReturnValue:
    """The resolutions, each with a link to its map."""
    found = resolutions(edge.session())
    if len(found) == 1:
        return redirect(url_for("banks.coverage_map", resolution=found[0].slug))
    return render_template(
        "banks/coverage_index.html",
        resolutions=[
            {"title": each.title, "url": url_for("banks.coverage_map", resolution=each.slug)}
            for each in found
        ],
    )


@door.page("/coverage/<resolution>", may=TRAINER)
def coverage_map(resolution: str) -> ResponseReturnValue:
    """Passages against questions: how many, which levels, how hard in practice."""
    found = study.resolution_by_slug(edge.session(), resolution) or abort(404)
    covered = coverage.coverage(edge.session(), found.id)
    levels = _levels(coverage.schemes(edge.session(), found.id))
    if any(each.by_level[""] for each in covered):
        levels.append(("", _("Without a level")))
    return render_template(
        "banks/coverage.html",
        title=found.title,
        levels=levels,
        rows=[_row(each, [level for level, _name in levels]) for each in covered],
        uncovered=sum(not each.in_use for each in covered),
        documents=len({each.passage.document_id for each in covered}),
    )


def _levels(schemes: Sequence[str]) -> list[tuple[str, str]]:
    """The levels of banks and their names; where banks call one differently, all its names."""
    names: dict[str, list[str]] = {level: [] for level in LEVELS}
    for scheme in schemes or ["four"]:
        for level, name in level_names(scheme).items():
            names[level].append(_(name))
    return [(level, " / ".join(dict.fromkeys(said))) for level, said in names.items() if said]


def _row(each: Covered, levels: Sequence[str]) -> Words:
    passage = each.passage
    return {
        "number": passage.number,
        "heading": passage.heading,
        "reference": passage.reference,
        "document": passage.document.title,
        "in_use": each.in_use,
        "on_the_way": each.on_the_way,
        "levels": [each.by_level[level] for level in levels],
        "facility": each.facility,
        "tone": min(each.in_use, ENOUGH),
        "url": url_for("banks.passage", passage_id=passage.id),
    }


@door.page("/passage/<int:passage_id>", may=TRAINER)
def passage(passage_id: int) -> ResponseReturnValue:
    """A passage with the questions on it, and with what could be asked about its figures."""
    found = _passage(passage_id)
    offers = _offers(found)
    return render_template(
        "banks/passage.html",
        passage={
            "number": found.number,
            "heading": found.heading,
            "reference": found.reference,
            "document": found.document.title,
            "withdrawn": found.withdrawn_at is not None,
            "body": Markup(to_html(found.body)),  # noqa: S704 - sanitised by to_html
        },
        map_url=url_for("banks.coverage_map", resolution=found.document.resolution.slug),
        questions=[_question(each) for each in coverage.citing(edge.session(), found.id)],
        banks=[(bank.slug, bank.name) for bank in coverage.banks_for(edge.session(), found)],
        types=[(name, _(TYPE_NAMES[name])) for name in TYPES],
        offers=[_offer(place, each) for place, each in enumerate(offers)],
        new_url=url_for("banks.passage_question", passage_id=found.id),
        drafts_url=url_for("banks.passage_drafts", passage_id=found.id),
    )


def _question(each: Question) -> Words:
    return {
        "code": each.code,
        "bank": each.bank.name,
        "state": _(STATE_NAMES[each.state]),
        "url": url_for("banks.question", question_id=each.id),
    }


def _offer(place: int, each: Offer) -> Words:
    return {
        "figure": each.figure,
        "sentence": each.sentence,
        "questions": [
            body_words(body, key=True) | {"value": f"{place}-{at}", "type_name": _(TYPE_NAMES[body.type])}
            for at, body in enumerate(each.questions)
        ],
    }


@door.page("/passage/<int:passage_id>/write", may=TRAINER)
def passage_question(passage_id: int) -> ResponseReturnValue:
    """Begin a question that cites the passage, in the bank and of the type chosen."""
    found = _passage(passage_id)
    bank = _bank(found, request.args.get("bank", ""))
    kind = request.args.get("type", "")
    if kind not in TYPES:
        abort(404)
    resolution, _slash, topic = bank.slug.partition("/")
    return redirect(url_for("banks.new", resolution=resolution, topic=topic, type=kind, cites=found.id))


@door.page("/passage/<int:passage_id>/drafts", may=TRAINER, methods=("POST",))
def passage_drafts(passage_id: int) -> ResponseReturnValue:
    """Store the chosen ones of the offered questions as drafts."""
    found = _passage(passage_id)
    bank, chosen = _bank(found, request.form.get("bank", "")), set(request.form.getlist("draft"))
    bodies = [
        body
        for place, each in enumerate(_offers(found))
        for at, body in enumerate(each.questions)
        if f"{place}-{at}" in chosen
    ]
    for body in bodies:
        actions.store_question(
            edge.session(),
            bank,
            replace(body, cites=()),
            cites=[found],
            by=viewer().person_id,
            now=edge.now(),
        )
    if bodies:
        flash(
            _(
                "{count} questions are stored as drafts. Read each before asking for review.",
                count=len(bodies),
            ),
            "success",
        )
    else:
        flash(_("Choose at least one question."), "error")
    return redirect(url_for("banks.passage", passage_id=found.id))


def _offers(found: Passage) -> Sequence[Offer]:
    return offer(found.slug, found.body, found.reference)


def _passage(passage_id: int) -> Passage:
    return edge.session().get(Passage, passage_id) or abort(404)


def _bank(found: Passage, slug: str) -> Bank:
    banks = coverage.banks_for(edge.session(), found)
    return next((bank for bank in banks if bank.slug == slug), None) or abort(404)
