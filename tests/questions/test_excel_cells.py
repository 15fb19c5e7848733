"""What single cells of tables hold: hidden rows, numbers, formulas, statements, what is doubtful."""

from datetime import date
from typing import Any

from lms.questions.formats.excel.bank import FORMAT
from lms.questions.question import Option, Question, Statement
from tests.questions.excel_files import FIRST, USUAL, book, codes, read


def test_hidden_rows_are_read_and_hidden_sheets_are_named() -> None:
    def hide(sheet: Any, made: Any) -> None:
        sheet.set_row(1, None, None, {"hidden": True})
        if sheet.get_name() == "Cũ":
            sheet.hide()

    data = book(("Mới", [USUAL, FIRST]), ("Cũ", [USUAL, FIRST]), change=hide)
    reading = FORMAT.read(data, "b.xlsx")
    assert len(reading.questions) == 1
    assert codes(reading) == ["hidden_sheet"]


def test_numbers_percents_and_days_are_read_as_they_are_shown() -> None:
    def write(sheet: Any, made: Any) -> None:
        shown = ((2, 0.1116, "0.00%"), (3, 12000, "#,##0"), (4, 11.5, "General"), (5, 0.11, "0%"))
        for column, value, form in shown:
            sheet.write_number(1, column, value, made.add_format({"num_format": form}))

    reading = read(
        USUAL[:7],
        (1, "Bao nhiêu?", "", "", "", "", "A"),
        (2.0, "Ngày nào?", date(2025, 10, 15), date(2025, 10, 17), 43.0, 1e6, "A"),
        change=write,
    )
    assert [[option.text for option in one.question.options] for one in reading.questions] == [
        ["11,16%", "12.000", "11,5", "11%"],
        ["15/10/2025", "17/10/2025", "43", "1000000"],
    ]
    assert reading.problems == ()


def test_text_that_excel_made_a_date_is_said() -> None:
    def write(sheet: Any, made: Any) -> None:
        sheet.write_datetime(1, 2, date(2026, 10, 15), made.add_format({"num_format": "d-mmm"}))

    reading = read(USUAL[:7], (1, "Ngày nào?", "", "17/10", "18/10", "19/10", "A"), change=write)
    assert reading.questions[0].question.options[0].text == "15/10"
    assert [(p.code, p.where["column"]) for p in reading.problems] == [("cell_became_date", "C")]


def test_formulas_give_their_value_and_their_errors_are_said_with_the_cell() -> None:
    def write(sheet: Any, made: Any) -> None:
        sheet.write_formula(1, 2, "=10*2", None, 20)
        sheet.write_formula(1, 3, "=A9", None, "#REF!")

    reading = read(USUAL[:7], (1, "Bao nhiêu?", "", "", 43, 51, "C"), change=write)
    assert reading.questions[0].question.options[0].text == "20"
    said = next(problem for problem in reading.problems if problem.code == "cell_error")
    assert (said.severity, dict(said.message_params)) == ("error", {"cell": "D2", "text": "#REF!"})
    assert {**said.where} == {
        "file": "ngan_hang.xlsx",
        "sheet": "Sheet1",
        "row": 2,
        "column": "D",
        "question": 1,
    }


def test_true_false_groups_and_typed_answers_stand_in_tables_too() -> None:
    reading = read(
        (*USUAL[:7], "Loại câu hỏi"),
        (1, "Về mục tiêu, đúng hay sai?", "a", "b", "c", "d", "ĐSĐS"),
        (2, "Nhận định này đúng?", "", "", "", "", "Sai"),
        (3, "Bao nhiêu đại biểu?", "", "", "", "", "550; 550 đại biểu"),
        (4, "GRDP?", "", "", "", "", "12.000", "số"),
        (5, "Đồng chí hãy liên hệ.", "", "", "", "", "", "Tự luận"),
        (6, "Có 43 chỉ tiêu?", "Đúng", "Sai", "", "", "B"),
        (7, "Hai ý", "ý một", "ý hai", "", "", "Đ, Đ"),
    )  # fmt: skip
    found = [one.question for one in reading.questions]
    assert [question.type for question in found] == [
        "true_false_group", "true_false", "short_answer", "numeric", "essay", "true_false", "true_false_group",
    ]  # fmt: skip
    assert [statement.correct for statement in found[0].statements] == [True, False, True, False]
    assert found[1].correct == found[5].correct == (1,)
    assert found[2].answers == ("550", "550 đại biểu")


def test_statements_with_their_truth_behind_them() -> None:
    reading = read(
        ("TT", "Câu hỏi", "Phương án"), (1, "Mỗi nhận định sau?", "a) một (Đ)\nb) hai (S)\nc) ba – Đúng")
    )
    assert reading.questions[0].question.statements == (
        Statement("một", True), Statement("hai", False), Statement("ba", True),
    )  # fmt: skip


def test_numbers_letters_and_levels_before_texts_are_taken_off() -> None:
    reading = read(USUAL[:7], ("Câu 1", "Câu 1. (VD) Mấy?", "A. một", "B. hai", "C. ba", "D. bốn", "A"))
    assert reading.questions[0].question == Question(
        "single_choice", "Mấy?", options=tuple(map(Option, ("một", "hai", "ba", "bốn"))), correct=(0,),
        level="application",
    )  # fmt: skip


def test_repeated_headings_and_rows_of_column_numbers_are_passed_over() -> None:
    numbers = tuple(f"({n})" for n in range(1, 8))
    reading = read(
        USUAL[:7],
        numbers,
        (1, "Một?", "a", "b", "c", "d", "A"),
        USUAL[:7],
        (2, "Hai?", "a", "b", "c", "d", "B"),
    )
    assert len(reading.questions) == 2
    assert reading.problems == ()


def test_columns_without_a_meaning_are_listed_once() -> None:
    reading = read(
        (*USUAL[:7], "Ngày soạn", "Ghi chú"),
        (*FIRST[:7], "hôm nay", "xem lại"),
        (2, "Hai?", *FIRST[2:7], "mai"),
    )
    assert [(p.code, p.where["column"]) for p in reading.problems] == [
        ("column_not_used", "H"),
        ("column_not_used", "I"),
    ]


def test_questions_without_options_or_key_stay_and_are_said() -> None:
    reading = read(USUAL, (1, "Chưa xong?", "", "", "", "", ""), (2, "", "a", "b", "c", "d", "A"), FIRST)
    assert len(reading.questions) == 3
    assert reading.statuses()[1] == "no_key"
    assert [p.where["row"] for p in reading.problems if p.code == "no_stem"] == [3]


def test_a_repeated_question_is_said_with_its_row() -> None:
    reading = read(USUAL, FIRST, FIRST)
    assert [(p.code, p.where["row"]) for p in reading.problems] == [("repeated_stem", 3)]
    assert reading.statuses() == {1: "complete", 2: "duplicate"}
