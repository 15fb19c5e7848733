"""What the figures of a question say, in plain words: hints for whoever looks after the bank, each with its reason.

Where the limits come from:

- ENOUGH: below some 30 answers the standard error of a proportion passes 0.09 and that of a correlation 0.18, so
  nothing is said; the same limit as in the review of questions.
- TOO_EASY, TOO_HARD: docs.moodle.org/en/Quiz_statistics_report calls a facility of 95 % and more extremely easy, up to
  20 % difficult. A choice question is too hard too when no more people are right than by guessing.
- WEAK: a discrimination below 0.20 is poor (Ebel, Essentials of Educational Measurement, 1972, p. 399).
- A wrong key is suspected when the discrimination is negative, or when a wrong option goes to better candidates: its
  correlation with the rest of the paper is positive (Haladyna, Developing and Validating Multiple-Choice Test Items,
  3rd ed. 2004, ch. 9) and above the key's. Both by more than SURE standard errors (1 / √n under no relation), about
  one sound question in 40.
- RARELY: an option that fewer than 5 % choose does no work (Haladyna & Downing, Educational and Psychological
  Measurement 53, 1993), which only says something where enough people are wrong. Two grades: nobody, hardly anybody.

Pure and light: no numpy.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lms.questions.quality.figures import OptionFigures, QuestionFigures

ENOUGH = 30
TOO_EASY, TOO_HARD = 0.95, 0.20
WEAK = 0.20
SURE = 1.96
RARELY = 0.05
_WRONG_ENOUGH = 0.10  # of the answers, before unused options are spoken of

# English message ids by code, with {name} placeholders that the flag's parameters fill.
MESSAGES: dict[str, str] = {
    "too_few_answers": "Not enough figures yet: {count} answers, at least {least} are needed.",
    "key_may_be_wrong": "The key may be wrong: those who do well in the rest of the paper get this question wrong "
    "(discrimination {value}).",
    "better_choose_wrong": "The key may be wrong: those who do better choose option {letter} "
    "({share}% of the answers).",
    "too_easy": "Too easy: {percent}% are right.",
    "too_hard": "Too hard: only {percent}% are right.",
    "like_guessing": "Too hard: {percent}% are right, no more than by guessing ({chance}%).",
    "hardly_tells": "Hardly tells those who know from those who do not (discrimination {value}).",
    "option_unused": "Nobody chooses option {letter}.",
    "option_rare": "Hardly anybody chooses option {letter} ({share}% of the answers).",
}


# The same in two or three words, for lists.
SHORT: dict[str, str] = {
    "too_few_answers": "too few answers",
    "key_may_be_wrong": "the key may be wrong",
    "better_choose_wrong": "the key may be wrong",
    "too_easy": "too easy",
    "too_hard": "too hard",
    "like_guessing": "like guessing",
    "hardly_tells": "hardly tells who knows",
    "option_unused": "an option nobody chooses",
    "option_rare": "an option hardly anybody chooses",
}
LOOK = ("key_may_be_wrong", "better_choose_wrong")  # somebody should, before the question is used again
Severity = Literal["look", "hint", "none"]
Packed = dict[str, Any]  # {code: [parameters of each flag with it]}, as it is stored


@dataclass(frozen=True, slots=True)
class Flag:
    """`code` is a key of MESSAGES; `severity` is "look" for those of LOOK."""

    code: str
    severity: Severity
    parameters: dict[str, object] = field(default_factory=dict)


def pack(found: Sequence[Flag]) -> Packed:
    """Flags as they are stored beside the figures."""
    packed: dict[str, list[dict[str, object]]] = {}
    for flag in found:
        packed.setdefault(flag.code, []).append(flag.parameters)
    return packed


def unpack(packed: Mapping[str, Any]) -> list[Flag]:
    """The same flags again, the gravest first; codes of former days that are no more are left out."""
    return [
        Flag(code, _severity(code), dict(parameters))
        for code in MESSAGES
        for parameters in packed.get(code, ())
    ]


def _severity(code: str) -> Severity:
    return "look" if code in LOOK else "none" if code == "too_few_answers" else "hint"


def flags(figures: QuestionFigures, key: Collection[int] = ()) -> list[Flag]:
    """What to say of a question, the gravest first. `key`: its right options from 0; empty if it has none or several
    count together, and then nothing is said of options."""
    if figures.answers < ENOUGH:
        return [Flag("too_few_answers", "none", {"count": figures.answers, "least": ENOUGH})]
    return [*_wrong_key(figures, key), *_facility(figures, key), *_unused(figures, key)]


def _wrong_key(figures: QuestionFigures, key: Collection[int]) -> Iterator[Flag]:
    limit = SURE / math.sqrt(figures.answers)
    weighed = figures.discrimination
    if weighed is not None and weighed < -limit:
        yield Flag("key_may_be_wrong", "look", {"value": round(weighed, 2)})
    of_options = SURE / math.sqrt(max(figures.choices, 1))
    for option in _wrong(figures, key) if figures.choices >= ENOUGH else ():
        if (option.point_biserial or 0.0) > max(of_options, weighed or 0.0):
            yield Flag(
                "better_choose_wrong", "look", {"letter": _letter(option), "share": _percent(option.share)}
            )
    if weighed is not None and -limit <= weighed < WEAK and figures.facility < TOO_EASY:
        yield Flag("hardly_tells", "hint", {"value": round(weighed, 2)})


def _facility(figures: QuestionFigures, key: Collection[int]) -> Iterator[Flag]:
    percent = _percent(figures.facility)
    chance = len(key) / len(figures.options) if len(key) == 1 and figures.options else 0.0
    if figures.facility >= TOO_EASY:
        yield Flag("too_easy", "hint", {"percent": percent})
    elif chance and figures.facility <= chance:
        yield Flag("like_guessing", "hint", {"percent": percent, "chance": _percent(chance)})
    elif figures.facility <= TOO_HARD:
        yield Flag("too_hard", "hint", {"percent": percent})


def _unused(figures: QuestionFigures, key: Collection[int]) -> Iterator[Flag]:
    if 1 - figures.facility < _WRONG_ENOUGH or figures.choices < ENOUGH:
        return
    for option in _wrong(figures, key):
        if not option.count:
            yield Flag("option_unused", "hint", {"letter": _letter(option)})
        elif option.share < RARELY:
            yield Flag("option_rare", "hint", {"letter": _letter(option), "share": _percent(option.share)})


def _wrong(figures: QuestionFigures, key: Collection[int]) -> list[OptionFigures]:
    return [option for option in figures.options if option.number not in key] if key else []


def _letter(option: OptionFigures) -> str:
    return chr(ord("A") + option.number)


def _percent(share: float) -> float:
    return round(share * 100, 1)
