"""Word banks as people type them: every layout, mixtures of them, and what is not sure is said."""

import random
import sys
from decimal import Decimal
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.questions.formats.word import FORMAT
from lms.questions.formats.word.messages import MESSAGES
from lms.questions.problem import MESSAGES as COMMON
from lms.questions.question import Blank, Criterion, Image, Option, Pair, Statement
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.samples import SAMPLES
from tests.questions.word_files import (
    codes,
    numbering,
    only,
    p,
    package,
    parts_of,
    picture,
    read,
    run,
    styles,
    table,
    texts,
    word,
)

STEM = "Câu 1. Nghị quyết có bao nhiêu chỉ tiêu?"


def keys(reading: Reading) -> list[tuple[int, ...]]:
    return [one.question.correct for one in reading.questions]


def stems(reading: Reading) -> list[str]:
    return [one.question.stem for one in reading.questions]


def params(reading: Reading, code: str) -> dict[str, object]:
    (found,) = [problem for problem in reading.problems if problem.code == code]
    return dict(found.message_params)


# V1: one option a line


def test_v1_the_letter_is_underlined() -> None:
    found = only("Câu 1: Có bao nhiêu chỉ tiêu?", "A. 20", "B. 30", "⟦u⟧C⟦/u⟧. 43", "D. 51")
    assert (found.type, found.stem, texts(found), found.correct) == (
        "single_choice",
        "Có bao nhiêu chỉ tiêu?",
        ["20", "30", "43", "51"],
        (2,),
    )


@pytest.mark.parametrize("look", list("ubrgh"))
@pytest.mark.parametrize(
    "shape", ["⟦{0}⟧C. 43⟦/{0}⟧", "⟦{0}⟧C⟦/{0}⟧. 43", "C. ⟦{0}⟧43⟦/{0}⟧", "⟦{0}⟧C.⟦/{0}⟧ 43"]
)
def test_every_look_marks_the_letter_the_text_or_both(look: str, shape: str) -> None:
    assert only(STEM, "A. 20", "B. 30", shape.format(look), "D. 51").correct == (2,)


@pytest.mark.parametrize(
    "option",
    [
        "*C. 43",
        "C. 43 (x)",
        "C. 43 (X)",
        "C. 43 [x]",
        "C. 43 (đúng)",
        "C. 43 [Đúng]",
        "C. 43*",
        "C. 43 *",
        "C. 43 ✓",
        "☑ C. 43",
        "C*. 43",
        "(x) C. 43",
        "C. 43 (đáp án)",
        "C. 43 <- đúng",
        "C. 43 (Đ)",
    ],
)
def test_every_sign_marks_and_is_not_part_of_the_text(option: str) -> None:
    found = only(STEM, "A. 20", "B. 30", option, "D. 51")
    assert (found.correct, texts(found)) == ((2,), ["20", "30", "43", "51"])


@pytest.mark.parametrize(
    "line",
    [
        "Đáp án: C",
        "Đáp án: C.",
        "ĐA: C",
        "Đáp án đúng: C",
        "Đáp án đúng là: C",
        "Đáp án đúng là C",
        "Đáp án C",
        "Chọn C",
        "Chọn C.",
        "Chọn đáp án C",
        "=> C",
        "→ C",
        "⇒ Chọn C",
        "Trả lời: Phương án C",
        "Phương án đúng: C",
        "Đáp án: C. 43",
        "Đáp án: 43",
        "Key: C",
        "Answer: C",
        "dap an: c",
        "ĐÁP ÁN: C",
        "Đáp án: (C)",
        "Câu trả lời đúng: C",
    ],
)
def test_every_key_line_is_understood(line: str) -> None:
    assert only(STEM, "A. 20", "B. 30", "C. 43", "D. 51", line).correct == (2,)


def test_what_all_options_have_in_common_is_no_mark() -> None:
    found = only("⟦b⟧Câu 1. Mấy?⟦/b⟧", "⟦b⟧A.⟦/b⟧ 20", "⟦b⟧B.⟦/b⟧ 30", "⟦b⟧C. 43⟦/b⟧", "⟦b⟧D.⟦/b⟧ 51")
    assert found.correct == (2,)
    blue = only(STEM, "⟦g⟧A. 20⟦/g⟧", "⟦g⟧B. 30⟦/g⟧", "⟦r⟧C. 43⟦/r⟧", "⟦g⟧D. 51⟦/g⟧")
    assert blue.correct == (2,)


def test_a_bold_stem_and_bold_options_are_no_mark_at_all() -> None:
    reading = read("⟦b⟧Câu 1. Mấy?⟦/b⟧", "⟦b⟧A. 20⟦/b⟧", "⟦b⟧B. 30⟦/b⟧")
    assert codes(reading) == ["no_key"]
    assert reading.statuses() == {1: "no_key"}


def test_a_word_set_off_inside_an_option_is_said_and_not_taken() -> None:
    reading = read(STEM, "A. Việc này ⟦u⟧không⟦/u⟧ được làm", "B. Việc kia được làm", "C. x", "D. y")
    assert keys(reading) == [()]
    assert codes(reading) == ["doubtful_mark", "no_key"]


def test_marks_come_through_paragraph_and_character_styles() -> None:
    named = styles(
        "<w:style w:type='paragraph' w:styleId='Right'><w:name w:val='Đáp án'/><w:rPr><w:color "
        "w:val='C00000'/></w:rPr></w:style>"
        "<w:style w:type='character' w:styleId='Mark'><w:name w:val='Mark'/><w:rPr><w:u "
        "w:val='single'/></w:rPr></w:style>"
    )
    by_paragraph = only(STEM, "A. 20", p("B. 30", style="Right"), "C. 43", styles_xml=named)
    by_letter = only(
        STEM, "A. 20", p(run("B", '<w:rStyle w:val="Mark"/>'), run(". 30")), "C. 43", styles_xml=named
    )
    assert by_paragraph.correct == by_letter.correct == (1,)


def test_two_marks_that_disagree_are_both_named() -> None:
    reading = read(STEM, "A. 20", "⟦u⟧B⟦/u⟧. 30", "C. 43", "D. 51", "Đáp án: C")
    assert reading.statuses() == {1: "two_keys"}
    assert codes(reading) == ["marks_disagree", "several_keys"]
    assert params(reading, "marks_disagree")["marks"] == "gạch chân: B; dòng đáp án: C"


