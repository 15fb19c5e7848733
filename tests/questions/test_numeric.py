"""numeric: Vietnamese numbers, units, tolerance."""

from dataclasses import replace

import pytest

from lms.questions.answer import AnswerRefused
from lms.questions.question import Question
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["numeric"]
DOLLARS = SAMPLES["numeric"]  # 12.000 USD
PERCENT = replace(DOLLARS, answers=("11",), unit="%/năm")
ABOUT = replace(DOLLARS, answers=("6,57",), tolerance="0,05", unit="%")
BARE = replace(DOLLARS, answers=("43", "44"), unit="")


@pytest.mark.parametrize(
    ("q", "answer", "mark"),
    [
        (DOLLARS, "12.000", 1),
        (DOLLARS, "12000", 1),
        (DOLLARS, "12 000", 1),
        (DOLLARS, "12.000 USD", 1),
        (DOLLARS, "12.000usd", 1),
        (DOLLARS, "12.000,0", 1),
        (DOLLARS, "12,000", 0),  # a Vietnamese twelve
        (DOLLARS, "12.001", 0),
        (DOLLARS, "12.000 đồng", 0),
        (DOLLARS, "12.000%", 0),
        (DOLLARS, "12 nghìn USD", 0),
        (DOLLARS, "mười hai nghìn", 0),
        (DOLLARS, "12.", 0),
        (DOLLARS, "", 0),
        (PERCENT, "11", 1),
        (PERCENT, "11%", 1),
        (PERCENT, "11 %", 1),
        (PERCENT, "11%/năm", 1),
        (PERCENT, "11% / nam", 1),
        (PERCENT, "11/năm", 0),
        (ABOUT, "6,6", 1),
        (ABOUT, "6,52", 1),
        (ABOUT, "6,51", 0),
        (ABOUT, "6.6", 1),
        (BARE, "44", 1),
        (BARE, "43%", 1),
        (BARE, "-43", 0),
        (BARE, "43 chỉ tiêu", 0),
    ],
)
def test_marks(q: Question, answer: str, mark: int) -> None:
    assert KIND.score(q, (), answer).correctness == mark


@pytest.mark.parametrize(
    ("q", "answer", "reason"),
    [
        (DOLLARS, "12.000", "right"),
        (DOLLARS, "13.000", "wrong"),
        (DOLLARS, "nhiều", "not_a_number"),
        (DOLLARS, " ", "not_answered"),
        (ABOUT, "6,6", "within_tolerance"),
    ],
)
def test_the_reason_is_told(q: Question, answer: str, reason: str) -> None:
    assert [found.code for found in KIND.score(q, (), answer).reasons] == [reason]


def test_half_typed_numbers_are_saved_as_typed() -> None:
    asked = KIND.ask(DOLLARS, ())
    assert KIND.read_answer(asked, " 12. ") == "12."
    assert KIND.read_form(asked, ["-"]) == "-"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(12000, "wrong_kind"), ("1" * 61, "too_long"), ("\ud800", "not_text"), (["1"], "wrong_kind")],
)
def test_what_is_no_answer_is_refused(raw: object, reason: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        KIND.read_answer(KIND.ask(DOLLARS, ()), raw)
    assert refused.value.reason == reason


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(DOLLARS, (), "12000") == ("12000 USD",)
    assert KIND.describe(DOLLARS, (), "12000 USD") == ("12000 USD",)
    assert KIND.describe_key(DOLLARS) == ("12.000 USD",)
    assert KIND.describe_key(ABOUT) == ("6,57 ± 0,05%",)
    assert KIND.describe_key(PERCENT) == ("11%/năm",)


@pytest.mark.parametrize(
    ("q", "codes"),
    [
        (replace(DOLLARS, answers=()), ["no_key"]),
        (replace(DOLLARS, answers=("12.000", "nhiều")), ["answer_not_number"]),
        (replace(DOLLARS, tolerance="-1"), ["bad_tolerance"]),
        (replace(DOLLARS, tolerance="5%"), ["bad_tolerance"]),
        (replace(DOLLARS, tolerance=""), ["bad_tolerance"]),
        (replace(DOLLARS, answers=("12.000 USD",)), []),
        (replace(DOLLARS, fold=False), ["field_not_used"]),
    ],
)
def test_what_is_wrong_is_named(q: Question, codes: list[str]) -> None:
    assert [problem.code for problem in KIND.check(q)] == codes
