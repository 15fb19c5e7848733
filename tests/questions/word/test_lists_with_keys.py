"""Pairs, orders and essays as trainers type them, and levels that stand above questions."""

import pytest

from lms.questions.question import Pair
from tests.questions.word_files import codes, only, read

JOINED = (Pair("Năm 1930", "Thành lập Đảng"), Pair("Năm 1945", "Cách mạng Tháng Tám"))
LISTS = ("Cột A", "1. Năm 1930", "2. Năm 1945", "Cột B", "a. Cách mạng Tháng Tám", "b. Thành lập Đảng")


@pytest.mark.parametrize("key", ["1-b, 2-a", "1b; 2a", "1.b  2.a", "1 → b, 2 → a"])
def test_two_lists_are_joined_by_the_key_below_them(key: str) -> None:
    found = only("Câu 1. Ghép mốc ở cột A với sự kiện ở cột B:", *LISTS, f"Đáp án: {key}")
    assert (found.type, found.stem, found.pairs) == (
        "matching",
        "Ghép mốc ở cột A với sự kiện ở cột B:",
        JOINED,
    )


@pytest.mark.parametrize("between", [" - ", "\t", " → ", "     "])
def test_two_lists_beside_each_other_are_joined_too(between: str) -> None:
    lines = (f"1. Năm 1930{between}a. Cách mạng Tháng Tám", f"2. Năm 1945{between}b. Thành lập Đảng")
    found = only("Câu 1. Nối mỗi ý với ý phù hợp.", *lines, "Đáp án: 1-b, 2-a")
    assert (found.type, found.pairs) == ("matching", JOINED)


def test_the_key_of_pairs_is_not_taken_for_the_keys_of_the_whole_paper() -> None:
    one = ("Câu 1. Có mấy khâu đột phá?", "A. Hai", "B. Ba")
    found = read(*one, "Câu 2. Ghép cột A với cột B.", *LISTS, "Đáp án: 1-b; 2-a", "BẢNG ĐÁP ÁN", "1.B")
    assert [each.question.type for each in found.questions] == ["single_choice", "matching"]
    assert found.questions[0].question.correct == (1,)
    assert codes(found) == []


def test_without_its_key_nobody_knows_what_belongs_together() -> None:
    assert "no_key" in codes(read("Câu 1. Ghép cột A với cột B.", *LISTS))


@pytest.mark.parametrize("key", ["b, c, a", "b - c - a", "b → c → a", "BCA"])
def test_letters_in_order_are_the_key_of_an_order(key: str) -> None:
    found = only(
        "Câu 1. Sắp xếp theo thứ tự thời gian:",
        "a. Đại hội VI",
        "b. Đại hội II",
        "c. Đại hội III",
        f"Đáp án: {key}",
    )
    assert (found.type, [each.text for each in found.options]) == (
        "ordering",
        ["Đại hội II", "Đại hội III", "Đại hội VI"],
    )


def test_numbers_in_order_are_it_too() -> None:
    found = only(
        "Câu 1. Hãy sắp xếp:", "1) Đại hội VI", "2) Đại hội II", "3) Đại hội III", "Đáp án: 2 - 3 - 1"
    )
    assert (found.type, [each.text for each in found.options]) == (
        "ordering",
        ["Đại hội II", "Đại hội III", "Đại hội VI"],
    )


def test_all_letters_under_another_question_are_right_answers() -> None:
    found = read("Câu 1. Chọn các ý đúng:", "A. Một", "B. Hai", "C. Ba", "Đáp án: B, C, A").questions[0]
    assert (found.question.type, found.question.correct) == ("multiple_choice", (0, 1, 2))


def test_one_of_several_orders_is_a_choice() -> None:
    found = only("Câu 1. Thứ tự đúng là:", "A. 1-2-3", "B. 2-1-3", "C. 3-2-1", "Đáp án: B")
    assert (found.type, found.correct) == ("single_choice", (1,))


def test_what_is_called_an_essay_is_one_and_its_name_is_no_text() -> None:
    found = only("Câu 1. Tự luận: Phân tích ba đột phá chiến lược. (3 điểm)")
    assert (found.type, found.stem) == ("essay", "Phân tích ba đột phá chiến lược.")


