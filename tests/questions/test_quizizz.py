"""Sheets of Quizizz (Wayground): what they hold comes back, the rest is named."""

import pytest
from hypothesis import HealthCheck, given, settings

from lms.questions.formats.excel.bank import FORMAT as EXCEL
from lms.questions.formats.excel.quizizz import FORMAT, HEADINGS, HELP
from lms.questions.question import Option, Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from tests.questions.excel_files import book
from tests.questions.strategies import questions, read_questions

HEADER = BankHeader("dh18", "chi-tieu", "Chỉ tiêu")


def read(*rows: tuple[object, ...]) -> Reading:
    return FORMAT.read(book(("Sheet1", [HEADINGS, *rows])), "quizizz.xlsx")


def test_questions_of_all_kinds_it_shares_with_us_are_read() -> None:
    reading = read(
        HELP,
        ("Mấy khâu đột phá?", "Multiple Choice", "2", "3", "4", "", "", 2, 30, "", "Vì có ba."),
        ("Chọn các ý đúng", "Checkbox", "a", "b", "c", "d", "e", "1,3"),
        ("Bao nhiêu đại biểu?", "Fill-in-the-Blank", "550", "550 đại biểu"),
        ("Liên hệ bản thân", "Open-Ended"),
        ("Có 43 chỉ tiêu.", "Multiple Choice", "Đúng", "Sai", "", "", "", "1"),
        ("Không ghi loại", "", "a", "b", "", "", "", "B"),
    )
    assert [one.question for one in reading.questions] == [
        Question("single_choice", "Mấy khâu đột phá?", options=tuple(map(Option, "234")), correct=(1,),
                 explanation="Vì có ba."),
        Question("multiple_choice", "Chọn các ý đúng", options=tuple(map(Option, "abcde")), correct=(0, 2)),
        Question("short_answer", "Bao nhiêu đại biểu?", answers=("550", "550 đại biểu")),
        Question("essay", "Liên hệ bản thân"),
        Question("true_false", "Có 43 chỉ tiêu.", correct=(0,)),
        Question("single_choice", "Không ghi loại", options=tuple(map(Option, "ab")), correct=(1,)),
    ]  # fmt: skip
    assert [problem.code for problem in reading.problems if problem.severity == "warning"] == [
        "timing_not_read"
    ]
    assert reading.questions[0].place == {"sheet": "Sheet1", "row": 3, "column": "A"}


def test_what_has_no_counterpart_is_listed_once_for_each_type() -> None:
    reading = read(
        ("Ý kiến?", "Poll", "a", "b", "", "", "", "", 20, "http://a.vn/b.png"),
        ("Vẽ", "Draw"), ("Ý kiến khác?", "Poll", "a", "b"),
        ("Câu", "Multiple Choice", "a", "b", "", "", "", 1, 20, "c"),
    )  # fmt: skip
    told = [(p.code, dict(p.message_params)) for p in reading.problems]
    assert told == [
        ("type_not_read", {"count": 2, "type": "Poll"}),
        ("type_not_read", {"count": 1, "type": "Draw"}),
        ("timing_not_read", {}),
        ("picture_links_not_read", {"count": 1}),
    ]


def test_a_sheet_of_quizizz_is_recognised_by_its_headings_too() -> None:
    data = book(("Sheet1", [HEADINGS, ("Câu", "Checkbox", "a", "b", "", "", "", "1,2")]))
    assert EXCEL.read(data, "cau_hoi.xlsx").questions == FORMAT.read(data, "cau_hoi.xlsx").questions != ()


def test_another_sheet_is_none_of_theirs() -> None:
    reading = FORMAT.read(book(("S", [("STT", "Câu hỏi")])), "quizizz.xlsx")
    assert reading.unreadable


@pytest.mark.parametrize(
    ("name", "known"), [("Quizizz.xlsx", True), ("mẫu wayground 1.xlsx", True), ("a.xlsx", False)]
)
def test_it_takes_files_that_are_named_after_it(name: str, known: bool) -> None:
    assert FORMAT.recognise(name, b"PK\x03\x04") is known


def test_what_it_cannot_carry_is_named_with_the_question() -> None:
    asked = (
        ReadQuestion(
            1,
            "x",
            Question("numeric", "Bao nhiêu?", answers=("43",), tolerance="1", unit="%", level="recall"),
        ),
        ReadQuestion(2, "", Question("ordering", "Sắp xếp", options=(Option("a"), Option("b"), Option("c")))),
        ReadQuestion(
            3, "", Question("single_choice", "?", options=tuple(map(Option, "abcdef")), correct=(0,))
        ),
    )
    said = [(p.where["question"], p.severity, p.code, p.where.get("field")) for p in FORMAT.losses(asked)]
    assert said == [
        (1, "warning", "field_not_carried", "tolerance"), (1, "warning", "field_not_carried", "unit"),
        (1, "warning", "level_not_written", "level"), (1, "warning", "field_not_carried", "id"),
        (1, "warning", "type_changes", None),
        (2, "error", "type_not_written", "type"), (3, "error", "options_not_carried", None),
    ]  # fmt: skip
    assert len(FORMAT.read(FORMAT.write(HEADER, asked, {}), "q.xlsx").questions) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(read_questions(questions, most=3))
def test_what_loses_nothing_is_read_back_equal(given_questions: tuple[ReadQuestion, ...]) -> None:
    lost = {problem.where["question"]: problem.severity for problem in FORMAT.losses(given_questions)}
    left_out = {p.where["question"] for p in FORMAT.losses(given_questions) if p.severity == "error"}
    written = [one for one in given_questions if one.number not in left_out]
    again = FORMAT.read(FORMAT.write(HEADER, given_questions, {}), "q.xlsx").questions
    assert len(again) == len(written)
    for before, after in zip(written, again, strict=True):
        assert before.number in lost or before.question == after.question
        assert before.question.stem == after.question.stem
