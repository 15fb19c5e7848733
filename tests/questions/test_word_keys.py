"""Keys at the end of files as python-docx writes them: tables of several rows, in parts, of banks that are long."""

import io
from collections.abc import Iterable, Sequence

import docx
import pytest
from docx.document import Document

from lms.questions.formats.word import FORMAT
from lms.questions.reading import Reading

Rows = Sequence[Sequence[str]]


def _read(document: Document) -> Reading:
    made = io.BytesIO()
    document.save(made)
    return FORMAT.read(made.getvalue(), "bank.docx")


def _ask(document: Document, numbers: Iterable[int], about: str) -> None:
    for number in numbers:
        document.add_paragraph(f"Câu {number}. {about} thứ {number} là gì?")
        for letter in "ABCD":
            document.add_paragraph(f"{letter}. {about} {letter}{number}")


def _table(document: Document, rows: Rows) -> None:
    """A table; a row of one cell goes over its whole width."""
    width = max(map(len, rows))
    table = document.add_table(len(rows), width)
    for at, row in enumerate(rows):
        if len(row) == 1 < width:
            table.cell(at, 0).merge(table.cell(at, width - 1)).text = row[0]
        else:
            for column, text in enumerate(row):
                table.cell(at, column).text = text


def _pairs(keys: str, start: int = 1, wide: int = 5, named: bool = True) -> list[list[str]]:
    """Rows of numbers and rows of letters, in turn."""
    rows: list[list[str]] = []
    for at in range(0, len(keys), wide):
        some = keys[at : at + wide]
        numbers = [str(start + at + place) for place in range(len(some))]
        rest = [""] * (wide - len(some))
        rows += [[*["Câu"] * named, *numbers, *rest], [*["Đáp án"] * named, *some, *rest]]
    return rows


def _keys(reading: Reading) -> str:
    return "".join("".join("ABCD"[at] for at in one.question.correct) or "-" for one in reading.questions)


def _codes(reading: Reading) -> list[str]:
    return [problem.code for problem in reading.problems]


def _in_parts(first: int = 12, second: int = 8) -> Document:
    document = docx.Document()
    document.add_paragraph("PHẦN I. LỊCH SỬ")
    _ask(document, range(1, first + 1), "Lịch sử")
    document.add_paragraph("PHẦN II. KINH TẾ")
    _ask(document, range(1, second + 1), "Kinh tế")
    return document


FIRST, SECOND = "ABCDABCDABCD", "DDCCBBAA"
FIRST_DOWN = [[str(number), key] for number, key in enumerate(FIRST, 1)]
SECOND_DOWN = [[str(number), key] for number, key in enumerate(SECOND, 1)]
FIRST_GRID = [
    [f"{number}.{key}" for number, key in enumerate(FIRST[at : at + 4], at + 1)] for at in (0, 4, 8)
]
SECOND_GRID = [[f"{number}.{key}" for number, key in enumerate(SECOND[at : at + 4], at + 1)] for at in (0, 4)]


@pytest.mark.parametrize(
    "tables",
    [
        ([["PHẦN I"], *_pairs(FIRST)], [["PHẦN II"], *_pairs(SECOND)]),
        ([["PHẦN II"], *_pairs(SECOND)], [["PHẦN I"], *_pairs(FIRST)]),
        ([["PHẦN I"], *_pairs(FIRST), ["PHẦN II"], *_pairs(SECOND)],),
        ([["PHẦN II"], *_pairs(SECOND), ["PHẦN I"], *_pairs(FIRST)],),
        ([["ĐÁP ÁN PHẦN I"], *_pairs(FIRST)], [["Đáp án phần II"], *_pairs(SECOND)]),
        ([["I. LỊCH SỬ"], *_pairs(FIRST)], [["II. KINH TẾ"], *_pairs(SECOND)]),
        ([["PHẦN I"], *_pairs(FIRST, named=False)], [["PHẦN II"], *_pairs(SECOND, named=False)]),
        ([*_pairs(FIRST), *_pairs(SECOND)],),
        ([["BẢNG ĐÁP ÁN"], ["PHẦN II"], *_pairs(SECOND), ["PHẦN I"], *_pairs(FIRST)],),
        ([["PHẦN II"], ["Câu", "Đáp án"], *SECOND_DOWN, ["PHẦN I"], ["Câu", "Đáp án"], *FIRST_DOWN],),
        ([["Câu", "Đáp án"], ["PHẦN II"], *SECOND_DOWN, ["PHẦN I"], *FIRST_DOWN],),
        ([["PHẦN II"], *SECOND_GRID, ["PHẦN I"], *FIRST_GRID],),
    ],
)
def test_a_table_of_many_rows_keeps_the_part_of_its_heading(tables: Sequence[Rows]) -> None:
    document = _in_parts()
    document.add_paragraph("BẢNG ĐÁP ÁN")
    for rows in tables:
        _table(document, rows)
    reading = _read(document)
    assert _keys(reading) == FIRST + SECOND
    assert _codes(reading) == []


