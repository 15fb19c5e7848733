"""What questions of GIFT become: types, weights, texts."""

import pytest

from lms.questions.question import Option, Pair, Question
from tests.questions.gift_texts import codes, one, problem_of, read


def test_one_right_option_among_others() -> None:
    q = one("Có bao nhiêu chỉ tiêu? {~20 =43 ~51}")
    assert q == Question(
        "single_choice",
        "Có bao nhiêu chỉ tiêu?",
        options=(Option("20"), Option("43"), Option("51")),
        correct=(1,),
    )


def test_options_may_stand_on_lines_and_a_double_mark_is_one() -> None:
    q = one("Gì?\n{\n\t~=đúng\n\t~sai một\n\t~sai hai\n}")
    assert [option.text for option in q.options] == ["đúng", "sai một", "sai hai"]
    assert q.correct == (0,)


def test_several_right_marks_are_said() -> None:
    reading = read("Mùa nào? {=xuân =hạ ~tết}")
    assert reading.questions[0].question.correct == (0, 1)
    assert reading.statuses() == {1: "two_keys"}


def test_no_key_is_said() -> None:
    assert read("Gì? {~một ~hai}").statuses() == {1: "no_key"}


@pytest.mark.parametrize(("word", "correct"), [("T", (0,)), ("TRUE", (0,)), ("F", (1,)), ("FALSE", (1,))])
def test_true_and_false(word: str, correct: tuple[int, ...]) -> None:
    assert one(f"Đại hội có 550 đại biểu.{{{word}}}") == Question(
        "true_false", "Đại hội có 550 đại biểu.", correct=correct
    )


def test_short_answers_with_and_without_a_mark() -> None:
    assert one("Cụm từ nào? {=Đột phá =Bứt phá}").answers == ("Đột phá", "Bứt phá")
    assert one("Cụm từ nào? {Đột phá}").answers == ("Đột phá",)
    assert one("Chữ gì? {=T}").type == "short_answer"


@pytest.mark.parametrize(
    ("key", "answers", "tolerance"),
    [
        ("#1945", ("1945",), "0"),
        ("#1945:5", ("1945",), "5"),
        ("#-3.142:0.001", ("-3,142",), "0,001"),
        ("#3.141..3.142", ("3,1415",), "0,0005"),
        ("#-5..5", ("0",), "5"),
        ("#=12000:0.5 =15000:0.5", ("12000", "15000"), "0,5"),
        ("#=%100%1945:0 =%0%1946:0", ("1945",), "0"),
        ("#1e3", ("1000",), "0"),
    ],
)
def test_numbers_with_tolerances_and_ranges(key: str, answers: tuple[str, ...], tolerance: str) -> None:
    q = one(f"Bao nhiêu? {{{key}}}")
    assert (q.type, q.answers, q.tolerance) == ("numeric", answers, tolerance)


def test_pairs_with_a_distractor() -> None:
    q = one("Ghép. {\n=Hà Nội -> Việt Nam\n=Viêng Chăn -> Lào # không phải nhận xét\n= -> Thái Lan\n}")
    assert q.type == "matching"
    assert q.scoring == "partial"
    assert q.pairs == (
        Pair("Hà Nội", "Việt Nam"),
        Pair("Viêng Chăn", "Lào # không phải nhận xét"),
        Pair("", "Thái Lan"),
    )


def test_empty_braces_ask_for_an_essay() -> None:
    assert one("Liên hệ bản thân. {}") == Question("essay", "Liên hệ bản thân.")


def test_a_missing_word_leaves_a_gap_in_the_question() -> None:
    q = one("Nghị quyết có {~20 =43} chỉ tiêu.")
    assert (q.type, q.stem) == ("single_choice", "Nghị quyết có _____ chỉ tiêu.")
    assert one("Có {=ba} khâu đột phá.").type == "short_answer"


def test_equal_weights_with_equal_deductions_are_partial_scoring() -> None:
    reading = read("Những gì? {~%50%a ~%50%b ~%-50%c}")
    assert reading.questions[0].question.scoring == "partial"
    assert reading.questions[0].question.correct == (0, 1)
    assert reading.problems == ()


def test_thirds_are_equal_weights() -> None:
    q = one("Những gì? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-33.33333%d}")
    assert (q.type, q.correct, q.scoring) == ("multiple_choice", (0, 1, 2), "partial")


