"""QTI 2.1, 2.2 and 3.0 as they are written: what comes back, and the form of the files."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree

from lms.questions.formats.qti import FORMATS
from lms.questions.formats.qti.names import camel, kebab, normalise
from lms.questions.formats.qti.scoring import shares_of_one
from lms.questions.question import Image, Question, Stimulus
from lms.questions.reading import Format, ReadQuestion
from tests.questions import strategies
from tests.questions.qti_files import (
    CANVAS,
    HEADER,
    ORDINARY,
    PICTURE,
    QTI3,
    QTI21,
    QTI22,
    options,
    read,
    unzipped,
)
from tests.questions.strategies import PICTURES

WRITERS = (QTI21, QTI22, QTI3)
slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


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