def test_two_marks_of_one_kind_are_two_keys_unless_several_are_asked_for() -> None:
    assert read(STEM, "⟦r⟧A. 20⟦/r⟧", "⟦r⟧B. 30⟦/r⟧", "C. 43").statuses() == {1: "two_keys"}
    asked = only("Câu 1. Những phương án nào đúng?", "⟦r⟧A. 20⟦/r⟧", "⟦r⟧B. 30⟦/r⟧", "C. 43")
    assert (asked.type, asked.correct) == ("multiple_choice", (0, 1))


def test_a_key_line_with_several_letters_makes_it_multiple_choice() -> None:
    for line in ("Đáp án: A, C", "Đáp án: A và C", "Đáp án: AC", "Đáp án: A; C", "ĐA: A,C"):
        found = only(STEM, "A. 20", "B. 30", "C. 43", "D. 51", line)
        assert (found.type, found.correct) == ("multiple_choice", (0, 2)), line


def test_marks_that_agree_are_one_key() -> None:
    assert only(STEM, "A. 20", "⟦r⟧⟦u⟧B⟦/u⟧. 30⟦/r⟧", "C. 43", "Đáp án: B").correct == (1,)


def test_the_first_option_is_never_taken_for_right_and_a_hash_is_only_said() -> None:
    assert codes(read(STEM, "A. 20", "B. 30")) == ["no_key"]
    reading = read(STEM, "#A. 20", "B. 30")
    assert codes(reading) == ["no_key", "sign_not_understood"]
    assert texts(reading.questions[0].question) == ["20", "30"]


def test_a_letter_that_is_no_option_is_said() -> None:
    assert "key_out_of_range" in codes(read(STEM, "A. 20", "B. 30", "Đáp án: E"))


# V2, V3: options in one line


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

LISTS = numbering(
    [("decimal", "Câu %1.")], [("upperLetter", "%1.")], [("decimal", "%1."), ("lowerLetter", "%2)")]
)


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


# What labels say (V6)


def test_v6_key_level_source_and_explanation() -> None:
    found = only(
        "Câu 10 (NB). Phương châm Đại hội là gì?",
        "A. a",
        "B. b",
        "C. c",
        "D. d",
        "Đáp án: D.   Căn cứ: Báo cáo chính trị, mục II.3, tr. 12",
        "Giải thích: vì thế",
        "và vì thế nữa",
    )
    assert (found.correct, found.level, found.source) == (
        (3,),
        "recall",
        "Báo cáo chính trị, mục II.3, tr. 12",
    )
    assert found.explanation == "vì thế và vì thế nữa"


