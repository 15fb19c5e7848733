"""QTI 2.1, 2.2 and 3.0: what each interaction becomes, what is listed, and what comes back of what is written."""

import random
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from lms.questions.formats.qti import FORMATS
from lms.questions.formats.qti.names import camel, kebab, normalise
from lms.questions.formats.qti.processing import read_processing
from lms.questions.formats.qti.responses import read_declarations
from lms.questions.formats.qti.scoring import shares_of_one
from lms.questions.question import Blank, Criterion, Image, Option, Pair, Question, Statement, Stimulus
from lms.questions.reading import BankHeader, Format, ReadQuestion
from tests.questions import strategies
from tests.questions.qti_files import (
    CANVAS,
    MAP,
    MATCH,
    QTI3,
    QTI21,
    QTI22,
    by,
    choices,
    codes,
    declared,
    item,
    manifest,
    mapped,
    only,
    read,
    resource,
    unzipped,
    zipped,
)
from tests.questions.strategies import PICTURES

HEADER = BankHeader("hanoi_xviii", "targets", "Các chỉ tiêu")
PICTURE = sorted(PICTURES)[0]
WRITERS = (QTI21, QTI22, QTI3)
slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def options(*texts: str) -> tuple[Option, ...]:
    return tuple(Option(text) for text in texts)


# ------------------------------------------------------------------------------------------ there and back


@pytest.mark.parametrize("format_", WRITERS, ids=lambda known: known.name)
@slow
@given(questions=strategies.read_questions())
def test_what_is_written_is_read_back_equal_but_for_what_is_named(
    format_: Format, questions: tuple[ReadQuestion, ...]
) -> None:
    losses = format_.losses(questions)
    assert not [loss for loss in losses if loss.severity == "error"]
    named = {loss.where["question"] for loss in losses}
    back = read(format_.write(HEADER, questions, PICTURES))
    assert len(back.questions) == len(questions)
    for written, again in zip(questions, back.questions, strict=True):
        assert written.number in named or written == again
    used = {image.name for written in questions for image in written.question.pictures}
    assert back.pictures == {name: PICTURES[name] for name in used}


@pytest.mark.parametrize("format_", WRITERS, ids=lambda known: known.name)
def test_nothing_is_lost_of_ordinary_questions(format_: Format) -> None:
    questions = [ReadQuestion(n, f"q-{n}", made) for n, made in enumerate(ORDINARY, 1)]
    assert format_.losses(questions) == []
    back = read(format_.write(HEADER, questions, PICTURES))
    assert list(back.questions) == questions


ORDINARY = (
    Question("single_choice", "Đúng hay sai?", options=options("Đúng", "Sai"), correct=(1,), level="recall"),
    Question("numeric", "Bao nhiêu?", answers=("12.000", "1945"), tolerance="0,5", unit="USD"),
    Question("short_answer", "Ai?", answers=("Hòa Bình", "Hoà-bình 2"), fold=False, unit="m²"),
    Question("cloze", "Năm [[1]] có", blanks=(Blank("number", ("1.945",), unit="năm"),)),
    Question(
        "cloze", "[[1]]\nvà [[2]].", blanks=(Blank("text", ("a", "b")), Blank("choice", (), ("x", "y"), 1))
    ),
    Question("matching", "Ghép", pairs=(Pair("một", "Đúng"), Pair("hai", "Sai")), scoring="partial"),
    Question("matching", "Ghép nữa", pairs=(Pair("một", "x"), Pair("hai", "x"), Pair("", "y"))),
    Question("ordering", "Sắp xếp", options=options("ba", "một", "hai"), scoring="partial"),
    Question("true_false", "Có 550 đại biểu.", correct=(1,), source="Báo cáo, mục 2", expires="2030-12-31"),
    Question("true_false_group", "Xét", statements=(Statement("a", True), Statement("b", False))),
    Question(
        "multiple_choice",
        "Những gì?",
        options=(Option("a", fixed=True), Option("b", image=Image(PICTURE, "hình b")), Option("c")),
        correct=(1,),
        scoring="partial",
        explanation="Vì thế.\nVà thế nữa.",
        stimulus=Stimulus("đoạn 1/2", "Đoạn văn\nhai dòng", (Image(PICTURE, "hình"),)),
    ),
    Question(
        "essay",
        "Viết thu hoạch",
        rubric=(Criterion("Ý một", "0,5"), Criterion("Ý hai\ndòng hai", "2")),
        least_words=200,
        most_words=500,
        file_types=("docx", "pdf"),
        guide="Chấm thoáng.",
    ),
)


