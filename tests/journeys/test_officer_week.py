"""An officer's week: a messy Excel list on Monday, slips for the newcomers, who is missing, the report on Friday."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from lms.kit.i18n import _
from tests.journeys.conftest import Site, Visit, look, snap
from tests.lms.organisation.roster.books import workbook

pytestmark = pytest.mark.browser

MESSY: list[list[object]] = [
    ["ĐẢNG BỘ THÀNH PHỐ HÀ NỘI", "", "", "", "", "ĐẢNG CỘNG SẢN VIỆT NAM"],
    ["ĐẢNG ỦY PHƯỜNG A"],
    ["", "DANH SÁCH ĐẢNG VIÊN THAM GIA HỌC TẬP"],
    [],
    ["TT", "Họ, chữ đệm", "Tên", "Ngày sinh", "Chức vụ", "Số thẻ ĐV", "Ghi chú"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    ["I.", "CHI BỘ SỐ 1"],
    [1, "Nguyễn  Huyền Tôn Nữ ", " Thùy Dương", "5/3/62", "Bí thư", "88.123456", ""],
    [2, "Trần Đại", "Nghĩa", "1958", "nt", "88123457", "Miễn SH"],
    [3, "Lò Thị", "Mỷ", "31/02/1970", "", "88123458", ""],
    ["", "Cộng: 3 đ/c"],
    ["Danh sách này có 03 đồng chí./."],
    ["", "", "", "T/M ĐẢNG ỦY"],
]
NEW_PASSWORD = "mot cau de nho cua toi"


def test_from_a_messy_list_to_the_friday_report(site: Site, visit: Visit, tmp_path: Path) -> None:
    office = visit("dung", "desk")
    _hand_in(office, tmp_path)
    sign_in_name, code = _slip(office)
    _first_sign_in(visit, sign_in_name, code)
    _report(office, site)


def _hand_in(page: Page, folder: Path) -> None:
    file = folder / "Danh sách phường A (2).xlsx"
    file.write_bytes(workbook({"DS": MESSY}))
    page.goto("/rosters/")
    look(page)
    line = page.locator(".site-nav > ul").bounding_box()
    assert line, "there is a navigation"
    assert line["height"] < 60, "eight entries stand in one line: the last ones behind “More”"
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name=_("Read the list")).click()
    store = page.get_by_role("button", name=_("Store the list"))
    expect(store).to_be_visible(timeout=90_000)
    look(page)
    snap(page, "roster-preview")
    expect(page.locator("main")).to_contain_text("31/02/1970")  # no such day: said with its place
    store.click()
    expect(page.locator(".tiles")).to_be_visible(timeout=90_000)
    look(page)


def _slip(page: Page) -> tuple[str, str]:
    """What stands on the first slip: a sign-in name and a code."""
    page.get_by_role("button", name=_("Print slips for those added")).click()
    page.wait_for_url("**/jobs/*")
    link = page.locator("a[href$='/file']")
    expect(link).to_be_visible(timeout=90_000)
    with page.expect_download() as download:
        link.click()
    said = "\n".join(sheet.extract_text() for sheet in PdfReader(download.value.path()).pages)
    name = re.search(r"\b(88\d{6})\b", said)
    code = re.search(r"\b([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{4})\b", said)
    assert name, said
    assert code, said
    return name[1], code[1]


def _first_sign_in(visit: Visit, sign_in_name: str, code: str) -> None:
    page = visit(None, "phone")
    page.goto("/first-sign-in")
    look(page)
    page.fill("[name=sign_in_name]", sign_in_name)
    page.fill("[name=code]", code.upper())
    page.fill("[name=new]", NEW_PASSWORD)
    page.fill("[name=again]", NEW_PASSWORD)
    page.get_by_role("button", name=_("Set the password and sign in")).click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Nghị quyết")  # the course is there already


def _report(page: Page, site: Site) -> None:
    ward = f"/reports/{site.staged.course_id}/units/{site.cast.units['ward_a']}"
    page.goto(f"{ward}/unfinished")
    look(page)
    expect(page.locator("main")).to_contain_text("Thùy Dương")
    page.goto(f"{ward}/completion")
    look(page)
    snap(page, "completion")
    page.fill("[name=note]", "Báo cáo thứ Sáu")
    page.get_by_role("button", name=_("Freeze this report")).click()
    said = page.locator(".messages")
    expect(said).to_contain_text(re.compile(r"số \d\d+-BC"))  # others of these journeys freeze reports too
    number = re.findall(r"\d\d+-BC", said.inner_text())[0]
    expect(page.locator("main h1 ~ *", has_text=number).first).to_be_visible()
    look(page)
    with page.expect_download() as download:
        page.locator("a[href*='docx']").first.click()
    assert download.value.path().read_bytes().startswith(b"PK")