@pytest.mark.parametrize(
    ("head", "level", "points"),
    [
        ("Câu 1 (NB):", "recall", None),
        ("Câu 1. [TH]", "comprehension", None),
        ("Câu 1 [VD].", "application", None),
        ("Câu 1. (VDC)", "analysis", None),
        ("Câu 1 (0,5 điểm):", None, "0.5"),
        ("Câu 1. (Nhận biết)", "recall", None),
        ("Câu 1 (TH, 1 điểm).", None, None),
        ("Câu 1. [NB] (0,25đ)", "recall", "0.25"),
        ("Câu 1 <VD>:", "application", None),
    ],
)
def test_levels_and_points_stand_in_brackets(head: str, level: str | None, points: str | None) -> None:
    (one,) = read(f"{head} Mấy?", "⟦u⟧A⟦/u⟧. 1", "B. 2").questions
    assert (one.question.level, one.points) == (level, Decimal(points) if points else None)
    if level or points:
        assert one.question.stem == "Mấy?"


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("Mức độ: Thông hiểu", "level", "comprehension"),
        ("Mức độ: VDC", "level", "analysis"),
        ("Căn cứ: trang 3", "source", "trang 3"),
        ("Nguồn: trang 3", "source", "trang 3"),
        ("Trích: trang 3", "source", "trang 3"),
        ("Lời giải: vì thế", "explanation", "vì thế"),
        ("HD giải: vì thế", "explanation", "vì thế"),
        ("Giải thích: vì thế", "explanation", "vì thế"),
        ("Hướng dẫn: vì thế", "explanation", "vì thế"),
        ("Lời giải chi tiết: vì thế", "explanation", "vì thế"),
    ],
)
def test_labels_below_the_options(line: str, field: str, value: str) -> None:
    assert getattr(only(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", line), field) == value


def test_a_label_that_means_nothing_is_said() -> None:
    assert (
        codes(read(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", "Mức độ: khó tả", "Điểm: nhiều", "Hết hạn: mai"))
        == ["label_not_understood"] * 3
    )


# V7: keys apart


FIVE = [
    line
    for number in range(1, 6)
    for line in (
        f"Câu {number}. Hỏi {number}?",
        f"A. a{number}",
        f"B. b{number}",
        f"C. c{number}",
        f"D. d{number}",
    )
]
FIVE_KEYS = [(0,), (2,), (1,), (3,), (0, 2)]


@pytest.mark.parametrize(
    "block",
    [
        ("------ HẾT ------", "ĐÁP ÁN:  1.A  2.C  3-B  4d  5:A,C"),
        ("ĐÁP ÁN", "1.A 2.C 3.B", "4.D 5.A,C"),
        ("BẢNG ĐÁP ÁN", table(["Câu", "1", "2", "3", "4", "5"], ["Đáp án", "A", "C", "B", "D", "A,C"])),
        (
            table(
                ["STT", "Câu hỏi", "Đáp án đúng"],
                ["1", "Câu 1", "A"],
                ["2", "Câu 2", "C"],
                ["3", "Câu 3", "B"],
                ["4", "Câu 4", "D"],
                ["5", "Câu 5", "A, C"],
            ),
        ),
        ("HẾT", table(["1.A", "2.C", "3.B"], ["4.D", "5.A,C", ""])),
        ("Hết", "Đáp án", "Câu 1: A", "Câu 2: C", "Câu 3. Chọn B", "4. D", "5. A và C"),
        (
            "ĐÁP ÁN",
            table(
                ["Câu", "1", "2", "3"], ["ĐA", "A", "C", "B"], ["Câu", "4", "5", ""], ["ĐA", "D", "AC", ""]
            ),
        ),
        (
            "BẢNG ĐÁP ÁN",
            table(
                ["Câu", "Đáp án", "Câu", "Đáp án"],
                ["1", "A", "4", "D"],
                ["2", "C", "5", "A,C"],
                ["3", "B", "", ""],
            ),
        ),
        ("1.A  2.C  3.B  4.D  5.A,C",),
        ("1A 2C 3B 4D 5AC",),
    ],
)
def test_v7_keys_stand_at_the_end(block: tuple[str, ...]) -> None:
    reading = read(*FIVE, *block)
    assert codes(reading) == []
    assert keys(reading) == FIVE_KEYS


def test_v7_numbers_begin_anew_in_each_part() -> None:
    part = ["Câu 1. {0} một?", "A. {0}1", "B. {0}2", "Câu 2. {0} hai?", "A. {0}3", "B. {0}4"]
    first, second = ([line.format(word) for line in part] for word in ("x", "y"))
    for listed in (
        ("ĐÁP ÁN", "PHẦN I", "1.A 2.B", "PHẦN II", "1.B 2.A"),
        ("ĐÁP ÁN", "PHẦN II", "1.B 2.A", "PHẦN I", "1.A 2.B"),
        ("ĐÁP ÁN", "1.A 2.B", "1.B 2.A"),
        (
            "HẾT",
            table(["PHẦN I"], ["Câu", "1", "2"], ["Đáp án", "A", "B"]),
            table(["PHẦN II"], ["Câu", "1", "2"], ["Đáp án", "B", "A"]),
        ),
    ):
        reading = read("PHẦN I. LỊCH SỬ", *first, "PHẦN II. KINH TẾ", *second, *listed)
        assert keys(reading) == [(0,), (1,), (1,), (0,)], listed
        assert codes(reading) == []
        assert [one.topic for one in reading.questions] == ["PHẦN I. LỊCH SỬ"] * 2 + ["PHẦN II. KINH TẾ"] * 2


def test_v7_a_list_that_does_not_fit_is_said_and_not_guessed() -> None:
    part = ["Câu 1. {0} một?", "A. {0}1", "B. {0}2"]
    reading = read(
        *[line.format("x") for line in part], *[line.format("y") for line in part], "ĐÁP ÁN", "1.A 7.B"
    )
    assert keys(reading) == [(), ()]
    assert {"key_list_doubtful", "key_without_question"} <= set(codes(reading))


def test_v7_solutions_follow_the_paper() -> None:
    reading = read(
        *FIVE,
        "HẾT",
        "HƯỚNG DẪN GIẢI CHI TIẾT",
        "Câu 1. Chọn A",
        "Vì Nghị quyết nói thế.",
        "Câu 2: C. Xem mục II.",
        "Câu 3: B",
        "Câu 4: D",
        "Câu 5: A, C",
    )
    assert keys(reading) == FIVE_KEYS
    assert [one.question.explanation for one in reading.questions[:3]] == [
        "Vì Nghị quyết nói thế.",
        "Xem mục II.",
        "",
    ]
    assert codes(reading) == []


def test_a_mark_and_a_list_that_disagree_are_said() -> None:
    reading = read(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", "HẾT", "ĐÁP ÁN: 1.B")
    assert reading.statuses() == {1: "two_keys"}
    assert params(reading, "marks_disagree")["marks"] == "gạch chân: A; bảng đáp án: B"


# V8: pasted from PDF


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


# Judged statements, V9

GROUP = "Câu 1. Về mục tiêu đến năm 2030, mỗi nhận định sau đúng hay sai?"
FOUR = (
    Statement("GRDP đạt 12.000 USD.", True),
    Statement("Có 20 chỉ tiêu.", False),
    Statement("Có 3 khâu đột phá.", True),
    Statement("Có 5 nhiệm vụ.", False),
)


@pytest.mark.parametrize(
    "tails",
    [
        ("(Đ)", "(S)", "(Đ)", "(S)"),
        (" Đúng", " Sai", " Đúng", " Sai"),
        ("– Đúng", "– Sai", "- Đúng", "- Sai"),
        ("[Đ]", "[S]", "[Đ]", "[S]"),
        (" (đúng)", " (sai)", " (đúng)", " (sai)"),
        (" → Đ", " → S", " → Đ", " → S"),
        ("(Đ)", " – Sai", " Đúng", "[S]"),
    ],
)
def test_v9_truth_stands_behind_each_statement(tails: tuple[str, ...]) -> None:
    found = only(
        GROUP,
        *(f"{letter}) {one.text} {tail}" for letter, one, tail in zip("abcd", FOUR, tails, strict=True)),
    )
    assert (found.type, found.statements) == ("true_false_group", FOUR)


@pytest.mark.parametrize(
    "key",
    [
        "ĐSĐS",
        "Đ S Đ S",
        "Đ, S, Đ, S",
        "Đ-S-Đ-S",
        "a) Đ; b) S; c) Đ; d) S",
        "a-Đ, b-S, c-Đ, d-S",
        "Đúng, Sai, Đúng, Sai",
        "a đúng, b sai, c đúng, d sai",
    ],
)
def test_v9_truths_stand_in_the_key(key: str) -> None:
    statements = [f"{letter}) {one.text}" for letter, one in zip("abcd", FOUR, strict=True)]
    assert only(GROUP, *statements, f"Đáp án: {key}").statements == FOUR
    assert only(GROUP, *statements, "HẾT", "ĐÁP ÁN", f"Câu 1: {key}").statements == FOUR


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("Mệnh đề", "Đúng", "Sai"),
            *((one.text, "x" if one.correct else "", "" if one.correct else "x") for one in FOUR),
        ],
        [
            ("Nhận định", "Đ", "S"),
            *((one.text, "X" if one.correct else "", "" if one.correct else "X") for one in FOUR),
        ],
        [
            ("STT", "Nội dung", "Đúng", "Sai"),
            *(
                (str(at), one.text, "✓" if one.correct else "", "" if one.correct else "✓")
                for at, one in enumerate(FOUR, 1)
            ),
        ],
        [("Mệnh đề", "Đúng/Sai"), *((one.text, "Đ" if one.correct else "S") for one in FOUR)],
        [
            ("Phát biểu", "Đúng", "Sai"),
            *(
                (f"{letter}) {one.text}", "x" if one.correct else "", "" if one.correct else "x")
                for letter, one in zip("abcd", FOUR, strict=True)
            ),
        ],
    ],
)
def test_v9_truths_are_crossed_in_a_table(rows: list[tuple[str, ...]]) -> None:
    found = only(GROUP, table(*rows))
    assert (found.type, found.statements) == ("true_false_group", FOUR)


def test_v9_underlined_letters_are_taken_and_said() -> None:
    reading = read(
        GROUP,
        "⟦u⟧a⟦/u⟧) GRDP đạt 12.000 USD.",
        "b) Có 20 chỉ tiêu.",
        "⟦u⟧c⟦/u⟧) Có 3 khâu đột phá.",
        "d) Có 5 nhiệm vụ.",
    )
    assert reading.questions[0].question.statements == FOUR
    assert codes(reading) == ["truth_by_marks"]


def test_v9_a_truth_that_is_missing_is_said() -> None:
    reading = read(GROUP, "a) Một (Đ)", "b) Hai (S)", "c) Ba", "d) Bốn (S)")
    assert codes(reading) == ["no_key", "truth_not_given"]
    assert params(reading, "truth_not_given")["number"] == 3


def test_one_statement_to_be_judged() -> None:
    assert only("Câu 1. Đại hội có 550 đại biểu.", "Đáp án: Đúng").correct == (0,)
    assert only("Câu 1. Đại hội có 500 đại biểu.", "Đáp án: S").type == "true_false"
    assert only("Câu 1. Đại hội có 500 đại biểu.", "A. Đúng", "⟦u⟧B⟦/u⟧. Sai").correct == (1,)
    turned = only("Câu 1. Đại hội có 500 đại biểu.", "A. Sai\tB. Đúng", "Đáp án: A")
    assert (turned.type, turned.correct, turned.options) == ("true_false", (1,), ())


def test_a_table_of_single_statements() -> None:
    reading = read(
        table(
            ["TT", "Nội dung", "Đúng", "Sai"],
            ["1", "Có 43 chỉ tiêu.", "x", ""],
            ["2", "Có 5 đột phá.", "", "x"],
        )
    )
    assert [(one.question.type, one.question.stem, one.question.correct) for one in reading.questions] == [
        ("true_false", "Có 43 chỉ tiêu.", (0,)),
        ("true_false", "Có 5 đột phá.", (1,)),
    ]


# Typed answers (V10)


@pytest.mark.parametrize(
    ("lines", "kind", "answers", "unit"),
    [
        (("Câu 21. Bao nhiêu đại biểu?", "Trả lời: 550"), "numeric", ("550",), ""),
        (("Câu 21. Bao nhiêu?", "ĐS: 12.000 USD"), "numeric", ("12.000",), "USD"),
        (("Câu 21. Bao nhiêu?", "Đáp số: -3,5"), "numeric", ("-3,5",), ""),
        (("Câu 21. Bao nhiêu đại biểu? [550]",), "numeric", ("550",), ""),
        (("Câu 21. Bao nhiêu?", "[550]"), "numeric", ("550",), ""),
        (("Câu 21. Từ nào?", "Trả lời: Đột phá"), "short_answer", ("Đột phá",), ""),
        (("Câu 21. Ngày nào?", "Đáp án: 15/10/2025"), "short_answer", ("15/10/2025",), ""),
        (("Câu 21. Mấy %?", "Đáp án: 11%"), "numeric", ("11%",), ""),
        (("Câu 21. Mấy?", "Trả lời: 43 chỉ tiêu."), "numeric", ("43",), "chỉ tiêu"),
        (
            ("Câu 21. Mấy?", "Đáp án: 550 / năm trăm năm mươi"),
            "short_answer",
            ("550", "năm trăm năm mươi"),
            "",
        ),
    ],
)
def test_v10_short_answers_and_numbers(
    lines: tuple[str, ...], kind: str, answers: tuple[str, ...], unit: str
) -> None:
    found = only(*lines)
    assert (found.type, found.answers, found.unit) == (kind, answers, unit)


def test_a_short_answer_may_stand_in_a_list() -> None:
    reading = read(
        "PHẦN III. Câu trắc nghiệm trả lời ngắn",
        "Câu 1. Mấy?",
        "Câu 2. Từ nào?",
        "HẾT",
        "ĐÁP ÁN",
        "Câu 1: 43",
        "Câu 2: Đột phá",
    )
    assert [(one.question.type, one.question.answers) for one in reading.questions] == [
        ("numeric", ("43",)),
        ("short_answer", ("Đột phá",)),
    ]
    assert codes(reading) == []


def test_a_question_without_anything_is_doubtful() -> None:
    assert codes(read("Câu 1. Là gì?")) == ["no_key", "no_options"]


# V11: banks as a table


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


# V12: options bound to their place


@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("Cả 3 phương án trên", "option_kept_in_place"),
        ("Tất cả đều đúng", "option_kept_in_place"),
        ("A và C", "options_not_shuffled"),
    ],
)
def test_v12_options_that_speak_about_others_are_said(option: str, code: str) -> None:
    assert codes(read(STEM, "A. 20", "B. 30", "⟦u⟧C⟦/u⟧. 43", f"D. {option}")) == [code]


