"""Looking at banks: the index, one bank with its questions in full, one question with its versions."""

from __future__ import annotations

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import queries
from lms.banks.models import Bank
from lms.banks.queries import Filter
from lms.banks.rules import LEVEL_NAMES, STATE_NAMES, STATES, TYPE_NAMES
from lms.banks.views.door import TRAINER, bank_called, door, question_numbered
from lms.banks.views.pages import asking_the_same, bank_words, history_words, index_words, question_words
from lms.questions.question import LEVELS
from lms.questions.types import TYPES
from lms.web import edge


@door.page("/", may=TRAINER)
def index() -> ResponseReturnValue:
    """Every bank by resolution, with what is in it by level and state."""
    banks = queries.banks(edge.session())
    counts = queries.counts(edge.session(), [bank.id for bank in banks])
    return render_template("banks/index.html", resolutions=index_words(banks, counts), levels=LEVEL_NAMES)


@door.page("/<resolution>/<topic>/", may=TRAINER)
def bank(resolution: str, topic: str) -> ResponseReturnValue:
    """One bank with its questions in full, filtered, page by page; ?key=0 leaves the keys out."""
    found, wanted = bank_called(resolution, topic), _filter()
    page = queries.questions_of(
        edge.session(), found.id, wanted, after=_id_of("after"), before=_id_of("before")
    )
    cited = queries.citations(edge.session(), [shown.version.id for shown in page.items])
    return render_template(
        "banks/bank.html",
        bank=bank_words(found),
        counts=queries.counts(edge.session(), [found.id])[found.id],
        questions=[question_words(shown, cited[shown.version.id], key=_with_key()) for shown in page.items],
        total=page.total,
        wanted=wanted,
        key=_with_key(),
        levels=LEVEL_NAMES,
        types=TYPE_NAMES,
        states=STATE_NAMES,
        previous_url=_page_url(found, before=page.before),
        next_url=_page_url(found, after=page.after),
        key_url=_page_url(
            found, key="0" if _with_key() else "", after=_id_of("after") or "", before=_id_of("before") or ""
        ),
    )


@door.page("/question/<int:question_id>", may=TRAINER)
def question(question_id: int) -> ResponseReturnValue:
    """One question: what it says, what it cites, and every version with what changed; ?version=1 shows an old one."""
    found = question_numbered(question_id)
    history = queries.versions_of(edge.session(), found.id)
    number = request.args.get("version", found.version, type=int)
    at = next((at for at, written in enumerate(history) if written.version.number == number), None)
    if at is None:
        abort(404)
    shown = queries.Shown(found, history[at].version, history[at].body)
    cited = queries.citations(edge.session(), [written.version.id for written in history])
    passages = {
        each.passage.slug: f"{each.passage.number}. {each.passage.heading}"
        for all_ in cited.values()
        for each in all_
    }
    return render_template(
        "banks/question.html",
        bank=bank_words(found.bank),
        question=question_words(shown, cited[shown.version.id], key=_with_key()),
        key=_with_key(),
        key_url=url_for(
            "banks.question", question_id=found.id, version=number, key="0" if _with_key() else "1"
        ),
        in_force=number == found.version,
        history=history_words(history, passages) if _with_key() else [],
        same=asking_the_same(found.stem_key, but=found.id),
    )


def _with_key() -> bool:
    return request.args.get("key") != "0"


def _filter() -> Filter:
    """What the address asks for; words that mean nothing here ask for everything."""
    given = request.args
    return Filter(
        level=given.get("level", "") if given.get("level") in LEVELS else "",
        type=given.get("type", "") if given.get("type") in TYPES else "",
        state=given.get("state", "") if given.get("state") in STATES else "",
        text=given.get("text", "")[:200],
    )


def _id_of(name: str) -> int | None:
    return request.args.get(name, type=int)


def _page_url(bank: Bank, **place: Any) -> str:
    """This list with its filter, at another place; "" when there is none."""
    if None in place.values():
        return ""
    wanted = _filter()
    kept = {"level": wanted.level, "type": wanted.type, "state": wanted.state, "text": wanted.text}
    kept["key"] = "" if _with_key() else "0"
    resolution, _slash, topic = bank.slug.partition("/")
    given = {name: value for name, value in (kept | place).items() if value}
    return url_for("banks.bank", resolution=resolution, topic=topic, **given)
