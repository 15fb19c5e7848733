"""The door of the question banks: looking, writing and changing, taking in and out of use."""

from __future__ import annotations

from lms.banks.views import editing, reading, states
from lms.banks.views.door import door

__all__ = ["door", "editing", "reading", "states"]
