"""Item analysis: published figures, a naive recomputation, and what must always hold."""

from __future__ import annotations

import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.quality.analysis import analyse
from lms.questions.quality.figures import Analysis
from lms.questions.quality.results import Results, Slot, gather
from tests.questions.analysed import (
    ONE,
    Attempt,
    close,
    naive,
    points,
    scores,
)
from tests.questions.published import LSAT6, LSAT7, QUIZ, SHEET, rows_of


def _published(table: str, worths: Sequence[int]) -> Analysis:
    """Marks as results; a score is a part of ten million, as fine as the marks are printed."""
    whole = 10_000_000
    scores = np.array(
        [
            [round(mark / worth * whole) for mark, worth in zip(row, worths, strict=True)]
            for row in rows_of(table)
        ]
    )
    paper = [Slot(number, Decimal(worth)) for number, worth in enumerate(worths, start=1)]
    return analyse({1: paper}, Results(np.ones(len(scores), np.int64), scores, whole=whole))


def _patterns(counts: Sequence[int]) -> Analysis:
    rows = [
        (1, [10_000 * int(bit) for bit in f"{n:05b}"]) for n, times in enumerate(counts) for _ in range(times)
    ]
    return analyse({1: [Slot(number, ONE) for number in range(5)]}, gather(rows))


def _of(analysis: Analysis, name: str, times: float = 1) -> list[Any]:
    return [getattr(one, name) * times for one in analysis.questions]


def test_a_quiz_has_the_figures_that_moodle_publishes() -> None:
    found = _published(QUIZ, [1] * 7)
    facilities = [0.704, 0.48, 0.973333332, 0.68, 0.52, 0.64, 0.62]
    assert _of(found, "facility") == pytest.approx(facilities, rel=1e-6)
    deviations = [
        0.4513682901,
        0.5099019514,
        0.13333334,
        0.4760952286,
        0.3055050463,
        0.4898979486,
        0.331662479,
    ]
    assert _of(found, "deviation") == pytest.approx(deviations, rel=1e-6)
    discriminations = [-7.0650767526, -28.8982125772, -9.1230674268, -22.6306444113, -17.6997047674]
    discriminations += [-45.3785178421, -5.6543166602]
    assert _of(found, "discrimination", 100) == pytest.approx(discriminations, rel=1e-5)
    efficiencies = [-9.4550536967, -36.7834118938, -21.6545012165, -31.4411395613, -21.1794802584]
    efficiencies += [-56.9365974439, -6.5043742058]
    assert _of(found, "efficiency", 100) == pytest.approx(efficiencies, rel=1e-5)
    weights = [
        21.2922742344,
        18.8979800309,
        4.443012573,
        18.9347251357,
        11.1450138688,
        9.8081339177,
        15.4788602394,
    ]
    assert _of(found, "effective_weight", 100) == pytest.approx(weights, rel=1e-5)
    assert _of(found, "intended_weight") == pytest.approx([1 / 7] * 7)


def test_its_results_as_a_whole_are_the_published_ones() -> None:
    whole = _published(QUIZ, [1] * 7).exam
    assert whole is not None
    assert (whole.attempts, whole.waiting, whole.same_questions) == (25, 0, True)
    assert whole.median * 7 == pytest.approx(4.5)
    assert whole.mean * 7 == pytest.approx(4.617333332)
    assert [whole.deviation, whole.standard_error] == pytest.approx(
        [0.8117265554 / 7, 1.1106813066 / 7], rel=1.5e-5
    )
    assert [whole.skewness, whole.kurtosis] == pytest.approx([-0.092502502, -0.7073968557], rel=1.5e-5)
    assert [whole.consistency, whole.error_ratio] == pytest.approx(
        [-0.872230935542, 1.368294900795], rel=1.5e-5
    )


def test_questions_of_other_worth_have_the_figures_of_the_spreadsheet() -> None:
    found = _published(SHEET, [8] + [1] * 12)
    facilities = [
        41.19318182,
        81.36363636,
        71.36363636,
        65.45454545,
        65.90909091,
        36.36363636,
        59.09090909,
        50,
    ]
    facilities += [59.09090909, 63.63636364, 45.45454545, 27.27272727, 50]
    assert _of(found, "facility", 100) == pytest.approx(facilities, abs=1e-6)
    weights = [26.58464457, 3.368456046, 3.253955259, 7.584083694, 3.79658376, 3.183278505, 4.532356904]
    weights += [7.78856243, 10.08351572, 8.381139345, 8.727645713, 7.946277111, 4.769500946]
    assert _of(found, "effective_weight", 100) == pytest.approx(weights, abs=1e-6)
    discriminations = [25.88327077, 1.170256965, -4.207816809, 28.16930644, -2.513606859, -12.99017581]
    discriminations += [
        -8.900638238,
        8.670004606,
        29.63337745,
        15.18945843,
        16.21079629,
        15.52451404,
        -8.396734802,
    ]
    assert _of(found, "discrimination", 100) == pytest.approx(discriminations, abs=1e-6)
    efficiencies = [
        27.23492723,
        1.382386552,
        -4.691171307,
        31.12404354,
        -2.877487579,
        -17.5074184,
        -10.27568922,
    ]
    efficiencies += [10.86956522, 34.58997279, 17.4790556, 20.14359793, 22.06477733, -10]
    assert _of(found, "efficiency", 100) == pytest.approx(efficiencies, abs=1e-6)
    assert found.questions[0].deviation == pytest.approx(1.912733589 / 8, abs=1e-6)


