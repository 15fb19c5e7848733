"""Passages as pages show them: Markdown to HTML, and only harmless HTML."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

ALLOWED = {"p", "ul", "ol", "li", "strong", "em", "blockquote", "br", "h3", "h4"}


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False, "linkify": False})


@lru_cache(maxsize=512)
def to_html(markdown: str) -> str:
    """Sanitised HTML of a passage's Markdown; links, images and raw HTML do not come through."""
    import nh3

    return nh3.clean(_reader().render(markdown), tags=ALLOWED, attributes={})
