"""Texts that share long runs of words: found exactly, whatever their number and order."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.marking import likeness
from lms.marking.likeness import RUN, Pair, alike, runs_of, side_by_side

WORDS = [f"{a}{b}{c}" for a in "bcdghklmn" for b in "aeiou" for c in ("", "n", "ng", "m")]


def prose(seed: int, words: int = 120) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choices(WORDS, k=words))


def shares(texts: dict[str, str], asked: str = "") -> dict[tuple[str, str], Decimal]:
    return {(pair.first, pair.second): pair.share for pair in alike(texts.items(), asked)}


def test_a_copy_is_found_and_what_has_nothing_in_common_is_not() -> None:
    assert alike([("a", prose(1)), ("b", prose(2)), ("c", prose(1))]) == [Pair("a", "c", Decimal(1))]


def test_case_marks_and_punctuation_do_not_hide_a_copy() -> None:
    text = "Đảng bộ phường quyết tâm thực hiện ba khâu đột phá của nghị quyết đại hội " + prose(3)
    other = text.upper().replace(" ", ",  \n", 9)
    assert shares({"a": text, "b": other}) == {("a", "b"): Decimal(1)}


def test_a_part_that_was_copied_counts_by_the_shorter_text() -> None:
    short, long = prose(1, 60), prose(2, 300) + " " + prose(1, 60)
    assert shares({"a": long, "b": short}) == {("a", "b"): Decimal(1)}
    half = prose(1, 60) + " " + prose(5, 60)
    found = shares({"a": half, "b": prose(1, 60) + " " + prose(6, 60)})
    assert Decimal("0.45") < found["a", "b"] < Decimal("0.52")


def test_below_the_least_share_nothing_is_said() -> None:
    assert not shares({"a": prose(1, 30) + " " + prose(7, 90), "b": prose(1, 30) + " " + prose(8, 90)})


def test_what_the_question_says_may_be_repeated_by_all() -> None:
    asked = prose(9, 80)
    texts = {"a": asked + " " + prose(1, 60), "b": asked + " " + prose(2, 60)}
    assert shares(texts)
    assert not shares(texts, asked)


def test_short_texts_are_not_compared() -> None:
    assert not shares({"a": "một hai ba bốn năm sáu", "b": "một hai ba bốn năm sáu"})


def test_many_copies_are_each_found_without_every_pair() -> None:
    texts = {f"t{n:03}": prose(1) for n in range(200)}
    found = alike(texts.items())
    assert {pair.second for pair in found} == set(texts) - {"t000"}
    assert len(found) <= 200 * likeness.MOST_ALIKE


def test_a_sentence_that_all_quote_makes_no_work_for_every_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = 0
    exact = likeness._nearest

    def counting(runs: object, number: int, common: dict[int, int], *rest: object) -> object:
        nonlocal compared
        compared += len(common)
        return exact(runs, number, common, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(likeness, "_nearest", counting)
    quoted = prose(99, 40)
    texts = [(n, quoted + " " + prose(1000 + n, 200)) for n in range(300)]
    assert not alike(texts)
    assert compared < 300 * likeness.MOST_HOLDERS  # all pairs would be 44,850


def test_an_index_with_little_room_still_finds_what_was_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(likeness, "MOST_INDEXED", 1)
    texts = [(n, prose(n // 2, 600)) for n in range(40)]
    assert {(pair.first, pair.second) for pair in alike(texts)} == {(n, n + 1) for n in range(0, 40, 2)}


@settings(max_examples=30)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=6))
def test_the_index_finds_what_comparing_all_finds(seeds: list[int]) -> None:
    texts = [(n, prose(seed, 40) + " " + prose(seed + 10, 40)) for n, seed in enumerate(seeds)]
    runs = [set(runs_of(text)) for _n, text in texts]
    expected = {
        (one, other)
        for other in range(len(texts))
        for one in range(other)
        if len(runs[one] & runs[other]) >= 0.3 * min(len(runs[one]), len(runs[other]))
    }
    assert {(pair.first, pair.second) for pair in alike(texts)} == expected


def test_side_by_side_marks_the_common_runs_and_keeps_every_word() -> None:
    one = "Tôi học. " + prose(1, 12) + "\nĐoạn khác hẳn " + prose(2, 12)
    other = "Chúng tôi làm. " + prose(1, 12).upper()
    left, right = side_by_side(one, other)
    assert " ".join(part.text for paragraph in left for part in paragraph) == " ".join(one.split())
    assert " ".join(part.text for paragraph in left for part in paragraph if part.common) == prose(1, 12)
    assert [part.text for paragraph in right for part in paragraph if part.common] == [prose(1, 12).upper()]
    assert not any(part.common for part in left[1])
    assert len(runs_of(prose(1, 12))) == 12 - RUN + 1
