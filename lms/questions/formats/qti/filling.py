"""Answers that are filled into a text: fields to type in, choices in a line, words to be put into gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lms.questions.formats.qti.item_parts import ItemParts, NoCounterpart
from lms.questions.formats.qti.markup import drop, replace_by_text
from lms.questions.formats.qti.names import text_of
from lms.questions.formats.qti.responses import Response
from lms.questions.question import Blank
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

Fields = dict[str, Any]
GAP = "\ue000gap\ue000"  # where a single answer is typed, until the stem is known
_UNIT_SIGN = "%"


def text_entry(item: ItemParts, element: _Element) -> Fields:
    """One answer to be typed; several in a text are a cloze (`blank`)."""
    if "cloze" in item.hints:
        return {"type": "cloze", "blanks": (blank(item, element, 1),)}
    response = item.response(element)
    unit, key = _unit(element, response), item.keys.typed(response)
    replace_by_text(element, GAP)
    if response.is_number:
        return {"type": "numeric", "answers": key.answers, "tolerance": key.tolerance, "unit": unit}
    return {"type": "short_answer", "answers": key.answers, "fold": not _exact(element), "unit": unit}


def blank(item: ItemParts, element: _Element, number: int) -> Blank:
    """The n-th gap of a cloze: a text or number to be typed, or a choice."""
    if element.tag == "inlineChoiceInteraction":
        return _choice_blank(item, element, number)
    response = item.response(element)
    unit, key = _unit(element, response), item.keys.typed(response)
    replace_by_text(element, f"[[{number}]]")
    if response.is_number:
        return Blank("number", key.answers, tolerance=key.tolerance, unit=unit)
    return Blank("text", key.answers, fold=not _exact(element))


def _choice_blank(item: ItemParts, element: _Element, number: int) -> Blank:
    response, choices = item.response(element), element.findall("inlineChoice")
    options = tuple(item.words(each) for each in choices)
    right = item.positions(response, [each.get("identifier", "") for each in choices])
    replace_by_text(element, f"[[{number}]]")
    return Blank("choice", options=options, correct=item.one(right, number))


def inline_choice(item: ItemParts, element: _Element) -> Fields:
    """One choice in a running text."""
    return {"type": "cloze", "blanks": (_choice_blank(item, element, 1),)}


def gap_match(item: ItemParts, element: _Element) -> Fields:
    """Words to be put into the gaps of a text: each gap becomes a choice among all of them."""
    response, texts, gaps = item.response(element), element.findall("gapText"), list(element.iter("gap"))
    if element.find("gapImg") is not None or not all(clean(text_of(each)) for each in texts):
        raise NoCounterpart("gapMatchInteraction: pictures")
    options = tuple(item.words(each) for each in texts)
    place = {each.get("identifier", ""): index for index, each in enumerate(texts)}
    pairs = item.pairs(response, set(place), {gap.get("identifier", "") for gap in gaps})
    right = {gap: place[text] for text, gap in pairs}
    blanks = []
    for number, gap in enumerate(gaps, 1):
        index = right.get(gap.get("identifier", ""))
        found = item.one(() if index is None else (index,), number)
        blanks.append(Blank("choice", options=options, correct=found))
        replace_by_text(gap, f"[[{number}]]")
    for each in texts:
        drop(each)
    element.tag = "div"
    return {"type": "cloze", "blanks": tuple(blanks)}


def _exact(element: _Element) -> bool:
    """Our own mark that diacritics count; the standard knows only capital and small letters."""
    return "exact" in element.get("class", "").split()


def _unit(element: _Element, response: Response) -> str:
    """The unit that stands behind the field, taken out of the text."""
    after, tail = element.getnext(), element.tail or ""
    if after is not None and after.get("class") == "unit" and not tail.strip():
        unit = clean(text_of(after))
        drop(after)
        element.tail = (element.tail or "").lstrip() if tail and not after.tail else after.tail
        return unit
    if response.is_number and tail.lstrip().startswith(_UNIT_SIGN):
        element.tail = tail.lstrip().removeprefix(_UNIT_SIGN)
        return _UNIT_SIGN
    return ""
