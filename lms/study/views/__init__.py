"""The doors of studying: reading and searching; documents, topics and modules in the making."""

from __future__ import annotations

from lms.study.views import composing, documents, pages, searching
from lms.study.views.door import door, workshop

__all__ = ["composing", "documents", "door", "pages", "searching", "workshop"]
