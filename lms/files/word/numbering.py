"""Automatic numbers as Word shows them: "Câu 4.", "B.", "1.2)", counted while the paragraphs go by.

Lists that share one abstract list count on together; a list with a start of its own begins anew where it is first
used. A level begins anew after every number of a level above it, unless the document says otherwise.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lms.files.word.names import VAL, w
from lms.files.word.styles import Styles, whole
from lms.files.word.symbols import bullet

if TYPE_CHECKING:
    from lxml.etree import _Element

_NUM_ID, _ILVL = w("numId"), w("ilvl")
_PART = re.compile(r"%([1-9])")
_LEVELS = 9
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_MOST_ROMAN, _MOST_LETTERS = 3999, 780


@dataclass(slots=True)
class Level:
    """One level of a list: how its number is written and where it starts."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None  # the level (from 1) after which it begins anew; 0: never
    all_arabic: bool = False
    style: str = ""
    font: str = ""


_USUAL = Level()


@dataclass(slots=True)
class _List:
    """A w:num: which abstract list it is, and what it says differently."""

    abstract: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, Level] = field(default_factory=dict)
    begun: set[int] = field(default_factory=set)


class Numbering:
    """The lists of a document and how far each has counted."""

    def __init__(self, root: _Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, dict[int, Level]] = {}
        self._links: dict[str, str] = {}
        self._lists: dict[str, _List] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._of_styles: dict[str, tuple[str, int] | None] = {}
        self._levels: dict[str, dict[int, Level]] = {}  # of each list, with what it says differently
        if root is not None:
            self._read(root)

    def _read(self, root: _Element) -> None:
        for element in root.iterfind(w("abstractNum")):
            identity = element.get(w("abstractNumId"), "")
            self._abstract[identity] = _levels(element)
            link = element.find(w("numStyleLink"))
            if link is not None:
                self._links[identity] = link.get(VAL, "")
        for element in root.iterfind(w("num")):
            self._lists[element.get(w("numId"), "")] = _list(element)

    def place(self, direct: _Element | None, style: str) -> tuple[str, int] | None:
        """The list and level of a paragraph: its own, or of its style; None outside lists."""
        if direct is None:
            if style not in self._of_styles:
                self._of_styles[style] = self._placed(None, None, style)
            return self._of_styles[style]
        number = _value(next(direct.iterchildren(_NUM_ID), None)) or None
        return self._placed(number, whole(_value(next(direct.iterchildren(_ILVL), None))), style)

    def _placed(self, number: str | None, level: int | None, style: str) -> tuple[str, int] | None:
        if number is None:
            chain = self._styles.chain(style) if style else []
            number = next((known.number for known in chain if known.number is not None), None)
            if level is None and number is not None:
                level = self._linked_level(number, style)
                if level is None:
                    level = next((known.level for known in chain if known.level is not None), None)
        if number is None or number == "0" or number not in self._lists:
            return None
        return number, min(max(level or 0, 0), _LEVELS - 1)

    def _linked_level(self, number: str, style: str) -> int | None:
        known = self._lists.get(number)
        levels = self._abstract.get(self._resolved(known.abstract), {}) if known else {}
        return next((place for place, level in levels.items() if level.style == style), None)

    def _resolved(self, abstract: str) -> str:
        """An abstract list that only points to a list style is that style's list."""
        for _ in range(4):
            style = self._links.get(abstract)
            numbers = [known.number for known in self._styles.chain(style)] if style else []
            number = next(filter(None, numbers), None)
            if number is None or number not in self._lists:
                return abstract
            abstract = self._lists[number].abstract
        return abstract

    def label(self, number: str, place: int) -> str:
        """Count one on in this list and level; the number as it is shown."""
        known = self._lists[number]
        abstract = self._resolved(known.abstract)
        levels = self._levels.get(number)
        if levels is None:
            levels = self._levels[number] = {**self._abstract.get(abstract, {}), **known.levels}
        counts = self._counts.setdefault(abstract, [None] * _LEVELS)
        if place in known.starts and place not in known.begun:
            known.begun.add(place)
            counts[place] = None
        start = known.starts.get(place, levels.get(place, _USUAL).start)
        current = counts[place]
        counts[place] = start if current is None else current + 1
        for above in range(place):
            if counts[above] is None:
                counts[above] = known.starts.get(above, levels.get(above, _USUAL).start)
        for below in range(place + 1, _LEVELS):
            restart = levels.get(below, _USUAL).restart
            if restart is None or place < restart:
                counts[below] = None
        return _shown(levels, counts, place)


def _shown(levels: dict[int, Level], counts: list[int | None], place: int) -> str:
    level = levels.get(place, _USUAL)
    if level.form == "bullet":
        return bullet(level.text, level.font)
    if level.form == "none" and "%" not in level.text:
        return level.text.strip()

    def part(found: re.Match[str]) -> str:
        index = int(found[1]) - 1
        other = levels.get(index, _USUAL)
        return written(counts[index] or 0, "decimal" if level.all_arabic else other.form)

    return _PART.sub(part, level.text).strip()


def written(number: int, form: str) -> str:
    """A number in a form of Word: decimal, upperLetter, lowerRoman …; unknown forms are decimal."""
    match form:
        case "upperLetter" | "lowerLetter" if 1 <= number <= _MOST_LETTERS:
            letters = _LETTERS[(number - 1) % 26] * ((number - 1) // 26 + 1)
            return letters if form == "upperLetter" else letters.lower()
        case "upperRoman" | "lowerRoman" if 1 <= number <= _MOST_ROMAN:
            roman = _roman(number)
            return roman if form == "upperRoman" else roman.lower()
        case "decimalZero":
            return f"{number:02d}"
        case "none":
            return ""
        case "decimalEnclosedCircle" if 1 <= number <= 20:
            return chr(0x2460 + number - 1)
        case _:
            return str(number)


def _roman(number: int) -> str:
    found = ""
    for value, letters in _ROMAN:
        while number >= value:
            found += letters
            number -= value
    return found


def _levels(element: _Element) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for level in element.iterfind(w("lvl")):
        place = whole(level.get(w("ilvl"), ""))
        if place is not None and 0 <= place < _LEVELS:
            found[place] = _level(level)
    return found


def _level(element: _Element) -> Level:
    fonts = element.find(f"{w('rPr')}/{w('rFonts')}")
    legal = element.find(w("isLgl"))
    form = element.find(w("numFmt"))
    start = whole(_value(element.find(w("start"))))
    return Level(
        1 if start is None else start,
        form.get(VAL, "decimal") if form is not None else "decimal",
        _value(element.find(w("lvlText"))),
        whole(_value(element.find(w("lvlRestart")))),
        legal is not None and legal.get(VAL, "1") not in {"0", "false", "off"},
        _value(element.find(w("pStyle"))),
        (fonts.get(w("ascii")) or fonts.get(w("hAnsi")) or "") if fonts is not None else "",
    )


def _list(element: _Element) -> _List:
    known = _List(_value(element.find(w("abstractNumId"))))
    for override in element.iterfind(w("lvlOverride")):
        place = whole(override.get(w("ilvl"), ""))
        if place is None or not 0 <= place < _LEVELS:
            continue
        start = whole(_value(override.find(w("startOverride"))))
        if start is not None:
            known.starts[place] = start
        level = override.find(w("lvl"))
        if level is not None:
            known.levels[place] = _level(level)
    return known


def _value(element: _Element | None) -> str:
    return element.get(VAL, "") if element is not None else ""
