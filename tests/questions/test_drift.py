"""Drift over a window, rapid guesses and wrong answers alike: by group, against enumeration and simulation."""

from __future__ import annotations

import itertools
import math
from decimal import Decimal
from statistics import fmean

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.quality.alike import Alike, alike_by_unit
from lms.questions.quality.drift import Rapid, facility_by_group, rapid_by_group, thresholds
from lms.questions.quality.results import Ints, Results, Slot, gather

ONE = Decimal(1)
PAPER = {1: [Slot(n, ONE, options=4) for n in range(10, 15)]}


def _days(people: int, leaked_from: int) -> tuple[Results, Ints]:
    """Ten days; later days have better people, and from one day on everybody knows question 12."""
    rng = np.random.default_rng(2)
    day = np.arange(people) % 10
    chance = np.repeat((0.4 + 0.02 * day)[:, None], 5, axis=1)
    chance[day >= leaked_from, 2] = 0.95
    scores = (rng.random((people, 5)) < chance).astype(np.int16) * 10_000
    return Results(np.ones(people, np.int64), scores), day


def test_a_question_that_became_known_stands_out_from_its_day() -> None:
    results, day = _days(4000, 8)
    shifts = facility_by_group(PAPER, results, day)
    assert {(one.question, one.group) for one in shifts if (one.off or 0) > 5} == {(12, 8), (12, 9)}


def test_better_people_on_one_day_are_expected_to_do_better() -> None:
    results, day = _days(4000, 99)
    shifts = facility_by_group(PAPER, results, day)
    assert max(abs(one.off or 0) for one in shifts) < 4.5
    last = [one for one in shifts if one.group == 9]
    assert fmean(one.expected for one in last) == pytest.approx(0.58, abs=0.03)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3), st.lists(st.sampled_from([0, 5000, 10_000, None]), min_size=5, max_size=5)
        )
    )
)
def test_facilities_by_group_are_the_means_of_the_groups(rows: list[tuple[int, list[int | None]]]) -> None:
    groups = np.array([group for group, _scores in rows], dtype=np.int64)
    expected: dict[tuple[int, int], list[float]] = {}
    for group, scores in rows:
        for slot, score in zip(PAPER[1], scores, strict=True):
            if score is not None:
                expected.setdefault((slot.question, group), []).append(score / 10_000)
    found = facility_by_group(PAPER, gather((1, scores) for _group, scores in rows), groups)
    assert {(one.question, one.group): one.answers for one in found} == {
        k: len(v) for k, v in expected.items()
    }
    for one in found:
        assert one.facility == pytest.approx(fmean(expected[one.question, one.group]))
        assert 0 <= one.expected <= 1


def test_groups_must_fit_the_attempts() -> None:
    results, day = _days(10, 8)
    with pytest.raises(ValueError, match="fit"):
        facility_by_group(PAPER, results, day[:3])
    with pytest.raises(ValueError, match="every slot"):
        rapid_by_group(PAPER, results, np.zeros((10, 2)), day)


# ---- rapid guesses


def _times(people: int) -> tuple[Results, np.ndarray]:
    return Results(np.ones(people, np.int64), np.zeros((people, 5), np.int16)), np.full((people, 5), 40.0)


def test_a_threshold_is_a_tenth_of_the_mean_time_and_at_most_ten_seconds() -> None:
    results, seconds = _times(40)
    seconds[:, 1] = 500.0
    seconds[:, 2] = 3600.0  # somebody gone away
    seconds[:20, 3] = math.nan
    seconds[20:, 3] = 30.0
    assert thresholds(PAPER, results, seconds) == {10: 4.0, 11: 10.0, 12: 10.0, 14: 4.0}


def test_rapid_answers_are_counted_by_unit() -> None:
    results, seconds = _times(100)
    units = np.repeat([7, 8], 50)
    seconds[50:60] = 1.0  # ten people of the second unit click through
    seconds[60, 0] = 1.0
    seconds[61, 0] = math.nan
    found = rapid_by_group(PAPER, results, seconds, units)
    assert found == [Rapid(7, 50, 250, 0, 0), Rapid(8, 50, 249, 51, 11)]
    assert found[1].share == pytest.approx(51 / 249)


