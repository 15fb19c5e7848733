"""Aiken: Moodle's rules with their lines, the levels of Vietnamese trainers, and what can be written in it."""

import pytest
from hypothesis import given, settings

from lms.questions import problem as problems_module
from lms.questions.formats.aiken import FORMAT
from lms.questions.formats.shared.messages import MESSAGES
from lms.questions.question import Option, Question
from lms.questions.reading import Reading, ReadQuestion
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.round_trips import HEADER, again, check_round_trip
from tests.questions.strategies import VALID, plain, questions, read_questions

SENTENCES = {**problems_module.MESSAGES, **OF_TYPES, **MESSAGES}
GOOD = "Nghị quyết có bao nhiêu chỉ tiêu?\nA. 20\nB) 43\nC.51\nANSWER: B\n"


def read(text: str | bytes) -> Reading:
    reading = FORMAT.read(text if isinstance(text, bytes) else text.encode(), "bank.txt")
    for problem in reading.problems:
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.txt"
    return reading


def codes(text: str | bytes) -> list[tuple[str, object]]:
    return [(problem.code, problem.where.get("line")) for problem in read(text).problems]


def test_a_question_with_options_and_its_key() -> None:
    reading = read(GOOD)
    assert reading.problems == ()
    (only,) = reading.questions
    assert only.question == Question(
        "single_choice",
        "Nghị quyết có bao nhiêu chỉ tiêu?",
        options=(Option("20"), Option("43"), Option("51")),
        correct=(1,),
    )
    assert (only.number, only.line, only.original) == (1, 1, GOOD.strip())


def test_blank_lines_and_short_lines_are_passed_over() -> None:
    reading = read("\n\nGì?\n\nA. a\n.\nB. b\n\nANSWER: A\n\n\n")
    assert len(reading.questions[0].question.options) == 2
    assert reading.questions[0].line == 3


def test_signs_of_html_are_text() -> None:
    assert read('Thẻ <html class="x"> & gì?\nA. <b>\nB. &lt;\nANSWER: B').questions[0].question.stem == (
        'Thẻ <html class="x"> & gì?'
    )


@pytest.mark.parametrize(
    ("stem", "level", "shown"),
    [("[1] Gì?", "recall", "Gì?"), ("[3]Gì?", "application", "Gì?"), ("[NB] Gì?", "recall", "Gì?"),
     ("[Vận dụng cao] Gì?", "analysis", "Gì?"), ("[a] Gì?", None, "[a] Gì?"), ("Gì? [1]", None, "Gì? [1]")],
)  # fmt: skip
def test_a_level_in_brackets_before_the_question(stem: str, level: str | None, shown: str) -> None:
    question = read(f"{stem}\nA. a\nB. b\nANSWER: A").questions[0].question
    assert (question.level, question.stem) == (level, shown)


def test_errors_have_their_line_and_the_good_questions_are_read() -> None:
    text = (
        "A. không có câu hỏi\n"  # 1
        "Một?\nA. a\nB. b\nANSWER: A\n"
        "ANSWER: B\n"  # 6
        "Hai?\nA. a\nANSWER: A\n"  # 9
        "Ba?\nA. a\nB. b\n"
        "Bốn?\n"  # 13
        "A. a\nB. b\nANSWER: C\n"  # 16
        "Năm?\nA. a\nB. b\nANSWER: b\n"  # 20
        "Sáu?\nA. a\nB. b\nANSWER: B\n"
        "Bảy?\nA. a\nB. b"  # 27
    )
    assert [read.question.stem for read in read(text).questions] == ["Một?", "Sáu?"]
    assert codes(text) == [
        ("outside_question", 1),
        ("outside_question", 6),
        ("too_few_options", 9),
        ("question_not_finished", 13),
        ("key_out_of_range", 16),
        ("unknown_key_letter", 20),
        ("question_not_finished", 27),
    ]
    assert all(problem.severity == "error" for problem in read(text).problems)


def test_a_question_on_two_lines_is_said() -> None:
    text = "Đại hội diễn ra\nkhi nào?\nA. a\nB. b\nANSWER: A"
    assert codes(text) == [("question_not_finished", 2)]
    assert read(text).questions[0].question.stem == "khi nào?"