def test_what_asks_for_a_text_is_taken_as_an_essay_and_said() -> None:
    found = read("Câu 1. Đồng chí hãy trình bày ba đột phá.", "Đáp án: " + "Nêu được thể chế, nhân lực. " * 5)
    assert (found.questions[0].question.type, codes(found)) == ("essay", ["taken_as_essay"])
    assert found.questions[0].question.guide.startswith("Nêu được thể chế")


def test_what_can_be_typed_word_for_word_stays_a_short_answer() -> None:
    found = only("Câu 1. Trình bày khẩu hiệu của Đại hội.", "Đáp án: Đoàn kết")
    assert (found.type, found.answers) == ("short_answer", ("Đoàn kết",))


@pytest.mark.parametrize(
    ("heading", "level"),
    [
        ("Mức độ nhận biết", "recall"),
        ("THÔNG HIỂU", "comprehension"),
        ("Câu hỏi vận dụng cao (2 câu):", "analysis"),
        ("Mức độ: Vận dụng", "application"),
    ],
)
def test_a_level_above_questions_is_theirs_under_the_topic_they_have(heading: str, level: str) -> None:
    asked = ("Câu 1. Có mấy khâu đột phá?", "A. Hai", "*B. Ba")
    other = ("CHỦ ĐỀ 2: MỤC TIÊU", "Câu 2. GRDP tăng bao nhiêu?", "A. 10%", "*B. 11%")
    found = read("CHỦ ĐỀ 1: ĐỘT PHÁ", heading, *asked, *other)
    assert [each.question.level for each in found.questions] == [level, None]
    assert [each.topic for each in found.questions] == ["CHỦ ĐỀ 1. ĐỘT PHÁ", "CHỦ ĐỀ 2. MỤC TIÊU"]


def test_a_level_among_words_is_no_heading() -> None:
    found = only("Câu 1. Bậc nào thấp nhất?", "A. Vận dụng", "B. Thông hiểu", "C. Nhận biết", "Đáp án: C")
    assert ([each.text for each in found.options][-1], found.level) == ("Nhận biết", None)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("Đ/S: Hà Nội là Thủ đô. (Đúng)", (0,)),
        ("Đúng hay sai: Hà Nội là Thủ đô. Sai", (1,)),
        ("Hà Nội là Thủ đô. (Đ)", (0,)),
        ("Hà Nội là Thủ đô. [S]", (1,)),
    ],
)
def test_one_statement_is_judged_by_what_stands_behind_it(text: str, right: tuple[int, ...]) -> None:
    found = only(f"Câu 1. {text}")
    assert (found.type, found.stem, found.correct) == ("true_false", "Hà Nội là Thủ đô.", right)


def test_a_statement_to_be_judged_without_its_truth_has_no_key() -> None:
    found = read("Câu 1. Đúng/Sai: Hà Nội là Thủ đô.")
    assert (found.questions[0].question.type, codes(found)) == ("true_false", ["no_key"])


@pytest.mark.parametrize("arrow", ["=>", "→", "->"])
def test_an_arrow_below_a_question_without_options_is_its_answer(arrow: str) -> None:
    found = only("Câu 1. GRDP bình quân đầu người đạt bao nhiêu?", f"{arrow} 12.000 USD")
    assert (found.type, found.answers, found.unit) == ("numeric", ("12.000",), "USD")


@pytest.mark.parametrize("rest", [" (Mục I, Nghị quyết)", " vì Nghị quyết nêu rõ", ". Nghị quyết nêu rõ"])
def test_a_key_without_a_colon_may_say_why(rest: str) -> None:
    found = only("Câu 1. Có mấy khâu đột phá?", "A. Hai", "B. Ba", f"Đáp án B{rest}")
    assert found.correct == (1,)
    assert "Nghị quyết" in found.explanation


@pytest.mark.parametrize("box", "□▢○")
def test_boxes_of_any_font_are_no_part_of_the_options(box: str) -> None:
    found = only("Câu 1. Có mấy khâu đột phá?", f"{box} A. Hai", "☑ B. Ba", f"{box} C. Bốn")
    assert ([each.text for each in found.options], found.correct) == (["Hai", "Ba", "Bốn"], (1,))
