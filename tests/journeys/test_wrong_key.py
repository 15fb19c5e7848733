"""A key that is wrong: a cadre says so from the page of the result, two trainers decide, results change, and back."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from lms.accounts import actions as accounts
from lms.attempts import actions, answers, finishing
from lms.attempts.answers import Said
from lms.attempts.models import Attempt
from lms.attempts.rules import receipt_key
from lms.exams import paper
from lms.exams.models import Exam
from lms.kit import clock
from tests.journeys.conftest import Site, Visit, look, snap
from tests.stage import exam_apart, right_answer, singles

pytestmark = pytest.mark.browser
KEY = receipt_key("x" * 40)
WRONG = "Tốc độ tăng trưởng giai đoạn 0?"  # its key is 10%; what the document says is 11%
WORK = 30_000  # ms until the worker has come round and counted
REASON = "Mục II.3 của văn bản nêu 11%, không phải 10%."
TAKEN_BACK = "Đã đối chiếu lại: phụ lục 2 nêu 10%."


def sat(site: Site, exam_id: int, who: str, truly: int) -> int:
    """An attempt with everything right, except that the wrong question is answered with the option `truly`."""
    person, now = site.cast.people[who], clock.now() - timedelta(minutes=20)
    with site.database.writing() as session:
        sign_in = accounts.begin_sign_in(session, person, device="", now=now)
        attempt = actions.start(session, exam_id, person, key=KEY, now=now)
        slots = paper.load(session, session.get_one(Attempt, attempt).paper_id).slots
    said = []
    for slot in slots:
        value = slot.order.index(truly) if slot.question.stem == WRONG else right_answer(slot)
        said.append(Said(slot.number, slot.number, "set", json.dumps(value), 0))
    with site.database.write_engine.begin() as connection:
        answers.save(connection, attempt_id=attempt, sign_in_id=sign_in, tab="t1", events=said, now=now)
    with site.database.writing() as session:
        finishing.submit(
            session, attempt, person, tab="t1", last_seq=len(said), key=KEY, now=now + timedelta(minutes=5)
        )
    return attempt


def test_a_wrong_key_from_the_request_to_the_result_and_back(
    site: Site, visit: Visit, colleague: str
) -> None:
    with site.database.writing() as session:
        exam_id = exam_apart(session, site.cast, site.staged, singles(2), clock.now(), code="dap-an-sai")
        exam = session.get_one(Exam, exam_id)
        exam.attempts_allowed, exam.pass_percent = 1, Decimal(90)
        course_id = exam.course_id
    attempt = sat(site, exam_id, "hoa", 1)
    sat(site, exam_id, "lan", 0)
    at = f"/courses/{course_id}/exams/{exam_id}"

    cadre = visit("hoa", "phone")
    ask(cadre, attempt)
    trainer = visit("tuan", "desk")
    decision = propose(trainer, at)
    expect(trainer.get_by_text("người đề xuất không tự phê duyệt được")).to_be_visible()
    assert trainer.get_by_role("button", name="Phê duyệt và tính lại mọi kết quả").count() == 0

    second = visit(colleague, "desk")
    second.goto(decision)
    gains = second.get_by_role("row").filter(has_text="Lê Thị Hoa")
    expect(gains).to_contain_text("50%")
    expect(gains).to_contain_text("100%")
    expect(second.get_by_role("row").filter(has_text="Nguyễn Thị Lan")).to_contain_text("50%")
    look(second)
    snap(second, "ruling-desk")
    second.get_by_role("button", name="Phê duyệt và tính lại mọi kết quả").click()
    expect(second.get_by_text("Đã tính lại mọi kết quả")).to_be_visible(timeout=WORK)

    cadre.goto(f"/attempts/{attempt}/result")
    expect(cadre.locator(".verdict-number")).to_have_text("2/2")
    expect(cadre.locator("main")).to_contain_text(REASON)
    look(cadre)
    snap(cadre, "result-changed-phone")
    cadre.goto("/challenges/")
    expect(cadre.locator("main")).to_contain_text(REASON)

    second.fill("#undo-reason", TAKEN_BACK)
    second.get_by_role("button", name="Thu hồi quyết định").click()
    expect(second.get_by_text("Đã thu hồi", exact=True)).to_be_visible(timeout=WORK)
    expect(second.get_by_text(TAKEN_BACK)).to_be_visible()
    cadre.goto(f"/attempts/{attempt}/result")
    expect(cadre.locator(".verdict-number")).to_have_text("1/2")
    expect(cadre.locator("main")).to_contain_text(TAKEN_BACK)


def ask(page: Page, attempt: int) -> None:
    """The cadre asks for a look at the question, from where it stands in the result."""
    page.goto(f"/attempts/{attempt}/result")
    expect(page.locator(".verdict-number")).to_have_text("1/2")
    page.locator("article").filter(has_text=WRONG).get_by_role("link", name="Đề nghị xem xét câu này").click()
    look(page)
    page.fill("#text", "Văn bản nêu 11%, đáp án lại là 10%.")
    page.get_by_role("button", name="Gửi đề nghị").click()
    page.wait_for_url("**/challenges/")
    expect(page.locator("article")).to_contain_text("Văn bản nêu 11%")
    look(page)
    snap(page, "challenges-phone")


def propose(page: Page, at: str) -> str:
    """The trainer finds the request, proposes the other key and waits for what it would change; the page's address."""
    page.goto(f"{at}/challenges/")
    look(page)
    page.get_by_role("link").filter(has_text=WRONG).click()
    expect(page.locator("main")).to_contain_text("Văn bản nêu 11%, đáp án lại là 10%.")
    look(page)
    snap(page, "disputed-desk")
    page.get_by_role("link", name="Đề xuất quyết định…").click()
    page.check("[name=kind][value=new_key]")
    page.check("[name=key][value='1']")
    page.fill("#reason", REASON)
    look(page)
    page.get_by_role("button", name="Đề xuất và tính thử thay đổi").click()
    page.wait_for_url("**/rulings/*")
    expect(page.get_by_text("người được lợi")).to_be_visible(timeout=WORK)
    return page.url
