"""What each type of Moodle XML becomes."""

import pytest

from lms.questions.question import Blank, Option, Pair, Question
from tests.questions.moodle_files import answer, asked, codes, one, problem_of, read


def test_one_of_several_options() -> None:
    q = one(
        asked(
            "multichoice",
            "<single>true</single>" + answer("<p>20</p>") + answer("43", "100.0000") + answer("51"),
        )
    )
    assert q == Question(
        "single_choice", "Gì?", options=(Option("20"), Option("43"), Option("51")), correct=(1,)
    )


@pytest.mark.parametrize("single", ["false", "0"])
def test_several_right_options_with_deductions(single: str) -> None:
    weighed = answer("a", "33.33333") + answer("b", 33.33333) + answer("c", 33.33333) + answer("d", -33.33333)
    q = one(asked("multichoice", f"<single>{single}</single>{weighed}"))
    assert (q.type, q.correct, q.scoring) == ("multiple_choice", (0, 1, 2), "partial")


def test_part_marks_are_said_once_for_the_file() -> None:
    several = asked("multichoice", "<single>0</single>" + answer("a", 50) + answer("b", 50) + answer("c"))
    assert codes(several, several.replace("Gì?", "Ai?")) == ["part_marks_not_given"]
    unequal = asked("multichoice", "<single>0</single>" + answer("a", 60) + answer("b", 40) + answer("c"))
    assert codes(unequal) == ["weights_not_kept"]


def test_true_and_false_in_any_order_and_language() -> None:
    assert one(asked("truefalse", answer("true", 100) + answer("false"))).correct == (0,)
    assert one(asked("truefalse", answer("false") + answer("true", 100))).correct == (0,)
    assert one(asked("truefalse", answer("Đúng") + answer("Sai", 100))).correct == (1,)
    assert one(asked("truefalse", answer("Vero") + answer("Falso", 100))).correct == (1,)
    assert codes(asked("truefalse", answer("Vero", 100) + answer("Falso"))) == ["truth_by_order"]
    assert read(asked("truefalse", answer("true") + answer("false"))).statuses() == {1: "no_key"}


def test_short_answers() -> None:
    typed = answer("Đột phá", 100, form="moodle_auto_format") + answer("a\\*b", 100) + answer("*", 0, "sai")
    q = one(asked("shortanswer", f"<usecase>0</usecase>{typed}"))
    assert (q.type, q.answers, q.fold) == ("short_answer", ("Đột phá", "a*b"), True)
    assert problem_of(asked("shortanswer", answer("a", 100) + answer("b", 50)), "partial_answers_left_out")
    strict = asked("shortanswer", f"<usecase>1</usecase>{typed}")
    assert one(strict).fold is False
    assert "case_not_compared" in codes(strict)


def test_plain_answers_may_look_like_html() -> None:
    assert one(asked("shortanswer", answer("<b>", 100, form="moodle_auto_format"))).answers == ("<b>",)
    assert one(asked("shortanswer", answer("<p>đậm</p>", 100))).answers == ("đậm",)


def test_numbers_with_tolerance_and_unit() -> None:
    units = (
        "<units><unit><multiplier>1000</multiplier><unit_name>nghìn USD</unit_name></unit>"
        "<unit><multiplier>1</multiplier><unit_name>USD</unit_name></unit></units>"
    )
    numbers = answer("6.25", 100, more="<tolerance>0.05</tolerance>") + answer("*", 0, "sai")
    q = one(asked("numerical", numbers + units))
    assert (q.answers, q.tolerance, q.unit) == (("6,25",), "0,05", "USD")
    assert "units_left_out" in codes(asked("numerical", numbers + units))
    old = "<answer fraction='100'>1945<tolerance>0</tolerance></answer>"
    assert one(asked("numerical", old)).answers == ("1945",)
    several = answer("1", 100, more="<tolerance>1</tolerance>") + answer(
        "9", 100, more="<tolerance>0</tolerance>"
    )
    assert codes(asked("numerical", several)) == ["tolerances_differ"]


def test_pairs_with_distractors() -> None:
    pairs = "".join(
        f"<subquestion format='html'><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in [("ếch", "lưỡng cư"), ("mèo", "thú"), ("", "côn trùng"), ("", "")]
    )
    q = one(asked("matching", pairs))
    assert q.pairs == (Pair("ếch", "lưỡng cư"), Pair("mèo", "thú"), Pair("", "côn trùng"))
    assert q.scoring == "partial"


def test_an_essay_with_everything() -> None:
    q = one(
        asked(
            "essay",
            "<responseformat>editor</responseformat><minwordlimit>100</minwordlimit><maxwordlimit>800</maxwordlimit>"
            "<attachments>2</attachments><filetypeslist>.docx,.PDF,image,.exe</filetypeslist>"
            "<graderinfo format='html'><text>&lt;p&gt;Chấm ba ý.&lt;/p&gt;</text></graderinfo>",
        )
    )
    assert (q.least_words, q.most_words, q.guide) == (100, 800, "Chấm ba ý.")
    assert q.file_types == ("docx", "pdf", "jpg", "png")


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<responsetemplate><text>Mở bài:</text></responsetemplate>", "template_left_out"),
        ("<attachments>1</attachments><filetypeslist></filetypeslist>", "any_file_type"),
        ("<attachments>-1</attachments><filetypeslist>.exe</filetypeslist>", "file_types_left_out"),
    ],
)
def test_what_an_essay_loses_is_said(inside: str, code: str) -> None:
    assert codes(asked("essay", inside)) == [code]