def test_weights_without_deduction_are_said_once_for_the_file() -> None:
    reading = read("Những gì? {~%50%a ~%50%b ~c}\n\nGì nữa? {~%50%a ~%50%b ~c}")
    assert [read.question.scoring for read in reading.questions] == ["all_or_nothing"] * 2
    (said,) = reading.problems
    assert (said.code, said.message_params["count"], "question" in said.where) == (
        "part_marks_not_given",
        2,
        False,
    )


@pytest.mark.parametrize(
    "key", ["~%60%a ~%40%b ~c", "~%50%a ~%50%b ~%-100%c", "~%50%nửa =đủ ~c", "~%50%a ~%50%b ~%50%c ~d"]
)
def test_weights_that_cannot_be_kept_are_said(key: str) -> None:
    assert ("weights_not_kept", 1) in codes(f"Gì? {{{key}}}")


def test_partly_right_answers_are_named() -> None:
    said = problem_of("Ở đâu? {=Hà Nội =%50%Hà Tây =%0%*#sai rồi}", "partial_answers_left_out")
    assert said.message_params["text"] == "Hà Tây (50%)"
    assert one("Ở đâu? {=Hà Nội =%50%Hà Tây =%0%*}").answers == ("Hà Nội",)


def test_wildcards_are_said_and_a_star_can_be_meant() -> None:
    assert ("wildcard_not_kept", 1) in codes("Gì? {=đột*}")
    assert ("any_answer_right", 1) in codes("Gì? {=đột phá =*}")
    assert one(r"Gì? {=a\\*b}").answers == ("a*b",)


def test_different_tolerances_are_said_and_the_smallest_counts() -> None:
    text = "Năm nào? {#=1945:2 =1954:0.5}"
    assert one(text).tolerance == "0,5"
    assert problem_of(text, "tolerances_differ").message_params == {"field": "tolerance", "tolerance": "0,5"}


def test_what_is_no_number_is_said() -> None:
    assert ("answer_without_number", 1) in codes("Năm nào? {#=một nghìn =1945}")
    assert read("Năm nào? {#abc}").statuses() == {1: "no_key"}
    assert ("answer_without_number", 1) in codes("Năm nào? {#1e999999999}")


def test_escapes_are_undone_in_the_right_order() -> None:
    q = one(r"2 \= 1 \+ 1\: \{đúng\} \\n \~ \# a\nb {=\= 2 ~\~ 3}")
    assert q.stem == "2 = 1 \\+ 1: {đúng} \\n ~ # a\nb"
    assert [option.text for option in q.options] == ["= 2", "~ 3"]


def test_formats_are_inherited_and_named() -> None:
    q = one(
        "[html]<p>Mặt trời mọc ở <b>đâu</b>?</p> {=<i>Đông</i> ~[plain]<Tây> ~[markdown]**Nam** ~&lt;Bắc&gt;}"
    )
    assert q.stem == "Mặt trời mọc ở đâu?"
    assert [option.text for option in q.options] == ["Đông", "<Tây>", "Nam", "<Bắc>"]


def test_an_unknown_word_in_brackets_is_text() -> None:
    assert one("[NB] Gì? {=[a] ~[b]}").stem == "[NB] Gì?"


def test_moodle_text_is_html_only_where_it_has_markup() -> None:
    assert one("a < b và b > c {T}").stem == "a < b và b > c"
    assert one("a<br>b <b>c</b>\nd {T}").stem == "a\nb c d"


def test_scripts_and_pictures_do_not_come_along() -> None:
    text = '[html]Gì<script>alert(1)</script><img src\\="http\\://x/y.png"> {=a ~b}'
    assert one(text).stem == "Gì"
    assert ("image_outside", 1) in codes(text)


def test_the_general_feedback_is_the_explanation_and_its_last_line_the_source() -> None:
    q = one("Gì? {T####Vì thế.\\nCăn cứ\\: mục II.3}")
    assert (q.explanation, q.source) == ("Vì thế.", "mục II.3")


@pytest.mark.parametrize(
    "text", ["Gì? {=a#tốt ~b#chưa}", "Gì? {T#sai#đúng}", "Gì? {=a#tốt}", "Gì? {#1#tốt}", "Gì? {#1~#sai}"]
)
def test_feedback_to_options_is_said_with_its_text(text: str) -> None:
    said = problem_of(text, "option_feedback_left_out")
    assert any(word in str(said.message_params["text"]) for word in ("tốt", "sai"))


def test_text_is_composed_unicode() -> None:
    assert one("Câu gì? {=đột phá ~sai}".encode().decode().replace("â", "a\u0302")).stem == "Câu gì?"