@pytest.mark.parametrize("format_", WRITERS, ids=lambda known: known.name)
def test_ids_points_topics_and_tags_come_back(format_: Format) -> None:
    asked = ORDINARY[0]
    questions = [
        ReadQuestion(1, "câu 1", asked, points=Decimal("0.25"), topic="Phần I/Mục 2", tags=("a, b", "c")),
        ReadQuestion(2, "", ORDINARY[1], points=Decimal(2), topic="Phần I/Mục 2"),
        ReadQuestion(3, "test", ORDINARY[2]),
        ReadQuestion(4, "x", ORDINARY[3], topic="Phần II"),
        ReadQuestion(5, "question-1", ORDINARY[5], topic="Phần I/Mục 2"),
    ]
    assert format_.losses(questions) == []
    assert list(read(format_.write(HEADER, questions, PICTURES)).questions) == questions


def test_the_same_questions_give_the_same_bytes() -> None:
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(ORDINARY, 1)]
    for format_ in FORMATS:
        kept = [read for read in questions if read.question.type not in {"ordering", "cloze"}]
        assert format_.write(HEADER, kept, PICTURES) == format_.write(HEADER, kept, PICTURES)


def test_a_question_with_errors_is_named_and_not_written() -> None:
    broken = ReadQuestion(1, "a", Question("single_choice", "Hỏi", options=options("x", "y")))
    whole = ReadQuestion(2, "b", ORDINARY[0])
    losses = QTI22.losses([broken, whole])
    assert [(loss.severity, loss.code, loss.where["question"]) for loss in losses] == [
        ("error", "question_has_errors", 1)
    ]
    assert [back.id for back in read(QTI22.write(HEADER, [broken, whole], {})).questions] == ["b"]


def test_what_does_not_come_back_is_named_before() -> None:
    """Two questions of one stimulus with different texts can only share one."""
    first = Question("true_false", "Một", correct=(0,), stimulus=Stimulus("k", "Đoạn một"))
    second = Question("true_false", "Hai", correct=(0,), stimulus=Stimulus("k", "Đoạn hai"))
    losses = QTI3.losses([ReadQuestion(1, "", first), ReadQuestion(2, "", second)])
    assert [(loss.code, loss.where["question"], loss.message_params["what"]) for loss in losses] == [
        ("not_carried", 2, "stimulus")
    ]


def test_questions_that_do_not_fit_into_one_package_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.questions.formats.qti.losses.MOST_MEMBERS", 5)
    asked = [Question("true_false", f"Câu {n} đúng không?", correct=(0,)) for n in range(1, 5)]
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(asked, 1)]
    assert [(loss.code, loss.where["question"]) for loss in QTI3.losses(questions)] == [
        ("package_full", 3),
        ("package_full", 4),
    ]
    assert len(unzipped(QTI3.write(HEADER, questions, {}))) <= 5
    assert CANVAS.losses(questions) == []


def test_a_picture_without_bytes_is_refused_with_its_name() -> None:
    shown = Question("true_false", "Một", correct=(0,), images=(Image(PICTURE, "hình"),))
    with pytest.raises(ValueError, match=PICTURE):
        QTI21.write(HEADER, [ReadQuestion(1, "", shown)], {})


# ---------------------------------------------------------------------------------- the form of what is written

