"""A cadre's way on the phone and at a desk: read, sit the test, see the result, hold the certificate."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms.attempts.models import Attempt
from lms.banks.models import Picture
from lms.exams import paper
from lms.kit import clock
from lms.questions.question import Image, Stimulus
from tests.journeys.conftest import Site, Visit, look
from tests.stage import exam_apart, of_every_type, right_answer

pytestmark = pytest.mark.browser


def keys_of(site: Site, attempt_id: int) -> dict[int, tuple[str, Any]]:
    """Type and right answer, in displayed positions, of every slot of an attempt's paper."""
    with site.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        slots = paper.load(session, attempt.paper_id).slots
    return {slot.number: (slot.question.type, right_answer(slot)) for slot in slots}


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
        for row, truth in key.items():
            page.locator(f"[name=a-{slot}-{row}][value='{str(truth).lower()}']").check()
    elif kind == "ordering":
        for place, item in enumerate(key):
            page.locator(f"[name=a-{slot}-{item}]").select_option(label=str(place + 1))
    elif isinstance(key, dict):  # matching, cloze
        for row, said in key.items():
            field = page.locator(f"[name=a-{slot}-{row}]")
            field.fill(said) if isinstance(said, str) else field.select_option(value=str(said))
    else:
        page.locator(f"[name=a-{slot}]").fill(key)


def attempt_of(page: Page) -> int:
    found = re.search(r"/attempts/(\d+)", page.url)
    assert found, page.url
    return int(found[1])


def begin(page: Page, site: Site, *, scripts: bool = True, exam_id: int = 0) -> int:
    page.goto(f"/exams/{exam_id or site.staged.exam_id}/start")
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


# ------------------------------------------------------------------------------------------------ written and arranged

ARRANGED = ("matching", "ordering", "cloze", "essay")
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR42mP4z8CAFTEMLQkAQuE/wdX0DpcAAAAASUVORK5CYII="
)
PICTURE = Image(hashlib.sha256(PNG).hexdigest() + ".png", "Sơ đồ ba khâu đột phá")
ABOUT = Stimulus("s1", "Đại hội xác định ba khâu đột phá.\nMỗi khâu có đơn vị chủ trì.", (PICTURE,))


@pytest.fixture(scope="module")
def arranged(site: Site) -> int:
    """An exam of matching, ordering, cloze and essay, each with a picture, under one text."""
    now = clock.now()
    chosen = [question for question in of_every_type() if question.type in ARRANGED]
    questions = [replace(question, stimulus=ABOUT, images=(PICTURE,)) for question in chosen]
    with site.database.writing() as session:
        session.add(
            Picture(name=PICTURE.name, media_type="image/png", width=8, height=8, data=PNG, created_at=now)
        )
        return exam_apart(session, site.cast, site.staged, questions, now, code="arranged")


def slots_by_type(keys: dict[int, tuple[str, Any]]) -> dict[str, int]:
    return {kind: slot for slot, (kind, _key) in keys.items()}


@pytest.mark.parametrize(("person", "width"), [("lan", "phone"), ("long", "desk")])
def test_what_is_arranged_and_written_is_saved_and_waits_for_a_person(
    site: Site, visit: Visit, arranged: int, person: str, width: str
) -> None:
    page = visit(person, width)
    attempt_id = begin(page, site, exam_id=arranged)
    keys = keys_of(site, attempt_id)
    for slot, (kind, key) in keys.items():
        look(page)
        answer(page, slot, kind, key)
        look(page)
        page.locator("[data-act=next]:visible, [data-act=last]:visible").first.click()
    page.keyboard.press("Escape")  # the last button opened the dialog
    saved(page)
    assert answers_in_books(site, attempt_id) == {slot: key for slot, (_kind, key) in keys.items()}
    expect(page.locator("#progress")).to_contain_text("4")
    page.keyboard.press("Control+Enter")
    page.locator("#submit-dialog").get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/receipt")
    page.goto(f"/attempts/{attempt_id}/result")
    look(page)
    expect(page.get_by_text("Chờ chấm").first).to_be_visible()
    expect(page.get_by_text("Kết quả này là tạm tính", exact=False)).to_be_visible()


