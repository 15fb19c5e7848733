"""What is doubtful in a bank: single questions, and habits that only show over many."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.lint import FEWEST, Linted, lint, unmarked_negation
from lms.questions.question import Option, Question

TODAY = date(2026, 11, 23)
GOOD = Question(
    "single_choice",
    "Có mấy khâu đột phá?",
    options=tuple(map(Option, ("Hai", "Bốn", "Năm", "Ba"))),
    correct=(3,),
    explanation="Vì đoạn 2.",
    cites=("p02",),
)


def codes(found: Linted[int]) -> list[str]:
    return [finding.problem.code for finding in (*found.bank, *found.questions)]


def bank(keys: Sequence[int], *, long: bool = False) -> list[tuple[int, Question]]:
    """Questions with the key at these places; `long`: the right option is longer than the others."""
    found = []
    for number, key in enumerate(keys):
        texts = [
            f"Phương án {n}" + (" đầy đủ, chính xác nhất" if long and n == key else "") for n in range(4)
        ]
        found.append((number, replace(GOOD, options=tuple(map(Option, texts)), correct=(key,))))
    return found


def test_a_good_question_has_no_finding() -> None:
    assert codes(lint([(1, GOOD)], TODAY)) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"correct": ()}, "no_key"),
        ({"options": tuple(map(Option, ("Ba", "Hai", "ba.")))}, "equal_options"),
        ({"options": tuple(map(Option, ("Một", "Hai", "Ba", "A và C")))}, "options_not_shuffled"),
        ({"explanation": ""}, "no_explanation"),
        ({"cites": ()}, "source_missing"),
        ({"stem": "Nội dung nào sau đây không đúng?"}, "negation_unmarked"),
        ({"expires": "2026-11-22"}, "expired"),
        ({"expires": "2026-11-23"}, "expires_soon"),
        ({"expires": "2026-12-23"}, "expires_soon"),
    ],
)
def test_each_finding_names_its_question(changed: dict[str, object], code: str) -> None:
    found = lint([(7, GOOD), (8, replace(GOOD, **changed))], TODAY)  # type: ignore[arg-type]
    assert code in codes(found)
    assert all(finding.places == (8,) for finding in found.questions)


def test_a_source_in_words_is_a_source_and_a_far_day_no_finding() -> None:
    assert (
        codes(lint([(1, replace(GOOD, cites=(), source="Báo cáo, tr. 12", expires="2027-01-01"))], TODAY))
        == []
    )


@pytest.mark.parametrize(
    ("stem", "word"),
    [
        ("Nội dung nào sau đây không thuộc ba khâu đột phá?", "không thuộc"),
        ("Nội dung nào sau đây KHÔNG thuộc ba khâu đột phá?", ""),
        ("Ý nào chưa đúng?", "chưa đúng"),
        ("Nhận định nào sau đây là SAI?", ""),
        ("Nhận định nào sau đây là sai?", "là sai"),
        ("NỘI DUNG NÀO SAU ĐÂY KHÔNG ĐÚNG?", "không đúng"),
        ("Tất cả ý sau, ngoại trừ:", "ngoại trừ"),
        ("Không gian phát triển của Thủ đô là gì?", ""),
        ("Có mấy khâu đột phá?", ""),
    ],
)
def test_a_negation_must_stand_out(stem: str, word: str) -> None:
    assert unmarked_negation(stem) == word


def test_keys_that_are_mostly_the_longest_are_told_with_figures() -> None:
    found = lint(bank([0, 1, 2, 3] * 4, long=True), TODAY)
    (finding,) = found.bank
    assert finding.problem.code == "keys_are_longest"
    assert finding.problem.message_params == {"count": 16, "of": 16, "expected": 4}
    assert finding.places == tuple(range(16))


def test_keys_that_mostly_stand_in_one_place_are_told_with_figures() -> None:
    found = lint(bank([2] * 9 + [0, 1, 3]), TODAY)
    (finding,) = found.bank
    assert finding.problem.code == "keys_in_one_place"
    assert finding.problem.message_params == {
        "letter": "C", "count": 9, "of": 12, "expected": 3, "figures": "A 1, B 1, C 9, D 1",
    }  # fmt: skip


def test_a_key_kept_in_place_for_what_it_says_is_no_habit() -> None:
    options = tuple(map(Option, ("Một", "Hai", "Ba", "Cả ba phương án trên")))
    assert lint([(n, replace(GOOD, options=options, correct=(3,))) for n in range(20)], TODAY).bank[
        0
    ].problem.code == ("keys_are_longest")
    assert len(lint([(n, replace(GOOD, options=options, correct=(3,))) for n in range(20)], TODAY).bank) == 1


def test_few_questions_say_nothing_about_habits() -> None:
    assert lint(bank([2] * (FEWEST - 1), long=True), TODAY).bank == ()


def test_chance_is_seldom_blamed() -> None:
    """Of banks whose keys are drawn by lot few get a finding; with CLEARLY at 2.33 about one in a hundred a place."""
    rng = random.Random(5)
    blamed = sum(bool(lint(bank([rng.randrange(4) for _ in range(40)]), TODAY).bank) for _ in range(200))
    assert blamed <= 20


texts = st.sampled_from(["Một", "Hai", "một", "A và B", "Tất cả đều đúng", ""])


@given(
    st.lists(
        st.tuples(
            st.lists(texts, max_size=5),
            st.lists(st.integers(-1, 6), max_size=2),
            st.sampled_from(["", "x", "2020-01-01"]),
        ),
        max_size=14,
    )
)
def test_nothing_in_a_bank_makes_it_fail(rows: list[tuple[list[str], list[int], str]]) -> None:
    questions = [
        (n, replace(GOOD, options=tuple(map(Option, options)), correct=tuple(correct), expires=expires))
        for n, (options, correct, expires) in enumerate(rows)
    ]
    found = lint(questions, TODAY)
    assert {place for finding in (*found.bank, *found.questions) for place in finding.places} <= set(
        range(len(rows))
    )
