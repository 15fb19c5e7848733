"""Texts that several questions share: where they end, and their pictures."""

from __future__ import annotations

from collections.abc import Sequence

from lms.questions.formats.word import label_lines
from lms.questions.formats.word.lines import Item, Line
from lms.questions.question import Image


def end_of_text(items: Sequence[Item], start: int) -> int | None:
    """Where a text ends that begins before `start`, None when another one begins before or it never does."""
    for at in range(start, len(items)):
        item = items[at]
        if isinstance(item, Line):
            if label_lines.STIMULUS_END.match(item.flat):
                return at
            if label_lines.STIMULUS.match(item.flat):
                return None
    return None


def images_of(lines: Sequence[Line]) -> tuple[Image, ...]:
    """The pictures of lines, in their order."""
    return tuple(image for line in lines for _, image in line.images)
