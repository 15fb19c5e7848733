"""Text of a document as the Markdown that passages may hold (paragraphs, lists, bold), and back to plain words."""

from __future__ import annotations

import re

from lms.study.reading.outline import Line

_SPECIAL = re.compile(r"([\\`*<])|(?<![^\W_])(_)|(_)(?![^\W_])|(!?\[)(?=[^\]]*\][(:\[])|(&)(?=#?\w+;)")
_LINE_START = re.compile(r"^(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|~~~|=+$|-+$)")
_NUMBER_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)")
_UNESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_LIST_SIGN = re.compile(r"^\s*- ", re.MULTILINE)


def escape(text: str) -> str:
    """The text so that Markdown shows it as it is."""
    text = _SPECIAL.sub(_escaped, text)
    return _NUMBER_START.sub(r"\1\\\2", _LINE_START.sub(r"\\\1", text))


def of_line(line: Line, *, bold: bool = True) -> str:
    """A line as Markdown; its bold parts stay bold."""
    if not bold or not line.bold or line.all_bold:
        return escape(line.text)
    parts, at = [], 0
    for start, end in line.bold:
        parts.append(_escape_inside(line.text[at:start], first=at == 0))
        inner = _escape_inside(line.text[start:end], first=False)
        parts.append(f"**{inner}**" if _can_be_bold(line.text, start, end) else inner)
        at = end
    return "".join([*parts, _escape_inside(line.text[at:], first=at == 0)])


def _escape_inside(text: str, *, first: bool) -> str:
    return escape(text) if first else _SPECIAL.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    return found[0].replace("[", "\\[") if "[" in found[0] else f"\\{found[0]}"


def _can_be_bold(text: str, start: int, end: int) -> bool:
    """CommonMark shows ** only beside letters on the inside, or with punctuation outside as well."""
    before, after = text[start - 1 : start], text[end : end + 1]
    opens = text[start].isalnum() or not before or not before.isalnum()
    closes = text[end - 1].isalnum() or not after or not after.isalnum()
    return opens and closes


def plain(markdown: str) -> str:
    """The words of a passage as its reader sees them, a line for each paragraph and item."""
    return re.sub(r"\n{2,}", "\n", unmarked(_LIST_SIGN.sub("", markdown))).strip()


def unmarked(markdown: str) -> str:
    """A part of a passage without the signs for bold and for what would be a sign; its lines and lists stay."""
    text = markdown.replace("\\*", "\ue002").replace("**", "").replace("\ue002", "\\*")
    return _UNESCAPE.sub(r"\1", text)
