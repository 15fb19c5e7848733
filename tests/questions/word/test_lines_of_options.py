"""Options in lines, automatic numbers, wrong numbers and what was pasted from PDF (V2 to V5, V8)."""

import pytest

from tests.questions.word_files import (
    LISTS,
    STEM,
    codes,
    keys,
    numbering,
    only,
    p,
    params,
    read,
    stems,
    texts,
)


@pytest.mark.parametrize(
    "line",
    [
        "A. 2\tB. 4⟦r⟧\tC. 3⟦/r⟧\tD. 5",
        "A. 2    B. 4    ⟦r⟧C. 3⟦/r⟧    D. 5",
        "A. 2 B. 4 ⟦r⟧C. 3⟦/r⟧ D. 5",
        "A) 2  B) 4  ⟦u⟧C⟦/u⟧) 3  D) 5",
        "a. 2; b. 4; *c. 3; d. 5",
    ],
)
def test_v2_options_stand_in_one_line(line: str) -> None:
    found = only("Câu 2. Nghị quyết xác định mấy khâu đột phá?", line)
    assert [text.rstrip(";") for text in texts(found)] == ["2", "4", "3", "5"]
    assert found.correct == (2,)


def test_v2_options_stand_in_two_lines() -> None:
    found = only(
        "Câu 3. Mấy nhiệm vụ?", "A. 8                    B. 9", "⟦u⟧C. 10⟦/u⟧                  D. 14"
    )
    assert (texts(found), found.correct) == (["8", "9", "10", "14"], (2,))


def test_v3_other_signs_behind_numbers_and_letters() -> None:
    reading = read(
        "1) Đại hội diễn ra vào thời gian nào",
        "   a) 11 – 13/10/2020",
        "   *b/ 15-17/10/2025",
        "   c. 14–18/10/2020 ",
        "2/ Đại hội có bao nhiêu đại biểu?  a- 500   b- 550 (x)   c- 1.586",
    )
    assert codes(reading) == []
    assert stems(reading) == ["Đại hội diễn ra vào thời gian nào", "Đại hội có bao nhiêu đại biểu?"]
    assert [texts(one.question) for one in reading.questions] == [
        ["11 – 13/10/2020", "15-17/10/2025", "14–18/10/2020"],
        ["500", "550", "1.586"],
    ]
    assert keys(reading) == [(1,), (1,)]


def test_a_letter_inside_an_option_does_not_divide_it() -> None:
    found = only(STEM, "A. Vitamin B. rất tốt", "⟦u⟧B⟦/u⟧. Vitamin C. cũng tốt", "C. Chất xơ", "D. Chất béo")
    assert texts(found) == ["Vitamin B. rất tốt", "Vitamin C. cũng tốt", "Chất xơ", "Chất béo"]


# Automatic numbers (V4)


def test_v4_numbers_and_letters_only_exist_as_automatic_numbers() -> None:
    reading = read(
        p("Mấy đột phá?", num=(3, 0)),
        p("2", num=(3, 1)),
        p("⟦u⟧3⟦/u⟧", num=(3, 1)),
        p("Mấy nhiệm vụ?", num=(3, 0)),
        p("⟦r⟧10⟦/r⟧", num=(3, 1)),
        p("14", num=(3, 1)),
        numbering_xml=LISTS,
    )
    assert codes(reading) == []
    assert stems(reading) == ["Mấy đột phá?", "Mấy nhiệm vụ?"]
    assert keys(reading) == [(1,), (0,)]


def test_v4_letters_that_wrongly_go_on_are_read_as_a_b_c() -> None:
    blocks = []
    for stem in ("Một?", "Hai?", "Ba?", "Bốn?"):
        blocks.append(p(stem, num=(1, 0)))
        blocks += [p(f"{stem} {option}", num=(2, 0)) for option in ("a", "b", "c", "d")]
        blocks[-3] = p(f"⟦u⟧{stem} b⟦/u⟧", num=(2, 0))
    reading = read(*blocks, numbering_xml=LISTS)
    assert [len(one.question.options) for one in reading.questions] == [4, 4, 4, 4]
    assert codes(reading) == ["labels_go_on"] * 3
    assert keys(reading) == [(1,)] * 4


def test_v4_a_key_may_name_the_letter_that_went_on() -> None:
    blocks = [
        p("Một?", num=(1, 0)),
        *(p(option, num=(2, 0)) for option in "abcd"),
        "Đáp án: B",
        p("Hai?", num=(1, 0)),
        *(p(option, num=(2, 0)) for option in "xyzt"),
        "Đáp án: F",
    ]
    assert keys(read(*blocks, numbering_xml=LISTS)) == [(1,), (1,)]


def test_bullets_can_be_options() -> None:
    bullets = numbering([("bullet", "\uf0b7")])
    reading = read(
        STEM, p("20", num=(1, 0)), p("⟦b⟧43⟦/b⟧", num=(1, 0)), p("51", num=(1, 0)), numbering_xml=bullets
    )
    assert codes(reading) == ["options_without_letters"]
    assert keys(reading) == [(1,)]


# V5: wrong numbers, glued footnotes


