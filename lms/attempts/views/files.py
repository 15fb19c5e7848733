"""Handing in files for an essay, on a page of its own: it works without scripts, and a form cannot stand in another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import escape

from lms.attempts import files as kept
from lms.attempts import handed, queries, regrading, returned, sheet
from lms.attempts.handed import MESSAGES, MOST_BYTES, TYPE_NAMES, FileRefused, Taken
from lms.attempts.models import HandedFile
from lms.attempts.rules import Answers
from lms.attempts.views.door import door, mine
from lms.exams import paper
from lms.exams.paper import LoadedPaper
from lms.kit.i18n import _
from lms.kit.storage import Storage
from lms.kit.words import moment
from lms.web import edge
from lms.web.downloads import attachment
from lms.web.guard import SIGNED_IN
from lms.web.viewer import viewer


@door.page("/attempts/<int:attempt_id>/files/<int:slot>", may=SIGNED_IN)
def files(attempt_id: int, slot: int) -> ResponseReturnValue:
    """What is handed in for a question, and the form for more while there is time."""
    row = mine(attempt_id)
    sat = paper.load(edge.session(), row.paper_id)
    kinds = kept.slots_for_files(sat).get(slot) or abort(404)
    back = "sit" if row.state == "open" else "receipt"
    takes = kept.may_hand_in(row, edge.now())
    return files_page(
        title=row.title,
        question={"slot": slot, "stem": sat.slots[slot - 1].asked.stem},
        kinds=kinds,
        there=[file_words(file) for file in kept.files_of(edge.session(), attempt_id) if file.slot == slot],
        until=_("Files are taken until {time}.", time=moment(row.deadline_at)) if takes else "",
        closed=_("The time is over: what was handed in stays handed in."),
        urls={
            "hand_in": url_for("attempts.hand_in_file", attempt_id=attempt_id, slot=slot),
            "back": url_for(f"attempts.{back}", attempt_id=attempt_id, _anchor=f"q{slot}"),
        },
        back=_("Back to the test") if takes else _("Back"),
    )


def files_page(*, kinds: Sequence[str], there: list[dict[str, Any]], **also: Any) -> str:
    """The page for files of one question; `also`: what else the template names."""
    return render_template(
        "attempts/files.html",
        kinds=[TYPE_NAMES[kind] for kind in kinds],
        accept=",".join(_endings(kinds)),
        most_megabytes=MOST_BYTES // 1024 // 1024,
        most_files=kept.MOST_FILES,
        files=there,
        **also,
    )


def _endings(kinds: Sequence[str]) -> list[str]:
    return [f".{kind}" for kind in kinds] + ([".jpeg"] if "jpg" in kinds else [])


def file_words(file: HandedFile, url: str = "", remove_url: str = "") -> dict[str, Any]:
    """A file handed in as templates show it: to the candidate, or with other addresses to who enters for them."""
    at: dict[str, Any] = {"attempt_id": file.attempt_id, "slot": file.slot, "file_id": file.id}
    return {
        "name": file.name,
        "size": file.size,
        "at": file.handed_at,
        "url": url or url_for("attempts.handed_file", **at),
        "remove_url": remove_url or url_for("attempts.take_file_back", **at),
    }


@door.page("/attempts/<int:attempt_id>/files/<int:slot>", may=SIGNED_IN, methods=("POST",))
def hand_in_file(attempt_id: int, slot: int) -> ResponseReturnValue:
    """Take the files in, or say in a sentence why one is not taken."""

    def keep(session: Any, taken: Taken, name: str) -> HandedFile:
        by, now = viewer().person_id, edge.now()
        return kept.hand_in(session, storage(), attempt_id, by, slot=slot, taken=taken, name=name, now=now)

    take_in(_kinds(attempt_id, slot), keep)
    return _back(attempt_id, slot)


def take_in(kinds: Sequence[str], keep: Callable[[Any, Taken, str], HandedFile]) -> None:
    """Look at each file of the form and keep those of the kinds, saying what came of it. The request's own session must
    not have been asked for: files are looked at before anything is written, because a big photo must not hold up others
    who save their answers."""
    uploads = [each for each in request.files.getlist("file") if each.filename]
    if not uploads:
        flash(_("Choose a file first."), "error")
    for upload in uploads[: kept.MOST_FILES]:
        try:
            taken = handed.take(upload.stream.read(MOST_BYTES + 1), kinds)
            with edge.writing() as session:
                file = keep(session, taken, upload.filename or "")
                flash(_("“{name}” has been handed in.", name=file.name), "success")
        except FileRefused as refused:
            flash(f"{upload.filename}: {refusal(refused)}", "error")


def refusal(refused: FileRefused) -> str:
    """Why a file is not taken, in words."""
    return _(MESSAGES[refused.code], **refused.params)


def _kinds(attempt_id: int, slot: int) -> tuple[str, ...]:
    with edge.database().reading() as session:
        row = queries.sitting(session, attempt_id, viewer().person_id)
        sat = paper.load(session, row.paper_id) if row is not None else None
    found = kept.slots_for_files(sat).get(slot) if sat is not None else None
    return found or abort(404)


@door.page(
    "/attempts/<int:attempt_id>/files/<int:slot>/<int:file_id>/remove", may=SIGNED_IN, methods=("POST",)
)
def take_file_back(attempt_id: int, slot: int, file_id: int) -> ResponseReturnValue:
    """Take a file back while the attempt is open."""
    _kinds(attempt_id, slot)
    try:
        kept.take_back(edge.session(), attempt_id, viewer().person_id, file_id, now=edge.now())
    except FileRefused:
        flash(_("The time is over: what was handed in stays handed in."), "error")
    return _back(attempt_id, slot)


def _back(attempt_id: int, slot: int) -> ResponseReturnValue:
    return redirect(url_for("attempts.files", attempt_id=attempt_id, slot=slot))


@door.page("/attempts/<int:attempt_id>/files/<int:slot>/<int:file_id>", may=SIGNED_IN)
def handed_file(attempt_id: int, slot: int, file_id: int) -> Response:
    """One's own file, as an attachment."""
    mine(attempt_id)
    file = kept.file_of(edge.session(), attempt_id, file_id)
    if file is None or file.slot != slot:
        abort(404)
    return download(file)


