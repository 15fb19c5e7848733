"""What each ruling does to answers of each type (pure), and choosing a key on the question."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attempts import grading
from lms.exams.paper import LoadedPaper, Slot
from lms.exams.rulings import Decision, Rulings
from lms.marking import new_keys
from lms.marking.new_keys import KINDS, REKEYED, KeyRefused, Picked, decided, kinds_for, picked_of
from lms.questions.question import Question
from lms.questions.types import TYPES
from tests.stage import of_every_type, right_answer

QUESTIONS = {question.type: question for question in of_every_type()}
# type: another key, and an answer in original positions that is wholly right by it and not by the old one
OTHER: dict[str, tuple[Picked, Any]] = {
    "single_choice": (Picked(correct=(3,)), 3),
    "multiple_choice": (Picked(correct=(1, 3)), [1, 3]),
    "true_false": (Picked(correct=(0,)), True),
    "true_false_group": (Picked(truths=(True, True, True, True)), {str(n): True for n in range(4)}),
    "short_answer": (Picked(answers=("Then chốt",)), "then chốt"),
    "numeric": (Picked(answers=("13.000",), tolerance="0"), "13000"),
}


def slot_of(question: Question, number: int = 1, points: str = "2") -> Slot:
    order = TYPES[question.type].arrange(question, Random(1), shuffle=False)
    return Slot(number, number, question, order, Decimal(points), TYPES[question.type].ask(question, order))


def ruled(*decisions: tuple[str, Question | None], version_id: int = 1) -> grading.Given:
    found = tuple(Decision(n, kind, question) for n, (kind, question) in enumerate(decisions, 1))
    return grading.Given({version_id: found})


def points(slot: Slot, value: Any, *decisions: tuple[str, Question | None]) -> Any:
    judged = grading.judge(slot, {} if value is None else {1: value}, ruled(*decisions))
    return judged.points, judged.most_points


@pytest.mark.parametrize("type_name", REKEYED)
@pytest.mark.parametrize(
    ("kind", "of_old_key", "of_other", "of_none", "most"),
    [
        ("", 2, None, 0, 2),
        ("new_key", None, 2, 0, 2),
        ("second_key", 2, 2, 0, 2),
        ("full_marks", 2, 2, 2, 2),
        ("drop", 0, 0, 0, 0),
    ],
)
def test_every_ruling_on_every_type_with_a_key(
    type_name: str, kind: str, of_old_key: int | None, of_other: int | None, of_none: int, most: int
) -> None:
    """None: less than everything (a group or a partial score may still earn a part)."""
    slot = slot_of(QUESTIONS[type_name])
    picked, other = OTHER[type_name]
    decision = [(kind, decided(slot.question, kind, picked))] if kind else []
    for value, wanted in ((right_answer(slot), of_old_key), (other, of_other), (None, of_none)):
        got, of = points(slot, value, *decision)
        assert of == most
        assert got < 2 if wanted is None else got == wanted, (value, kind)


@pytest.mark.parametrize("type_name", [name for name in QUESTIONS if name not in (*REKEYED, "essay")])
def test_other_types_can_be_dropped_or_get_full_marks(type_name: str) -> None:
    slot = slot_of(QUESTIONS[type_name])
    assert kinds_for(type_name) == ("full_marks", "drop")
    assert points(slot, None, ("full_marks", None)) == (2, 2)
    assert points(slot, right_answer(slot), ("drop", None)) == (0, 0)
    with pytest.raises(KeyRefused):
        decided(slot.question, "new_key", picked_of(slot.question))


def test_an_essay_that_is_dropped_waits_for_nobody_and_full_marks_need_no_marker() -> None:
    slot = slot_of(QUESTIONS["essay"])
    assert grading.judge(slot, {1: "Tôi học tập."}).score.waits
    full = grading.judge(slot, {1: "Tôi học tập."}, ruled(("full_marks", None)))
    assert full.points == 2
    assert not full.score.waits
    assert points(slot, "Tôi học tập.", ("drop", None)) == (0, 0)


def test_rulings_follow_one_another() -> None:
    slot = slot_of(QUESTIONS["single_choice"])
    third, fourth = (replace(slot.question, correct=(n,)) for n in (2, 3))
    both = (("new_key", third), ("second_key", fourth))
    assert [points(slot, n, *both)[0] for n in range(4)] == [0, 0, 2, 2]
    again = (("second_key", fourth), ("new_key", third))  # the new key takes the place of both
    assert [points(slot, n, *again)[0] for n in range(4)] == [0, 0, 2, 0]
    assert points(slot, 1, *both, ("drop", None)) == (0, 0)
    assert points(slot, 0, *both, ("full_marks", None)) == (2, 2)


@pytest.mark.parametrize("type_name", REKEYED)
def test_a_chosen_key_is_shown_as_before_and_the_old_key_is_refused(type_name: str) -> None:
    question = QUESTIONS[type_name]
    new = decided(question, "new_key", OTHER[type_name][0])
    assert new is not None
    order = slot_of(question).order
    assert TYPES[type_name].ask(new, order) == TYPES[type_name].ask(question, order)
    assert new != question
    with pytest.raises(KeyRefused, match="has already"):
        decided(question, "second_key", picked_of(question))


@pytest.mark.parametrize(
    ("type_name", "picked"),
    [
        ("single_choice", Picked()),
        ("single_choice", Picked(correct=(0, 2))),
        ("single_choice", Picked(correct=(9,))),
        ("multiple_choice", Picked()),
        ("multiple_choice", Picked(correct=(-1, 0))),
        ("true_false", Picked(correct=(2,))),
        ("true_false_group", Picked(truths=(True,))),
        ("short_answer", Picked(answers=(" ", ""))),
        ("short_answer", Picked(answers=tuple(f"đáp án {n}" for n in range(21)))),
        ("numeric", Picked(answers=("mười hai",))),
        ("numeric", Picked(answers=("12",), tolerance="-1")),
    ],
)
def test_what_is_no_key_is_refused(type_name: str, picked: Picked) -> None:
    with pytest.raises(KeyRefused):
        decided(QUESTIONS[type_name], "new_key", picked)


def test_a_key_without_a_change_of_it_is_none() -> None:
    assert decided(QUESTIONS["single_choice"], "drop", Picked()) is None
    assert decided(QUESTIONS["numeric"], "full_marks", Picked()) is None
    with pytest.raises(KeyRefused):
        decided(QUESTIONS["single_choice"], "lottery", Picked())


NAMES = [name for name in QUESTIONS if name != "essay"]
PAPER = LoadedPaper(1, tuple(slot_of(QUESTIONS[name], n, "0.7") for n, name in enumerate(NAMES, 1)))


@st.composite
def decisions(draw: st.DrawFn) -> Rulings:
    """Any rulings on any of the paper's questions, several on one as well."""
    found: dict[int, tuple[Decision, ...]] = {}
    for slot in PAPER.slots:
        kinds = draw(st.lists(st.sampled_from(kinds_for(slot.question.type)), max_size=3))
        made = []
        for n, kind in enumerate(kinds):
            picked = OTHER.get(slot.question.type, (Picked(), None))[0]
            made.append(Decision(slot.number * 10 + n, kind, decided(slot.question, kind, picked)))
        if made:
            found[slot.version_id] = tuple(made)
    return found


