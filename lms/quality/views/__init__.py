"""The quality pages, for trainers: an exam, a question in it, a question over exams, the window by unit."""

from __future__ import annotations

from lms.quality.views import exam, question, window
from lms.quality.views.door import door

__all__ = ["door", "exam", "question", "window"]
