"""Moodle XML: every core type, what is left out and said, hostile files, and that what is written comes back."""

import base64
import io
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from PIL import Image as Pixels

from lms.files import xml as xml_module
from lms.questions import problem as problems_module
from lms.questions.formats.moodle_xml import FORMAT
from lms.questions.formats.shared.messages import MESSAGES
from lms.questions.problem import Problem
from lms.questions.question import Blank, Criterion, Image, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import Reading, ReadQuestion
from lms.questions.types.messages import MESSAGES as OF_TYPES
from tests.questions.round_trips import HEADER, again, check_round_trip
from tests.questions.strategies import PICTURES, lines, read_questions

SENTENCES = {**problems_module.MESSAGES, **OF_TYPES, **MESSAGES, **xml_module.MESSAGES}


def _png() -> bytes:
    held = io.BytesIO()
    Pixels.new("RGB", (2, 2), (200, 0, 0)).save(held, "PNG")
    return held.getvalue()


PNG = base64.b64encode(_png()).decode()


def quiz(*questions: str) -> bytes:
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n' + "\n".join(questions) + "\n</quiz>").encode()


def asked(kind: str, inside: str = "", stem: str = "Gì?", form: str = "html", files: str = "") -> str:
    text = f'<questiontext format="{form}"><text>{escape(stem)}</text>{files}</questiontext>'
    name = "" if "<" in stem else escape(stem[:9])
    return f'<question type="{kind}"><name><text>{name}</text></name>{text}{inside}</question>'


def answer(text: str, fraction: object = 0, feedback: str = "", more: str = "", form: str = "html") -> str:
    said = f"<feedback><text>{escape(feedback)}</text></feedback>" if feedback else ""
    return f'<answer fraction="{fraction}" format="{form}"><text>{escape(text)}</text>{said}{more}</answer>'


def read(*questions: str) -> Reading:
    return checked(FORMAT.read(quiz(*questions), "bank.xml"))


def checked(reading: Reading) -> Reading:
    for problem in reading.problems:
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.where["file"] == "bank.xml"
    return reading


def one(question: str) -> Question:
    (only,) = read(question).questions
    return only.question


def codes(*questions: str) -> list[str]:
    return [problem.code for problem in read(*questions).problems]


def problem_of(question: str, code: str) -> Problem:
    (found,) = (problem for problem in read(question).problems if problem.code == code)
    return found


# --- types -------------------------------------------------------------------------------------------------------


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


# --- around the question -----------------------------------------------------------------------------------------

TRUE = answer("true", 100) + answer("false")


def test_categories_tags_id_points_and_the_state() -> None:
    tags = "<tags><tag><text>Thông hiểu</text></tag><tag><text>đảng viên</text></tag></tags>"
    path = "$course$/top/Kinh tế//xã hội/2030"
    category = f"<question type='category'><category><text>{path}</text></category></question>"
    more = f"<idnumber>hn-1</idnumber><defaultgrade>2.5000000</defaultgrade><hidden>1</hidden>{tags}"
    reading = read(category, asked("truefalse", TRUE + more))
    (only,) = reading.questions
    assert (only.number, only.id, only.points, only.topic) == (
        1,
        "hn-1",
        Decimal("2.5"),
        "Kinh tế/xã hội/2030",
    )
    assert (only.question.level, only.tags) == ("comprehension", ("đảng viên",))
    assert [problem.code for problem in reading.problems] == ["hidden_question"]


def test_explanation_and_source() -> None:
    q = one(
        asked(
            "truefalse",
            TRUE + "<generalfeedback><text>Vì thế.&lt;br&gt;Căn cứ: mục II.3</text></generalfeedback>",
        )
    )
    assert (q.explanation, q.source) == ("Vì thế.", "mục II.3")


def test_feedback_to_options_is_said_with_its_text() -> None:
    said = problem_of(
        asked("multichoice", answer("a", 100, "tốt") + answer("b", 0, "chưa")), "option_feedback_left_out"
    )
    assert said.message_params["text"] == "a: tốt; b: chưa"


def test_hints_penalties_and_combined_feedback_are_said_once() -> None:
    more = "<penalty>0.3333333</penalty><hint><text>Gợi ý</text></hint>"
    more += "<correctfeedback><text>Đúng</text></correctfeedback>"
    reading = read(*(asked("truefalse", TRUE + more, stem=f"Câu {n}?") for n in range(30)))
    (said,) = reading.problems
    assert (said.code, said.message_params["count"]) == ("settings_left_out", 30)


def test_names_that_say_something_else_are_said_once() -> None:
    other = asked("truefalse", TRUE).replace("<name><text>Gì?", "<name><text>Chủ đề riêng")
    assert codes(other) == ["titles_left_out"]
    assert codes(asked("truefalse", TRUE)) == []


@pytest.mark.parametrize(
    ("form", "stem", "shown"),
    [
        ("html", "<p>a &lt; b<br>c</p><script>x()</script>", "a < b\nc"),
        ("moodle_auto_format", "a\nb <b>c</b>", "a\nb c"),
        ("plain_text", "a <b>\n&lt;", "a <b>\n&lt;"),
        ("markdown", "**a**\n\n- b", "a\n- b"),
    ],
)
def test_formats_of_texts(form: str, stem: str, shown: str) -> None:
    assert one(asked("truefalse", TRUE, stem=stem, form=form)).stem == shown


