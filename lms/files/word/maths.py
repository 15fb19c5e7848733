"""Equations of Word as one line of text: (a+b)/2, x^2, √(x), ∑_(i=1)^n."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.files.word.names import MATH, m

if TYPE_CHECKING:
    from lxml.etree import _Element

_VAL = m("val")
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
MOST_DEPTH = 60


def linear(element: _Element, depth: int = 0) -> str:
    """The text of an equation or a part of it."""
    if depth > MOST_DEPTH:
        return ""
    name = str(element.tag).rpartition("}")[2] if str(element.tag).startswith(f"{{{MATH}}}") else ""
    if name == "t":
        return element.text or ""
    form = _FORMS.get(name)
    if form is not None:
        return form(element, depth)
    if name.endswith("Pr"):
        return ""
    return "".join(linear(child, depth + 1) for child in element)


def _part(element: _Element, name: str, depth: int) -> str:
    found = element.find(m(name))
    return linear(found, depth + 1) if found is not None else ""


def _grouped(text: str) -> str:
    return text if len(text) < 2 or text.isalnum() else f"({text})"


def _fraction(element: _Element, depth: int) -> str:
    return f"{_grouped(_part(element, 'num', depth))}/{_grouped(_part(element, 'den', depth))}"


def _up(text: str) -> str:
    raised = text.translate(_RAISED)
    return (
        raised
        if text and text.translate(str.maketrans("", "", "0123456789+-=()n")) == ""
        else f"^{_grouped(text)}"
    )


def _down(text: str) -> str:
    plain = text.translate(str.maketrans("", "", "0123456789+-=()"))
    return text.translate(_LOWERED) if text and not plain else f"_{_grouped(text)}"


def _powered(element: _Element, depth: int) -> str:
    base = _part(element, "e", depth)
    lower, upper = _part(element, "sub", depth), _part(element, "sup", depth)
    return f"{_grouped(base)}{_down(lower) if lower else ''}{_up(upper) if upper else ''}"


def _root(element: _Element, depth: int) -> str:
    degree = _part(element, "deg", depth)
    return f"{_up(degree) if degree else ''}√({_part(element, 'e', depth)})"


def _property(element: _Element, group: str, name: str, usual: str) -> str:
    found = element.find(f"{m(group)}/{m(name)}")
    return usual if found is None else found.get(_VAL, "")


def _large(element: _Element, depth: int) -> str:
    lower, upper = _part(element, "sub", depth), _part(element, "sup", depth)
    sign = _property(element, "naryPr", "chr", "∫")
    return f"{sign}{_down(lower) if lower else ''}{_up(upper) if upper else ''} {_part(element, 'e', depth)}"


def _fenced(element: _Element, depth: int) -> str:
    inner = [linear(part, depth + 1) for part in element.iterfind(m("e"))]
    between = _property(element, "dPr", "sepChr", "|")
    first, last = _property(element, "dPr", "begChr", "("), _property(element, "dPr", "endChr", ")")
    return f"{first}{between.join(inner)}{last}"


def _matrix(element: _Element, depth: int) -> str:
    rows = (
        ", ".join(linear(part, depth + 1) for part in row.iterfind(m("e")))
        for row in element.iterfind(m("mr"))
    )
    return "; ".join(rows)


def _function(element: _Element, depth: int) -> str:
    return f"{_part(element, 'fName', depth)} {_part(element, 'e', depth)}"


def _lines(element: _Element, depth: int) -> str:
    return "; ".join(linear(part, depth + 1) for part in element.iterfind(m("e")))


_FORMS = {
    "f": _fraction,
    "sSup": _powered,
    "sSub": _powered,
    "sSubSup": _powered,
    "rad": _root,
    "nary": _large,
    "d": _fenced,
    "m": _matrix,
    "func": _function,
    "eqArr": _lines,
}
