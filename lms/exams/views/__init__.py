"""The door of exams for those who organise them: policy, blueprint, preview, publishing."""

from __future__ import annotations

from lms.exams.views import blueprint, organise, preview, publish
from lms.exams.views.door import door

__all__ = ["blueprint", "door", "organise", "preview", "publish"]
