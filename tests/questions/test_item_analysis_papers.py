"""Random papers, questions in other places, scores that wait."""

from __future__ import annotations

import statistics
from dataclasses import replace
from decimal import Decimal

import pytest

from lms.questions.quality.analysis import analyse
from lms.questions.quality.results import Slot, gather
from tests.questions.analysed import (
    Attempt,
    close,
    people,
    random_papers,
)


def test_a_question_that_is_only_noise_looks_like_noise_in_random_papers() -> None:
    """Moodle's item-total correlation would give about 0.2 in papers of ten (the own mark is a tenth of the total)."""
    papers = random_papers(60, 10)
    found = analyse(papers, gather(people(6000, papers, noise=7)))
    by_question = {one.question: one for one in found.questions}
    noise = by_question.pop(7)
    assert noise.discrimination == pytest.approx(0, abs=0.08)
    assert min(one.discrimination or 0 for one in by_question.values()) > 0.15


def test_random_papers_count_the_luck_of_the_draw_as_error() -> None:
    papers = random_papers(60, 10)
    rows = people(3000, papers)
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
    straight = random_papers(1, 10)
    both = {**straight, 1: straight[0][::-1]}
    rows = people(200, straight)
    turned: list[Attempt] = [
        (1, scores[::-1]) if n % 2 else (paper, scores) for n, (paper, scores) in enumerate(rows)
    ]
    found, expected = analyse(both, gather(turned)), analyse(straight, gather(rows))
    assert close(found, expected)
    assert found.exam is not None
    assert found.exam.same_questions


def test_what_waits_is_left_out_of_rest_total_and_consistency() -> None:
    papers = random_papers(1, 6)
    rows = people(100, papers)
    essay = Slot(99, Decimal(10))
    waiting: list[Attempt] = [(paper, [None, *scores]) for paper, scores in rows]
    found = analyse({0: [essay, *papers[0]]}, gather(waiting))
    expected = analyse(papers, gather(rows))
    assert found.questions == expected.questions
    assert found.exam is not None
    assert expected.exam is not None
    assert found.exam == replace(expected.exam, waiting=100)


def test_a_slot_that_waits_for_some_is_left_out_of_alpha_only() -> None:
    papers = random_papers(1, 6)
    rows = people(100, papers)
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
