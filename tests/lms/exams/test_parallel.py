"""Parallel papers, without an application: filled exactly, each question in as few as possible, equally hard."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.exams import parallel
from lms.exams.parallel import (
    Drawn,
    Expected,
    PaperDrawn,
    balance_of,
    build,
    deal,
    expected_of,
    least_exposure,
)
from lms.questions.blueprint import BankTooSmall, Candidate, Cell, shortages

ONE = Decimal(1)
topics = st.sampled_from(["a", "b"])
levels = st.sampled_from(["recall", "analysis", None])
types = st.sampled_from([None, None, "single_choice", "essay"])
blueprints = st.lists(
    st.builds(Cell, topics, levels, st.integers(1, 3), st.sampled_from([ONE, Decimal("0.25")]), types),
    min_size=1,
    max_size=5,
)
banks = st.lists(
    st.tuples(topics, levels, st.sampled_from(["single_choice", "numeric", "essay"])), max_size=30
).map(lambda rows: [Candidate(number, *row) for number, row in enumerate(rows, start=1)])
shares = st.dictionaries(st.integers(1, 30), st.integers(0, 100), min_size=30, max_size=30)


def expecting(known: dict[int, int]) -> dict[int, Expected]:
    return {question: Expected(Decimal(share) / 100, True) for question, share in known.items()}


def uses_of(papers: list[PaperDrawn]) -> Counter[int]:
    return Counter(drawn.question_id for paper in papers for drawn in paper)


def sums_of(papers: list[PaperDrawn], expected: dict[int, Expected]) -> list[Decimal]:
    return [sum((expected[d.question_id].share * d.points for d in paper), Decimal(0)) for paper in papers]


@given(blueprints, banks, shares, st.integers(1, 9), st.integers(0, 99))
@settings(max_examples=300)
def test_every_paper_is_by_the_blueprint_and_no_paper_has_a_question_twice(
    cells: list[Cell], bank: list[Candidate], known: dict[int, int], number: int, seed: int
) -> None:
    if shortages(cells, bank):
        with pytest.raises(BankTooSmall):
            build(cells, bank, expecting(known), number, str(seed))
        return
    papers = build(cells, bank, expecting(known), number, str(seed))
    of = {candidate.question_id: candidate for candidate in bank}
    assert len(papers) == number
    for paper in papers:
        assert Counter(drawn.cell for drawn in paper) == {n: cell.count for n, cell in enumerate(cells)}
        assert len({drawn.question_id for drawn in paper}) == len(paper)
        assert all(cells[d.cell].takes(of[d.question_id]) and cells[d.cell].points == d.points for d in paper)


def least_by_trying(cells: list[Cell], bank: list[Candidate], number: int) -> int:
    """The least bound under which `number` papers can be filled, by cells made `number` times as large over a bank
    in which every question stands as often as the bound: the exact matching of `shortages`."""
    for bound in range(1, number + 1):
        many = [Cell(c.topic, c.level, c.count * number, c.points, c.type) for c in cells]
        copies = [
            Candidate(c.question_id * 100 + n, c.topic, c.level, c.type)
            for c, n in product(bank, range(bound))
        ]
        if not shortages(many, copies):
            return bound
    raise AssertionError("a bank that fills one paper fills any number of equal ones")


@given(blueprints, banks, shares, st.integers(1, 6), st.integers(0, 99))
@settings(max_examples=150)
def test_no_question_is_in_more_papers_than_the_bank_makes_necessary(
    cells: list[Cell], bank: list[Candidate], known: dict[int, int], number: int, seed: int
) -> None:
    if shortages(cells, bank):
        return
    least = least_by_trying(cells, bank, number)
    assert least_exposure(cells, bank, number) == least
    assert max(uses_of(build(cells, bank, expecting(known), number, str(seed))).values()) <= least


@given(st.integers(1, 6), st.integers(0, 20), st.integers(1, 12), shares)
def test_within_one_cell_uses_differ_by_one_at_most(
    count: int, spare: int, number: int, known: dict[int, int]
) -> None:
    bank = [Candidate(n, "a", "recall") for n in range(1, count + spare + 1)]
    papers = build([Cell("a", None, count, ONE)], bank, expecting(known), number, "1")
    uses = uses_of(papers)
    assert max(uses.values()) == -(-number * count // len(bank))
    assert min(uses[candidate.question_id] for candidate in bank) >= number * count // len(bank)


@given(blueprints, banks, shares, st.integers(2, 8), st.integers(0, 99))
@settings(max_examples=200)
def test_balancing_never_makes_it_worse_and_keeps_every_use(
    cells: list[Cell], bank: list[Candidate], known: dict[int, int], number: int, seed: int
) -> None:
    if shortages(cells, bank):
        return
    expected = expecting(known)
    plain, papers = deal(cells, bank, number, str(seed)), build(cells, bank, expected, number, str(seed))
    before, after = sums_of(plain, expected), sums_of(papers, expected)
    assert max(after) - min(after) <= max(before) - min(before)
    assert sum(s * s for s in after) <= sum(s * s for s in before)
    assert sum(after) == sum(before)
    assert uses_of(papers) == uses_of(plain)


def test_papers_of_a_usual_bank_are_nearly_equally_hard() -> None:
    levels = ("recall", "comprehension", "application", "analysis")
    bank = [Candidate(n, "ab"[n % 2], levels[n // 2 % 4]) for n in range(160)]
    expected = {n: Expected(Decimal(30 + n * 37 % 60) / 100, True) for n in range(160)}
    cells = [Cell(topic, level, 5, Decimal("0.25")) for topic in "ab" for level in levels]
    plain = sums_of(deal(cells, bank, 10, "x"), expected)
    papers = build(cells, bank, expected, 10, "x")
    after = sums_of(papers, expected)
    assert max(plain) - min(plain) > Decimal("0.2")  # of 10 points
    assert max(after) - min(after) <= Decimal("0.01")
    assert max(uses_of(papers).values()) == 3  # 10 papers of 5 out of 20: 2.5


def test_the_same_seed_gives_the_same_papers_whatever_the_order_of_the_candidates() -> None:
    bank = [Candidate(n, "a", "recall") for n in range(20)]
    expected = {n: Expected(Decimal(n) / 20, False) for n in range(20)}
    cells = [Cell("a", None, 5, ONE)]
    assert build(cells, bank, expected, 6, "s") == build(cells, bank[::-1], expected, 6, "s")
    assert build(cells, bank, expected, 6, "s") != build(cells, bank, expected, 6, "t")


@pytest.mark.parametrize("number", [0, -1, parallel.MOST_PAPERS + 1])
def test_there_is_a_least_and_a_greatest_number_of_papers(number: int) -> None:
    with pytest.raises(ValueError, match="papers can be built"):
        deal([Cell("a", None, 1, ONE)], [Candidate(1, "a", None)], number, "s")


@pytest.mark.parametrize(
    ("level", "answers", "facility", "share", "counted"),
    [
        ("recall", 30, Decimal("0.4"), "0.4", True),
        ("recall", 29, Decimal("0.4"), "0.85", False),
        ("analysis", 0, None, "0.4", False),
        (None, 0, None, "0.65", False),
    ],
)
def test_a_question_is_judged_by_its_answers_once_there_are_enough(
    level: str | None, answers: int, facility: Decimal | None, share: str, counted: bool
) -> None:
    assert expected_of(level, answers, facility) == Expected(Decimal(share), counted)


def test_the_balance_tells_points_overlap_and_uses() -> None:
    expected = expecting({1: 50, 2: 80, 3: 20})
    balance = balance_of([[(1, ONE), (2, ONE)], [(1, ONE), (3, Decimal(2))]], expected)
    assert balance.points == (Decimal("1.3"), Decimal("0.9"))
    assert balance.shares == (Decimal("0.65"), Decimal("0.3"))
    assert balance.common == ((2, 1), (1, 2))
    assert balance.uses == {1: 2, 2: 1}
    assert (balance.apart, balance.most_uses, balance.most_common) == (Decimal("0.4"), 2, 1)
    assert (balance.counted, balance.questions) == (3, 3)


def test_an_exchange_keeps_questions_in_cells_that_take_them() -> None:
    hard, easy = Drawn(1, 0, ONE), Drawn(2, 0, ONE)
    other = Drawn(3, 1, ONE), Drawn(4, 1, ONE)
    expected = expecting({1: 10, 2: 90, 3: 20, 4: 80})
    papers = parallel.balanced([(hard, other[0]), (easy, other[1])], expected)
    assert sorted(sums_of(papers, expected)) == [Decimal("0.9"), Decimal("1.1")]
    assert all([drawn.cell for drawn in paper] == [0, 1] for paper in papers)
