"""Long tables as xlsx: the same values as the formatted writer gives, and no text that becomes anything else."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from python_calamine import CalamineWorkbook

from lms.kit.papers import Signature
from lms.kit.tables import Column, Row, Table, as_long_xlsx, as_xlsx, table_bytes
from lms.kit.tables.as_long_xlsx import write_long_xlsx
from lms.kit.tables.as_xlsx import LONG
from tests.lms.kit.paper_samples import header

COLUMNS = (
    Column("n", "STT", "integer"),
    Column("name", "Họ và tên"),
    Column("born", "Ngày sinh", "date"),
    Column("rate", "Tỷ lệ", "percent"),
    Column("points", "Điểm", "decimal"),
)


def row(n: int) -> Row:
    return Row(
        (n, f"Nguyễn Văn {n}", date(1962, 3, 5) + timedelta(days=n), Decimal(n) / 20_000, Decimal("9.25"))
    )


def table(rows: int) -> Table:
    def made() -> Iterator[Row]:
        yield from (row(n) for n in range(1, rows + 1))

    return Table(
        name="Sổ",
        title="DANH SÁCH",
        columns=COLUMNS,
        rows=made(),
        totals=Row(("", "Tổng cộng", "", "", Decimal(5))),
        note="Ghi chú",
    )


def read(data: bytes, sheet: int = 0) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(sheet).to_python()  # type: ignore[return-value]


def body(cells: list[list[object]]) -> list[list[object]]:
    """From the headings on."""
    start = next(n for n, line in enumerate(cells) if line[0] == "STT")
    return cells[start:]


def official(rows: int) -> Table:
    """The same as an official paper, which two people sign, with group headings and column numbers."""
    number, name, *rest = COLUMNS
    return replace(
        table(rows),
        columns=(number, name, *(replace(column, group="Kết quả") for column in rest)),
        subtitle="Những người đã học",
        intro=("Đến nay " + "rất nhiều người " * 20,),
        column_numbers=True,
        header=header(),
        signatures=(
            Signature(post="NGƯỜI LẬP BIỂU"),
            Signature(post="BÍ THƯ", authority="T/M BAN THƯỜNG VỤ", name="Nguyễn Văn Ký"),
        ),
    )


def sheet_of(data: bytes, member: str = "xl/worksheets/sheet1.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(member).decode()


def test_a_long_table_holds_what_the_formatted_one_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Head, merged cells, heights, what stays in view and on every page, the page itself, rows, and who signs."""
    formatted = table_bytes("xlsx", official(300))
    monkeypatch.setattr(as_xlsx, "LONG", 299)
    long = table_bytes("xlsx", official(300))
    assert read(long) == read(formatted)
    assert any("Nguyễn Văn Ký" in line for line in read(long)[-1:])
    for pattern in (
        r'<mergeCell ref="([^"]+)"',
        r"<pane ([^/]+)/>",
        r"<pageSetup ([^/]+)/>",
        r"<oddHeader>([^<]+)<",
        r'<row r="(\d+)"[^>]* ht=',
    ):
        found = re.findall(pattern, sheet_of(formatted))
        assert sorted(re.findall(pattern, sheet_of(long))) == sorted(found) != [], pattern
    titles = re.findall(r"Print_Titles[^>]*>([^<]+)<", sheet_of(formatted, "xl/workbook.xml"))
    assert [one.replace("'", "") for one in titles] == [
        one.replace("'", "")
        for one in re.findall(r"Print_Titles[^>]*>([^<]+)<", sheet_of(long, "xl/workbook.xml"))
    ]


def test_only_a_long_table_is_written_plainly() -> None:
    short, long = (table_bytes("xlsx", table(rows)) for rows in (LONG, LONG + 1))
    names = [set(zipfile.ZipFile(io.BytesIO(data)).namelist()) for data in (short, long)]
    assert "docProps/core.xml" in names[0]
    assert names[1] == {
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }  # fmt: skip
    cells = body(read(long))
    assert len(cells) == LONG + 4
    assert cells[LONG + 1][:4] == [
        LONG + 1,
        f"Nguyễn Văn {LONG + 1}",
        date(1962, 3, 5) + timedelta(days=LONG + 1),
        (LONG + 1) / 20_000,
    ]
    assert cells[LONG + 2][:2] == ["", "Tổng cộng"]
    assert cells[LONG + 3][0] == "Ghi chú"


def long_bytes(*rows: Row) -> bytes:
    out = io.BytesIO()
    write_long_xlsx(Table(name="Sổ", title="Sổ", columns=COLUMNS, rows=()), rows, out, "Sổ")
    return out.getvalue()


@pytest.mark.parametrize(
    "trap", ['=HYPERLINK("http://x","y")', "+1", "-1", "@x", "'", "<a>&amp;", " x ", "\tx"]
)
def test_a_text_stays_the_text_it_was(trap: str) -> None:
    data = long_bytes(Row((1, trap, None, None, None)))
    assert body(read(data))[1][1] == trap
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")


def test_what_looks_like_an_escape_is_escaped_and_what_xml_forbids_is_left_out() -> None:
    sheet = zipfile.ZipFile(io.BytesIO(long_bytes(Row((1, "_x0041_\x00\x0b!", None, None, None))))).read(
        "xl/worksheets/sheet1.xml"
    )
    assert b">_x005F_x0041_!<" in sheet


@given(st.text(max_size=80))
def test_any_text_gives_a_file_that_can_be_read(text: str) -> None:
    data = long_bytes(Row((1, text, None, None, None)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
    assert len(body(read(data))) == 2


def test_what_does_not_fit_on_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_long_xlsx, "MOST_ROWS", 3)
    out = io.BytesIO()
    made = table(7)
    write_long_xlsx(made, made.rows, out, "Sổ")
    found = [body(read(out.getvalue(), n)) for n in range(3)]
    assert [len(sheet) for sheet in found] == [4, 4, 4]
    assert [line[0] for sheet in found for line in sheet[1:]][:7] == [1, 2, 3, 4, 5, 6, 7]
    assert found[2][-2][1] == "Tổng cộng"
    assert CalamineWorkbook.from_filelike(io.BytesIO(out.getvalue())).sheet_names == [
        "Sổ",
        "Sổ (2)",
        "Sổ (3)",
    ]


def test_the_same_table_gives_the_same_bytes() -> None:
    assert long_bytes(row(1), row(2)) == long_bytes(row(1), row(2))
