"""Which type of question a draft is: what a label names, or what its parts tell."""

from __future__ import annotations

import re

from lms.questions.formats.word import marks, values
from lms.questions.formats.word.draft import QUOTE, Draft
from lms.questions.formats.word.keys import truths_in
from lms.questions.formats.word.lines import flat
from lms.questions.formats.word.raw import RawOption, joined
from lms.questions.problem import warning
from lms.questions.truths import read_truth
from lms.questions.typed_numbers import read_number
from lms.vietnamese.numbers import NumberUnreadable, parse_number

_BRACKET_ANSWER = re.compile(r"\s*\[\s*(?P<answer>[^\[\]\n]{1,40}?)\s*\]\s*$")
_ESSAY = re.compile(r"\W*(?:cau hoi )?tu luan\s*[:.\-–)\]]+\s*", re.IGNORECASE)
_WRITE = re.compile(
    r"\W*(?:(?:dong chi|em|anh|chi|ban|hoc vien|anh/chi|dong chi/anh/chi)\s*(?:hay|vui long)?\s*|hay\s+)*"
    r"(?:trinh bay|phan tich|lien he|chung minh|lam ro|binh luan|danh gia|neu va phan tich|neu suy nghi|"
    r"vi sao|tai sao|giai thich vi sao|viet|tu lien he|de xuat)\b",
    re.IGNORECASE,
)
_TRUTH_ASKED = re.compile(
    r"\W*(?:d\s*/\s*s|(?:cau hoi )?dung\s*(?:/|-|hay|hoac)\s*sai)\s*[)\]]?\s*[:.\-–)]\s*(?=\S)", re.IGNORECASE
)
_TRUTH_IN_BRACKETS = re.compile(r"[(\[]\s*(?:dung|sai|[ds])\s*[)\]]\s*\.?\s*$", re.IGNORECASE)
_LONGEST_TYPED = 100  # letters: nobody types a longer answer word for word
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
    if raw.items:
        return "ordering"
    return "matching" if raw.pairs else _kind_without_options(draft)


def _kind_without_options(draft: Draft) -> str:
    raw = draft.raw
    _take_bracket(draft)
    answers = draft.answer_texts()
    if (named := _ESSAY.match(flat(draft.stem))) is not None:
        draft.stem = draft.stem[named.end() :]
    if named or raw.rubric or draft.asks == "essay" or any(map(raw.values, ("words", "files", "guide"))):
        return "essay"
    if stem_truth(draft) is not None or (len(answers) == 1 and read_truth(answers[0]) is not None):
        return "true_false"
    if not answers and _TRUTH_ASKED.match(flat(draft.stem)):
        return "true_false"
    if answers and all(map(_is_number, answers)):
        return "numeric"
    if draft.asks != "short" and _WRITE.match(flat(draft.stem)) and _no_typed(answers):
        draft.problems.append(warning("taken_as_essay"))
        return "essay"
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


def statement_of(stem: str) -> str:
    """The statement alone, without what asks to judge it (`Đúng hay sai: …`)."""
    asked = _TRUTH_ASKED.match(flat(stem))
    return stem[asked.end() :] if asked else stem


def _no_typed(answers: list[str]) -> bool:
    """Whether nothing is given that a person could type word for word."""
    return all(len(answer) > _LONGEST_TYPED for answer in answers)


def _take_bracket(draft: Draft) -> None:
    """`… bao nhiêu đại biểu? [550]`"""
    found = _BRACKET_ANSWER.search(draft.stem)
    if found is not None and not draft.stem.endswith("]]"):
        draft.bracket = found["answer"]
        draft.stem = draft.stem[: found.start()].rstrip()


def stem_truth(draft: Draft) -> bool | None:
    """The truth behind a statement that stands alone: in a part of such statements, or in brackets."""
    if not draft.raw.stem:
        return None
    whole = flat(joined(draft.raw.stem))
    if draft.asks != "statements" and not (_TRUTH_ASKED.match(whole) or _TRUTH_IN_BRACKETS.search(whole)):
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