def download(file: HandedFile) -> Response:
    """The file as an attachment; "not found" when its bytes are gone."""
    try:
        path = storage().path(file.file_key)
    except KeyError:
        abort(404)
    return attachment(path, file.name, file.media_type)


def storage() -> Storage:
    """The application's storage."""
    found: Storage = current_app.extensions["storage"]
    return found


def of_slots(sat: LoadedPaper, attempt_id: int) -> dict[int, list[dict[str, Any]]]:
    """The files of an attempt by slot, as templates show them; of an answer by hand there can be some where its
    question takes none. Nothing is asked where nobody has to read an answer."""
    found: dict[int, list[dict[str, Any]]] = {}
    if sat.by_person:
        for file in kept.files_of(edge.session(), attempt_id):
            found.setdefault(file.slot, []).append(file_words(file))
    return found


def answered(sat: LoadedPaper, held: Answers, attempt_id: int) -> frozenset[int]:
    """The slots with an answer: one that was given on the page, or files."""
    there = sheet.answered(sat, held)
    if files_taken := kept.slots_for_files(sat):
        there |= regrading.files_of(edge.session(), attempt_id) & files_taken.keys()
    return there


def with_files(marks: dict[str, str], sat: LoadedPaper, row: Any) -> dict[str, str]:
    """The markers of the exam page (lms.attempts.sheet) with the way to hand in files, what is handed in, and why an
    answer was sent back. `row`: id and number of the attempt."""
    attempt_id = row.id
    back = returned.before(edge.session(), attempt_id) if sat.by_person and row.number > 1 else None
    for slot, why in back.reasons.items() if back else ():
        sentence = _("Sent back to be written again: {reason}", reason=why)
        marks[f"{slot}:back:t"] = f'<p class="notice"><span>{escape(sentence)}</span></p>'
    there = of_slots(sat, attempt_id)
    for slot in kept.slots_for_files(sat):
        marks[f"{slot}:u"] = f' href="{escape(url_for("attempts.files", attempt_id=attempt_id, slot=slot))}"'
        if slot in there:
            marks[f"{slot}:h"] = f' data-handed="{len(there[slot])}"'
            marks[f"{slot}:files:t"] = "".join(f"<li>{escape(file['name'])}</li>" for file in there[slot])
            cell = marks.get(f"{slot}:g", "")
            marks[f"{slot}:g"] = cell if "data-answered" in cell else f" data-answered{cell}"
    return marks