@st.composite
def values(draw: st.DrawFn) -> dict[int, Any]:
    """Answers: right, right by the other key, none, or nonsense."""
    found = {}
    for slot in PAPER.slots:
        options = [right_answer(slot), OTHER.get(slot.question.type, (None, None))[1], None, "vô nghĩa", 99]
        value = draw(st.sampled_from(options))
        if value is not None:
            found[slot.number] = value
    return found


@given(values(), decisions())
def test_no_ruling_makes_more_than_everything_and_scoring_again_is_byte_equal(
    said: dict[int, Any], rulings: Rulings
) -> None:
    held = grading.Given(rulings)
    result = grading.grade(PAPER, said, Decimal(50), held)
    assert 0 <= result.points <= result.most_points <= PAPER.most_points
    assert 0 <= result.percent <= 100
    again = grading.grade(PAPER, dict(reversed(said.items())), Decimal(50), grading.Given(dict(rulings)))
    assert repr(again).encode() == repr(result).encode()


@given(values(), decisions())
def test_full_marks_and_second_keys_take_nothing_from_anybody(said: dict[int, Any], rulings: Rulings) -> None:
    kind_ones = {
        version: tuple(one for one in made if one.kind in ("full_marks", "second_key"))
        for version, made in rulings.items()
    }
    before = grading.grade(PAPER, said, Decimal(50))
    after = grading.grade(PAPER, said, Decimal(50), grading.Given(kind_ones))
    assert after.points >= before.points
    assert after.percent >= before.percent


def test_every_kind_has_a_name() -> None:
    assert set(new_keys.KIND_NAMES) == set(KINDS)
