"""What a question of any type says, for templates/banks/macros.html: with its key, or with nothing that tells it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from lms.banks.rules import BLANK_NAMES
from lms.kit.i18n import _
from lms.questions.question import Blank, Image
from lms.questions.question import Question as Body
from lms.questions.question_type import TruthWords
from lms.questions.types import TYPES
from lms.vietnamese.text import fold

Words = dict[str, Any]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
IN_WORDS = ("true_false", "short_answer", "numeric")  # their key stands nowhere else


def body_words(body: Body, *, key: bool) -> Words:
    """Everything to be drawn of a question; without `key` in an order that does not tell the answer either."""
    return {
        "type": body.type,
        "stem": body.stem,
        "stimulus": _stimulus(body),
        "images": _images(body.images),
        "options": [] if body.type == "ordering" else _options(body, key),
        "items": _items(body, key) if body.type == "ordering" else [],
        "ordered": key,
        "statements": [
            {"letter": LETTERS[i].lower(), "text": s.text, "truth": s.correct if key else None}
            for i, s in enumerate(body.statements)
        ],
        "pairs": [(pair.left, pair.right) for pair in body.pairs] if key else [],
        "columns": _columns(body) if body.pairs and not key else (),
        "blanks": [_blank(number, blank, key) for number, blank in enumerate(body.blanks, 1)],
        "rubric": [(line.text, line.points) for line in body.rubric] if key else [],
        "limits": _limits(body),
        "guide": body.guide if key else "",
        "key": _key_lines(body) if key else (),
        "unit": body.unit,
        "deviation": body.tolerance if key and body.tolerance != "0" else "",
        "exact": key and bool(body.answers) and body.type == "short_answer" and not body.fold,
        "partial": body.scoring == "partial",
        "explanation": body.explanation if key else "",
        "source": body.source if key else "",
    }


def _stimulus(body: Body) -> Words | None:
    if body.stimulus is None:
        return None
    return {"text": body.stimulus.text, "images": _images(body.stimulus.images)}


def _images(images: Sequence[Image]) -> list[Words]:
    return [{"url": url_for("banks.picture", name=image.name), "alt": image.alt} for image in images]


def _options(body: Body, key: bool) -> list[Words]:
    return [
        {
            "letter": LETTERS[i % len(LETTERS)],
            "text": option.text,
            "fixed": option.fixed,
            "right": key and i in body.correct,
            "image": _images([option.image])[0] if option.image else None,
        }
        for i, option in enumerate(body.options)
    ]


def _items(body: Body, key: bool) -> list[str]:
    texts = [option.text for option in body.options]
    return texts if key else _alphabetical(texts)


def _columns(body: Body) -> tuple[list[str], list[str]]:
    return [pair.left for pair in body.pairs if pair.left], _alphabetical([pair.right for pair in body.pairs])


def _alphabetical(texts: Sequence[str]) -> list[str]:
    return sorted(texts, key=lambda text: (fold(text), text))


def _blank(number: int, blank: Blank, key: bool) -> Words:
    return {
        "number": number,
        "kind": _(BLANK_NAMES[blank.kind]) if blank.kind in BLANK_NAMES else blank.kind,
        "options": [
            {"text": text, "right": key and at == blank.correct} for at, text in enumerate(blank.options)
        ],
        "answers": blank.answers if key else (),
        "unit": blank.unit,
        "deviation": blank.tolerance if key and blank.tolerance != "0" else "",
    }


def _limits(body: Body) -> list[str]:
    said = []
    if body.least_words:
        said.append(_("at least {count} words", count=body.least_words))
    if body.most_words:
        said.append(_("at most {count} words", count=body.most_words))
    if body.file_types:
        said.append(_("or a file: {types}", types=", ".join(body.file_types)))
    return said


def _key_lines(body: Body) -> tuple[str, ...]:
    """The right answer in words where it does not already stand at the options, pairs or blanks."""
    if body.type not in IN_WORDS:
        return ()
    return TYPES[body.type].describe_key(body, TruthWords(_("True"), _("False")))