def test_gaps_of_every_kind() -> None:
    q = one(
        asked(
            "cloze",
            stem="<p>A {1:SHORTANSWER:=Hà Nội~=Thủ đô} b {:SAC:=Đảng} c {1:NUMERICAL:=2.5:0.1~=3:0.1}"
            " d {2:MC:~sai~=đúng} e {1:MULTICHOICE_VS:=x\\}y~z\\#~&lt;b&gt;}</p>",
        )
    )
    assert q.stem == "A [[1]] b [[2]] c [[3]] d [[4]] e [[5]]"
    assert q.blanks == (
        Blank("text", answers=("Hà Nội", "Thủ đô")),
        Blank("text", answers=("Đảng",)),
        Blank("number", answers=("2,5", "3"), tolerance="0,1"),
        Blank("choice", options=("sai", "đúng"), correct=1),
        Blank("choice", options=("x}y", "z#", "<b>")),
    )


@pytest.mark.parametrize(
    ("gap", "code"),
    [
        ("{1:SA:=a~%50%b}", "blank_partial_left_out"),
        ("{1:SA:=a#tốt~*#sai}", "blank_feedback_left_out"),
        ("{1:SA:=a*}", "blank_wildcard"),
        ("{1:MC:=a~%50%b~c}", "blank_partial_left_out"),
        ("{1:MULTIRESPONSE:=a~=b~c}", "blank_several_right"),
        ("{1:MR:%50%a~%50%b~c}", "blank_several_right"),
        ("{1:MC:a~b}", "no_key"),
        ("{1:NM:=1:1~=2:0.5}", "blank_tolerances_differ"),
        ("{1:NM:=một}", "blank_unreadable"),
        ("{1:SA:=a", "blank_unreadable"),
        ("{1:SA:=a} {3:SA:=b}", "blank_weights_not_kept"),
        ("không có chỗ trống", "no_blanks"),
    ],
)
def test_what_a_gap_loses_is_said(gap: str, code: str) -> None:
    assert code in codes(asked("multianswer", stem=f"Ở đâu? {gap}"))


def test_words_to_choose_or_drag_are_gaps_with_the_words_of_their_group() -> None:
    for kind, name in (("gapselect", "selectoption"), ("ddwtos", "dragbox")):
        words = "".join(
            f"<{name}><text>{word}</text><group>{group}</group></{name}>"
            for word, group in [("mèo", 1), ("ngồi", 2), ("chó", 1), ("đứng", 2)]
        )
        q = one(asked(kind, words, stem="Con [[3]] [[2]], con [[1]] [[2]]."))
        assert q.stem == "Con [[1]] [[2]], con [[3]] [[4]]."
        assert [(blank.options, blank.correct) for blank in q.blanks] == [
            (("mèo", "chó"), 1), (("ngồi", "đứng"), 0), (("mèo", "chó"), 0), (("ngồi", "đứng"), 0),
        ]  # fmt: skip
        assert "blank_without_choice" in codes(asked(kind, words, stem="Con [[9]]."))


def test_items_to_order() -> None:
    items = answer("hai", 2) + answer("một", 1) + answer("ba", 3)
    q = one(asked("ordering", items + "<gradingtype>ALL_OR_NOTHING</gradingtype>"))
    assert (q.options, q.scoring) == ((Option("một"), Option("hai"), Option("ba")), "all_or_nothing")
    assert one(asked("ordering", items)).scoring == "partial"
    assert codes(asked("ordering", items + "<gradingtype>ABSOLUTE_POSITION</gradingtype>")) == [
        "grading_not_kept"
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "calculated",
        "calculatedsimple",
        "calculatedmulti",
        "ddimageortext",
        "ddmarker",
        "randomsamatch",
        "stack",
        "",
    ],
)
def test_types_without_a_counterpart_are_listed_and_the_rest_is_read(kind: str) -> None:
    good = asked("truefalse", answer("true", 100) + answer("false"), stem="Sau?")
    reading = read(asked(kind, stem="Trước?"), good)
    assert [(read.number, read.question.stem) for read in reading.questions] == [(2, "Sau?")]
    (said,) = reading.problems
    assert (said.code, said.severity, said.where["question"], said.where["line"]) == (
        "type_without_counterpart", "error", 1, 3,
    )  # fmt: skip
    assert (said.message_params["type"], said.message_params["name"]) == (kind, "Trước?")


def test_a_description_is_listed() -> None:
    assert (
        problem_of(asked("description", stem="Đọc đoạn sau."), "description_left_out").severity == "warning"
    )
