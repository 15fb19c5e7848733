"""What marks the right option: looks, signs and key lines, and what is said when they disagree (V1)."""

import pytest

from tests.questions.word_files import (
    STEM,
    codes,
    keys,
    only,
    p,
    params,
    read,
    run,
    styles,
    texts,
)


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
        "(Đáp án: C)",
        "[ĐA: C].",
        "Đ/A: C",
        "Đ.A: C",
        "Đáp án: C/",
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


def test_a_key_in_brackets_behind_the_stem_is_no_part_of_it() -> None:
    question = only("Câu 1. Nghị quyết có mấy chỉ tiêu? (Đáp án: C)", "A. 20", "B. 30", "C. 43")
    assert (question.stem, question.correct) == ("Nghị quyết có mấy chỉ tiêu?", (2,))
