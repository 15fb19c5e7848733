"""true_false: answers, marks and form."""

from dataclasses import replace

import pytest

from lms.questions.answer import AnswerRefused
from lms.questions.question_type import TruthWords
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["true_false"]
TRUE = SAMPLES["true_false"]
FALSE = replace(TRUE, correct=(1,))


@pytest.mark.parametrize(("answer", "if_true", "if_false"), [(True, 1, 0), (False, 0, 1), (None, 0, 0)])
def test_marks(answer: bool | None, if_true: int, if_false: int) -> None:
    assert KIND.score(TRUE, (), answer).correctness == if_true
    assert KIND.score(FALSE, (), answer).correctness == if_false


def test_answer_and_key_in_the_readers_words() -> None:
    assert KIND.describe(TRUE, (), False) == ("Sai",)
    assert KIND.describe_key(TRUE) == ("Đúng",)
    assert KIND.describe_key(FALSE, TruthWords("True", "False")) == ("False",)


@pytest.mark.parametrize("raw", [0, 1, "true", [True], 1.0])
def test_only_true_and_false_are_answers(raw: object) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_answer(KIND.ask(TRUE, ()), raw)


def test_a_form_says_true_or_false() -> None:
    asked = KIND.ask(TRUE, ())
    assert KIND.read_form(asked, ["true"]) is True
    assert KIND.read_form(asked, ["false"]) is False
    for values in (["yes"], ["true", "false"]):
        with pytest.raises(AnswerRefused):
            KIND.read_form(asked, values)


@pytest.mark.parametrize(
    ("correct", "codes"), [((), ["no_key"]), ((2,), ["key_out_of_range"]), ((0, 1), ["key_out_of_range"])]
)
def test_a_key_is_true_or_false(correct: tuple[int, ...], codes: list[str]) -> None:
    assert [problem.code for problem in KIND.check(replace(TRUE, correct=correct))] == codes
