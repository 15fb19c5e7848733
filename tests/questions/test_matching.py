"""matching: answers, marks, and form."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.questions.answer import Answer, AnswerRefused
from lms.questions.question import Pair, Question
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["matching"]
WHOLE = SAMPLES["matching"]  # three events, choices sorted: 15/10, 17/10, 20/10
PARTIAL = replace(WHOLE, scoring="partial")
SAME = (0, 1, 2)


@pytest.mark.parametrize(
    ("answer", "whole", "partial"),
    [
        ({"0": 0, "1": 1, "2": 1}, "1", "1"),
        ({"0": 0, "1": 1}, "0", "0.666667"),
        ({"0": 0, "1": 2, "2": 2}, "0", "0.333333"),
        ({"0": 1, "1": 0, "2": 0}, "0", "0"),
        ({"0": 1, "1": 1, "2": 1}, "0", "0.666667"),
        (None, "0", "0"),
    ],
)
def test_answers_and_their_marks(answer: Answer, whole: str, partial: str) -> None:
    assert KIND.score(WHOLE, SAME, answer).correctness == Decimal(whole)
    assert KIND.score(PARTIAL, SAME, answer).correctness == Decimal(partial)


def test_positions_are_displayed_positions_and_left_sides_stay_as_written() -> None:
    turned = (2, 1, 0)
    asked = KIND.ask(WHOLE, turned)
    assert asked.statements == ("Khai mạc Đại hội", "Bế mạc Đại hội", "Họp báo sau bế mạc")
    assert asked.choices == ("20/10/2025", "17/10/2025", "15/10/2025")
    assert KIND.key(WHOLE, turned) == {"0": 2, "1": 1, "2": 1}
    assert KIND.score(WHOLE, turned, {"0": 2, "1": 1, "2": 1}).correctness == 1


def test_one_wording_is_one_choice() -> None:
    q = Question("matching", "?", pairs=(Pair("a", "Hoà Bình"), Pair("b", "hòa bình."), Pair("c", "Hà Nội")))
    assert KIND.check(q) == []
    assert KIND.ask(q, (0, 1)).choices == ("Hà Nội", "Hoà Bình")
    assert KIND.score(q, (0, 1), {"0": 1, "1": 1, "2": 0}).correctness == 1


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(WHOLE, (2, 1, 0), {"0": 0}) == ("Khai mạc Đại hội → 20/10/2025",)
    assert KIND.describe_key(WHOLE)[2] == "Họp báo sau bế mạc → 17/10/2025"
    assert len(KIND.describe_key(WHOLE)) == 3


@pytest.mark.parametrize(
    ("raw", "answer"), [({"2": 1, "0": 0}, {"0": 0, "2": 1}), ({}, None), (None, None), ({"1": 2}, {"1": 2})]
)
def test_the_answer_is_kept_in_one_form(raw: object, answer: Answer) -> None:
    read = KIND.read_answer(KIND.ask(WHOLE, SAME), raw)
    assert read == answer
    assert not isinstance(read, dict) or list(read) == sorted(read)


@pytest.mark.parametrize(
    "raw",
    [[0], "0:1", 1, {"3": 0}, {"-1": 0}, {"00": 0}, {"0": 3}, {"0": -1}, {"0": True}, {"0": "1"}, {"0": None},
     {"0": 1.0}, {"a": 0}, {str(i): 0 for i in range(9)}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: object) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_answer(KIND.ask(WHOLE, SAME), raw)


@pytest.mark.parametrize(
    ("values", "answer"),
    [(["0:0", "2:1"], {"0": 0, "2": 1}), (["0:", "1:", "2:1"], {"2": 1}), (["", "0:"], None), ([], None)],
)
def test_a_form_says_row_and_choice(values: list[str], answer: Answer) -> None:
    assert KIND.read_form(KIND.ask(WHOLE, SAME), values) == answer


@pytest.mark.parametrize("values", [["0"], ["0:x"], ["0:3"], ["7:0"], ["0:1", "0:2"], [":1"], ["0:01"]])
def test_a_form_with_anything_else_is_refused(values: list[str]) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_form(KIND.ask(WHOLE, SAME), values)


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        (WHOLE.pairs[:1], ["too_few_pairs"]),
        ((), ["too_few_pairs"]),
        ((WHOLE.pairs[0], WHOLE.pairs[3]), ["too_few_pairs"]),  # a distractor is no row
        (WHOLE.pairs[1:3], ["one_right"]),
        ((*WHOLE.pairs, Pair("Khai mạc  đại hội.", "18/10/2025")), ["equal_lefts"]),
        ((*WHOLE.pairs, Pair("Bầu cử", " ")), ["empty_right"]),
        (tuple(Pair(f"trái {n}", f"phải {n}") for n in range(21)), ["too_many_pairs"]),
    ],
)
def test_what_is_wrong_is_named(pairs: tuple[Pair, ...], found: list[str]) -> None:
    assert [problem.code for problem in KIND.check(replace(WHOLE, pairs=pairs))] == found
