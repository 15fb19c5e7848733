"""An item while it is read: its body, what it declares, and what the interactions have in common."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from lms.questions.formats.qti.keys import Keys
from lms.questions.formats.qti.markup import Scribe
from lms.questions.formats.qti.processing import read_processing
from lms.questions.formats.qti.responses import Response, read_declarations
from lms.questions.problem import Problem, error
from lms.questions.question import Image, Option

if TYPE_CHECKING:
    from lxml.etree import _Element


class NoCounterpart(Exception):
    """No question here can say what the item asks; the text names what it is."""


class ItemParts:
    """One item (in names of 2.x). `body` is a copy that interactions change until only the stem is left."""

    def __init__(self, root: _Element, scribe: Scribe) -> None:
        self.root = root
        self.scribe = scribe
        self.declared = read_declarations(root)
        self.processing = read_processing(root, self.declared)
        self.keys = Keys(self.processing)
        found = root.find("itemBody")
        self.body = root.makeelement("itemBody") if found is None else deepcopy(found)
        self.hints = set(self.body.get("class", "").split())
        self.asked: list[Response] = []
        self.problems: list[Problem] = []
        self.guides: list[str] = []
        self.images: list[Image] = []

    def response(self, element: _Element) -> Response:
        """The declaration of an interaction's answer."""
        response = self.declared.response(element.get("responseIdentifier", ""))
        if response not in self.asked:
            self.asked.append(response)
        return response

    def option(self, element: _Element) -> Option:
        """A choice with its text and first picture; further pictures stand with the stem."""
        told = self.scribe.told(element)
        self.images.extend(told.images[1:])
        return Option(told.text, element.get("fixed") == "true", told.images[0] if told.images else None)

    def words(self, element: _Element) -> str:
        """An entry as text only: a picture speaks by its words, and stands with the stem."""
        told = self.scribe.told(element)
        self.images.extend(told.images)
        return told.text or "; ".join(image.alt for image in told.images)

    def positions(self, response: Response, identifiers: Sequence[str]) -> tuple[int, ...]:
        """The places of the right ones in a list of identifiers; what names nothing is a finding."""
        found = []
        for text in self.keys.chosen(response):
            if text in identifiers:
                found.append(identifiers.index(text))
            else:
                self.problems.append(error("key_names_nothing", "correct", text=text[:80]))
        return tuple(dict.fromkeys(found))

    def pairs(self, response: Response, firsts: set[str], seconds: set[str]) -> list[tuple[str, str]]:
        """The right pairs, each beginning in `firsts`; what names nothing is a finding."""
        found = []
        for text in self.keys.chosen(response):
            ends = text.split()
            if len(ends) == 2 and ends[0] in firsts and ends[1] in seconds:
                found.append((ends[0], ends[1]))
            elif len(ends) == 2 and ends[1] in firsts and ends[0] in seconds:
                found.append((ends[1], ends[0]))
            else:
                self.problems.append(error("key_names_nothing", text=text[:80]))
        return list(dict.fromkeys(found))

    def one(self, right: Sequence[int], number: int) -> int:
        """The one right place for a gap; -1, which no check accepts, and a finding when there is none."""
        if len(right) != 1:
            problem = error("several_keys", "blanks", number - 1, count=len(right)) if right else None
            self.problems.append(problem or error("no_key", "blanks", number - 1))
        return right[0] if right else -1

    def scoring(self, response: Response) -> dict[str, Any]:
        return {"scoring": "partial"} if self.keys.partial(response) else {}

    def keep_prompt(self, element: _Element) -> None:
        """Leave of an interaction its prompt, which belongs to the stem."""
        for child in list(element):
            if child.tag != "prompt":
                element.remove(child)
        element.text, element.tag = None, "div"
