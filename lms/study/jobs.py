"""Long work of studying: reading an uploaded document, in a bounded child."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.kit import bounded
from lms.kit.bounded import Answer, BoundedFailure
from lms.kit.clock import now as clock_now
from lms.kit.jobs import Run
from lms.questions.problem import error
from lms.study import documents
from lms.study.models import Edition
from lms.study.reading.document import DocumentReading, read_document
from lms.study.reading.wire import reading_from_json, reading_to_json


def read_edition(run: Run) -> dict[str, Any]:
    """Job: read the file of an edition. Parameters: edition (its id), back."""
    edition_id = run.params["edition"]
    with run.database.reading() as session:
        edition = session.get_one(Edition, edition_id)
        path, name = run.storage.path(edition.file_key), edition.file_name
    run.progress(0, 2)
    reading = read_file(path.read_bytes(), name)
    run.progress(1, 2)
    key = documents.keep(run.storage, reading)
    with run.database.writing() as session:
        documents.was_read(session, edition_id, reading_key=key, reading=reading, now=clock_now())
    return {}


def read_file(data: bytes, name: str) -> DocumentReading:
    """What is in a document, read where it can do no harm. Never raises for what is in it."""
    try:
        return reading_from_json(bounded.run("lms.study.jobs:in_child", data, name=name).told)
    except BoundedFailure as failed:
        return DocumentReading(problems=(error(failed.code).at(file=name),), unreadable=True)


def in_child(data: bytes, params: Mapping[str, Any]) -> Answer:
    """What the child does."""
    return Answer(reading_to_json(read_document(data, params["name"])))
