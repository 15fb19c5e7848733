"""Texts of QTI 1.2: material with HTML or plain text, pictures, and our own mark for a stimulus."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from lxml import etree
from lxml import html as lxml_html

from lms.questions.formats.qti.markup import Scribe, Told
from lms.questions.formats.qti.names import text_of
from lms.questions.question import Stimulus
from lms.vietnamese.text import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

STIMULUS = "stimulus"  # the class of the part of a stem that is a stimulus; its title is the key
_TEXTS = {"mattext", "matemtext"}
RESPONSES = ("response_lid", "response_str", "response_num", "response_grp")


class QuizText:
    """Reads the material of one item. `stimulus`: what its stem held, once that was read."""

    def __init__(self, scribe: Scribe) -> None:
        self.scribe = scribe
        self.stimulus: Stimulus | None = None
        self._stem: Told | None = None

    def stem(self, presentation: _Element) -> Told:
        """All material that belongs to no response; looked at once."""
        if self._stem is None:
            self._stem = self._read_stem(presentation)
        return self._stem

    def _read_stem(self, presentation: _Element) -> Told:
        held = [each for each in presentation.iter("material") if not _in_response(each)]
        return self._told([part for material in held for part in material])

    def told(self, element: _Element, only: str = "") -> Told:
        """All material in an element; `only`: of its children of this name."""
        within = element.findall(only) if only else [element]
        return self._told([part for each in within for part in each.iter("*") if _is_material(part)])

    def words(self, element: _Element, only: str = "") -> str:
        """The same as text; a picture speaks by its words."""
        told = self.told(element, only)
        return told.text or "; ".join(image.alt for image in told.images)

    def all_of(self, element: _Element) -> str:
        """The text of everything in an element, for reading."""
        return self.told(element).text

    def _told(self, parts: list[_Element]) -> Told:
        markup = "".join(f"<div>{self._markup(part)}</div>" for part in parts if _is_material(part))
        return self.scribe.markup(markup)

    def _markup(self, part: _Element) -> str:
        if part.tag == "matimage":
            return (
                f'<img src="{html.escape(part.get("uri", ""))}" alt="{html.escape(text_of(part).strip())}">'
            )
        if part.tag not in _TEXTS:
            self.scribe.lost.setdefault(str(part.tag))
            return ""
        if len(part):
            return "".join(etree.tostring(child, method="html", encoding="unicode") for child in part)
        text = text_of(part)
        if part.get("texttype", "text/plain").casefold() == "text/plain":
            return html.escape(tidy(text)).replace("\n", "<br>")
        return self._without_stimulus(text)

    def _without_stimulus(self, markup: str) -> str:
        """The HTML without the part that is marked as a stimulus, which is kept apart."""
        if f'class="{STIMULUS}"' not in markup:
            return markup
        root = lxml_html.fragment_fromstring(markup, create_parent="div")
        for part in root.find_class(STIMULUS):
            told = self.scribe.markup(
                etree.tostring(part, method="html", encoding="unicode", with_tail=False)
            )
            self.stimulus = Stimulus(part.get("title", ""), told.text, told.images)
            part.drop_tree()
        return etree.tostring(root, method="html", encoding="unicode")


def _is_material(element: _Element) -> bool:
    return str(element.tag) in {"mattext", "matemtext", "matimage", "mataudio", "matvideo", "matapplet"}


def _in_response(element: _Element) -> bool:
    return any(above.tag in RESPONSES for above in element.iterancestors())
