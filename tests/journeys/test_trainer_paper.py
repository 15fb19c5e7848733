"""A trainer prints a paper: chosen on the page, downloaded as a file, without scripts too."""

from __future__ import annotations

import zipfile

import pytest

from tests.journeys.conftest import Visit, look, snap

pytestmark = pytest.mark.browser
EXPORT = "/banks/hanoi_xviii/breakthroughs/export"


def test_a_paper_is_chosen_and_downloaded(visit: Visit, width: str) -> None:
    page = visit("tuan", width)
    page.goto(EXPORT)
    look(page)
    snap(page, f"export-{width}")
    page.get_by_label("Đề in trên giấy (Word)").check()
    page.get_by_role("button", name="Xem tệp sẽ có gì").click()
    look(page)
    snap(page, f"paper-{width}")
    page.get_by_label("Cơ quan cấp trên").fill("Đảng bộ thành phố")
    page.get_by_label("Số câu hỏi").fill("999")
    page.get_by_role("button", name="Tải đề về").click()
    look(page)
    snap(page, f"paper-refused-{width}")
    page.get_by_label("Số câu hỏi").fill("4")
    page.get_by_label("Số mã đề").select_option("4")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải đề về").click()
    with zipfile.ZipFile(download.value.path()) as bundle:
        assert len(bundle.namelist()) == 2


def test_a_paper_needs_no_scripts(visit: Visit) -> None:
    page = visit("tuan", javascript=False)
    page.goto(f"{EXPORT}?format=paper")
    with page.expect_download() as download:
        page.get_by_role("button", name="Tải đề về").click()
    assert download.value.suggested_filename == "hanoi_xviii-breakthroughs-de.zip"
