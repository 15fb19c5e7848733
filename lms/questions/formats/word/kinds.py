"""Which type of question a draft is: what a label names, or what its parts tell."""

from __future__ import annotations

import re

from lms.questions.formats.word import marks, values
from lms.questions.formats.word.draft import QUOTE, Draft
from lms.questions.formats.word.keys import truths_in
from lms.questions.formats.word.lines import flat
from lms.questions.formats.word.raw import RawOption
from lms.questions.problem import warning
from lms.questions.truths import read_truth
from lms.questions.typed_numbers import read_number
from lms.vietnamese.numbers import NumberUnreadable, parse_number

_BRACKET_ANSWER = re.compile(r"\s*\[\s*(?P<answer>[^\[\]\n]{1,40}?)\s*\]\s*$")
_JUDGE = re.compile(r"\bdung (?:hay|hoac) sai\b|dung\s*/\s*sai")
UNIT = re.compile(r"(?P<number>[+\-−–]?\d[\d.,]*)\s*(?P<unit>[^\d\s][^\d]{0,40})?$")
_MOST_UNIT_WORDS = 4


def kind_of(draft: Draft) -> str:
    """The type. An answer in brackets is taken off the stem."""
    raw = draft.raw
    if raw.own is not None:
        return raw.own
    if raw.values("type"):
        known = ", ".join(names[0] for names in values.TYPE_NAMES.values())
        draft.problems.append(warning("unknown_type", "type", text=raw.value("type")[:QUOTE], known=known))
    if raw.options:
        return _kind_with_options(draft)
    return "matching" if raw.pairs else _kind_without_options(draft)


def _kind_without_options(draft: Draft) -> str:
    raw = draft.raw
    _take_bracket(draft)
    answers = draft.answer_texts()
    if raw.rubric or draft.asks == "essay" or any(map(raw.values, ("words", "files", "guide"))):
        return "essay"
    if stem_truth(draft) is not None or (len(answers) == 1 and read_truth(answers[0]) is not None):
        return "true_false"
    if answers and all(map(_is_number, answers)):
        return "numeric"
    if not answers and draft.asks != "short":
        draft.problems.append(warning("no_options", "options"))
    return "short_answer"


def _kind_with_options(draft: Draft) -> str:
    raw = draft.raw
    alone = [marks.truth_alone(option.text) for option in raw.options]
    if len(alone) == 2 and set(alone) == {True, False}:
        return "true_false"
    if raw.truths:
        return "true_false_group"
    tails = marks.truth_tails(raw.options, cut=False)
    keyed = [truths_in(text) for text in draft.key_texts()]
    if any(truths is not None and len(truths) == len(raw.options) for truths in keyed):
        return "true_false_group"
    if len(tails) > 1 and len(tails) * 2 >= len(raw.options):
        return "true_false_group"
    small = all(option.label is None or not option.label.capital for option in raw.options)
    judged = draft.asks == "statements" or (small and _JUDGE.search(flat(draft.stem).lower()) is not None)
    return "true_false_group" if judged and not draft.key_texts() else "single_choice"


def _take_bracket(draft: Draft) -> None:
    """`… bao nhiêu đại biểu? [550]`"""
    found = _BRACKET_ANSWER.search(draft.stem)
    if found is not None and not draft.stem.endswith("]]"):
        draft.bracket = found["answer"]
        draft.stem = draft.stem[: found.start()].rstrip()


def stem_truth(draft: Draft) -> bool | None:
    """The truth behind a statement that stands alone, in a part of such statements."""
    if draft.asks != "statements" or not draft.raw.stem:
        return None
    last = RawOption(None, list(draft.raw.stem), None, 0)
    return marks.truth_tails([last], cut=False).get(0)


def _is_number(text: str) -> bool:
    found = UNIT.match(text)
    if found is None or len((found["unit"] or "").split()) > _MOST_UNIT_WORDS:
        return False
    try:
        parse_number(found["number"].rstrip(".,"))
        read_number(found["number"].rstrip(".,"))
    except NumberUnreadable:
        return False
    return True
