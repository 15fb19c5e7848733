"""The door of courses: a trainer's courses, the units that take part, the people in them."""

from __future__ import annotations

from lms.courses.views import ending, organise, people, prepare, stages, units
from lms.courses.views.door import door

__all__ = ["door", "ending", "organise", "people", "prepare", "stages", "units"]
