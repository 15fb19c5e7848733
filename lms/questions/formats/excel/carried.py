"""What of a question has no place in a format that knows only some fields."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields

from lms.questions.problem import Problem, warning
from lms.questions.reading import ReadQuestion

_CODES = {
    "level": "level_not_written", "explanation": "explanation_not_written", "source": "source_not_written",
    "cites": "cites_not_written", "expires": "expires_not_written", "stimulus": "stimulus_not_written",
    "points": "points_not_written", "topic": "topic_not_written", "tags": "tags_not_written",
    "rubric": "rubric_not_written", "least_words": "word_limits_not_written", "most_words": "word_limits_not_written",
    "file_types": "file_types_not_written", "guide": "guide_not_written", "fixed": "fixed_not_written",
}  # fmt: skip
_HANDLED = {"type", "stem", "images", "stimulus"}


def fields_left_out(read: ReadQuestion, carried: Collection[str]) -> list[Problem]:
    """A warning for every field that says something and is not among `carried` (options' `fixed` is "fixed")."""
    asked, left = read.question, []
    if asked.pictures and "images" not in carried:
        left.append(warning("images_not_written", "images"))
    if asked.stimulus and "stimulus" not in carried:
        left.append(_left("stimulus"))
    for part in fields(asked):
        unsaid = getattr(asked, part.name) == part.default
        if part.name not in _HANDLED and part.name not in carried and not unsaid:
            left.append(_left(part.name))
    if "fixed" not in carried and any(option.fixed for option in asked.options):
        left.append(_left("fixed"))
    about = ("id", "points", "topic", "tags")
    said = (name for name in about if name not in carried and getattr(read, name) not in ("", (), None))
    return [*left, *(_left(name) for name in said)]


def _left(name: str) -> Problem:
    return warning(_CODES.get(name, "field_not_carried"), name)
