"""Near-duplicates: found by the words they share, all of them, with what differs; figures are said."""

from __future__ import annotations

import math
import random
from collections import Counter
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.likeness import MOST_ALIKE, Index, alike, like
from lms.questions.question import Option, Pair, Question, Statement
from lms.vietnamese.text import fold_words

WORDS = ["Đảng", "bộ", "thành", "phố", "khâu", "đột", "phá", "ba", "43", "20", "chỉ", "tiêu", "Hà", "Nội"]
stems = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


def ask(stem: str, *options: str) -> Question:
    return Question("single_choice", stem, options=tuple(Option(text) for text in options), correct=(0,))


BANK = [
    (1, ask("Nghị quyết Đại hội XVIII xác định mấy khâu đột phá?", "Hai", "Ba", "Bốn")),
    (2, ask("Nghị quyết Đại hội XVIII đã xác định mấy khâu đột phá ?", "Ba", "Bốn", "Hai")),
    (3, ask("Đại hội có bao nhiêu đại biểu chính thức tham dự?", "550", "500", "450")),
    (4, ask("Tầm nhìn đến năm 2045 của Thủ đô là gì?", "Kết nối toàn cầu", "Văn hiến", "Sáng tạo")),
]


def test_the_same_question_in_other_words_and_order_is_near() -> None:
    (pair,) = alike(BANK)
    assert (pair.first, pair.second) == (1, 2)
    assert 0.6 < pair.likeness.degree < 1
    assert pair.likeness.only_first == ()
    assert pair.likeness.only_second == ("đã",)
    assert "khâu" in pair.likeness.shared
    assert not pair.likeness.numbers_differ


def test_marks_case_and_punctuation_do_not_matter() -> None:
    same = [(1, ask("Hoà bình, THỐNG NHẤT là gì?", "Một")), (2, ask("hòa binh thong nhat la gi", "mot."))]
    assert alike(same)[0].likeness.degree == 1


def test_other_figures_are_near_but_said() -> None:
    stem = "Nghị quyết Đại hội lần thứ XVIII thông qua {} chỉ tiêu chủ yếu, đúng hay sai?"
    pairs = alike([*BANK[2:], ("x", ask(stem.format(43), "Đúng")), ("y", ask(stem.format(20), "Đúng"))])
    (near,) = (pair for pair in pairs if pair.first == "x")
    assert near.likeness.numbers_differ
    assert (near.likeness.only_first, near.likeness.only_second) == (("43",), ("20",))


def test_statements_pairs_and_answers_count_too() -> None:
    one = Question("true_false_group", "Mỗi ý sau đúng hay sai?", statements=(Statement("Có ba khâu", True),))
    other = Question(
        "true_false_group", "Mỗi ý sau đúng hay sai?", statements=(Statement("Ùn tắc giảm", True),)
    )
    assert alike([(1, one), (2, other)], 0.9) == []
    matching = Question("matching", "Ghép:", pairs=(Pair("2030", "hiện đại"), Pair("2045", "toàn cầu")))
    assert alike([(1, matching), (2, matching)])[0].likeness.degree == 1


def test_an_import_asks_question_by_question() -> None:
    index = Index(BANK, 0.5)
    found = like(ask("Nghị quyết Đại hội XVIII xác định bao nhiêu khâu đột phá?", "Ba", "Hai", "Bốn"), index)
    assert [place for place, _likeness in found] == [1, 2]
    assert like(ask("Một câu hoàn toàn khác về chuyện khác"), index) == []
    assert like(ask("Một câu"), Index[int]([])) == []


def test_a_bank_full_of_copies_gives_each_copy_once() -> None:
    copies = [(n, BANK[0][1]) for n in range(2000)]
    pairs = alike([*copies, (9999, BANK[1][1])])
    assert len(pairs) == 2000
    assert {pair.first for pair in pairs} == {0}
    assert len(Index(copies).like(BANK[0][1])) == MOST_ALIKE


def test_empty_questions_are_like_nothing() -> None:
    assert alike([(1, ask("")), (2, ask("")), (3, ask(" ?!"))]) == []


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_an_impossible_threshold_is_refused(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        Index(BANK, threshold)


def by_the_definition(questions: list[tuple[int, Question]], threshold: float) -> set[tuple[int, int]]:
    """Every pair compared with every other, as the module's first paragraph says."""

    def features(question: Question) -> set[str]:
        words = fold_words(question.stem).split()
        return {*words, *(" ".join(two) for two in pairwise(words))}

    held = {place: features(question) for place, question in questions}
    counts = Counter(word for words in held.values() for word in words)
    near = set()
    for one, other in combinations(held, 2):
        weigh = {w: math.log(1 + len(held) / counts[w]) for w in held[one] | held[other]}
        whole = sum(weigh.values())
        if whole and sum(weigh[w] for w in held[one] & held[other]) / whole >= threshold + 1e-9:
            near.add((one, other))
    return near


@given(st.lists(stems, max_size=12), st.sampled_from([0.3, 0.6, 0.8]))
def test_nothing_near_is_missed_by_being_fast(texts: list[str], threshold: float) -> None:
    questions = list(enumerate(map(ask, dict.fromkeys(texts))))
    firsts = {frozenset(fold_words(question.stem).split()) for _place, question in questions}
    found = {(pair.first, pair.second) for pair in alike(questions, threshold)}
    wanted = by_the_definition(questions, threshold)
    if len(firsts) == len(questions):
        assert wanted <= found
    assert found <= by_the_definition(questions, threshold - 1e-6)


@given(stems, stems)
def test_likeness_is_the_same_both_ways_and_its_words_are_the_questions(one: str, other: str) -> None:
    there = alike([(1, ask(one)), (2, ask(other))], 0.01)
    back = alike([(2, ask(other)), (1, ask(one))], 0.01)
    assert [pair.likeness.degree for pair in there] == pytest.approx([pair.likeness.degree for pair in back])
    for pair in there:
        assert 0 < pair.likeness.degree <= 1
        words = {fold_words(word) for word in (*pair.likeness.shared, *pair.likeness.only_first)}
        assert words == set(fold_words(one).split())


def test_few_of_all_pairs_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """All pairs of a large bank would be millions of comparisons: rare words leave a small share of them."""
    rng = random.Random(3)
    syllables = [
        a + b for a in ("b", "đ", "th", "nh", "ph", "ch", "kh", "tr") for b in ("a", "ên", "ông", "ưu", "ích")
    ]
    syllables += [f"{word}{n}" for word in syllables for n in range(20)]
    odds = [1 / (n + 1) for n in range(len(syllables))]
    questions = [(n, ask(" ".join(rng.choices(syllables, odds, k=40)))) for n in range(1000)]
    compared = 0

    def count(self: Index[int], text: Any, whole: float, before: int | None) -> Any:
        nonlocal compared
        found = list(by_rule(self, text, whole, before))
        compared += len(found)
        return found

    by_rule = Index._candidates
    monkeypatch.setattr(Index, "_candidates", count)
    questions += [(1000 + n, questions[n][1]) for n in range(5)]  # copies cost nothing more
    questions += [(2000 + n, ask(f"{questions[n][1].stem} nữa")) for n in range(5)]
    assert len(alike(questions)) >= 10
    assert 0 < compared < math.comb(len(questions), 2) / 1000