VERSIONS = {
    QTI21: ("http://www.imsglobal.org/xsd/imsqti_v2p1", "imsqti_item_xmlv2p1", "assessmentItem"),
    QTI22: ("http://www.imsglobal.org/xsd/imsqti_v2p2", "imsqti_item_xmlv2p2", "assessmentItem"),
    QTI3: ("http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "imsqti_item_xmlv3p0", "qti-assessment-item"),
}


@pytest.mark.parametrize("format_", WRITERS, ids=lambda known: known.name)
def test_a_package_has_a_manifest_that_names_all_its_members(format_: Format) -> None:
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(ORDINARY, 1)]
    members = unzipped(format_.write(HEADER, questions, PICTURES))
    namespace, item_type, root_name = VERSIONS[format_]
    told = etree.fromstring(members["imsmanifest.xml"])
    named = [each.get("href") for each in told.iter("{*}file")]
    assert {member.replace("%", "%25") for member in members} == {"imsmanifest.xml", *named}
    items = [each for each in told.iter("{*}resource") if each.get("type") == item_type]
    assert len(items) == len(ORDINARY)
    identifiers = [each.get("identifier") for each in told.iter("{*}resource")]
    assert len(set(identifiers)) == len(identifiers)
    assert {each.get("identifierref") for each in told.iter("{*}dependency")} <= set(identifiers)
    for each in items:
        root = etree.fromstring(members[each.get("href", "")])
        assert root.tag == f"{{{namespace}}}{root_name}"
        assert namespace in root.get("{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "")
        assert list(each)[-1].tag.endswith(("}file", "}dependency"))


ORDER = ("responseDeclaration", "outcomeDeclaration", "assessmentStimulusRef", "itemBody", "responseProcessing",
         "modalFeedback")  # fmt: skip


@pytest.mark.parametrize("format_", WRITERS, ids=lambda known: known.name)
def test_the_parts_of_an_item_stand_in_the_order_of_the_schema(format_: Format) -> None:
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(ORDINARY, 1)]
    members = unzipped(format_.write(HEADER, questions, PICTURES))
    for name, data in members.items():
        if name.startswith("items/"):
            places = [ORDER.index(str(part.tag)) for part in normalise(etree.fromstring(data))]
            assert places == sorted(places)


def test_qti_3_has_its_own_names_and_html_keeps_its_own() -> None:
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(ORDINARY, 1)]
    members = unzipped(QTI3.write(HEADER, questions, PICTURES))
    html = {"p", "div", "span", "br", "img", "table", "tbody", "tr", "td"}
    for name, data in members.items():
        if name.endswith(".xml") and name != "imsmanifest.xml":
            for element in etree.fromstring(data).iter():
                own = etree.QName(element).localname
                assert own in html or (own.startswith("qti-") and own == own.lower())
                assert all(
                    attribute == attribute.lower()
                    for attribute in map(str, element.attrib)
                    if "{" not in attribute
                )


def test_names_of_both_versions_are_one_another() -> None:
    for name in (
        "responseDeclaration",
        "baseType",
        "extendedTextInteraction",
        "timeDependent",
        "value",
        "maxChoices",
    ):
        assert camel(kebab(name)) == name


def test_partial_points_add_up_to_one() -> None:
    for count in range(1, 30):
        assert sum(map(Decimal, shares_of_one(count))) == 1


# -------------------------------------------------------------------------------------------- interactions


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


def entry(identifier: str = "RESPONSE") -> str:
    return f'<textEntryInteraction responseIdentifier="{identifier}" expectedLength="10"/>'


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


# ---------------------------------------------------------------------------------------------------- keys


@pytest.mark.parametrize(
    "template",
    [
        "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct",
        "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct.xml",
        "rptemplates/CC2_match.xml",
        "CC2_match_basic",
    ],
)
def test_a_template_is_known_by_the_end_of_its_address(template: str) -> None:
    reading = read(item(declared("A"), choices("a", "b"), by(template)))
    assert reading.problems == ()


def test_an_unknown_template_is_named() -> None:
    reading = read(item(declared("A"), choices("a", "b"), by("http://x.example/own_rule.xml")))
    assert reading.questions[0].question.correct == (0,)
    assert [(found.code, found.message_params["rule"]) for found in reading.problems] == [
        ("processing_unknown", "own_rule")
    ]


RULE = """<responseProcessing><responseCondition><responseIf>{condition}
  <setOutcomeValue identifier="SCORE"><baseValue baseType="float">{points}</baseValue></setOutcomeValue>
  </responseIf><responseElse><setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue>
  </setOutcomeValue></responseElse></responseCondition></responseProcessing>"""
IS_RIGHT = '<match><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></match>'


def test_a_rule_that_asks_for_the_right_response_is_understood() -> None:
    reading = read(item(declared("A"), choices("a", "b"), RULE.format(condition=IS_RIGHT, points="5")))
    assert reading.problems == ()


