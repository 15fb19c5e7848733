"""The types of questions in a Moodle XML file, as questions of ours. One function a type, one line each in KINDS.

Each makes what is special to its type; the reader adds the stem (from `Asked.stem`, which a type with gaps changes),
the pictures and the explanation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from lms.questions.formats.moodle_xml.elements import Asked, form_of, is_true, value, weight_of
from lms.questions.formats.moodle_xml.essays import read_essay
from lms.questions.formats.shared.cloze_text import Gaps
from lms.questions.formats.shared.typed_keys import numeric_key, typed_answers
from lms.questions.formats.shared.weights import FULL, Weighed, key_of_one, key_of_several, listed
from lms.questions.problem import error, warning
from lms.questions.question import Blank, Option, Pair, Question
from lms.questions.truths import read_truth

if TYPE_CHECKING:
    from lxml.etree import _Element

_CHOICE_MARK = re.compile(r"\[\[(\d{1,4})\]\]")
_ALL_OR_NOTHING = {"ALL_OR_NOTHING", "-1"}
OUR_GRADING = "RELATIVE_NEXT_EXCLUDE_LAST"
_NO_UNITS = "3"


def _choice(asked: Asked) -> Question:
    held = [_option(asked, answer) for answer in asked.children("answer")]
    weighed = [answer for _, answer in held]
    asked.say_feedback(weighed)
    one = is_true(asked.value("single", "true"))
    weights = [answer.weight for answer in weighed]
    key = key_of_one(weights) if one else key_of_several(weights)
    asked.part_marks = key.part_marks
    if not key.kept:
        odd = [answer for answer in weighed if answer.weight not in (0, FULL)] if one else weighed
        asked.found.append(warning("weights_not_kept", "correct", text=listed(odd)))
    kind = "single_choice" if one else "multiple_choice"
    options = tuple(option for option, _ in held)
    return Question(kind, "", options=options, correct=key.correct, scoring=key.scoring)


def _option(asked: Asked, answer: _Element) -> tuple[Option, Weighed]:
    text, images = asked.with_images(answer)
    if len(images) > 1:
        asked.found.append(warning("image_left_out"))
    option = Option(text, image=images[0] if images else None)
    return option, Weighed(text, weight_of(answer), asked.text(answer.find("feedback")))


def _true_false(asked: Asked) -> Question:
    """The answer that weighs 100 decides; words that are not known stand in the order true, false."""
    held = [asked.answer(answer) for answer in asked.children("answer")]
    asked.say_feedback(held)
    right = [place for place, answer in enumerate(held) if answer.weight >= FULL]
    if len(right) != 1 or len(held) != 2:
        return Question("true_false", "")
    truths = [read_truth(answer.text) for answer in held]
    if None in truths or truths[0] == truths[1]:
        first, second = (answer.text[:40] for answer in held)
        asked.found.append(warning("truth_by_order", "correct", first=first, second=second))
        truths = [True, False]
    return Question("true_false", "", correct=(0,) if truths[right[0]] else (1,))


def _short_answer(asked: Asked) -> Question:
    held = [asked.answer(answer) for answer in asked.children("answer")]
    asked.say_feedback(held)
    asked.case_sensitive = is_true(asked.value("usecase"))
    answers = typed_answers(held, asked.found)
    return Question("short_answer", "", answers=answers, fold=not asked.case_sensitive)


def _numeric(asked: Asked) -> Question:
    held = []
    for answer in asked.children("answer"):
        given, tolerance = asked.answer(answer), value(answer, "tolerance")
        text = f"{given.text}:{tolerance}" if tolerance and given.text != "*" else given.text
        held.append(replace(given, text=text))
    asked.say_feedback(held)
    return numeric_key(Question("numeric", "", unit=_unit(asked)), held, asked.found)


def _unit(asked: Asked) -> str:
    """The unit that numbers are in; others, which multiply, are said."""
    if asked.value("showunits") == _NO_UNITS:
        return ""
    units = asked.element.findall("units/unit")
    names = [value(unit, "unit_name") for unit in units]
    base = next((place for place, unit in enumerate(units) if _is_one(value(unit, "multiplier", "1"))), None)
    if base is None:
        kept, others = "", names
    else:
        kept, others = names[base], names[:base] + names[base + 1 :]
    if others:
        asked.found.append(warning("units_left_out", "unit", unit=kept, text=listed(others)))
    return kept


def _is_one(text: str) -> bool:
    return re.fullmatch(r"1(?:[.,]0*)?", text) is not None


def _matching(asked: Asked) -> Question:
    pairs = []
    for each in asked.children("subquestion"):
        right = each.find("answer")
        pair = Pair(asked.text(each), "" if right is None else asked.answer(right).text)
        if pair.left or pair.right:
            pairs.append(pair)
    return Question("matching", "", pairs=tuple(pairs), scoring="partial")


def _ordering(asked: Asked) -> Question:
    answers = list(asked.children("answer"))
    places = [weight_of(answer) for answer in answers]
    if len(set(places)) == len(places):
        answers = [
            answer for _, answer in sorted(zip(places, answers, strict=True), key=lambda held: held[0])
        ]
    held = [_option(asked, answer) for answer in answers]
    asked.say_feedback([answer for _, answer in held])
    grading = asked.value("gradingtype", OUR_GRADING)
    strict = grading in _ALL_OR_NOTHING
    if not strict and grading != OUR_GRADING:
        asked.found.append(warning("grading_not_kept", "scoring", name=grading[:60]))
    options = tuple(option for option, _ in held)
    return Question("ordering", "", options=options, scoring="all_or_nothing" if strict else "partial")


def _cloze(asked: Asked) -> Question:
    form = form_of(asked.element.find("questiontext"))
    gaps = Gaps(lambda markup: asked.texts.text(markup, form, asked.found))
    asked.stem = gaps.mark(asked.stem)
    asked.found += gaps.found
    asked.case_sensitive = gaps.strict
    return Question("cloze", "", blanks=tuple(gaps.blanks))


def _words_to_place(asked: Asked) -> Question:
    """gapselect and ddwtos: [[n]] names a word to choose or drag; its gap offers the words of the same group."""
    words = [
        (asked.text(each), value(each, "group", "1"))
        for each in asked.element
        if each.tag in {"selectoption", "dragbox"}
    ]
    offered: dict[str, tuple[list[int], tuple[str, ...]]] = {}
    for group in {group for _, group in words}:
        places = [place for place, (_, other) in enumerate(words) if other == group]
        offered[group] = (places, tuple(words[place][0] for place in places))
    blanks: list[Blank] = []

    def take(mark: re.Match[str]) -> str:
        place = int(mark[1]) - 1
        if not 0 <= place < len(words):
            asked.found.append(error("blank_without_choice", "blanks", mark=mark[1]))
            return mark[0]
        places, options = offered[words[place][1]]
        blanks.append(Blank("choice", options=options, correct=places.index(place)))
        return f"[[{len(blanks)}]]"

    asked.stem = _CHOICE_MARK.sub(take, asked.stem)
    return Question("cloze", "", blanks=tuple(blanks))


KINDS: dict[str, Callable[[Asked], Question]] = {
    "multichoice": _choice,
    "truefalse": _true_false,
    "shortanswer": _short_answer,
    "numerical": _numeric,
    "matching": _matching,
    "match": _matching,
    "essay": read_essay,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _words_to_place,
    "ddwtos": _words_to_place,
    "ordering": _ordering,
}
