"""Options that stand together in one cell, and the letters and marks that people put before and behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lms.questions.truths import read_truth

_AT_LINE = re.compile(r"(?:^|\n)\s*(?P<mark>\*?)\s*\(?(?P<letter>[A-Ja-j])\s*[.):/]\s*")
_ANYWHERE = re.compile(r"(?:^|(?<=[\s;]))(?P<mark>\*?)\s*(?P<letter>[A-J])\s*[.):]\s*")
OPTION = re.compile(r"\s*\*?\s*\(?(?P<letter>[A-Ja-j])\s*[.):/]\s*\S")
_BULLET = re.compile(r"^\s*(?:[-–+•●▪]|\d{1,2}\s*[.)])\s*")
_STEM_NUMBER = re.compile(r"^\s*(?:câu(?:\s+hỏi)?|question|bài)\s*\d+\s*[.:)\-–]+\s*", re.IGNORECASE)
_TRUTH_BEHIND = re.compile(
    r"\s*(?:[(\[]\s*(Đ|S|Đúng|Sai)\s*[)\]]|[:–-]\s*(Đúng|Sai))\s*[.;]?\s*$", re.IGNORECASE
)


def next_letter(options: Sequence[str]) -> str:
    """The letter of the option that comes after these, "" after the last that is possible."""
    return "ABCDEFGHIJ"[len(options) : len(options) + 1]


def split_options(text: str) -> list[str]:
    """The options in a text: by letters at the beginning of lines, by letters anywhere, or one a line."""
    return lettered(text)[1] or [_BULLET.sub("", line).strip() for line in text.split("\n") if line.strip()]


def lettered(text: str) -> tuple[str, list[str]]:
    """What stands before "A.", and the options from there on; no options when there is no A. followed by B."""
    for pattern in (_AT_LINE, _ANYWHERE):
        found = _in_order(list(pattern.finditer(text)))
        if len(found) > 1:
            ends = [*(each.start() for each in found[1:]), len(text)]
            texts = [
                each["mark"] + text[each.end() : end].strip() for each, end in zip(found, ends, strict=True)
            ]
            return text[: found[0].start()].strip(), texts
    return text, []


def _in_order(found: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """Those whose letters go A, B, C …; a letter out of turn is text."""
    taken: list[re.Match[str]] = []
    for each in found:
        if each["letter"].upper() == "ABCDEFGHIJ"[min(len(taken), 9)]:
            taken.append(each)
    return taken


def without_letters(texts: Sequence[str]) -> list[str]:
    """Options without their own letters ("A. 20" in column A), if all that say something have them."""
    bare = [
        re.sub(rf"^\s*\(?(?:{letter}|{letter.lower()})\s*[.):]\s*", "", text)
        for text, letter in zip(texts, "ABCDEFGHIJ"[: len(texts)], strict=False)
    ]
    said = [(old, new) for old, new in zip(texts, bare, strict=False) if old]
    changed = bool(said) and all(old != new and new for old, new in said)
    return bare if changed else list(texts)


def without_number(stem: str) -> str:
    """The stem without "Câu 12:" before it."""
    return _STEM_NUMBER.sub("", stem) or stem


def truth_behind(text: str) -> tuple[str, bool | None]:
    """A statement without the truth that stands behind it ("… (Đ)", "… – Sai"), and that truth."""
    found = _TRUTH_BEHIND.search(text)
    if found is None:
        return text, None
    return text[: found.start()].strip(), read_truth(found[1] or found[2])
