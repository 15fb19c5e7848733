"""Markers read essays: one at a desk who never touches the mouse, one on a phone, and who decides between them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from lms.attempts.models import HandedFile
from lms.kit import clock
from lms.kit.storage import Storage
from tests.journeys.conftest import Site, Visit, account, look, snap
from tests.lms.marking.desk import ESSAY, Desk
from tests.lms.marking.test_reading_files import DOCX, essay
from tests.stage import exam_apart

pytestmark = pytest.mark.browser
FIRST, SECOND = "thoa", "quy"
NEXT = re.compile(r"^Nhận bài tiếp theo( Bài thu hoạch hai người.*)?$")  # other exams have essays, too
TEXTS = {"lan": "Tôi sẽ đưa số hóa hồ sơ vào nghị quyết chi bộ.", "hoa": "Tôi sẽ vận động tổ dân phố số 3."}


@pytest.fixture(scope="module")
def desk(site: Site, password_hash: str) -> Desk:
    """An exam that two people mark, one after the other and blind, with the essays of two cadres."""
    now = clock.now()
    with site.database.writing() as session:
        exam_id = exam_apart(session, site.cast, site.staged, [ESSAY], now, code="hai-nguoi-cham")
    found = Desk(site.database, site.cast, exam_id)
    found.exam(title="Bài thu hoạch hai người chấm", attempts_allowed=1, second_marker=True)
    for who, text in TEXTS.items():
        attempt_id = found.write(who, text, now=now - timedelta(minutes=20))
        with site.database.writing() as session, Storage(site.folder / "files").writing() as (key, out):
            out.write(essay())
            session.add(
                HandedFile(
                    attempt_id=attempt_id,
                    slot=1,
                    name=f"{who}.docx",
                    media_type=DOCX,
                    size=1,
                    sha256="-",
                    file_key=key,
                    handed_at=now,
                )
            )
    account(site, password_hash, FIRST, "Trịnh Kim Thoa", "marker")
    account(site, password_hash, SECOND, "Lâm Văn Quý", "marker")
    return found


def test_two_markers_and_who_decides(site: Site, visit: Visit, desk: Desk) -> None:
    given = by_keyboard(visit(FIRST, "desk"))
    assert given == set(TEXTS.values())

    page = visit(SECOND, "phone")
    page.goto("/marking/")
    look(page)
    snap(page, "marking-phone")
    page.get_by_role("button", name=NEXT).click()
    for _time in ("opens", "closes", "opens again"):
        page.get_by_role("button", name="Đọc tại đây").click()
        expect(page.locator("[data-read]")).to_be_visible(visible=_time != "closes", timeout=30_000)
    expect(page.locator("[data-read] h3")).to_have_text("BÀI THU HOẠCH")
    look(page)
    snap(page, "marking-task-phone")
    lans = TEXTS["lan"] in page.locator(".marking-text").inner_text()
    for first in (lans, not lans):  # of Lan's answer they differ, of Hoa's not
        fill(page, ("2", "1") if first else ("6", "2"), "Chưa có số liệu." if first else "")
        page.get_by_role("button", name="Ghi điểm và nhận bài tiếp").click()
    expect(page.get_by_text("hiện không còn bài chờ đồng chí chấm")).to_be_visible()
    look(page)
    snap(page, "marking-queue-phone")

    page = visit("tuan", "desk")
    page.goto(f"/marking/exams/{desk.exam_id}")
    expect(page.get_by_text("hai người chấm lệch nhau")).to_be_visible()
    page.get_by_role("button", name=NEXT).click()
    expect(page.get_by_text("Điểm của đồng chí là quyết định.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Chưa có số liệu.")
    look(page)
    snap(page, "marking-third-desk")
    page.get_by_role("button", name="Đọc tại đây").click()
    expect(page.locator("[data-read] h3")).to_be_visible(timeout=30_000)
    snap(page, "marking-read-desk")
    fill(page, ("5", "3"), "Có việc làm cụ thể, cần thêm số liệu.")
    page.get_by_role("button", name="Ghi điểm và nhận bài tiếp").click()
    expect(page.get_by_text("hiện không còn bài chờ đồng chí chấm")).to_be_visible()

    look(told(visit, "lan", "0,8/1 điểm", "Có việc làm cụ thể, cần thêm số liệu."))
    told(visit, "hoa", "0,85/1 điểm", "Bài viết rõ ràng.")  # the mean of two who agree


def by_keyboard(page: Page) -> set[str]:
    """Read and mark both answers with the keyboard alone; returns the texts that were read."""
    page.goto("/marking/")
    press_on(page, page.get_by_role("button", name=NEXT))
    read = set()
    for _answer in TEXTS:
        page.wait_for_url("**/marking/tasks/*")
        expect(page.locator("main")).not_to_contain_text("Nguyễn Thị Lan")  # blind
        read.add(page.locator(".marking-text").inner_text())
        for field, typed in zip(page.locator("[data-points]").all(), ("6", "3"), strict=True):
            reach(page, field)
            page.keyboard.type(typed)
        expect(page.locator("[data-sum]")).to_have_text("9/10 điểm")
        reach(page, page.locator("#comment"))
        page.keyboard.type("Bài viết rõ ràng.")
        snap(page, "marking-task-desk")
        before = page.url
        page.keyboard.press("Control+Enter")
        expect(page).not_to_have_url(before)
    expect(page.get_by_text("hiện không còn bài chờ đồng chí chấm")).to_be_visible()
    look(page)
    return read


def press_on(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def reach(page: Page, target: Locator) -> None:
    """Tab until the target has the focus."""
    for _press in range(60):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not reach {target} on {page.url}")


def fill(page: Page, points: tuple[str, ...], comment: str) -> None:
    for field, typed in zip(page.locator("[data-points]").all(), points, strict=True):
        field.fill(typed)
    page.fill("#comment", comment)


def told(visit: Visit, who: str, points: str, comment: str) -> Page:
    """The candidate reads the mark and the comment."""
    page = visit(who, "phone")
    page.goto("/attempts/")
    page.get_by_role("link").filter(has_text="hai người chấm").first.click()
    expect(page.locator("main")).to_contain_text(points)
    expect(page.locator(".explanation").first).to_contain_text(comment)
    snap(page, f"marked-{who}-phone")
    return page
