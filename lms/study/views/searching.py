"""Searching the modules: with or without diacritics, Hoà like Hòa, đ like d."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.study import workshop_queries
from lms.study.rules import excerpt
from lms.study.views.door import door
from lms.web import edge
from lms.web.guard import SIGNED_IN


@door.page("/search", may=SIGNED_IN)
def search() -> ResponseReturnValue:
    """Passages that hold all the words."""
    words = request.args.get("words", "").strip()[:200]
    found = workshop_queries.search(edge.session(), words) if words else []
    return render_template(
        "study/search.html",
        words=words,
        found=[
            {
                "module": each.module_title,
                "number": each.passage.number,
                "heading": each.passage.heading,
                "excerpt": excerpt(each.passage.body, words),
                "url": url_for("study.passage", slug=each.module_slug, passage_slug=each.passage.slug),
            }
            for each in found
        ],
        most=workshop_queries.MOST_FOUND,
    )
