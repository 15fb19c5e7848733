"""Packages of Canvas and of other systems that write QTI 1.2."""

from decimal import Decimal

import pytest

from lms.questions.question import Image
from tests.questions.canvas_files import FIB, NAMESPACE, PICTURE, equal, item, lid, quiz, rule
from tests.questions.qti_files import codes, manifest, only, read, zipped
from tests.questions.strategies import PICTURES


def test_a_quiz_that_is_exported_twice_is_read_once_and_whole() -> None:
    rows = lid("x", "y", ident="response_1", name="l") + lid("x", "y", ident="response_2", name="m")
    partners = [rule(equal(value, f"response_{value}"), "50", "Add") for value in "12"]
    full = quiz(
        item("multiple_choice_question", "Một?", lid("a", "b"), rule(equal("1")), points_possible="3"),
        item("matching_question", "Ghép", rows, *partners),
    )
    short = quiz(
        item("", "Một?", lid("a", "b"), rule(equal("1")), cc_profile="cc.multiple_choice.v0p1"),
        ident="another-ident",
    )
    told = manifest(
        '<resource identifier="g1" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="g1/assessment_qti.xml"/>'
        "</resource>"
    )
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": told,
        "g1/assessment_qti.xml": short,
        "non_cc_assessments/g1.xml.qti": full,
        "non_cc_assessments/bank.xml.qti": quiz(
            item("essay_question", "Viết", FIB), ident="other", title="Khác"
        ),
    }
    reading = read(zipped(members), "course.imscc")
    assert [(each.question.type, each.topic, each.points) for each in reading.questions] == [
        ("single_choice", "Bài kiểm tra", Decimal(3)),
        ("matching", "Bài kiểm tra", None),
        ("essay", "Khác", None),
    ]


def test_groups_are_topics_and_drawing_from_them_is_named() -> None:
    drawn = (
        '<section ident="s" title="Nhóm 1"><selection_ordering><selection><selection_number>1</selection_number>'
        f"</selection></selection_ordering>{item('essay_question', 'Một', FIB)}</section>"
    )
    reading = read(quiz(drawn, item("essay_question", "Hai", FIB)), "quiz.xml")
    assert [each.topic for each in reading.questions] == ["Nhóm 1", ""]
    assert "test_rules_not_kept" in codes(reading)


def test_a_bank_has_its_name_over_its_questions() -> None:
    name = "<fieldlabel>bank_title</fieldlabel><fieldentry>Ngân hàng A</fieldentry>"
    told = f"<qtimetadata><qtimetadatafield>{name}</qtimetadatafield></qtimetadata>"
    data = (
        f'<questestinterop xmlns="{NAMESPACE}"><objectbank ident="b">{told}'
        f"{item('essay_question', 'Viết', FIB)}</objectbank></questestinterop>"
    )
    assert [each.topic for each in read(data, "bank.xml").questions] == ["Ngân hàng A"]


@pytest.mark.parametrize(
    "address",
    [
        "$IMS-CC-FILEBASE$/a/b%20c.png?canvas_download=1",
        "%24IMS-CC-FILEBASE%24/a/b%20c.png",
        "../web_resources/a/b c.png",
    ],
)
def test_pictures_are_found_in_the_files_of_the_package(address: str) -> None:
    data = quiz(item("essay_question", f'<p>Xem <img src="{address}" alt="bản đồ"></p>', FIB))
    told = manifest('<resource identifier="q" type="imsqti_xmlv1p2"><file href="q/q.xml"/></resource>')
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": told,
        "q/q.xml": data,
        "web_resources/a/b c.png": PICTURES[PICTURE],
    }
    reading = read(zipped(members))
    assert reading.questions[0].question.images == (Image(PICTURE, "bản đồ"),)
    assert reading.problems == ()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"cc_profile": "cc.multiple_choice.v0p1"}, "single_choice"),
        ({"cc_profile": "cc.multiple_response.v0p1"}, "multiple_choice"),
        ({"bbmd_questiontype": "Multiple Choice"}, "single_choice"),
        ({"bbmd_questiontype": "Multiple Answer"}, "multiple_choice"),
        ({}, "single_choice"),
    ],
)
def test_other_systems_name_the_kind_their_own_way_or_not_at_all(
    fields: dict[str, str], expected: str
) -> None:
    data = item("", "Hỏi?", lid("a", "b"), rule(equal("1")), **fields)
    assert only(quiz(data)).type == expected


def test_the_shape_tells_the_kind_when_nothing_else_does() -> None:
    several = lid("a", "b", cardinality="Multiple")
    shapes = {
        "multiple_choice": item("", "1?", several, rule(equal("1"))),
        "short_answer": item("", "2?", FIB, rule(equal("x"))),
        "essay": item("", "3?", FIB),
        "matching": item(
            "", "4?", lid("x", "y", ident="l", name="p") + lid("x", "y", ident="m", name="q"),
            rule(equal("1", "l"), "50", "Add"), rule(equal("2", "m"), "50", "Add"),
        ),
    }  # fmt: skip
    reading = read(quiz(*shapes.values()), "quiz.xml")
    assert [each.question.type for each in reading.questions] == list(shapes)


def test_texts_may_be_plain_escaped_or_elements() -> None:
    plain = "<material><mattext>1 &lt; 2\nhai</mattext></material>"
    inside = '<material><mattext texttype="text/xhtml"><p>đoạn <b>đậm</b></p></mattext></material>'
    picture = '<material><matimage uri="none.png" imagtype="image/png"/></material>'
    data = item("essay_question", "a &amp; b", plain + inside + picture)
    reading = read(quiz(data), "quiz.xml")
    assert reading.questions[0].question.stem == "a & b\n1 < 2\nhai\nđoạn đậm"
    assert codes(reading) == {"image_missing"}


def test_nothing_hidden_in_html_gets_through() -> None:
    evil = '<script>alert(1)</script><style>*{}</style><a href="javascript:x()">chữ</a><img src="x" onerror="y()">'
    question = only(quiz(item("multiple_choice_question", evil, lid("a", "b"), rule(equal("1")))))
    assert question.stem == "chữ"
    assert question.images == ()


def test_a_damaged_quiz_beside_a_whole_one_is_named() -> None:
    told = manifest(
        *(
            f'<resource identifier="{n}" type="imsqti_xmlv1p2"><file href="{n}.xml"/></resource>'
            for n in ("a", "b", "c")
        )
    )
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": told,
        "a.xml": "<!DOCTYPE x><questestinterop/>",
        "b.xml": quiz(item("essay_question", "Viết", FIB)),
    }
    reading = read(zipped(members))
    assert len(reading.questions) == 1
    assert codes(reading) == {"xml_doctype", "member_missing"}
