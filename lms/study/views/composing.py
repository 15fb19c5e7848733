"""Modules in the making: choose passages, write own text, put in order, publish as the next version."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.kit.i18n import N_, _
from lms.study import composing, queries, workshop_queries
from lms.study.composing import OWN, Draft, NotPublishable
from lms.study.forms import ModuleForm, OwnTextForm
from lms.study.models import Module, Passage
from lms.study.reading.markdown import plain
from lms.study.text import to_html
from lms.study.views.door import TRAINER, module_called, passage_numbered, resolution_called, workshop
from lms.web import edge
from lms.web.viewer import viewer

REASONS = {
    "no_title": N_("Give the module a title first."),
    "no_passages": N_("Put at least one passage into the module first."),
    "withdrawn": N_("These passages are gone from their document; take them out first: {passages}"),
}


@workshop.page("/modules/", may=TRAINER)
def modules() -> ResponseReturnValue:
    """Every module with its state, and where to begin a new one."""
    return render_template(
        "study/workshop/modules.html",
        modules=[_line(each) for each in workshop_queries.all_modules(edge.session())],
        resolutions=[(each.slug, each.title) for each in workshop_queries.resolutions(edge.session())],
    )


def _line(module: Module) -> dict[str, Any]:
    return {
        "title": composing.draft_of(edge.session(), module).title,
        "resolution": module.resolution.title,
        "version": module.version,
        "changed": module.draft is not None,
        "url": url_for("workshop.compose", slug=module.slug),
        "read_url": url_for("study.module", slug=module.slug) if module.version else "",
    }


@workshop.page("/begin-module", may=TRAINER, methods=("POST",))
def new_module() -> ResponseReturnValue:
    """Begin a module on a resolution."""
    resolution = resolution_called(request.form.get("resolution", ""))
    title = request.form.get("title", "").strip()[:300]
    if not title:
        flash(_("Give the module a title first."), "error")
        return redirect(url_for("workshop.modules"))
    module = composing.start_module(
        edge.session(), resolution, title=title, by=viewer().person_id, now=edge.now()
    )
    return redirect(url_for("workshop.compose", slug=module.slug))


@workshop.page("/modules/<slug>", may=TRAINER, methods=("GET", "POST"))
def compose(slug: str) -> ResponseReturnValue:
    """A module in the making: its words, its passages in order, and what else there is to choose from."""
    module = module_called(slug)
    draft = composing.draft_of(edge.session(), module)
    form = ModuleForm(data={"title": draft.title, "summary": draft.summary, "notice": draft.notice})
    if form.is_submitted() and form.validate():
        composing.retitle(
            edge.session(),
            module,
            title=(form.title.data or "").strip(),
            summary=(form.summary.data or "").strip(),
            notice=(form.notice.data or "").strip(),
        )
        flash(_("Kept as a draft. Readers see it after publishing."), "success")
        return redirect(url_for("workshop.compose", slug=slug))
    return _compose(module, draft, form)


def _compose(module: Module, draft: Draft, form: ModuleForm) -> str:
    chosen = queries.passages_by_id(edge.session(), draft.passages)
    wanted, topic = request.args.get("words", "")[:200], request.args.get("topic", 0, type=int)
    page = workshop_queries.choosable(
        edge.session(), module.resolution_id, words=wanted, topic_id=topic, after=_after()
    )
    return render_template(
        "study/workshop/compose.html",
        module=_module_words(module),
        form=form,
        chosen=[_passage(chosen[i], module) for i in draft.passages if i in chosen],
        found=[_passage(p, module) | {"chosen": p.id in chosen} for p in page.items],
        next_url=_next_url(module, page.after),
        words=wanted,
        topic=topic,
        topics=[(t.id, t.name) for t in queries.topics_of(edge.session(), module.resolution_id)],
        versions=workshop_queries.versions_of(edge.session(), module.id),
    )


def _after() -> int:
    return request.args.get("after", 0, type=int)


def _next_url(module: Module, after: int | None) -> str:
    if after is None:
        return ""
    kept: dict[str, Any] = {name: request.args[name] for name in ("words", "topic") if request.args.get(name)}
    return url_for("workshop.compose", slug=module.slug, after=after, _anchor="choose", **kept)


def _module_words(module: Module) -> dict[str, Any]:
    slug = module.slug
    names = ("arrange", "publish_module", "drop_draft", "own_text", "preview_module")
    return _line(module) | {
        "slug": slug,
        "urls": {name: url_for(f"workshop.{name}", slug=slug) for name in names},
    }


def _passage(passage: Passage, module: Module) -> dict[str, Any]:
    own = passage.document.kind == OWN
    return {
        "id": passage.id,
        "number": passage.number,
        "heading": passage.heading,
        "document": passage.document.title,
        "reference": passage.reference,
        "words": len(passage.body.split()),
        "start": " ".join(plain(passage.body).split()[:24]),
        "withdrawn": passage.withdrawn_at is not None,
        "own": own,
        "edit_url": url_for("workshop.own_text", slug=module.slug, passage=passage.id) if own else "",
    }


@workshop.page("/modules/<slug>/arrange", may=TRAINER, methods=("POST",))
def arrange(slug: str) -> ResponseReturnValue:
    """Put passages in, take one out, move one up or down: one button each."""
    module = module_called(slug)
    act, _dash, rest = request.form.get("act", "").partition("-")
    if act == "add":
        ids = request.form.getlist("passage", type=int)[:300]
        passages = [passage_numbered(passage_id, module.resolution_id) for passage_id in ids]
        added = composing.add(edge.session(), module, passages)
        flash(_("{count} passages put in.", count=added), "success")
        return redirect(url_for("workshop.compose", slug=slug, _anchor="chosen"))
    if act not in ("up", "down", "remove") or not rest.isascii() or not rest.isdigit():
        abort(400)
    if act == "remove":
        composing.remove(edge.session(), module, int(rest))
    else:
        composing.move(edge.session(), module, int(rest), -1 if act == "up" else 1)
    anchor = "chosen" if act == "remove" else f"passage-{rest}"
    return redirect(url_for("workshop.compose", slug=slug, _anchor=anchor))


@workshop.page("/modules/<slug>/own", may=TRAINER, methods=("GET", "POST"))
def own_text(slug: str) -> ResponseReturnValue:
    """Write a passage in own words, or change one."""
    module, passage = module_called(slug), None
    passage_id = request.args.get("passage", 0, type=int)
    if passage_id:
        passage = passage_numbered(passage_id, module.resolution_id)
        if passage.document.kind != OWN:
            abort(404)
    told = {"heading": passage.heading, "body": passage.body, "source": passage.source} if passage else None
    form = OwnTextForm(data=told)
    if not form.is_submitted() or not form.validate():
        return render_template(
            "study/workshop/own.html", module=_module_words(module), form=form, new=not passage
        )
    said: dict[str, Any] = {
        "heading": form.heading.data or "",
        "body": form.body.data or "",
        "source": form.source.data or "",
        "by": viewer().person_id,
        "now": edge.now(),
    }
    if passage:
        composing.change_own(edge.session(), passage, **said)
    else:
        composing.write_own(edge.session(), module, **said)
    flash(_("Kept as a draft. Readers see it after publishing."), "success")
    return redirect(url_for("workshop.compose", slug=slug, _anchor="chosen"))


@workshop.page("/modules/<slug>/preview", may=TRAINER)
def preview_module(slug: str) -> ResponseReturnValue:
    """The draft as readers will see it, on one page."""
    module = module_called(slug)
    draft = composing.draft_of(edge.session(), module)
    found = queries.passages_by_id(edge.session(), draft.passages)
    passages = [
        {
            "number": found[i].number or str(place),
            "heading": found[i].heading,
            "body": Markup(to_html(found[i].body)),  # noqa: S704 - sanitised by to_html
            "source": ", ".join(filter(None, (found[i].source, found[i].source_date))),
        }
        for place, i in enumerate(draft.passages, 1)
        if i in found
    ]
    return render_template(
        "study/workshop/preview.html", module=_module_words(module), draft=draft, passages=passages
    )


@workshop.page("/modules/<slug>/publish", may=TRAINER, methods=("POST",))
def publish_module(slug: str) -> ResponseReturnValue:
    """Make the draft what people read."""
    module = module_called(slug)
    try:
        number = composing.publish_draft(edge.session(), module, by=viewer().person_id, now=edge.now())
    except NotPublishable as why:
        names = ", ".join(passage.heading for passage in why.passages)
        sentence = _(REASONS[why.reason], passages=names) if names else _(REASONS[why.reason])
        flash(sentence, "error")
    else:
        flash(_("Published as version {number}. Readers keep their place.", number=number), "success")
    return redirect(url_for("workshop.compose", slug=slug))


@workshop.page("/modules/<slug>/drop", may=TRAINER, methods=("POST",))
def drop_draft(slug: str) -> ResponseReturnValue:
    """Forget the changes since the last version."""
    module = module_called(slug)
    if not module.version:
        flash(_("This module was never published; there is nothing to go back to."), "info")
    else:
        composing.drop_draft(edge.session(), module, by=viewer().person_id, now=edge.now())
        flash(_("The changes are forgotten; the published version stands."), "success")
    return redirect(url_for("workshop.compose", slug=slug))