# V13: fonts before Unicode


def test_v13_legacy_fonts_are_converted_and_lost_fonts_are_said() -> None:
    old = run("C©u 1. Uû ban nh©n d©n cã mÊy ®¹i biÓu?", '<w:rFonts w:ascii=".VnTime" w:hAnsi=".VnTime"/>')
    vni = run("A. Boán traêm", '<w:rFonts w:ascii="VNI-Times" w:hAnsi="VNI-Times"/>')
    reading = read(p(old), p(vni), "⟦u⟧B⟦/u⟧. Năm trăm")
    assert (stems(reading), texts(reading.questions[0].question)) == (
        ["Uỷ ban nhân dân có mấy đại biểu?"],
        ["Bốn trăm", "Năm trăm"],
    )
    assert codes(reading) == ["legacy_font"]
    assert "text_is_doubtful" in codes(read("Câu 1. Uû ban nh©n d©n lµ g×?", "⟦u⟧A⟦/u⟧. x", "B. y"))


# V14: dirty letters


def test_v14_letters_out_of_order_are_read_in_order_and_said() -> None:
    reading = read(STEM, "A. một", "B. hai", "⟦u⟧B⟦/u⟧. ba", "D. bốn")
    assert (texts(reading.questions[0].question), keys(reading)) == (["một", "hai", "ba", "bốn"], [(2,)])
    assert params(reading, "labels_out_of_order")["labels"] == "A B B D"


@pytest.mark.parametrize(
    "letters",
    [
        "А. В. С. D.",
        "Ａ． Ｂ． Ｃ． Ｄ．",
        "A, B, C, D,",
        "A: B: C: D:",
        "(A) (B) (C) (D)",
        "A .|B .|C .|D .",
        "a] b] c] d]",
        "A- B- C- D-",
        "[A] [B] [C] [D]",
    ],
)
def test_v14_look_alikes_and_odd_signs(letters: str) -> None:
    given = letters.split("|") if "|" in letters else letters.split()
    found = only(
        "Câu 1. Mấy?",
        *(f"{letter} {number}" for letter, number in zip(given, (20, 30, 43, 51), strict=True)),
        "Đáp án: C",
    )
    assert (texts(found), found.correct) == (["20", "30", "43", "51"], (2,))


