"""The tables that trainers use: headings, keys, options in cells, topics."""

from typing import Any

import pytest

from lms.questions.formats.excel.bank import FORMAT
from lms.questions.question import Option, Question
from tests.questions.excel_files import FIRST, USUAL, book, codes, read


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


@pytest.mark.parametrize(
    "heading",
    ["Câu hỏi và phương án trả lời", "Nội dung câu hỏi và các đáp án", "Câu hỏi kèm lựa chọn"],
)
def test_a_heading_may_name_question_and_options_together(heading: str) -> None:
    found = read(["TT", heading, "Đáp án"], [1, "Có mấy đột phá?\nA. Hai\nB. Ba\nC. Bốn", "B"]).questions
    assert [(each.question.stem, each.question.correct) for each in found] == [("Có mấy đột phá?", (1,))]


@pytest.mark.parametrize(("beside", "keys"), [("B", ("", "")), ("", ("", "x")), ("", ("Sai", "Đúng"))])
def test_options_stand_below_their_question_in_the_same_column(beside: str, keys: tuple[str, str]) -> None:
    one = ([1, "Có mấy đột phá?", beside], ["", "A. Hai", keys[0]], ["", "B. Ba", keys[1]])
    found = read(
        ["TT", "Câu hỏi", "Đáp án"], *one, [2, "Thủ đô?", ""], ["", "A. Huế", ""], ["", "B. Hà Nội", "x"]
    )
    assert codes(found) == []
    assert [each.question.stem for each in found.questions] == ["Có mấy đột phá?", "Thủ đô?"]
    assert [each.question.options for each in found.questions] == [
        (Option("Hai"), Option("Ba")),
        (Option("Huế"), Option("Hà Nội")),
    ]
    assert [each.question.correct for each in found.questions] == [(1,), (1,)]


def test_true_is_a_key_where_true_and_false_are_the_options() -> None:
    found = read(["Câu hỏi", "A", "B", "Đáp án"], ["Hà Nội là Thủ đô.", "Đúng", "Sai", "Đúng"])
    assert codes(found) == []
    assert (found.questions[0].question.type, found.questions[0].question.correct) == ("true_false", (0,))


def test_what_is_typed_line_by_line_as_in_word_is_read_with_its_rows() -> None:
    lines = [
        "CÂU HỎI ÔN TẬP",
        "",
        "Câu 1: Có mấy đột phá?",
        "A. Hai",
        "*B. Ba",
        "Câu 2: Thủ đô?\nA. Huế\nB. Hà Nội",
    ]
    found = FORMAT.read(book(("Ôn tập", [[line] for line in lines])), "on_tap.xlsx")
    assert [(each.question.stem, each.question.correct, dict(each.place)) for each in found.questions] == [
        ("Có mấy đột phá?", (1,), {"sheet": "Ôn tập", "row": 3}),
        ("Thủ đô?", (), {"sheet": "Ôn tập", "row": 6}),
    ]
    assert [(each.code, each.where["row"]) for each in found.problems] == [
        ("no_key", 6),
        ("text_not_used", 1),
    ]


def test_sheets_of_something_else_hold_no_questions() -> None:
    found = FORMAT.read(book(("Chi phí", [["Tháng", "Số tiền"], ["1", "200"]])), "chi_phi.xlsx")
    assert (found.unreadable, codes(found)) == (True, ["no_questions_in_sheets"])
