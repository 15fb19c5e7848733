"""Parts of pages that are the same for many people: laid out once in a process, kept, and filled in for each.

What is one person's own stands in a template as a sign, and its value is put in its place afterwards. The signs have a
random part, which nobody can write into a title.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any, TypeAlias

from flask import current_app
from markupsafe import Markup, escape

from lms.kit import i18n
from lms.kit.lru import Lru

MOST = 8_000  # parts kept by a process: about two KB each
_OURS = secrets.token_hex(8)
_SIGN = re.compile(f"\ue000{_OURS}(\\w+)\ue001")
Pieces: TypeAlias = tuple[
    str, tuple[tuple[str, str], ...]
]  # the beginning; then (name of a sign, what follows)


def sign(name: str) -> str:
    """What stands in a text for the value of that name."""
    return f"\ue000{_OURS}{name}\ue001"


class Own:
    """What a page says to one person only; a template is given the signs that stand for it."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def __call__(self, value: object) -> str:
        """The sign for a value; Markup is put in as it is, everything else escaped."""
        name = str(len(self.values))
        self.values[name] = escape(value)
        return sign(name)


def cut(text: str) -> Pieces:
    """A laid out text at its signs."""
    first, *rest = _SIGN.split(text)
    return first, tuple(zip(rest[::2], rest[1::2], strict=True))


def filled(pieces: Pieces, values: Mapping[str, str]) -> Markup:
    """The text with the values, which are escaped already, in the places of their signs."""
    first, rest = pieces
    parts = [first]
    for name, text in rest:
        parts += (values[name], text)
    return Markup("".join(parts))  # noqa: S704 - a template escaped the text


_kept: Lru[Hashable, Pieces] = Lru(MOST)


def part(
    template: str, facts: Hashable, made: Callable[[], dict[str, Any]] | None = None, **values: Any
) -> Pieces:
    """The template with these values, and what is only `made` when it is laid out, and nothing of the request, in the
    language in force.

    `facts` must tell apart whatever makes the part look different, for it is not laid out twice for the same facts;
    None: it is not kept.
    """

    def lay_out() -> str:
        also = made() if made else {}
        return current_app.jinja_env.get_template(template).render(values | also)

    return kept(template, facts, lay_out)


def kept(name: str, facts: Hashable, lay_out: Callable[[], str]) -> Pieces:
    """The same of a text that is put together of several templates; `name` is nobody else's."""
    if facts is None:
        return cut(lay_out())
    key = (name, i18n.language(), facts)
    found = _kept.get(key)
    if found is None:
        found = cut(lay_out())
        _kept.put(key, found)
    return found


def question_review(item: Any) -> Markup:
    """How a question looks after the attempt: templates/questions/<type>/review.html. Of `item` it is given `type`,
    `asked`, `answer`, `key`, `parts` and whether `outcome` is "right"."""
    parts, right = getattr(item, "parts", ()), item.outcome == "right"
    facts = (item.asked, repr(item.answer), repr(item.key), parts, right)
    name = f"questions/{item.type}/review.html"
    return filled(part(name, facts, item=item, asked=item.asked, answer=item.answer, key=item.key), {})
