"""Packages of QTI: members, tests, metadata; which files are QTI, and what is refused."""

from decimal import Decimal

import pytest

from lms.questions.formats.qti import FORMATS
from lms.questions.reading import Format, ReadQuestion
from tests.questions.qti_files import (
    HEADER,
    ORDINARY,
    QTI22,
    choices,
    codes,
    declared,
    item,
    manifest,
    read,
    resource,
    zipped,
)

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


@pytest.mark.parametrize("format_", FORMATS, ids=lambda known: known.name)
def test_the_one_reader_says_which_version_a_file_is(format_: Format) -> None:
    written = format_.write(HEADER, [ReadQuestion(1, "", ORDINARY[0])], {})
    assert FORMATS[0].read(written, "de.zip").format == format_.name
