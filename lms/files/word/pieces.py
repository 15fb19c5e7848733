"""The text of one paragraph while it is put together: pieces as Word split them, then runs as they look."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from lms.files.word.styles import Look
from lms.files.word.symbols import is_picture_font, sign
from lms.files.word.text import Run
from lms.vietnamese.legacy import CAPITALS, convert, legacy_of, marks_of

if TYPE_CHECKING:
    from lxml.etree import _Element

# Pasted along from other programs, never seen: they break words for whoever looks for them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
_PRIVATE = re.compile("[\uf020-\uf0ff]")


_legacy_of = lru_cache(64)(legacy_of)  # a document has few fonts and many runs


class Pieces:
    """What a paragraph holds, in order: text with its look, pictures between, text boxes hanging on it."""

    __slots__ = ("_after", "_texts", "boxes", "images", "lost_pictures")

    def __init__(self) -> None:
        self._texts: list[tuple[str, Look]] = []
        self.images: list[tuple[str, str]] = []
        self._after: list[int] = []  # for each picture how many texts stand before it
        self.boxes: list[_Element] = []
        self.lost_pictures = 0

    def add(self, text: str, look: Look) -> None:
        """Text at the end; what looks like the text before it becomes one with it."""
        if not text:
            return
        if self._texts and (self._texts[-1][1] is look or self._texts[-1][1] == look) and not self._cut():
            self._texts[-1] = (self._texts[-1][0] + text, look)
        else:
            self._texts.append((text, look))

    def _cut(self) -> bool:
        return bool(self._after) and self._after[-1] == len(self._texts)

    def picture(self, name: str, alt: str) -> None:
        """A picture at the end."""
        self.images.append((name, alt))
        self._after.append(len(self._texts))

    def runs(self, note: Callable[[str], None]) -> tuple[tuple[Run, ...], tuple[int, ...]]:
        """The runs in Unicode (NFC, legacy fonts converted), and the offset of each picture in the shown text."""
        texts = [(_unicode(text, look, note), look) for text, look in _marks_joined(self._texts)]
        if any(look.hidden and text.strip() for text, look in texts):
            note("hidden_text_left_out")
        runs = tuple([Run(text, *look) for text, look in texts if text])
        if not self._after:
            return runs, ()
        offsets, length = [0], 0
        for text, look in texts:
            length += 0 if look.hidden else len(text)
            offsets.append(length)
        return runs, tuple(offsets[min(after, len(texts))] for after in self._after)


def _unicode(text: str, look: Look, note: Callable[[str], None]) -> str:
    if look.font:
        encoding = _legacy_of(look.font)
        if encoding is not None and (encoding == CAPITALS or not text.isascii()):
            note("legacy_font")
            text = convert(text, encoding)
        elif is_picture_font(look.font):
            return "".join(_sign(letter, look.font, note) for letter in text)
    if text.isascii():
        return text
    if not text.isprintable():  # what is printable has neither
        text = _PRIVATE.sub(lambda found: _sign(found[0], "Symbol", note), _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def _sign(letter: str, font: str, note: Callable[[str], None]) -> str:
    if letter.isspace():
        return letter
    known = sign(ord(letter), font)
    if known is None:
        note("symbol_not_known")
        return ""
    return known


def _marks_joined(texts: list[tuple[str, Look]]) -> list[tuple[str, Look]]:
    """Marks that Word put at the start of a piece go to the letter they belong to, in the piece before."""
    if len(texts) < 2:
        return texts
    joined: list[tuple[str, Look]] = []
    for text, look in texts:
        if joined and not text[0].isascii():
            marks = _leading_marks(text, look)
            before, before_look = joined[-1]
            joined[-1] = (before + text[:marks], before_look)
            joined.append((text[marks:], look))
        else:
            joined.append((text, look))
    return joined


def _leading_marks(text: str, look: Look) -> int:
    legacy = marks_of(_legacy_of(look.font)) if look.font else frozenset()
    for at, letter in enumerate(text):
        if not unicodedata.combining(letter) and letter not in legacy:
            return at
    return len(text)
