"""Item analysis: published figures, a naive recomputation, and what must always hold."""

from __future__ import annotations

import json
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, replace
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.quality.analysis import analyse
from lms.questions.quality.figures import Analysis, QuestionFigures
from lms.questions.quality.results import WAITING, Papers, Results, Slot, gather, gather_texts
from tests.questions.published import LSAT6, LSAT7, QUIZ, SHEET, rows_of

ONE = Decimal(1)


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


# ---- naive recomputation

Attempt = tuple[int, list[int | None]]


def _naive(papers: Papers, attempts: Sequence[Attempt]) -> dict[int, tuple[float, float | None, float]]:
    """Facility, discrimination, intended weight of each question, by the definitions, an answer at a time."""
    seen: dict[int, list[tuple[float, float | None, float]]] = defaultdict(list)
    for paper, scores in attempts:
        marked = [
            (slot, score / 10_000)
            for slot, score in zip(papers[paper], scores, strict=True)
            if score is not None
        ]
        for slot, x in marked:
            others = [(float(other.points), y) for other, y in marked if other is not slot]
            worth = sum(points for points, _y in others)
            rest = sum(points * y for points, y in others) / worth if worth else None
            whole = worth + float(slot.points)
            seen[slot.question].append((x, rest, float(slot.points) / whole if whole else 0.0))
    return {
        question: (
            statistics.mean(x for x, _r, _w in rows),
            _pearson(rows),
            statistics.mean(w for *_, w in rows),
        )
        for question, rows in seen.items()
    }


def _pearson(rows: Sequence[tuple[float, float | None, float]]) -> float | None:
    pairs = [(x, rest) for x, rest, _w in rows if rest is not None]
    if len(pairs) < 2:
        return None
    xs, rests = [x for x, _r in pairs], [r for _x, r in pairs]
    if max(xs) - min(xs) < 1e-9 or max(rests) - min(rests) < 1e-9:
        return None
    return statistics.correlation(xs, rests)


scores = st.sampled_from([0, 2500, 3333, 10_000, 10_000, None])
questions = st.permutations(range(6))
points = st.sampled_from([ONE, ONE, Decimal("0.25"), Decimal(2), Decimal(0)])


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
    expected = _naive(papers, attempts)
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
    assert _close(analyse(papers, gather(attempts)), analyse(papers, gather(shuffled)))


@given(exams(), st.randoms(use_true_random=False))
def test_the_order_of_slots_says_nothing(
    exam: tuple[dict[int, list[Slot]], list[Attempt]], chance: random.Random
) -> None:
    papers, attempts = exam
    orders = {paper: chance.sample(range(len(slots)), len(slots)) for paper, slots in papers.items()}
    turned = {paper: [papers[paper][at] for at in order] for paper, order in orders.items()}
    moved: list[Attempt] = [(paper, [scores[at] for at in orders[paper]]) for paper, scores in attempts]
    assert _close(analyse(papers, gather(attempts)), analyse(turned, gather(moved)))


def _close(one: Analysis, other: Analysis) -> bool:
    first, second = (
        [*map(astuple, each.questions), astuple(each.exam) if each.exam else ()] for each in (one, other)
    )
    return len(first) == len(second) and all(
        a == pytest.approx(b, abs=1e-6)
        for mine, theirs in zip(first, second, strict=True)
        for a, b in zip(mine, theirs, strict=True)
    )


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


# ---- random papers, waiting slots


def _people(count: int, papers: Papers, noise: int = -1) -> list[Attempt]:
    """Attempts of people of different ability; question `noise` is answered by tossing a coin."""
    chance = random.Random(5)
    rows: list[Attempt] = []
    for _ in range(count):
        paper, ability = chance.choice(sorted(papers)), chance.gauss(0, 1)
        chances = [1 / (1 + math.exp(slot.question % 5 - 2 - ability)) for slot in papers[paper]]
        rows.append(
            (
                paper,
                [
                    10_000 * (chance.random() < (0.5 if slot.question == noise else likely))
                    for slot, likely in zip(papers[paper], chances, strict=True)
                ],
            )
        )
    return rows


def _random_papers(count: int, size: int) -> dict[int, list[Slot]]:
    chance = random.Random(3)
    return {n: [Slot(question, ONE) for question in chance.sample(range(40), size)] for n in range(count)}


