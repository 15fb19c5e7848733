"""Files of Moodle XML: what stands around questions, pictures, what is refused, what is written."""

import base64
from decimal import Decimal
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings

from lms.questions.formats.moodle_xml import FORMAT
from lms.questions.question import Criterion, Image, Option, Question, Statement, Stimulus
from lms.questions.reading import ReadQuestion
from tests.questions.moodle_files import (
    PNG,
    SENTENCES,
    TRUE,
    answer,
    asked,
    checked,
    codes,
    one,
    problem_of,
    quiz,
    read,
)
from tests.questions.round_trips import HEADER, again, check_round_trip
from tests.questions.strategies import PICTURES, lines, read_questions


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
