"""The interactions that have a counterpart: one function each, one line each in INTERACTIONS.

A function gets the item and the interaction's element, gives the fields of the question but for its stem, and leaves
in the element's place what belongs to the stem. It raises NoCounterpart for what no question here can say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lms.questions.formats.qti import files
from lms.questions.formats.qti.filling import gap_match, inline_choice, text_entry
from lms.questions.formats.qti.item_parts import ItemParts, NoCounterpart
from lms.questions.formats.qti.matching import associate, match
from lms.questions.formats.qti.responses import decimal
from lms.questions.formats.shared.plain_numbers import spelled
from lms.questions.problem import error, warning
from lms.questions.question import Option
from lms.questions.truths import read_truth

if TYPE_CHECKING:
    from lxml.etree import _Element

Fields = dict[str, Any]


def choice(item: ItemParts, element: _Element) -> Fields:
    """One or several of the options; two that say true and false are a statement to be judged."""
    response, choices = item.response(element), element.findall("simpleChoice")
    options = tuple(item.option(each) for each in choices)
    right = item.positions(response, [each.get("identifier", "") for each in choices])
    item.keep_prompt(element)
    if _is_true_false(options) and response.cardinality == "single" and "single-choice" not in item.hints:
        return {"type": "true_false", "correct": _truth(options, right)}
    if response.cardinality == "single" and element.get("maxChoices", "1") in {"0", "1"}:
        return {"type": "single_choice", "options": options, "correct": right}
    if 1 < (_whole(element.get("maxChoices")) or 0) < min(len(options), max(len(right), 1)):
        item.problems.append(warning("choices_limited", "correct", most=element.get("maxChoices")))
    return {
        "type": "multiple_choice",
        "options": options,
        "correct": tuple(sorted(right)),
        **item.scoring(response),
    }


def _is_true_false(options: Sequence[Option]) -> bool:
    if len(options) != 2 or any(option.image for option in options):
        return False
    return {read_truth(option.text) for option in options} == {True, False}


def _truth(options: Sequence[Option], right: Sequence[int]) -> tuple[int, ...]:
    return tuple(0 if read_truth(options[index].text) else 1 for index in right)


def order(item: ItemParts, element: _Element) -> Fields:
    """The entries in their right order."""
    response, choices = item.response(element), element.findall("simpleChoice")
    options = tuple(Option(option.text, image=option.image) for option in map(item.option, choices))
    right = item.positions(response, [each.get("identifier", "") for each in choices])
    item.keep_prompt(element)
    if right and sorted(right) != list(range(len(options))):
        raise NoCounterpart("orderInteraction: only some entries are to be ordered")
    if not right:
        item.problems.append(error("no_key", "options"))
    ordered = tuple(options[index] for index in right) or options
    return {"type": "ordering", "options": ordered, **item.scoring(response)}


def hottext(item: ItemParts, element: _Element) -> Fields:
    """Words of a text to choose from: the text stays, the words are the options."""
    response, texts = item.response(element), list(element.iter("hottext"))
    options = tuple(Option(item.words(each)) for each in texts)
    if len({option.text for option in options}) < len(options):
        raise NoCounterpart("hottextInteraction: two places with the same words")
    right = item.positions(response, [each.get("identifier", "") for each in texts])
    element.tag = "div"
    if response.cardinality == "single":
        return {"type": "single_choice", "options": options, "correct": right}
    return {
        "type": "multiple_choice",
        "options": options,
        "correct": tuple(sorted(right)),
        **item.scoring(response),
    }


def slider(item: ItemParts, element: _Element) -> Fields:
    """A number on a scale; neighbours that earn as much become a tolerance."""
    response = item.response(element)
    key = item.keys.typed(response)
    item.keep_prompt(element)
    numbers = sorted(value for value in map(decimal, [e.key for e in response.best]) if value is not None)
    step = decimal(element.get("step", "1")) or 1
    run = len(numbers) > 1 and all(after - before == step for before, after in pairwise(numbers))
    if run and "map" in item.processing.of(response.identifier).ways:
        middle, half = (numbers[0] + numbers[-1]) / 2, (numbers[-1] - numbers[0]) / 2
        return {"type": "numeric", "answers": (spelled(middle),), "tolerance": spelled(half)}
    return {"type": "numeric", "answers": key.answers, "tolerance": key.tolerance}


def extended_text(item: ItemParts, element: _Element) -> Fields:
    """A text of several lines, which a person marks. `expectedLength` only sizes the field by the standard."""
    item.keep_prompt(element)
    limits = {f"{side}_words": _limit(element, f"{side}-words-") for side in ("least", "most")}
    if item.response(element).correct:
        item.guides.append("\n".join(item.response(element).correct))
    return {"type": "essay", **limits}


def upload(item: ItemParts, element: _Element) -> Fields:
    """A file to be handed in."""
    types, problems = files.endings(element.get("type", ""))
    item.problems.extend(problems)
    item.keep_prompt(element)
    return {"type": "essay", "file_types": types}


INTERACTIONS: dict[str, Callable[[ItemParts, _Element], Fields]] = {
    "choiceInteraction": choice,
    "orderInteraction": order,
    "associateInteraction": associate,
    "matchInteraction": match,
    "gapMatchInteraction": gap_match,
    "inlineChoiceInteraction": inline_choice,
    "textEntryInteraction": text_entry,
    "extendedTextInteraction": extended_text,
    "hottextInteraction": hottext,
    "sliderInteraction": slider,
    "uploadInteraction": upload,
}
IN_TEXT = {"inlineChoiceInteraction", "textEntryInteraction"}  # several of these are one cloze


def _limit(element: _Element, mark: str) -> int:
    marks = (token.removeprefix(mark) for token in element.get("class", "").split() if token.startswith(mark))
    return next((int(mark) for mark in marks if mark.isascii() and mark.isdigit() and len(mark) < 7), 0)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