def test_v14_letters_in_the_stem_and_in_options_stay_there() -> None:
    found = only(
        "Câu 1. Hội nghị lần thứ A. Lịch sử nói về ông A. và bà B. phải không?",
        "A. A. Pu-skin",
        "B. B. Brếch",
        "⟦u⟧C⟦/u⟧. C. Mác",
        "D. Đ. Phạm",
    )
    assert found.stem == "Hội nghị lần thứ A. Lịch sử nói về ông A. và bà B. phải không?"
    assert texts(found) == ["A. Pu-skin", "B. Brếch", "C. Mác", "Đ. Phạm"]


def test_v14_three_four_and_five_options_mixed() -> None:
    reading = read(
        "Câu 1. Một?",
        "⟦u⟧A⟦/u⟧. 1",
        "B. 2",
        "C. 3",
        "Câu 2. Hai?",
        "A. 1",
        "B. 2",
        "C. 3",
        "D. 4",
        "⟦u⟧E⟦/u⟧. 5",
    )
    assert [len(one.question.options) for one in reading.questions] == [3, 5]
    assert keys(reading) == [(0,), (4,)]


# Options in cells


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


# Parts, ends, what is no question


def test_the_national_form_of_2025() -> None:
    reading = read(
        "SỞ GIÁO DỤC",
        "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn. Thí sinh trả lời từ câu 1 đến câu 2.",
        "Câu 1. Một?",
        "A. 1\t⟦u⟧B⟦/u⟧. 2\tC. 3\tD. 4",
        "Câu 2. Hai?",
        "A. 1\tB. 2\t⟦u⟧C⟦/u⟧. 3\tD. 4",
        "PHẦN II. Câu trắc nghiệm đúng sai. Thí sinh trả lời câu 1.",
        "Câu 1. Cho đoạn sau:",
        "a) Một.",
        "b) Hai.",
        "c) Ba.",
        "d) Bốn.",
        "PHẦN III. Câu trắc nghiệm trả lời ngắn.",
        "Câu 1. Bao nhiêu?",
        "PHẦN IV. TỰ LUẬN",
        "Câu 1 (2 điểm). Trình bày ý kiến.",
        "---- HẾT ----",
        "ĐÁP ÁN",
        "PHẦN II",
        "Câu 1: ĐSSĐ",
        "PHẦN III",
        "Câu 1: 3,5",
    )
    assert [one.question.type for one in reading.questions] == [
        "single_choice",
        "single_choice",
        "true_false_group",
        "numeric",
        "essay",
    ]
    assert keys(reading)[:2] == [(1,), (2,)]
    assert [one.correct for one in reading.questions[2].question.statements] == [True, False, False, True]
    assert reading.questions[3].question.answers == ("3,5",)
    assert reading.questions[4].points == 2
    assert reading.questions[0].topic == "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn"
    assert codes(reading) == ["text_not_used"]


def test_what_stands_before_the_first_question_is_no_question_and_is_told_once() -> None:
    reading = read(
        "ĐẢNG BỘ THÀNH PHỐ",
        "Hướng dẫn làm bài",
        "Đồng chí chọn một phương án.",
        STEM,
        "⟦u⟧A⟦/u⟧. 20",
        "B. 30",
    )
    assert stems(reading) == ["Nghị quyết có bao nhiêu chỉ tiêu?"]
    (problem,) = reading.problems
    assert (problem.code, problem.severity) == ("text_not_used", "warning")
    assert (problem.where["paragraph"], problem.where["last_paragraph"]) == (1, 3)


