"""The names of QTI: items of 2.0 to 3.0 are brought to one spelling, that of 2.x, before anything reads them.

QTI 3 renamed everything by one rule (responseDeclaration → qti-response-declaration, baseType → base-type), so one
reader and one writer serve all versions. Namespaces and prefixes are left out: the local names tell them apart.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_SMALL_TO_LARGE = re.compile(r"(?<=[a-z0-9])([A-Z])")
_AFTER_DASH = re.compile(r"-([a-z0-9])")
_OWN = "qti-"
_KEPT = ("data-", "aria-")
HTML = {"p", "div", "span", "br", "img", "object", "table", "tbody", "tr", "td", "strong"}  # that are written

INTERACTION = "Interaction"


@lru_cache(maxsize=2_000)
def camel(name: str) -> str:
    """`response-declaration` → `responseDeclaration`."""
    return _AFTER_DASH.sub(lambda found: found[1].upper(), name)


@lru_cache(maxsize=2_000)
def kebab(name: str) -> str:
    """`responseDeclaration` → `response-declaration`."""
    return _SMALL_TO_LARGE.sub(lambda found: "-" + found[1].lower(), name)


def text_of(element: _Element) -> str:
    """All the text in an element, as it is written."""
    return "".join(str(part) for part in element.itertext())


def line_of(element: _Element) -> int | None:
    """The line of the file in which an element begins."""
    line: int | None = getattr(element, "sourceline", None)
    return line


def local(name: str) -> str:
    """The name without its namespace."""
    return name.rpartition("}")[2]


def normalise(root: _Element) -> _Element:
    """The same tree, changed in place: local names, those of QTI 3 as in QTI 2."""
    for element in root.iter("*"):
        name = local(str(element.tag))
        element.tag = camel(name.removeprefix(_OWN)) if name.startswith(_OWN) else name
        for attribute in list(element.attrib):
            _normalise_attribute(element, str(attribute))
    return root


def _normalise_attribute(element: _Element, attribute: str) -> None:
    plain = local(attribute)
    spelt = plain if plain.startswith(_KEPT) else camel(plain)
    if spelt != attribute:
        value = element.attrib.pop(attribute)
        element.attrib[spelt] = value


def to_three(root: _Element) -> _Element:
    """A tree in names of 2.x with those of QTI 3, changed in place; HTML keeps its names."""
    for element in root.iter("*"):
        if element.tag not in HTML:
            element.tag = _OWN + kebab(str(element.tag))
            for attribute in list(element.attrib):
                name = str(attribute)
                if not name.startswith("{") and kebab(name) != name:
                    element.attrib[kebab(name)] = element.attrib.pop(name)
    return root
