"""The door of exams for those who organise them: policy, blueprint, papers, preview, publishing."""

from __future__ import annotations

from lms.exams.views import blueprint, fixed, organise, papers, preview, publish
from lms.exams.views.door import door

__all__ = ["blueprint", "door", "fixed", "organise", "papers", "preview", "publish"]
