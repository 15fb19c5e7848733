"""What all types check and do alike."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from lms.questions.problem import Problem, error
from lms.questions.question import LEVELS, SCORINGS, AskedQuestion, Image, Question
from lms.questions.question_type import Arrangement
from lms.vietnamese.text import clean

_SHARED = {"type", "stem", "level", "explanation", "source", "cites", "images", "stimulus", "expires"}
_PICTURE = re.compile(r"[0-9a-f]{64}\.(?:png|jpg|gif|webp)")
_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
Entry = TypeVar("Entry")


def check_shared(q: Question, used: Sequence[str]) -> list[Problem]:
    """Whatever is alike in all types, and no field filled that the type does not use (`used` are its own)."""
    problems = [] if clean(q.stem) else [error("no_stem", "stem")]
    if q.level is not None and q.level not in LEVELS:
        problems.append(error("unknown_level", "level", level=q.level, known=", ".join(LEVELS)))
    if q.scoring not in SCORINGS:
        problems.append(error("unknown_scoring", "scoring", scoring=q.scoring, known=", ".join(SCORINGS)))
    problems += [
        error("field_not_used", name) for name, usual in _others(tuple(used)) if getattr(q, name) != usual
    ]
    return [*problems, *_check_pictures(q), *_check_stimulus(q), *_check_expiry(q)]


@lru_cache
def _others(used: tuple[str, ...]) -> tuple[tuple[str, Any], ...]:
    """The fields that a type does not use, and what stands in them then."""
    others = _SHARED.union(used)
    return tuple((field.name, field.default) for field in fields(Question) if field.name not in others)


def _check_pictures(q: Question) -> Iterator[Problem]:
    """Who cannot see a picture needs its words, and a name that is none would show nothing."""
    for field, index, image in _placed_pictures(q):
        if not clean(image.alt):
            yield error("no_alt_text", field, index)
        if not _PICTURE.fullmatch(image.name):
            yield error("bad_picture_name", field, index, name=image.name[:80])


def _placed_pictures(q: Question) -> Iterator[tuple[str, int | None, Image]]:
    yield from (("stimulus", None, image) for image in (q.stimulus.images if q.stimulus else ()))
    yield from (("images", index, image) for index, image in enumerate(q.images))
    for index, option in enumerate(q.options):
        if option.image:
            yield "options", index, option.image


def _check_stimulus(q: Question) -> Iterator[Problem]:
    if q.stimulus and not clean(q.stimulus.text):
        yield error("empty_stimulus", "stimulus")


def _check_expiry(q: Question) -> Iterator[Problem]:
    if q.expires and not _is_date(q.expires):
        yield error("bad_expiry", "expires", text=q.expires[:40])


def _is_date(text: str) -> bool:
    try:
        return bool(_ISO_DATE.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False


def ask_shared(q: Question, **own: Any) -> AskedQuestion:
    """What a page may know of any question, with what its type adds (fields of AskedQuestion, nothing of the key)."""
    return AskedQuestion(type=q.type, stem=q.stem, images=q.images, stimulus=q.stimulus, **own)


def ask_typed(q: Question, arrangement: Arrangement) -> AskedQuestion:
    """What a page may know of a question without a list."""
    in_order((), arrangement)
    return ask_shared(q, unit=q.unit)


def ask_options(q: Question, arrangement: Arrangement) -> AskedQuestion:
    """What a page may know of a question whose options are displayed in an order."""
    options = in_order(q.options, arrangement)
    images = tuple(option.image for option in options)
    return ask_shared(
        q, choices=tuple(option.text for option in options), choice_images=images if any(images) else ()
    )


def in_order(entries: Sequence[Entry], arrangement: Arrangement) -> tuple[Entry, ...]:
    """The entries in displayed order. Raises ValueError unless the arrangement names each exactly once."""
    if sorted(arrangement) != list(range(len(entries))):
        raise ValueError(f"arrangement {tuple(arrangement)} does not fit {len(entries)} entries")
    return tuple(entries[index] for index in arrangement)


def places(arrangement: Arrangement) -> dict[int, int]:
    """Original index → displayed position."""
    return {original: position for position, original in enumerate(arrangement)}
