"""Importing questions: a file is read, what was recognised stands beside the source, and is stored when it is right."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.banks import bulk
from lms.banks.jobs import pictures_of
from lms.banks.models import QuestionImport
from lms.banks.transfer import imports, keeping
from lms.banks.transfer.forms import ImportForm
from lms.banks.transfer.imports import ImportGone
from lms.banks.transfer.mapping import TOPICS, banks_by_topic, sister_banks, suggested, topics_in
from lms.banks.transfer.reading import FileRead
from lms.banks.transfer.rules import Judged, judge
from lms.banks.transfer.templates import TEMPLATES, write_template
from lms.banks.views.bulk import tell
from lms.banks.views.door import TRAINER, bank_called, door
from lms.banks.views.import_words import (
    PAGE,
    import_words,
    judged_words,
    list_words,
    next_doubtful,
    page_url,
    place_in,
)
from lms.banks.views.pages import bank_words
from lms.kit import jobs
from lms.kit.i18n import _
from lms.kit.jobs import Job
from lms.questions.formats import OFFERED, by_name
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.jobs import job_words
from lms.web.viewer import viewer


@door.page("/<resolution>/<topic>/import", may=TRAINER, methods=("GET", "POST"))
def import_file(resolution: str, topic: str) -> ResponseReturnValue:
    """Choose a file or paste text; what was imported before."""
    bank, form = bank_called(resolution, topic), ImportForm()
    if form.is_submitted() and form.validate():
        by, (name, data) = viewer().person_id, form.given()
        edge.close_session()  # others write while the file is taken in
        with edge.storage().writing() as (key, file):
            file.write(data)
        with edge.writing() as session:
            found = imports.begin(
                session,
                bank,
                file_name=name,
                file_key=key,
                wanted=form.format.data or "",
                back=url_for("banks.import_file", resolution=resolution, topic=topic),
                by=by,
                now=edge.now(),
            )
            here = address(found.id)
        return redirect(here)
    return render_template(
        "banks/import.html",
        bank=bank_words(bank),
        form=form,
        formats=[(known.title, known.suffix) for known in OFFERED],
        earlier=[list_words(each) for each in imports.imports_of(edge.session(), bank.id)],
    )


@door.page("/import/template/<name>", may=TRAINER)
def template(name: str) -> ResponseReturnValue:
    """An empty file to fill in, with examples: word or excel."""
    known = by_name(name)
    if known is None or name not in TEMPLATES:
        abort(404)
    return attachment(write_template(name), f"mau-cau-hoi{known.suffix}", known.media_type)


@door.page("/import/<int:import_id>", may=TRAINER)
def import_(import_id: int) -> ResponseReturnValue:
    """An import as it stands: being read, to be looked at, stored, undone."""
    found = import_numbered(import_id)
    if found.state == "reading" or (found.state == "read" and _busy(edge.session(), found)):
        return _progress(found)
    if found.reading_key is None:
        left = imports.drafts_left(edge.session(), found.id)
        return render_template("banks/import_over.html", found=import_words(found), problems=[], drafts=left)
    read = kept_reading(found)
    if found.state != "read":
        problems = judged_words([], read.reading.problems)["general"]
        left = imports.drafts_left(edge.session(), found.id)
        return render_template(
            "banks/import_over.html", found=import_words(found), problems=problems, drafts=left
        )
    return _review(found, read)


def _review(found: QuestionImport, read: FileRead) -> str:
    judged = judge(read.reading, found.decisions, found.bank.scheme)
    topics = topics_in([one.read for one in judged])
    banks = sister_banks(edge.session(), found.bank)
    chosen = found.decisions.get(TOPICS) or suggested(list(topics), banks)
    return render_template(
        "banks/import_review.html",
        found=import_words(found),
        review=judged_words(judged, read.reading.problems),
        page=_page(judged, address(found.id)),
        topics=[(topic, count, chosen.get(topic, found.bank.slug)) for topic, count in topics.items()],
        banks=[(bank.slug, bank.name) for bank in banks],
    )


def _page(judged: list[Judged], url: str) -> dict[str, Any]:
    """The questions to show: of a status, from a page on."""
    status, shown = shown_of(judged)
    start = max(request.values.get("from", 0, type=int), 0)
    last = max((len(shown) - 1) // PAGE, 0) * PAGE
    start = min(start, last)
    return {
        "questions": [place_in(one, shown, url, status) for one in shown[start : start + PAGE]],
        "status": status,
        "start": start,
        "before": page_url(url, status, max(start - PAGE, 0)) if start else "",
        "after": page_url(url, status, start + PAGE) if start + PAGE < len(shown) else "",
        "shown": len(shown),
        "first_doubtful": next_doubtful(judged, 0, url, ""),
    }


def shown_of(judged: list[Judged]) -> tuple[str, list[Judged]]:
    """The status that is looked at, "" for all, and its questions."""
    status = request.values.get("status", "")
    return status, [one for one in judged if status in ("", one.status)]


@door.page("/import/<int:import_id>/store", may=TRAINER, methods=("POST",))
def import_store(import_id: int) -> ResponseReturnValue:
    """Store what is taken: at once, or as a job when it is much."""
    by, now, here = viewer().person_id, edge.now(), address(import_id)
    with looking() as session:
        found = imports.import_by_id(session, import_id) or abort(404)
        if found.state != "read" or _busy(session, found):
            return gone(import_id)
        read = kept_reading(found)
        taken = [o.read for o in judge(read.reading, found.decisions, found.bank.scheme) if o.taken]
        if not taken:
            flash(_("There is nothing to store yet: give the missing answers first."), "error")
            return redirect(here)
        much = len(taken) > imports.AT_ONCE
        banks = banks_by_topic(session, found)
        rows = [] if much else imports.prepared(session, found.bank, taken, banks)
    with edge.writing() as session:
        found = imports.import_by_id(session, import_id) or abort(404)
        if much:
            params = {"import": found.id, "by": by, "back": here}
            found.job_id = jobs.ask_for(session, imports.JOB_STORE, params, by=by, now=now).id
        else:
            try:
                imports.store(session, found, rows, pictures_of(read, by, now), by=by, now=now)
            except ImportGone:
                return gone(import_id)
    return redirect(here)


@door.page("/import/<int:import_id>/drop", may=TRAINER, methods=("POST",))
def import_drop(import_id: int) -> ResponseReturnValue:
    """Give the import up; nothing was stored."""
    found = import_numbered(import_id)
    try:
        imports.drop(edge.session(), found, by=viewer().person_id, now=edge.now())
    except ImportGone:
        return gone(import_id)
    flash(_("The file is put aside; nothing of it was stored."), "success")
    return redirect(bank_words(found.bank)["url"])


@door.page("/import/<int:import_id>/undo", may=TRAINER, methods=("POST",))
def import_undo(import_id: int) -> ResponseReturnValue:
    """Take a stored import back as a whole."""
    found = import_numbered(import_id)
    try:
        undone = imports.undo(edge.session(), found, by=viewer().person_id, now=edge.now())
    except ImportGone:
        return gone(import_id)
    flash(_("The import is undone: {count} questions are gone again.", count=undone.removed), "success")
    if undone.retired:
        codes = ", ".join(undone.retired[:20])
        flash(_("Changed or used since, therefore only retired: {codes}", codes=codes), "info")
    return redirect(address(found.id))


@door.page("/import/<int:import_id>/review", may=TRAINER, methods=("POST",))
def import_review(import_id: int) -> ResponseReturnValue:
    """Hand everything that was stored over for review."""
    found = import_numbered(import_id)
    ids, sent = imports.stored_ids(edge.session(), found.id), 0
    for bank in sister_banks(edge.session(), found.bank):
        for start in range(0, len(ids), bulk.MOST):
            some = ids[start : start + bulk.MOST]
            outcome = bulk.change(edge.session(), bank, "review", some, by=viewer().person_id, now=edge.now())
            sent, outcome.changed, outcome.unchanged = sent + outcome.changed, 0, 0
            tell("review", outcome)  # only what was left out, and why
    flash(_("{count} questions are in review: a colleague can approve them.", count=sent), "success")
    return redirect(address(found.id))


@door.page("/import/<int:import_id>/picture/<name>", may=TRAINER)
def import_picture(import_id: int, name: str) -> ResponseReturnValue:
    """A picture of the file, before it is stored."""
    read = kept_reading(import_numbered(import_id))
    data = read.reading.pictures.get(name) or abort(404)
    answer = Response(data, mimetype=read.sizes[name][0])
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def import_numbered(import_id: int) -> QuestionImport:
    """An import by its id; not found without it."""
    return imports.import_by_id(edge.session(), import_id) or abort(404)


def kept_reading(found: QuestionImport) -> FileRead:
    """What its file gave; not found when that is no longer kept."""
    try:
        return keeping.kept(edge.storage(), found.reading_key or "")
    except KeyError:
        abort(404)


@contextlib.contextmanager
def looking() -> Iterator[Any]:
    """For a POST that computes much beside what it writes: a session to look with, while others may write.

    `edge.session()` of a POST holds SQLite's one write lock from its start; thousands of questions are looked over in
    more than half a second.
    """
    with edge.database().reading() as session:
        yield session


def _busy(session: Any, found: QuestionImport) -> bool:
    """Whether a job is storing it right now."""
    job = session.get(Job, found.job_id) if found.job_id else None
    return job is not None and job.kind == imports.JOB_STORE and job.state in ("waiting", "running")


def _progress(found: QuestionImport) -> str:
    job = edge.session().get(Job, found.job_id) if found.job_id else None
    return render_template(
        "banks/import_progress.html", found=import_words(found), job=job_words(job) if job else None
    )


def gone(import_id: int) -> ResponseReturnValue:
    """Back to an import that somebody else settled meanwhile."""
    flash(_("This import has been settled meanwhile; here is how it stands now."), "info")
    return redirect(address(import_id))


def address(import_id: int) -> str:
    """Where an import is looked at."""
    return url_for("banks.import_", import_id=import_id)
