"""What each kind of question of Canvas becomes, and what is named."""

import itertools
from decimal import Decimal

import pytest

from lms.questions.question import Blank, Pair, Question, Statement
from tests.questions.canvas_files import FIB, equal, item, lid, material, options, quiz, rule
from tests.questions.qti_files import codes, only, read

READ_AS = {
    "multiple choice": (
        item("multiple_choice_question", "<p>Hỏi <b>gì</b>?</p>", lid("một", "hai"), rule(equal("2"))),
        Question("single_choice", "Hỏi gì?", options=options("một", "hai"), correct=(1,)),
    ),
    "true or false": (
        item("true_false_question", "Có 550.", lid("True", "False"), rule(equal("2"))),
        Question("true_false", "Có 550.", correct=(1,)),
    ),
    "multiple answers": (
        item(
            "multiple_answers_question",
            "Gì?",
            lid("a", "b", "c", cardinality="Multiple"),
            rule(f"<and>{equal('1')}<not>{equal('2')}</not>{equal('3')}</and>"),
        ),
        Question("multiple_choice", "Gì?", options=options("a", "b", "c"), correct=(0, 2)),
    ),
    "multiple answers with points for each": (
        item(
            "multiple_answers_question",
            "Gì?",
            lid("a", "b", "c", cardinality="Multiple"),
            rule(equal("1"), "50", "Add"),
            rule(equal("3"), "50", "Add"),
        ),
        Question("multiple_choice", "Gì?", options=options("a", "b", "c"), correct=(0, 2), scoring="partial"),
    ),
    "short answer": (
        item("short_answer_question", "Ai?", FIB, rule(equal("Hồ Chí Minh") + equal("Bác Hồ"))),
        Question("short_answer", "Ai?", answers=("Hồ Chí Minh", "Bác Hồ")),
    ),
    "gaps to type in": (
        item(
            "fill_in_multiple_blanks_question",
            "<p>Hoa [mau1] và [mau2] [khac].</p>",
            lid("đỏ", "thắm", ident="response_mau1", name="mau1")
            + lid("xanh", ident="response_mau2", name="mau2"),
            rule(equal("1", "response_mau1"), "50", "Add"),
            rule(equal("1", "response_mau2"), "50", "Add"),
        ),
        Question(
            "cloze",
            "Hoa [[1]] và [[2]] [khac].",
            blanks=(Blank("text", ("đỏ", "thắm")), Blank("text", ("xanh",))),
        ),
    ),
    "gaps to choose in": (
        item(
            "multiple_dropdowns_question",
            "Năm [n] ở [o]",
            lid("1930", "1945", ident="response_n") + lid("Huế", "Hà Nội", ident="response_o"),
            rule(equal("2", "response_n"), "50", "Add"),
            rule(equal("1", "response_o"), "50", "Add"),
        ),
        Question(
            "cloze",
            "Năm [[1]] ở [[2]]",
            blanks=(
                Blank("choice", options=("1930", "1945"), correct=1),
                Blank("choice", options=("Huế", "Hà Nội")),
            ),
        ),
    ),
    "matching": (
        item(
            "matching_question",
            "Ghép",
            lid("x", "y", "thừa", ident="response_7", name="một")
            + lid("x", "y", "thừa", ident="response_8", name="hai"),
            rule(equal("2", "response_7"), "50.00", "Add"),
            rule(equal("1", "response_8"), "50.00", "Add"),
        ),
        Question(
            "matching",
            "Ghép",
            pairs=(Pair("một", "y"), Pair("hai", "x"), Pair("", "thừa")),
            scoring="partial",
        ),
    ),
    "number with a margin": (
        item(
            "numerical_question",
            "Bao nhiêu?",
            FIB,
            rule(
                f"<or>{equal('4.0')}<and><vargte respident='response1'>3.5</vargte>"
                "<varlte respident='response1'>4.5</varlte></and></or>"
            ),
        ),
        Question("numeric", "Bao nhiêu?", answers=("4",), tolerance="0,5"),
    ),
    "number in a range": (
        item(
            "numerical_question",
            "Bao nhiêu?",
            FIB,
            rule("<vargte respident='response1'>10</vargte><varlte respident='response1'>12</varlte>"),
        ),
        Question("numeric", "Bao nhiêu?", answers=("11",), tolerance="1"),
    ),
    "number with a precision": (
        item(
            "numerical_question",
            "Pi?",
            FIB,
            rule(
                f"<or>{equal('3.14')}<and><vargt respident='response1'>3.135</vargt>"
                "<varlte respident='response1'>3.145</varlte></and></or>"
            ),
        ),
        Question("numeric", "Pi?", answers=("3,14",), tolerance="0,005"),
    ),
    "several exact numbers": (
        item("numerical_question", "?", FIB, rule(equal("1945")), rule(equal("1,5"))),
        Question("numeric", "?", answers=("1945", "1,5")),
    ),
    "essay": (
        item(
            "essay_question",
            "Viết.",
            FIB,
            "<respcondition><conditionvar><other/></conditionvar></respcondition>",
        ),
        Question("essay", "Viết."),
    ),
}


