"""The stem of a cloze as its pieces: text, and the numbers of the gaps between."""

from __future__ import annotations

import re
from collections.abc import Iterator

_MARK = re.compile(r"\[\[([1-9][0-9]?)\]\]")


def pieces(stem: str, count: int) -> Iterator[tuple[str, int]]:
    """Each piece of text with the number of the gap behind it; 0 behind the last. Only gaps 1 to `count` are gaps."""
    at = 0
    for mark in _MARK.finditer(stem):
        if int(mark[1]) <= count:
            yield stem[at : mark.start()], int(mark[1])
            at = mark.end()
    yield stem[at:], 0
