"""Measuring and breaking the words of charts: SVG text neither wraps nor shrinks, and long unit names would be cut.

No image library: the widths of a usual sans-serif face, in thousandths of the size, are near enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import combining, normalize

SIZE = 14  # of the letters, in the chart's own units
SMALL = 12
LEADING = 18
WIDER = 1.12  # what systems take for their sans-serif is up to so much wider than Arial, by whose letters we measure

_WIDTHS = {
    222: "ijl'|",
    278: " .,:;!()/-ftrI[]",
    500: "cksvxyzJ",
    611: "FLTZ",
    722: "CDHNRUw&",
    833: "mMGOQ",
    944: "W%@",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}


def text_width(text: str, size: int = SIZE) -> float:
    """About how wide `text` is in a usual sans-serif face; rather too wide than too narrow."""
    letters = normalize("NFD", text)
    return sum(_letter(letter) for letter in letters) * size * WIDER / 1000


def _letter(letter: str) -> int:
    if "\u0300" <= letter <= "\u036f":
        return 0
    return _WIDTH.get(letter, 667 if letter.isupper() else 556 if letter < "\u2e80" else 1000)


def wrap(text: str, width: float, size: int = SIZE) -> tuple[str, ...]:
    """`text` in lines no wider than `width`, broken between words; a longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines) or ("",)


def fit(text: str, width: float, size: int = SIZE) -> tuple[str, ...]:
    """The same, but a word that is longer than a line goes on in the next, so that nothing is ever wider."""
    pieces = [piece for word in text.split() for piece in _pieces(word, width, size)]
    return wrap(" ".join(pieces), width, size)


def _pieces(word: str, width: float, size: int) -> Iterator[str]:
    piece = ""
    for letter in normalize("NFC", word):
        if piece and not combining(letter) and text_width(piece + letter, size) > width:
            yield piece
            piece = ""
        piece += letter
    yield piece


def widest(texts: tuple[str, ...] | list[str], size: int = SIZE) -> float:
    """The width of the widest of some texts; 0 of none."""
    return max((text_width(text, size) for text in texts), default=0.0)