def test_nothing_is_dropped_silently_after_options() -> None:
    reading = read(STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30.", "Một đoạn văn lạc loài không thuộc về đâu.")
    assert params(reading, "text_not_used")["text"] == "Một đoạn văn lạc loài không thuộc về đâu."


def test_levels_and_topics_stand_as_headings() -> None:
    reading = read(
        "I. NHẬN BIẾT",
        STEM,
        "⟦u⟧A⟦/u⟧. 20",
        "B. 30",
        "II. VẬN DỤNG CAO",
        "Câu 2. Hai?",
        "⟦u⟧A⟦/u⟧. 20",
        "B. 30",
        "Chủ đề: Mục tiêu",
        "Câu 3. Ba?",
        "⟦u⟧A⟦/u⟧. 1",
        "B. 2",
    )
    assert [(one.question.level, one.topic) for one in reading.questions] == [
        ("recall", "I. NHẬN BIẾT"),
        ("analysis", "II. VẬN DỤNG CAO"),
        (None, "Mục tiêu"),
    ]
    assert codes(reading) == []


def test_questions_without_numbers_are_found_by_their_options() -> None:
    reading = read("Mấy đột phá?", "A. 2", "⟦u⟧B⟦/u⟧. 3", "C. 4", "Mấy nhiệm vụ?", "A. 8", "⟦u⟧B⟦/u⟧. 10")
    assert (stems(reading), keys(reading)) == (["Mấy đột phá?", "Mấy nhiệm vụ?"], [(1,), (1,)])
    assert codes(reading) == ["question_without_number"] * 2


def test_items_counted_in_a_stem_are_no_questions() -> None:
    reading = read(
        "1. Cho các nhận định sau:",
        "1) Một.",
        "2) Hai.",
        "3) Ba.",
        "Số nhận định đúng là?",
        "A. 1",
        "⟦u⟧B⟦/u⟧. 2",
        "2. Hỏi tiếp?",
        "⟦u⟧A⟦/u⟧. 1",
        "B. 2",
    )
    assert len(reading.questions) == 2
    assert stems(reading)[0].startswith("Cho các nhận định sau:\n1) Một.\n2) Hai.")


def test_a_text_for_several_questions_is_shared() -> None:
    reading = read(
        "Đọc đoạn sau và trả lời các câu hỏi từ câu 1 đến câu 2:",
        "Đại hội diễn ra trong ba ngày.",
        "Câu 1. Mấy ngày?",
        "⟦u⟧A⟦/u⟧. 3",
        "B. 4",
        "Câu 2. Ai dự?",
        "⟦u⟧A⟦/u⟧. Đại biểu",
        "B. Khách",
        "Câu 3. Khác?",
        "⟦u⟧A⟦/u⟧. 1",
        "B. 2",
    )
    shared = [one.question.stimulus for one in reading.questions]
    assert shared[0] is not None
    assert shared[0] == shared[1]
    assert (shared[0].text, shared[2]) == ("Đại hội diễn ra trong ba ngày.", None)
    assert codes(reading) == []


def test_essays_take_what_is_hinted_as_the_markers_guide() -> None:
    found = only(
        "PHẦN II. TỰ LUẬN", "Câu 1. Đồng chí hãy liên hệ bản thân.", "Gợi ý: nêu ba ý", "và một ví dụ"
    )
    assert (found.type, found.guide) == ("essay", "nêu ba ý và một ví dụ")


def test_two_columns_are_joined_by_their_key() -> None:
    rows = table(["Cột A", "Cột B"], ["1. Mùa hạ", "a. lạnh"], ["2. Mùa đông", "b. nóng"], ["", "c. mưa đá"])
    found = only("Câu 1. Nối cho đúng.", rows, "Đáp án: 1-b, 2-a")
    assert (found.type, found.pairs) == (
        "matching",
        (Pair("Mùa hạ", "nóng"), Pair("Mùa đông", "lạnh"), Pair("", "mưa đá")),
    )
    assert "no_key" in codes(read("Câu 1. Nối cho đúng.", rows))


# Pictures


def test_pictures_belong_to_the_stem_or_to_the_option_they_stand_in() -> None:
    reading = read(
        p(run("Câu 1. Hình nào?"), picture(alt="Bản đồ")),
        p(run("A. "), picture(alt="Một")),
        p(run("B. "), picture(alt=""), run("hai")),
        "Đáp án: A",
    )
    (one,) = reading.questions
    (name,) = reading.pictures
    assert one.question.images == (Image(name, "Bản đồ"),)
    assert [option.image for option in one.question.options] == [Image(name, "Một"), Image(name, "")]
    assert "no_alt_text" in codes(reading)


def test_pictures_in_one_line_go_to_their_options() -> None:
    line = p(
        run("A. "),
        picture(alt="một"),
        run("\tB. "),
        picture(alt="hai"),
        run("\t"),
        run("C", "u"),
        run(". "),
        picture(alt="ba"),
    )
    (one,) = read("Câu 1. Hình nào?", line).questions
    assert [option.image.alt for option in one.question.options if option.image] == ["một", "hai", "ba"]
    assert one.question.correct == (2,)


def test_a_picture_between_stem_and_options_belongs_to_the_stem() -> None:
    found = only("Câu 1. Hình gì?", p(picture(alt="Bản đồ")), "⟦u⟧A⟦/u⟧. 1", "B. 2")
    assert [image.alt for image in found.images] == ["Bản đồ"]


def test_a_picture_that_cannot_be_used_is_said_at_its_question() -> None:
    reading = read(p(run("Câu 1. Hình gì?"), picture("rId404")), "⟦u⟧A⟦/u⟧. 1", "B. 2")
    assert codes(reading) == ["picture_lost"]


# Our own layout

OWN = [
    "Câu 1. Mấy chỉ tiêu?\nTính đến năm 2030.",
    "Mã: hn18-bt-01",
    "Loại: một lựa chọn",
    "Mức độ: TH",
    "Điểm: 0,5",
    "Chủ đề: Mục tiêu",
    "Thẻ: số liệu, 2030",
    "A. 20",
    "B. 43\nchỉ tiêu",
    "C. Cả hai phương án trên",
    "Đáp án: B",
    "Cố định: C",
    "Căn cứ: Nghị quyết, mục II",
    "Giải thích: Mục II ghi rõ.",
    "A. không phải là phương án.",
    "Hết hạn: 31/12/2026",
]


def test_our_own_layout_of_a_choice() -> None:
    reading = read(*OWN)
    (one,) = reading.questions
    found = one.question
    assert (one.id, one.points, one.topic, one.tags) == (
        "hn18-bt-01",
        Decimal("0.5"),
        "Mục tiêu",
        ("số liệu", "2030"),
    )
    assert found.stem == "Mấy chỉ tiêu?\nTính đến năm 2030."
    assert found.options == (
        Option("20"),
        Option("43\nchỉ tiêu"),
        Option("Cả hai phương án trên", fixed=True),
    )
    assert (found.correct, found.level, found.expires) == ((1,), "comprehension", "2026-12-31")
    assert found.explanation == "Mục II ghi rõ.\nA. không phải là phương án."
    assert found.source == "Nghị quyết, mục II"


def test_our_own_labels_are_read_without_diacritics_and_in_any_case() -> None:
    found = only(
        "cau 1. Mấy?",
        "LOAI: NHIEU LUA CHON",
        "A. 1",
        "B. 2",
        "C. 3",
        "dap an: a, c",
        "cach tinh diem: mot phan",
        "MUC DO: vd",
    )
    assert (found.type, found.correct, found.scoring, found.level) == (
        "multiple_choice",
        (0, 2),
        "partial",
        "application",
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            ("Loại: số", "Đáp án: 12.000 / 12 nghìn", "Sai số: 0,5", "Đơn vị: USD"),
            {"type": "numeric", "answers": ("12.000", "12 nghìn"), "tolerance": "0,5", "unit": "USD"},
        ),
        (
            ("Loại: trả lời ngắn", r"Đáp án: 1 \/ 2 / km\\h / a\nb", "Dấu: bắt buộc"),
            {"answers": ("1 / 2", "km\\h", "a\nb"), "fold": False},
        ),
        (("Loại: đúng sai", "Đáp án: Sai"), {"type": "true_false", "correct": (1,)}),
        (
            ("Loại: sắp thứ tự", "1) một", "2) hai\nhai", "3) ba"),
            {"options": (Option("một"), Option("hai\nhai"), Option("ba"))},
        ),
        (
            ("Loại: ghép nối", table(["Vế A", "Vế B"], ["1. một", "a. x"], ["", "y"], ["hai", "z"])),
            {"pairs": (Pair("1. một", "a. x"), Pair("", "y"), Pair("hai", "z"))},
        ),
        (
            ("Loại: nhóm đúng sai", "a) Một (S) (Đ)", "b) Hai (S)"),
            {"statements": (Statement("Một (S)", True), Statement("Hai", False))},
        ),
        (
            (
                "Loại: tự luận",
                "Số từ: 200–500",
                "Nộp tệp: docx, pdf",
                table(["Tiêu chí", "Điểm"], ["Đủ ý", "2"]),
                "Hướng dẫn chấm: theo ý",
                "không theo chữ",
            ),
            {
                "type": "essay",
                "least_words": 200,
                "most_words": 500,
                "file_types": ("docx", "pdf"),
                "rubric": (Criterion("Đủ ý", "2"),),
                "guide": "theo ý\nkhông theo chữ",
            },
        ),
    ],
)
def test_our_own_layout_of_every_other_type(lines: tuple[str, ...], expected: dict[str, object]) -> None:
    (one,) = read("Câu 1. Hỏi gì?", *lines).questions
    assert {name: getattr(one.question, name) for name in expected} == expected


