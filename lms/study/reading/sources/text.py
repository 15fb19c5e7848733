"""Plain text: a line is a paragraph; lines broken at a margin are joined when the text is clearly typed so."""

from __future__ import annotations

import re
from itertools import pairwise

from lms.study.reading.joining import Printed, join
from lms.study.reading.outline import DocumentRefused, Line, Outline, lines_of

_NAMES = (".txt", ".text")
_BOMS = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
_BROKEN_AT = 110  # no line is longer: the text was broken at a margin
_FEWEST = 8  # lines from which the habit can be told


def decode(data: bytes) -> str:
    """Text in UTF-8, or UTF-16 with its mark. Raises DocumentRefused."""
    code = next((code for code, mark in _BOMS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(code)
    except UnicodeDecodeError as broken:
        raise DocumentRefused("not_utf8") from broken
    if "\x00" in text:
        raise DocumentRefused("document_unknown")
    return text


class Text:
    name = "text"

    def recognise(self, name: str, head: bytes) -> bool:
        return name.lower().endswith(_NAMES)

    def read(self, data: bytes, name: str) -> Outline:
        lines = decode(data).splitlines()
        filled = [line.rstrip() for line in lines if line.strip()]
        if _is_broken_at_margin(filled):
            return Outline(tuple(join(_printed(lines))))
        return Outline(
            tuple(
                line
                for place, text in enumerate(lines, 1)
                for line in lines_of([(text, False)], Line("", place=place))
            )
        )


def _is_broken_at_margin(lines: list[str]) -> bool:
    """No line is long, and many end in the middle of a sentence and go on in small letters."""
    if len(lines) < _FEWEST or max(map(len, lines)) > _BROKEN_AT:
        return False
    going_on = sum(
        bool(re.search(r"[\w,]$", line)) and following.lstrip()[:1].islower()
        for line, following in pairwise(lines)
    )
    return going_on > len(lines) / 4


def _printed(lines: list[str]) -> list[Printed]:
    found, gap = [], False
    for place, text in enumerate(lines, 1):
        if text.strip():
            indent = len(text.expandtabs(4)) - len(text.expandtabs(4).lstrip())
            found.append(Printed(text.strip(), left=indent * 5.0, place=place, gap=gap))
        gap = not text.strip()
    return found