def test_any_other_rule_is_named() -> None:
    odd = '<gt><variable identifier="duration"/><baseValue baseType="float">3</baseValue></gt>'
    reading = read(item(declared("A"), choices("a", "b"), RULE.format(condition=odd, points="1")))
    assert [found.code for found in reading.problems] == ["processing_unknown"]
    assert "gt(" in str(reading.problems[0].message_params["rule"])


def test_numbers_in_rules_are_answers_with_their_tolerance() -> None:
    def equal(value: str) -> str:
        return (
            '<equal toleranceMode="absolute" tolerance="0.5 0.5"><variable identifier="RESPONSE"/>'
            f'<baseValue baseType="float">{value}</baseValue></equal>'
        )

    rule = RULE.format(condition=f"<or>{equal('10')}{equal('20')}</or>", points="1")
    question = only(item(declared("10", base_type="float"), f"<p>? {entry()}</p>", rule))
    assert (question.answers, question.tolerance) == (("10", "20"), "0,5")


def test_bounds_in_a_rule_are_a_number_with_a_tolerance() -> None:
    bounds = "".join(
        f'<{side}><variable identifier="RESPONSE"/><baseValue baseType="float">{value}</baseValue></{side}>'
        for side, value in (("gte", "7"), ("lte", "8"))
    )
    rule = RULE.format(condition=f"<and>{bounds}</and>", points="1")
    question = only(item(declared(base_type="float"), f"<p>? {entry()}</p>", rule))
    assert (question.answers, question.tolerance) == (("7,5",), "0,5")


def test_a_relative_tolerance_is_a_share_of_the_number() -> None:
    condition = (
        '<equal toleranceMode="relative" tolerance="10 10"><variable identifier="RESPONSE"/>'
        '<correct identifier="RESPONSE"/></equal>'
    )
    rule = RULE.format(condition=condition, points="1")
    question = only(item(declared("50", base_type="float"), f"<p>? {entry()}</p>", rule))
    assert (question.answers, question.tolerance) == (("50",), "5")


def test_without_a_rule_the_right_response_is_taken_and_that_is_said() -> None:
    reading = read(item(declared("A"), choices("a", "b"), ""))
    assert reading.questions[0].question.correct == (0,)
    assert codes(reading) == {"no_processing"}


def test_without_any_key_that_is_said() -> None:
    reading = read(item(declared(), choices("a", "b")))
    assert codes(reading) == {"no_key"}
    assert reading.statuses() == {1: "no_key"}


def test_a_key_that_names_nothing_is_said() -> None:
    assert "key_names_nothing" in codes(read(item(declared("Z"), choices("a", "b"))))


def test_a_gap_without_a_key_cannot_be_stored_as_it_is() -> None:
    body = (
        "<p>x <inlineChoiceInteraction responseIdentifier='RESPONSE'><inlineChoice identifier='a'>a</inlineChoice>"
        "<inlineChoice identifier='b'>b</inlineChoice></inlineChoiceInteraction></p>"
    )
    reading = read(item(declared(), body))
    assert {"no_key", "blank_key_out_of_range"} <= codes(reading)
    assert not reading.usable


@pytest.mark.parametrize(
    ("entries", "attributes", "scoring", "said"),
    [
        ({"A": "1", "C": "1"}, 'defaultValue="0"', "partial", set()),
        ({"A": "0.5", "C": "0.5", "B": "-0.5"}, 'defaultValue="0" lowerBound="0"', "partial", set()),
        ({"A": "0.333333", "C": "0.333334"}, 'defaultValue="0"', "partial", set()),
        ({"A": "1", "C": "2"}, 'defaultValue="0"', "partial", {"weights_not_kept"}),
        ({"A": "1", "C": "1"}, 'defaultValue="-1"', "partial", {"weights_not_kept"}),
        ({"A": "1", "C": "1", "B": "-1"}, 'defaultValue="0"', "partial", {"weights_not_kept"}),
    ],
)
def test_points_of_single_options_are_kept_or_named(
    entries: dict[str, str], attributes: str, scoring: str, said: set[str]
) -> None:
    key = declared("A", "C", cardinality="multiple", mapping=mapped(entries, attributes))
    reading = read(item(key, choices("một", "hai", "ba", most=0), by(MAP)))
    assert reading.questions[0].question.correct == (0, 2)
    assert reading.questions[0].question.scoring == scoring
    assert codes(reading) == said


