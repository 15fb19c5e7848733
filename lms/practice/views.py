"""Learning from results: what to read again, and missed questions asked again after longer and longer waits."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import forms, sheet
from lms.attempts import queries as attempts
from lms.attempts.rules import SET, Answers, Change
from lms.exams.paper import LoadedPaper, Slot
from lms.kit.i18n import _
from lms.practice import actions, queries, rules
from lms.practice.queries import Card, Deck
from lms.questions.score import Score
from lms.questions.types import TYPES
from lms.questions.types.short_answer import LONGEST
from lms.web import edge
from lms.web.guard import SIGNED_IN, Door
from lms.web.viewer import viewer

door = Door("practice", __name__, url_prefix="/practice")
MOST_ASKED = 10**6


def _deck() -> Deck:
    return queries.deck(edge.session(), viewer().person_id, edge.now())


@door.page("/", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What to read again, how many questions wait, and the way to the first of them."""
    deck, person_id, now = _deck(), viewer().person_id, edge.now()
    new = queries.without_card(edge.session(), person_id, deck.question_ids, now)
    if new:
        edge.session().rollback()  # what was read before must not hide what is now written
        with edge.writing() as session:
            actions.make_cards(session, person_id, new, now)
    found = queries.boxes(edge.session(), person_id, deck.question_ids, now)
    return render_template(
        "practice/index.html",
        due=found.due,
        in_round=min(found.due, rules.A_ROUND),
        next_at=found.next_at,
        boxes=[(wait, found.by_box.get(box, 0)) for box, wait in enumerate(rules.WAITS)],
        total=sum(found.by_box.values()),
        modules=_to_read(deck),
        urls={"question": url_for("practice.question", n=1), "home": url_for("home.index")},
    )


def _to_read(deck: Deck) -> list[dict[str, Any]]:
    found = queries.to_read(edge.session(), sorted(deck.versions.values()))
    return [
        {"title": title, "passages": [_link(one.passage) | {"missed": one.missed} for one in passages]}
        for title, passages in found
    ]


def _link(passage: attempts.Reread) -> dict[str, Any]:
    url = url_for("study.passage", slug=passage.module, passage_slug=passage.passage)
    return {"heading": f"{passage.number}. {passage.heading}", "url": url}


@door.page("/question", may=SIGNED_IN)
def question() -> ResponseReturnValue:
    """The question that has been due the longest; the n-th of a round."""
    n, person_id = _number("n", 1), viewer().person_id
    card = queries.next_due(edge.session(), person_id, _deck().question_ids, edge.now())
    if card is None or n > rules.A_ROUND:
        return redirect(url_for("practice.index"))
    return _ask(card, n)


def _number(name: str, least: int) -> int:
    """A whole number from the address or the form; what is none counts as the least."""
    text = request.values.get(name, "")
    usable = text.isascii() and text.isdigit() and len(text) < 7
    return max(int(text), least) if usable else least


def _slot(card: Card, asked: int) -> Slot:
    """The card's question as the one slot of a paper, its options in the order of that time."""
    order = rules.order_of(card.question, viewer().person_id, card.question_id, asked)
    shown = TYPES[card.question.type].ask(card.question, order)
    return Slot(1, card.version_id, card.question, order, Decimal(1), shown)


def _ask(card: Card, n: int) -> str:
    slot = _slot(card, card.asked)
    return render_template(
        "practice/question.html",
        asked_question=slot.asked,
        type=card.question.type,
        n=n,
        most=rules.A_ROUND,
        hidden={"version": card.version_id, "asked": card.asked, "n": n},
        urls={
            "answer": url_for("practice.answer", question_id=card.question_id),
            "index": url_for("practice.index"),
        },
        max_text=LONGEST,
    )


@door.page("/question/<int:question_id>", may=SIGNED_IN, methods=("POST",))
def answer(question_id: int) -> ResponseReturnValue:
    """Whether the answer is right, at once, with the key, why, and what to read; the card moves to its next box."""
    deck, person_id, now = _deck(), viewer().person_id, edge.now()
    card = queries.card_of(edge.session(), person_id, question_id, deck.question_ids, now)
    if card is None:
        abort(404)
    n, asked = _number("n", 1), min(_number("asked", 0), MOST_ASKED)
    if _number("version", 0) != card.version_id:
        flash(_("The question has been changed since. Here it is as it stands now."))
        return redirect(url_for("practice.question", n=n))
    slot = _slot(card, asked)
    filled = forms.read_paper(request.form, LoadedPaper(0, (slot,)), Answers(), Answers())
    if filled.refused:
        flash(_("The answer could not be read. Please give it again."), "error")
        return redirect(url_for("practice.question", n=n))
    said = _said(slot, filled.changes)
    judged = slot.type.score(slot.question, slot.order, said)
    actions.note_answer(edge.session(), person_id, card, asked=asked, right=judged.correctness == 1, now=now)
    return _feedback(card, slot, said, judged, n, explained=question_id in deck.explained)


def _said(slot: Slot, changes: list[Change]) -> Any:
    given = [change.value for change in changes if change.op == SET]
    return sheet.answer_in(slot, Answers({1: json.loads(given[-1] or "null")} if given else {}))


def _feedback(card: Card, slot: Slot, said: Any, judged: Score, n: int, *, explained: bool) -> str:
    box = rules.box_after(card.box, judged.correctness == 1)
    cited = attempts.rereads(edge.session(), [card.version_id]).get(card.version_id, [])
    outcome = "right" if judged.correctness == 1 else "partly" if judged.correctness > 0 else "wrong"
    return render_template(
        "practice/answer.html",
        item={
            "type": card.question.type,
            "asked": slot.asked,
            "answer": said,
            "outcome": outcome if said is not None else "empty",
            "key": slot.type.key(slot.question, slot.order),
            "parts": judged.parts,
            "explanation": card.question.explanation if explained else "",
            "reread": [_link(passage) for passage in cited],
        },
        n=n,
        most=rules.A_ROUND,
        wait=rules.WAITS[box],
        urls={
            "next": url_for("practice.question", n=n + 1) if n < rules.A_ROUND else "",
            "index": url_for("practice.index"),
        },
    )
