"""Official papers as pictures: every part where the rules want it, with the longest names and all 134 letters."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from typing import cast

import pypdf
import pytest
from PIL import Image, ImageOps

from lms.kit.fonts import VIETNAMESE_LETTERS
from lms.kit.papers import PAGE, OfficialHeader, Signature, Style, signing_for
from lms.kit.tables import Column, Row, Table, table_bytes
from tests.lms.kit.paper_samples import LONGEST_NAME, header, report, rows
from tests.lms.kit.pictures import pictures

DPI = 100
MM = DPI / 25.4
LONG_BODY = "Đảng ủy bộ phận Khu công nghệ cao Hòa Lạc và các trường đại học, cao đẳng trên địa bàn Hà Nội"
LETTERS = "".join(VIETNAMESE_LETTERS)
NARROW = (
    Column("no", "STT", width=5),
    Column("unit", "Đơn vị", width=40),
    Column("must", "Phải học", "integer"),
)
STYLES: tuple[Style, ...] = ("party", "state", "mass", "enterprise")


def head(style: Style) -> OfficialHeader:
    youth = "Đoàn TNCS Hồ Chí Minh" if style == "mass" else ""
    return replace(header("state" if style != "party" else "party"), style=style, heading=youth)


def signed(style: Style) -> tuple[Signature, ...]:
    authority = signing_for(style, "on_behalf", "Ban Thường vụ")
    return (
        Signature(post="NGƯỜI LẬP BIỂU", hint="(Ký, ghi rõ họ tên)", name=LONGEST_NAME),
        Signature(authority=authority, post="PHÓ BÍ THƯ THƯỜNG TRỰC", name=LONGEST_NAME),
    )


def upright(style: Style, count: int = 60) -> Table:
    lines = [Row((str(n), f"Chi bộ số {n}", 1000 * n)) for n in range(1, count + 1)]
    totals = Row(("", "Tổng cộng", 1))
    return replace(
        report(style),
        columns=NARROW, rows=lines, totals=totals, chart=None, header=head(style), signatures=signed(style),
        note=" ".join(VIETNAMESE_LETTERS),
    )  # fmt: skip


def wide(style: Style) -> Table:
    return replace(report(style, count=60), chart=None, header=head(style), signatures=signed(style))


def texts(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]


def ink(page: Image.Image) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is printed, in millimetres from the left and upper edges."""
    box = ImageOps.invert(page).point(lambda shade: 255 if shade > 60 else 0).getbbox()
    assert box is not None
    return (box[0] / MM, box[1] / MM, box[2] / MM, box[3] / MM)


def below(page: Image.Image, top: float) -> Image.Image:
    return page.crop((0, round(top * MM), page.width, page.height))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("turned", [False, True])
def test_nothing_is_printed_in_the_margins_but_the_page_number(style: Style, turned: bool) -> None:
    pages = pictures(table_bytes("pdf", wide(style) if turned else upright(style)), DPI)
    assert len(pages) > 1
    assert (pages[0].width > pages[0].height) is turned
    for place, page in enumerate(pages):
        left, top, right, bottom = ink(page if place == 0 else below(page, PAGE.top - 0.5))
        assert left >= PAGE.left - 0.5
        assert right <= page.width / MM - PAGE.right + 0.5
        assert bottom + (0 if place == 0 else PAGE.top - 0.5) <= page.height / MM - PAGE.bottom + 0.5
        if place == 0:
            assert top >= PAGE.top - 0.5


@pytest.mark.parametrize("turned", [False, True])
def test_page_numbers_stand_centred_ten_millimetres_from_the_edge_from_page_two(turned: bool) -> None:
    pages = pictures(table_bytes("pdf", wide("party") if turned else upright("party")), DPI)
    strips = [page.crop((0, 0, page.width, round((PAGE.top - 1) * MM))) for page in pages]
    assert ImageOps.invert(strips[0]).point(lambda shade: 255 if shade > 60 else 0).getbbox() is None, (
        "page 1 has none"
    )
    for strip in strips[1:]:
        left, top, right, bottom = ink(strip)
        middle = (strip.width / MM + PAGE.left - PAGE.right) / 2
        assert (left + right) / 2 == pytest.approx(middle, abs=1)
        assert top >= PAGE.number_at
        assert bottom < PAGE.top - 2


@pytest.mark.parametrize("style", STYLES)
def test_all_letters_and_the_longest_names_are_there(style: Style) -> None:
    long = replace(head(style), issuer=LONG_BODY, parent=LONG_BODY)
    pages = texts(table_bytes("pdf", replace(upright(style), header=long)))
    whole = " ".join(pages)
    assert [letter for letter in LETTERS if letter not in whole] == []
    assert whole.count(LONGEST_NAME) == 2
    assert pages[0].count(LONG_BODY.upper()) == 2
    assert all("(1) (2) (3)" in page for page in pages if "Chi bộ số" in page), "headings on every page"


