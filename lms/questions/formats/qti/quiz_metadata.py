"""What our questions have and Canvas has not, as metadata of an item; other programs pass over unknown labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from lms.questions.formats.qti.spelling import own_spellings, respelt
from lms.questions.levels import read_level
from lms.questions.question import SCORINGS, Blank, Criterion, Question
from lms.questions.types.essay import FILE_TYPES

_LABELS = (
    "level", "source", "cites", "expires", "scoring", "unit", "exact", "fixed", "guide", "least_words", "most_words",
    "file_type", "criterion", "criterion_points", "written", "number_gap", "number_tolerance", "number_unit",
)  # fmt: skip
_TEXTS = ("source", "expires", "unit", "guide")
_WITH_SCORING = {"multiple_choice", "matching"}

Own = Mapping[str, Sequence[str]]


def own_fields(fields: Own) -> Own:
    """Of the metadata of an item what is ours."""
    return {label: fields[label] for label in _LABELS if label in fields}


def with_own_fields(question: Question, own: Own) -> Question:
    """The question with what its metadata say."""
    changes: dict[str, object] = {name: own[name][0] for name in _TEXTS if name in own}
    if "level" in own:
        changes["level"] = read_level(own["level"][0])
    if "cites" in own:
        changes["cites"] = tuple(own["cites"])
    if own.get("scoring", [""])[0] in SCORINGS and question.type in _WITH_SCORING:
        changes["scoring"] = own["scoring"][0]
    if question.type == "essay":
        changes |= _of_essay(own)
    return respelt(_with_marks(replace(question, **changes), own), own.get("written", ()))  # type: ignore[arg-type]


def _of_essay(own: Own) -> dict[str, object]:
    limits = {name: _whole(own[name][0]) for name in ("least_words", "most_words") if name in own}
    types = tuple(kind for kind in own.get("file_type", ()) if kind in FILE_TYPES)
    lines = zip(own.get("criterion", ()), own.get("criterion_points", ()), strict=False)
    rubric = tuple(Criterion(text, points) for text, points in lines)
    return {**limits, **({"file_types": types} if types else {}), "rubric": rubric}


def _with_marks(question: Question, own: Own) -> Question:
    """Options that keep their place, and answers whose diacritics count, by their numbers from 1."""
    fixed = {_whole(text) for text in own.get("fixed", ())}
    options = tuple(
        replace(option, fixed=number in fixed) for number, option in enumerate(question.options, 1)
    )
    exact = {_whole(text) for text in own.get("exact", ())}
    blanks = tuple(
        replace(blank, fold=number not in exact) if blank.kind == "text" else blank
        for number, blank in enumerate(question.blanks, 1)
    )
    marked = replace(question, options=options, blanks=_with_numbers(blanks, own))
    return replace(marked, fold=not exact) if question.type == "short_answer" else marked


def _with_numbers(blanks: Sequence[Blank], own: Own) -> tuple[Blank, ...]:
    """Gaps for numbers, which Canvas knows only as text."""
    held = list(blanks)
    told = (own.get(name, ()) for name in ("number_gap", "number_tolerance", "number_unit"))
    for number, tolerance, unit in zip(*told, strict=False):
        place = _whole(number) - 1
        if 0 <= place < len(held) and held[place].kind == "text":
            held[place] = Blank("number", held[place].answers, tolerance=tolerance, unit=unit)
    return tuple(held)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def to_fields(question: Question) -> Iterator[tuple[str, str]]:
    """The metadata that carry what Canvas has no place for."""
    yield from ((name, getattr(question, name)) for name in _TEXTS if getattr(question, name))
    if question.level:
        yield "level", question.level
    yield from (("cites", passage) for passage in question.cites)
    if question.type in _WITH_SCORING:
        yield "scoring", question.scoring
    yield from (("fixed", str(n)) for n, option in enumerate(question.options, 1) if option.fixed)
    yield from (("exact", str(n)) for n, blank in enumerate(question.blanks, 1) if not blank.fold)
    if not question.fold:
        yield "exact", "1"
    limits = {"least_words": question.least_words, "most_words": question.most_words}
    yield from ((name, str(count)) for name, count in limits.items() if count)
    yield from (("file_type", kind) for kind in question.file_types)
    for line in question.rubric:
        yield "criterion", line.text
        yield "criterion_points", line.points
    for number, blank in enumerate(question.blanks, 1):
        if blank.kind == "number":
            yield "number_gap", str(number)
            yield "number_tolerance", blank.tolerance
            yield "number_unit", blank.unit
    yield from (("written", text) for text in own_spellings(question))
