"""Types that trainers type as lists and a key: `1-b, 2-a` joins two of them, `b, c, a` puts one in order.

What is asked decides ("Ghép …", "Sắp xếp …"): the same letters under another question are several right answers.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from lms.questions.formats.word.keys import letters_in
from lms.questions.formats.word.lines import Line, flat
from lms.questions.formats.word.raw import RawOption, RawQuestion, joined
from lms.questions.question import Pair

_I = re.IGNORECASE
_ASKS_PAIRS = re.compile(
    r"\b(?:ghep|noi)\b.{0,60}\b(?:cot|cap|voi|phu hop|tuong ung|cho dung|dung)\b|\bghep (?:noi|doi)\b", _I
)
_ASKS_ORDER = re.compile(r"\b(?:sap xep|xep|thu tu|trinh tu)\b", _I)
_BOTH = re.compile(
    r"\s*(?P<number>\d{1,2})\s*[.)/:]\s*(?P<left>\S.*?)\s*(?:\t|\s{3,}|\s[-–=→>]+\s|[-=]>)\s*"
    r"(?P<right>[A-Ha-h]\s*[.)/:]\s*\S.*)$"
)
_COUNTED = re.compile(r"\s*[(\[]?(?P<number>\d{1,2})\s*[.)/\]:]\s*(?=\S)")
_COLUMN = re.compile(r"\s*(?:cot|ve|nhom)\s+(?:[ab12]|trai|phai|thu\s+\w+|[iv]{1,2})\b.{0,60}$", _I)
_STEPS = re.compile(r"\s*(?:->|=>|→|>|[,;\-–]|\s)\s*")
_FEWEST_IN_ORDER = 3  # two letters are rather two right answers


def asks_pairs(text: str) -> bool:
    """Whether a question asks for things to be joined ("Ghép cột A với cột B")."""
    return bool(_ASKS_PAIRS.search(flat(text)))


def take_lists(raw: RawQuestion) -> None:
    """Take pairs or items out of the stem and the options of a question that asks for them."""
    if raw.own is not None or raw.pairs or not raw.stem:
        return
    asked = flat(joined(raw.stem[:2], literal=True))
    if _ASKS_PAIRS.search(asked):
        _take_pairs(raw)
    elif _ASKS_ORDER.search(asked):
        _take_order(raw)


# joined


def _take_pairs(raw: RawQuestion) -> None:
    both = [(line, found) for line in raw.stem if (found := _BOTH.match(line.flat))]
    if len(both) > 1 and not raw.options:
        pairs = [Pair(_part(line, found, "left"), _part(line, found, "right")) for line, found in both]
        taken = [line for line, _ in both]
    else:
        taken, lefts = _counted(raw.stem)
        if len(lefts) < 2 or len(raw.options) < 2:
            return
        rights = [
            f"{option.letter or chr(ord('A') + at)}. {option.text}" for at, option in enumerate(raw.options)
        ]
        pairs = [Pair(left, right) for left, right in zip_longest(lefts, rights, fillvalue="")]
    raw.pairs, raw.pairs_by_key, raw.options = pairs, True, []
    _leave(raw, taken)


def _part(line: Line, found: re.Match[str], name: str) -> str:
    return line.text[found.start(name) : found.end(name)].strip()


def _counted(lines: list[Line]) -> tuple[list[Line], list[str]]:
    """The lines that count 1, 2, 3 …, and their words."""
    taken: list[Line] = []
    words: list[str] = []
    for line in lines[1:]:
        found = _COUNTED.match(line.flat)
        if found is not None and int(found["number"]) == len(taken) + 1:
            taken.append(line)
            words.append(line.text[found.end() :].strip())
    return taken, words


def _leave(raw: RawQuestion, taken: list[Line]) -> None:
    """What is left of the stem: neither the items nor the headings over them."""
    gone = {id(line) for line in taken}
    raw.stem = [
        line
        for at, line in enumerate(raw.stem)
        if id(line) not in gone and not (at and _COLUMN.match(line.flat))
    ]


# put in order


def _take_order(raw: RawQuestion) -> None:
    keys = [label.text for label in raw.labels if label.name in {"key", "answer"}] + raw.listed_keys
    if len(keys) != 1:
        return
    order = _letters_order(keys[0], raw.options) if raw.options else None
    if order is not None:
        raw.items = [list(raw.options[at].lines) for at in order]
        raw.options = []
    else:
        taken, _words = _counted(raw.stem)
        order = _numbers_order(keys[0], len(taken)) if not raw.options else None
        if order is None:
            return
        cut = [line.cut(found.end()) for line in taken if (found := _COUNTED.match(line.flat))]
        raw.items = [[cut[at]] for at in order]
        _leave(raw, taken)
    raw.labels = [label for label in raw.labels if label.name not in {"key", "answer"}]
    raw.listed_keys = []


def _letters_order(key: str, options: list[RawOption]) -> list[int] | None:
    named = letters_in(_STEPS.sub(", ", key.strip(" .")))
    places = {option.letter: at for at, option in enumerate(options)}
    if named is None or named[1] or len(options) < _FEWEST_IN_ORDER or sorted(named[0]) != sorted(places):
        return None
    return [places[letter] for letter in named[0]]


def _numbers_order(key: str, count: int) -> list[int] | None:
    parts = [part for part in _STEPS.split(key.strip(" .")) if part]
    if count < _FEWEST_IN_ORDER or sorted(parts) != sorted(str(at) for at in range(1, count + 1)):
        return None
    return [int(part) - 1 for part in parts]
