"""Excel banks: our own template and what it carries, and the tables that trainers make."""

import io
import json
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.questions.formats import excel
from lms.questions.formats.excel.bank import FORMAT
from lms.questions.formats.excel.columns import OURS
from lms.questions.question import Blank, Criterion, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from tests.questions.strategies import VALID, read_questions

HEADER = BankHeader("dh18", "chi-tieu", "Chỉ tiêu chủ yếu")
Fill = Callable[[Any, Any], None]  # the sheet and the book


def book(*sheets: tuple[str, Sequence[Sequence[object]]], change: Fill | None = None) -> bytes:
    """A workbook of sheets with these rows; a cell may be text, a number, a day or None."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as made:
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, cell in enumerate(row):
                    match cell:
                        case None | "":
                            pass
                        case str():
                            sheet.write_string(r, c, cell)
                        case date():
                            sheet.write_datetime(r, c, cell, made.add_format({"num_format": "dd/mm/yyyy"}))
                        case _:
                            sheet.write(r, c, cell)
            if change:
                change(sheet, made)
    return held.getvalue()


def read(*rows: Sequence[object], change: Fill | None = None, name: str = "ngan_hang.xlsx") -> Reading:
    return FORMAT.read(book(("Sheet1", rows), change=change), name)


def codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


USUAL = ("STT", "Nội dung câu hỏi", "A", "B", "C", "D", "Đáp án", "Mức độ", "Chuyên đề", "Căn cứ")
FIRST = (1, "Có bao nhiêu chỉ tiêu?", 20, 30, 43, 51, "C", "NB", "Chỉ tiêu", "Nghị quyết, mục II")


# --- our own template -------------------------------------------------------------------------------------------


def without_pictures(question: Question) -> Question:
    """All that a sheet can carry of a question."""
    stimulus = question.stimulus and replace(question.stimulus, images=())
    options = tuple(
        Option(option.text or f"hình {place}", option.fixed) for place, option in enumerate(question.options)
    )
    return replace(question, images=(), options=options, stimulus=stimulus)


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


ODS = """<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"><office:body><office:spreadsheet>
<table:table table:name="Bảng">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"""


MANIFEST = """<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>
</manifest:manifest>"""


def ods(before: str = "") -> bytes:
    def row(cells: Sequence[object]) -> str:
        told = (
            f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in cells
        )
        return f"<table:table-row>{''.join(told)}</table:table-row>"

    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("META-INF/manifest.xml", MANIFEST)
        content = ODS.format(rows=row(USUAL) + row(FIRST))
        made.writestr("content.xml", content.replace("<office:document", f"{before}<office:document", 1))
    return held.getvalue()


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


# --- tables of trainers -----------------------------------------------------------------------------------------


def test_the_usual_table_is_read() -> None:
    reading = read(USUAL, FIRST, (2, "Mấy khâu đột phá?", "2", "3", "4", "5", "b", "VD", "Đột phá", ""))
    assert [one.question for one in reading.questions] == [
        Question(
            "single_choice", "Có bao nhiêu chỉ tiêu?", options=tuple(map(Option, ("20", "30", "43", "51"))),
            correct=(2,), level="recall", source="Nghị quyết, mục II",
        ),
        Question(
            "single_choice", "Mấy khâu đột phá?", options=tuple(map(Option, ("2", "3", "4", "5"))), correct=(1,),
            level="application",
        ),
    ]  # fmt: skip
    assert [one.topic for one in reading.questions] == ["Chỉ tiêu", "Đột phá"]
    assert reading.questions[0].place == {"sheet": "Sheet1", "row": 2, "column": "B"}
    assert reading.questions[0].original.startswith("1 | Có bao nhiêu chỉ tiêu? | 20 | 30")
    assert reading.problems == ()


@pytest.mark.parametrize(
    "heading",
    [
        ("TT", "CÂU HỎI", "Phương án A", "Phương án B", "Phương án C", "Phương án D", "ĐÁP ÁN ĐÚNG", "Cấp độ", "Chủ đề",
         "Nguồn"),
        ("so tt", "noi dung", "Dap an a", "Dap an b", "Dap an c", "Dap an d", "dap an", "muc do nhan thuc", "chu de",
         "tai lieu"),
        ("No.", "Question", "Option 1", "Option 2", "Option 3", "Option 4", "Answer", "Level", "Topic", "Source"),
        ("Số TT", "Câu dẫn", "Đáp án 1", "Đáp án 2", "Đáp án 3", "Đáp án 4", "Key", "Độ khó", "Lĩnh vực", "Trích dẫn"),
        ("Câu", "Nội dung câu hỏi:", "A.", "B.", "C.", "D.", "Đ/A", "Mức độ", "Chuyên đề", "Căn cứ:"),
    ],
)  # fmt: skip
def test_headings_are_known_by_many_names(heading: tuple[str, ...]) -> None:
    reading = read(heading, FIRST)
    assert reading.questions[0].question.correct == (2,)
    assert reading.questions[0].question.source == "Nghị quyết, mục II"
    assert reading.questions[0].topic == "Chỉ tiêu"


def test_titles_and_two_rows_of_merged_headings_stand_above_the_questions() -> None:
    def merge(sheet: Any, made: Any) -> None:
        sheet.merge_range(0, 0, 0, 7, "ĐẢNG BỘ PHƯỜNG")
        sheet.merge_range(1, 0, 1, 7, "NGÂN HÀNG CÂU HỎI")
        for column, title in ((0, "STT"), (1, "Nội dung câu hỏi"), (6, "Đáp án đúng"), (7, "Mức độ")):
            sheet.merge_range(3, column, 4, column, title)
        sheet.merge_range(3, 2, 3, 5, "Phương án trả lời")

    head = ("", "", "A", "B", "C", "D")
    reading = read((), (), (), (), head, (1, "Câu một?", "a", "b", "c", "d", "D", "TH"), change=merge)
    assert [(one.question.stem, one.question.correct) for one in reading.questions] == [("Câu một?", (3,))]
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("key", "correct"),
    [
        ("C", (2,)), ("c", (2,)), ("C.", (2,)), ("Đáp án C", (2,)), ("Phương án: C", (2,)), ("Ｃ", (2,)), ("С", (2,)),
        ("3", (2,)), (3, (2,)), ("mười chín", (2,)), ("C. mười chín", (2,)), ("A, C", (0, 2)), ("A và C", (0, 2)),
        ("AC", (0, 2)), ("1,3", (0, 2)), ("một\nmười chín", (0, 2)), ("A; B; C", (0, 1, 2)),
    ],
)  # fmt: skip
def test_a_key_is_a_letter_a_number_or_the_text_of_an_option(key: object, correct: tuple[int, ...]) -> None:
    reading = read(USUAL[:7], (1, "Câu?", "một", "hai", "mười chín", "bốn mươi", key))
    assert reading.questions[0].question.correct == correct
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("E5", "key_is_no_option"),
        ("chín", "key_is_no_option"),
        ("B. bảy", "key_contradicts_text"),
        ("", "no_key"),
    ],
)
def test_a_key_that_is_not_sure_is_said(key: str, code: str) -> None:
    reading = read(
        USUAL[:7], (1, "Câu?", "một", "hai", "mười chín", "bốn", key), (2, "Khác?", "1", "2", "3", "5", "A")
    )
    assert code in codes(reading)
    assert {problem.where.get("column") for problem in reading.problems} == {"G"}


def test_a_number_that_is_a_place_and_a_text_at_once_is_said() -> None:
    reading = read(USUAL[:7], (1, "Mấy?", "2", "3", "4", "5", "2"))
    assert reading.questions[0].question.correct == (0,)
    assert codes(reading) == ["key_ambiguous"]


@pytest.mark.parametrize(
    "options",
    [
        "A. một\nB. hai\nC. ba\nD. bốn",
        "A) một\nB) hai\nC) ba\nD) bốn",
        "a. một\nb. hai\nc. ba\nd. bốn",
        "A. một B. hai C. ba D. bốn",
        "một\nhai\nba\nbốn",
        "- một\n- hai\n- ba\n- bốn",
    ],
)
def test_options_stand_in_one_cell(options: str) -> None:
    reading = read(
        ("TT", "Nội dung câu hỏi", "Phương án trả lời", "Đáp án", "Ghi chú"), (1, "Câu?", options, "B")
    )
    assert reading.questions[0].question.options == tuple(map(Option, ("một", "hai", "ba", "bốn")))
    assert reading.questions[0].question.correct == (1,)


def test_options_stand_in_the_cell_of_the_question() -> None:
    reading = read(("TT", "Câu hỏi", "Đáp án"), (1, "Câu 1: Mấy khâu?\nA. một\nB. hai\nC. ba", "C"))
    assert reading.questions[0].question == Question(
        "single_choice", "Mấy khâu?", options=tuple(map(Option, ("một", "hai", "ba"))), correct=(2,)
    )


def test_one_row_an_option_with_an_x_behind_the_right_one() -> None:
    reading = read(
        ("STT", "Câu hỏi", "Phương án", "Đúng"),
        (1, "Câu một?", "a1", ""), ("", "", "b1", "x"), ("", "", "c1", ""),
        (2, "Câu hai?", "a2", "x"), ("", "", "b2", ""), ("", "", "c2", "x"),
    )  # fmt: skip
    assert [(one.question.type, len(one.question.options), one.question.correct) for one in reading.questions] == [
        ("single_choice", 3, (1,)), ("multiple_choice", 3, (0, 2)),
    ]  # fmt: skip
    assert reading.problems == ()


def test_an_x_stands_in_a_column_for_each_letter() -> None:
    def merge(sheet: Any, made: Any) -> None:
        sheet.merge_range(0, 2, 0, 4, "Phương án")
        sheet.merge_range(0, 5, 0, 7, "Đáp án")
        sheet.write(0, 0, "STT")
        sheet.write(0, 1, "Câu hỏi")

    reading = read(
        (), ("", "", "A", "B", "C", "A", "B", "C"), (1, "Câu?", "a", "b", "c", "", "x", ""), change=merge
    )
    assert reading.questions[0].question.correct == (1,)


@pytest.mark.parametrize("mark", ["*hai", "hai (x)", "hai (đúng)", "hai [đúng]", "hai ✓"])
def test_the_right_option_is_marked_itself(mark: str) -> None:
    reading = read(USUAL[:6], (1, "Câu?", "một", mark, "ba", "bốn"))
    assert reading.questions[0].question.correct == (1,)
    assert reading.questions[0].question.options[1] == Option("hai")


def test_rows_between_the_questions_name_their_topic() -> None:
    def merge(sheet: Any, made: Any) -> None:
        sheet.merge_range(1, 0, 1, 6, "PHẦN I. ĐẠI HỘI")
        sheet.merge_range(2, 0, 2, 6, "Chủ đề 1: Chỉ tiêu")
        sheet.merge_range(5, 0, 5, 6, "Chủ đề 2: Đột phá")

    row = (1, "Câu một?", "a", "b", "c", "d", "A")
    others = [(n, f"Câu {n} là gì?", "a", "b", "c", "d", "A") for n in (2, 3)]
    reading = read(
        USUAL[:7],
        (),
        (),
        row,
        others[0],
        (),
        others[1],
        ("II", "KẾT QUẢ"),
        (4, "Cuối?", *row[2:]),
        change=merge,
    )
    assert [one.topic for one in reading.questions] == [
        "ĐẠI HỘI/Chỉ tiêu", "ĐẠI HỘI/Chỉ tiêu", "ĐẠI HỘI/Đột phá", "KẾT QUẢ",
    ]  # fmt: skip
    assert reading.problems == ()


def test_cells_merged_downwards_count_for_all_their_rows() -> None:
    def merge(sheet: Any, made: Any) -> None:
        sheet.merge_range(1, 8, 2, 8, "Chỉ tiêu")

    rows = [(n, f"Câu số {n} là gì?", "a", "b", "c", "d", "A", "NB", "") for n in (1, 2, 3)]
    reading = read(USUAL[:9], *rows, change=merge)
    assert [one.topic for one in reading.questions] == ["Chỉ tiêu", "Chỉ tiêu", ""]


def test_totals_and_signatures_are_listed_and_no_questions() -> None:
    reading = read(
        USUAL, FIRST, (), ("", "Tổng cộng: 1 câu"), ("", "", "", "", "", "Hà Nội, ngày 05 tháng 02 năm 2026"),
        ("", "NGƯỜI LẬP", "", "", "", "TRƯỞNG BAN"), ("", "Nguyễn Văn An"),
    )  # fmt: skip
    assert len(reading.questions) == 1
    assert [(p.code, p.where["row"]) for p in reading.problems] == [
        ("row_not_question", 4), ("row_not_question", 5), ("row_not_question", 6), ("row_not_question", 7),
    ]  # fmt: skip


def test_each_of_several_sheets_is_a_topic_and_a_sheet_without_a_table_is_named() -> None:
    rows = [USUAL[:7], (1, "Câu một?", "a", "b", "c", "d", "A")]
    other = [USUAL[:7], (1, "Câu khác?", "a", "b", "c", "d", "A")]
    data = book(("Chỉ tiêu", rows), ("Đột phá", other), ("Ghi chép", [("một dòng",)]))
    reading = FORMAT.read(data, "b.xlsx")
    assert [(one.number, one.topic) for one in reading.questions] == [(1, "Chỉ tiêu"), (2, "Đột phá")]
    assert [(p.code, p.where["sheet"]) for p in reading.problems] == [("no_header", "Ghi chép")]


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


# --- text files -------------------------------------------------------------------------------------------------

ROWS = 'STT{0}Câu hỏi{0}A{0}B{0}Đáp án\r\n1{0}"Một, hai; ba\nbốn?"{0}Hòa Bình{0}Đắk Lắk{0}B\r\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_tables_are_read_whatever_their_separator_and_letters(separator: str, encoding: str) -> None:
    reading = FORMAT.read(ROWS.format(separator).encode(encoding), "b.csv")
    assert [one.question for one in reading.questions] == [
        Question(
            "single_choice",
            "Một, hai; ba\nbốn?",
            options=(Option("Hòa Bình"), Option("Đắk Lắk")),
            correct=(1,),
        )
    ]
    assert reading.problems == ()
    assert reading.questions[0].place == {"row": 2, "column": "B"}


def test_the_old_vietnamese_code_page_is_read_and_said() -> None:
    import unicodedata

    apart = "".join(
        letter if letter.encode("cp1258", "ignore") else _for_1258(unicodedata.normalize("NFD", letter))
        for letter in ROWS.format(";")
    )
    reading = FORMAT.read(apart.encode("cp1258"), "b.csv")
    assert reading.questions[0].question.options == (Option("Hòa Bình"), Option("Đắk Lắk"))
    assert codes(reading) == ["read_as_1258"]


def _for_1258(apart: str) -> str:
    """The base letter composed with its own mark, the tone apart, as the code page wants it."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    base = unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in tones))
    return base + "".join(sign for sign in apart if sign in tones)


