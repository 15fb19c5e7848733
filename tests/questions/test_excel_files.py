"""Tables in text files, and sheets that are hostile, broken or very long."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions.formats import excel
from lms.questions.formats.excel.bank import FORMAT
from lms.questions.question import Option, Question
from tests.questions.excel_files import (
    FIRST,
    USUAL,
    book,
    codes,
    read,
)

ROWS = 'STT{0}Câu hỏi{0}A{0}B{0}Đáp án\r\n1{0}"Một, hai; ba\nbốn?"{0}Hòa Bình{0}Đắk Lắk{0}B\r\n'


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_tables_are_read_whatever_their_separator_and_letters(separator: str, encoding: str) -> None:
    reading = FORMAT.read(ROWS.format(separator).encode(encoding), "b.csv")
    assert [one.question for one in reading.questions] == [
        Question(
            "single_choice",
            "Một, hai; ba\nbốn?",
            options=(Option("Hòa Bình"), Option("Đắk Lắk")),
            correct=(1,),
        )
    ]
    assert reading.problems == ()
    assert reading.questions[0].place == {"row": 2, "column": "B"}


def test_the_old_vietnamese_code_page_is_read_and_said() -> None:
    import unicodedata

    apart = "".join(
        letter if letter.encode("cp1258", "ignore") else _for_1258(unicodedata.normalize("NFD", letter))
        for letter in ROWS.format(";")
    )
    reading = FORMAT.read(apart.encode("cp1258"), "b.csv")
    assert reading.questions[0].question.options == (Option("Hòa Bình"), Option("Đắk Lắk"))
    assert codes(reading) == ["read_as_1258"]


def _for_1258(apart: str) -> str:
    """The base letter composed with its own mark, the tone apart, as the code page wants it."""
    import unicodedata

    tones = "\u0300\u0301\u0303\u0309\u0323"
    base = unicodedata.normalize("NFC", "".join(sign for sign in apart if sign not in tones))
    return base + "".join(sign for sign in apart if sign in tones)


def test_letters_that_are_none_are_refused_with_what_to_do() -> None:
    reading = FORMAT.read(b"a,b\n\xd2\x81\x8a", "b.csv")
    assert (reading.unreadable, codes(reading)) == (True, ["text_encoding_unknown"])


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(("S", [USUAL, FIRST])))) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)), zipfile.ZIP_DEFLATED)
    return held.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_workbook"),
        (b"PK\x03\x04 no zip", "not_a_package"),
        (book(("S", [USUAL, FIRST]))[:3000], "not_a_package"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 5000, "not_a_workbook"),
        (repacked(lambda n, d: d.replace(b"<worksheet", b"<!DOCTYPE x><worksheet")), "xml_doctype"),
        (repacked(lambda n, d: d.replace(b"<sst", b"<!DOCTYPE x><sst")), "xml_doctype"),
        (repacked(lambda n, d: d[:100] if "sheet1" in n else d), "bad_xml"),
        (repacked(lambda n, d: d.replace(b'r="A2"', b'r="XFD1048576"')), "sheet_too_large"),
        (repacked(lambda n, d: d + b" " * 60_000_000 if "sheet1" in n else d), "package_bomb"),
    ],
)  # fmt: skip
def test_files_that_cannot_be_read_get_one_sentence(data: bytes, code: str) -> None:
    reading = FORMAT.read(data, "b.xlsx")
    assert (reading.unreadable, codes(reading)) == (True, [code])
    assert reading.problems[0].where == {"file": "b.xlsx"}


def test_sheets_without_any_table_are_unreadable() -> None:
    reading = read(("Kính gửi",), ("Một lá thư",))
    assert (reading.unreadable, codes(reading)) == (True, ["no_questions_in_sheets"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.sampled_from([*USUAL, *"ABĐSx1*", "", "A. một\nB. hai", "Chủ đề 1", "Tổng", "Câu 3: a?"]),
                         max_size=9), max_size=9))  # fmt: skip
def test_whatever_stands_in_a_sheet_the_reader_never_raises(rows: list[list[str]]) -> None:
    reading = FORMAT.read(book(("S", rows)), "b.xlsx")
    assert [one.number for one in reading.questions] == list(range(1, len(reading.questions) + 1))


def test_five_thousand_rows_are_read_whole() -> None:
    rows = [(n, f"Câu hỏi số {n} về nội dung nào?", "một", "hai", "ba", "bốn", "ABCD"[n % 4], "NB", "Chủ đề", "Mục II")
            for n in range(1, 5001)]  # fmt: skip
    data = book(("Bank", [USUAL, *rows]))
    reading = FORMAT.read(data, "b.xlsx")
    assert (len(reading.questions), reading.problems) == (5000, ())


@pytest.mark.parametrize(
    ("name", "head", "known"),
    [
        ("a.xlsx", b"PK\x03\x04", True), ("a.XLS", b"\xd0\xcf\x11\xe0", True), ("a.ods", b"PK\x03\x04", True),
        ("a.csv", b"STT,", True), ("a.docx", b"PK\x03\x04", False), ("a.xlsx", b"text", False),
    ],
)  # fmt: skip
def test_files_are_recognised_by_name_and_beginning(name: str, head: bytes, known: bool) -> None:
    assert FORMAT.recognise(name, head) is known


def test_every_sentence_has_its_vietnamese() -> None:
    held = Path("translations/vi/question_office.po").read_text(encoding="utf-8")
    missing = [
        text
        for text in excel.MESSAGES.values()
        if f"msgid {json.dumps(text, ensure_ascii=False)}" not in held
    ]
    assert missing == []
