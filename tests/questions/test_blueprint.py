"""Drawing papers: never twice the same, and the shortage told exactly."""

import random
from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.blueprint import (
    BankTooSmall,
    Candidate,
    Cell,
    Shortage,
    draw,
    shortages,
    total_points,
)

ONE = Decimal(1)
topics = st.sampled_from(["a", "b"])
levels = st.sampled_from(["recall", "analysis", None])
blueprints = st.lists(
    st.builds(
        Cell,
        topics,
        levels,
        st.integers(1, 3),
        st.sampled_from([ONE, Decimal("0.5")]),
        st.sampled_from([None, None, "numeric", "essay"]),
    ),
    min_size=1,
    max_size=4,
)
types = st.sampled_from(["single_choice", "numeric", "essay"])
banks = st.lists(st.tuples(topics, levels, types), max_size=8).map(
    lambda rows: [Candidate(number, *row) for number, row in enumerate(rows, start=1)]
)


def most_that_can_be_filled(cells: list[Cell], bank: list[Candidate]) -> int:
    """Brute force: the best over every way to give each question to one cell or to none."""
    best, states = 0, {tuple(cell.count for cell in cells)}
    for candidate in bank:
        states |= {
            (*left[:i], left[i] - 1, *left[i + 1 :])
            for left in states
            for i, cell in enumerate(cells)
            if left[i] and cell.takes(candidate)
        }
    total = sum(cell.count for cell in cells)
    for left in states:
        best = max(best, total - sum(left))
    return best


@given(blueprints, banks)
def test_the_shortage_is_exact(cells: list[Cell], bank: list[Candidate]) -> None:
    missing = sum(shortage.missing for shortage in shortages(cells, bank))
    assert missing == sum(cell.count for cell in cells) - most_that_can_be_filled(cells, bank)


@given(blueprints, banks, st.integers(0, 999))
def test_a_paper_is_drawn_exactly_when_nothing_is_short(
    cells: list[Cell], bank: list[Candidate], seed: int
) -> None:
    short = shortages(cells, bank)
    if short:
        with pytest.raises(BankTooSmall) as refused:
            draw(cells, bank, random.Random(seed))
        assert refused.value.shortages == tuple(short)
        return
    paper = draw(cells, bank, random.Random(seed))
    known = {candidate.question_id: candidate for candidate in bank}
    assert len({question for question, _ in paper}) == len(paper) == sum(cell.count for cell in cells)
    assert sum(points for _, points in paper) == total_points(cells)
    places = [cell for cell in cells for _ in range(cell.count)]
    for (question, points), cell in zip(paper, places, strict=True):
        assert cell.takes(known[question])
        assert points == cell.points


def test_a_cell_of_any_level_leaves_to_the_others_what_only_they_can_take() -> None:
    """Taking the only recall question for "any" would leave the recall cell empty."""
    cells = [Cell("a", None, 1, ONE), Cell("a", "recall", 1, ONE)]
    bank = [Candidate(1, "a", "recall"), Candidate(2, "a", "analysis")]
    for seed in range(20):
        assert draw(cells, bank, random.Random(seed)) == [(2, ONE), (1, ONE)]


def test_the_shortage_names_its_cell() -> None:
    cells = [Cell("a", None, 3, ONE), Cell("a", "recall", 2, ONE), Cell("b", None, 1, ONE)]
    bank = [Candidate(1, "a", "recall"), Candidate(2, "a", "recall"), Candidate(3, "a", "analysis")]
    assert shortages(cells, bank) == [Shortage(0, cells[0], 1), Shortage(2, cells[2], 0)]
    assert [short.missing for short in shortages(cells, bank)] == [2, 1]


def test_every_suitable_question_is_drawn_equally_often() -> None:
    cells = [Cell("a", "recall", 2, ONE), Cell("a", None, 2, ONE)]
    bank = [Candidate(i, "a", "recall" if i <= 6 else "analysis") for i in range(1, 11)]
    drawn = Counter(q for seed in range(3000) for q, _ in draw(cells, bank, random.Random(seed)))
    recall = [drawn[i] for i in range(1, 7)]
    analysis = [drawn[i] for i in range(7, 11)]
    assert max(recall) - min(recall) < 250
    assert max(analysis) - min(analysis) < 250


def test_the_same_seed_gives_the_same_paper_whatever_the_order_of_the_bank() -> None:
    cells = [Cell("a", None, 5, ONE)]
    bank = [Candidate(i, "a", None) for i in range(40)]
    paper = draw(cells, bank, random.Random(5))
    assert draw(cells, [*reversed(bank), bank[0]], random.Random(5)) == paper
    assert draw(cells, bank, random.Random(6)) != paper


def test_a_large_bank_is_quick() -> None:
    cells = [Cell("a", level, 20, ONE) for level in ("recall", "analysis", None)]
    bank = [Candidate(i, "a", ("recall", "analysis", None)[i % 3]) for i in range(5000)]
    assert len(draw(cells, bank, random.Random(1))) == 60
    assert [short.index for short in shortages([*cells, Cell("b", None, 500, ONE)], bank)] == [3]
    assert shortages([Cell("a", "recall", 1700, ONE)], bank)[0].missing == 1700 - 1667


@pytest.mark.parametrize(("count", "points"), [(0, ONE), (1, Decimal(-1))])
def test_a_cell_makes_sense(count: int, points: Decimal) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Cell("a", None, count, points)


@pytest.mark.parametrize(
    ("wanted", "type_", "takes"),
    [
        (None, "numeric", True),
        (None, "essay", False),
        ("essay", "essay", True),
        ("numeric", "numeric", True),
        ("numeric", "single_choice", False),
    ],
)
def test_a_cell_without_a_type_takes_what_is_marked_at_once(
    wanted: str | None, type_: str, takes: bool
) -> None:
    cell, candidate = Cell("a", None, 1, ONE, wanted), Candidate(1, "a", "recall", type_)
    assert cell.takes(candidate) is takes
    assert bool(shortages([cell], [candidate])) is not takes
