"""Our own workbook: what comes back of a bank, and the template that trainers fill in."""

import io
import time
import zipfile
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.questions.formats import excel
from lms.questions.formats.excel.bank import FORMAT
from lms.questions.formats.excel.columns import OURS
from lms.questions.question import Blank, Criterion, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import Reading, ReadQuestion
from tests.questions.excel_files import (
    HEADER,
    book,
    codes,
    ods,
    without_pictures,
)
from tests.questions.strategies import VALID, read_questions


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_is_written_is_read_back_equal_for_all_ten_types(data: st.DataObject) -> None:
    kinds = st.one_of(*VALID.values())
    given_questions = data.draw(read_questions(kinds.map(without_pictures)))
    assert FORMAT.losses(given_questions) == []
    again = FORMAT.read(FORMAT.write(HEADER, given_questions, {}), "bank.xlsx")
    assert again.questions == given_questions
    assert not [problem for problem in again.problems if problem.severity == "error"]


def test_every_type_in_one_bank_comes_back_with_all_that_belongs_to_it() -> None:
    text = Stimulus("doan-1", "Một đoạn văn.\n\nHai đoạn.")
    asked = (
        Question(
            "single_choice",
            "=1+1 bằng mấy?",
            options=(Option("'2"), Option("A. 3", fixed=True), Option("x", True)),
            correct=(1,),
            level="analysis",
            stimulus=text,
            expires="2026-12-31",
        ),
        Question(
            "multiple_choice",
            "Chọn các ý đúng",
            options=tuple(Option(f"ý {i}") for i in range(10)),
            correct=(0, 9),
            scoring="partial",
            stimulus=text,
        ),
        Question("true_false", "Câu 1: 550 đại biểu.", correct=(1,)),
        Question(
            "true_false_group", "Về mục tiêu", statements=(Statement("một", True), Statement("hai", False))
        ),
        Question("short_answer", "Cụm từ?", answers=("a / b", "c\\d", "15/10/2025", "/", "e\nf"), fold=False),
        Question("numeric", "GRDP?", answers=("12.000", "12,5"), tolerance="0,5", unit="USD"),
        Question("matching", "Ghép", pairs=(Pair("a|b", "c"), Pair("d\ne", "f\\|"), Pair("", "thừa"))),
        Question("ordering", "Sắp xếp", options=(Option("x"), Option("y"), Option("z")), scoring="partial"),
        Question(
            "cloze",
            "Có [[1]] chỉ tiêu, [[2]] đại biểu, [[3]].",
            blanks=(
                Blank("text", ("bốn; ba", "*", "43 / 44"), fold=False),
                Blank("number", ("550", "12.000"), tolerance="0,5", unit="đại biểu; khách"),
                Blank("choice", options=("*a", "b/c", "d / e"), correct=2),
            ),
        ),
        Question(
            "essay",
            "Đồng chí hãy liên hệ.",
            rubric=(Criterion("đủ ý | rõ", "2,5"), Criterion("ví dụ", "1")),
            least_words=200,
            file_types=("docx", "pdf"),
            guide="Chấm theo ý.",
        ),
    )
    written = tuple(
        ReadQuestion(i, f"q{i}", question, points=Decimal("0.25"), topic="Mục/Tiểu mục", tags=("a, b", "c"))
        for i, question in enumerate(asked, start=1)
    )
    reading = FORMAT.read(FORMAT.write(HEADER, written, {}), "bank.xlsx")
    assert reading.questions == written
    assert reading.questions[1].place == {"sheet": "Câu hỏi", "row": 3, "column": "D"}


def test_the_same_bank_gives_the_same_bytes() -> None:
    asked = (ReadQuestion(1, "", Question("true_false", "Đúng?", correct=(0,))),)
    first = FORMAT.write(HEADER, asked, {})
    time.sleep(1.1)
    assert FORMAT.write(HEADER, asked, {}) == first


def test_nothing_that_is_written_is_a_formula_or_a_link() -> None:
    asked = Question("short_answer", "=HYPERLINK(1)", answers=("+1", "@x", "http://a.vn"), explanation="=1")
    with zipfile.ZipFile(io.BytesIO(FORMAT.write(HEADER, (ReadQuestion(1, "-1", asked),), {}))) as held:
        sheets = "".join(
            held.read(name).decode() for name in held.namelist() if name.startswith("xl/worksheets/")
        )
    assert "<f>" not in sheets
    assert "<hyperlink" not in sheets