def test_options_are_checked_as_in_every_format() -> None:
    assert ("equal_options", 1) in codes("Gì?\nA. a\nB. A\nANSWER: A")
    assert ("empty_option", 1) in codes("Gì?\nA. a\nB.\nANSWER: A")
    assert ("repeated_stem", 5) in codes("Gì?\nA. a\nB. b\nANSWER: A\ngì\nA. a\nB. b\nANSWER: B")


def test_line_ends_byte_order_mark_and_composed_letters() -> None:
    data = b"\xef\xbb\xbf" + GOOD.replace("ị", "i\u0323").replace("\n", "\r\n").encode()
    assert read(data).questions == read(GOOD).questions
    assert read(GOOD.replace("\n", "\r").encode()).questions == read(GOOD).questions


def test_other_encodings_are_refused_with_their_line() -> None:
    reading = read("Gì?\nA. \xe9".encode("latin-1"))
    assert reading.unreadable
    assert [(problem.code, problem.where["line"]) for problem in reading.problems] == [("not_utf8", 1)]


def test_a_file_without_questions_is_said() -> None:
    assert codes("") == [("file_without_questions", None)]


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("a.txt", GOOD.encode(), True),
        ("a.txt", GOOD.replace("\n", "\r\n").encode(), True),
        ("a.docx", GOOD.encode(), False),
        ("a.txt", "Gì? {=a ~b}".encode(), False),
        ("a.txt", "Câu 1. Gì?\nA. a\nB. b\nĐáp án: A".encode(), False),
    ],
)
def test_files_are_recognised(name: str, head: bytes, known: bool) -> None:
    assert FORMAT.recognise(name, head) is known


@settings(max_examples=80)
@given(read_questions(VALID["single_choice"]))
def test_what_is_written_is_read_back_but_for_the_named_losses(asked: tuple[ReadQuestion, ...]) -> None:
    named = FORMAT.losses(asked)
    lines = {problem.where["question"] for problem in named if problem.code == "line_ends_lost"}
    if not lines:
        check_round_trip(FORMAT, asked, ids=False)
    assert len(again(FORMAT, asked).questions) == len(asked) - len(
        {problem.where["question"] for problem in named if problem.severity == "error"}
    )


@settings(max_examples=30)
@given(read_questions(questions.map(plain)))
def test_only_single_choice_is_written_and_the_rest_is_named(asked: tuple[ReadQuestion, ...]) -> None:
    named = {
        problem.where["question"] for problem in FORMAT.losses(asked) if problem.code == "type_not_written"
    }
    assert named == {read.number for read in asked if read.question.type != "single_choice"}


@pytest.mark.parametrize("stem", ["A. Pu-skin là ai?", "ANSWER: gì?", "[1] là số mấy?", "?"])
def test_stems_that_would_be_read_otherwise_are_named_and_left_out(stem: str) -> None:
    q = Question("single_choice", stem, options=(Option("a"), Option("b")), correct=(0,))
    (said,) = FORMAT.losses([ReadQuestion(1, "", q)])
    assert (said.code, said.severity) == ("stem_not_written", "error")
    assert FORMAT.write(HEADER, [ReadQuestion(1, "", q)], {}) == b""


def test_what_is_lost_is_named() -> None:
    q = Question(
        "single_choice", "Một\nhai?", options=(Option("a"), Option("b", True)), correct=(0,), level="recall",
        explanation="Vì thế.", source="mục II", cites=("p1",), expires="2026-12-31",
    )  # fmt: skip
    said = FORMAT.losses([ReadQuestion(1, "x", q, topic="t", tags=("u",))])
    assert [problem.code for problem in said] == [
        "explanation_not_written", "level_not_written", "source_not_written", "cites_not_written",
        "expires_not_written", "fixed_not_written", "topic_not_written", "tags_not_written", "line_ends_lost",
    ]  # fmt: skip
    assert FORMAT.write(HEADER, [ReadQuestion(1, "x", q)], {}).decode() == "Một hai?\nA. a\nB. b\nANSWER: A\n"
