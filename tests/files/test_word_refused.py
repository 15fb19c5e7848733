"""Files that are no Word documents, or damaged ones."""

import contextlib
import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.files.package import PackageRefused
from lms.files.word import Run, WordText, WordUnreadable, read_word
from lms.files.xml import XmlRefused
from tests.files.word_texts import STYLES
from tests.questions.word_files import numbering, p, package, parts_of, picture, table


def refused(data: bytes) -> str:
    try:
        read_word(data)
    except (WordUnreadable, PackageRefused, XmlRefused) as found:
        return found.code
    return "read"


def test_files_of_other_kinds_are_refused_by_what_they_are() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
    assert refused(b"") == "not_word"
    assert refused(b"%PDF-1.7") == "not_word"
    assert refused(ole) == "old_word"
    assert refused(ole + "EncryptedPackage".encode("utf-16-le")) == "encrypted"
    assert refused(b"{\\rtf1\\ansi}") == "rich_text"
    assert refused(package({"a.txt": "a"})) == "not_word"
    assert refused(package({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"})) == "not_word"
    assert refused(b"PK\x03\x04 broken") == "damaged"


def test_macros_damage_and_document_types_are_refused() -> None:
    parts = parts_of("a")
    macro = str(parts["[Content_Types].xml"]).replace(
        "officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main"
    )
    assert refused(package({**parts, "[Content_Types].xml": macro})) == "macro"
    assert refused(package({**parts, "word/document.xml": "<w:document"})) == "damaged"
    assert (
        refused(package({**parts, "word/document.xml": "<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"}))
        == "xml_doctype"
    )
    assert refused(package({**parts, "word/styles.xml": "<!DOCTYPE x><x/>"})) == "xml_doctype"


def test_a_part_that_is_only_missing_does_not_stop_the_reading() -> None:
    parts = {
        name: content for name, content in parts_of("chữ").items() if name != "word/_rels/document.xml.rels"
    }
    assert next(read_word(package(parts)).paragraphs()).text == "chữ"


def test_the_strict_form_of_the_standard_is_read() -> None:
    parts = parts_of("⟦b⟧chữ⟦/b⟧")
    strict = {
        name: content.replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        if isinstance(content, str)
        else content
        for name, content in parts.items()
    }
    assert next(read_word(package(strict)).paragraphs()).runs == (Run("chữ", bold=True),)


RICH = parts_of(
    "Câu 1. ⟦u⟧a⟦/u⟧",
    p("x", num=(1, 0)),
    table(["a", "b"], ["c", "d"]),
    p(picture(alt="x")),
    p("y", style="Right"),
    numbering_xml=numbering([("decimal", "Câu %1."), ("upperLetter", "%2.")]),
    styles_xml=STYLES,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, 2**32), st.sampled_from(["word/document.xml", "word/numbering.xml", "word/styles.xml"]))
def test_changed_xml_is_read_or_refused_and_never_crashes(seed: int, part: str) -> None:
    chance = random.Random(seed)
    text = str(RICH[part])
    for _ in range(chance.randrange(1, 6)):
        tags = [at for at, sign in enumerate(text) if sign == "<"]
        start = chance.choice(tags)
        end = text.find(">", start) + 1
        what = chance.randrange(4)
        if what == 0:  # an element's tag away
            text = text[:start] + text[end:]
        elif what == 1:  # twice
            text = text[:end] + text[start:end] + text[end:]
        elif what == 2:  # a value that is none
            text = (
                text[:start]
                + text[start:end].replace('"1"', '"-99999999999"').replace('val="', 'val="%9')
                + text[end:]
            )
        else:  # elsewhere
            other = chance.choice(tags)
            text = text[:other] + text[start:end] + text[other:]
    try:
        found = read_word(package({**RICH, part: text}))
    except (WordUnreadable, XmlRefused, PackageRefused):
        return
    assert isinstance(found, WordText)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 4000))
def test_damaged_bytes_are_refused_and_never_crash(noise: bytes, at: int) -> None:
    data = bytearray(package(RICH))
    data[at : at + len(noise)] = noise
    with contextlib.suppress(WordUnreadable, XmlRefused, PackageRefused):
        assert isinstance(read_word(bytes(data)), WordText)