def test_a_question_that_is_only_noise_looks_like_noise_in_random_papers() -> None:
    """Moodle's item-total correlation would give about 0.2 in papers of ten (the own mark is a tenth of the total)."""
    papers = _random_papers(60, 10)
    found = analyse(papers, gather(_people(6000, papers, noise=7)))
    by_question = {one.question: one for one in found.questions}
    noise = by_question.pop(7)
    assert noise.discrimination == pytest.approx(0, abs=0.08)
    assert min(one.discrimination or 0 for one in by_question.values()) > 0.15


def test_random_papers_count_the_luck_of_the_draw_as_error() -> None:
    papers = _random_papers(60, 10)
    rows = _people(3000, papers)
    whole = analyse(papers, gather(rows)).exam
    assert whole is not None
    assert not whole.same_questions
    totals = [sum(bool(score) for score in scores) for _paper, scores in rows]
    n, k, mean = len(totals), 10, statistics.mean(totals)
    error = statistics.mean(total * (k - total) for total in totals) / (k - 1)
    assert whole.consistency == pytest.approx(1 - error / statistics.variance(totals))
    kr_21 = k / (k - 1) * (1 - mean * (k - mean) / k / statistics.pvariance(totals))
    assert whole.consistency == pytest.approx(kr_21, abs=2 / n * k)


def test_the_same_questions_in_another_order_are_the_same_exam() -> None:
    straight = _random_papers(1, 10)
    both = {**straight, 1: straight[0][::-1]}
    rows = _people(200, straight)
    turned: list[Attempt] = [
        (1, scores[::-1]) if n % 2 else (paper, scores) for n, (paper, scores) in enumerate(rows)
    ]
    found, expected = analyse(both, gather(turned)), analyse(straight, gather(rows))
    assert _close(found, expected)
    assert found.exam is not None
    assert found.exam.same_questions


def test_what_waits_is_left_out_of_rest_total_and_consistency() -> None:
    papers = _random_papers(1, 6)
    rows = _people(100, papers)
    essay = Slot(99, Decimal(10))
    waiting: list[Attempt] = [(paper, [None, *scores]) for paper, scores in rows]
    found = analyse({0: [essay, *papers[0]]}, gather(waiting))
    expected = analyse(papers, gather(rows))
    assert found.questions == expected.questions
    assert found.exam is not None
    assert expected.exam is not None
    assert found.exam == replace(expected.exam, waiting=100)


def test_a_slot_that_waits_for_some_is_left_out_of_alpha_only() -> None:
    papers = _random_papers(1, 6)
    rows = _people(100, papers)
    some: list[Attempt] = [
        (paper, [*scores[:5], None if n < 9 else scores[5]]) for n, (paper, scores) in enumerate(rows)
    ]
    found = analyse(papers, gather(some))
    fewer = analyse({0: papers[0][:5]}, gather((paper, scores[:5]) for paper, scores in rows))
    assert found.exam is not None
    assert fewer.exam is not None
    assert found.exam.waiting == 9
    assert found.exam.consistency == pytest.approx(fewer.exam.consistency)
    assert {one.question: one.answers for one in found.questions}[papers[0][5].question] == 91


def test_scores_of_any_fineness_are_counted_the_same_way() -> None:
    """So many standings that they are sorted instead of tabled."""
    chance = random.Random(1)
    papers = {1: [Slot(n, Decimal(1)) for n in range(30)]}
    rows: list[Attempt] = [(1, [chance.randint(0, 10_000) for _ in range(30)]) for _ in range(400)]
    expected = _naive(papers, rows)
    for one in analyse(papers, gather(rows)).questions:
        assert one.facility == pytest.approx(expected[one.question][0])
        assert one.discrimination == pytest.approx(expected[one.question][1])


def test_no_attempts_give_no_figures() -> None:
    assert analyse({}, gather([])) == Analysis((), None)
    assert analyse({1: []}, gather([(1, [])])) == Analysis((), None)


def test_one_attempt_has_a_facility_and_nothing_that_needs_spread() -> None:
    found = analyse({1: [Slot(4, ONE), Slot(5, ONE)]}, gather([(1, [10_000, 0])]))
    assert found.questions[0] == QuestionFigures(4, 1, 1.0, None, None, None, 0.5, None)
    assert found.exam is not None
    assert (found.exam.mean, found.exam.median, found.exam.deviation) == (0.5, 0.5, None)
    assert found.exam.consistency is None


