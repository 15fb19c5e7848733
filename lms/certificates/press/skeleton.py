"""What differs between two certificates of one kind: the HTML of one, cut at the texts that are its own.

Two certificates with the same skeleton differ in nothing but those texts, because skeleton and texts together give the
HTML back. So whatever else a template does with the facts (sizes by length, capitals, things left out) is part of the
skeleton, and needs no attention here.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from markupsafe import escape

_NODE = re.compile(r'>([^<>]+)<| d="(M[^"]+)"')  # a text between tags, or what the path of a QR code draws


@dataclass(frozen=True, slots=True)
class Skeleton:
    """`parts` stand before, between and behind the slots; `names` says whose text stands in each slot."""

    parts: tuple[str, ...]
    names: tuple[str, ...]

    def filled(self, texts: list[str]) -> str:
        """The HTML with these escaped texts in the slots."""
        pieces = [self.parts[0]]
        for text, part in zip(texts, self.parts[1:], strict=True):
            pieces += (text, part)
        return "".join(pieces)


def skeleton_of(html: str, values: Mapping[str, str], fixed: Container[str] = ()) -> Skeleton:
    """The skeleton of an HTML whose texts are `values` by name, where they stand alone in an element.

    Those in `fixed` and empty ones stay part of it.
    """
    names = {str(escape(value)): name for name, value in values.items() if value and name not in fixed}
    parts: list[str] = []
    found: list[str] = []
    start = 0
    for match in _NODE.finditer(html):
        group = 1 if match.group(1) is not None else 2
        node = match.group(group)
        text = node.strip()
        name = names.get(text)
        if name is not None:
            at = match.start(group) + node.index(text)
            parts.append(html[start:at])
            found.append(name)
            start = at + len(text)
    parts.append(html[start:])
    return Skeleton(tuple(parts), tuple(found))
