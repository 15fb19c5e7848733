"""Web pages: the article's text with its headings; menus, pictures, comments and scripts are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lms.study.reading.outline import DocumentRefused, Line, Outline, lines_of
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_NAMES = (".html", ".htm", ".xhtml")
_SILENT = {
    "script", "style", "template", "noscript", "head", "nav", "aside", "footer", "form", "button", "select", "svg",
    "iframe", "object", "embed", "video", "audio", "canvas", "figure", "figcaption", "img", "input", "textarea",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "dd", "div", "dl", "dt", "header", "hr", "li", "main", "ol",
    "p", "pre", "section", "table", "tbody", "thead", "tfoot", "tr", "ul", "html", "h1", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TEXT = {"p", "li", "h1", "h2", "h3", "h4", "blockquote", "td"}
MOST_DEPTH = 200


class Html:
    name = "html"

    def recognise(self, name: str, head: bytes) -> bool:
        start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        return name.lower().endswith(_NAMES) or start.startswith((b"<!doctype html", b"<html"))

    def read(self, data: bytes, name: str) -> Outline:
        root = _parsed(data)
        title = root.findtext(".//title") or ""
        walk = _Walk()
        try:
            walk.inside(_article(root), 0)
        except RecursionError as deep:
            raise DocumentRefused("html_damaged") from deep
        return Outline(tuple(walk.lines()), clean(title), unit="paragraph")


def _parsed(data: bytes) -> HtmlElement:
    from lxml import etree, html

    declared = b"charset" in data[:2048].lower() or data.startswith(
        (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
    )
    reader = html.HTMLParser(
        encoding=None if declared else "utf-8",
        huge_tree=False,
        no_network=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = html.document_fromstring(
            data.replace(b"\x00", b"") if data[:2] not in (b"\xff\xfe", b"\xfe\xff") else data, parser=reader
        )
    except (etree.LxmlError, ValueError, LookupError) as broken:
        raise DocumentRefused("html_damaged") from broken
    return root


def _article(root: HtmlElement) -> HtmlElement:
    """The element that holds the text: <article> or <main>, else the one with most words of its own paragraphs."""
    for name in ("article", "main"):
        found = list(root.iter(name))
        if len(found) == 1 and len(found[0].text_content().split()) > 50:
            return found[0]
    weights: dict[HtmlElement, int] = {}
    for element in root.iter(*_TEXT):
        parent = element.getparent()
        if parent is not None and not any(above.tag in _SILENT for above in element.iterancestors()):
            weights[parent] = weights.get(parent, 0) + len("".join(element.itertext()).split())
    total = sum(weights.values())
    best = max(weights, key=lambda element: weights[element], default=None)
    body = root.find("body")
    whole: HtmlElement = body if body is not None else root
    return best if best is not None and weights[best] > 0.8 * total else whole


class _Walk:
    """Collects pieces of text and cuts them into lines at the edges of blocks."""

    def __init__(self) -> None:
        self.found: list[Line] = []
        self.pieces: list[tuple[str, bool]] = []
        self.level: int | None = None
        self.label = ""
        self.bold = 0
        self.lists: list[list[int | None]] = []

    def lines(self) -> list[Line]:
        self._cut()
        return self.found

    def _cut(self) -> None:
        if any(text.strip() for text, _bold in self.pieces):
            place = len(self.found) + 1
            self.found.extend(
                lines_of(self.pieces, Line("", label=self.label, level=self.level, place=place))
            )
            self.label = ""
        self.pieces = []

    def inside(self, element: HtmlElement, depth: int) -> None:
        if depth > MOST_DEPTH:
            raise DocumentRefused("html_damaged")
        name = element.tag if isinstance(element.tag, str) else ""
        if name in _SILENT or not name:
            return
        if name == "tr":
            self._row(element)
        elif name == "br":
            self.pieces.append(("\n", False))
        elif name in _BLOCKS:
            self._block(element, name, depth)
        else:
            bold = name in ("b", "strong") or "bold" in element.get("style", "").replace(" ", "")
            self.bold += bold
            self._children(element, depth, keep=False)
            self.bold -= bold

    def _block(self, element: HtmlElement, name: str, depth: int) -> None:
        self._cut()
        before, self.level = self.level, _HEADINGS.get(name, self.level)
        if name in ("ul", "ol"):
            start = element.get("start", "1")
            self.lists.append(
                [int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1]
                if name == "ol"
                else [None]
            )
        elif name == "li":
            self.label = self._number()
        self._children(element, depth, keep=name == "pre")
        self._cut()
        if name in ("ul", "ol"):
            self.lists.pop()
        self.level = before
        self.label = "" if name == "li" else self.label

    def _number(self) -> str:
        if not self.lists or self.lists[-1][0] is None:
            return "-" if len(self.lists) < 2 else "+"
        number = self.lists[-1][0]
        self.lists[-1][0] = number + 1
        return f"{number}."

    def _children(self, element: HtmlElement, depth: int, *, keep: bool) -> None:
        self._text(element.text, keep=keep)
        for child in element:
            self.inside(child, depth + 1)
            self._text(child.tail, keep=keep)

    def _text(self, text: str | None, *, keep: bool) -> None:
        if text:
            self.pieces.append((text if keep else " ".join(f"x{text}x".split())[1:-1], self.bold > 0))

    def _row(self, element: HtmlElement) -> None:
        self._cut()
        cells = [clean(" ".join(cell.itertext())) for cell in element if cell.tag in ("td", "th")]
        if len(cells) == 1:
            self.pieces = [(cells[0], False)]
            self._cut()
        elif any(cells):
            text = " | ".join(filter(None, cells))
            self.found.extend(lines_of([(text, False)], Line("", row=True, place=len(self.found) + 1)))
