"""The door of courses: a trainer's courses, the units that take part, the people in them."""

from __future__ import annotations

from lms.courses.views import organise, people, prepare, units
from lms.courses.views.door import door

__all__ = ["door", "organise", "people", "prepare", "units"]