@pytest.mark.parametrize("name", READ_AS)
def test_a_kind_of_canvas_is_read_as_its_counterpart(name: str) -> None:
    data, expected = READ_AS[name]
    reading = read(quiz(data), "quiz.xml")
    assert [each.question for each in reading.questions] == [expected]
    assert reading.problems == ()


def test_matching_with_true_and_false_is_a_group_of_statements() -> None:
    responses = lid("Đúng", "Sai", ident="response_a", name="một") + lid(
        "Đúng", "Sai", ident="response_b", name="hai"
    )
    data = item(
        "matching_question",
        "Xét",
        responses,
        rule(equal("1", "response_a"), "50", "Add"),
        rule(equal("2", "response_b"), "50", "Add"),
    )
    assert only(quiz(data)).statements == (Statement("một", True), Statement("hai", False))


def test_a_file_to_hand_in_is_an_essay_and_its_kinds_are_assumed() -> None:
    reading = read(quiz(item("file_upload_question", "Nộp bài", "")), "quiz.xml")
    assert reading.questions[0].question == Question("essay", "Nộp bài", file_types=("docx", "pdf"))
    assert codes(reading) == {"any_file_type"}


@pytest.mark.parametrize("kind", ["calculated_question", "text_only_question", "new_kind_question"])
def test_other_kinds_are_listed_by_name(kind: str) -> None:
    reading = read(quiz(item(kind, "Hỏi?", FIB)), "quiz.xml")
    assert reading.questions == ()
    assert not reading.unreadable
    assert [(p.code, p.message_params["type"], p.message_params["name"]) for p in reading.problems] == [
        ("type_without_counterpart", kind, "Câu một")
    ]


def test_points_and_feedback_are_kept_and_other_messages_counted() -> None:
    said = "".join(
        f'<itemfeedback ident="{ident}"><flow_mat>{material(text)}</flow_mat></itemfeedback>'
        for ident, text in (
            ("general_fb", "<p>Vì <i>thế</i>.</p>"),
            ("correct_fb", "Giỏi."),
            ("2_fb", "Sai."),
        )
    )
    data = item(
        "multiple_choice_question", "?", lid("a", "b"), rule(equal("1")), after=said, points_possible="2.5"
    )
    reading = read(quiz(data), "quiz.xml")
    assert reading.questions[0].points == Decimal("2.5")
    assert reading.questions[0].question.explanation == "Vì thế.\nGiỏi."
    assert [(p.code, p.message_params["count"]) for p in reading.problems] == [("messages_left_out", 1)]


def test_answers_that_earn_less_are_named() -> None:
    data = item("short_answer_question", "?", FIB, rule(equal("a")), rule(equal("b"), "50"))
    reading = read(quiz(data), "quiz.xml")
    assert reading.questions[0].question.answers == ("a",)
    assert codes(reading) == {"weights_not_kept"}


def test_different_margins_are_named() -> None:
    def around(value: int, margin: int) -> str:
        return (
            f"<or>{equal(str(value))}<and><vargte respident='response1'>{value - margin}</vargte>"
            f"<varlte respident='response1'>{value + margin}</varlte></and></or>"
        )

    data = item("numerical_question", "?", FIB, rule(around(10, 1)), rule(around(20, 2)))
    reading = read(quiz(data), "quiz.xml")
    assert (reading.questions[0].question.answers, reading.questions[0].question.tolerance) == (
        ("10", "20"),
        "1",
    )
    assert codes(reading) == {"tolerances_differ"}


def test_a_gap_without_a_key_and_a_row_without_a_partner_are_said() -> None:
    gap = item("multiple_dropdowns_question", "Năm [n]", lid("1", "2", ident="response_n"))
    row = item(
        "matching_question",
        "Ghép",
        lid("x", "y", ident="response_7", name="một") + lid("x", "y", ident="response_8", name="hai"),
        rule(equal("1", "response_7"), "50", "Add"),
    )
    reading = read(quiz(gap, row), "quiz.xml")
    assert reading.statuses() == {1: "no_key", 2: "no_key"}


def test_kinds_and_damage_in_any_mixture_are_read_without_failing() -> None:
    for left, right in itertools.product(READ_AS, repeat=2):
        kinds = [data for data, _ in (READ_AS[left], READ_AS[right])]
        mixed = kinds[0].split("<presentation>")[0] + "<presentation>" + kinds[1].split("<presentation>")[1]
        read(quiz(mixed), "quiz.xml")
