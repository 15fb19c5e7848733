"""Reading answer sheets as clerks type them."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.attempts.entry.rules import (
    HANDWRITTEN,
    LETTERS,
    TypedWrong,
    as_typed,
    read_line,
    read_typed,
    why_not_at,
)
from lms.questions.answer import AnswerRefused
from lms.questions.question import AskedBlank, AskedQuestion
from lms.questions.types import TYPES
from tests.cast import NOW
from tests.stage import of_every_type

FOUR = ("một", "hai", "ba", "bốn")
ONE = AskedQuestion("single_choice", "?", choices=FOUR)
MANY = AskedQuestion("multiple_choice", "?", choices=FOUR)
TRUTH = AskedQuestion("true_false", "?")
GROUP = AskedQuestion("true_false_group", "?", statements=FOUR)
MATCH = AskedQuestion("matching", "?", choices=FOUR, statements=("x", "y", "z"))
ORDER = AskedQuestion("ordering", "?", choices=FOUR)
WORD = AskedQuestion("short_answer", "?")
CLOZE = AskedQuestion(
    "cloze", "[[1]] [[2]]", blanks=(AskedBlank("text"), AskedBlank("choice", options=("nào", "kia")))
)


@pytest.mark.parametrize(
    ("asked", "typed", "answer"),
    [
        (ONE, "B", 1),
        (ONE, " b. ", 1),
        (ONE, "Đ", 3),  # a keyboard that makes Đ of DD
        (ONE, "", None),
        (ONE, "-", None),
        (ONE, "–", None),
        (MANY, "CA", [0, 2]),
        (MANY, "a, c", [0, 2]),
        (MANY, "A+C", [0, 2]),
        (TRUTH, "Đ", True),
        (TRUTH, "d", True),
        (TRUTH, "Đúng", True),
        (TRUTH, "sai", False),
        (TRUTH, "S", False),
        (TRUTH, "B", False),
        (GROUP, "ĐSSĐ", {"0": True, "1": False, "2": False, "3": True}),
        (GROUP, "đ s s đ", {"0": True, "1": False, "2": False, "3": True}),
        (GROUP, "đúng, sai, sai, đúng", {"0": True, "1": False, "2": False, "3": True}),
        (GROUP, "Đ-S-", {"0": True, "2": False}),
        (GROUP, "----", None),
        (MATCH, "CAB", {"0": 2, "1": 0, "2": 1}),
        (MATCH, "c - b", {"0": 2, "2": 1}),
        (MATCH, "1C 3-B", {"0": 2, "2": 1}),
        (MATCH, "3. B, 1. C", {"0": 2, "2": 1}),
        (ORDER, "BADC", [1, 0, 3, 2]),
        (ORDER, "B → A → D → C", [1, 0, 3, 2]),
        (WORD, "  ba khâu   đột phá ", "ba khâu đột phá"),
        (AskedQuestion("numeric", "?"), "12.000", "12.000"),
        (AskedQuestion("essay", "?"), "x", HANDWRITTEN),
        (AskedQuestion("essay", "?"), "", None),
    ],
)
def test_letters_mean_what_is_displayed_there(asked: AskedQuestion, typed: str, answer: Any) -> None:
    assert read_typed(asked, [typed]) == answer


@pytest.mark.parametrize(
    ("asked", "typed", "code"),
    [
        (ONE, "E", "not_letters"),
        (ONE, "AB", "one_letter"),
        (ONE, "1", "not_letters"),
        (MANY, "AX", "not_letters"),
        (TRUTH, "C", "truth"),
        (GROUP, "ĐSS", "truths"),
        (GROUP, "ĐSSX", "truths"),
        (MATCH, "CA", "rows"),
        (MATCH, "1C 1A", "rows"),
        (MATCH, "4A", "rows"),
        (MATCH, "1C ?", "rows"),
        (ORDER, "BAD", "order"),
        (ORDER, "BADD", "order"),
    ],
)
def test_what_cannot_stand_on_the_sheet_is_said_and_not_guessed(
    asked: AskedQuestion, typed: str, code: str
) -> None:
    with pytest.raises(TypedWrong) as wrong:
        read_typed(asked, [typed])
    assert wrong.value.code == code


def test_the_same_letter_twice_is_refused() -> None:
    with pytest.raises(AnswerRefused):
        read_typed(MANY, ["AA"])


def test_each_gap_of_a_cloze_has_a_field_of_its_own() -> None:
    assert read_typed(CLOZE, ["đột phá", "b"]) == {"0": "đột phá", "1": 1}
    assert read_typed(CLOZE, ["", "-"]) is None
    with pytest.raises(TypedWrong):
        read_typed(CLOZE, ["đột phá", "C"])


def test_a_line_gives_its_words_to_the_questions_answered_by_letters() -> None:
    questions = [(1, ONE), (2, WORD), (3, GROUP), (4, MANY)]
    assert read_line("a ĐSSĐ  ac", questions) == {1: "a", 3: "ĐSSĐ", 4: "ac"}
    assert read_line("A -", questions) == {1: "A", 3: "-"}
    assert read_line("  ", questions) == {}
    with pytest.raises(TypedWrong):
        read_line("A B C D", questions)


def typed_of(asked: AskedQuestion, answer: Any) -> list[str]:
    """What a careful clerk types for an answer."""
    if isinstance(answer, bool):
        return ["Đ" if answer else "S"]
    if isinstance(answer, int):
        return [LETTERS[answer]]
    if isinstance(answer, list):
        return ["".join(LETTERS[place] for place in answer)]
    if isinstance(answer, dict):
        rows = [answer.get(str(row)) for row in range(len(asked.statements) or len(asked.blanks))]
        words = [
            "-" if said is None else "ĐS"[not said] if isinstance(said, bool) else LETTERS[said]
            if isinstance(said, int) else said
            for said in rows
        ]  # fmt: skip
        return words if asked.blanks else ["".join(words)]
    return [answer or ""]


@given(st.integers(0, 10_000), st.booleans())
def test_what_is_right_on_the_sheet_is_right_when_it_is_entered(seed: int, lower: bool) -> None:
    for question in of_every_type(2):
        if question.type == "essay":
            continue
        type_ = TYPES[question.type]
        order = type_.arrange(question, random.Random(seed), True)
        asked, key = type_.ask(question, order), type_.key(question, order)
        if isinstance(key, dict):
            key = {row: said[0] if isinstance(said, tuple) else said for row, said in key.items()}
        answer = key[0] if isinstance(key, tuple) else key
        typed = typed_of(asked, answer)
        if lower and question.type not in ("short_answer", "cloze"):
            typed = [text.lower() for text in typed]
        read = read_typed(asked, typed)
        assert read == answer
        assert type_.score(question, order, read).correctness == 1
        assert as_typed(asked, read)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    for asked in (ONE, MANY, TRUTH, GROUP, MATCH, ORDER, WORD, CLOZE):
        try:
            answer = read_typed(asked, [text, text])
        except (TypedWrong, AnswerRefused):
            continue
        assert TYPES[asked.type].read_answer(asked, answer) == answer


def test_a_paper_is_written_within_the_course_and_not_in_the_future() -> None:
    opens, closes = NOW - timedelta(days=1), NOW + timedelta(days=1)
    assert why_not_at(NOW, opens, closes, NOW) is None
    assert why_not_at(NOW + timedelta(minutes=1), opens, closes, NOW) == "future"
    assert why_not_at(opens - timedelta(minutes=1), opens, closes, NOW) == "outside"
    assert why_not_at(closes + timedelta(days=1), opens, closes, NOW + timedelta(days=9)) == "outside"
