"""Parts of pages that are the same for many people: laid out once in a process, and kept."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import current_app
from markupsafe import Markup

from lms.kit import i18n
from lms.kit.lru import Lru

MOST = 5_000  # parts kept by a process: one to two KB each
_kept: Lru[Hashable, Markup] = Lru(MOST)


def fragment(template: str, facts: Hashable, **values: Any) -> Markup:
    """The template with these values and nothing of the request, in the language in force.

    `facts` must tell apart whatever makes the part look different, for it is not laid out twice for the same facts.
    """
    key = (template, i18n.language(), facts)
    found = _kept.get(key)
    if found is None:
        found = Markup(current_app.jinja_env.get_template(template).render(values))  # noqa: S704 - a template escapes
        _kept.put(key, found)
    return found


def question_review(item: Any) -> Markup:
    """How a question looks after the attempt: templates/questions/<type>/review.html. Of `item` it is given `type`,
    `asked`, `answer`, `key`, `parts` and whether `outcome` is "right"."""
    parts, right = getattr(item, "parts", ()), item.outcome == "right"
    facts = (item.asked, repr(item.answer), repr(item.key), parts, right)
    name = f"questions/{item.type}/review.html"
    return fragment(name, facts, item=item, asked=item.asked, answer=item.answer, key=item.key)
