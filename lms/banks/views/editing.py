"""Writing and changing questions: the editor with its preview, and what happens when two change the same one."""

from __future__ import annotations

import random

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import actions, queries
from lms.banks.forms import QuestionForm
from lms.banks.models import Bank, Question
from lms.banks.rules import TYPE_HINTS, TYPE_NAMES, content_hash, differences
from lms.banks.views.door import TRAINER, bank_called, door, question_numbered
from lms.banks.views.pages import Words, asking_the_same, bank_words
from lms.kit.i18n import _
from lms.questions.duplicates import stem_key
from lms.questions.question import AskedQuestion
from lms.questions.question import Question as Body
from lms.questions.types import TYPES
from lms.web import edge
from lms.web.viewer import viewer


@door.page("/<resolution>/<topic>/new", may=TRAINER, methods=("GET", "POST"))
def new(resolution: str, topic: str) -> ResponseReturnValue:
    """Write a question: first its type, then the editor."""
    found, kind = bank_called(resolution, topic), request.args.get("type", "")
    if kind not in TYPES:
        types = [(name, TYPE_NAMES[name], TYPE_HINTS[name]) for name in TYPES]
        return render_template("banks/new.html", bank=bank_words(found), types=types)
    form = QuestionForm(kind, queries.citable(edge.session(), found.topic.resolution_id))
    if not form.is_submitted() or form.change_rows():
        return _show(form, found)
    body = form.body()
    if not form.examine(body) or form.go not in {"save", "draft"}:
        return _show(form, found, body=body)
    return _store_new(form, found, body)


@door.page("/question/<int:question_id>/edit", may=TRAINER, methods=("GET", "POST"))
def edit(question_id: int) -> ResponseReturnValue:
    """Change a question: each change is a new version, the former ones stay."""
    found = question_numbered(question_id)
    shown = queries.in_force(edge.session(), [found.id])[0]
    passages = queries.citable(edge.session(), found.bank.topic.resolution_id)
    form = QuestionForm(shown.body.type, passages, shown.body)
    if not form.is_submitted():
        form.start_again_from(shown.version)
        return _show(form, found.bank, found, body=shown.body)
    if form.change_rows():
        return _show(form, found.bank, found)
    body = form.body()
    if not form.examine(body) or form.go != "save":
        return _show(form, found.bank, found, body=body)
    return _store_change(form, shown, body)


def _store_new(form: QuestionForm, bank: Bank, body: Body) -> ResponseReturnValue:
    """Store a new question, in use at once or as a draft, and go to its page."""
    stored = actions.store_question(
        edge.session(),
        bank,
        body,
        cites=form.cited(),
        state="draft" if form.go == "draft" else "approved",
        by=viewer().person_id,
        now=edge.now(),
    )
    flash(_("The question is stored as version 1."), "success")
    return redirect(url_for("banks.question", question_id=stored.id))


def _store_change(form: QuestionForm, shown: queries.Shown, body: Body) -> ResponseReturnValue:
    found = shown.question
    cited = queries.citations(edge.session(), [shown.version.id])[shown.version.id]
    fresh = not any(each.changed or each.withdrawn for each in cited)
    if content_hash(body) == shown.version.content_hash and fresh:
        flash(_("Nothing was changed, so there is no new version."), "info")
        return redirect(url_for("banks.question", question_id=found.id))
    try:
        version = actions.new_version(
            edge.session(),
            found,
            body,
            cites=form.cited(),
            started_from=form.started_from_number,
            by=viewer().person_id,
            now=edge.now(),
        )
    except actions.Conflict:
        return _conflict(form, found, body)
    flash(_("Saved as version {number}. The former versions are kept.", number=version.number), "success")
    return redirect(url_for("banks.question", question_id=found.id))


def _conflict(form: QuestionForm, found: Question, body: Body) -> ResponseReturnValue:
    """Somebody was faster: both are shown, nothing is lost, and saving again is a decision."""
    newest = queries.versions_of(edge.session(), found.id)[0]
    form.start_again_from(newest.version)
    passages = {passage.slug: f"{passage.number}. {passage.heading}" for passage in form.passages}
    conflict = {
        "author": newest.author,
        "number": newest.version.number,
        "at": newest.version.created_at,
        "differences": differences(newest.body, body, _, passages),
    }
    return _show(form, found.bank, found, body=body, conflict=conflict), 409


def _show(
    form: QuestionForm,
    bank: Bank,
    question: Question | None = None,
    *,
    body: Body | None = None,
    conflict: Words | None = None,
) -> str:
    return render_template(
        "banks/edit.html",
        form=form,
        bank=bank_words(bank),
        question=question,
        type_name=_(TYPE_NAMES[form.kind]),
        asked=_preview(body) if body else None,
        same=asking_the_same(stem_key(body), but=question.id if question else None) if body else [],
        conflict=conflict,
    )


def _preview(body: Body) -> AskedQuestion:
    kind = TYPES[body.type]
    return kind.ask(body, kind.arrange(body, random.Random(0), False))  # noqa: S311 - nothing is drawn
