"""Banks as a table, options and whole questions in cells (V11)."""

import pytest

from tests.questions.word_files import (
    STEM,
    codes,
    keys,
    only,
    read,
    stems,
    table,
    texts,
)


def test_v11_a_bank_in_a_table_with_merged_topics() -> None:
    reading = read(
        table(
            ["TT", "Nội dung câu hỏi", "Phương án trả lời", "Đáp án", "Ghi chú"],
            ["Chủ đề: Đột phá", "", "", "", ""],
            ["1", "Mấy khâu đột phá?", "A. 2¶B. 3¶C. 4", "B", "NB"],
            ["2", "Mấy nhiệm vụ?", "A. 8\nB. 9\nC. 10", "C", ""],
            ["II. MỤC TIÊU", "", "", "", ""],
            ["3", "Mấy chỉ tiêu?", "20¶⟦u⟧43⟦/u⟧¶51", "", "Căn cứ: Nghị quyết"],
        )
    )
    assert keys(reading) == [(1,), (2,), (1,)]
    assert [one.topic for one in reading.questions] == ["Đột phá", "Đột phá", "II. MỤC TIÊU"]
    assert [(one.question.level, one.question.source) for one in reading.questions] == [
        ("recall", ""),
        (None, ""),
        (None, "Nghị quyết"),
    ]
    assert codes(reading) == ["options_without_letters"]


def test_v11_columns_stand_in_any_order_and_options_in_columns_of_their_own() -> None:
    reading = read(
        "NGÂN HÀNG CÂU HỎI",
        table(
            ["Mức độ", "STT", "Câu hỏi", "A", "B", "C", "D", "Đáp án", "Căn cứ", "Giải thích"],
            ["TH", "1", "Mấy chỉ tiêu?", "20", "43", "51", "30", "B", "mục I", "vì thế"],
            ["VD", "2", "Mấy đột phá?", "2", "3", "4", "", "A, C", "", ""],
        ),
        table(["NB", "3", "Mấy nhiệm vụ?", "8", "9", "⟦r⟧10⟦/r⟧", "14", "", "", ""]),
    )
    assert [(one.question.level, texts(one.question), one.question.correct) for one in reading.questions] == [
        ("comprehension", ["20", "43", "51", "30"], (1,)),
        ("application", ["2", "3", "4"], (0, 2)),
        ("recall", ["8", "9", "10", "14"], (2,)),
    ]
    assert (reading.questions[0].question.source, reading.questions[0].question.explanation) == (
        "mục I",
        "vì thế",
    )
    assert codes(reading) == ["text_not_used"]


def test_v11_options_may_stand_in_the_cell_of_the_question_or_of_the_key() -> None:
    inside = read(
        table(
            ["TT", "Nội dung câu hỏi", "Đáp án"],
            ["1", "Mấy đột phá?¶A. 2¶B. 3", "B"],
            ["2", "Mấy nữa? A. 2\tB. 3\tC. 4", "C"],
        )
    )
    marked = read(
        table(
            ["TT", "Câu hỏi", "Đáp án"],
            ["1", "Mấy đột phá?", "A. 2¶⟦b⟧B. 3⟦/b⟧"],
            ["2", "Mấy nữa?", "A. 2¶B. 3¶⟦b⟧C. 4⟦/b⟧"],
        )
    )
    assert keys(inside) == keys(marked) == [(1,), (2,)]
    assert codes(inside) == codes(marked) == []


def test_v11_one_row_for_each_option() -> None:
    reading = read(
        table(
            ["TT", "Câu hỏi", "Phương án", "Đáp án"],
            ["1", "Mấy đột phá?", "A. 2", ""],
            ["", "", "B. 3", "x"],
            ["", "", "C. 4", ""],
            ["2", "Mấy nữa?", "A. 5", "x"],
            ["", "", "B. 6", ""],
        )
    )
    assert keys(reading) == [(1,), (0,)]
    assert [texts(one.question) for one in reading.questions] == [["2", "3", "4"], ["5", "6"]]


@pytest.mark.parametrize(
    "rows",
    [
        (["A. 20", "B. 30"], ["⟦u⟧C⟦/u⟧. 43", "D. 51"]),
        (["A. 20", "B. 30", "⟦u⟧C⟦/u⟧. 43", "D. 51"],),
        (["A.", "20", "B.", "30"], ["⟦u⟧C⟦/u⟧.", "43", "D.", "51"]),
        (["A. 20", "⟦u⟧C⟦/u⟧. 43"], ["B. 30", "D. 51"]),
        (["A. 20¶B. 30", "⟦u⟧C⟦/u⟧. 43¶D. 51"],),
    ],
)
def test_options_stand_in_cells(rows: tuple[list[str], ...]) -> None:
    found = only(STEM, table(*rows))
    assert (texts(found), found.correct) == (["20", "30", "43", "51"], (2,))


def test_whole_questions_stand_in_cells() -> None:
    reading = read(
        table(["Câu 1.", "Mấy đột phá?¶A. 2¶⟦u⟧B⟦/u⟧. 3"], ["Câu 2.", "Mấy nhiệm vụ?¶A. 9¶⟦u⟧B⟦/u⟧. 10"])
    )
    assert (stems(reading), keys(reading), codes(reading)) == (
        ["Mấy đột phá?", "Mấy nhiệm vụ?"],
        [(1,), (1,)],
        [],
    )


def test_a_table_of_figures_stays_in_the_stem() -> None:
    reading = read(
        "Câu 1. Theo bảng sau, năm nào cao nhất?",
        table(["Năm", "GRDP"], ["2024", "7.200"], ["2030", "12.000"]),
        "A. 2024",
        "⟦u⟧B⟦/u⟧. 2030",
    )
    assert stems(reading) == ["Theo bảng sau, năm nào cao nhất?\nNăm | GRDP\n2024 | 7.200\n2030 | 12.000"]
    assert codes(reading) == ["table_as_text"]
