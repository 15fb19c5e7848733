"""true_false_group: answers, the scale of four statements, and form."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.questions.answer import Answer, AnswerRefused
from lms.questions.question import Question, Statement
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["true_false_group"]
FOUR = SAMPLES["true_false_group"]  # true true false false
THREE = replace(FOUR, statements=FOUR.statements[:3])
SAME = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        ({"0": True, "1": True, "2": False, "3": False}, "1"),
        ({"0": True, "1": True, "2": False, "3": True}, "0.5"),
        ({"0": True, "1": True, "2": False}, "0.5"),  # not judged is not right
        ({"0": True, "1": True}, "0.25"),
        ({"0": True, "1": False, "2": True, "3": True}, "0.1"),
        ({"0": False, "1": False, "2": True, "3": True}, "0"),
        (None, "0"),
    ],
)
def test_four_statements_follow_the_national_scale(answer: Answer, mark: str) -> None:
    assert KIND.score(FOUR, SAME, answer).correctness == Decimal(mark)


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        ({"0": True, "1": True, "2": False}, "1"),
        ({"0": True, "1": True}, "0.666667"),
        ({"0": True}, "0.333333"),
    ],
)
def test_other_numbers_of_statements_count_equal_shares(answer: Answer, mark: str) -> None:
    assert KIND.score(THREE, (0, 1, 2), answer).correctness == Decimal(mark)


def test_positions_are_displayed_positions() -> None:
    turned = (3, 2, 1, 0)
    assert KIND.score(FOUR, turned, {"0": False, "1": False, "2": True, "3": True}).correctness == 1


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(FOUR, (3, 2, 1, 0), {"0": False, "3": True}) == (
        "Có 5 khâu đột phá.: Sai",
        "GRDP bình quân đầu người đạt 12.000 USD.: Đúng",
    )
    assert KIND.describe_key(THREE)[2] == "Có 20 chỉ tiêu chủ yếu.: Sai"


@pytest.mark.parametrize(
    ("raw", "answer"),
    [({"3": False, "0": True}, {"0": True, "3": False}), ({}, None), (None, None)],
)
def test_the_answer_is_kept_in_one_form(raw: object, answer: Answer) -> None:
    read = KIND.read_answer(KIND.ask(FOUR, SAME), raw)
    assert read == answer
    assert not isinstance(read, dict) or list(read) == sorted(read)


@pytest.mark.parametrize(
    "raw",
    [[True], "0:true", {"4": True}, {"-1": True}, {"00": True}, {"0": "true"}, {"0": 1}, {"0": None},
     {"a": True}, {str(i): True for i in range(9)}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: object) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_answer(KIND.ask(FOUR, SAME), raw)


@pytest.mark.parametrize("values", [["0:yes"], ["0"], ["0:true", "0:false"], ["5:true"], [":true"]])
def test_a_form_with_anything_else_is_refused(values: list[str]) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_form(KIND.ask(FOUR, SAME), values)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        (THREE, [("warning", "not_four_statements")]),
        (replace(FOUR, statements=FOUR.statements[:1]), [("error", "too_few_statements")]),
        (replace(FOUR, statements=()), [("error", "too_few_statements")]),
        (
            replace(FOUR, statements=(*FOUR.statements[:3], Statement(" ", True))),
            [("error", "empty_statement")],
        ),
        (
            replace(FOUR, statements=(*FOUR.statements[:3], FOUR.statements[0])),
            [("error", "equal_statements")],
        ),
    ],
)
def test_what_is_wrong_is_named(q: Question, found: list[tuple[str, str]]) -> None:
    assert [(problem.severity, problem.code) for problem in KIND.check(q)] == found
