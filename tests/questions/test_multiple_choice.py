"""multiple_choice: answers, marks under both rules, and form."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.questions.answer import Answer, AnswerRefused
from lms.questions.question import Question
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["multiple_choice"]
PARTIAL = SAMPLES["multiple_choice"]  # a b c d; a c d are right
STRICT = replace(PARTIAL, scoring="all_or_nothing")
SAME, TURNED = (0, 1, 2, 3), (3, 2, 1, 0)  # turned, b stands in place 2


@pytest.mark.parametrize(
    ("answer", "partial", "strict"),
    [
        ([0, 2, 3], "1", "1"),
        ([0, 2], "0.666667", "0"),
        ([0], "0.333333", "0"),
        ([0, 1], "0", "0"),
        ([0, 1, 2], "0.333333", "0"),
        ([0, 1, 2, 3], "0.666667", "0"),  # ticking all costs what is wrong
        ([1], "0", "0"),
        ([], "0", "0"),
        (None, "0", "0"),
    ],
)
def test_marks_under_both_rules(answer: list[int] | None, partial: str, strict: str) -> None:
    assert KIND.score(PARTIAL, SAME, answer).correctness == Decimal(partial)
    assert KIND.score(STRICT, SAME, answer).correctness == Decimal(strict)


def test_positions_are_displayed_positions() -> None:
    assert KIND.score(STRICT, TURNED, [0, 1, 3]).correctness == 1
    assert KIND.score(STRICT, TURNED, [0, 2, 3]).correctness == 0


def test_the_reason_counts_right_and_wrong() -> None:
    (reason,) = KIND.score(PARTIAL, SAME, [0, 1]).reasons
    assert (reason.code, dict(reason.params)) == ("options_right", {"right": 1, "of": 3, "wrong": 1})


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(PARTIAL, TURNED, [0, 2]) == ("Phát triển", "Sáng tạo")
    assert KIND.describe_key(PARTIAL) == ("Đoàn kết", "Đột phá", "Phát triển")


@pytest.mark.parametrize(("raw", "answer"), [([3, 0], [0, 3]), ([], None), (None, None), ([1], [1])])
def test_the_answer_is_kept_in_one_form(raw: object, answer: Answer) -> None:
    assert KIND.read_answer(KIND.ask(PARTIAL, SAME), raw) == answer


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(2, "wrong_kind"), ("0,2", "wrong_kind"), ([0, 0], "repeated"), ([4], "out_of_range"),
     ([True], "wrong_kind"), ({"0": True}, "wrong_kind"), ([0] * 10_000, "repeated")],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: object, reason: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        KIND.read_answer(KIND.ask(PARTIAL, SAME), raw)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("q", "found"),
    [
        (replace(PARTIAL, correct=()), [("error", "no_key")]),
        (replace(PARTIAL, correct=(0, 0)), [("error", "key_repeated")]),
        (replace(PARTIAL, correct=(0, 1, 2, 3)), [("warning", "all_options_right")]),
        (replace(PARTIAL, scoring="lenient"), [("error", "unknown_scoring")]),
    ],
)
def test_what_is_wrong_is_named(q: Question, found: list[tuple[str, str]]) -> None:
    assert [(problem.severity, problem.code) for problem in KIND.check(q)] == found
