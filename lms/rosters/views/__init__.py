"""Screens of lists of people: handing in, looking, deciding, storing, undoing, slips; the door with all its routes."""

from __future__ import annotations

from lms.rosters.views import deciding, lists, slips
from lms.rosters.views.door import door

__all__ = ["deciding", "door", "lists", "slips"]
