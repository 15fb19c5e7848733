"""cloze: answers, marks, gaps in the text, and form."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from lms.questions.answer import Answer, AnswerRefused
from lms.questions.question import AskedBlank, Blank
from lms.questions.types import TYPES
from tests.questions.samples import SAMPLES

KIND = TYPES["cloze"]
FOUR = SAMPLES["cloze"]  # text "đột phá", choice 0 of 3, number 20, choice 1 of 2
SAME = (0, 1, 2, 3, 4)
RIGHT: dict[str, Any] = {"0": "đột phá", "1": 0, "2": "20", "3": 1}


@pytest.mark.parametrize(
    ("answer", "mark"),
    [
        (RIGHT, "1"),
        ({**RIGHT, "0": "DOT PHA."}, "1"),
        ({**RIGHT, "2": "20 nhóm"}, "1"),
        ({**RIGHT, "2": "hai mươi"}, "0.75"),
        ({**RIGHT, "1": 2}, "0.75"),
        ({"0": "đột phá", "3": 1}, "0.5"),
        ({"3": 0}, "0"),
        (None, "0"),
    ],
)
def test_answers_and_their_marks(answer: Answer, mark: str) -> None:
    assert KIND.score(FOUR, SAME, answer).correctness == Decimal(mark)


def test_a_gap_counts_within_its_tolerance_and_with_its_diacritics() -> None:
    strict = Blank("text", ("đột phá",), fold=False)
    near = Blank("number", ("11,5",), tolerance="0,5", unit="%")
    q = replace(FOUR, stem="[[1]] [[2]]", blanks=(strict, near))
    assert KIND.check(q) == []
    assert KIND.score(q, (), {"0": "dot pha", "1": "12%"}).correctness == Decimal("0.5")
    assert KIND.score(q, (), {"0": "Đột phá", "1": "12,1"}).correctness == Decimal("0.5")
    assert KIND.describe_key(q) == ("(1) đột phá", "(2) 11,5 ± 0,5%")


def test_each_choice_gap_has_its_own_part_of_the_arrangement() -> None:
    turned = (2, 0, 1, 4, 3)
    asked = KIND.ask(FOUR, turned)
    assert asked.stem == FOUR.stem
    assert asked.blanks == (
        AskedBlank("text"),
        AskedBlank("choice", ("nhân lực", "thể chế", "hạ tầng")),
        AskedBlank("number", unit="nhóm"),
        AskedBlank("choice", ("kế hoạch", "lộ trình")),
    )
    assert KIND.key(FOUR, turned) == {"0": ("đột phá",), "1": 1, "2": ("20",), "3": 0}
    assert KIND.score(FOUR, turned, {**RIGHT, "1": 1, "3": 0}).correctness == 1
    assert KIND.describe(FOUR, turned, {"1": 0, "2": "20"}) == ("(2) nhân lực", "(3) 20")


@pytest.mark.parametrize("arrangement", [(3, 1, 2, 0, 4), (0, 1, 2), (), (0, 1, 2, 3, 3)])
def test_an_arrangement_that_mixes_gaps_is_refused(arrangement: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        KIND.ask(FOUR, arrangement)


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"2": " 20 ", "0": "đột  phá"}, {"0": "đột phá", "2": "20"}),
        ({"0": " ", "3": 0}, {"3": 0}),
        ({"0": "", "2": None}, None),
        ({}, None),
    ],
)
def test_the_answer_is_kept_in_one_form(raw: object, answer: Answer) -> None:
    assert KIND.read_answer(KIND.ask(FOUR, SAME), raw) == answer


@pytest.mark.parametrize(
    "raw",
    [["đột phá"], "đột phá", {"4": "x"}, {"0": 1}, {"0": True}, {"1": "thể chế"}, {"1": 3}, {"1": True},
     {"2": 20}, {"0": "x" * 301}, {"2": "1" * 61}, {"0": "\ud800"}, {"00": "x"}],
)  # fmt: skip
def test_what_is_no_answer_is_refused(raw: object) -> None:
    with pytest.raises(AnswerRefused):
        KIND.read_answer(KIND.ask(FOUR, SAME), raw)


def test_a_form_says_gap_and_content() -> None:
    asked = KIND.ask(FOUR, SAME)
    assert KIND.read_form(asked, ["0:tỉ lệ 1:2", "1:2", "2:", "3:"]) == {"0": "tỉ lệ 1:2", "1": 2}
    assert KIND.read_form(asked, ["0: ", "1:"]) is None
    for values in (["1:x"], ["9:x"], ["x"], ["1:1", "1:2"], ["-:1"]):
        with pytest.raises(AnswerRefused):
            KIND.read_form(asked, values)


@pytest.mark.parametrize(
    ("stem", "found"),
    [
        ("Không có chỗ nào", ["blank_not_named"] * 4),
        ("[[4]] [[3]] [[2]] [[1]]", []),
        ("[[1]] [[2]] [[3]] [[4]] [[1]]", ["blank_named_twice"]),
        ("[[1]] [[2]] [[3]] [[4]] [[5]]", ["unknown_blank"]),
        ("[[1]] [[2]] [[3]] [[4]] [[x]] [[", ["stray_blank_mark"]),
        ("[[01]] [[2]] [[3]] [[4]]", ["blank_not_named", "stray_blank_mark"]),
    ],
)
def test_every_gap_stands_in_the_text_once(stem: str, found: list[str]) -> None:
    assert [problem.code for problem in KIND.check(replace(FOUR, stem=stem))] == found


@pytest.mark.parametrize(
    ("blank", "found"),
    [
        (Blank("essay"), ["unknown_blank_kind"]),
        (Blank("text"), ["no_key"]),
        (Blank("text", ("?",)), ["blank_answer_empty"]),
        (Blank("text", ("x" * 301,)), ["blank_answer_too_long"]),
        (Blank("text", ("x",), options=("a", "b")), ["blank_field_not_used"]),
        (Blank("number", ("mười",)), ["blank_answer_not_number"]),
        (Blank("number", ("10",), tolerance="5%"), ["blank_bad_tolerance"]),
        (Blank("choice", options=("a",)), ["blank_few_options"]),
        (Blank("choice", options=("a", "A.")), ["blank_equal_options"]),
        (Blank("choice", options=("a", " ")), ["blank_empty_option"]),
        (Blank("choice", options=("a", "b"), correct=2), ["blank_key_out_of_range"]),
        (Blank("choice", options=tuple("abcdefghijk")), ["blank_many_options"]),
        (Blank("choice", ("a",), options=("a", "b")), ["blank_field_not_used"]),
    ],
)
def test_what_is_wrong_with_a_gap_is_named_with_its_place(blank: Blank, found: list[str]) -> None:
    q = replace(FOUR, stem="[[1]] [[2]]", blanks=(FOUR.blanks[0], blank))
    problems = KIND.check(q)
    assert [problem.code for problem in problems] == found
    assert {problem.where["index"] for problem in problems} == {1}


def test_a_text_without_gaps_or_with_too_many_is_refused() -> None:
    many = replace(FOUR, stem=" ".join(f"[[{n}]]" for n in range(1, 22)), blanks=FOUR.blanks[:1] * 21)
    assert [p.code for p in KIND.check(many)] == ["too_many_blanks"]
    assert [p.code for p in KIND.check(replace(FOUR, stem="Gì?", blanks=()))] == ["no_blanks"]