@pytest.mark.parametrize(
    ("rows", "why"), [([(1, [10_001])], "outside"), ([(1, [-2])], "outside"), ([(2, [0])], "more slots")]
)
def test_scores_that_cannot_be_are_refused(rows: list[Attempt], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        analyse({1: [Slot(1, ONE)], 2: [Slot(1, ONE), Slot(2, ONE)]}, gather(rows))


def test_a_paper_that_is_not_given_is_named() -> None:
    with pytest.raises(KeyError, match="8"):
        analyse({1: [Slot(1, ONE)]}, gather([(8, [0])]))


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Results(np.ones(2, np.int64), np.zeros((3, 1), np.int16))
    with pytest.raises(ValueError, match="choices"):
        Results(np.ones(1, np.int64), np.zeros((1, 2), np.int16), np.zeros((1, 1), np.int32))


def test_short_papers_are_filled_up() -> None:
    packed = gather([(1, [0, None]), (2, [10_000])])
    assert packed.scores.tolist() == [[0, WAITING], [10_000, WAITING]]


@given(st.lists(st.tuples(st.integers(1, 99), st.lists(scores, max_size=6)), max_size=12))
def test_stored_texts_are_read_like_lists(rows: list[Attempt]) -> None:
    packed, expected = gather_texts((paper, json.dumps(row)) for paper, row in rows), gather(rows)
    assert packed.papers.tolist() == expected.papers.tolist()
    assert packed.scores.tolist() == expected.scores.tolist()


WRONG_TEXTS = [
    "[1,x]",
    "[1x]",
    "[1.5]",
    "[1 2]",
    "[1,]",
    "[1,,2]",
    "[-]",
    '["1"]',
    "[[1],[2]]",
    "[10001]",
    "[-2]",
    "[70000]",
]


@pytest.mark.parametrize("text", WRONG_TEXTS)
def test_texts_that_are_no_scores_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="score"):
        gather_texts([(1, "[0]"), (1, text), (1, "[0]")])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("text", WRONG_TEXTS)
def test_they_are_refused_too_where_warnings_stop_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="score"):
        gather_texts([(1, text)])


# ---- options


def test_the_table_of_options_tells_who_chose_what() -> None:
    """Question 1 has four options; the best choose 2, which the key does not name, and one leaves it blank."""
    papers = {1: [Slot(1, ONE, options=4), Slot(2, ONE), Slot(3, ONE)]}
    rows: list[Attempt] = [
        (1, [10_000, 0, 0]),
        (1, [10_000, 10_000, 0]),
        (1, [0, 10_000, 10_000]),
        (1, [0, 10_000, 10_000]),
        (1, [0, 0, 0]),
    ]
    chosen = [[1, -1, -1], [1, -1, -1], [4, -1, -1], [4, -1, -1], [0, -1, -1]]
    found = analyse(papers, gather(rows, chosen)).questions
    table = found[0].options
    assert [(option.count, option.share, option.mean_rest) for option in table] == [
        (2, 0.4, 0.25),
        (0, 0.0, None),
        (2, 0.4, 1.0),
        (0, 0.0, None),
    ]
    rests = [0, 0.5, 1, 1, 0]
    assert table[0].point_biserial == pytest.approx(statistics.correlation([1, 1, 0, 0, 0], rests))
    assert table[2].point_biserial == pytest.approx(statistics.correlation([0, 0, 1, 1, 0], rests))
    assert table[1].point_biserial is None
    assert found[0].blank == 0.2
    assert (found[1].options, found[1].blank) == ((), None)
    assert found[0].discrimination == pytest.approx(table[0].point_biserial)


def test_several_options_may_be_chosen_at_once() -> None:
    papers = {1: [Slot(1, ONE, options=3), Slot(2, ONE)]}
    rows: list[Attempt] = [(1, [10_000, 0]), (1, [5000, 10_000]), (1, [0, 10_000])]
    found = analyse(papers, gather(rows, [[0b011, -1], [0b001, -1], [-1, -1]])).questions[0]
    assert [option.count for option in found.options] == [2, 1, 0]
    assert [option.share for option in found.options] == [1.0, 0.5, 0.0]
    assert found.answers == 3


def test_choices_change_no_other_figure() -> None:
    papers = _random_papers(4, 5)
    rows = _people(60, papers)
    with_options = {paper: [replace(slot, options=2) for slot in slots] for paper, slots in papers.items()}
    chosen = [[1 if score else 2 for score in scores] for _paper, scores in rows]
    found = analyse(with_options, gather(rows, chosen))
    bare = Analysis(
        tuple(replace(one, options=(), blank=None, choices=0) for one in found.questions), found.exam
    )
    assert _close(bare, analyse(papers, gather(rows)))


@pytest.mark.parametrize("choice", [-2, 1 << 30])
def test_choices_that_cannot_be_are_refused(choice: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        analyse({1: [Slot(1, ONE, options=2)]}, gather([(1, [0])], [[choice]]))