def test_texts_that_earn_less_are_no_answers() -> None:
    points = mapped({"York": "1", "Yorck": "0.5", "York city": "1"})
    reading = read(item(declared("York", base_type="string", mapping=points), f"<p>? {entry()}</p>", by(MAP)))
    assert reading.questions[0].question.answers == ("York", "York city")
    assert codes(reading) == {"weights_not_kept"}


def test_an_order_that_is_scored_by_places_is_scored_in_parts() -> None:
    back = only(QTI22.write(HEADER, [ReadQuestion(1, "", ORDINARY[7])], {}), "x.zip")
    assert back.scoring == "partial"


def test_every_rule_that_is_written_is_understood() -> None:
    questions = [ReadQuestion(n, "", made) for n, made in enumerate(ORDINARY, 1)]
    for name, data in unzipped(QTI22.write(HEADER, questions, PICTURES)).items():
        if name.startswith("items/"):
            root = normalise(etree.fromstring(data))
            assert not read_processing(root, read_declarations(root)).unknown


# ---------------------------------------------------------------- feedback, pictures, stimuli, other content


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


# ------------------------------------------------------------------------------------------------ packages

QUESTION = item(declared("A"), choices("a", "b"))


def test_members_are_found_by_address_not_by_name() -> None:
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(resource("x/content%201.dat")),
        "x/content 1.dat": QUESTION,
        "stray.xml": item(declared("A"), choices("lạc", "loài")),
        "__MACOSX/._stray.xml": b"\x00\x05\x16\x07",
        ".DS_Store": b"\x00",
    }
    reading = read(zipped(members))
    assert [dict(each.place) for each in reading.questions] == [{"member": "x/content 1.dat"}]
    assert reading.problems == ()


def test_a_folder_in_the_zip_changes_nothing() -> None:
    members = {"bank/imsmanifest.xml": manifest(resource("q.xml")), "bank/q.xml": QUESTION}
    assert len(read(zipped(members)).questions) == 1


def test_without_a_manifest_every_item_is_read_and_that_is_said() -> None:
    members = {"b.xml": QUESTION.replace("Hỏi", "Hai"), "a.xml": QUESTION, "other.xml": "<quiz/>"}
    reading = read(zipped(members))
    assert [each.place["member"] for each in reading.questions] == ["a.xml", "b.xml"]
    assert codes(reading) == {"no_manifest", "repeated_id"}


def test_what_the_manifest_names_and_is_not_there_is_said() -> None:
    reading = read(
        zipped({"imsmanifest.xml": manifest(resource("q.xml"), resource("none.xml")), "q.xml": QUESTION})
    )
    assert len(reading.questions) == 1
    assert [(p.code, p.message_params["name"]) for p in reading.problems] == [("member_missing", "none.xml")]


TEST = """<assessmentTest xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="t" title="Đề">
  <testPart identifier="p" navigationMode="linear" submissionMode="individual">
    <timeLimits maxTime="60"/>
    <assessmentSection identifier="s1" title="Phần I" visible="true">
      <assessmentSection identifier="s2" title="Mục 1" visible="true">
        <assessmentItemRef identifier="b" href="items/b.xml"><weight identifier="W" value="2"/></assessmentItemRef>
      </assessmentSection>
      <assessmentItemRef identifier="a" href="items/a.xml"/>
    </assessmentSection>
  </testPart></assessmentTest>"""


def test_a_test_gives_order_topics_and_points() -> None:
    most = (
        '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue>'
        "<value>3</value></defaultValue></outcomeDeclaration>"
    )
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(
            resource("items/a.xml"),
            resource("items/b.xml"),
            resource("items/c.xml"),
            resource("test.xml", "imsqti_test_xmlv2p2"),
        ),
        "items/a.xml": QUESTION,
        "items/b.xml": item(declared("A") + most, choices("a", "b", prompt="Hai?")),
        "items/c.xml": QUESTION.replace("Hỏi", "Ba"),
        "test.xml": TEST,
    }
    reading = read(zipped(members))
    assert [(each.place["member"], each.topic, each.points) for each in reading.questions] == [
        ("items/b.xml", "Phần I/Mục 1", Decimal(6)),
        ("items/a.xml", "Phần I", None),
        ("items/c.xml", "", None),
    ]
    rules = [found for found in reading.problems if found.code == "test_rules_not_kept"]
    assert [found.message_params["what"] for found in rules] == ["time limits"]