def test_our_own_layout_of_gaps() -> None:
    found = only(
        "Câu 1. Có [[1]] và [[2]], [[3]].",
        "Loại: điền khuyết",
        "[[1]] chữ, có dấu: hạ / hè",
        "[[2]] số: 12.000; sai số 0,5; đơn vị USD",
        r"[[3]] chọn: *a / b \/ c / d",
    )
    assert found.blanks == (
        Blank("text", ("hạ", "hè"), fold=False),
        Blank("number", ("12.000",), tolerance="0,5", unit="USD"),
        Blank("choice", options=("a", "b / c", "d"), correct=0),
    )


def test_our_own_shared_texts() -> None:
    reading = read(
        "Ngữ liệu mua:",
        "Một năm có bốn mùa.",
        "Câu 9. không phải là câu hỏi",
        "Hết ngữ liệu",
        "Câu 1. Mấy mùa?",
        "Ngữ liệu: mua",
        "⟦u⟧A⟦/u⟧. 4",
        "B. 5",
        "Câu 2. Mùa gì?",
        "Ngữ liệu: mùa khác",
        "⟦u⟧A⟦/u⟧. 4",
        "B. 5",
    )
    first = reading.questions[0].question.stimulus
    assert first is not None
    assert (first.key, first.text) == ("mua", "Một năm có bốn mùa.\nCâu 9. không phải là câu hỏi")
    assert codes(reading) == ["unknown_stimulus"]


def test_a_type_or_label_that_does_not_fit_is_said() -> None:
    assert "unknown_type" in codes(read(STEM, "Loại: lạ", "⟦u⟧A⟦/u⟧. 1", "B. 2"))
    assert "label_not_used" in codes(
        read(STEM, "Loại: một lựa chọn", "A. 1", "B. 2", "Đáp án: A", "Sai số: 0,5")
    )


def test_what_is_written_is_read_back_equal() -> None:
    reads = [
        ReadQuestion(number, f"id-{number}", question) for number, question in enumerate(SAMPLES.values(), 1)
    ]
    lost = {problem.where["question"] for problem in FORMAT.losses(reads)}
    again = FORMAT.read(FORMAT.write(BankHeader("r", "t", "Tên"), reads, {}), "bank.docx")
    assert len(lost) <= 1  # the citation of the first sample
    assert [one for one in again.questions if one.number not in lost] == [
        one for one in reads if one.number not in lost
    ]


# Everything at once


MARKS = {
    "letter": "⟦u⟧{0}⟦/u⟧. {1}",
    "red": "⟦r⟧{0}. {1}⟦/r⟧",
    "bold": "⟦b⟧{0}. {1}⟦/b⟧",
    "light": "⟦h⟧{0}. {1}⟦/h⟧",
    "star": "*{0}. {1}",
    "cross": "{0}. {1} (x)",
    "word": "{0}. {1} (đúng)",
    "key": "{0}. {1}",
    "list": "{0}. {1}",
}
HEADS = (
    "Câu {0}. ",
    "Câu {0}: ",
    "CÂU {0}. ",
    "Câu{0}. ",
    "Câu {0} (NB). ",
    "Câu {0}. [TH] ",
    "Câu hỏi {0}: ",
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_any_mixture_of_heads_marks_and_places_is_read_right(seed: int) -> None:
    chance = random.Random(seed)
    blocks: list[str] = []
    expected: list[tuple[str, list[str], int]] = []
    listed = []
    for number in range(1, chance.randrange(2, 8)):
        stem = f"Câu hỏi về nội dung số {chance.randrange(10**6)} trong Nghị quyết là gì?"
        options = [f"phương án {value}" for value in chance.sample(range(1000), chance.randrange(2, 6))]
        right = chance.randrange(len(options))
        mark = chance.choice(list(MARKS))
        lines = [
            (MARKS[mark] if at == right else "{0}. {1}").format("ABCDE"[at], text)
            for at, text in enumerate(options)
        ]
        head = chance.choice(HEADS).format(number) + stem
        place = chance.randrange(5)
        if place == 0:
            blocks += [head, *lines]
        elif place == 1:
            blocks += [head, "\t".join(lines)]
        elif place == 2:
            blocks += [head, "     ".join(lines)]
        elif place == 3:
            blocks.append("\n".join([head, *lines]))
        else:
            blocks += [head, table(*(lines[at : at + 2] for at in range(0, len(lines), 2)))]
        if mark == "key":
            blocks.append(
                chance.choice(["Đáp án: {0}", "ĐA: {0}", "Chọn {0}", "=> {0}", "Đáp án đúng là {0}."]).format(
                    "ABCDE"[right]
                )
            )
        if mark == "list":
            listed.append(f"{number}.{'ABCDE'[right]}")
        if chance.random() < 0.3:
            blocks.append("Căn cứ: Nghị quyết, mục II")
        if chance.random() < 0.2:
            blocks.append(f"Trang {number}/12")
        expected.append((stem, options, right))
    if listed:
        blocks += ["------ HẾT ------", "ĐÁP ÁN: " + "  ".join(listed)]
    reading = read(*blocks)
    found = [(one.question.stem, texts(one.question), one.question.correct) for one in reading.questions]
    assert found == [(stem, options, (right,)) for stem, options, right in expected]
    assert codes(reading) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.sampled_from(
            [
                "Câu 1. x",
                "Câu 1.",
                "1) x",
                "A. 1",
                "B. 2",
                "a) x (Đ)",
                "Đáp án: B",
                "Đáp án:",
                "HẾT",
                "1.A 2.B",
                "PHẦN I",
                "Giải thích: x",
                "Loại: điền khuyết",
                "[[1]] chọn: a / b",
                "Loại: sắp thứ tự",
                "Loại: ghép nối",
                "Ngữ liệu a:",
                "Hết ngữ liệu",
                "Trả lời: 5",
                "⟦u⟧x⟦/u⟧",
                "\t\n\t",
                "[550]",
                "Đọc và trả lời câu 1 đến câu 3",
                "Chủ đề: x",
                "Loại: tự luận",
                "II. TỰ LUẬN",
                table(["Câu", "1"], ["Đáp án", "A"]),
                table(["Vế A", "Vế B"], ["a"]),
                table(["TT", "Câu hỏi", "Đáp án"], ["1"], ["x", "y", "z"]),
                table([""]),
                table(["A.", "B."], ["Câu 2."]),
                table(["Mệnh đề", "Đúng", "Sai"], ["x", "", ""]),
                p(picture()),
                "Câu 1, 2 và 3",
                "E. x",
                "C. x",
                "Loại: nhóm đúng sai",
                "Điểm: -1",
                "Cố định: Z",
                "Loại: đúng sai",
            ]
        ),
        max_size=25,
    )
)
def test_no_order_of_lines_crashes_and_every_problem_has_its_sentence(blocks: list[str]) -> None:
    reading = read(*blocks)
    sentences = {**COMMON, **OF_TYPES, **MESSAGES}
    for problem in reading.problems:
        assert sentences[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.docx"
    numbers = [one.number for one in reading.questions]
    assert numbers == list(range(1, len(numbers) + 1))
    assert {problem.where["question"] for problem in reading.problems if "question" in problem.where} <= set(
        numbers
    )


RICH = parts_of(
    "PHẦN I",
    STEM,
    "A. 1",
    "⟦u⟧B⟦/u⟧. 2",
    p("x", num=(1, 0)),
    table(["Câu", "1"], ["Đáp án", "B"]),
    p(picture(alt="x")),
    numbering_xml=LISTS,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32))
