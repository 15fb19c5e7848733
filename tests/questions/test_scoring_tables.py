"""Tables answer → mark: for every type, and against what others have published about their marks.

Answers are written in the positions in which a question is stored, and are marked in every arrangement in which it can
be displayed: the mark must be the same.
"""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lms.questions.question import Blank, Option, Pair, Question, Statement
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES, displayed

SEEDS = 200  # enough to meet every arrangement of four entries


def arrangements(q: Question) -> set[tuple[int, ...]]:
    """Every way in which the question is displayed."""
    return {TYPES[q.type].arrange(q, random.Random(seed), True) for seed in range(SEEDS)}


def marks(q: Question, answer: Any) -> set[Decimal]:
    """The mark of the answer in every arrangement, as a set: there must be one."""
    kind = TYPES[q.type]
    return {
        kind.score(q, arrangement, displayed(q, arrangement, answer)).correctness
        for arrangement in arrangements(q)
    }


def matched(q: Question, *rights: str) -> dict[str, int]:
    """Each left side in turn with the right side of this text; "": with none."""
    choices = TYPES["matching"].ask(q, tuple(range(len({pair.right for pair in q.pairs})))).choices
    return {str(row): choices.index(right) for row, right in enumerate(rights) if right}


# ------------------------------------------------------------------------------------------------ every type

CHOOSE = SAMPLES["multiple_choice"]  # 0, 2 and 3 are right, 1 is not
FOUR = SAMPLES["true_false_group"]  # true true false false
MATCH = replace(SAMPLES["matching"], scoring="partial")
ORDER = SAMPLES["ordering"]
CLOZE = SAMPLES["cloze"]  # "đột phá" · choice 0 · 20 nhóm · choice 1
WORD, NUMBER = SAMPLES["short_answer"], SAMPLES["numeric"]
NEAR = replace(NUMBER, answers=("3,1415",), tolerance="0,0005", unit="")
WHOLE = "all_or_nothing"
TABLES: list[tuple[Question, Any, str]] = [
    (SAMPLES["single_choice"], 1, "1"),
    (SAMPLES["single_choice"], 0, "0"),
    (SAMPLES["single_choice"], None, "0"),
    (SAMPLES["true_false"], True, "1"),
    (SAMPLES["true_false"], False, "0"),
    (SAMPLES["true_false"], None, "0"),
    (CHOOSE, [0, 2, 3], "1"),
    (CHOOSE, [0, 2], "0.666667"),
    (CHOOSE, [3], "0.333333"),
    (CHOOSE, [0, 1, 2, 3], "0.666667"),  # one wrong takes one right away
    (CHOOSE, [0, 1], "0"),
    (CHOOSE, [1], "0"),  # and never more than there is
    (CHOOSE, [], "0"),
    (replace(CHOOSE, scoring=WHOLE), [0, 2, 3], "1"),
    (replace(CHOOSE, scoring=WHOLE), [0, 2], "0"),
    (replace(CHOOSE, scoring=WHOLE), [0, 1, 2, 3], "0"),
    (FOUR, {"0": True, "1": True, "2": False, "3": False}, "1"),
    (FOUR, {"0": True}, "0.1"),
    (FOUR, None, "0"),
    (WORD, "Đột phá", "1"),
    (WORD, "  đột   PHÁ ", "1"),
    (WORD, "đột phát", "0"),
    (WORD, None, "0"),
    (NUMBER, "12.000", "1"),
    (NUMBER, "12000 USD", "1"),
    (NUMBER, "12,000", "0"),  # twelve, as Vietnamese write it
    (NUMBER, "không biết", "0"),
    (NEAR, "3,141", "1"),
    (NEAR, "3,142", "1"),
    (NEAR, "3,1421", "0"),
    (NEAR, "-3,1415", "0"),
    (MATCH, matched(MATCH, "15/10/2025", "17/10/2025", "17/10/2025"), "1"),
    (MATCH, matched(MATCH, "15/10/2025", "17/10/2025"), "0.666667"),
    (MATCH, matched(MATCH, "17/10/2025", "15/10/2025", "20/10/2025"), "0"),
    (MATCH, None, "0"),
    (ORDER, [0, 1, 2, 3], "1"),
    (ORDER, [1, 2, 3, 0], "0.666667"),
    (ORDER, [0, 1, 3, 2], "0.333333"),
    (ORDER, [3, 2, 1, 0], "0"),
    (ORDER, None, "0"),
    (replace(ORDER, scoring=WHOLE), [1, 2, 3, 0], "0"),
    (CLOZE, {"0": "đột phá", "1": 0, "2": "20", "3": 1}, "1"),
    (CLOZE, {"0": "đột phá", "1": 0, "2": "21", "3": 1}, "0.75"),
    (CLOZE, {"1": 0}, "0.25"),
    (CLOZE, {"0": "thể chế", "1": 2, "2": "0", "3": 0}, "0"),
    (CLOZE, None, "0"),
    (SAMPLES["essay"], "Tôi sẽ làm.", "0"),  # until somebody has read it
    (SAMPLES["essay"], None, "0"),
]


