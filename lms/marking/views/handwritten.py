"""Photos of what was written by hand, from the clerk who entered the paper. The pages show no question."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import files as kept
from lms.attempts.entry import queries
from lms.attempts.handed import FileRefused, Taken
from lms.attempts.models import HandedFile
from lms.attempts.views import files
from lms.attempts.views.entry import CLERK, own_units
from lms.kit.i18n import _
from lms.marking import handwritten as actions
from lms.marking.views.door import door
from lms.web import edge
from lms.web.viewer import viewer

_URL = "/entry/papers/<int:attempt_id>/files/<int:slot>"


@door.page(_URL, may=CLERK)
def handwritten(attempt_id: int, slot: int) -> ResponseReturnValue:
    """What is handed in for an answer written by hand, and the form for more."""
    row, session = _mine(edge.session(), attempt_id, slot), edge.session()
    there = [file for file in kept.files_of(session, attempt_id) if file.slot == slot]
    read = actions.is_read(session, attempt_id, slot)
    return files.files_page(
        title=row.title,
        lead=_("{name}, attempt {number}", name=row.name, number=row.number),
        question={"slot": slot, "stem": ""},
        kinds=actions.KINDS,
        there=[_words(file) for file in there],
        until="" if read else _("Photos or scans of the sheet are taken until a marker has the answer."),
        closed=files.refusal(FileRefused("files_read")),
        urls={
            "hand_in": url_for("marking.hand_in_handwritten", attempt_id=attempt_id, slot=slot),
            "back": url_for("attempts.entry_people", exam_id=row.exam_id),
        },
        back=_("Back"),
    )


def _mine(session: Any, attempt_id: int, slot: int) -> Any:
    """The paper that the clerk entered, if the answer is written by hand there; else 404."""
    row = queries.entered_paper(session, attempt_id, viewer().person_id, own_units())
    if row is None or slot not in queries.handwritten(session, [attempt_id]).get(attempt_id, []):
        abort(404)
    return row


def _words(file: HandedFile) -> dict[str, Any]:
    at: dict[str, Any] = {"attempt_id": file.attempt_id, "slot": file.slot, "file_id": file.id}
    return files.file_words(
        file,
        url=url_for("marking.handwritten_file", **at),
        remove_url=url_for("marking.take_handwritten_back", **at),
    )


@door.page(_URL, may=CLERK, methods=("POST",))
def hand_in_handwritten(attempt_id: int, slot: int) -> ResponseReturnValue:
    """Take photos in, or say in a sentence why one is not taken."""

    def keep(session: Any, taken: Taken, name: str) -> HandedFile:
        how: dict[str, Any] = {"slot": slot, "taken": taken, "name": name}
        return actions.hand_in(
            session, files.storage(), attempt_id, **how, by=viewer().person_id, now=edge.now()
        )

    _must_be_mine(attempt_id, slot)
    files.take_in(actions.KINDS, keep)
    return _back(attempt_id, slot)


def _must_be_mine(attempt_id: int, slot: int) -> None:
    with edge.database().reading() as session:
        _mine(session, attempt_id, slot)


@door.page(f"{_URL}/<int:file_id>/remove", may=CLERK, methods=("POST",))
def take_handwritten_back(attempt_id: int, slot: int, file_id: int) -> ResponseReturnValue:
    """Take a photo back as long as no marker has the answer."""
    _must_be_mine(attempt_id, slot)
    try:
        actions.take_back(edge.session(), attempt_id, slot, file_id, by=viewer().person_id, now=edge.now())
    except FileRefused as refused:
        flash(files.refusal(refused), "error")
    return _back(attempt_id, slot)


def _back(attempt_id: int, slot: int) -> ResponseReturnValue:
    return redirect(url_for("marking.handwritten", attempt_id=attempt_id, slot=slot))


@door.page(f"{_URL}/<int:file_id>", may=CLERK)
def handwritten_file(attempt_id: int, slot: int, file_id: int) -> Response:
    """One of the photos, as an attachment."""
    _mine(edge.session(), attempt_id, slot)
    file = kept.file_of(edge.session(), attempt_id, file_id)
    if file is None or file.slot != slot:
        abort(404)
    return files.download(file)
