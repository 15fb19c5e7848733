"""The elements of a Moodle XML file that hold text: `<questiontext format="html"><text>…</text><file …/>`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.questions.formats.shared.marked_text import Texts
from lms.questions.formats.shared.plain_numbers import read_plain
from lms.questions.formats.shared.weights import Weighed, listed
from lms.questions.problem import Problem, warning
from lms.questions.question import Image
from lms.vietnamese.text import clean, tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

_DEFAULT = "html"
_OLD_IMAGE = "image_base64"


def value(element: _Element, name: str, default: str = "") -> str:
    """The text of a child element, on one line."""
    child = element.find(name)
    return default if child is None else clean(child.text or "")


def is_true(text: str) -> bool:
    """How Moodle writes truths: true, 1."""
    return text.casefold() in {"true", "1"}


def marked(element: _Element | None) -> str:
    """The marked-up text that an element holds in <text>, or in old files itself."""
    if element is None:
        return ""
    inner = element.find("text")
    return _content(element if inner is None and not len(element) else inner)


def _content(element: _Element | None) -> str:
    if element is None:
        return ""
    if not len(element):
        return element.text or ""
    from lxml import etree  # tags that should have been escaped

    return (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)


def form_of(element: _Element | None, default: str = _DEFAULT) -> str:
    """The format of an element's text."""
    return default if element is None else clean(element.get("format") or "") or default


def weight_of(answer: _Element) -> Decimal:
    """What an answer is worth, in per cent."""
    given = answer.get("fraction") or value(answer, "fraction")
    return read_plain(given) or Decimal(0)


@dataclass(slots=True)
class Asked:
    """One question element on its way.

    `form` is the format of its text, which the others inherit; `stem` its marked-up text, in which gaps are marked.
    """

    element: _Element
    texts: Texts
    form: str = field(init=False)
    stem: str = field(init=False)
    found: list[Problem] = field(default_factory=list)
    part_marks: bool = False
    case_sensitive: bool = False

    def __post_init__(self) -> None:
        held = self.element.find("questiontext")
        self.form, self.stem = form_of(held), marked(held)

    def value(self, name: str, default: str = "") -> str:
        """The text of a child element, on one line."""
        return value(self.element, name, default)

    def children(self, name: str) -> Sequence[_Element]:
        """Children of a name, in order."""
        return self.element.findall(name)

    def text(self, element: _Element | None) -> str:
        """Plain text of an element beside which no picture can stand."""
        if element is None:
            return ""
        self.texts.used.clear()
        shown = self.texts.text(marked(element), form_of(element, self.form), self.found)
        self._say_files(element)
        return shown

    def with_images(
        self, element: _Element | None, markup: str | None = None
    ) -> tuple[str, tuple[Image, ...]]:
        """Plain text of an element and its pictures; `markup`: what to read instead of its own text."""
        if element is None:
            return "", ()
        self.texts.used.clear()
        markup, form = marked(element) if markup is None else markup, form_of(element, self.form)
        shown, images = self.texts.with_images(markup, form, self.found, _files(element))
        self._say_files(element)
        return shown, images

    def old_image(self) -> tuple[Image, ...]:
        """The picture of a file of Moodle 1.9 or older."""
        held = self.element.find(_OLD_IMAGE)
        if held is None or not (held.text or "").strip():
            return ()
        name = self.value("image", "image")
        taken = self.texts.take(f"@@PLUGINFILE@@/{name}", self.found, {name: held.text or ""})
        return (Image(taken, ""),) if taken else ()

    def answer(self, element: _Element) -> Weighed:
        """An answer that is typed: its text is plain, unless it says that it is HTML."""
        inner = marked(element) or (element.text or "")
        html = form_of(element, "plain_text") == _DEFAULT
        shown = self.texts.text(inner, "moodle_auto_format", self.found) if html else tidy(inner)
        return Weighed(shown, weight_of(element), self.text(element.find("feedback")))

    def say_feedback(self, held: Sequence[Weighed]) -> None:
        """Name the feedback to single answers."""
        said = [f"{answer.text}: {answer.feedback}".removeprefix(": ") for answer in held if answer.feedback]
        if said:
            self.found.append(warning("option_feedback_left_out", text=listed(said)))

    def _say_files(self, element: _Element) -> None:
        left = [name for name in _files(element) if name not in self.texts.used]
        self.found += [warning("file_left_out", name=name[:80]) for name in left]


def _files(element: _Element) -> dict[str, str]:
    """The embedded files of an element by path and name, in base64."""
    held = {}
    for each in element.findall("file"):
        path = (each.get("path") or "").strip("/")
        held[f"{path}/{each.get('name') or ''}".lstrip("/")] = each.text or ""
    return held