@pytest.mark.parametrize(("q", "answer", "mark"), TABLES)
def test_every_answer_has_its_mark_however_it_is_displayed(q: Question, answer: Any, mark: str) -> None:
    assert marks(q, answer) == {Decimal(mark)}


def test_every_type_has_a_right_a_wrong_and_a_missing_answer_in_the_table() -> None:
    for name in set(TYPES) - {"essay"}:
        found = {Decimal(mark) for q, _answer, mark in TABLES if q.type == name}
        assert {Decimal(0), Decimal(1)} <= found, name
    assert {q.type for q, _answer, _mark in TABLES} == set(TYPES)


# ------------------------------------------------------------------------------------------------ all answers


@pytest.mark.parametrize("scoring", ["partial", WHOLE])
@pytest.mark.parametrize("key", [(0,), (0, 1), (0, 2, 3), (0, 1, 2, 3)])
def test_every_choice_of_several_is_marked_as_counting_by_hand_does(
    key: tuple[int, ...], scoring: str
) -> None:
    q = replace(CHOOSE, correct=key, scoring=scoring)
    for size in range(5):
        for chosen in itertools.combinations(range(4), size):
            points = sum(1 if at in key else -1 for at in chosen)
            part = Decimal(max(points, 0)) / len(key) if scoring == "partial" else Decimal(chosen == key)
            assert {abs(mark - part) < Decimal("0.000001") for mark in marks(q, list(chosen))} == {True}


def test_choosing_one_more_that_is_right_never_takes_anything_away() -> None:
    for size in range(1, 5):
        for chosen in itertools.combinations(range(4), size):
            for more in {0, 2, 3} - set(chosen):
                assert min(marks(CHOOSE, sorted([*chosen, more]))) >= max(marks(CHOOSE, list(chosen)))


# ------------------------------------------------------------------------------------------------ published marks


@pytest.mark.parametrize("turned", list(itertools.product([True, False], repeat=4)))
def test_four_statements_as_in_the_national_examination_since_2025(turned: tuple[bool, ...]) -> None:
    """One judged rightly is worth 0.1 of the point, two 0.25, three 0.5, four 1 (Bộ GD&ĐT, graduation examination)."""
    told = {str(row): truth for row, truth in enumerate(turned)}
    right = sum(told[str(row)] is statement.correct for row, statement in enumerate(FOUR.statements))
    wanted = {0: "0", 1: "0.1", 2: "0.25", 3: "0.5", 4: "1"}[right]
    assert marks(FOUR, told) == {Decimal(wanted)}


def published(key: tuple[int, ...], *texts: str) -> Question:
    given = tuple(Option(text) for text in texts)
    return Question("multiple_choice", "?", options=given, correct=key, scoring="partial")


WATER = published((0, 1), "Hydrogen", "Oxygen", "Helium", "Chlorine")
TOMB = published((1, 2), "No one", "Grant", "Grant's wife", "Grant's father")


