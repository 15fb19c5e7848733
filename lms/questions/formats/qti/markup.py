"""The text of a piece of an item: HTML with pictures, formulas and embedded files, as questions keep it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

from lms.questions.formats.qti.maths import as_text
from lms.questions.formats.qti.members import Members, PictureNotTaken
from lms.questions.formats.qti.names import text_of
from lms.questions.html_text import HtmlUnreadable, read_html
from lms.questions.problem import Problem, warning
from lms.questions.question import Image
from lms.vietnamese.text import clean, tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

_AS_BLOCK = {"contentBody", "prompt", "simpleChoice", "rubricBlock", "simpleAssociableChoice", "stimulusBody"}
_MEDIA = {
    "video",
    "audio",
    "svg",
    "math",
    "iframe",
    "embed",
    "canvas",
    "mediaInteraction",
    "include",
    "picture",
}
_PARTS_OF_MEDIA = {"source", "track", "param"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a piece says: its text by lines, and its pictures in their order."""

    text: str = ""
    images: tuple[Image, ...] = ()


class Scribe:
    """Reads the pieces of one file of a package, and gathers what could not be kept."""

    def __init__(self, members: Members, place: str) -> None:
        self.members = members
        self.place = place
        self.lost: dict[str, None] = {}
        self.problems: list[Problem] = []

    def told(self, *elements: _Element) -> Told:
        """The text and pictures of elements, one after the other, each beginning on a line of its own."""
        if len(elements) == 1 and len(elements[0]) == 0:
            return Told(tidy((elements[0].text or "").replace("\r", " ").replace("\n", " ")))
        holder = etree.Element("div")
        for element in elements:
            piece = deepcopy(element)
            piece.tail = None
            piece.tag = "div"
            holder.append(piece)
        return self.markup(_html(self._prepared(holder)))

    def markup(self, html: str) -> Told:
        """The same of HTML that is written as text."""
        try:
            read = read_html(html)
        except HtmlUnreadable:
            self.problems.append(warning("markup_unreadable"))
            return Told(tidy(html))
        self.lost.update(dict.fromkeys(read.lost))
        images = [self._image(address, alt) for address, alt in read.images]
        kept = tuple(image for image in images if image)
        in_words = "" if kept else "; ".join(alt for _, alt in read.images if alt)
        return Told(read.text or in_words, kept)

    def losses(self) -> list[Problem]:
        """What was met so far that cannot be kept, as findings."""
        what = ", ".join(sorted(self.lost))
        return [*self.problems, *([warning("elements_left_out", names=what)] if what else [])]

    def _image(self, address: str, alt: str) -> Image | None:
        try:
            return Image(self.members.picture(address, self.place), clean(alt))
        except PictureNotTaken as refused:
            self.problems.append(warning(refused.code, address=address[:120]))
            return None

    def _prepared(self, holder: _Element) -> _Element:
        """The copy with everything as plain HTML that has a plain form."""
        for element in list(holder.iter("*")):
            name = str(element.tag)
            if name == "object":
                self._embedded(element)
            elif name == "math":
                said = as_text(element)
                if said is not None:
                    replace_by_text(element, said)
            elif name == "rt":
                element.text = f" ({clean(text_of(element))})"
            elif name == "rp" or name in _PARTS_OF_MEDIA:
                drop(element)
            elif name in _AS_BLOCK:
                element.tag = "div"
            elif name in _MEDIA:
                self.lost.setdefault(name)
        return holder

    def _embedded(self, element: _Element) -> None:
        """An <object>: the picture it shows, or what stands in it for those who cannot show it."""
        address, kind = element.get("data", ""), element.get("type", "")
        inner = list(element.iterdescendants("object"))
        if kind.startswith("image/") and not inner and self._is_there(address):
            alt = clean(" ".join(text_of(element).split()))
            self._become(element, "img", src=address, alt=alt)
            return
        if not inner and not kind.startswith("image/"):
            self.lost.setdefault(kind or "object")
        self._become(element, "span", keep=True)

    def _is_there(self, address: str) -> bool:
        """Whether a picture can be kept; if not that is a finding."""
        return self._image(address, "") is not None

    @staticmethod
    def _become(element: _Element, tag: str, *, keep: bool = False, **attributes: str) -> None:
        tail = element.tail
        if not keep:
            for child in list(element):
                element.remove(child)
            element.text = None
        element.attrib.clear()
        for name, value in attributes.items():
            element.set(name, value)
        element.tag, element.tail = tag, tail


def _html(holder: _Element) -> str:
    return etree.tostring(holder, method="html", encoding="unicode", with_tail=False)


def replace_by_text(element: _Element, text: str) -> None:
    """Put text where an element stands in its parent."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        raise ValueError("an element without a parent has no place for text")
    words = text + (element.tail or "")
    if before is not None:
        before.tail = (before.tail or "") + words
    else:
        parent.text = (parent.text or "") + words
    parent.remove(element)


def drop(element: _Element) -> None:
    """Take an element out of its parent; the text behind it stays."""
    replace_by_text(element, "")
