"""Plain text as if it stood in a Word file: what was pasted, or saved without its looks."""

from __future__ import annotations

from lms.files.word.text import Paragraph, Run, WordText


def from_lines(text: str) -> WordText:
    """A paragraph for each line; without marks, numbering or tables."""
    lines = enumerate(text.splitlines(), 1)
    blocks = tuple(Paragraph((Run(line),) if line else (), index=index) for index, line in lines)
    return WordText(blocks)
