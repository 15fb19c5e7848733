"""What each interaction of QTI becomes, and what has no counterpart and is listed."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lms.questions.question import Blank, Option, Pair, Question, Statement
from tests.questions.qti_files import (
    MAP,
    MATCH,
    by,
    choices,
    codes,
    declared,
    entry,
    item,
    mapped,
    only,
    options,
    read,
)


def match(
    *pairs: str, rights: tuple[str, ...] = ("x", "y", "z"), extra: str = "", template: str = MATCH
) -> str:
    lefts = "".join(
        f'<simpleAssociableChoice identifier="L{n}" matchMax="1">trái {n}</simpleAssociableChoice>'
        for n in (1, 2)
    )
    columns = "".join(
        f'<simpleAssociableChoice identifier="R{n}" matchMax="1">{text}</simpleAssociableChoice>'
        for n, text in enumerate(rights, 1)
    )
    body = (
        '<matchInteraction responseIdentifier="RESPONSE" shuffle="true" maxAssociations="2"><prompt>Ghép</prompt>'
        f"<simpleMatchSet>{lefts}</simpleMatchSet><simpleMatchSet>{columns}</simpleMatchSet></matchInteraction>"
    )
    return item(
        declared(*pairs, cardinality="multiple", base_type="directedPair", mapping=extra), body, by(template)
    )


READ_AS = {
    "choice": (
        item(declared("B"), "<p>Đọc đoạn sau.</p>" + choices("một", "hai")),
        Question("single_choice", "Đọc đoạn sau.\nHỏi gì?", options=options("một", "hai"), correct=(1,)),
    ),
    "choice with a fixed option": (
        item(
            declared("A"),
            '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="1"><prompt>H?</prompt>'
            '<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B" fixed="true">b</simpleChoice>'
            "</choiceInteraction>",
        ),
        Question("single_choice", "H?", options=(Option("a"), Option("b", fixed=True)), correct=(0,)),
    ),
    "choice of several": (
        item(declared("A", "C", cardinality="multiple"), choices("một", "hai", "ba", most=0)),
        Question("multiple_choice", "Hỏi gì?", options=options("một", "hai", "ba"), correct=(0, 2)),
    ),
    "choice of true and false": (
        item(declared("B"), choices("Đúng", "Sai", prompt="Có 550 đại biểu.")),
        Question("true_false", "Có 550 đại biểu.", correct=(1,)),
    ),
    "choice of false and true": (
        item(declared("B"), choices("False", "True", prompt="It is.")),
        Question("true_false", "It is.", correct=(0,)),
    ),
    "inline choice": (
        item(
            declared("b"),
            '<p>Năm <inlineChoiceInteraction responseIdentifier="RESPONSE"><inlineChoice identifier="a">1945'
            '</inlineChoice><inlineChoice identifier="b">1930</inlineChoice></inlineChoiceInteraction> thành lập.</p>',
        ),
        Question("cloze", "Năm [[1]] thành lập.", blanks=(Blank("choice", options=("1945", "1930"), correct=1),)),
    ),
    "text entry": (
        item(declared("Hà Nội", base_type="string"), f"<p>Thủ đô là gì?</p><p>{entry()}</p>"),
        Question("short_answer", "Thủ đô là gì?", answers=("Hà Nội",)),
    ),
    "text entry inside a sentence": (
        item(declared("Hà Nội", base_type="string"), f"<p>Thủ đô là {entry()} nhé.</p>"),
        Question("short_answer", "Thủ đô là ____ nhé.", answers=("Hà Nội",)),
    ),
    "text entry of a number": (
        item(declared("12000.5", base_type="float"), f"<p>Bao nhiêu? {entry()}</p>"),
        Question("numeric", "Bao nhiêu?", answers=("12000,5",)),
    ),
    "several text entries and inline choices": (
        item(
            declared("a", base_type="string", identifier="R1")
            + declared("3", base_type="integer", identifier="R2")
            + declared("x", identifier="R3"),
            f"<p>Một {entry('R1')} hai {entry('R2')}% ba <inlineChoiceInteraction responseIdentifier='R3'>"
            "<inlineChoice identifier='x'>X</inlineChoice><inlineChoice identifier='y'>Y</inlineChoice>"
            "</inlineChoiceInteraction>.</p>",
        ),
        Question(
            "cloze",
            "Một [[1]] hai [[2]] ba [[3]].",
            blanks=(
                Blank("text", ("a",)),
                Blank("number", ("3",), unit="%"),
                Blank("choice", options=("X", "Y")),
            ),
        ),
    ),
    "extended text": (
        item(
            declared(base_type="string"),
            '<extendedTextInteraction responseIdentifier="RESPONSE" expectedLength="200"><prompt>Viết đi.</prompt>'
            '</extendedTextInteraction><rubricBlock view="scorer"><p>Chấm ý một.</p></rubricBlock>'
            '<rubricBlock view="candidate"><p>Viết rõ.</p></rubricBlock>',
            "",
        ),
        Question("essay", "Viết đi.\nViết rõ.", guide="Chấm ý một."),
    ),
    "match": (
        match("L1 R2", "L2 R1"),
        Question("matching", "Ghép", pairs=(Pair("trái 1", "y"), Pair("trái 2", "x"), Pair("", "z"))),
    ),
    "match of statements with true and false": (
        match("L1 R2", "L2 R1", rights=("Đúng", "Sai")),
        Question("true_false_group", "Ghép", statements=(Statement("trái 1", False), Statement("trái 2", True))),
    ),
    "match of several with one": (
        match("L1 R1", "L2 R1", rights=("x", "y")),
        Question("matching", "Ghép", pairs=(Pair("trái 1", "x"), Pair("trái 2", "x"), Pair("", "y"))),
    ),
    "match of one with several": (
        match("L1 R1", "L1 R2", "L2 R3"),
        Question("matching", "Ghép", pairs=(Pair("x", "trái 1"), Pair("y", "trái 1"), Pair("z", "trái 2"))),
    ),
    "match with points for parts": (
        match("L1 R1", "L2 R2", rights=("x", "y"), extra=mapped({"L1 R1": "1", "L2 R2": "1"}), template=MAP),
        Question("matching", "Ghép", pairs=(Pair("trái 1", "x"), Pair("trái 2", "y")), scoring="partial"),
    ),
    "order": (
        item(
            declared("C", "A", "B", cardinality="ordered"),
            '<orderInteraction responseIdentifier="RESPONSE"><prompt>Sắp xếp</prompt>'
            '<simpleChoice identifier="A">hai</simpleChoice><simpleChoice identifier="B">ba</simpleChoice>'
            '<simpleChoice identifier="C" fixed="true">một</simpleChoice></orderInteraction>',
        ),
        Question("ordering", "Sắp xếp", options=options("một", "hai", "ba")),
    ),
    "gap match": (
        item(
            declared("W G2", "S G1", cardinality="multiple", base_type="directedPair"),
            '<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Điền</prompt><gapText identifier="W">đông'
            '</gapText><gapText identifier="S">hè</gapText><p>Mùa <gap identifier="G1"/> rồi <gap identifier="G2"/>.'
            "</p></gapMatchInteraction>",
        ),
        Question(
            "cloze",
            "Điền\nMùa [[1]] rồi [[2]].",
            blanks=(Blank("choice", options=("đông", "hè"), correct=1), Blank("choice", options=("đông", "hè"))),
        ),
    ),
    "hottext": (
        item(
            declared("B"),
            '<hottextInteraction responseIdentifier="RESPONSE" maxChoices="1"><p>Từ <hottext identifier="A">nào'
            '</hottext> bị <hottext identifier="B">xai</hottext>?</p></hottextInteraction>',
        ),
        Question("single_choice", "Từ nào bị xai?", options=options("nào", "xai"), correct=(1,)),
    ),
    "slider": (
        item(
            declared("16", base_type="integer"),
            '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="100" step="1"><prompt>Phần '
            "trăm?</prompt></sliderInteraction>",
        ),
        Question("numeric", "Phần trăm?", answers=("16",)),
    ),
    "upload": (
        item(
            declared(base_type="file"),
            '<uploadInteraction responseIdentifier="RESPONSE" type="application/pdf image/png"><prompt>Nộp bài.'
            "</prompt></uploadInteraction>",
            "",
        ),
        Question("essay", "Nộp bài.", file_types=("pdf", "png")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", READ_AS)
def test_an_interaction_is_read_as_its_counterpart(name: str) -> None:
    data, expected = READ_AS[name]
    reading = read(data)
    assert [each.question for each in reading.questions] == [expected]
    assert codes(reading) <= {"not_four_statements"}


def test_qti_3_with_its_names_is_read_the_same() -> None:
    data = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="q3" title="t">
      <qti-response-declaration identifier="RESPONSE" cardinality="multiple" base-type="identifier">
        <qti-correct-response><qti-value>A</qti-value><qti-value>C</qti-value></qti-correct-response>
        <qti-mapping default-value="0"><qti-map-entry map-key="A" mapped-value="1"/>
          <qti-map-entry map-key="C" mapped-value="1"/></qti-mapping></qti-response-declaration>
      <qti-item-body><p>Chọn.</p><qti-choice-interaction response-identifier="RESPONSE" max-choices="0">
        <qti-simple-choice identifier="A">một</qti-simple-choice><qti-simple-choice identifier="B">hai
        </qti-simple-choice><qti-simple-choice identifier="C" fixed="true">ba</qti-simple-choice>
      </qti-choice-interaction></qti-item-body>
      <qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/map_response.xml"/>
    </qti-assessment-item>"""
    reading = read(data, "q.xml")
    assert reading.problems == ()
    assert reading.questions[0].id == "q3"
    assert reading.questions[0].question == Question(
        "multiple_choice",
        "Chọn.",
        options=(Option("một"), Option("hai"), Option("ba", fixed=True)),
        correct=(0, 2),
        scoring="partial",
    )


