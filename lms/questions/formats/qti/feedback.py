"""What an item says after an answer: what belongs to the right one, or is always said, is the explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.questions.formats.qti.item_parts import ItemParts
from lms.questions.formats.qti.markup import drop

if TYPE_CHECKING:
    from lxml.etree import _Element

_INSIDE = {"feedbackBlock", "feedbackInline"}
_FOR_RIGHT = {
    "correct",
    "right",
    "solution",
    "explanation",
    "general",
    "correct_fb",
    "general_fb",
    "true_fb",
    "ok",
}


def take_feedback(item: ItemParts) -> tuple[str, int]:
    """The explanation, and how many other messages there are. They leave the body."""
    inside = [each for each in item.body.iter("*") if each.tag in _INSIDE]
    messages = [*item.root.findall("modalFeedback"), *(each for each in inside if not _nested(each, inside))]
    kept = [each for each in messages if _is_for_right(item, each)]
    texts = dict.fromkeys(text for text in (item.scribe.told(each).text for each in kept) if text)
    for each in inside:
        if each.getparent() is not None:
            drop(each)
    return "\n".join(texts), len(messages) - len(kept)


def _nested(element: _Element, others: list[_Element]) -> bool:
    return any(above in others for above in element.iterancestors())


def _is_for_right(item: ItemParts, element: _Element) -> bool:
    identifier = element.get("identifier", "")
    if (
        element.get("showHide", "show") != "show"
        or next(element.iter("endAttemptInteraction"), None) is not None
    ):
        return False
    outcome = item.declared.outcomes.get(element.get("outcomeIdentifier", ""))
    always = outcome is not None and identifier in outcome.default
    keys = {value for response in item.declared.responses.values() for value in response.correct}
    of_choice = element.tag == "feedbackInline" and identifier in keys
    return always or of_choice or identifier in item.processing.told_when_right or _says_right(identifier)


def _says_right(identifier: str) -> bool:
    return identifier.casefold() in _FOR_RIGHT