def test_tags_that_were_not_escaped_are_read_as_html() -> None:
    data = quiz(asked("truefalse", TRUE)).replace(
        "Gì?</text></q".encode(), "<p>Gì <b>vậy</b>?</p></text></q".encode()
    )
    assert checked(FORMAT.read(data, "bank.xml")).questions[0].question.stem == "Gì vậy?"


def test_text_is_composed_unicode() -> None:
    assert one(asked("truefalse", TRUE, stem="Ca\u0302u")).stem == "Câu"


# --- pictures ----------------------------------------------------------------------------------------------------


def test_embedded_pictures_of_question_and_option() -> None:
    files = f'<file name="cờ đỏ.png" path="/" encoding="base64">{PNG}</file>'
    stem = '<p>Cờ gì? <img src="@@PLUGINFILE@@/c%E1%BB%9D%20%C4%91%E1%BB%8F.png" alt="Cờ đỏ"></p>'
    option = f'<answer fraction="100" format="html"><text>{escape(stem)}</text>{files}</answer>'
    reading = read(asked("multichoice", option + answer("b"), stem=stem, files=files))
    q = reading.questions[0].question
    (picture,) = q.images
    assert picture.alt == "Cờ đỏ"
    assert q.options[0] == Option("Cờ gì?", image=picture)
    assert reading.pictures == {picture.name: base64.b64decode(PNG)}
    assert reading.problems == ()


def test_a_picture_of_an_old_file() -> None:
    old = f"<image>a/b.png</image><image_base64>{PNG}</image_base64>"
    q = one(asked("truefalse", TRUE + old))
    assert [image.alt for image in q.images] == [""]
    assert codes(asked("truefalse", TRUE + old)) == ["no_alt_text"]


@pytest.mark.parametrize(
    ("source", "content", "code"),
    [
        ("@@PLUGINFILE@@/x.png", PNG, "image_missing"),
        ("http://elsewhere/x.png", PNG, "image_outside"),
        ("file:///etc/passwd", PNG, "image_outside"),
        ("@@PLUGINFILE@@/../a.png", PNG, "image_missing"),
        ("@@PLUGINFILE@@/a.png", "%%%", "image_damaged"),
        ("@@PLUGINFILE@@/a.png", base64.b64encode(b"<svg onload='x'/>").decode(), "image_wrong_type"),
        ("@@PLUGINFILE@@/a.png", "A" * 6_800_000, "image_too_large"),
    ],
)
def test_pictures_that_cannot_be_taken_are_said(source: str, content: str, code: str) -> None:
    files = f'<file name="a.png" encoding="base64">{content}</file>'
    reading = read(asked("truefalse", TRUE, stem=f'Gì? <img src="{source}" alt="x">', files=files))
    assert code in [problem.code for problem in reading.problems]
    assert reading.questions[0].question.images == ()
    assert reading.pictures == {}


def test_other_files_and_pictures_in_feedback_are_said() -> None:
    sound = '<file name="a.mp3" encoding="base64">AAAA</file>'
    assert codes(asked("truefalse", TRUE, files=sound)) == ["file_left_out"]
    feedback = f"<generalfeedback><text>{escape('<img src=x alt=y>')}</text></generalfeedback>"
    assert codes(asked("truefalse", TRUE + feedback)) == ["image_left_out"]
    assert codes(asked("truefalse", TRUE, stem='Gì? <a href="http://x/y">z</a>')) == ["link_left_out"]
    assert codes(asked("truefalse", TRUE, stem="Gì? <video></video>")) == ["elements_left_out"]


# --- files that are refused --------------------------------------------------------------------------------------


def test_broken_xml_is_one_sentence_with_its_place() -> None:
    reading = checked(FORMAT.read(b"<quiz>\n<question type='essay'>&nbsp;</question></quiz>", "bank.xml"))
    assert reading.unreadable
    (said,) = reading.problems
    assert (said.code, said.where["line"]) == ("bad_xml", 2)
    assert isinstance(said.message_params["column"], int)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE quiz [<!ENTITY a "b">]><quiz>&a;</quiz>', "xml_doctype"),
        (b"<html><body/></html>", "not_moodle_xml"),
        (b"", "bad_xml"),
        (b"\x00\x01", "bad_xml"),
        ("<quiz>é</quiz>".encode("latin-1"), "bad_xml"),
        (b"<quiz>" + b"<a>" * 5_000, "bad_xml"),
        (b" " * 20_000_001, "too_large"),
        (b"<quiz></quiz>", "file_without_questions"),
    ],
)
def test_hostile_and_foreign_files_are_refused(data: bytes, code: str) -> None:
    reading = checked(FORMAT.read(data, "bank.xml"))
    assert [problem.code for problem in reading.problems] == [code]
    assert reading.questions == ()