def test_metadata_of_others_give_level_and_tags() -> None:
    told = (
        '<metadata><lom xmlns="http://www.imsglobal.org/xsd/imsmd_v1p2"><general><keyword><langstring>đột phá'
        "</langstring></keyword></general><educational><difficulty><value><langstring>difficult</langstring></value>"
        "</difficulty></educational></lom></metadata>"
    )
    members = {"imsmanifest.xml": manifest(resource("q.xml", inside=told)), "q.xml": QUESTION}
    (found,) = read(zipped(members)).questions
    assert (found.tags, found.question.level) == (("đột phá",), "application")


def test_a_question_asked_twice_is_said() -> None:
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(resource("a.xml"), resource("b.xml")),
        "a.xml": QUESTION,
        "b.xml": QUESTION,
    }
    assert read(zipped(members)).statuses() == {1: "complete", 2: "duplicate"}


def test_the_original_stands_beside_the_question() -> None:
    (found,) = read(QUESTION).questions
    assert found.original == "Hỏi gì?\na\nb"


# ------------------------------------------------------------------------------------ which files, which not


def test_exactly_one_format_knows_a_file() -> None:
    package = zipped({"imsmanifest.xml": manifest(resource("q.xml")), "q.xml": QUESTION})
    for name, data in (
        ("q.xml", QUESTION.encode()),
        ("q3.xml", b"<?xml version='1.0'?>\n<qti-assessment-item identifier='a'/>"),
        ("quiz.qti", b"<questestinterop><assessment/></questestinterop>"),
        ("bank.zip", package),
        ("course.imscc", package),
        ("upload", package),
    ):
        assert [known.name for known in FORMATS if known.recognise(name, data[:4096])] == ["qti21"], name


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("moodle.xml", b"<?xml version='1.0'?><quiz><question type='essay'/></quiz>"),
        ("bank.docx", b"PK\x03\x04......[Content_Types].xml"),
        ("bank.odt", b"PK\x03\x04......mimetypeapplication/vnd.oasis.opendocument.text"),
        ("bank.txt", "Câu 1: Thế nào là assessmentItem?".encode()),
    ],
)
def test_other_files_are_left_to_others(name: str, head: bytes) -> None:
    assert not any(known.recognise(name, head) for known in FORMATS)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 this is no zip", "not_a_package"),
        (zipped({"../q.xml": QUESTION}), "package_bad_name"),
        (zipped({"imsmanifest.xml": "<manifest/>", "a.bin": b"\0" * 40_000_000}), "package_bomb"),
        (zipped({"readme.txt": "không có gì"}), "no_questions_in_package"),
        (b"<assessmentItem", "bad_xml"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><assessmentItem/>", "xml_doctype"),
        (b"<assessmentTest/>", "no_questions_in_package"),
        (b"<a>" * 230 + b"</a>" * 230, "xml_too_deep"),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(data: bytes, code: str) -> None:
    reading = read(data, "bank.zip")
    assert reading.unreadable
    assert [found.code for found in reading.problems] == [code]


def test_a_hostile_member_is_named_and_the_others_are_read() -> None:
    laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><assessmentItem>&b;</assessmentItem>'
    members: dict[str, bytes | str] = {
        "imsmanifest.xml": manifest(resource("a.xml"), resource("b.xml"), resource("c.xml")),
        "a.xml": laughs,
        "b.xml": "<assessmentItem><unfinished>",
        "c.xml": QUESTION,
    }
    reading = read(zipped(members))
    assert len(reading.questions) == 1
    assert {(found.code, found.where["member"]) for found in reading.problems} == {
        ("xml_doctype", "a.xml"),
        ("bad_xml", "b.xml"),
    }


def test_a_truncated_package_is_refused() -> None:
    whole = QTI22.write(HEADER, [ReadQuestion(1, "", ORDINARY[0])], {})
    assert read(whole[: len(whole) // 2]).unreadable


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