def test_a_prefix_for_the_namespace_changes_nothing() -> None:
    plain = item(declared("B"), choices("một", "hai"))
    prefixed = (
        plain.replace("xmlns=", "xmlns:q=")
        .replace("</", "</q:")
        .replace("<", "<q:")
        .replace("<q:/q:", "</q:")
    )
    assert only(prefixed) == only(plain)


def test_free_pairs_become_two_columns_and_that_is_said() -> None:
    entries = "".join(
        f'<simpleAssociableChoice identifier="{name}" matchMax="1">{name}</simpleAssociableChoice>'
        for name in "ABCDE"
    )
    inside = f"<prompt>Ghép đôi</prompt>{entries}"
    body = f'<associateInteraction responseIdentifier="RESPONSE">{inside}</associateInteraction>'
    reading = read(item(declared("A D", "C B", cardinality="multiple", base_type="pair"), body))
    assert reading.questions[0].question.pairs == (Pair("A", "D"), Pair("C", "B"), Pair("", "E"))
    assert codes(reading) == {"pairs_as_matching"}


def test_neighbours_on_a_scale_that_earn_as_much_are_a_tolerance() -> None:
    body = (
        '<sliderInteraction responseIdentifier="RESPONSE" lowerBound="0" upperBound="9"><prompt>?</prompt>'
        "</sliderInteraction>"
    )
    points = mapped({"3": "0.5", "4": "1", "5": "1", "6": "1"})
    reading = read(item(declared("5", base_type="integer", mapping=points), body, by(MAP)))
    assert (reading.questions[0].question.answers, reading.questions[0].question.tolerance) == (("5",), "1")
    assert codes(reading) == {"weights_not_kept"}


