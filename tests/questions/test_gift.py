"""Files of GIFT: comments, tags, categories, what is broken; and what is written."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions.formats.gift import FORMAT
from lms.questions.question import Option, Question
from lms.questions.reading import ReadQuestion
from tests.questions.gift_texts import KEPT, PLAINLY, SENTENCES, codes, one, problem_of, read
from tests.questions.round_trips import HEADER, again, check_round_trip
from tests.questions.strategies import VALID, lines, plain, read_questions


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
