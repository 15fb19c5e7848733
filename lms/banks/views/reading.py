"""Looking at banks: the index, one bank with its questions, a search over all of them, one question with everything
that is known about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import bulk, finding, queries, reviews
from lms.banks.finding import Filter, Page
from lms.banks.models import Bank
from lms.banks.rules import level_names
from lms.banks.views.door import TRAINER, bank_called, door, question_numbered, today
from lms.banks.views.filters import VIEWS, address, fields, packed, read_filter
from lms.banks.views.pages import (
    Words,
    asking_the_same,
    bank_words,
    figures_words,
    history_words,
    index_words,
    question_words,
)
from lms.banks.views.threads import review_words, thread_words
from lms.kit.i18n import _
from lms.web import edge


@door.page("/", may=TRAINER)
def index() -> ResponseReturnValue:
    """Every bank by resolution, with what is in it by level and state."""
    banks = queries.banks(edge.session())
    counts = queries.counts(edge.session(), [bank.id for bank in banks])
    return render_template("banks/index.html", resolutions=index_words(banks, counts))


@door.page("/search", may=TRAINER)
def search() -> ResponseReturnValue:
    """Questions of every bank by a filter; nothing is listed before something is asked for."""
    wanted = read_filter(request.args, None)
    asked = wanted != Filter()
    page = finding.page_of(edge.session(), wanted, today(), after=_id_of("after"), before=_id_of("before"))
    banks = {bank.id: bank for bank in queries.banks(edge.session())}
    return render_template(
        "banks/search.html",
        asked=asked,
        questions=_listed(page, banks) if asked else [],
        banks={bank.id: bank_words(bank) for bank in banks.values()},
        total=page.total,
        **_frame(wanted, None, page),
    )


@door.page("/<resolution>/<topic>/", may=TRAINER)
def bank(resolution: str, topic: str) -> ResponseReturnValue:
    """One bank with its questions in full or as a list, filtered, page by page; ?key=0 leaves the keys out."""
    found = bank_called(resolution, topic)
    wanted = read_filter(request.args, found)
    page = finding.page_of(edge.session(), wanted, today(), after=_id_of("after"), before=_id_of("before"))
    return render_template(
        "banks/bank.html",
        bank=bank_words(found),
        counts=queries.counts(edge.session(), [found.id])[found.id],
        questions=_listed(page, {found.id: found}),
        total=page.total,
        most=bulk.MOST,
        filter_packed=packed(wanted, found),
        bulk_url=url_for("banks.change_many", resolution=resolution, topic=topic),
        levels=[(code, _(words)) for code, words in level_names(found.scheme).items()],
        tags=finding.tags_in_use(edge.session(), found.id),
        other_banks=[(b.slug, b.name) for b in _beside(found)],
        changes=_changes(found),
        **_frame(wanted, found, page),
    )


def _listed(page: Page, banks: dict[int, Bank]) -> list[Words]:
    session, ids = edge.session(), [shown.question.id for shown in page.items]
    cited = queries.citations(session, [shown.version.id for shown in page.items])
    tags, figures = finding.tags_of(session, ids), reviews.statistics_of(session, ids)
    said = reviews.open_comments(session, ids)
    return [
        question_words(
            shown,
            cited[shown.version.id],
            key=_with_key(),
            scheme=banks[shown.question.bank_id].scheme,
            tags=tags[shown.question.id],
        )
        | {
            "figures": figures_words(figures.get(shown.question.id)),
            "open_comments": said.get(shown.question.id, 0),
            "bank_id": shown.question.bank_id,
        }
        for shown in page.items
    ]


def _frame(wanted: Filter, found: Bank | None, page: Page) -> Words:
    """What lists have in common: the filter's form, the way of showing, the pages beside this one."""
    here = {"after": _id_of("after") or "", "before": _id_of("before") or ""}
    return {
        "fields": fields(wanted, found),
        "wanted": wanted,
        "key": _with_key(),
        "view": _view(),
        "clear_url": _list_url(Filter(), found, key="", view=_view()),
        "key_url": _list_url(wanted, found, **here | {"key": "0" if _with_key() else ""}),
        "view_url": _list_url(wanted, found, **here | {"view": "" if _view() == "list" else "list"}),
        "previous_url": _list_url(wanted, found, before=page.before) if page.before else "",
        "next_url": _list_url(wanted, found, after=page.after) if page.after else "",
    }


def _list_url(wanted: Filter, bank: Bank | None, **place: Any) -> str:
    """This list with a filter, at another place or shown another way."""
    shown = {"key": "" if _with_key() else "0", "view": "" if _view() == "full" else _view()}
    given = {name: value for name, value in (address(wanted, bank) | shown | place).items() if value}
    if bank is None:
        return url_for("banks.search", **given)
    resolution, _slash, topic = bank.slug.partition("/")
    return url_for("banks.bank", resolution=resolution, topic=topic, **given)


def _beside(found: Bank) -> Sequence[Bank]:
    """The other banks of the resolution: where questions may move to."""
    mine = found.topic.resolution_id
    return [
        bank
        for bank in queries.banks(edge.session())
        if bank.topic.resolution_id == mine and bank.id != found.id
    ]


def _changes(found: Bank) -> list[Words]:
    resolution, _slash, topic = found.slug.partition("/")
    return [
        {
            "kind": _(bulk.KINDS[done.kind]),
            "count": len(done.after),
            "by": name,
            "at": done.at,
            "undo_url": url_for("banks.undo_many", resolution=resolution, topic=topic, change_id=done.id),
        }
        for done, name in bulk.last_changes(edge.session(), found.id)
    ]


@door.page("/question/<int:question_id>", may=TRAINER)
def question(question_id: int) -> ResponseReturnValue:
    """One question: what it says, its review, and every version with what changed; ?version=1 shows an old one."""
    found, session = question_numbered(question_id), edge.session()
    history = queries.versions_of(session, found.id)
    number = request.args.get("version", found.version, type=int)
    at = next((at for at, written in enumerate(history) if written.version.number == number), None)
    if at is None:
        abort(404)
    shown = queries.Shown(found, history[at].version, history[at].body)
    cited = queries.citations(session, [written.version.id for written in history])
    passages = {
        each.passage.slug: f"{each.passage.number}. {each.passage.heading}"
        for all_ in cited.values()
        for each in all_
    }
    tags = finding.tags_of(session, [found.id])[found.id]
    words = question_words(
        shown, cited[shown.version.id], key=_with_key(), scheme=found.bank.scheme, tags=tags
    )
    in_force = history[0]
    return render_template(
        "banks/question.html",
        bank=bank_words(found.bank),
        question=words,
        key=_with_key(),
        key_url=url_for(
            "banks.question", question_id=found.id, version=number, key="0" if _with_key() else "1"
        ),
        in_force=number == found.version,
        review=review_words(found, bool(cited[in_force.version.id]), in_force.body),
        thread=thread_words(found.id) if _with_key() else [],
        figures=figures_words(reviews.statistics_of(session, [found.id]).get(found.id)),
        uses_url=url_for("attempts.uses", question_id=found.id),
        history=history_words(history, passages, found.bank.scheme) if _with_key() else [],
        same=asking_the_same(found.stem_key, but=found.id),
    )


def _with_key() -> bool:
    return request.args.get("key") != "0"


def _view() -> str:
    asked = request.args.get("view", "")
    return asked if asked in VIEWS else VIEWS[0]


def _id_of(name: str) -> int | None:
    return request.args.get(name, type=int)
