"""A cadre's way on the phone and at a desk: read, sit the test, see the result, hold the certificate."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.attempts.models import Attempt
from lms.exams import paper
from tests.journeys.conftest import Site, Visit, look

pytestmark = pytest.mark.browser


def keys_of(site: Site, attempt_id: int) -> dict[int, tuple[str, Any]]:
    """Type and right answer, in displayed positions, of every slot of an attempt's paper."""
    with site.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        slots = paper.load(session, attempt.paper_id).slots
    return {slot.number: (slot.question.type, _key(slot)) for slot in slots}


def _key(slot: paper.Slot) -> Any:
    question, order = slot.question, list(slot.order)
    if question.type == "single_choice":
        return order.index(question.correct[0])
    if question.type == "multiple_choice":
        return [order.index(place) for place in question.correct]
    if question.type == "true_false":
        return question.correct[0] == 0
    if question.type == "true_false_group":
        return [question.statements[place].correct for place in order]
    return question.answers[0]


def answer(page: Page, slot: int, kind: str, key: Any) -> None:
    """Answer one question as a person does: by its labels and fields."""
    if kind == "single_choice":
        page.locator(f"[name=a-{slot}][value='{key}']").check()
    elif kind == "multiple_choice":
        for place in key:
            page.locator(f"[name=a-{slot}][value='{place}']").check()
    elif kind == "true_false":
        page.locator(f"[name=a-{slot}][value='{str(key).lower()}']").check()
    elif kind == "true_false_group":
        for row, truth in enumerate(key):
            page.locator(f"[name=a-{slot}-{row}][value='{row}:{str(truth).lower()}']").check()
    else:
        page.locator(f"[name=a-{slot}]").fill(key)


def attempt_of(page: Page) -> int:
    found = re.search(r"/attempts/(\d+)", page.url)
    assert found, page.url
    return int(found[1])


def begin(page: Page, site: Site, *, scripts: bool = True) -> int:
    page.goto(f"/exams/{site.staged.exam_id}/start")
    if scripts:  # looking needs a script itself
        look(page)
    page.get_by_role("button", name="Bắt đầu").click()
    page.wait_for_url(re.compile(r"/attempts/\d+$"))
    return attempt_of(page)


def saved(page: Page) -> None:
    """Wait until the page's script says that everything is saved."""
    expect(page.locator("#save span")).not_to_be_empty()
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")


@pytest.mark.parametrize(("person", "width"), [("lan", "phone"), ("long", "desk")])
def test_from_reading_to_the_certificate(site: Site, visit: Visit, person: str, width: str) -> None:
    page = visit(person, width)
    look(page)
    expect(page.get_by_text("Chào đồng chí")).to_be_visible()
    page.goto(f"/study/{site.staged.module_slug}/")
    look(page)
    page.get_by_role("link", name="Bắt đầu đọc").first.click()
    for _passage in site.staged.passages:
        look(page)
        page.get_by_role("button", name="Đã đọc").click()
        page.wait_for_load_state()
    expect(page.get_by_text("Đồng chí đã đọc hết", exact=False).first).to_be_visible()

    attempt_id = begin(page, site)
    look(page)
    for slot, (kind, key) in keys_of(site, attempt_id).items():
        answer(page, slot, kind, key)
        following = page.locator("[data-act=next]")
        if following.is_visible():
            following.click()
    saved(page)
    page.keyboard.press("Control+Enter")
    dialog = page.locator("#submit-dialog")
    expect(dialog).to_be_visible()
    look(page)
    dialog.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/receipt")
    look(page)
    page.goto(f"/attempts/{attempt_id}/result")
    look(page)
    expect(page.get_by_text("Giỏi").first).to_be_visible()

    page.goto("/")
    page.get_by_role("link", name=re.compile("Giấy chứng nhận")).first.click()
    look(page)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Tải giấy chứng nhận")).click()
    assert download.value.path().read_bytes().startswith(b"%PDF-")
    page.get_by_role("link", name=re.compile("Trang công khai")).click()
    check_url = page.url
    stranger = visit(None, width)
    stranger.goto(check_url)
    look(stranger)
    expect(stranger.get_by_role("heading", name="Hợp lệ")).to_be_visible()


