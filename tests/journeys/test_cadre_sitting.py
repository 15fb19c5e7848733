"""What can happen to a cadre in the middle of a test: messages, more time, no network for long, a way only forward."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from lms.attempts.models import Attempt, AttemptNote
from lms.exams.models import Exam
from lms.kit import clock
from lms.kit.words import time_of_day
from tests.journeys.conftest import Site, Visit, look, snap
from tests.journeys.test_cadre import answers_in_books, begin, keys_of, saved
from tests.stage import exam_apart, singles

pytestmark = pytest.mark.browser
MOST_BYTES = 120 * 1024  # of the exam page with everything it asks for, over the wire


@pytest.fixture(scope="module")
def plain(site: Site) -> int:
    """An exam of four single choices."""
    return _exam(site, "plain")


@pytest.fixture(scope="module")
def forward(site: Site) -> int:
    """The same, without a way back."""
    exam_id = _exam(site, "forward")
    _change(site, update(Exam).where(Exam.id == exam_id).values(navigation="forward"))
    return exam_id


def _exam(site: Site, code: str) -> int:
    with site.database.writing() as session:
        return exam_apart(session, site.cast, site.staged, singles(4), clock.now(), code=code)


def _change(site: Site, statement: Any) -> None:
    with site.database.writing() as session:
        session.execute(statement)


def come_back(page: Page) -> None:
    """What the browser says when there is a network again: the page asks for news at once."""
    page.evaluate("window.dispatchEvent(new Event('online'))")


def choose(page: Page, slot: int, value: int = 1) -> None:
    page.evaluate(
        "([slot, value]) => document.querySelector(`[name=a-${slot}][value='${value}']`).click()",
        [slot, value],
    )


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_message_and_more_time_reach_the_page(site: Site, visit: Visit, plain: int, width: str) -> None:
    person = {"phone": "lan", "desk": "long"}[width]
    page = visit(person, width)
    attempt_id = begin(page, site, exam_id=plain)
    saved(page)
    now = clock.now()
    later = now + timedelta(minutes=90)
    with site.database.writing() as session:
        session.execute(update(Attempt).where(Attempt.id == attempt_id).values(deadline_at=later))
        note = {"exam_id": plain, "attempt_id": attempt_id, "kind": "message", "detail": {}, "at": now}
        session.add(AttemptNote(**note, text="Câu 2: đọc là “khâu”, không phải <khấu>."))
    come_back(page)
    message = page.locator("#messages .message")
    expect(message).to_contain_text("Câu 2: đọc là “khâu”, không phải <khấu>.")
    expect(page.locator("[data-moved]")).to_contain_text(f"kết thúc lúc {time_of_day(later)[:5]}")
    expect(page.locator("#time")).to_contain_text("1 giờ")
    assert page.locator(".notices[role=status] #messages").count() == 1
    look(page)
    snap(page, f"sitting-message-{width}")
    message.get_by_role("button", name="Tôi đã đọc").click()
    expect(page.locator("#messages .message")).to_have_count(0)
    page.reload()
    saved(page)
    expect(page.locator("#messages .message")).to_have_count(0)
    page.locator("#old-messages summary").click()
    expect(page.locator("#old-messages")).to_contain_text("Câu 2: đọc là")
    _change(site, update(Attempt).where(Attempt.id == attempt_id).values(state="void", voided_at=now))
    come_back(page)
    page.wait_for_url("**/receipt")
    expect(page.get_by_text("đã bị hủy", exact=False)).to_be_visible()


def test_an_hour_without_a_network_beyond_the_end_loses_nothing(site: Site, visit: Visit, plain: int) -> None:
    page = visit("hoa")
    page.clock.install()
    attempt_id = begin(page, site, exam_id=plain)
    first, second, *_rest = keys_of(site, attempt_id)
    saved(page)
    choose(page, first)
    page.clock.run_for(2000)
    saved(page)
    page.context.set_offline(offline=True)
    choose(page, second)
    page.clock.run_for(2000)
    expect(page.locator("#save")).to_have_attribute("data-state", "held")
    page.clock.fast_forward("01:00:00")
    page.clock.run_for(30_000)
    expect(page.locator('[data-notice="over"]')).to_be_visible()
    expect(page.locator('[data-notice="unsent"]')).to_be_visible()
    look(page)
    snap(page, "sitting-unsent-phone")
    ended = clock.now() - timedelta(minutes=10)
    _change(site, update(Attempt).where(Attempt.id == attempt_id).values(deadline_at=ended))
    page.context.set_offline(offline=False)
    come_back(page)
    page.clock.run_for(40_000)
    page.wait_for_url("**/receipt")
    expect(page.get_by_text(f"1 câu trả lời đến muộn (câu {second})", exact=False)).to_be_visible()
    look(page)
    assert answers_in_books(site, attempt_id) == {first: 1}


def test_the_answer_file_goes_down_here_and_up_there(
    site: Site, visit: Visit, plain: int, tmp_path: Path
) -> None:
    page = visit("minh")
    attempt_id = begin(page, site, exam_id=plain)
    first, second, *_rest = keys_of(site, attempt_id)
    saved(page)
    page.context.set_offline(offline=True)
    choose(page, first, 2)
    choose(page, second, 3)
    expect(page.locator("#save")).to_have_attribute("data-state", "held")
    with page.expect_download() as download:
        page.locator('[data-notice="offline"]').get_by_role("button", name="Tải tệp câu trả lời").click()
    assert download.value.suggested_filename == f"bai-lam-{attempt_id}.lmsanswers"
    kept = tmp_path / "kept.lmsanswers"
    download.value.save_as(kept)
    assert json.loads(kept.read_text())["attempt"] == str(attempt_id)
    there = visit("minh", "desk")
    there.goto(f"/attempts/{attempt_id}/file")
    look(there)
    changed = tmp_path / "changed.lmsanswers"
    file = json.loads(kept.read_text())
    letter = "B" if file["data"][0] == "A" else "A"
    changed.write_text(json.dumps(file | {"data": letter + file["data"][1:]}))
    _upload(there, changed)
    expect(there.get_by_text("Tệp này đã bị sửa", exact=False)).to_be_visible()
    assert answers_in_books(site, attempt_id) == {}
    _upload(there, kept)
    expect(there.get_by_text("được tính: 2", exact=False)).to_be_visible()
    look(there)
    assert answers_in_books(site, attempt_id) == {first: 2, second: 3}
    page.context.set_offline(offline=False)
    saved(page)  # what the page sends afterwards is there already
    assert answers_in_books(site, attempt_id) == {first: 2, second: 3}


def _upload(page: Page, file: Path) -> None:
    page.set_input_files("#file", file)
    with page.expect_navigation():
        page.get_by_role("button", name="Nộp", exact=True).click()


def test_a_test_that_goes_only_forward_with_the_keyboard_alone(
    site: Site, visit: Visit, forward: int
) -> None:
    page = visit("dung", "desk")
    attempt_id = begin(page, site, exam_id=forward)
    saved(page)
    look(page)
    title = page.locator(".question:visible h2")
    expect(title).to_have_text("Câu 1/4")
    page.keyboard.press("ArrowRight")
    dialog = page.locator("#forward-dialog")
    expect(dialog).to_be_visible()
    look(page)
    page.keyboard.press("Escape")
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("Câu 2/4")
    page.keyboard.press("ArrowLeft")
    page.locator(".grid a[href='#q1']").focus()
    page.keyboard.press("Enter")
    expect(title).to_have_text("Câu 2/4")
    expect(page.locator("[data-act=previous]")).to_be_hidden()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # on without an answer
    expect(title).to_have_text("Câu 3/4")
    saved(page)
    page.reload()
    expect(title).to_have_text("Câu 3/4")
    page.goto(f"/attempts/{attempt_id}#q1")
    expect(title).to_have_text("Câu 3/4")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#submit-dialog")).to_be_visible()
    assert page.locator("#submit-dialog a").count() == 0
    look(page)
    assert answers_in_books(site, attempt_id) == {1: 1}


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_larger_letters_and_high_contrast_stay_for_the_person(
    site: Site, visit: Visit, plain: int, width: str
) -> None:
    page = visit({"phone": "binh", "desk": "tuan"}[width], width)
    begin(page, site, exam_id=plain)
    saved(page)
    page.locator("#looks summary").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Chữ to hơn").click()
    with page.expect_response("**/preferences"):
        page.get_by_role("button", name="Tương phản cao").click()
    html = page.locator("html")
    expect(html).to_have_attribute("data-text-size", "125")
    expect(html).to_have_attribute("data-bs-theme", "contrast")
    look(page)
    snap(page, f"sitting-contrast-{width}")
    page.reload()
    expect(html).to_have_attribute("data-bs-theme", "contrast")
    page.goto("/")
    expect(html).to_have_attribute("data-text-size", "125")
    expect(html).to_have_attribute("data-bs-theme", "contrast")
    look(page)
    page.goto(page.url.rstrip("/") + "/attempts/")
    page.get_by_role("link", name=re.compile("Làm tiếp|Bài kiểm tra các dạng")).first.click()
    page.locator("#looks summary").click()
    for name in ("Cỡ chữ thường", "Tương phản cao"):
        with page.expect_response("**/preferences"):
            page.get_by_role("button", name=name).click()
    page.reload()
    assert page.locator("html[data-bs-theme]").count() == 0


def test_on_a_slow_phone_the_page_is_light(site: Site, visit: Visit) -> None:
    """Counted in a real browser that has kept nothing; how long it takes is benchmarks/page_weight.py's."""
    page = visit("an")
    page.goto(f"/exams/{site.staged.exam_id}/start")
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url(re.compile(r"/attempts/\d+$"))
    saved(page)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.reload()
    saved(page)
    page.locator(".question:visible").locator("input, select, textarea").first.focus()  # of whatever type
    assert len(sizes) > 10
    assert sum(sizes) <= MOST_BYTES, f"{sum(sizes) / 1024:.0f} KB"


SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
