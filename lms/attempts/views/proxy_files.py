"""Handing in files for a person for whom a clerk sits the test: the same kinds, the same time, as for anybody."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import files as kept
from lms.attempts.entry import proxy as actions
from lms.attempts.entry import queries
from lms.attempts.handed import FileRefused, Taken
from lms.attempts.models import HandedFile
from lms.attempts.views import files
from lms.attempts.views.door import door
from lms.attempts.views.entry import CLERK, own_units
from lms.attempts.views.proxy import mine, over
from lms.exams import paper
from lms.kit.i18n import _
from lms.kit.words import moment
from lms.web import edge
from lms.web.viewer import viewer

_URL = "/entry/attempts/<int:attempt_id>/files/<int:slot>"


@door.page(_URL, may=CLERK)
def proxy_files(attempt_id: int, slot: int) -> ResponseReturnValue:
    """What is handed in for a question, and the form for more."""
    row = mine(attempt_id)
    if row.state != "open":
        return over(row)
    sat = paper.load(edge.session(), row.paper_id)
    kinds = kept.slots_for_files(sat).get(slot) or abort(404)
    there = kept.files_of(edge.session(), attempt_id)
    return files.files_page(
        title=row.title,
        lead=_("Entered for {name}", name=row.name),
        question={"slot": slot, "stem": sat.slots[slot - 1].asked.stem},
        kinds=kinds,
        there=[_words(file) for file in there if file.slot == slot],
        until=_("Files are taken until {time}.", time=moment(row.deadline_at)),
        urls={
            "hand_in": url_for("attempts.hand_in_proxy_file", attempt_id=attempt_id, slot=slot),
            "back": url_for("attempts.proxy", attempt_id=attempt_id, _anchor=f"q{slot}"),
        },
        back=_("Back to the test"),
    )


def _words(file: HandedFile) -> dict[str, Any]:
    at: dict[str, Any] = {"attempt_id": file.attempt_id, "slot": file.slot, "file_id": file.id}
    return files.file_words(
        file,
        url=url_for("attempts.proxy_file", **at),
        remove_url=url_for("attempts.take_proxy_file_back", **at),
    )


@door.page(_URL, may=CLERK, methods=("POST",))
def hand_in_proxy_file(attempt_id: int, slot: int) -> ResponseReturnValue:
    """Take files in for the person, or say in a sentence why one is not taken."""

    def keep(session: Any, taken: Taken, name: str) -> HandedFile:
        how: dict[str, Any] = {"slot": slot, "taken": taken, "name": name}
        return actions.hand_in_file_for(
            session, files.storage(), attempt_id, **how, by=viewer().person_id, now=edge.now()
        )

    files.take_in(_kinds(attempt_id, slot), keep)
    return _back(attempt_id, slot)


def _kinds(attempt_id: int, slot: int) -> tuple[str, ...]:
    with edge.database().reading() as session:
        row = queries.proxy(session, attempt_id, viewer().person_id, own_units())
        sat = paper.load(session, row.paper_id) if row is not None else None
    found = kept.slots_for_files(sat).get(slot) if sat is not None else None
    return found or abort(404)


@door.page(f"{_URL}/<int:file_id>/remove", may=CLERK, methods=("POST",))
def take_proxy_file_back(attempt_id: int, slot: int, file_id: int) -> ResponseReturnValue:
    """Take a file back while the attempt is open."""
    _kinds(attempt_id, slot)
    try:
        actions.take_file_back_for(edge.session(), attempt_id, file_id, by=viewer().person_id, now=edge.now())
    except FileRefused:
        flash(_("The time is over: what was handed in stays handed in."), "error")
    return _back(attempt_id, slot)


def _back(attempt_id: int, slot: int) -> ResponseReturnValue:
    return redirect(url_for("attempts.proxy_files", attempt_id=attempt_id, slot=slot))


@door.page(f"{_URL}/<int:file_id>", may=CLERK)
def proxy_file(attempt_id: int, slot: int, file_id: int) -> Response:
    """A file that is handed in, as an attachment, while the clerk still enters for the person."""
    row = mine(attempt_id)
    file = kept.file_of(edge.session(), attempt_id, file_id)
    if row.state != "open" or file is None or file.slot != slot:
        abort(404)
    return files.download(file)
