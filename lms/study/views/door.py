"""The two doors of studying: reading, for everybody; documents and modules in the making, for trainers."""

from __future__ import annotations

from flask import abort

from lms.study import queries
from lms.study.models import Document, Edition, Module, Passage, Resolution
from lms.web import edge
from lms.web.guard import Door, role

door = Door("study", __name__, url_prefix="/study")
workshop = Door("workshop", __name__, url_prefix="/workshop")
TRAINER = role("trainer")


def resolution_called(slug: str) -> Resolution:
    """The resolution, else 404."""
    return queries.resolution_by_slug(edge.session(), slug) or abort(404)


def document_numbered(document_id: int) -> Document:
    """The document, else 404."""
    return edge.session().get(Document, document_id) or abort(404)


def edition_numbered(edition_id: int) -> Edition:
    """The edition with its document, else 404."""
    return edge.session().get(Edition, edition_id) or abort(404)


def module_called(slug: str) -> Module:
    """The module, published or not, else 404."""
    return queries.module_by_slug(edge.session(), slug) or abort(404)


def passage_numbered(passage_id: int, resolution_id: int) -> Passage:
    """The passage, if it belongs to the resolution; else 404."""
    found = edge.session().get(Passage, passage_id)
    if found is None or found.document.resolution_id != resolution_id:
        abort(404)
    return found
