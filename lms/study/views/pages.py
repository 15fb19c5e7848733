"""Reading: the modules, one module, one passage. Whoever is signed in may study everything."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.kit import words
from lms.kit.i18n import _
from lms.study import actions, queries
from lms.study.models import Module
from lms.study.queries import Page
from lms.study.text import to_html
from lms.study.views.door import door
from lms.web import edge
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer


@door.page("/", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """Every module, with how far the person is in each."""
    modules = queries.modules(edge.session())
    done = queries.progress(edge.session(), viewer().person_id, [m.id for m in modules])
    rows = [
        {
            "title": module.title,
            "resolution": module.resolution.title,
            "summary": module.summary,
            "url": url_for("study.module", slug=module.slug),
            "read": done[module.id].read,
            "total": done[module.id].total,
            "finished": done[module.id].finished,
        }
        for module in modules
    ]
    return render_template("study/index.html", modules=rows)


@door.page("/<slug>/", may=SIGNED_IN)
def module(slug: str) -> ResponseReturnValue:
    """One module: its passages, which are read, where to go on."""
    found, passages, read = _load(slug)
    last = queries.progress(edge.session(), viewer().person_id, [found.id])[found.id].last_passage_id
    unread = next((p for p in passages if p.id not in read), None)
    here = next((p for p in passages if p.id == last and p.id not in read), unread)
    return render_template(
        "study/module.html",
        module=_module_words(found),
        passages=[_line(found, p, read, here=p.id == last) for p in passages],
        read=len(read),
        total=len(passages),
        continue_to=_continue(found, here, begun=last is not None) if here else None,
        next_step=None if unread or not passages else _next_step(),
    )


@door.page("/<slug>/<passage_slug>", may=SIGNED_IN)
def passage(slug: str, passage_slug: str) -> ResponseReturnValue:
    """One passage; opening it keeps the place."""
    found, passages, read = _load(slug)
    at = _position(passages, passage_slug)
    here = passages[at]
    with edge.writing() as session:
        actions.keep_place(
            session, person_id=viewer().person_id, module_id=found.id, passage_id=here.id, now=edge.now()
        )
    read_at = queries.read_at(edge.session(), viewer().person_id, here.id)
    return render_template(
        "study/passage.html",
        module=_module_words(found),
        passage={
            "number": here.number,
            "heading": here.heading,
            "body": Markup(to_html(here.body)),  # noqa: S704 - sanitised by to_html
            "source": here.source,
            "source_date": here.source_date,
            "read": here.id in read,
            "read_at": words.moment(read_at) if read_at else "",
        },
        contents=[_line(found, p, read, here=p is here) for p in passages],
        at=at + 1,
        total=len(passages),
        read=len(read),
        previous=_line(found, passages[at - 1], read) if at else None,
        following=_line(found, passages[at + 1], read) if at + 1 < len(passages) else None,
        mark_url=url_for("study.mark", slug=slug, passage_slug=passage_slug),
        unmark_url=url_for("study.unmark", slug=slug, passage_slug=passage_slug),
    )


@door.page("/<slug>/<passage_slug>/read", may=SIGNED_IN, methods=("POST",))
def mark(slug: str, passage_slug: str) -> ResponseReturnValue:
    """Mark as read and go on to the next passage, after the last one to the module."""
    found, passages, _read = _load(slug)
    at = _position(passages, passage_slug)
    actions.mark_read(
        edge.session(),
        person_id=viewer().person_id,
        module_id=found.id,
        passage_id=passages[at].id,
        now=edge.now(),
    )
    if at + 1 < len(passages):
        return redirect(url_for("study.passage", slug=slug, passage_slug=passages[at + 1].slug))
    return redirect(url_for("study.module", slug=slug))


@door.page("/<slug>/<passage_slug>/unread", may=SIGNED_IN, methods=("POST",))
def unmark(slug: str, passage_slug: str) -> ResponseReturnValue:
    """Take the mark back."""
    _found, passages, _read = _load(slug)
    here = passages[_position(passages, passage_slug)]
    actions.take_mark_back(edge.session(), person_id=viewer().person_id, passage_id=here.id)
    return redirect(url_for("study.passage", slug=slug, passage_slug=passage_slug))


def _load(slug: str) -> tuple[Module, list[Page], set[int]]:
    found = queries.module_by_slug(edge.session(), slug) or abort(404)
    if not found.version:
        abort(404)
    passages = queries.passages_of(edge.session(), found.id)
    return found, passages, queries.read_by(edge.session(), viewer().person_id, [p.id for p in passages])


def _position(passages: list[Page], slug: str) -> int:
    found = next((at for at, p in enumerate(passages) if p.slug == slug), None)
    return abort(404) if found is None else found


def _module_words(found: Module) -> dict[str, str]:
    return {
        "title": found.title,
        "resolution": found.resolution.title,
        "term": found.resolution.term,
        "summary": found.summary,
        "notice": found.notice,
        "url": url_for("study.module", slug=found.slug),
        "index_url": url_for("study.index"),
    }


def _line(found: Module, here_passage: Page, read: set[int], *, here: bool = False) -> dict[str, Any]:
    return {
        "number": here_passage.number,
        "heading": here_passage.heading,
        "url": url_for("study.passage", slug=found.slug, passage_slug=here_passage.slug),
        "read": here_passage.id in read,
        "here": here,
    }


def _continue(found: Module, to: Page, *, begun: bool) -> dict[str, Any]:
    return _line(found, to, set()) | {"begun": begun}


def _next_step() -> dict[str, str]:
    return {
        "text": _("You have read everything. What comes next, such as the test, stands on your own page."),
        "url": url_for("home.index"),
        "label": _("My work"),
    }
