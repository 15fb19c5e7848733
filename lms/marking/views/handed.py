"""A file that was handed in for an answer: to download, or to read in the page beside the rubric."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from lms.attempts import files
from lms.attempts.models import HandedFile
from lms.exams.models import Exam
from lms.kit import bounded
from lms.kit.i18n import _
from lms.marking import answers, reading
from lms.marking.models import MarkingTask
from lms.marking.views.door import MARKER, door, task_called
from lms.marking.views.queue import exam_words
from lms.web import edge
from lms.web.downloads import attachment


@door.page("/marking/tasks/<int:task_id>/files/<int:file_id>", may=MARKER)
def file(task_id: int, file_id: int) -> Response:
    """The file as an attachment; where marking is blind under the code of the attempt."""
    found = task_called(task_id)
    handed, path = _handed(found, file_id)
    return attachment(path, _name(found, handed), handed.media_type)


@door.page("/marking/tasks/<int:task_id>/files/<int:file_id>/read", may=MARKER)
def read(task_id: int, file_id: int) -> ResponseReturnValue:
    """What a Word, OpenDocument or PDF file says, as a page. What cannot be read is said, with the way to the file."""
    found = task_called(task_id)
    handed, path = _handed(found, file_id)
    if not reading.has_text(handed.media_type):
        abort(404)
    shown = {
        "exam": exam_words(edge.session().get_one(Exam, found.exam_id)),
        "name": _name(found, handed),
        "file_url": url_for("marking.file", task_id=task_id, file_id=file_id),
        "back_url": url_for("marking.task", task_id=task_id),
    }
    media_type = handed.media_type
    edge.close_session()  # the child may take its time, and others want the connection
    try:
        text, problem = reading.read_file(path, media_type), ""
    except bounded.BoundedFailure:
        text, problem = (
            None,
            _("This file cannot be shown here. Please download it and open it in its program."),
        )
    return render_template("marking/read.html", text=text, problem=problem, **shown)


def _handed(found: MarkingTask, file_id: int) -> tuple[HandedFile, Path]:
    handed = files.file_of(edge.session(), found.attempt_id, file_id)
    if handed is None or handed.slot != found.slot:
        abort(404)
    try:
        return handed, edge.storage().path(handed.file_key)
    except KeyError:
        abort(404)


def _name(found: MarkingTask, handed: HandedFile) -> str:
    """The name people gave often tells who they are: where marking is blind the code stands for it."""
    if not edge.session().get_one(Exam, found.exam_id).blind_marking:
        return handed.name
    code = answers.answered(edge.session(), found.attempt_id, found.slot).code
    return f"{code}-{handed.id}.{handed.name.rpartition('.')[2]}"
