"""The door of the question banks: looking, writing and changing, reviewing, taking in and out of use."""

from __future__ import annotations

from lms.banks.views import (
    bulk,
    checking,
    coverage,
    deciding,
    drafts,
    editing,
    exporting,
    importing,
    linting,
    pictures,
    printing,
    reading,
    review,
    settings,
    states,
    topics,
)
from lms.banks.views.door import door

__all__ = [
    "bulk",
    "checking",
    "coverage",
    "deciding",
    "door",
    "drafts",
    "editing",
    "exporting",
    "importing",
    "linting",
    "pictures",
    "printing",
    "reading",
    "review",
    "settings",
    "states",
    "topics",
]
