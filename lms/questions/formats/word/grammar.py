"""How a question and how an option begin: `Câu 1.`, `1)`, `A.`, `*b/`.

Everything is matched against `Line.flat` (no diacritics), so that `Cau`, `CÂU` and `Câu` are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lms.questions.formats.word.lines import Line

LETTERS = "ABCDEFGH"
_I = re.IGNORECASE

# Heads

_TAGS = r"(?:\s*(?:\([^()\n]{1,60}\)|\[[^\[\]\n]{1,60}\]|<[^<>\n]{1,60}>|\{[^{}\n]{1,60}\}))*"
_WORDED = re.compile(
    r"[\s*•+]*(?P<word>cau\s+hoi|cau|question|bai)\s*(?:so\s*|no\.?\s*|thu\s*)?(?P<number>\d{1,4}(?:\.\d{1,2}(?=\s*[.:)]))?|[ivx]{1,5}"
    rf"(?=\s*[.:)(]))(?![\d,]|\.\d)(?P<tags>{_TAGS})\s*(?P<sign>[.:)/\-]+(?=\D|$|\d)|(?=\s|$|[(\[\"]))",
    _I,
)
_SHORT = re.compile(rf"\s*(?P<word>[cq])(?P<number>\d{{1,4}})(?P<tags>{_TAGS})\s*(?P<sign>[.:)/])", _I)
_NUMBERED = re.compile(
    rf"\s*(?P<number>\d{{1,4}})(?P<tags>)\s?(?P<sign>[.)/:]|-(?=\s))(?![\d/])(?P<after>{_TAGS})(?=\s|[^\W\d_]|[\"(\[]|$)"
)
_ROMAN = {"i": 1, "v": 5, "x": 10}


@dataclass(slots=True)
class Head:
    """The start of a question: its number as written, the word before it, tags in brackets, where its text starts."""

    word: str
    number: int
    sign: str
    tags: str
    end: int
    sure: bool = True  # False: "Câu 5" may go on as a sentence


def head_of(line: Line) -> Head | None:
    """A head with a word: `Câu 1.`, `CÂU 1`, `Cau12:`, `Câu hỏi 12`, `Question 1`, `C12.`, `Bài 3)`."""
    found = _WORDED.match(line.flat) or _SHORT.match(line.flat)
    if found is None:
        return None
    word = " ".join(found["word"].lower().split())
    tag_start, tag_end = found.span("tags")
    sure = bool(found["sign"]) or _starts_text(line.text[found.end() :])
    tags = line.text[tag_start:tag_end]
    return Head(word, _number(found["number"]), found["sign"], tags, found.end(), sure)


def _starts_text(rest: str) -> bool:
    """Whether what follows "Câu 5" without a sign begins a text, and does not go on with a sentence about it."""
    first = rest.lstrip()[:1]
    return not first or first.isupper() or not first.isalpha()


def numbered_head(line: Line) -> Head | None:
    """A number alone: `1)`, `2/`, `3.`; whether it is a head depends on what stands around it."""
    found = _NUMBERED.match(line.flat)
    if found is None:
        return None
    return Head("", int(found["number"]), found["sign"], "", found.end("sign"))


def _number(text: str) -> int:
    text = text.rpartition(".")[2].lower()
    if text.isdigit():
        return int(text)
    values = [_ROMAN[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-value if value < after else value for value, after in zip(values, following, strict=True))


# Options

_TICKS = "✓✔☑☒✗√"
_BOXES = "☐□▢◻○◯"
_SIGNS = rf"(?:(?:[*#►→➢➔{_TICKS}{_BOXES}]|\((?:[xXvV]| )?\)|\[(?:[xXvV]| )?\])\s*)*"
_OPTION = re.compile(
    rf"\s*(?P<signs>{_SIGNS})(?P<open>[(\[]?)(?P<letter>[A-Za-z])(?P<late>\*?)(?:(?P<close>\s?[.)\]:/])|(?P<weak>\s?[,\-](?=\s)|-(?=\d)))(?P<star>\*?)"
)
_CLOSE_SIGNS = _SIGNS.replace(
    r")\s*)*", r"))*"
)  # inside a line: what stands apart belongs to the option before
_INLINE = re.compile(
    rf"(?:(?<=\s)|^)(?P<signs>{_CLOSE_SIGNS})(?P<open>[(\[]?)(?P<letter>[A-Za-z])(?P<late>\*?)(?:(?P<close>\s?[.)\]:/])|(?P<weak>\s?[,\-](?=\s)|-(?=\d)))(?P<star>\*?)"
)
_AUTO_LETTER = re.compile(r"(?P<open>[(\[]?)(?P<letter>[A-Za-z]{1,2})(?P<close>[.)\]:/\-]*)$")


@dataclass(slots=True)
class Label:
    """A letter before an option: its place, how it is written and the signs around it (`*A.`, `☑ B)`)."""

    letter: str
    start: int
    end: int  # where the text of the option begins
    letter_at: int
    strong: bool  # with a sign that an ordinary text hardly has
    signs: str
    gap: int  # blanks before it; 99 for a tab or the start of a line
    auto: bool = False

    @property
    def index(self) -> int:
        """The place of the letter in the alphabet, from 0 (Đ follows D)."""
        return ord(self.letter.upper()) - ord("A")

    @property
    def capital(self) -> bool:
        return self.letter.isupper()


def label_of(line: Line) -> Label | None:
    """The letter at the start of a line, if there is one; the automatic number of a list counts as well."""
    if line.auto:
        found = _AUTO_LETTER.match(line.flat[: line.auto].rstrip())
        if found is None:
            return None
        return Label(found["letter"], 0, line.auto, found.start("letter"), True, "", 99, True)
    return _label(_OPTION.match(line.flat), line, 99)


def inline_labels(line: Line, start: int = 0) -> list[Label]:
    """All letters inside a line that could begin an option, from `start` on."""
    found = []
    for match in _INLINE.finditer(line.flat, start):
        before = line.flat[: match.start()]
        blanks = before[len(before.rstrip()) :]
        gap = 99 if "\t" in blanks or not before.strip() else len(blanks)
        label = _label(match, line, gap)
        if label is not None:
            found.append(label)
    return found


def _label(found: re.Match[str] | None, line: Line, gap: int) -> Label | None:
    if found is None:
        return None
    at = found.start("letter")
    letter = "Đ" if line.text[at] in "Đđ" else found["letter"]
    if letter == "Đ" and line.text[at] == "đ":
        letter = "đ"
    if letter.upper() not in "ABCDEFGHĐ":
        return None
    signs = found["signs"].strip() + found["late"] + found["star"]
    return Label(letter, found.start(), found.end(), at, bool(found["close"]), signs, gap)


_RIGHT_SIGNS = ("*", "✓", "✔", "☑", "√", "☒", "(x)", "(X)", "[x]", "[X]", "(v)", "(V)", "[v]")


def is_right_sign(signs: str) -> bool:
    """Whether signs around a letter say that it is right (`*A.`, `☑ A.`, `(x) A.`)."""
    return bool(signs) and any(sign in signs for sign in _RIGHT_SIGNS)


TRUTH_CHOICE = re.compile(r"\W*(?P<true>dung)\b[\W_]+(?P<false>sai)\b\W*$", _I)
