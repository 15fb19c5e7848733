"""What an analysis is given: any fineness, nothing at all, what is refused; options that were chosen."""

from __future__ import annotations

import json
import random
import statistics
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.quality.analysis import analyse
from lms.questions.quality.figures import Analysis, QuestionFigures
from lms.questions.quality.results import WAITING, Results, Slot, gather, gather_texts
from tests.questions.analysed import (
    ONE,
    Attempt,
    close,
    naive,
    people,
    random_papers,
    scores,
)


def test_scores_of_any_fineness_are_counted_the_same_way() -> None:
    """So many standings that they are sorted instead of tabled."""
    chance = random.Random(1)
    papers = {1: [Slot(n, Decimal(1)) for n in range(30)]}
    rows: list[Attempt] = [(1, [chance.randint(0, 10_000) for _ in range(30)]) for _ in range(400)]
    expected = naive(papers, rows)
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
    papers = random_papers(4, 5)
    rows = people(60, papers)
    with_options = {paper: [replace(slot, options=2) for slot in slots] for paper, slots in papers.items()}
    chosen = [[1 if score else 2 for score in scores] for _paper, scores in rows]
    found = analyse(with_options, gather(rows, chosen))
    bare = Analysis(
        tuple(replace(one, options=(), blank=None, choices=0) for one in found.questions), found.exam
    )
    assert close(bare, analyse(papers, gather(rows)))


@pytest.mark.parametrize("choice", [-2, 1 << 30])
def test_choices_that_cannot_be_are_refused(choice: int) -> None:
    with pytest.raises(ValueError, match="bits"):
        analyse({1: [Slot(1, ONE, options=2)]}, gather([(1, [0])], [[choice]]))
