"""One- and two-parameter models, against published estimates and simulated answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions.quality.ability import Model, fit_rasch, fit_two, right_or_wrong
from lms.questions.quality.fitting import MISSING, Pattern
from lms.questions.quality.results import Slot, gather
from tests.questions.published import LSAT6, LSAT7

FIVE = np.arange(1, 6)


def _answers(counts: Sequence[int]) -> Pattern:
    rows = [[int(bit) for bit in f"{n:05b}"] for n, times in enumerate(counts) for _ in range(times)]
    return np.array(rows, dtype=np.int8)


def _known(model: Model, name: str) -> list[float]:
    found = [getattr(one, name) for one in model.estimates]
    assert None not in found
    return found


def test_section_6_with_two_parameters() -> None:
    """Estimates and standard errors as the R package ltm prints them (reference page of ltm::ltm, LSAT ~ z1)."""
    model = fit_two(FIVE, _answers(LSAT6))
    assert model.converged
    assert model.log_likelihood == pytest.approx(-2466.653, abs=5e-4)
    assert _known(model, "discrimination") == pytest.approx(
        [0.8254, 0.7229, 0.8905, 0.6886, 0.6570], abs=5e-4
    )
    difficulties = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236]
    assert _known(model, "difficulty") == pytest.approx(difficulties, abs=2.5e-3)
    assert _known(model, "discrimination_error") == pytest.approx(
        [0.258, 0.187, 0.233, 0.185, 0.210], rel=0.05
    )
    assert _known(model, "difficulty_error") == pytest.approx([0.867, 0.307, 0.100, 0.434, 0.870], rel=0.05)


def test_section_6_with_one_parameter() -> None:
    """Rizopoulos, Journal of Statistical Software 17 (5), 2006, pp. 10-11."""
    model = fit_rasch(FIVE, _answers(LSAT6))
    assert model.log_likelihood == pytest.approx(-2466.938, abs=5e-4)
    assert _known(model, "discrimination") == pytest.approx([0.7551] * 5, abs=1e-4)
    assert _known(model, "difficulty") == pytest.approx(
        [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=1e-4
    )


def test_section_7_with_two_parameters() -> None:
    """Slopes and intercepts as the R package mirt prints them (reference page of LSAT7)."""
    model = fit_two(FIVE, _answers(LSAT7))
    slopes = _known(model, "discrimination")
    assert model.log_likelihood == pytest.approx(-2658.805, abs=5e-4)
    assert slopes == pytest.approx([0.988, 1.081, 1.706, 0.765, 0.736], abs=2e-3)
    intercepts = [-a * b for a, b in zip(slopes, _known(model, "difficulty"), strict=True)]
    assert intercepts == pytest.approx([1.856, 0.808, 1.804, 0.486, 1.855], abs=2e-3)


def test_questions_are_compared_over_papers_that_share_some() -> None:
    """Everybody has twelve of 30 questions, so that the ends of the list never meet in one paper."""
    rng = np.random.default_rng(4)
    people, questions = 3000, 30
    difficulty, ability = np.linspace(-1.5, 1.5, questions), rng.normal(size=people)
    answers = (rng.random((people, questions)) < 1 / (1 + np.exp(difficulty - ability[:, None]))).astype(
        np.int8
    )
    first = rng.integers(0, questions - 11, people)
    outside = np.arange(questions) - first[:, None]
    answers[(outside < 0) | (outside >= 12)] = MISSING
    model = fit_rasch(np.arange(questions), answers)
    found = np.array(_known(model, "difficulty"))
    errors = np.array(_known(model, "difficulty_error"))
    assert np.corrcoef(found, difficulty)[0, 1] > 0.99
    assert np.abs(found - difficulty).max() < 0.5
    assert errors.max() < 0.3
    assert model.reliability is not None
    assert 0.4 < model.reliability < 0.9


def test_the_order_of_people_and_questions_says_nothing() -> None:
    answers = _answers(LSAT7)
    turned = fit_two(FIVE[::-1], answers[::-1, ::-1])
    for one, other in zip(fit_two(FIVE, answers).estimates, reversed(turned.estimates), strict=True):
        assert one.question == other.question
        assert one.difficulty == pytest.approx(other.difficulty, abs=1e-4)


def test_what_all_answer_alike_has_no_estimate() -> None:
    answers = _answers(LSAT6)
    answers[:, 2] = 1
    model = fit_rasch(FIVE, answers)
    assert [one.difficulty is None for one in model.estimates] == [False, False, True, False, False]
    assert model.estimates[2].answers == 1000


@pytest.mark.parametrize("fit", [fit_rasch, fit_two])
def test_nothing_to_fit_is_told_and_not_guessed(fit: Callable[..., Model]) -> None:
    model = fit(np.array([1, 2]), np.ones((3, 2), dtype=np.int8))
    assert [one.difficulty for one in model.estimates] == [None, None]
    assert model.reliability is None


def test_answers_come_from_packed_results() -> None:
    papers = {1: [Slot(5, Decimal(1)), Slot(6, Decimal(1))], 2: [Slot(7, Decimal(1))]}
    questions, answers = right_or_wrong(papers, gather([(1, [10_000, None]), (2, [5000]), (1, [0, 10_000])]))
    assert questions.tolist() == [5, 6, 7]
    assert answers.tolist() == [[1, -1, -1], [-1, -1, 0], [0, 1, -1]]


def test_of_very_many_attempts_an_even_selection_is_taken() -> None:
    papers = {1: [Slot(5, Decimal(1))]}
    _questions, answers = right_or_wrong(
        papers, gather([(1, [10_000 * (n % 2)]) for n in range(101)]), most=50
    )
    assert 30 <= len(answers) <= 50


tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from([0, 1, 1, MISSING]), min_size=width, max_size=width), min_size=1, max_size=12
    )
)


@settings(max_examples=30)
@given(tables, st.sampled_from([fit_rasch, fit_two]))
def test_a_handful_of_answers_gives_figures_or_none_and_never_nonsense(
    rows: list[list[int]], fit: Callable[..., Model]
) -> None:
    model = fit(np.arange(len(rows[0])), np.array(rows, dtype=np.int8), most_steps=200)
    assert math.isfinite(model.log_likelihood)
    for one in model.estimates:
        figures = (one.discrimination, one.difficulty, one.discrimination_error, one.difficulty_error)
        assert figures == (None,) * 4 or all(math.isfinite(figure or 0.0) for figure in figures)
    assert model.reliability is None or 0 <= model.reliability <= 1


@pytest.mark.parametrize(("fit", "least"), [(fit_rasch, 2), (fit_two, 3)])
def test_too_few_questions_settle_no_slope(fit: Callable[..., Model], least: int) -> None:
    answers = _answers(LSAT6)
    assert fit(FIVE[: least - 1], answers[:, : least - 1]).estimates[0].difficulty is None
    assert fit(FIVE[:least], answers[:, :least]).estimates[0].difficulty is not None
