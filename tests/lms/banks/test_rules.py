"""Fingerprints of questions, and what differs between two versions in words."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lms.banks.rules import LEVEL_NAMES, TYPE_HINTS, TYPE_NAMES, Part, compare, content_hash, differences
from lms.questions.question import LEVELS, Option, Question
from lms.questions.types import TYPES

words = st.lists(st.sampled_from(["Đảng", "bộ", "thành", "phố", "\n", " "]), max_size=12).map(" ".join)
QUESTION = Question(
    "single_choice",
    "Có mấy khâu?",
    options=(Option("Hai"), Option("Ba")),
    correct=(1,),
    level="recall",
    cites=("p01",),
)


def test_every_type_and_level_has_its_name() -> None:
    assert set(TYPE_NAMES) == set(TYPE_HINTS) == set(TYPES)
    assert tuple(LEVEL_NAMES) == LEVELS


@given(words, words)
def test_a_comparison_holds_both_texts(before: str, after: str) -> None:
    parts = compare(before, after)
    for text, other in ((before, "added"), (after, "removed")):
        assert "".join(part.text for part in parts if part.kind != other).split() == text.split()


def test_changed_words_stand_together() -> None:
    assert compare("Có hai khâu đột phá", "Có ba mươi khâu đột phá.") == (
        Part("same", "Có "),
        Part("removed", "hai "),
        Part("added", "ba mươi "),
        Part("same", "khâu đột "),
        Part("removed", "phá"),
        Part("added", "phá."),
    )


def test_only_what_changed_is_named() -> None:
    changed = replace(QUESTION, correct=(0,), level=None, cites=("p02",))
    found = differences(QUESTION, changed, str, {"p01": "1. Một"})
    assert [difference.name for difference in found] == ["Right answer", "Level", "Passages"]
    assert found[0].parts == (Part("removed", "Ba"), Part("added", "Hai"))
    assert found[2].parts == (Part("removed", "1. Một"), Part("added", "p02"))
    assert differences(QUESTION, QUESTION, str, {}) == []


def test_a_fingerprint_changes_with_every_field() -> None:
    others = [
        replace(QUESTION, stem="?"),
        replace(QUESTION, correct=(0,)),
        replace(QUESTION, options=(Option("Hai", fixed=True), Option("Ba"))),
        replace(QUESTION, level=None),
        replace(QUESTION, cites=()),
        replace(QUESTION, explanation="x"),
    ]
    assert len({content_hash(question) for question in [QUESTION, *others]}) == 7
    assert content_hash(Question.from_json(QUESTION.to_json())) == content_hash(QUESTION)
