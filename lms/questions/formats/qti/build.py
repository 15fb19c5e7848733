"""Small tools for writing XML: elements with text of several lines, whole files, deterministic packages."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lxml import etree

from lms.questions.question import Image

if TYPE_CHECKING:
    from lxml.etree import _Element

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_PREFIX: Any = None  # how lxml says that a namespace has no prefix
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes for the same questions


def make(name: str, *children: _Element | None, text: str = "", **attributes: str) -> _Element:
    """An element with attributes, text of several lines, and children; None is no child."""
    element = etree.Element(name, {key.rstrip("_"): legal(value) for key, value in attributes.items()})
    add_text(element, text)
    element.extend(child for child in children if child is not None)
    return element


def add_text(element: _Element, text: str) -> None:
    """Put text behind what an element holds so far; line ends become <br/>."""
    for number, line in enumerate(legal(text).split("\n")):
        if number:
            element.append(etree.Element("br"))
        if line:
            last = element[-1] if len(element) else None
            if last is None:
                element.text = (element.text or "") + line
            else:
                last.tail = (last.tail or "") + line


def legal(text: str) -> str:
    """The text without the few signs that XML cannot hold."""
    return _FORBIDDEN.sub("", text)


def pictures(images: Iterable[Image], folder: str) -> list[_Element]:
    """Pictures as <img>; `folder` is the way to their members."""
    return [make("img", src=f"{folder}{image.name}", alt=image.alt) for image in images]


def document(root: _Element) -> bytes:
    """A whole XML file. Nothing is indented, because spaces are text here."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def in_namespace(root: _Element, namespace: str, prefixes: Mapping[str, str]) -> _Element:
    """The same tree with every element without a namespace put into one, which has no prefix."""
    spaces: dict[str, str] = {**prefixes, _NO_PREFIX: namespace}
    moved = etree.Element(
        _qualified(root, namespace),
        {str(name): str(value) for name, value in root.attrib.items()},
        nsmap=spaces,
    )
    moved.text = root.text
    for child in list(root):
        moved.append(_moved(child, namespace))
    return moved


def _moved(element: _Element, namespace: str) -> _Element:
    for each in element.iter("*"):
        each.tag = _qualified(each, namespace)
    return element


def _qualified(element: _Element, namespace: str) -> str:
    name = str(element.tag)
    return name if name.startswith("{") else f"{{{namespace}}}{name}"


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A package of members in their order: the same bytes for the same members."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            package.writestr(info, data)
    return held.getvalue()
