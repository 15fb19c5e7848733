"""GIFT: what is read, what is said about it and where, and that what is written comes back."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import problem as problems_module
from lms.questions.formats.gift import FORMAT
from lms.questions.formats.shared.messages import MESSAGES
from lms.questions.problem import Problem
from lms.questions.question import Option, Pair, Question
from lms.questions.reading import Reading, ReadQuestion
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.round_trips import HEADER, again, check_round_trip
from tests.questions.strategies import VALID, lines, plain, read_questions

SENTENCES = {**problems_module.MESSAGES, **OF_TYPES, **MESSAGES}


def read(text: str | bytes) -> Reading:
    data = text if isinstance(text, bytes) else text.encode()
    reading = FORMAT.read(data, "bank.gift")
    for problem in reading.problems:
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.gift"
    return reading


def one(text: str) -> Question:
    (only,) = read(text).questions
    return only.question


def codes(text: str | bytes) -> list[tuple[str, object]]:
    return [(problem.code, problem.where.get("line")) for problem in read(text).problems]


def problem_of(text: str, code: str) -> Problem:
    (found,) = (problem for problem in read(text).problems if problem.code == code)
    return found


# --- types -------------------------------------------------------------------------------------------------------


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


# --- weights -----------------------------------------------------------------------------------------------------


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


# --- texts -------------------------------------------------------------------------------------------------------


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


# --- the file ----------------------------------------------------------------------------------------------------


def test_comments_carry_ids_and_tags() -> None:
    reading = read("// câu hỏi số 5\n// [id:hn\\]1] [tag:đảng viên] [tag:a\\]b]\nGì? {T}\n// thừa")
    assert (reading.questions[0].id, reading.questions[0].tags) == ("hn]1", ("đảng viên", "a]b"))


@pytest.mark.parametrize(
    ("tag", "level"),
    [("level:recall", "recall"), ("Nhận biết", "recall"), ("mức độ: VD", "application"), ("TH", "comprehension"),
     ("vận dụng cao", "analysis"), ("Khó", "application"), ("Dễ", "recall")],
)  # fmt: skip
def test_tags_say_levels(tag: str, level: str) -> None:
    reading = read(f"// [tag:{tag}]\nGì? {{T}}")
    assert (reading.questions[0].question.level, reading.questions[0].tags) == (level, ())


@pytest.mark.parametrize(
    "tag", ["1", "b", "th", "kho", "chỉ tiêu", "level:gì", "points:nhiều", "expires:mai"]
)
def test_tags_that_say_no_level_stay_tags(tag: str) -> None:
    reading = read(f"// [tag:{tag}]\nGì? {{T}}")
    assert (reading.questions[0].question.level, reading.questions[0].tags) == (None, (tag,))


def test_tags_that_disagree_are_said() -> None:
    reading = read("// [tag:NB] [tag:VDC]\nGì? {T}")
    assert (reading.questions[0].question.level, reading.questions[0].tags) == (None, ("NB", "VDC"))
    assert ("levels_differ", 2) in codes("// [tag:NB] [tag:VDC]\nGì? {T}")


def test_tags_say_points_and_the_day_of_expiry() -> None:
    (only,) = read("// [tag:points:2] [tag:expires:2026-12-31] [tag:cites:p03]\nGì? {T}").questions
    assert (only.points, only.question.expires, only.question.cites) == (Decimal(2), "2026-12-31", ("p03",))


def test_categories_are_topics() -> None:
    text = "$CATEGORY: $course$/top/Chỉ tiêu/Kinh tế//xã hội\n\nGì? {T}\n\n$CATEGORY: tom\nSao? {F}"
    assert [read.topic for read in read(text).questions] == ["Chỉ tiêu/Kinh tế/xã hội", "tom"]


def test_titles_that_say_something_else_are_listed_once() -> None:
    text = (
        "::Câu 1::Gì? {T}\n\n::Sao lại::Sao lại thế? {T}\n\n::Chủ đề một::Ai? {T}\n\n::Chủ đề hai::Đâu? {T}"
    )
    said = problem_of(text, "titles_left_out")
    assert said.message_params == {"count": 2, "example": "Chủ đề một"}
    assert [read.question.stem for read in read(text).questions] == ["Gì?", "Sao lại thế?", "Ai?", "Đâu?"]


def test_an_empty_title_and_a_title_without_end() -> None:
    assert one(":::: Gì? {T}").stem == "Gì?"
    assert one("::Gì? {T}").stem == "Gì?"


def test_descriptions_are_listed_with_their_line_and_keep_their_number() -> None:
    reading = read("Đọc đoạn sau.\n\nGì? {T}")
    assert [read.number for read in reading.questions] == [2]
    assert [(p.code, p.severity, p.where["line"]) for p in reading.problems] == [
        ("description_left_out", "warning", 1)
    ]


def test_a_blank_line_in_braces_is_read_over_and_said() -> None:
    text = "Một? {T}\n\nHai? {\n=a\n\n~b\n\n~c}\n\nBa? {F}"
    assert [len(read.question.options) for read in read(text).questions] == [0, 3, 0]
    assert codes(text) == [("blank_line_in_braces", 5)]


def test_braces_without_partner_are_said_and_the_rest_is_read() -> None:
    text = "Một? {=a ~b\n\nHai? {T}\n\nBa } bốn?\n\nNăm? {F}"
    assert [read.question.stem for read in read(text).questions] == ["Hai?", "Năm?"]
    assert codes(text) == [("braces_unbalanced", 1), ("braces_unbalanced", 5)]
    assert read(text).problems[0].where["question"] == 1


def test_questions_without_a_blank_line_between_are_two() -> None:
    text = "Một? {T}\nHai? {=a ~b}\nBa? {F}"
    assert [read.question.stem for read in read(text).questions] == ["Một?", "Hai?", "Ba?"]
    assert codes(text) == [("blank_line_missing", 2), ("blank_line_missing", 3)]


def test_two_answer_blocks_in_a_line_are_said() -> None:
    assert ("several_answer_blocks", 1) in codes("Từ {=a ~b} đến {=c ~d}.")


def test_a_pair_without_arrow_is_said() -> None:
    assert ("pair_without_arrow", 1) in codes("Ghép {=a -> b =c -> d =e}")


def test_line_ends_of_windows_and_a_byte_order_mark() -> None:
    reading = read(b"\xef\xbb\xbf" + "Một? {T}\r\n\r\n// hai\r\nHai? {\r\n=a\r\n~b\r\n}\r\n".encode())
    assert [read.question.stem for read in reading.questions] == ["Một?", "Hai?"]
    assert reading.questions[1].line == 4


def test_other_encodings_are_refused_with_their_line() -> None:
    reading = read("Một? {T}\n\nĐ".encode() + b"\xe9\xff")
    assert reading.unreadable
    assert [(problem.code, problem.where["line"]) for problem in reading.problems] == [("not_utf8", 3)]


def test_a_file_that_is_too_large_is_refused() -> None:
    assert read(b"a" * 20_000_001).problems[0].code == "too_large"


def test_a_file_without_questions_is_said() -> None:
    assert codes("") == codes("// nur\n\n// so") == [("file_without_questions", None)]


def test_the_same_question_and_the_same_id_are_said() -> None:
    text = "// [id:a]\nGì? {T}\n\n// [id:a]\ngì {F}"
    assert codes(text) == [("repeated_id", 5), ("repeated_stem", 5)]


def test_the_original_stands_beside_what_was_read() -> None:
    assert read("// x\nGì \\= a? {\n  =a\n ~b}").questions[0].original == "Gì \\= a? {\n=a\n~b}"


def test_a_block_of_many_questions_is_read_in_one_go() -> None:
    text = "\n".join(f"Câu {number}? {{=a ~b}}" for number in range(2_000))
    assert len(read(text).questions) == 2_000


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("a.gift", b"anything", True),
        ("a.txt", "Gì? {\n=a\n~b}".encode(), True),
        ("a.txt", b"$CATEGORY: a", True),
        ("a.txt", b"Q {T}", True),
        ("a.txt", "Câu 1. Gì\nA. a\nB. b\nANSWER: A".encode(), False),
        ("a.xml", b"<quiz>{=a}</quiz>", False),
    ],
)
def test_files_are_recognised(name: str, head: bytes, known: bool) -> None:
    assert FORMAT.recognise(name, head) is known


KEPT = {"scored_differently"}  # said to whoever exports, but read here again as before
PLAINLY = {"single_choice", "multiple_choice", "true_false", "true_false_group", "numeric", "matching"}


# --- writing -----------------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(read_questions(most=2, tags=lines))
def test_what_is_written_is_read_back_but_for_the_named_losses(asked: tuple[ReadQuestion, ...]) -> None:
    check_round_trip(FORMAT, asked)
    for problem in FORMAT.losses(asked):
        assert SENTENCES[problem.code].format(**problem.message_params)


@settings(max_examples=50)
@given(read_questions(st.sampled_from(sorted(PLAINLY)).flatmap(VALID.__getitem__).map(plain)))
def test_what_gift_can_carry_comes_back_whole(asked: tuple[ReadQuestion, ...]) -> None:
    named = {problem.where["question"] for problem in FORMAT.losses(asked) if problem.code not in KEPT}
    found = again(FORMAT, asked).questions
    assert len(found) == len(asked)
    assert all(
        after == before for before, after in zip(asked, found, strict=True) if before.number not in named
    )


@pytest.mark.parametrize("kind", ["cloze", "ordering"])
def test_types_without_a_counterpart_are_named_before(kind: str) -> None:
    (said,) = FORMAT.losses([ReadQuestion(1, "", Question(kind, "Gì?"))])
    assert (said.code, said.severity, said.where) == (
        "type_not_written",
        "error",
        {"question": 1, "field": "type"},
    )


def test_what_an_essay_loses_is_named() -> None:
    essay = Question("essay", "Viết.", least_words=10, most_words=20, file_types=("pdf",), guide="Chấm ý.")
    codes = [problem.code for problem in FORMAT.losses([ReadQuestion(1, "", essay)])]
    assert codes == ["word_limits_not_written", "file_types_not_written", "guide_not_written"]


def test_a_written_file_is_as_moodle_writes_it() -> None:
    q = Question(
        "single_choice",
        "a = {b}?",
        options=(Option("50%: x"), Option("%50% y")),
        correct=(0,),
        level="recall",
    )
    text = FORMAT.write(HEADER, [ReadQuestion(1, "q1", q, topic="Chỉ tiêu")], {}).decode()
    assert text == (
        "$CATEGORY: $course$/top/Chỉ tiêu\n\n"
        "// [id:q1] [tag:level:recall]\n"
        "::q1::[plain]a \\= \\{b\\}? {\n\t=50%\\: x\n\t~[plain]%50% y\n}\n"
    )


def test_lists_far_too_long_are_said_at_once() -> None:
    assert codes("Gì? {" + "~a" * 20_000 + "}") == [("too_many_entries", 1)]
