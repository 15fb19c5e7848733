"""What points are worth, when two markers differ, and what a mark is called."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attempts.words import word_of
from lms.marking.rules import Given, PointsRefused, apart, mean, most_of, read_given, share
from lms.questions.question import Criterion

RUBRIC = (Criterion("Một", "6"), Criterion("Hai", "4,5"))
POINTS = st.decimals(0, 10, places=2)


@pytest.mark.parametrize(
    ("correctness", "word"),
    [("1", "good"), ("0.8", "good"), ("0.7999", "fair"), ("0.65", "fair"), ("0.6499", "passed"),
     ("0.5", "passed"), ("0.4999", "failed"), ("0", "failed")],
)  # fmt: skip
def test_a_mark_is_called_by_its_share(correctness: str, word: str) -> None:
    assert word_of(Decimal(correctness)) == word


def test_points_are_those_of_the_rubric_or_of_the_slot() -> None:
    assert most_of(RUBRIC, Decimal(2)) == Decimal("10.5")
    assert most_of((), Decimal(2)) == Decimal(2)


def test_points_are_read_as_vietnamese_readers_write_them() -> None:
    assert read_given(["5,5", "0"], RUBRIC, Decimal("10.5")) == Given(
        Decimal("5.5"), (Decimal("5.5"), Decimal(0))
    )
    assert read_given(["1,25"], (), Decimal(2)) == Given(Decimal("1.25"))


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        (["6,01", "1"], 0),
        (["1", "-1"], 1),
        (["1"], 1),
        (["x", "1"], 0),
        (["50%", "1"], 0),
        (["1,234", "1"], 0),
    ],
)
def test_points_out_of_range_or_unreadable_name_their_criterion(typed: list[str], place: int) -> None:
    with pytest.raises(PointsRefused) as refused:
        read_given(typed, RUBRIC, Decimal("10.5"))
    assert refused.value.place == place


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("7", "7", False),
        ("7", "6.5", False),  # both Khá
        ("9", "8", False),  # exactly a tenth is near enough
        ("9.5", "8.4", True),  # more than a tenth, though both are Tốt
        ("8", "7.9", True),  # a small step that changes the word
        ("0", "0", False),
    ],
)
def test_two_markers_differ_by_points_or_by_word(one: str, other: str, differ: bool) -> None:
    assert apart(Decimal(one), Decimal(other), Decimal(10)) is differ
    assert apart(Decimal(other), Decimal(one), Decimal(10)) is differ


@given(POINTS, POINTS)
def test_the_mean_lies_between_and_does_not_depend_on_who_was_first(one: Decimal, other: Decimal) -> None:
    found = mean(Given(one), Given(other))
    assert min(one, other) <= found.points <= max(one, other)
    assert found == mean(Given(other), Given(one))


@given(POINTS, st.decimals(0, 10, places=2))
def test_a_share_is_never_below_nothing_or_above_everything(points: Decimal, most: Decimal) -> None:
    assert 0 <= share(points, most) <= 1
