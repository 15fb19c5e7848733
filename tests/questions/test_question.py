"""The shape of questions as data."""

import pytest

from lms.questions.question import Option, Question, QuestionUnreadable, Statement
from tests.questions.samples import SAMPLES


def test_fields_that_do_not_apply_are_left_out() -> None:
    assert SAMPLES["true_false"].to_json() == {
        "type": "true_false",
        "stem": "Đại hội có 550 đại biểu.",
        "correct": [0],
    }


def test_options_and_statements_as_data() -> None:
    q = Question(
        "multiple_choice",
        "?",
        options=(Option("một"), Option("Tất cả", fixed=True)),
        statements=(Statement("hai", False),),
    )
    data = q.to_json()
    assert data["options"] == ["một", {"text": "Tất cả", "fixed": True}]
    assert data["statements"] == [{"text": "hai", "correct": False}]
    assert Question.from_json(data) == q


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"type": "numeric"},
        {"stem": "x"},
        {"type": "numeric", "stem": 5},
        {"type": "numeric", "stem": "x", "points": 1},
        {"type": "numeric", "stem": "x", "answers": "12"},
        {"type": "numeric", "stem": "x", "answers": [12]},
        {"type": "numeric", "stem": "x", "fold": "yes"},
        {"type": "single_choice", "stem": "x", "correct": [True]},
        {"type": "single_choice", "stem": "x", "correct": ["1"]},
        {"type": "single_choice", "stem": "x", "options": [{"text": "a", "right": True}]},
        {"type": "single_choice", "stem": "x", "options": [{"fixed": True}]},
        {"type": "true_false_group", "stem": "x", "statements": ["a"]},
        {"type": "true_false_group", "stem": "x", "statements": [{"text": "a"}]},
        {"type": "single_choice", "stem": "x", "level": 3},
    ],
)
def test_other_data_is_refused(data: object) -> None:
    with pytest.raises(QuestionUnreadable):
        Question.from_json(data)


def test_tidying_reaches_every_text() -> None:
    dirty = "a\u200b\u00a0 b"
    q = Question(
        "single_choice",
        stem=f"{dirty}\r\nc",
        options=(Option(dirty, fixed=True),),
        statements=(Statement(dirty, True),),
        answers=(dirty,),
        tolerance=" 0 ",
        unit=dirty,
        explanation=dirty,
        source=dirty,
    )
    assert q.tidied() == Question(
        "single_choice",
        stem="a b\nc",
        options=(Option("a b", fixed=True),),
        statements=(Statement("a b", True),),
        answers=("a b",),
        unit="a b",
        explanation="a b",
        source="a b",
    )