def test_letters_that_are_none_are_refused_with_what_to_do() -> None:
    reading = FORMAT.read(b"a,b\n\xd2\x81\x8a", "b.csv")
    assert (reading.unreadable, codes(reading)) == (True, ["text_encoding_unknown"])


# --- hostile and broken files -----------------------------------------------------------------------------------


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(("S", [USUAL, FIRST])))) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_workbook"),
        (b"PK\x03\x04 no zip", "not_a_package"),
        (book(("S", [USUAL, FIRST]))[:3000], "not_a_package"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 5000, "not_a_workbook"),
        (repacked(lambda n, d: d.replace(b"<worksheet", b"<!DOCTYPE x><worksheet")), "xml_doctype"),
        (repacked(lambda n, d: d.replace(b"<sst", b"<!DOCTYPE x><sst")), "xml_doctype"),
        (repacked(lambda n, d: d[:100] if "sheet1" in n else d), "bad_xml"),
        (repacked(lambda n, d: d.replace(b'r="A2"', b'r="XFD1048576"')), "sheet_too_large"),
        (repacked(lambda n, d: d + b" " * 60_000_000 if "sheet1" in n else d), "package_bomb"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_get_one_sentence(data: bytes, code: str) -> None:
    reading = FORMAT.read(data, "b.xlsx")
    assert (reading.unreadable, codes(reading)) == (True, [code])
    assert reading.problems[0].where == {"file": "b.xlsx"}


def test_sheets_without_any_table_are_unreadable() -> None:
    reading = read(("Kính gửi",), ("Một lá thư",))
    assert (reading.unreadable, codes(reading)) == (True, ["no_questions_in_sheets"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from([*USUAL, *"ABĐSx1*", "", "A. một\nB. hai", "Chủ đề 1", "Tổng", "Câu 3: a?"]),
                         max_size=9), max_size=9))  # fmt: skip
