"""ordering: answers, marks, and form."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lms.questions.answer import Answer, AnswerRefused
from lms.questions.question import Option, Question
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES, options

KIND = TYPES["ordering"]
PARTIAL = SAMPLES["ordering"]  # four steps
WHOLE = replace(PARTIAL, scoring="all_or_nothing")
SAME = (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("answer", "whole", "partial"),
    [
        ([0, 1, 2, 3], "1", "1"),
        ([1, 2, 3, 0], "0", "0.666667"),  # one item misplaced, the others still follow each other
        ([0, 1, 3, 2], "0", "0.333333"),
        ([2, 3, 0, 1], "0", "0.666667"),
        ([0, 2, 1, 3], "0", "0"),
        ([3, 2, 1, 0], "0", "0"),
        (None, "0", "0"),
    ],
)
def test_answers_and_their_marks(answer: Answer, whole: str, partial: str) -> None:
    assert KIND.score(WHOLE, SAME, answer).correctness == Decimal(whole)
    assert KIND.score(PARTIAL, SAME, answer).correctness == Decimal(partial)


def test_two_items_are_right_or_wrong() -> None:
    two = replace(PARTIAL, options=PARTIAL.options[:2])
    assert [KIND.score(two, (0, 1), order).correctness for order in ([0, 1], [1, 0])] == [1, 0]


def test_positions_are_displayed_positions() -> None:
    mixed = (2, 0, 3, 1)
    assert KIND.key(PARTIAL, mixed) == [1, 3, 0, 2]
    assert KIND.score(WHOLE, mixed, [1, 3, 0, 2]).correctness == 1
    assert KIND.ask(PARTIAL, mixed).choices[0] == "Viết bài thu hoạch"


def test_answer_and_key_in_words() -> None:
    assert KIND.describe(PARTIAL, (2, 0, 3, 1), [0, 1, 2, 3])[0] == "Viết bài thu hoạch"
    assert KIND.describe_key(PARTIAL)[0] == "Nghiên cứu văn bản"


@pytest.mark.parametrize(("raw", "answer"), [([3, 1, 0, 2], [3, 1, 0, 2]), ([], None), (None, None)])
def test_the_answer_is_kept_as_it_is(raw: object, answer: Answer) -> None:
    assert KIND.read_answer(KIND.ask(PARTIAL, SAME), raw) == answer


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ([0, 1, 2], "not_each_once"),
        ([0, 1, 2, 2], "not_each_once"),
        ([0, 1, 2, 4], "out_of_range"),
        ([0, 1, 2, 3, 0], "wrong_kind"),
        ([0, 1, 2, True], "wrong_kind"),
        (["0", "1", "2", "3"], "wrong_kind"),
        ("0123", "wrong_kind"),
        ({"0": 1}, "wrong_kind"),
    ],
)
def test_what_is_no_order_is_refused(raw: object, reason: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        KIND.read_answer(KIND.ask(PARTIAL, SAME), raw)
    assert refused.value.reason == reason


def test_a_form_gives_each_item_a_place() -> None:
    asked = KIND.ask(PARTIAL, SAME)
    assert KIND.read_form(asked, ["0:2", "1:0", "2:3", "3:1"]) == [1, 3, 0, 2]
    assert KIND.read_form(asked, ["0:", "1:", "2:", "3:"]) is None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (["0:0", "1:1", "2:2"], "not_each_once"),  # one has no place yet
        (["0:0", "1:1", "2:2", "3:2"], "not_each_once"),
        (["0:0", "1:1", "2:2", "3:4"], "out_of_range"),
        (["9:0"], "out_of_range"),
        (["0:0", "0:1"], "repeated"),
        (["0:x"], "wrong_kind"),
    ],
)
def test_a_form_with_anything_else_is_refused(values: list[str], reason: str) -> None:
    with pytest.raises(AnswerRefused) as refused:
        KIND.read_form(KIND.ask(PARTIAL, SAME), values)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("items", "found"),
    [
        (options("một"), ["too_few_options"]),
        (options("một", " "), ["empty_option"]),
        (options("một", "Một."), ["equal_options"]),
        (options(*(f"bước {n}" for n in range(11))), ["too_many_options"]),
    ],
)
def test_what_is_wrong_is_named(items: tuple[Option, ...], found: list[str]) -> None:
    assert [problem.code for problem in KIND.check(Question("ordering", "?", options=items))] == found