def test_pictures_and_too_much_are_named_before_writing() -> None:
    from lms.questions.question import Image

    image = Image("a" * 64 + ".png", "Biểu đồ")
    asked = (
        ReadQuestion(1, "", Question("true_false", "Có hình", correct=(0,), images=(image,))),
        ReadQuestion(2, "", Question("essay", "x" * 33_000)),
        ReadQuestion(3, "", Question("ordering", "y", options=tuple(Option(str(i)) for i in range(11)))),
    )
    said = FORMAT.losses(asked)
    assert [(p.severity, p.code, p.where["question"]) for p in said] == [
        ("warning", "images_not_written", 1),
        ("error", "cell_too_long", 2),
        ("error", "options_not_carried", 3),
    ]
    assert [
        one.question.stem for one in FORMAT.read(FORMAT.write(HEADER, asked, {}), "b.xlsx").questions
    ] == ["Có hình"]


def test_signs_that_no_sheet_can_hold_are_named() -> None:
    asked = (ReadQuestion(1, "", Question("true_false", "a\uffffb", correct=(0,))),)
    assert [problem.code for problem in FORMAT.losses(asked)] == ["characters_lost"]
    assert FORMAT.read(FORMAT.write(HEADER, asked, {}), "b.xlsx").questions[0].question.stem == "ab"


def test_a_sheet_of_libreoffice_is_read() -> None:
    reading = FORMAT.read(ods(), "b.ods")
    assert [one.question.correct for one in reading.questions] == [(2,)]
    assert reading.questions[0].place == {"sheet": "Bảng", "row": 2, "column": "B"}
    assert codes(FORMAT.read(ods("<!DOCTYPE x>"), "b.ods")) == ["xml_doctype"]


def test_the_template_holds_examples_that_are_not_taken_for_questions() -> None:
    reading = FORMAT.read(excel.template(), "mau.xlsx")
    assert reading.questions == ()
    assert codes(reading) == ["example_skipped"]
    assert not reading.unreadable


def ours(**cells: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(title for _, title in OURS), tuple(cells.get(role, "") for role, _ in OURS)


def filled(**cells: str) -> Reading:
    return FORMAT.read(book(("Câu hỏi", ours(**cells))), "mau.xlsx")


def test_an_example_of_an_older_template_is_skipped_too() -> None:
    reading = filled(number="Ví dụ", stem="Một giờ có bao nhiêu phút?", key="60 / 60 phút / sáu mươi")
    assert (reading.questions, codes(reading)) == ((), ["example_skipped"])


def test_a_question_written_over_an_example_is_a_question() -> None:
    reading = filled(number="Ví dụ", stem="Câu mới?", option0="a", option1="b", key="A")
    assert [one.question.stem for one in reading.questions] == ["Câu mới?"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"option0": "a", "option1": "b", "key": "A"}, "single_choice"),
        ({"option0": "a", "option1": "b", "key": "A, B"}, "multiple_choice"),
        ({"option0": "a", "option1": "b", "key": "ĐS"}, "true_false_group"),
        ({"key": "Đúng"}, "true_false"),
        ({"key": "550 / 551"}, "short_answer"),
        ({"key": "550", "tolerance": "1"}, "numeric"),
        ({"pairs": "a | b\nc | d"}, "matching"),
        ({"blanks": "[[1]] chữ: a"}, "cloze"),
        ({"words": "200–500"}, "essay"),
    ],
)
def test_a_row_of_the_template_without_a_type_gets_the_one_that_is_plain(
    cells: dict[str, str], kind: str
) -> None:
    reading = filled(stem="Câu [[1]]", **cells)
    assert [one.question.type for one in reading.questions] == [kind]
    assert "type_guessed" not in codes(reading)


def test_what_cannot_be_understood_in_the_template_is_said_with_its_cell() -> None:
    reading = filled(
        stem="Câu", type="lạ", option0="a", option1="b", key="Z", level="??", points="nhiều", expires="mai",
        fixed="5", scoring="ba", stimulus="không có",
    )  # fmt: skip
    said = {problem.code: problem.where for problem in reading.problems}
    assert said.keys() >= {
        "unknown_type", "key_is_no_option", "level_not_understood", "points_not_understood", "date_not_understood",
        "fixed_not_understood", "stimulus_not_on_sheet", "no_key",
    }  # fmt: skip
    assert said["date_not_understood"]["sheet"] == "Câu hỏi"
    assert said["date_not_understood"]["row"] == 2
    assert said["level_not_understood"]["column"] == "P"
    assert said["level_not_understood"]["question"] == 1