def test_without_times_nobody_is_rapid() -> None:
    results, seconds = _times(5)
    found = rapid_by_group(PAPER, results, seconds * math.nan, np.zeros(5, np.int64))
    assert found == [Rapid(0, 5, 0, 0, 0)]
    assert found[0].share == 0


# ---- wrong answers alike


def _wrong(choices: list[list[int]], units: list[int]) -> tuple[Results, Ints]:
    """Everybody is wrong everywhere, by these options; -1 is right."""
    chosen = np.array([[1 if one < 0 else 1 << one for one in row] for row in choices], dtype=np.int32)
    scores = np.array([[10_000 * (one < 0) for one in row] for row in choices], dtype=np.int16)
    return Results(np.ones(len(choices), np.int64), scores, chosen), np.array(units)


def test_pairs_are_counted_and_compared_with_the_other_units() -> None:
    """Elsewhere 15 chose option 1 and 5 option 2 at the first question; with the halves 15.5 and 5.5 of 21."""
    elsewhere = [[1, -1, -1, -1, -1]] * 15 + [[2, -1, -1, -1, -1]] * 5
    here = [[1, -1, -1, -1, -1], [2, -1, -1, -1, -1], [2, -1, -1, -1, -1]]
    results, units = _wrong(elsewhere + here, [1] * 20 + [2] * 3)
    two = (15.5**2 + 5.5**2) / 21**2
    three = (15.5**3 + 5.5**3) / 21**3
    variance = 3 * two * (1 - two) + 6 * (three - two**2)
    found = alike_by_unit(PAPER, results, units)
    assert (found[1].unit, found[1].attempts, found[1].pairs, found[1].same) == (2, 3, 3, 1)
    assert found[1].expected == pytest.approx(3 * two)
    assert found[1].beyond == pytest.approx((1 - 3 * two) / math.sqrt(variance))
    assert found[0] == Alike(1, 20, 0, 0, 0.0, None)  # three answers elsewhere are too few to compare with
    assert found[0].ratio is None


@given(st.integers(2, 5), st.lists(st.integers(1, 9), min_size=2, max_size=3))
def test_mean_and_variance_of_pairs_are_those_of_all_possible_choices(m: int, weights: list[int]) -> None:
    shares = [weight / sum(weights) for weight in weights]
    mean = square = 0.0
    for choice in itertools.product(range(len(shares)), repeat=m):
        chance = math.prod(shares[one] for one in choice)
        same = sum(a == b for a, b in itertools.combinations(choice, 2))
        mean, square = mean + chance * same, square + chance * same**2
    two, three = sum(share**2 for share in shares), sum(share**3 for share in shares)
    pairs = m * (m - 1) / 2
    assert mean == pytest.approx(pairs * two)
    assert square - mean**2 == pytest.approx(
        pairs * two * (1 - two) + m * (m - 1) * (m - 2) * (three - two**2)
    )


def test_units_that_answer_for_themselves_are_not_beyond_chance_and_one_that_copied_is() -> None:
    rng = np.random.default_rng(8)
    choices = rng.choice([-1, 1, 2, 3], p=[0.5, 0.25, 0.15, 0.1], size=(600, 5))
    units = np.repeat(np.arange(20), 30)
    choices[units == 13] = np.where(rng.random((30, 5)) < 0.5, choices[390], choices[units == 13])
    results, of = _wrong(choices.tolist(), units.tolist())
    found = alike_by_unit(PAPER, results, of)
    beyond = {one.unit: one.beyond or 0.0 for one in found}
    copied = beyond.pop(13)
    assert copied > 3.5
    assert max(beyond.values()) < 3.5
    assert abs(fmean(beyond.values())) < 0.6


def test_likeness_needs_choices_and_units() -> None:
    results, _seconds = _times(3)
    with pytest.raises(ValueError, match="chosen"):
        alike_by_unit(PAPER, results, np.zeros(3, np.int64))
