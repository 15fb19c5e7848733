"""Options without letters: items of a list below the stem, told by a mark or by the key."""

from __future__ import annotations

import re

from lms.questions.formats.word import marks
from lms.questions.formats.word.keys import letters_in
from lms.questions.formats.word.raw import RawOption, RawQuestion
from lms.questions.options import same_words
from lms.questions.problem import warning

_COUNTED = re.compile(r"\s*[(\[]?(?P<number>\d)\s?[.)/\]]\s*(?=\S)")
_DASH = re.compile(r"\s*[-+•*o]\s+(?=\S)")


def take_bullets(q: RawQuestion) -> None:
    """Items of a list without letters below the stem are its options, when a mark or the key says so."""
    items: list[RawOption] = []
    for line in reversed(q.stem):
        found = _DASH.match(line.flat)
        if not line.bullet and found is None:
            break
        text = line if found is None else line.cut(found.end())
        items.insert(0, RawOption(None, [text], None, line.paragraph))
    if len(items) < 2 or len(items) == len(q.stem) or not _chosen_among(items, q):
        return
    q.stem = q.stem[: len(q.stem) - len(items)]
    q.options = items
    q.bulleted = True
    q.problems.append(warning("options_without_letters"))


def take_counted(q: RawQuestion) -> None:
    """`1. … 2. … 3. …` at the end of the stem are its options, when a key names one of them by its number."""
    counted = [_COUNTED.match(line.flat) for line in q.stem]
    first = next(
        (at for at in range(len(counted) - 1, 0, -1) if (one := counted[at]) and one["number"] == "1"), 0
    )
    items = [(line, found) for line, found in zip(q.stem[first:], counted[first:], strict=True) if found]
    in_turn = [int(found["number"]) for _, found in items] == list(range(1, len(q.stem) - first + 1))
    given = [label.text.strip(" .)/") for label in q.labels if label.name in {"key", "answer"}]
    if not first or not in_turn or len(items) < 2 or not given or not all(map(str.isdecimal, given)):
        return
    if not all(0 < int(key) <= len(items) for key in given):
        return
    q.options = [
        RawOption(None, [line.cut(found.end())], None, line.paragraph, number=number)
        for number, (line, found) in enumerate(items, 1)
    ]
    q.stem = q.stem[:first]
    q.bulleted = True
    q.problems.append(warning("options_without_letters"))


def _chosen_among(items: list[RawOption], q: RawQuestion) -> bool:
    given = [label.text for label in q.labels if label.name in {"key", "answer"}]
    named = any(
        letters_in(text) is not None or any(same_words(text) == same_words(item.text) for item in items)
        for text in given
    )
    marked = marks.looks(items).by_kind or any(marks.has_sign(item) for item in items)
    return q.source.listed or named or bool(marked)
