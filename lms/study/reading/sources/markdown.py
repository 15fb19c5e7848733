"""Markdown: its headings, paragraphs, items and rows. HTML in it is shown as text, links as their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lms.study.reading.outline import DocumentRefused, Line, Outline, lines_of
from lms.study.reading.sources.text import decode

if TYPE_CHECKING:
    from markdown_it.token import Token

_NAMES = (".md", ".markdown")
_SIGNS = {"bullet_list_open": "-", "ordered_list_open": "1."}


class Markdown:
    name = "markdown"

    def recognise(self, name: str, head: bytes) -> bool:
        return name.lower().endswith(_NAMES)

    def read(self, data: bytes, name: str) -> Outline:
        from markdown_it import MarkdownIt

        text = _without_front_matter(decode(data))
        reader = MarkdownIt("commonmark", {"html": False, "maxNesting": 30}).enable("table")
        try:
            return Outline(tuple(_lines(reader.parse(text))))
        except RecursionError as deep:
            raise DocumentRefused("document_unknown") from deep


def _without_front_matter(text: str) -> str:
    lines = text.split("\n")
    if lines[0].strip() != "---":
        return text
    end = next((at for at, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
    return text if end is None else "\n".join([*[""] * (end + 1), *lines[end + 1 :]])


def _lines(tokens: list[Token]) -> Iterator[Line]:
    lists: list[list[int | None]] = []  # of each open list: its next number, None for signs
    level, label, place = None, "", 1
    cells: list[str] | None = None
    for token in tokens:
        place = token.map[0] + 1 if token.map else place
        if token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "heading_close":
            level = None
        elif token.type in _SIGNS:
            first = int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None
            lists.append([first])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            label = _label(lists)
        elif token.type == "tr_open":
            cells = []
        elif token.type == "tr_close" and cells is not None:
            yield from lines_of([(" | ".join(filter(None, cells)), False)], Line("", row=True, place=place))
            cells = None
        elif token.type == "inline" and cells is not None:
            cells.append("".join(text for text, _bold in _pieces(token)).replace("\n", " "))
        elif token.type in ("inline", "fence", "code_block"):
            yield from lines_of(_pieces(token), Line("", label=label, level=level, place=place))
            label = ""


def _label(lists: list[list[int | None]]) -> str:
    number = lists[-1][0]
    if number is None:
        return "-" if len(lists) == 1 else "+"
    lists[-1][0] = number + 1
    return f"{number}."


def _pieces(token: Token) -> Iterator[tuple[str, bool]]:
    if not token.children:
        yield token.content, False
        return
    bold = 0
    for child in token.children:
        if child.type == "strong_open":
            bold += 1
        elif child.type == "strong_close":
            bold -= 1
        elif child.type == "softbreak":
            yield " ", False
        elif child.type == "hardbreak":
            yield "\n", False
        elif child.content:
            yield child.content, bold > 0