@pytest.mark.parametrize(
    ("q", "chosen", "mark"),
    [
        # the specification's example of mapped responses (IMS QTI 2.1, "Composition of Water"): 1 for hydrogen and
        # oxygen, -1 for chlorine, never below 0, two points at most
        (WATER, [0, 1], "1"),
        (WATER, [0], "0.5"),
        (WATER, [0, 3], "0"),
        (WATER, [0, 1, 3], "0.5"),
        (WATER, [3], "0"),
        # the guide to GIFT (Moodle): two right answers at 50 % each, what is wrong takes away
        (TOMB, [1, 2], "1"),
        (TOMB, [1], "0.5"),
        (TOMB, [0], "0"),
        (TOMB, [1, 3], "0"),
        # "right minus wrong" of Canvas: of three right ones each is a third, each wrong one takes a third
        (CHOOSE, [0, 2, 1], "0.333333"),
    ],
)
def test_several_choices_as_others_have_published_them(q: Question, chosen: list[int], mark: str) -> None:
    assert marks(q, chosen) == {Decimal(mark)}


STEPS = Question("ordering", "?", options=tuple(map(Option, "ABCDE")), scoring="partial")


@pytest.mark.parametrize(
    ("order", "mark"),
    [
        ("ABCDE", "1"),
        ("BCDEA", "0.75"),
        ("ABCED", "0.5"),
        ("EABCD", "0.75"),
        ("DEABC", "0.75"),
        ("EDCBA", "0"),
    ],
)
def test_an_order_is_marked_by_neighbours_as_moodle_does_relative_to_the_next_item(
    order: str, mark: str
) -> None:
    """Moodle's "relative to the next item (excluding last)": of n items n - 1 can be followed by the right one."""
    assert marks(STEPS, ["ABCDE".index(letter) for letter in order]) == {Decimal(mark)}


@pytest.mark.parametrize(
    ("rights", "mark"),
    [
        (("food", "bone", "grass"), "1"),
        (("food", "bone", ""), "0.666667"),
        (("food", "grass", "bone"), "0.333333"),
        (("bone", "grass", "food"), "0"),
    ],
)
def test_matching_gives_each_subquestion_its_equal_share_as_moodle_does(
    rights: tuple[str, ...], mark: str
) -> None:
    pairs = (Pair("cat", "food"), Pair("dog", "bone"), Pair("cow", "grass"))
    q = Question("matching", "?", pairs=pairs, scoring="partial")
    assert marks(q, matched(q, *rights)) == {Decimal(mark)}


@pytest.mark.parametrize(
    ("typed", "mark"), [("1822", "1"), ("1817", "1"), ("1827", "1"), ("1816", "0"), ("1828", "0")]
)
def test_a_number_is_right_up_to_and_with_its_tolerance_as_in_gift(typed: str, mark: str) -> None:
    """The guide to GIFT: {#1822:5} is right from 1817 to 1827."""
    assert marks(replace(NUMBER, answers=("1822",), tolerance="5", unit=""), typed) == {Decimal(mark)}


def test_gaps_of_a_cloze_weigh_alike_as_moodle_gives_them_one_point_each() -> None:
    q = Question(
        "cloze",
        "[[1]] [[2]] [[3]]",
        blanks=(
            Blank("text", ("a",)),
            Blank("number", ("7",)),
            Blank("choice", options=("x", "y"), correct=1),
        ),
    )
    right: dict[str, Any] = {"0": "a", "1": "7", "2": 1}
    for size in range(4):
        for kept in itertools.combinations(right, size):
            (mark,) = marks(q, {row: right[row] for row in kept} or None)
            assert abs(mark - Decimal(size) / 3) < Decimal("0.000001")


def test_a_group_of_other_than_four_statements_gives_equal_shares() -> None:
    q = replace(FOUR, statements=tuple(Statement(text, True) for text in "abcde"))
    for right in range(6):
        assert marks(q, {str(row): row < right for row in range(5)}) == {Decimal(right) / 5}
