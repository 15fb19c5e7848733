"""Heads of official papers: what differs between Party and state, by the letter of the rules."""

from __future__ import annotations

from datetime import date

import pytest

from lms.kit.papers import Authority, OfficialHeader, Style, printed_number, signing_for


@pytest.mark.parametrize(
    ("style", "number", "line"),
    [
        ("party", "05-BC/ĐU", "Số 05-BC/ĐU"),
        ("state", "05/BC-UBND", "Số: 05/BC-UBND"),
        ("mass", "12-BC/ĐTN", "Số: 12-BC/ĐTN"),
        ("enterprise", "7/BC-CT", "Số: 7/BC-CT"),
    ],
)
def test_only_the_party_writes_the_number_without_a_colon(style: Style, number: str, line: str) -> None:
    assert OfficialHeader(style=style, issuer="X", number=number).number_line == line


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (date(2026, 2, 5), "Hà Nội, ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 5), "Hà Nội, ngày 05 tháng 3 năm 2026"),
        (date(2026, 12, 15), "Hà Nội, ngày 15 tháng 12 năm 2026"),
    ],
)
def test_place_and_day(day: date, line: str) -> None:
    assert OfficialHeader(style="state", issuer="X", place="Hà Nội", day=day).place_line == line


def test_national_name_and_motto_stand_on_all_but_party_papers() -> None:
    assert OfficialHeader(style="party", issuer="X").heading_lines == ("ĐẢNG CỘNG SẢN VIỆT NAM",)
    for style in ("state", "mass", "enterprise"):
        assert OfficialHeader(style=style, issuer="X").heading_lines[1] == "Độc lập - Tự do - Hạnh phúc"
    union = OfficialHeader(style="mass", issuer="X", heading="ĐOÀN TNCS HỒ CHÍ MINH")
    assert union.heading_lines == ("ĐOÀN TNCS HỒ CHÍ MINH",)


@pytest.mark.parametrize(
    ("style", "authority", "line"),
    [
        ("party", "on_behalf", "T/M BAN THƯỜNG VỤ"),
        ("party", "deputy", "K/T BAN THƯỜNG VỤ"),
        ("party", "by_order", "T/L BAN THƯỜNG VỤ"),
        ("state", "on_behalf", "TM. BAN THƯỜNG VỤ"),
        ("state", "deputy", "KT. BAN THƯỜNG VỤ"),
        ("mass", "by_order", "TL. BAN THƯỜNG VỤ"),
    ],
)
def test_signing_for_a_body(style: Style, authority: Authority, line: str) -> None:
    assert signing_for(style, authority, "Ban Thường vụ") == line


@pytest.mark.parametrize(
    ("style", "number", "symbol", "printed"),
    [
        ("party", 5, "ĐU", "05-BC/ĐU"),
        ("party", 12, "TU", "12-BC/TU"),
        ("party", 5, "", "05-BC"),
        ("mass", 9, "ĐTN", "09-BC/ĐTN"),
        ("state", 5, "SNV", "05/BC-SNV"),
        ("enterprise", 105, "XĐHN", "105/BC-XĐHN"),
    ],
)
def test_numbers_have_their_leading_zero_and_the_signs_of_their_style(
    style: Style, number: int, symbol: str, printed: str
) -> None:
    assert printed_number(style, number, "BC", symbol) == printed


def test_a_star_under_party_bodies_three_under_the_youth_union_a_rule_elsewhere() -> None:
    marks = [
        OfficialHeader(style=style, issuer="X").mark for style in ("party", "state", "mass", "enterprise")
    ]
    assert marks == ["*", "", "", ""]
    assert OfficialHeader(style="mass", issuer="X", heading="Đoàn TNCS Hồ Chí Minh").mark == "***"