def test_answers_given_offline_survive_a_reload_and_arrive(site: Site, visit: Visit) -> None:
    page = visit("hoa")
    attempt_id = begin(page, site)
    keys = keys_of(site, attempt_id)
    saved(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on the worker keeps the open attempt
    saved(page)
    first, second, *_others = (slot for slot, (kind, _key) in keys.items() if kind == "single_choice")
    page.context.set_offline(offline=True)
    page.evaluate("slot => document.querySelector(`[name=a-${slot}][value='0']`).click()", first)
    page.evaluate("slot => document.querySelector(`[name=a-${slot}][value='1']`).click()", second)
    expect(page.locator("#save")).to_have_attribute("data-state", "held")
    page.reload()
    expect(page.locator(f"[name=a-{first}][value='0']")).to_be_checked()
    page.context.set_offline(offline=False)
    saved(page)
    stored = answers_in_books(site, attempt_id)
    assert stored[first] == 0
    assert stored[second] == 1


def answers_in_books(site: Site, attempt_id: int) -> dict[int, Any]:
    from lms.attempts.models import AnswerEvent

    with site.database.reading() as session:
        events = session.scalars(
            select(AnswerEvent)
            .where(AnswerEvent.attempt_id == attempt_id, AnswerEvent.op == "set", AnswerEvent.status == "ok")
            .order_by(AnswerEvent.epoch, AnswerEvent.seq)
        ).all()
    return {event.slot: json.loads(event.value or "null") for event in events}


def test_a_second_device_can_take_over_and_nothing_is_lost(site: Site, visit: Visit) -> None:
    here = visit("dung")
    attempt_id = begin(here, site)
    slot = next(slot for slot, (kind, _key) in keys_of(site, attempt_id).items() if kind == "single_choice")
    here.evaluate("slot => document.querySelector(`[name=a-${slot}][value='0']`).click()", slot)
    saved(here)
    there = visit("dung", "desk")
    there.goto(f"/attempts/{attempt_id}")
    dialog = there.locator("#lease-dialog")
    expect(dialog).to_be_visible()
    look(there)
    with there.expect_navigation():  # the page comes anew with everything that is known
        dialog.get_by_role("button", name="Làm tiếp ở đây").click()
    saved(there)
    expect(there.locator(f"[name=a-{slot}][value='0']")).to_be_checked()
    there.evaluate("slot => document.querySelector(`[name=a-${slot}][value='1']`).click()", slot)
    saved(there)
    assert answers_in_books(site, attempt_id)[slot] == 1


def test_without_javascript_the_test_can_be_taken(site: Site, visit: Visit) -> None:
    page = visit("minh", javascript=False)
    attempt_id = begin(page, site, scripts=False)
    for slot, (kind, key) in keys_of(site, attempt_id).items():
        answer(page, slot, kind, key)
    page.locator("button[value=check]:visible").last.click()
    page.wait_for_url("**/check**")
    page.get_by_role("button", name=re.compile("Nộp bài")).click()
    page.wait_for_url("**/receipt")
    page.goto(f"/attempts/{attempt_id}/result")
    expect(page.get_by_text("Giỏi").first).to_be_visible()


def test_the_keyboard_alone_is_enough(site: Site, visit: Visit) -> None:
    page = visit("binh", "desk")
    attempt_id = begin(page, site)
    keys = keys_of(site, attempt_id)
    saved(page)
    page.locator("body").press("?")
    expect(page.locator("#keys-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    choice = next(slot for slot, (kind, _key) in keys.items() if kind == "single_choice")
    for _step in range(choice - 1):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("2")
    saved(page)
    expect(page.locator(f"[name=a-{choice}][value='1']")).to_be_checked()
    page.keyboard.press("f")
    saved(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#submit-dialog")).to_be_visible()
