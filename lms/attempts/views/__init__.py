"""Sitting an exam, page by page; the door with all its routes."""

from lms.attempts.views import before, results, saving, sitting, uses, worker
from lms.attempts.views.door import door

__all__ = ["before", "door", "results", "saving", "sitting", "uses", "worker"]
