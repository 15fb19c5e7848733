"""HTML of other systems as the plain text that questions are kept in: nothing in it is executed.

A block (paragraph, item, row) is a line; every <br> is a line end of its own, so text that is written with <br> for
each line end comes back the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lms.vietnamese.text import tidy

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = {
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table",
    "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
_SILENT = {"script", "style", "template", "noscript", "head", "title"}
_LOST = {
    "video",
    "audio",
    "iframe",
    "object",
    "embed",
    "svg",
    "canvas",
    "math",
    "applet",
    "input",
    "select",
    "textarea",
}
_RAISED = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_EDGE = "\x02"  # of a block: however many stand together, one line ends
_EDGES = re.compile(r"[ \t]*\x02[ \t\x02]*")
MOST_DEPTH = 200


class HtmlUnreadable(ValueError):
    """The markup is nested too deep to be text that somebody wrote."""


@dataclass(slots=True)
class HtmlText:
    """`text` by lines; `images` as (address, alternative text); `lost`: elements that plain text cannot carry."""

    text: str = ""
    images: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def read_html(markup: str) -> HtmlText:
    """The text of a piece of HTML. Raises HtmlUnreadable. Entities are resolved; scripts and styles vanish."""
    if "<" not in markup and "&" not in markup:
        return HtmlText(tidy(markup))
    from lxml import etree, html

    try:
        root = html.fragment_fromstring(markup.replace("\x00", "").replace(_EDGE, ""), create_parent="div")
    except (etree.LxmlError, ValueError) as broken:
        raise HtmlUnreadable(str(broken)) from broken
    found = HtmlText()
    found.text = tidy(_EDGES.sub("\n", "".join(_words(root, found, 0)).strip(_EDGE + " \t")))
    return found


def _words(element: HtmlElement, found: HtmlText, depth: int) -> Iterator[str]:
    if depth > MOST_DEPTH:
        raise HtmlUnreadable(f"more than {MOST_DEPTH} elements stand in each other")
    name = element.tag if isinstance(element.tag, str) else ""
    if name in _LOST:
        found.lost.append(name)
    elif name == "img":
        found.images.append((element.get("src", ""), tidy(element.get("alt", ""))))
    elif name == "br":
        yield "\n"
    elif name and name not in _SILENT:
        yield from _inside(element, name, found, depth)
    yield _flowing(element.tail or "") if depth else ""


def _inside(element: HtmlElement, name: str, found: HtmlText, depth: int) -> Iterator[str]:
    inner = _flowing(element.text or "", keep=name == "pre")
    inner += "".join(part for child in element for part in _words(child, found, depth + 1))
    if name == "sup":
        inner = inner.translate(_RAISED)
    elif name == "sub":
        inner = inner.translate(_LOWERED)
    edge = _EDGE if name in _BLOCKS else "\t" if name in {"td", "th"} else ""
    yield f"{edge}{'- ' if name == 'li' else ''}{inner.lstrip() if name == 'li' else inner}{edge.replace(chr(9), '')}"


def _flowing(text: str, *, keep: bool = False) -> str:
    """Line ends of the source are blanks, unless the element keeps them."""
    return text if keep else text.replace("\r", " ").replace("\n", " ")
