"""What stands around the answers of QTI items: feedback, pictures, shared texts, other content."""

import pytest

from lms.questions.question import Image, Option, Stimulus
from tests.questions.qti_files import (
    MATCH,
    PICTURE,
    by,
    choices,
    codes,
    declared,
    item,
    manifest,
    options,
    read,
    resource,
    zipped,
)
from tests.questions.strategies import PICTURES


def test_what_is_said_to_the_right_answer_is_the_explanation_and_the_rest_is_counted() -> None:
    said = "".join(
        f'<modalFeedback outcomeIdentifier="FEEDBACK" identifier="{name}" showHide="show">{text}</modalFeedback>'
        for name, text in (("correct", "Đúng rồi vì …"), ("incorrect", "Chưa đúng"))
    )
    options_ = (
        'Một<feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">Phải.</feedbackInline>',
        'Hai<feedbackInline outcomeIdentifier="F" identifier="B" showHide="show">Không.</feedbackInline>',
    )
    reading = read(item(declared("A"), choices(*options_), by(MATCH) + said))
    question = reading.questions[0].question
    assert question.explanation == "Đúng rồi vì …\nPhải."
    assert question.options == options("Một", "Hai")
    assert [(found.code, found.message_params["count"]) for found in reading.problems] == [
        ("messages_left_out", 2)
    ]


def test_pictures_are_kept_by_what_they_are_and_found_from_the_place_of_the_item() -> None:
    data = item(
        declared("A"),
        '<p>Nhìn: <img src="../media/a%20b.bin" alt="bản đồ"/></p>'
        + choices('<img src="../media/a%20b.bin" alt="hình"/>', "chữ"),
    )
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(resource("deep/one.xml")),
        "deep/one.xml": data,
        "media/a b.bin": PICTURES[PICTURE],
    }
    reading = read(zipped(members))
    question = reading.questions[0].question
    assert question.images == (Image(PICTURE, "bản đồ"),)
    assert question.options == (Option("", image=Image(PICTURE, "hình")), Option("chữ"))
    assert reading.pictures == {PICTURE: PICTURES[PICTURE]}
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("none.png", "image_missing"),
        ("https://example.org/a.png", "image_outside"),
        ("data:image/png;base64,AAAA", "image_outside"),
        ("../../../etc/passwd", "image_missing"),
        ("vector.svg", "image_wrong_type"),
        ("fake.png", "image_wrong_type"),
    ],
)
def test_a_picture_that_cannot_be_kept_is_named(address: str, code: str) -> None:
    members: dict[str, bytes | str] = {
        "q.xml": item(declared("A"), f'<p><img src="{address}" alt="x"/></p>' + choices("a", "b")),
        "vector.svg": "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "fake.png": "GIF? no",
    }
    reading = read(zipped({"imsmanifest.xml": manifest(resource("q.xml")), **members}))
    assert codes(reading) == {code}
    assert reading.questions[0].question.images == ()
    assert reading.pictures == {}


def test_an_embedded_picture_speaks_by_its_fallback() -> None:
    body = (
        '<object type="image/png" data="a.png"><p>Bưu thiếp của Sam</p></object>'
        '<object type="image/png" data="none.png"><p>Chữ thay hình</p></object>'
    )
    members: dict[str, bytes | str] = {
        "q.xml": item(declared("A"), body + choices("a", "b")),
        "a.png": PICTURES[PICTURE],
    }
    reading = read(zipped({"imsmanifest.xml": manifest(resource("q.xml")), **members}))
    assert reading.questions[0].question.images == (Image(PICTURE, "Bưu thiếp của Sam"),)
    assert reading.questions[0].question.stem == "Chữ thay hình\nHỏi gì?"
    assert codes(reading) == {"image_missing"}


def test_questions_on_one_page_share_its_stimulus() -> None:
    page = "<html><head><title>T</title></head><body><h1>Hà Nội</h1><p>Nghìn năm.</p></body></html>"
    shown = '<object data="shared/page.html" type="text/html"/>'
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(resource("a.xml"), resource("b.xml")),
        "a.xml": item(declared("A"), shown + choices("a", "b")),
        "b.xml": item(declared("B"), shown + choices("c", "d", prompt="Khác?")),
        "shared/page.html": page,
    }
    reading = read(zipped(members))
    first, second = (each.question for each in reading.questions)
    assert first.stimulus == second.stimulus == Stimulus("shared/page.html", "Hà Nội\nNghìn năm.")
    assert (first.stem, second.stem) == ("Hỏi gì?", "Khác?")
    assert "repeated_id" in codes(reading)


def test_a_stimulus_of_qti_3_is_read_from_its_file() -> None:
    stimulus = (
        '<qti-assessment-stimulus xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s" title="t">'
        "<qti-stimulus-body><p>Một đoạn.</p></qti-stimulus-body></qti-assessment-stimulus>"
    )
    data = item(
        declared("A"), choices("a", "b"), before='<assessmentStimulusRef identifier="s" href="s.xml"/>'
    )
    reading = read(zipped({"imsmanifest.xml": manifest(resource("q.xml")), "q.xml": data, "s.xml": stimulus}))
    assert reading.questions[0].question.stimulus == Stimulus("s.xml", "Một đoạn.")
    assert reading.problems == ()


def test_sound_film_style_and_scripts_are_named_and_left_out() -> None:
    body = (
        '<p>Xem</p><video><source src="a.mp4"/></video><audio src="b.mp3"/><script>alert(1)</script>'
        '<p onclick="evil()">Chữ</p>'
    )
    data = item(declared("A"), body + choices("a", "b"), before='<stylesheet href="a.css" type="text/css"/>')
    reading = read(data)
    assert reading.questions[0].question.stem == "Xem\nChữ\nHỏi gì?"
    assert [found.message_params["names"] for found in reading.problems] == ["audio, stylesheet, video"]


def test_simple_formulas_are_one_line_of_text_and_others_are_named() -> None:
    simple = "<math><mi>E</mi><mo>=</mo><mi>m</mi><msup><mi>c</mi><mn>2</mn></msup></math>"
    reading = read(item(declared("A"), f"<p>Ai tìm ra {simple}?</p>" + choices("a", "b")))
    assert reading.questions[0].question.stem == "Ai tìm ra E = mc²?\nHỏi gì?"
    assert reading.problems == ()
    fraction = "<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
    assert codes(read(item(declared("A"), f"<p>{fraction}</p>" + choices("a", "b")))) == {"elements_left_out"}


def test_a_custom_interaction_is_listed_with_its_own_name() -> None:
    body = '<customInteraction responseIdentifier="RESPONSE" class="geogebra"/>'
    reading = read(item(declared("A"), body))
    assert reading.problems[0].message_params["type"] == "customInteraction (geogebra)"
