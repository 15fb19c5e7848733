"""Writing and changing questions: the editor with its preview, and what happens when two change the same one."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import actions, finding, kept_pictures, queries, review, stimuli, unsaved, versions
from lms.banks.forms import NEW_STIMULUS, Around, QuestionForm
from lms.banks.models import Bank, Question
from lms.banks.rules import TYPE_HINTS, TYPE_NAMES, content_hash, differences
from lms.banks.views.door import TRAINER, bank_called, door, question_numbered
from lms.banks.views.drafts import asked, left_words, writing_words
from lms.banks.views.pages import Words, asking_the_same, bank_words
from lms.banks.views.pictures import take_uploads
from lms.kit.i18n import _
from lms.questions.duplicates import stem_key
from lms.questions.question import Question as Body
from lms.questions.types import TYPES
from lms.web import edge
from lms.web.viewer import viewer

STORES = ("save", "ask")  # the buttons that store; "ask" sends it for review as well


@door.page("/<resolution>/<topic>/new", may=TRAINER, methods=("GET", "POST"))
def new(resolution: str, topic: str) -> ResponseReturnValue:
    """Write a question: first its type, then the editor; ?continue=1 goes on with what was kept unsaved."""
    found, kind = bank_called(resolution, topic), request.args.get("type", "")
    if kind not in TYPES:
        types = [(name, TYPE_NAMES[name], TYPE_HINTS[name]) for name in TYPES]
        return render_template("banks/new.html", bank=bank_words(found), types=types)
    place = unsaved.place_of_new(found.slug, kind)
    form = _form(found, kind, place)
    if request.method != "POST" and "cites" in request.args:
        form.cites.data = request.args.getlist("cites", type=int)  # begun from a passage
    if request.method != "POST" or form.pressed(request.form.get("go", "")):
        return _show(form, found, place=place)
    body = form.body()
    if not form.examine(body) or form.go not in STORES:
        return _show(form, found, place=place, body=body)
    return _store_new(form, found, body)


@door.page("/question/<int:question_id>/edit", may=TRAINER, methods=("GET", "POST"))
def edit(question_id: int) -> ResponseReturnValue:
    """Change a question: each change is a new version, the former ones stay."""
    found = question_numbered(question_id)
    shown = queries.in_force(edge.session(), [found.id])[0]
    place = unsaved.place_of_question(found.id)
    form = _form(found.bank, shown.body.type, place, shown)
    if request.method != "POST":
        return _show(form, found.bank, shown, place=place, body=form.body())
    if form.pressed(request.form.get("go", "")):
        return _show(form, found.bank, shown, place=place)
    body = form.body()
    if not form.examine(body) or form.go not in STORES:
        return _show(form, found.bank, shown, place=place, body=body)
    return _store_change(form, shown, body)


def _form(bank: Bank, kind: str, place: str, shown: queries.Shown | None = None) -> QuestionForm:
    """The form as posted, as it was left unsaved, as the question stands, or empty."""
    session = edge.session()
    around = Around(
        queries.citable(session, bank.topic.resolution_id), stimuli.stimuli_of(session, bank.id), bank.scheme
    )
    if request.method == "POST":
        form = QuestionForm(kind, around, fields=request.form.to_dict(flat=False))
        take_uploads(form)
        return form
    left = unsaved.unsaved_edit(session, viewer().person_id, place) if "continue" in request.args else None
    if left:
        form = QuestionForm(kind, around, fields=left.fields)
        form.draft.keep_known(kept_pictures.known(session, [each.name for each in form.draft.pictures]))
        return form
    if shown is None:
        return QuestionForm(kind, around)
    form = QuestionForm(kind, around, shown=shown.body, tags=_tags_of(shown.question))
    form.start_again_from(shown.version)
    return form


def _tags_of(question: Question) -> list[str]:
    return finding.tags_of(edge.session(), [question.id])[question.id]


def _store_new(form: QuestionForm, bank: Bank, body: Body) -> ResponseReturnValue:
    """Store a new question as a draft, and go to its page."""
    session, by, now = edge.session(), viewer().person_id, edge.now()
    body = _with_own_stimulus(body)
    try:
        with session.begin_nested():
            stored = actions.store_question(
                session, bank, body, cites=form.cited(), by=by, now=now, tags=form.tag_list
            )
            _change_shared_text(stored, body)
    except versions.Conflict:
        return _shared_text_conflict(form, bank, None, body)
    unsaved.drop(session, by, unsaved.place_of_new(bank.slug, form.kind))
    return _done(form, stored, _("The question is stored as version 1."))


def _store_change(form: QuestionForm, shown: queries.Shown, body: Body) -> ResponseReturnValue:
    session, found, by, now = edge.session(), shown.question, viewer().person_id, edge.now()
    body = _with_own_stimulus(body)
    cited = queries.citations(session, [shown.version.id])[shown.version.id]
    fresh = not any(each.changed or each.withdrawn for each in cited)
    if content_hash(body) == shown.version.content_hash and fresh:
        return _store_tags(form, found)
    version = None
    try:
        with session.begin_nested():
            version = actions.new_version(
                session,
                found,
                body,
                cites=form.cited(),
                started_from=form.started_from_number,
                by=by,
                now=now,
            )
            _change_shared_text(found, body)
    except versions.Conflict:
        if version is None:
            return _conflict(form, found, body)
        return _shared_text_conflict(form, found.bank, shown, body)
    actions.set_tags(session, found, form.tag_list, by=by, now=now)
    unsaved.drop(session, by, unsaved.place_of_question(found.id))
    words = _("Saved as version {number}. The former versions are kept.", number=version.number)
    return _done(form, found, words)


def _store_tags(form: QuestionForm, found: Question) -> ResponseReturnValue:
    """Nothing that a version holds was changed; tags belong to none."""
    session, by = edge.session(), viewer().person_id
    same = set(_tags_of(found)) == set(form.tag_list)
    actions.set_tags(session, found, form.tag_list, by=by, now=edge.now())
    unsaved.drop(session, by, unsaved.place_of_question(found.id))
    words = _("Nothing was changed, so there is no new version.") if same else _("The tags are stored.")
    return _done(form, found, words, kind="info" if same else "success")


def _done(form: QuestionForm, stored: Question, words: str, *, kind: str = "success") -> ResponseReturnValue:
    """Say what was stored, send it for review if that was asked for, and go to its page."""
    flash(words, kind)
    if form.go == "ask" and review.ask_for_review(
        edge.session(), stored, by=viewer().person_id, now=edge.now()
    ):
        flash(_("The question is in review now. A colleague approves it."), "success")
    return redirect(url_for("banks.question", question_id=stored.id))


def _with_own_stimulus(body: Body) -> Body:
    if body.stimulus and body.stimulus.key == NEW_STIMULUS:
        return replace(body, stimulus=replace(body.stimulus, key=stimuli.new_key()))
    return body


def _change_shared_text(stored: Question, body: Body) -> None:
    """The text that several questions are about is one: changed in this one, it changes in all."""
    if body.stimulus is None:
        return
    changed = stimuli.change_in_others(
        edge.session(), stored, body.stimulus, by=viewer().person_id, now=edge.now()
    )
    if changed:
        count, codes = len(changed), ", ".join(changed)
        flash(
            _("The shared text was changed in {count} other questions: {codes}.", count=count, codes=codes),
            "info",
        )


def _shared_text_conflict(
    form: QuestionForm, bank: Bank, shown: queries.Shown | None, body: Body
) -> ResponseReturnValue:
    """Another question on the same text was stored in this very moment: nothing was, so pressing again does it."""
    form.form_errors.append(
        _("Another question on the same text was changed at this moment. Save once more.")
    )
    place = (
        unsaved.place_of_question(shown.question.id) if shown else unsaved.place_of_new(bank.slug, form.kind)
    )
    return _show(form, bank, shown, place=place, body=body), 409


def _conflict(form: QuestionForm, found: Question, body: Body) -> ResponseReturnValue:
    """Somebody was faster: both are shown, nothing is lost, and saving again is a decision."""
    newest = queries.versions_of(edge.session(), found.id)[0]
    form.start_again_from(newest.version)
    passages = {passage.slug: f"{passage.number}. {passage.heading}" for passage in form.around.passages}
    conflict = {
        "author": newest.author,
        "number": newest.version.number,
        "at": newest.version.created_at,
        "differences": differences(newest.body, body, _, passages, found.bank.scheme),
    }
    shown = queries.in_force(edge.session(), [found.id])[0]
    place = unsaved.place_of_question(found.id)
    return _show(form, found.bank, shown, place=place, body=body, conflict=conflict), 409


def _show(
    form: QuestionForm,
    bank: Bank,
    shown: queries.Shown | None = None,
    *,
    place: str,
    body: Body | None = None,
    conflict: Words | None = None,
) -> str:
    question, session = (shown.question if shown else None), edge.session()
    key = form.stimulus.data or ""
    return render_template(
        "banks/edit.html",
        form=form,
        bank=bank_words(bank),
        question=question,
        type_name=_(TYPE_NAMES[form.kind]),
        asked=asked(body) if body else None,
        same=asking_the_same(stem_key(body), but=question.id if question else None) if body else [],
        conflict=conflict,
        place=place,
        left=left_words(place, shown) if request.method != "POST" else None,
        writing=writing_words(place),
        shared=len(stimuli.sharing(session, bank.id, key, but=question.id if question else None)),
    )
