"""Simple formulas of MathML on one line, as people type them; the others are named as not kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ROWS = {"math", "mrow", "mstyle"}
_WORDS = {"mi", "mo", "mn", "mtext"}
_SIGNS = {"=", "+", "−", "-", "<", ">", "×", "≤", "≥"}
MOST_DEPTH = 20


def as_text(element: _Element) -> str | None:
    """The formula as text, or None when a line of text cannot say it."""
    return _said(element, 0)


def _said(element: _Element, depth: int) -> str | None:
    name, children = str(element.tag), list(element)
    if name in _WORDS:
        word = clean(element.text or "")
        return f" {word} " if name == "mo" and word in _SIGNS else word
    if depth > MOST_DEPTH:
        return None
    if name == "semantics" and children:
        return _said(children[0], depth + 1)
    if name in _ROWS:
        parts = [_said(child, depth + 1) for child in children]
        said = [part for part in parts if part is not None]
        return "".join(said) if len(said) == len(parts) and said else None
    if name in {"msup", "msub"} and len(children) == 2:
        return _moved(_said(children[0], depth + 1), _said(children[1], depth + 1), name)
    return None


def _moved(base: str | None, index: str | None, name: str) -> str | None:
    table = _RAISED if name == "msup" else _LOWERED
    if base is None or not index or any(ord(sign) not in table for sign in index):
        return None
    return base + index.translate(table)