def test_whatever_stands_in_a_sheet_the_reader_never_raises(rows: list[list[str]]) -> None:
    reading = FORMAT.read(book(("S", rows)), "b.xlsx")
    assert [one.number for one in reading.questions] == list(range(1, len(reading.questions) + 1))


def test_five_thousand_rows_are_read_whole() -> None:
    rows = [(n, f"Câu hỏi số {n} về nội dung nào?", "một", "hai", "ba", "bốn", "ABCD"[n % 4], "NB", "Chủ đề", "Mục II")
            for n in range(1, 5001)]  # fmt: skip
    data = book(("Bank", [USUAL, *rows]))
    reading = FORMAT.read(data, "b.xlsx")
    assert (len(reading.questions), reading.problems) == (5000, ())


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("a.xlsx", b"PK\x03\x04", True), ("a.XLS", b"\xd0\xcf\x11\xe0", True), ("a.ods", b"PK\x03\x04", True),
        ("a.csv", b"STT,", True), ("a.docx", b"PK\x03\x04", False), ("a.xlsx", b"text", False),
    ],
)  # fmt: skip
def test_files_are_recognised_by_name_and_beginning(name: str, head: bytes, known: bool) -> None:
    assert FORMAT.recognise(name, head) is known


def test_every_sentence_has_its_vietnamese() -> None:
    held = Path("translations/vi/question_office.po").read_text(encoding="utf-8")
    missing = [
        text
        for text in excel.MESSAGES.values()
        if f"msgid {json.dumps(text, ensure_ascii=False)}" not in held
    ]
    assert missing == []
