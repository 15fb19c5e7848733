"""Word files of tables: what Word, and whoever reads them by program, finds in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.tables import TABLE_FORMATS, Column, Row, Table, TooManyRows, table_bytes
from lms.kit.tables.as_docx import LONGEST
from tests.lms.kit.paper_samples import LONGEST_NAME, report, rows


def opened(table: Table) -> Any:
    return docx.Document(io.BytesIO(table_bytes("docx", table)))


def paragraphs(paper: Any) -> list[str]:
    """Everything outside the figures, in order: also what stands in the head and in the places to sign."""
    cells = [p for grid in (paper.tables[0], paper.tables[-1]) for c in grid._cells for p in c.paragraphs]
    return [p.text for p in (*paper.paragraphs, *cells) if p.text.strip()]


def figures(paper: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in paper.tables[1].rows]


def test_it_is_a_format_with_a_name_like_the_others() -> None:
    word = TABLE_FORMATS["docx"]
    assert (word.name, word.ending) == ("Word", "docx")
    assert word.media_type.endswith("wordprocessingml.document")


def test_a_party_paper_in_word() -> None:
    said = paragraphs(opened(report()))
    for words in (
        "ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", "ĐẢNG ỦY PHƯỜNG HOÀN KIẾM", "*", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 05-BC/ĐU",
        "Hà Nội, ngày 05 tháng 02 năm 2026", "BÁO CÁO", "-----", "Đơn vị tính: người", "Nơi nhận:",
        "- Thành ủy Hà Nội (để b/c),", "- Lưu Văn phòng Đảng ủy.", "NGƯỜI LẬP BIỂU", "T/M BAN THƯỜNG VỤ", "BÍ THƯ",
        "(Số liệu tính đến 17 giờ 30 phút, ngày 05/02/2026)", "Ghi chú: không tính đảng viên được miễn.",
    ):  # fmt: skip
        assert words in said, words
    assert "Độc lập - Tự do - Hạnh phúc" not in said


def test_a_state_paper_in_word() -> None:
    said = paragraphs(opened(report("state")))
    for words in ("Độc lập - Tự do - Hạnh phúc", "Số: 05/BC-SNV", "- Thành ủy Hà Nội (để b/c);"):
        assert words in said
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" not in said


def test_the_figures_are_in_vietnamese_notation_and_right_aligned() -> None:
    grid = opened(report()).tables[1]
    assert figures(opened(report()))[-1][1:6] == ["Tổng cộng", "35.900", "35.599", "99,16", "8,24"]
    row = grid.rows[-2]
    sides = [cell.paragraphs[0].alignment for cell in row.cells]
    assert sides == [
        WD_ALIGN_PARAGRAPH.CENTER,
        WD_ALIGN_PARAGRAPH.LEFT,
        *[WD_ALIGN_PARAGRAPH.RIGHT] * 4,
        WD_ALIGN_PARAGRAPH.CENTER,
    ]
    assert row.cells[-1].text == "05/02/2026"
    assert all(run.bold for run in grid.rows[-1].cells[1].paragraphs[0].runs), "totals are bold"


def test_headings_are_repeated_on_every_page_and_merged_under_their_groups() -> None:
    grid = opened(report()).tables[1]
    heads = [
        row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None for row in grid.rows
    ]
    assert heads == [True] * 3 + [False] * (len(heads) - 3)
    top, below, numbers = figures(opened(report()))[:3]
    assert top[3:5] == ["Kết quả", "Kết quả"]
    assert below[:5] == ["STT", "Đơn vị", "Phải học", "Đã hoàn thành", "Tỷ lệ (%)"]
    assert numbers[4] == "(5)=(4)/(3)"


def test_the_page_has_the_margins_and_the_number_of_official_papers() -> None:
    paper = opened(report())
    section = paper.sections[0]
    margins = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
    assert [round(one.mm) for one in margins] == [20, 15, 20, 30]
    assert (section.orientation, round(section.page_width.mm)) == (WD_ORIENT.LANDSCAPE, 297)
    assert section.different_first_page_header_footer, "no number on page 1"
    assert "PAGE" in section.header._element.xml
    assert section.header.paragraphs[0].alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert round(section.header_distance.mm) == 10
    upright = replace(report(), columns=(Column("a", "A"),), rows=[Row(("x",))], totals=None)
    assert opened(upright).sections[0].orientation == WD_ORIENT.PORTRAIT


def test_columns_are_as_wide_as_the_text() -> None:
    grid = opened(report()).tables[1]
    widths = [int(one.get(qn("w:w"))) for one in grid._tbl.tblGrid.findall(qn("w:gridCol"))]
    assert sum(widths) / 56.6929 == pytest.approx(297 - 45, abs=1)
    assert widths[1] == max(widths)


def test_levels_are_indented() -> None:
    deep = opened(report()).tables[1].rows[-2].cells[1].paragraphs[0].paragraph_format
    assert deep.left_indent is not None
    assert deep.left_indent.mm > 3


def test_all_letters_and_the_longest_name_arrive() -> None:
    letters = "".join(VIETNAMESE_LETTERS)
    table = replace(report(), rows=[Row(("1", letters, 1, 1, 1, 1, LONGEST_NAME))])
    row = figures(opened(table))[3]
    assert (row[1], row[6]) == (letters, LONGEST_NAME)


def test_the_same_table_gives_the_same_bytes() -> None:
    assert table_bytes("docx", report()) == table_bytes("docx", report())
    with zipfile.ZipFile(io.BytesIO(table_bytes("docx", report()))) as package:
        assert {info.date_time[0] for info in package.infolist()} == {2000}
    assert opened(report()).core_properties.created.date() == date(2026, 2, 5)


@settings(max_examples=30)
@given(st.text(max_size=40))
def test_whatever_stands_in_a_cell_the_file_opens_and_says_it(text: str) -> None:
    one = Table(name="x", title="t", columns=(Column("a", "A"),), rows=[Row((text,))], note=text)
    document = table_bytes("docx", one)
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
    said = docx.Document(io.BytesIO(document)).tables[0].rows[1].cells[0].text
    kept = "".join(c for c in text if c >= " " or c in "\n\t")
    if kept.isprintable() and "\ue000" not in kept:
        assert said == kept


def test_a_table_without_head_or_signatures_is_only_a_table() -> None:
    bare = opened(Table(name="x", title="Bảng", columns=(Column("a", "A"),), rows=[Row(("b",))]))
    assert len(bare.tables) == 1
    assert [p.text for p in bare.paragraphs if p.text.strip()] == ["BẢNG"]


def test_too_long_for_word_is_said() -> None:
    endless: Iterator[Row] = (Row(("x",)) for _ in iter(int, 1))
    with pytest.raises(TooManyRows, match=str(LONGEST)):
        table_bytes("docx", Table(name="x", title="t", columns=(Column("a", "A"),), rows=endless))


def test_long_lists_are_all_there() -> None:
    names = [row[1] for row in figures(opened(replace(report(), rows=rows(400))))]
    assert sum(1 for name in names if name.startswith("Đảng bộ phường")) == 400


def test_the_last_lines_stand_with_the_signatures_and_a_date_is_never_broken() -> None:
    paper = opened(report(count=12))
    grid = paper.tables[1]
    kept = [all(one.paragraph_format.keep_with_next for one in row.cells[0].paragraphs) for row in grid.rows]
    assert kept == [False] * (len(kept) - 2) + [True, True]
    many = replace(
        report(count=1),
        columns=tuple(Column(f"c{n}", "Ngày", "date" if n == 3 else "text", width=40) for n in range(15)),
        rows=(),
        totals=None,
    )
    widths = [int(one.get(qn("w:w"))) for one in opened(many).tables[1]._tbl.tblGrid.findall(qn("w:gridCol"))]
    assert widths[3] / 56.6929 >= 20.9