def test_a_text_to_write_and_a_file_to_hand_in_are_one_essay() -> None:
    body = (
        '<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Viết</prompt></extendedTextInteraction>'
        '<uploadInteraction responseIdentifier="F" type="application/zip"/>'
    )
    reading = read(item(declared(base_type="string") + declared(base_type="file", identifier="F"), body, ""))
    assert reading.questions[0].question == Question("essay", "Viết", file_types=("docx", "pdf"))
    assert codes(reading) == {"file_types_left_out", "any_file_type"}


FOREIGN = (
    "hotspotInteraction", "selectPointInteraction", "graphicOrderInteraction", "graphicAssociateInteraction",
    "graphicGapMatchInteraction", "drawingInteraction", "mediaInteraction", "positionObjectInteraction",
    "customInteraction", "portableCustomInteraction", "endAttemptInteraction",
)  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
def test_an_interaction_without_a_counterpart_is_listed_by_its_name(name: str) -> None:
    reading = read(item(declared("B"), f'<{name} responseIdentifier="RESPONSE"/>'), "q.xml")
    assert reading.questions == ()
    assert not reading.unreadable
    (found,) = reading.problems
    assert found.code == "type_without_counterpart"
    assert name in str(found.message_params["type"])
    assert (found.message_params["name"], found.where["id"]) == ("Câu một", "q1")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (item(declared("A"), choices("a", "b"), attributes='adaptive="true"'), "adaptive"),
        (item(declared("A"), choices("a", "b"), before='<templateDeclaration identifier="i"/>'), "template"),
        (item(declared("A"), choices("a", "b") + f"<p>{entry('X')}</p>"), "composite"),
        (item("", "<p>Chỉ có chữ.</p>", ""), "without an interaction"),
        (
            item(
                declared("A"),
                '<hottextInteraction responseIdentifier="RESPONSE"><p><hottext identifier="A">x</hottext> '
                '<hottext identifier="B">x</hottext></p></hottextInteraction>',
            ),
            "same words",
        ),
        (
            item(
                declared("A G"),
                '<gapMatchInteraction responseIdentifier="RESPONSE"><gapText identifier="A"><img src="a.png" alt=""/>'
                '</gapText><p><gap identifier="G"/></p></gapMatchInteraction>',
            ),
            "pictures",
        ),
        (match("L1 R1", "L1 R2", "L2 R1"), "several belong to several"),
        (
            item(
                declared("A", cardinality="ordered"),
                '<orderInteraction responseIdentifier="RESPONSE"><simpleChoice identifier="A">a</simpleChoice>'
                '<simpleChoice identifier="B">b</simpleChoice></orderInteraction>',
            ),
            "only some",
        ),
    ],
)
def test_what_no_question_can_say_is_listed_with_why(data: str, why: str) -> None:
    reading = read(data)
    assert reading.questions == ()
    assert [found.code for found in reading.problems] == ["type_without_counterpart"]
    assert why in str(reading.problems[0].message_params["type"])


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_damage_makes_reading_fail(rng: random.Random) -> None:
    root = etree.fromstring(rng.choice([data for data, _ in READ_AS.values()]).encode())
    for _ in range(rng.randint(1, 4)):
        element = rng.choice(list(root.iter("*")))
        parent = element.getparent()
        match rng.randrange(4):
            case 0 if parent is not None:
                parent.remove(element)
            case 1 if element.attrib:
                del element.attrib[rng.choice(list(element.attrib))]
            case 2 if element.attrib:
                element.set(
                    rng.choice(list(map(str, element.attrib))),
                    rng.choice(["", "-1", "9" * 300, "1e999", "x y z"]),
                )
            case _:
                element.text = rng.choice(["", "NaN", "1e9999", "A B C", "[[1]]", "9" * 300])
    read(etree.tostring(root))