@pytest.mark.parametrize("announced", ["BẢNG ĐÁP ÁN", "HẾT", ""])
@pytest.mark.parametrize(
    "headings",
    [
        ("PHẦN I", "PHẦN II"),
        ("Phần I. Đáp án", "Phần II. Đáp án"),
        ("ĐÁP ÁN PHẦN I", "ĐÁP ÁN PHẦN II"),
        ("Phần I:", "Phần II:"),
        ("I. LỊCH SỬ", "II. KINH TẾ"),
    ],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_heading_above_a_table_says_which_part_its_keys_are_for(
    announced: str, headings: tuple[str, str], turned: bool
) -> None:
    document = _in_parts()
    if announced:
        document.add_paragraph(announced)
    parts = list(zip(headings, (FIRST, SECOND), strict=True))
    for heading, keys in reversed(parts) if turned else parts:
        document.add_paragraph(heading)
        _table(document, _pairs(keys))
    reading = _read(document)
    assert _keys(reading) == FIRST + SECOND
    assert _codes(reading) == []
    assert {one.topic for one in reading.questions} == {"PHẦN I. LỊCH SỬ", "PHẦN II. KINH TẾ"}


def test_a_part_whose_keys_stand_in_several_tables_is_one_part() -> None:
    document = _in_parts()
    for heading, keys in (("PHẦN II", SECOND), ("PHẦN I", FIRST)):
        document.add_paragraph(heading)
        for at in range(0, len(keys), 4):
            _table(document, _pairs(keys[at : at + 4], at + 1))
            document.add_paragraph("")
    reading = _read(document)
    assert (_keys(reading), _codes(reading)) == (FIRST + SECOND, [])


def test_only_one_part_has_its_keys_in_a_table() -> None:
    document = _in_parts()
    document.add_paragraph("PHẦN II. ĐÁP ÁN")
    _table(document, _pairs(SECOND))
    assert _keys(_read(document)) == "-" * 12 + SECOND


def test_each_part_has_its_table_right_below_its_questions() -> None:
    document = docx.Document()
    for heading, about, keys in (
        ("PHẦN I. LỊCH SỬ", "Lịch sử", FIRST),
        ("PHẦN II. KINH TẾ", "Kinh tế", SECOND),
    ):
        document.add_paragraph(heading)
        _ask(document, range(1, len(keys) + 1), about)
        document.add_paragraph("Đáp án")
        _table(document, _pairs(keys))
    reading = _read(document)
    assert (_keys(reading), _codes(reading)) == (FIRST + SECOND, [])
    assert [one.topic for one in reading.questions] == ["PHẦN I. LỊCH SỬ"] * 12 + ["PHẦN II. KINH TẾ"] * 8


# Long banks

LATE = range(995, 1008)
LATE_KEYS = "ABCDABCDABCDA"


@pytest.mark.parametrize(
    "lines",
    [
        ["ĐÁP ÁN", " ".join(f"{number}.{key}" for number, key in zip(LATE, LATE_KEYS, strict=True))],
        ["ĐÁP ÁN: " + " ".join(f"{number}-{key}" for number, key in zip(LATE, LATE_KEYS, strict=True))],
        ["HẾT", *(f"Câu {number}: {key}" for number, key in zip(LATE, LATE_KEYS, strict=True))],
        ["ĐÁP ÁN", *(f"{number}. {key}" for number, key in zip(LATE, LATE_KEYS, strict=True))],
    ],
)
def test_numbers_of_four_digits_in_lines_of_keys(lines: list[str]) -> None:
    document = docx.Document()
    _ask(document, LATE, "Chỉ tiêu")
    for line in lines:
        document.add_paragraph(line)
    reading = _read(document)
    assert (_keys(reading), _codes(reading)) == (LATE_KEYS, [])


@pytest.mark.parametrize(
    "rows",
    [
        _pairs(LATE_KEYS, 995),
        _pairs(LATE_KEYS, 995, wide=13, named=False),
        [["Câu", "Đáp án"], *([str(number), key] for number, key in zip(LATE, LATE_KEYS, strict=True))],
        [[f"{number}.{key}" for number, key in zip(LATE, LATE_KEYS, strict=True)]],
        [[f"Câu {number}" for number in LATE], list(LATE_KEYS)],
    ],
)
def test_numbers_of_four_digits_in_tables_of_keys(rows: Rows) -> None:
    document = docx.Document()
    _ask(document, LATE, "Chỉ tiêu")
    document.add_paragraph("BẢNG ĐÁP ÁN")
    _table(document, rows)
    reading = _read(document)
    assert (_keys(reading), _codes(reading)) == (LATE_KEYS, [])


def test_a_table_of_years_is_no_table_of_keys() -> None:
    document = docx.Document()
    document.add_paragraph("Câu 1. Chỉ tiêu nào tăng?")
    document.add_paragraph("A. Một")
    document.add_paragraph("B. Hai")
    document.add_paragraph("Đáp án: B")
    _table(document, [["2025", "2026", "2027"], ["11%", "12%", "13%"]])
    reading = _read(document)
    assert _keys(reading) == "B"
    assert "key_without_question" not in _codes(reading)


def test_a_year_that_begins_an_explanation_is_no_number_of_a_question() -> None:
    document = docx.Document()
    _ask(document, range(1, 3), "Mốc")
    for line in ("HƯỚNG DẪN GIẢI", "Câu 1: A", "2030: mốc một trăm năm thành lập Đảng.", "Câu 2: B"):
        document.add_paragraph(line)
    reading = _read(document)
    assert (_keys(reading), _codes(reading)) == ("AB", [])
    assert reading.questions[0].question.explanation == "2030: mốc một trăm năm thành lập Đảng."