def test_law_school_admission_test_sections_6_and_7() -> None:
    six, seven = _patterns(LSAT6), _patterns(LSAT7)
    assert _of(six, "facility") == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.87])
    assert _of(seven, "facility") == pytest.approx([0.828, 0.658, 0.772, 0.606, 0.843])
    assert _of(six, "discrimination") == pytest.approx([0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5)
    assert six.exam is not None
    assert seven.exam is not None
    assert [six.exam.consistency, seven.exam.consistency] == pytest.approx([0.295, 0.453], abs=5e-4)
    assert [six.exam.mean * 5, six.exam.deviation] == pytest.approx([3.819, 1.035 / 5], abs=5e-4)


questions = st.permutations(range(6))


@st.composite
def exams(draw: st.DrawFn) -> tuple[dict[int, list[Slot]], list[Attempt]]:
    papers = {
        number * 7: [Slot(question, draw(points)) for question in draw(questions)[: draw(st.integers(1, 5))]]
        for number in range(1, draw(st.integers(1, 3)) + 1)
    }
    sat = draw(st.lists(st.sampled_from(sorted(papers)), max_size=25))
    return papers, [(paper, [draw(scores) for _slot in papers[paper]]) for paper in sat]


@given(exams())
def test_it_finds_what_the_definitions_say(exam: tuple[dict[int, list[Slot]], list[Attempt]]) -> None:
    papers, attempts = exam
    expected = naive(papers, attempts)
    found = analyse(papers, gather(attempts)).questions
    assert [one.question for one in found] == sorted(expected)
    for one in found:
        facility, discrimination, weight = expected[one.question]
        assert one.facility == pytest.approx(facility, abs=1e-9)
        assert one.discrimination == pytest.approx(discrimination, abs=1e-6)
        assert one.intended_weight == pytest.approx(weight, abs=1e-9)


@given(exams(), st.randoms(use_true_random=False))
def test_the_order_of_attempts_says_nothing(
    exam: tuple[dict[int, list[Slot]], list[Attempt]], chance: random.Random
) -> None:
    papers, attempts = exam
    shuffled = list(attempts)
    chance.shuffle(shuffled)
    assert close(analyse(papers, gather(attempts)), analyse(papers, gather(shuffled)))


@given(exams(), st.randoms(use_true_random=False))
def test_the_order_of_slots_says_nothing(
    exam: tuple[dict[int, list[Slot]], list[Attempt]], chance: random.Random
) -> None:
    papers, attempts = exam
    orders = {paper: chance.sample(range(len(slots)), len(slots)) for paper, slots in papers.items()}
    turned = {paper: [papers[paper][at] for at in order] for paper, order in orders.items()}
    moved: list[Attempt] = [(paper, [scores[at] for at in orders[paper]]) for paper, scores in attempts]
    assert close(analyse(papers, gather(attempts)), analyse(turned, gather(moved)))


@given(exams())
def test_figures_stay_within_their_bounds(exam: tuple[dict[int, list[Slot]], list[Attempt]]) -> None:
    papers, attempts = exam
    found = analyse(papers, gather(attempts))
    for one in found.questions:
        assert 0 <= one.facility <= 1
        assert one.discrimination is None or -1 <= one.discrimination <= 1
        assert one.efficiency is None or one.efficiency <= 1
    if found.exam:
        assert 0 <= found.exam.mean <= 1
        assert found.exam.consistency is None or found.exam.consistency <= 1 + 1e-9


@given(exams())
def test_effective_weights_of_one_paper_make_a_whole(
    exam: tuple[dict[int, list[Slot]], list[Attempt]],
) -> None:
    papers, attempts = exam
    paper = next(iter(papers))
    found = analyse(papers, gather([(p, [s or 0 for s in scores]) for p, scores in attempts if p == paper]))
    weights = [one.effective_weight for one in found.questions if one.effective_weight is not None]
    assert not weights or sum(weights) == pytest.approx(1)