def test_a_question_with_nothing_in_it_does_not_stop_the_reader() -> None:
    kinds = [
        "multichoice",
        "truefalse",
        "shortanswer",
        "numerical",
        "matching",
        "essay",
        "cloze",
        "gapselect",
        "ordering",
    ]
    reading = read(*(f'<question type="{kind}"/>' for kind in kinds), "<question/>")
    assert len(reading.questions) == len(kinds)
    assert not reading.usable


def test_elements_that_stand_deep_in_each_other_are_kept_as_they_are() -> None:
    assert "markup_unreadable" in codes(asked("essay", stem="<b>" * 400 + "x"))


@pytest.mark.parametrize(
    ("head", "known"),
    [
        (b'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>', True),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- a -->\n<quiz>", True),
        ("<?xml version='1.0' encoding='UTF-16'?><quiz>".encode("utf-16"), True),
        (b"<quizzes>", False),
        (b"<questestinterop>", False),
        (b"Q? {=a}", False),
    ],
)
def test_files_are_recognised(head: bytes, known: bool) -> None:
    assert FORMAT.recognise("bank.xml", head) is known


# --- writing -----------------------------------------------------------------------------------------------------


@settings(max_examples=80)
@given(read_questions(most=2, tags=lines))
def test_what_is_written_is_read_back_but_for_the_named_losses(asked: tuple[ReadQuestion, ...]) -> None:
    check_round_trip(FORMAT, asked)
    for problem in FORMAT.losses(asked):
        assert SENTENCES[problem.code].format(**problem.message_params)
        assert problem.severity == "warning"


@settings(max_examples=30)
@given(read_questions(most=2))
def test_the_pictures_come_back_byte_for_byte(asked: tuple[ReadQuestion, ...]) -> None:
    reading = again(FORMAT, asked)
    named = {image.name for read in asked for image in read.question.pictures}
    assert reading.pictures == {name: PICTURES[name] for name in named}


def test_questions_about_one_text_come_back_with_it() -> None:
    name = next(iter(PICTURES))
    stimulus = Stimulus("doan-1", "Đoạn văn <1>.\nDòng hai.", (Image(name, "Bản đồ"),))
    asked = tuple(
        ReadQuestion(number, "", Question("true_false", f"Câu {number}?", correct=(0,), stimulus=stimulus))
        for number in (1, 2)
    )
    assert FORMAT.losses(asked) == []
    assert again(FORMAT, asked).questions == asked
    assert FORMAT.write(HEADER, asked, PICTURES).count("Dòng hai".encode()) == 1


def test_two_texts_of_one_key_are_named() -> None:
    asked = [
        ReadQuestion(
            number, "", Question("true_false", f"Câu {number}?", correct=(0,), stimulus=Stimulus("k", text))
        )
        for number, text in ((1, "một"), (2, "hai"))
    ]
    assert [(problem.code, problem.where["question"]) for problem in FORMAT.losses(asked)] == [
        ("stimulus_not_written", 2)
    ]


def test_the_spelling_of_numbers_comes_back_but_not_against_the_number() -> None:
    q = Question("numeric", "Bao nhiêu?", answers=("12.000",), tolerance="0,50", unit="USD")
    data = FORMAT.write(HEADER, [ReadQuestion(1, "", q)], {})
    assert FORMAT.read(data, "bank.xml").questions[0].question == q
    changed = FORMAT.read(data.replace(b"<text>12000<", b"<text>13000<"), "bank.xml").questions[0].question
    assert changed.answers == ("13000",)


def test_a_rubric_is_a_list_for_markers_and_comes_back() -> None:
    q = Question(
        "essay",
        "Viết.",
        guide="Đọc kỹ.",
        rubric=(Criterion("Nêu ý <1>\nvà 2", "0,5"), Criterion("Liên hệ", "2")),
    )
    assert again(FORMAT, [ReadQuestion(1, "", q)]).questions[0].question == q


def test_a_group_of_statements_is_a_matching_there_and_a_group_here() -> None:
    q = Question(
        "true_false_group", "Về mục tiêu?", statements=(Statement("Một.", True), Statement("Hai.", True))
    )
    asked = [ReadQuestion(1, "", q)]
    data = FORMAT.write(HEADER, asked, {})
    assert b'type="matching"' in data
    assert b"<text>Sai</text>" in data
    assert FORMAT.read(data, "bank.xml").questions[0].question == q
    assert [problem.code for problem in FORMAT.losses(asked)] == ["scored_differently"]


def test_signs_that_xml_forbids_are_named() -> None:
    asked = [ReadQuestion(1, "", Question("true_false", "Gì\ufffe?", correct=(0,)))]
    assert [problem.code for problem in FORMAT.losses(asked)] == ["characters_lost"]
    assert again(FORMAT, asked).questions[0].question.stem == "Gì?"


def test_a_question_with_errors_is_named_and_left_out() -> None:
    asked = [ReadQuestion(1, "", Question("single_choice", "Gì?", options=(Option("a"), Option("b"))))]
    assert [(problem.code, problem.severity) for problem in FORMAT.losses(asked)] == [
        ("question_has_errors", "error")
    ]
    assert again(FORMAT, asked).questions == ()
