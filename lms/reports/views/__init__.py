"""The officer's screens: figures of the own units, names, reports as files, and frozen reports.

Officers and auditors see the units they hold the role over and all below them; everything else is not found.
"""

from lms.reports.views import (
    comparing,
    counting,
    files,
    freezing,
    overview,
    papers,
    reminders,
    schedules,
    unit,
)
from lms.reports.views.door import door

__all__ = [
    "comparing",
    "counting",
    "door",
    "files",
    "freezing",
    "overview",
    "papers",
    "reminders",
    "schedules",
    "unit",
]