def test_changed_xml_never_raises(seed: int) -> None:
    chance = random.Random(seed)
    text = str(RICH["word/document.xml"])
    for _ in range(chance.randrange(1, 5)):
        start = chance.choice([at for at, sign in enumerate(text) if sign == "<"])
        end = text.find(">", start) + 1
        text = text[:start] + text[start:end] * chance.choice([0, 2]) + text[end:]
    assert isinstance(FORMAT.read(package({**RICH, "word/document.xml": text}), "x.docx"), Reading)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_word"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 99, "old_word"),
        (b"PK\x03\x04", "damaged"),
        (b"{\\rtf1", "rich_text"),
        (package({"[Content_Types].xml": "<!DOCTYPE x><x/>", "word/document.xml": "<x/>"}), "not_word"),
        (package({**RICH, "word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "xml_doctype"),
        (package({**RICH, "../evil": "x"}), "package_bad_name"),
        (package({**RICH, "word/bomb.xml": b"0" * 9_000_000}), "package_bomb"),
    ],
)
def test_files_that_cannot_be_read_are_one_problem(data: bytes, code: str) -> None:
    reading = FORMAT.read(data, "x.docx")
    assert (reading.questions, reading.unreadable, [problem.code for problem in reading.problems]) == (
        (),
        True,
        [code],
    )


def test_a_file_without_questions_says_so() -> None:
    reading = read("Chỉ có chữ.")
    assert codes(reading) == ["no_questions", "text_not_used"]
    assert not reading.unreadable


def test_word_files_are_recognised_by_name_or_content() -> None:
    assert FORMAT.recognise("Bank.DOCX", b"PK\x03\x04")
    assert FORMAT.recognise("bank.doc", b"\xd0\xcf")
    assert not FORMAT.recognise("bank.xlsx", b"PK\x03\x04xl/")


def test_places_and_originals_are_those_of_the_file() -> None:
    reading = read("Lời nói đầu", STEM, "⟦u⟧A⟦/u⟧. 20", "B. 30", "Đáp án: A")
    (one,) = reading.questions
    assert one.place == {"paragraph": 2}
    assert one.original == "Nghị quyết có bao nhiêu chỉ tiêu?\nA. 20\nB. 30\nĐáp án: A"


@pytest.mark.parametrize(
    "line",
    [
        "C. x",
        "1) x",
        "A. x",
        "Câu 1. x",
        "Ngữ liệu a:",
        "a) x (Đ)",
        "1.A 2.B 3.C",
        "x",
        "Đáp án: A",
        "Câu 1. x A. 1 B. 2 C. 3",
    ],
)
def test_many_lines_of_one_kind_take_no_more_than_their_share(line: str) -> None:
    once, twice = (_steps_of(word(*[line] * count)) for count in (800, 1600))
    assert twice < 2.6 * once


def _steps_of(data: bytes) -> int:
    """How many calls reading takes: the same on every machine, unlike seconds."""
    steps = 0

    def count(frame: FrameType, event: str, what: object) -> None:
        nonlocal steps
        steps += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        assert isinstance(FORMAT.read(data, "x.docx"), Reading)
    finally:
        sys.setprofile(before)
    return steps


def test_a_long_line_of_blanks_or_letters_is_read() -> None:
    data = word(
        STEM,
        "A. x" + " " * 200_000 + "(y",
        "B. " + "A. x " * 20_000,
        "C. " + "(" * 50_000,
        "-" * 100_000 + "x",
    )
    assert isinstance(FORMAT.read(data, "x.docx"), Reading)


def test_a_long_bank_is_read_whole() -> None:
    blocks = []
    for number in range(1, 1201):
        blocks += [
            f"Câu {number}. Câu hỏi về chỉ tiêu số {number} của Nghị quyết là gì?",
            "A. một phương án",
            "B. hai phương án",
            "⟦u⟧C⟦/u⟧. ba phương án",
            "D. bốn phương án",
        ]
    data = word(*blocks)
    reading = FORMAT.read(data, "big.docx")
    assert len(reading.questions) == 1200
    assert codes(reading) == []


@pytest.mark.parametrize(
    "first", ["Phấn đấu đến năm 2030 đạt 11%", "Nội dung thứ nhất", "Phần lớn đảng viên", "Câu hỏi khó"]
)
def test_an_option_that_begins_like_a_heading_is_an_option(first: str) -> None:
    reading = read(
        "Câu 1. Chọn ý nào?",
        "A. Một",
        "⟦u⟧B⟦/u⟧. Hai",
        f"C. {first}",
        "D. Bốn",
        "Câu 2. Nữa?",
        "⟦u⟧A⟦/u⟧. x",
        "B. y",
    )
    assert [len(each.question.options) for each in reading.questions] == [4, 2]
    assert [each.topic for each in reading.questions] == ["", ""]
