"""Documents: uploading one, looking at what an edition would change, putting it in force, settling topics."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from markupsafe import Markup

from lms.kit.i18n import N_, _
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.study import documents, queries, workshop_queries
from lms.study import topics as topics_
from lms.study.documents import EditionGone
from lms.study.forms import NEW, DocumentForm, EditionForm
from lms.study.models import UPLOADED, Document, Edition, Passage, PassageTopic, Topic
from lms.study.reading.document import DocumentReading
from lms.study.reading.editions import Change
from lms.study.reading.markdown import unmarked
from lms.study.text import to_html
from lms.study.views.door import (
    TRAINER,
    document_numbered,
    edition_numbered,
    passage_numbered,
    resolution_called,
    workshop,
)
from lms.study.words import sentence
from lms.web import edge
from lms.web.jobs import job_words
from lms.web.viewer import viewer

KINDS = {
    "unchanged": N_("Unchanged"),
    "reworded": N_("Reworded"),
    "moved": N_("Moved"),
    "gone": N_("Gone"),
    "new": N_("New"),
}
STATES = {
    "reading": N_("Being read"),
    "unreadable": N_("Not readable"),
    "read": N_("To be looked at"),
    "applied": N_("In force since"),
    "dropped": N_("Put aside"),
}
Words = dict[str, Any]


@workshop.page("/documents/", may=TRAINER, methods=("GET", "POST"))
def documents_() -> ResponseReturnValue:
    """Every document, and uploading a new one."""
    form = DocumentForm(workshop_queries.resolutions(edge.session()))
    if form.is_submitted() and form.validate():
        return _begin(_new_document(form), form.file)
    return render_template(
        "study/workshop/documents.html",
        form=form,
        documents=[
            _document_words(line.document) | {"passages": line.passages}
            for line in workshop_queries.documents(edge.session())
        ],
    )


def _new_document(form: DocumentForm) -> Document:
    session, by, now = edge.session(), viewer().person_id, edge.now()
    if form.resolution.data == NEW:
        title, term = (form.resolution_title.data or "").strip(), (form.term.data or "").strip()
        resolution = documents.start_resolution(session, title=title, term=term, by=by, now=now)
    else:
        resolution = resolution_called(form.resolution.data)
    title = (form.title.data or "").strip()
    return documents.start_document(session, resolution, title=title, by=by, now=now)


def _begin(document: Document, field: FileField) -> ResponseReturnValue:
    with _storage().writing() as (key, file):
        file.write(field.data.read())
    edition = documents.begin_edition(
        edge.session(),
        document,
        file_name=(field.data.filename or "file")[:200],
        file_key=key,
        back=url_for("workshop.document", document_id=document.id),
        by=viewer().person_id,
        now=edge.now(),
    )
    return redirect(url_for("workshop.edition", edition_id=edition.id))


@workshop.page("/documents/<int:document_id>", may=TRAINER, methods=("GET", "POST"))
def document(document_id: int) -> ResponseReturnValue:
    """A document: its passages with their topics, its editions, and a file for the next one."""
    found, form = document_numbered(document_id), EditionForm()
    if found.kind == "own":
        abort(404)
    if form.is_submitted() and form.validate():
        return _begin(found, form.file)
    passages = workshop_queries.passages_in_force(edge.session(), found.id)
    about = workshop_queries.topics_of_passages(edge.session(), [passage.id for passage in passages])
    topics = queries.topics_of(edge.session(), found.resolution_id)
    return render_template(
        "study/workshop/document.html",
        document=_document_words(found),
        form=form,
        uploaded=found.kind == UPLOADED,
        topics=[(topic.id, topic.name) for topic in topics],
        offered=[] if topics else [one.name for one in topics_.offered(edge.session(), found.resolution_id)],
        passages=[_passage_words(passage, about[passage.id], topics) for passage in passages],
        editions=[_edition_words(each) for each in workshop_queries.editions_of(edge.session(), found.id)],
    )


@workshop.page("/documents/<int:document_id>/topics", may=TRAINER, methods=("POST",))
def settle_topics(document_id: int) -> ResponseReturnValue:
    """What one passage is about, as the trainer says."""
    found = document_numbered(document_id)
    passage = passage_numbered(request.form.get("passage", 0, type=int), found.resolution_id)
    known = queries.topics_of(edge.session(), found.resolution_id)
    chosen = [topic.id for topic in known if topic.id in request.form.getlist("topic", type=int)]
    topics_.settle_topics(edge.session(), passage, chosen, by=viewer().person_id, now=edge.now())
    if request.headers.get("X-Part") == "passage":
        about = workshop_queries.topics_of_passages(edge.session(), [passage.id])[passage.id]
        words = _passage_words(passage, about, known)
        topics = [(topic.id, topic.name) for topic in known]
        return render_template(
            "study/workshop/passage.html", passage=words, topics=topics, document=_document_words(found)
        )
    return redirect(url_for("workshop.document", document_id=found.id, _anchor=f"passage-{passage.id}"))


@workshop.page("/documents/editions/<int:edition_id>", may=TRAINER)
def edition(edition_id: int) -> ResponseReturnValue:
    """An edition: being read, what it would change, or what it changed."""
    found = edition_numbered(edition_id)
    if found.state == "reading":
        job = edge.session().get(Job, found.job_id) if found.job_id else None
        return render_template(
            "study/workshop/edition_progress.html",
            edition=_edition_words(found),
            document=_document_words(found.document),
            job=job_words(job) if job else None,
        )
    reading = _reading(found)
    changes = documents.changes_of(edge.session(), found.document, reading) if found.state == "read" else []
    references = {passage.id: passage.reference for passage in reading.passages}
    return render_template(
        "study/workshop/edition.html",
        edition=_edition_words(found),
        document=_document_words(found.document),
        title=reading.title,
        first=not found.document.edition,
        problems=[_problem_words(problem) for problem in reading.problems],
        left_out=[*reading.front, *reading.back],
        changes=[_change_words(change, references) for change in changes],
        kinds=[(kind, _(name), found.counts.get(kind, 0)) for kind, name in KINDS.items()],
    )


@workshop.page("/documents/editions/<int:edition_id>/apply", may=TRAINER, methods=("POST",))
def apply_edition(edition_id: int) -> ResponseReturnValue:
    """Put the edition in force."""
    found = edition_numbered(edition_id)
    try:
        counts = documents.apply(
            edge.session(), found, _reading(found), by=viewer().person_id, now=edge.now()
        )
    except EditionGone:
        return _gone(found)
    flash(_("Edition {number} is in force.", number=found.number), "success")
    if counts["reworded"] or counts["gone"]:
        flash(
            _(
                "Questions that cite a reworded or vanished passage are kept out of new papers until somebody "
                "confirms them."
            ),
            "info",
        )
    return redirect(url_for("workshop.document", document_id=found.document_id))


@workshop.page("/documents/editions/<int:edition_id>/drop", may=TRAINER, methods=("POST",))
def drop_edition(edition_id: int) -> ResponseReturnValue:
    """Give the edition up; nothing was changed."""
    found = edition_numbered(edition_id)
    try:
        documents.drop(edge.session(), found, by=viewer().person_id, now=edge.now())
    except EditionGone:
        return _gone(found)
    flash(_("The file is put aside; nothing of it was stored."), "success")
    return redirect(url_for("workshop.document", document_id=found.document_id))


def _gone(found: Edition) -> ResponseReturnValue:
    flash(_("This edition has been settled meanwhile; here is how it stands now."), "info")
    return redirect(url_for("workshop.edition", edition_id=found.id))


def _reading(found: Edition) -> DocumentReading:
    try:
        return documents.kept(_storage(), found.reading_key or "")
    except KeyError:
        abort(404)


def _storage() -> Storage:
    storage: Storage = current_app.extensions["storage"]
    return storage


def _document_words(found: Document) -> Words:
    return {
        "id": found.id,
        "title": found.title or _("Document without a name"),
        "resolution": found.resolution.title,
        "edition": found.edition,
        "kind": found.kind,
        "url": url_for("workshop.document", document_id=found.id),
        "topics_url": url_for("workshop.settle_topics", document_id=found.id),
        "coverage_url": url_for("banks.coverage_map", resolution=found.resolution.slug),
        "all_topics_url": url_for("banks.topics", resolution=found.resolution.slug),
        "change_topics_url": url_for("banks.change_topics", resolution=found.resolution.slug),
    }


def _edition_words(found: Edition) -> Words:
    return {
        "number": found.number,
        "state": found.state,
        "state_name": _(STATES[found.state]),
        "file": found.file_name,
        "at": found.applied_at or found.created_at,
        "counts": found.counts,
        "url": url_for("workshop.edition", edition_id=found.id),
        "apply_url": url_for("workshop.apply_edition", edition_id=found.id),
        "drop_url": url_for("workshop.drop_edition", edition_id=found.id),
    }


def _passage_words(passage: Passage, about: list[PassageTopic], topics: Any) -> Words:
    states = {row.topic_id: row for row in about}
    return {
        "id": passage.id,
        "slug": passage.slug,
        "number": passage.number,
        "reference": passage.reference,
        "heading": passage.heading,
        "headings": passage.headings or [],
        "body": Markup(to_html(passage.body)),  # noqa: S704 - sanitised by to_html
        "settled": bool(about) and all(row.state != "suggested" for row in about),
        "topics": [_topic_words(topic, states.get(topic.id)) for topic in topics],
    }


def _topic_words(topic: Topic, row: PassageTopic | None) -> Words:
    return {
        "id": topic.id,
        "name": topic.name,
        "chosen": row is not None and row.state != "refused",
        "suggested": row is not None and row.state == "suggested",
        "reason": row.reason if row is not None and row.state == "suggested" else "",
    }


def _problem_words(problem: Any) -> Words:
    return {"text": sentence(problem), "severity": problem.severity}


def _change_words(change: Change, references: Mapping[str, str]) -> Words:
    """A change; `references`: where the passages of the new edition stand in it, by their ids."""
    shown = change.new or change.old
    return {
        "kind": change.kind,
        "kind_name": _(KINDS[change.kind]),
        "moved": change.moved and change.kind != "moved",
        "heading": shown.heading if shown else "",
        "reference": references.get(change.new.id, "") if change.new else "",
        "text": Markup(to_html(shown.text if shown else "")),  # noqa: S704 - sanitised by to_html
        "old_heading": change.old.heading if change.old and change.kind == "reworded" else "",
        "parts": [(part.kind, unmarked(part.text)) for part in change.parts()]
        if change.kind == "reworded"
        else [],
        "figures": [*change.figures_gone, *change.figures_new],
    }
