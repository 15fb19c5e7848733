"""Entries that belong together: two columns, one list of which any two can be joined, or statements to be judged."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from lms.questions.formats.qti.item_parts import ItemParts, NoCounterpart
from lms.questions.problem import error, warning
from lms.questions.question import Pair, Statement
from lms.questions.truths import read_truth

if TYPE_CHECKING:
    from lxml.etree import _Element

Words = dict[str, str]  # identifier → text
Joined = list[tuple[str, str]]  # pairs of identifiers


def match(item: ItemParts, element: _Element) -> dict[str, Any]:
    """Two columns. A second one of true and false makes statements to be judged."""
    columns = [_words(item, column) for column in element.findall("simpleMatchSet")]
    if len(columns) != 2:
        raise NoCounterpart("matchInteraction without two columns")
    lefts, rights = columns
    response = item.response(element)
    pairs = item.pairs(response, set(lefts), set(rights))
    item.keep_prompt(element)
    for rows, choices, joined in ((lefts, rights, pairs), (rights, lefts, [(b, a) for a, b in pairs])):
        if _are_truths(choices) and "matching" not in item.hints:
            return {"type": "true_false_group", "statements": _statements(item, rows, choices, joined)}
    if _repeated(left for left, _ in pairs):
        lefts, rights, pairs = rights, lefts, [(right, left) for left, right in pairs]
    if _repeated(left for left, _ in pairs):
        raise NoCounterpart("matchInteraction: several belong to several")
    return {"type": "matching", "pairs": _pairs(item, lefts, rights, pairs), **item.scoring(response)}


def associate(item: ItemParts, element: _Element) -> dict[str, Any]:
    """One list of which pairs are made: the first of each pair becomes a left side, the second a right side."""
    words, response = _words(item, element), item.response(element)
    pairs = item.pairs(response, set(words), set(words))
    item.keep_prompt(element)
    if not pairs or _repeated(end for pair in pairs for end in pair):
        raise NoCounterpart("associateInteraction: not every entry belongs to one pair")
    item.problems.append(warning("pairs_as_matching", "pairs"))
    first = {left: words[left] for left, _ in pairs}
    others = {identifier: text for identifier, text in words.items() if identifier not in first}
    return {"type": "matching", "pairs": _pairs(item, first, others, pairs), **item.scoring(response)}


def _words(item: ItemParts, column: _Element) -> Words:
    return {
        each.get("identifier", ""): item.words(each)
        for each in column
        if each.tag == "simpleAssociableChoice"
    }


def _are_truths(words: Words) -> bool:
    return len(words) == 2 and {read_truth(text) for text in words.values()} == {True, False}


def _statements(item: ItemParts, rows: Words, choices: Words, pairs: Joined) -> tuple[Statement, ...]:
    said: dict[str, set[bool]] = {}
    for row, judged in pairs:
        said.setdefault(row, set()).add(bool(read_truth(choices[judged])))
    for index, row in enumerate(rows):
        if len(said.get(row, set())) != 1:
            item.problems.append(error("no_truth", "statements", index))
    return tuple(Statement(text, said.get(row) == {True}) for row, text in rows.items())


def _pairs(item: ItemParts, lefts: Words, rights: Words, pairs: Joined) -> tuple[Pair, ...]:
    belongs, used = dict(pairs), {right for _, right in pairs}
    if set(lefts) - set(belongs):
        item.problems.append(error("no_key", "pairs"))
    made = [Pair(text, rights.get(belongs.get(left, ""), "")) for left, text in lefts.items()]
    return (*made, *(Pair("", text) for right, text in rights.items() if right not in used))


def _repeated(identifiers: Any) -> bool:
    return any(count > 1 for count in Counter(identifiers).values())
