"""Sitting an exam, page by page; the door with all its routes."""

from lms.attempts.views import (
    answer_file,
    before,
    entry,
    entry_sheet,
    explained,
    files,
    news,
    overrides,
    proxy,
    proxy_files,
    receipts,
    results,
    room_attempt,
    room_everybody,
    saving,
    sitting,
    uses,
    worker,
)
from lms.attempts.views.door import door
from lms.attempts.views.room import door as room

__all__ = [
    "answer_file",
    "before",
    "door",
    "entry",
    "entry_sheet",
    "explained",
    "files",
    "news",
    "overrides",
    "proxy",
    "proxy_files",
    "receipts",
    "results",
    "room",
    "room_attempt",
    "room_everybody",
    "saving",
    "sitting",
    "uses",
    "worker",
]