@pytest.mark.parametrize(
    ("style", "number", "right", "signs"),
    [
        ("party", "Số 05-BC/ĐU", "ĐẢNG CỘNG SẢN VIỆT NAM", "T/M BAN THƯỜNG VỤ"),
        ("state", "Số: 05/BC-SNV", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "TM. BAN THƯỜNG VỤ"),
        ("mass", "Số: 05/BC-SNV", "ĐOÀN TNCS HỒ CHÍ MINH", "TM. BAN THƯỜNG VỤ"),
        ("enterprise", "Số: 05/BC-SNV", "Độc lập - Tự do - Hạnh phúc", "TM. BAN THƯỜNG VỤ"),
    ],
)
def test_each_style_says_its_formulas(style: Style, number: str, right: str, signs: str) -> None:
    pages = texts(table_bytes("pdf", upright(style)))
    for words in (number, right, "Hà Nội, ngày 05 tháng 02 năm 2026", "BÁO CÁO"):
        assert words in pages[0]
    for words in (
        signs,
        "NGƯỜI LẬP BIỂU",
        "Nơi nhận:",
        "- Thành ủy Hà Nội (để b/c)",
        "- Lưu Văn phòng Đảng ủy.",
    ):
        assert words in pages[-1]
    assert ("Độc lập" in pages[0]) is (style in ("state", "enterprise"))
    assert ("ĐẢNG CỘNG SẢN" in pages[0]) is (style == "party")


def places(pdf: bytes, page: int = 0) -> dict[str, tuple[float, float, float]]:
    """Where each run of text begins on the page: left and top in millimetres, and its size in points."""
    found: dict[str, tuple[float, float, float]] = {}
    sheet = pypdf.PdfReader(io.BytesIO(pdf)).pages[page]

    def note(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            x, y = cm[0] * tm[4] + cm[4], cm[3] * tm[5] + cm[5]
            at = (x / 72 * 25.4, (float(sheet.mediabox.height) - y) / 72 * 25.4, abs(cm[3] * tm[3]) * size)
            found.setdefault(" ".join(text.split()), at)

    sheet.extract_text(visitor_text=note)
    return found


def test_party_heads_have_bodies_left_and_the_party_right_and_larger() -> None:
    found = places(table_bytes("pdf", upright("party")))
    parent, issuer = found["ĐẢNG BỘ THÀNH PHỐ HÀ NỘI"], found["ĐẢNG ỦY PHƯỜNG HOÀN KIẾM"]
    star, party = found["*"], found["ĐẢNG CỘNG SẢN VIỆT NAM"]
    assert parent[1] < issuer[1] < star[1]
    assert max(parent[0], issuer[0], star[0]) < party[0]
    assert party[1] == pytest.approx(parent[1], abs=1)
    assert [round(one[2]) for one in (party, parent, issuer)] == [15, 14, 14]


@pytest.mark.parametrize("style", ["party", "state"])
def test_the_rule_is_as_long_as_the_line_above_it(style: Style) -> None:
    """Seen: the lowest dark line of the right half of the head, against the letters above it."""
    page = pictures(table_bytes("pdf", upright(style)), DPI)[0]
    lowest = (PAGE.top + 16) * MM
    right = page.crop((round(page.width * 0.52), round((PAGE.top - 1) * MM), page.width, round(lowest)))
    dark = [
        [x for x in range(right.width) if cast("int", right.getpixel((x, y))) < 140]
        for y in range(right.height)
    ]
    rules = [
        (row[0], row[-1]) for row in dark if row and len(row) == row[-1] - row[0] + 1 and len(row) > 30 * MM
    ]
    assert rules, "no rule under the head"
    left, end = rules[0]
    line = dark.index(next(row for row in dark if row and (row[0], row[-1]) == rules[0]))
    last_words = [row for row in dark[max(line - round(5 * MM), 0) : line - 2] if row]
    assert min(row[0] for row in last_words) == pytest.approx(left, abs=1.2 * MM)
    assert max(row[-1] for row in last_words) == pytest.approx(end, abs=1.2 * MM)


def test_no_word_of_a_heading_is_broken_however_many_columns() -> None:
    more = tuple(Column(f"x{n}", f"Chỉ tiêu {n}", "integer") for n in range(8))
    table = replace(
        report(),
        chart=None,
        columns=(*NARROW, *more),
        rows=[Row(("1", "Chi bộ", 1, *range(8)))],
        totals=None,
    )
    assert "STT" in texts(table_bytes("pdf", table))[0]


def test_a_table_without_rows_is_a_paper_too() -> None:
    empty = replace(report(), rows=[], totals=None, chart=None)
    assert "NGƯỜI LẬP BIỂU" in texts(table_bytes("pdf", empty))[-1]


def test_the_day_stands_with_its_zeros() -> None:
    table = replace(upright("party", 1), header=replace(header(), place="Thủ Đức", day=date(2026, 10, 9)))
    assert "Thủ Đức, ngày 09 tháng 10 năm 2026" in texts(table_bytes("pdf", table))[0]


def test_the_rows_of_the_sample_are_all_printed() -> None:
    printed = " ".join(texts(table_bytes("pdf", wide("party"))))
    assert [row.values[1] for row in rows(60) if str(row.values[1]) not in printed] == []
