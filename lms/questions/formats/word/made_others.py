"""Types whose answers are typed, joined, ordered or written: short_answer to essay."""

from __future__ import annotations

import re
from typing import Any

from lms.questions.formats.word import values
from lms.questions.formats.word.draft import Draft
from lms.questions.formats.word.kinds import UNIT
from lms.questions.formats.word.lines import flat
from lms.questions.formats.word.raw import joined
from lms.questions.problem import error, warning
from lms.questions.question import Option, Pair
from lms.vietnamese.text import clean, fold_words

_PAIRING = re.compile(r"(?P<left>\d{1,2})\s*(?:-|:|=|->|→|\.|\)|voi)?\s*(?P<right>[a-hA-H])(?![^\W\d_])")
_LETTER = re.compile(r"\s*[(\[]?(?P<sign>[A-Ha-h]|\d{1,2})\s*[.)\]:/\-](?!\d)\s*")


def short_answer(draft: Draft) -> dict[str, Any]:
    """Fields of a short_answer."""
    made: dict[str, Any] = {"answers": tuple(draft.answer_texts())}
    words = fold_words(draft.raw.value("fold"))
    if words in values.MARKED:
        made["fold"] = False
    elif words and words not in values.UNMARKED:
        draft.not_understood("fold", draft.raw.value("fold"))
    if draft.raw.value("unit"):
        made["unit"] = values.unescaped(draft.raw.value("unit"))
    return made


def numeric(draft: Draft) -> dict[str, Any]:
    """Fields of a numeric; a unit behind the number is taken as its unit."""
    unit = values.unescaped(draft.raw.value("unit"))
    answers = draft.answer_texts()
    if draft.raw.own is None and not unit:
        parts = [UNIT.match(answer) for answer in answers]
        units = {clean(found["unit"] or "").rstrip(".") for found in parts if found} - {""}
        if len(units) == 1 and units != {"%"}:
            unit = units.pop()
            answers = list(dict.fromkeys(found["number"] for found in parts if found))
    made: dict[str, Any] = {"answers": tuple(answers), "unit": unit}
    tolerance = draft.raw.value("tolerance")
    return made | ({"tolerance": tolerance} if tolerance else {})


def cloze(draft: Draft) -> dict[str, Any]:
    """Fields of a cloze."""
    found = {}
    for blank in draft.raw.blanks:
        if blank.number in found:
            draft.problems.append(warning("blank_repeated", "blanks", number=blank.number))
            continue
        made = values.blank_of(blank.kind, blank.marks, blank.value)
        if made is None:
            draft.problems.append(error("no_key", "blanks", blank.number - 1))
            made = values.blank_of("choice", False, f"*{blank.value.replace('*', '')}")
        if made is not None:
            found[blank.number] = made
    return {"blanks": tuple(found[number] for number in sorted(found)), **draft.scoring()}


def essay(draft: Draft) -> dict[str, Any]:
    """Fields of an essay."""
    raw = draft.raw
    made: dict[str, Any] = {"rubric": tuple(raw.rubric)}
    text = raw.value("words")
    if text:
        limits = values.limits_in(text)
        if limits is None:
            draft.not_understood("words", text)
        else:
            made["least_words"], made["most_words"] = limits
    if raw.value("files"):
        made["file_types"] = tuple(
            kind.lower().removeprefix(".") for kind in values.names(raw.value("files"))
        )
    guides = [joined(label.lines, literal=True) for label in raw.values("guide")]
    if raw.own is None:  # in such a part an answer is what markers look for
        names = {"key", "answer", "explanation"}
        guides += [joined(label.lines) for label in raw.labels if label.name in names and label.lines]
        raw.labels = [label for label in raw.labels if label.name not in names]
        guides += raw.listed_keys
    return made | {"guide": "\n".join(filter(None, guides))}


def ordering(draft: Draft) -> dict[str, Any]:
    """Fields of an ordering."""
    items = tuple(Option(joined(lines, literal=True)) for lines in draft.raw.items)
    draft.images.extend(image for lines in draft.raw.items for line in lines for _, image in line.images)
    return {"options": items, **draft.scoring()}


def matching(draft: Draft) -> dict[str, Any]:
    """Fields of a matching."""
    pairs = [Pair(clean_lines(pair.left), clean_lines(pair.right)) for pair in draft.raw.pairs]
    if draft.raw.pairs_by_key:
        pairs = _paired(draft, pairs)
    return {"pairs": tuple(pairs), **draft.scoring()}


def _paired(draft: Draft, pairs: list[Pair]) -> list[Pair]:
    """Two columns and a key (`1-b, 2-a`): without the key nobody knows what belongs together."""
    lefts = [_unlettered(pair.left) for pair in pairs]
    rights = {
        _sign(pair.right, at).lower(): _unlettered(pair.right) for at, pair in enumerate(pairs) if pair.right
    }
    key = {
        int(found["left"]): found["right"].lower()
        for text in draft.key_texts()
        for found in _PAIRING.finditer(flat(text))
    }
    if not key or any(letter not in rights for letter in key.values()):
        draft.problems.append(error("no_key", "pairs"))
        return [Pair(left, right) for left, right in zip(lefts, rights.values(), strict=False)]
    made = [Pair(left, rights[key[at]]) for at, left in enumerate(lefts, 1) if left and at in key]
    if any(left and at not in key for at, left in enumerate(lefts, 1)):
        draft.problems.append(error("no_key", "pairs"))
    return made + [Pair("", text) for letter, text in rights.items() if letter not in key.values()]


def clean_lines(text: str) -> str:
    """The lines of a cell, blanks tidied."""
    return "\n".join(clean(line) for line in text.split("\n"))


def _sign(text: str, at: int) -> str:
    found = _LETTER.match(flat(text))
    return found["sign"] if found else chr(ord("a") + at)


def _unlettered(text: str) -> str:
    found = _LETTER.match(flat(text))
    return text[found.end() :] if found else text
