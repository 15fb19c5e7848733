"""Sheets of Kahoot: what they hold comes back, what is too long is shortened and named."""

import pytest
from hypothesis import HealthCheck, given, settings

from lms.questions.formats.excel.bank import FORMAT as EXCEL
from lms.questions.formats.excel.kahoot import FORMAT, HEADINGS
from lms.questions.question import Option, Question
from lms.questions.reading import BankHeader, ReadQuestion
from tests.questions.excel_files import book
from tests.questions.strategies import questions, read_questions

HEADER = BankHeader("dh18", "chi-tieu", "Chỉ tiêu")
ABOVE = [(), ("", "Quiz template"), ("", "Add questions"), (), (), (), (), HEADINGS]


def test_questions_below_the_eighth_row_are_read() -> None:
    rows = [
        (1, "Mấy khâu?", "2", "3", "4", "5", 20, 2),
        (2, "Chọn hai ý", "a", "b", "c", "", 60, "1,3"),
        (3, "Có 43 chỉ tiêu.", "True", "False", "", "", 20, "2"),
        (4,),
        (5,),
    ]
    reading = EXCEL.read(book(("Sheet1", [*ABOVE, *rows])), "b.xlsx")
    assert [one.question for one in reading.questions] == [
        Question("single_choice", "Mấy khâu?", options=tuple(map(Option, "2345")), correct=(1,)),
        Question("multiple_choice", "Chọn hai ý", options=tuple(map(Option, "abc")), correct=(0, 2)),
        Question("true_false", "Có 43 chỉ tiêu.", correct=(1,)),
    ]
    assert [problem.code for problem in reading.problems] == ["timing_not_read"]
    assert reading.questions[1].place == {"sheet": "Sheet1", "row": 10, "column": "B"}


def test_a_column_of_answers_that_was_deleted_is_an_empty_option() -> None:
    without_third = [(*HEADINGS[:4], *HEADINGS[5:]), (1, "Mấy khâu?", "2", "3", "5", 20, 2)]
    reading = EXCEL.read(book(("Sheet1", without_third)), "b.xlsx")
    (asked,) = (one.question for one in reading.questions)
    assert asked.options == (Option("2"), Option("3"), Option(""), Option("5"))
    assert [problem.code for problem in reading.problems] == ["timing_not_read", "empty_option"]


def test_the_headings_are_written_into_row_eight() -> None:
    from lms.questions.formats.excel.grid import read_grid

    asked = Question("true_false", "Có 43 chỉ tiêu.", correct=(1,))
    sheet = read_grid(FORMAT.write(HEADER, (ReadQuestion(1, "", asked),), {}), "k.xlsx").sheets[0]
    assert sheet.rows[1][1] == "Chỉ tiêu"  # B2
    assert tuple(sheet.rows[7]) == HEADINGS
    assert list(sheet.rows[8]) == ["1", "Có 43 chỉ tiêu.", "Đúng", "Sai", "", "", "60", "2"]


def test_texts_that_are_too_long_are_named_and_shortened() -> None:
    asked = Question("single_choice", "x" * 121, options=(Option("y" * 76), Option("z" * 75)), correct=(0,))
    written = (ReadQuestion(7, "", asked),)
    said = [
        (p.code, p.where["question"], p.where["field"], p.message_params["most"])
        for p in FORMAT.losses(written)
    ]
    assert said == [("text_cut", 7, "stem", 120), ("text_cut", 7, "options", 75)]
    again = FORMAT.read(FORMAT.write(HEADER, written, {}), "k.xlsx").questions[0].question
    assert again.stem == "x" * 119 + "…"
    assert again.options == (Option("y" * 74 + "…"), Option("z" * 75))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Question("essay", "?"), "type_not_written"),
        (
            Question("single_choice", "?", options=tuple(map(Option, "abcde")), correct=(0,)),
            "options_not_carried",
        ),
        (Question("multiple_choice", "?", options=tuple(map(Option, "ab")), correct=(0,)), "type_changes"),
        (
            Question("single_choice", "?", options=(Option("Đúng"), Option("Sai")), correct=(0,)),
            "type_changes",
        ),
    ],
)
def test_what_it_cannot_carry_is_named(asked: Question, code: str) -> None:
    assert [problem.code for problem in FORMAT.losses((ReadQuestion(1, "", asked),))] == [code]


def test_it_takes_files_that_are_named_after_it() -> None:
    assert FORMAT.recognise("KahootQuizTemplate.xlsx", b"PK\x03\x04")
    assert not FORMAT.recognise("b.xlsx", b"PK\x03\x04")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(read_questions(questions, most=3))
def test_what_loses_nothing_is_read_back_equal(given_questions: tuple[ReadQuestion, ...]) -> None:
    losses = FORMAT.losses(given_questions)
    lost = {problem.where["question"] for problem in losses}
    left_out = {problem.where["question"] for problem in losses if problem.severity == "error"}
    written = [one for one in given_questions if one.number not in left_out]
    again = FORMAT.read(FORMAT.write(HEADER, given_questions, {}), "k.xlsx").questions
    assert len(again) == len(written)
    for before, after in zip(written, again, strict=True):
        assert before.number in lost or before.question == after.question
