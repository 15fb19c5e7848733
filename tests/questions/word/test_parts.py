"""Parts, ends, shared texts, and what is no question."""

from lms.questions.question import Pair
from tests.questions.word_files import (
    STEM,
    codes,
    keys,
    only,
    params,
    read,
    stems,
    table,
)


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


def test_a_part_that_tells_its_points_begins_the_numbers_anew() -> None:
    two = [part for n in (1, 2) for part in (f"Câu {n}. Hỏi {n}", "A. a", "⟦u⟧B⟦/u⟧. b")]
    reading = read("PHẦN I (3 điểm)", *two, "PHẦN II (4,5 điểm). Kinh tế", *(f"{line} " for line in two))
    assert [problem.code for problem in reading.problems] == ["repeated_stem"] * 2
    assert [one.topic for one in reading.questions][2:] == ["PHẦN II. Kinh tế"] * 2
