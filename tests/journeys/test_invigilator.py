"""An invigilator looks into the room, sees somebody lose contact, gives more time, and reads the story."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from lms.accounts import actions as accounts
from lms.attempts import actions
from lms.attempts.models import Attempt
from lms.attempts.rules import receipt_key
from lms.courses import actions as courses
from lms.courses.models import Course
from lms.kit import clock
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from tests.journeys.conftest import Site, Visit, look, snap

pytestmark = pytest.mark.browser


def begin(site: Site, name: str) -> int:
    """An attempt of somebody new who is elsewhere: nothing was ever heard of their device."""
    with site.database.writing() as session:
        unit, now = session.get_one(Unit, site.cast.units["cell_a2"]), clock.now()
        person = organisation.create_person(
            session, full_name=name, unit=unit, by=None, now=now, since=date(2025, 7, 1), born="1950"
        )
        courses.open_course(session, session.get_one(Course, site.staged.course_id), by=None, now=now)
        accounts.begin_sign_in(session, person.id, device="", now=now)
        return actions.start(session, site.staged.exam_id, person.id, key=receipt_key("x" * 40), now=now)


def test_the_room_tells_by_itself_who_has_gone(site: Site, visit: Visit, width: str) -> None:
    attempt = begin(site, f"Trịnh Công {width}")
    page = visit("tuan", width)
    page.goto(f"/courses/{site.staged.course_id}/exams/{site.staged.exam_id}/room")
    offline = page.locator("[data-count='total.offline']")
    before = int(offline.inner_text())
    look(page)
    with site.database.writing() as session:
        long_ago = clock.now() - clock.now().resolution * 300_000_000  # five minutes
        session.execute(update(Attempt).where(Attempt.id == attempt).values(started_at=long_ago))
    page.wait_for_function(  # others may have gone as well: attempts of other journeys lie about
        "before => Number(document.querySelector(\"[data-count='total.offline']\").textContent) > before",
        arg=before,
        timeout=12_000,
    )
    expect(offline).to_be_visible()
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.locator("[data-live-state]")).to_contain_text("Đang tạm dừng")
    snap(page, f"room-{width}")

    page.select_option("#state", "offline")
    page.get_by_role("button", name="Tìm").click()
    page.locator(f"a[href$='/room/attempts/{attempt}']").click()
    look(page)
    page.get_by_text("Gia hạn…").click()
    page.fill("[name=extend-minutes]", "7")
    page.fill("[name=extend-reason]", "Mất điện 7 phút")
    page.get_by_role("button", name="Gia hạn").click()
    expect(page.locator(".messages")).to_contain_text("Giờ kết thúc mới là")
    expect(page.locator(".story")).to_contain_text("Thêm 7 phút")
    expect(page.locator(".story")).to_contain_text("Mất điện 7 phút")
    page.get_by_text("Thu bài ngay…").click()
    page.fill("[name=end-reason]", "Hết buổi thi")
    page.get_by_role("button", name="Thu bài", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("Đã thu bài")
    snap(page, f"story-{width}")
    page.get_by_role("link", name="Giải trình kết quả").click()
    look(page)
    expect(page.locator("main")).to_contain_text("Cán bộ thu bài thay")
    snap(page, f"explained-{width}")


def test_without_scripts_the_room_renews_itself_and_can_be_held(site: Site, visit: Visit) -> None:
    page = visit("tuan", "phone", javascript=False)
    url = f"/courses/{site.staged.course_id}/exams/{site.staged.exam_id}/room"
    page.goto(url)
    assert page.locator("meta[http-equiv=refresh]").count() == 1
    page.get_by_role("link", name="Tạm dừng").click()
    assert page.locator("meta[http-equiv=refresh]").count() == 0
    page.goto(f"{url}/everybody")
    page.fill("[name=incident-text]", "Mất điện toàn khu")
    page.get_by_role("button", name="Ghi nhận").click()
    expect(page.locator(".notes")).to_contain_text("Mất điện toàn khu")
    expect(page.locator(".messages")).to_contain_text(re.compile("Đã ghi nhận"))