def test_items_are_put_in_order_by_their_buttons_and_places(site: Site, visit: Visit, arranged: int) -> None:
    page = visit("tuan")  # at a phone
    attempt_id = begin(page, site, exam_id=arranged)
    slot = slots_by_type(keys_of(site, attempt_id))["ordering"]
    saved(page)
    page.goto(f"/attempts/{attempt_id}#q{slot}")
    items = page.locator(f"#q{slot} .item .words")
    first, second, third, fourth = items.all_inner_texts()
    page.get_by_role("button", name=f"Đưa “{first}” xuống").click()
    assert items.all_inner_texts() == [second, first, third, fourth]
    expect(page.get_by_role("button", name=f"Đưa “{first}” xuống")).to_be_focused()
    page.get_by_label(f"Vị trí của “{fourth}”").select_option(label="1")
    assert items.all_inner_texts() == [fourth, second, first, third]
    saved(page)
    assert answers_in_books(site, attempt_id)[slot] == [3, 1, 0, 2]
    page.reload()
    assert page.locator(f"#q{slot} .item .words").all_inner_texts() == [fourth, second, first, third]
    page.locator(f"#q{slot} [data-clear]").click()
    assert page.locator(f"#q{slot} .item .words").all_inner_texts() == [first, second, third, fourth]
    expect(page.locator(f"#q{slot} .place").first).to_have_value("")
    expect(page.locator(f".grid a[href='#q{slot}']")).not_to_have_attribute("data-answered", "")


def test_an_essay_is_counted_kept_offline_and_shown_with_its_picture(
    site: Site, visit: Visit, arranged: int
) -> None:
    page = visit("hoa")
    attempt_id = begin(page, site, exam_id=arranged)
    slots = slots_by_type(keys_of(site, attempt_id))
    saved(page)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()  # from now on the worker keeps the open attempt
    saved(page)
    page.wait_for_function(
        "async () => (await (await caches.open('exam-pictures')).keys()).length === 1"
        " && (await (await caches.open('exam-pages')).keys()).length === 1"
    )
    page.goto(f"/attempts/{attempt_id}#q{slots['essay']}")
    field, count = (
        page.locator(f"[name=a-{slots['essay']}]"),
        page.locator(f"#q{slots['essay']} [data-words]"),
    )
    page.context.set_offline(offline=True)
    field.press_sequentially("Tôi sẽ học")
    expect(count).to_have_text("Đã viết 3 chữ, còn 17 chữ nữa là đủ")
    text = "Tôi sẽ học tập.\n\n" + "Tôi sẽ làm theo “Nghị quyết” & nói < làm. " * 2
    field.fill(text)
    expect(count).to_have_text("Đã viết 24 chữ")
    page.locator(f"#q{slots['essay']} .flag input").first.focus()  # leaving the field saves it
    expect(page.locator("#save")).to_have_attribute("data-state", "held")
    page.reload()
    expect(page.locator(f"[name=a-{slots['essay']}]")).to_have_value(text)
    assert page.evaluate("[...document.images].every((image) => image.complete && image.naturalWidth === 8)")
    page.context.set_offline(offline=False)
    saved(page)
    assert answers_in_books(site, attempt_id)[slots["essay"]] == text


def test_what_is_arranged_and_written_needs_no_javascript(site: Site, visit: Visit, arranged: int) -> None:
    page = visit("minh", javascript=False)
    attempt_id = begin(page, site, scripts=False, exam_id=arranged)
    keys = keys_of(site, attempt_id)
    slot = slots_by_type(keys)["ordering"]
    page.locator(f"[name=a-{slot}-0]").select_option(label="1")
    page.locator(f"#q{slot} button[value=save]").click()
    expect(page.get_by_text(f"Câu trả lời cho câu {slot} chưa đọc được", exact=False)).to_be_visible()
    for slot, (kind, key) in keys.items():
        answer(page, slot, kind, key)
    page.locator("button[value=check]:visible").last.click()
    page.wait_for_url("**/check**")
    assert answers_in_books(site, attempt_id) == {slot: key for slot, (_kind, key) in keys.items()}
    page.goto(f"/attempts/{attempt_id}")
    essay = slots_by_type(keys)["essay"]
    expect(page.locator(f"[name=a-{essay}]")).to_have_value(keys[essay][1])
