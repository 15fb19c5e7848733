"""Work with pyHanko in a thread of its own: it runs an event loop for every signature that it makes or verifies, which
no thread may do that runs a loop already."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def apart(work: Callable[[], T]) -> T:
    """What the work returns or raises."""
    with ThreadPoolExecutor(max_workers=1) as own:
        return own.submit(work).result()