def test_v5_wrong_numbers_keep_their_order_and_footnotes_are_asked_about() -> None:
    reading = read(
        "Câu 7. Bao nhiêu người?",
        "A.Hơn 7 triệu người",
        "B.Hơn 9 triệu người",
        "C. Hơn 8 triệu người(3)",
        "Câu 5: Diện tích?",
        "A. 1.000 km²",
        "B. 2.000 km²(2)",
        "C. 3.000 km²",
        "Câu 9. Gì?",
        "⟦u⟧A⟦/u⟧.x",
        "B.y",
    )
    assert [texts(one.question) for one in reading.questions] == [
        ["Hơn 7 triệu người", "Hơn 9 triệu người", "Hơn 8 triệu người"],
        ["1.000 km²", "2.000 km²", "3.000 km²"],
        ["x", "y"],
    ]
    assert codes(reading) == ["doubtful_footnote_mark"] * 2 + ["no_key"] * 2 + ["number_out_of_order"]
    assert keys(reading) == [(), (), (0,)]
    assert params(reading, "number_out_of_order") == {"number": 5, "expected": 8}


def test_raised_footnotes_are_told_from_units() -> None:
    reading = read(STEM, "A. 12 m⟦s⟧2⟦/s⟧", "B. nhiều người⟦s⟧3⟦/s⟧", "C. 15 m⟦s⟧3⟦/s⟧")
    assert texts(reading.questions[0].question) == ["12 m²", "nhiều người", "15 m³"]
    assert "doubtful_footnote_mark" in codes(reading)


def test_v8_wrapped_lines_soft_breaks_and_page_numbers() -> None:
    found = only(
        "Câu 11. Tổng Bí thư Tô Lâm đề nghị Hà Nội xử lý dứt",
        "điểm mấy vấn đề?\nA. 3\n⟦u⟧B. 4⟦/u⟧ \nC. 5\nD. 7",
        "Trang 3/12",
    )
    assert found.stem == "Tổng Bí thư Tô Lâm đề nghị Hà Nội xử lý dứt điểm mấy vấn đề?"
    assert texts(found) == ["3", "4", "5", "7"]


def test_v8_a_page_number_inside_a_question_is_passed_over() -> None:
    found = only("Câu 1. Một câu dài bị", "Trang 3/12 - Mã đề 101", "ngắt trang?", "A. 3", "⟦u⟧B⟦/u⟧. 4")
    assert found.stem == "Một câu dài bị ngắt trang?"


@pytest.mark.parametrize(
    "head",
    [
        "Câu\u00a012 : ",
        "Câu12.",
        "CÂU 12 ",
        "CÂU 12: ",
        "Cau 12. ",
        "Câu hỏi 12: ",
        "Câu hỏi số 12. ",
        "C\u200bâu 12. ",
        "Ca\u0302u 12. ",
        "Question 12. ",
        "Câu 12) ",
        "Câu 12/ ",
        "Câu 12- ",
        "câu 12: ",
        "12. ",
        "12) ",
        "12/ ",
        "Câu 12. [NB] ",
        "C12. ",
        "Bài 12: ",
        "Câu XII. ",
        "Сâu 12. ",
    ],
)
def test_v8_every_way_to_begin_a_question(head: str) -> None:
    reading = read(f"{head}Mấy vấn đề?", "A. 3", "⟦u⟧B⟦/u⟧. 4")
    assert codes(reading) == []
    assert stems(reading) == ["Mấy vấn đề?"]


def test_an_option_that_was_wrapped_goes_on() -> None:
    found = only(STEM, "⟦u⟧A⟦/u⟧. Một phương án rất", "dài bị ngắt dòng", "B. Một phương án khác", "cũng dài")
    assert texts(found) == ["Một phương án rất dài bị ngắt dòng", "Một phương án khác cũng dài"]


def test_options_that_are_counted_are_read_when_the_key_names_one_by_its_number() -> None:
    reading = read("Câu 1. Cơ quan nào?", "1. Quốc hội", "2) Chính phủ", "3. Tòa án", "Đáp án: 2")
    (one,) = reading.questions
    assert (texts(one.question), one.question.correct) == (["Quốc hội", "Chính phủ", "Tòa án"], (1,))
    assert (one.question.stem, codes(reading)) == ("Cơ quan nào?", ["options_without_letters"])
    figures = read("Câu 1. Cho các ý sau:", "1. Một.", "2. Hai.", "Có bao nhiêu ý?", "Đáp án: 2")
    assert figures.questions[0].question.answers == ("2",)
    beyond = read("Câu 1. Sau đây có mấy ý?", "1. Một.", "2. Hai.", "Đáp án: 3")
    assert beyond.questions[0].question.answers == ("3",)


def test_the_letter_after_d_is_the_fifth_option_and_no_d() -> None:
    question = only(STEM, "A. 1", "B. 2", "C. 3", "D. 4", "Đ. 5", "Đáp án: Đ")
    assert question.correct == (4,)


def test_two_ways_to_number_questions_may_stand_in_one_file() -> None:
    options = ("A. 20", "B. 30", "⟦u⟧C⟦/u⟧. 43")
    rules = ("1. Đọc kỹ đề.", "2. Chọn một phương án.")
    reading = read("1. Hỏi một?", *options, "2. Hỏi hai?", *options, "Câu 3. Hỏi ba?", *options)
    assert (stems(reading), codes(reading)) == (["Hỏi một?", "Hỏi hai?", "Hỏi ba?"], [])
    assert stems(read(*rules, "Câu 1. Hỏi?", *options)) == ["Hỏi?"]
