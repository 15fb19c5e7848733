"""single_choice: answers, marks and form."""

from dataclasses import replace

import pytest

from lms.questions.answer import AnswerRefused
from lms.questions.question import Question
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES, options

KIND = TYPES["single_choice"]
QUESTION = SAMPLES["single_choice"]  # 20 43 51 30; 43 is right
ORDER = (3, 0, 1, 2)  # displayed: 30 20 43 51


@pytest.mark.parametrize(("answer", "mark"), [(0, 0), (1, 0), (2, 1), (3, 0), (None, 0)])
def test_marks(answer: int | None, mark: int) -> None:
    assert KIND.score(QUESTION, ORDER, answer).correctness == mark


def test_options_are_asked_in_displayed_order() -> None:
    assert KIND.ask(QUESTION, ORDER).choices == ("30", "20", "43", "51")


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(QUESTION, ORDER, 3) == ("51",)
    assert KIND.describe_key(QUESTION) == ("43",)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(4, "out_of_range"), (-1, "out_of_range"), (True, "wrong_kind"), ("2", "wrong_kind"),
     ([2], "wrong_kind"), (2.0, "wrong_kind")],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: object, reason: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        KIND.read_answer(KIND.ask(QUESTION, ORDER), raw)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "values", [["1", "2"], ["x"], ["02"], ["+1"], ["-1"], ["1" * 5000], ["²"], ["٢"], ["9"]]
)
def test_a_form_with_anything_else_than_one_position_is_refused(values: list[str]) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_form(KIND.ask(QUESTION, ORDER), values)


@pytest.mark.parametrize(
    ("q", "codes"),
    [
        (replace(QUESTION, correct=()), ["no_key"]),
        (replace(QUESTION, correct=(1, 2)), ["several_keys"]),
        (replace(QUESTION, correct=(4,)), ["key_out_of_range"]),
        (replace(QUESTION, correct=(-1,)), ["key_out_of_range"]),
        (replace(QUESTION, options=QUESTION.options[:1], correct=(0,)), ["too_few_options"]),
        (replace(QUESTION, options=options(*"abcdeghiklm")), ["too_many_options"]),
        (replace(QUESTION, options=options("20", "43", " ", "30")), ["empty_option"]),
        (replace(QUESTION, options=options("Hoà", "43", "hòa.", "30")), ["equal_options"]),
        (replace(QUESTION, options=options("Đảng", "Đang")), []),
        (replace(QUESTION, scoring="partial"), ["field_not_used"]),
    ],
)
def test_what_is_wrong_is_named(q: Question, codes: list[str]) -> None:
    assert [problem.code for problem in KIND.check(q)] == codes
