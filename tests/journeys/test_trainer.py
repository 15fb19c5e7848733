"""A trainer's way: look into the banks, write a question, make a course, compose an exam, open it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from lms.banks.models import Question, QuestionVersion
from lms.exams.models import Exam, Paper
from lms.kit import clock
from lms.vietnamese.dates import local
from tests.journeys.conftest import Site, Visit, look

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_question_gets_a_new_version_and_the_old_one_stays(site: Site, visit: Visit, width: str) -> None:
    page = visit("tuan", width)
    page.goto("/banks/")
    look(page)
    page.get_by_role("link", name=re.compile("Các khâu đột phá")).first.click()
    look(page)
    expect(page.get_by_text("Nhiệm vụ nào thuộc nhóm 1?").first).to_be_visible()
    with site.database.reading() as session:
        question = session.scalars(select(Question).where(Question.type == "single_choice")).first()
        assert question
        question_id, before = question.id, question.version
    page.goto(f"/banks/question/{question_id}")
    look(page)
    page.goto(f"/banks/question/{question_id}/edit")
    look(page)
    page.get_by_label("Nội dung câu hỏi").fill(f"Khâu đột phá đầu tiên, bản {width}, là gì?")
    page.locator("button[name=go][value=save]").last.click()
    page.wait_for_url(f"**/banks/question/{question_id}")
    look(page)
    with site.database.reading() as session:
        stored = session.get_one(Question, question_id)
        versions = session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == question_id)
        ).all()
    assert stored.version == before + 1
    assert len(versions) == before + 1


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_from_a_new_course_to_a_published_exam(site: Site, visit: Visit, width: str) -> None:
    page = visit("tuan", width)
    page.goto("/courses/new")
    look(page)
    now = local(clock.now())
    moments = [(now + timedelta(days=days)).strftime("%d/%m/%Y %H:%M") for days in (0, 9, 1, 8)]
    page.fill("[name=title]", f"Đợt học tập thử nghiệm {width}")
    page.fill("[name=code]", f"thu-{width}")
    page.fill("[name=opens_at]", moments[0])
    page.fill("[name=closes_at]", moments[1])
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/courses/\d+/"))
    look(page)
    course = re.search(r"/courses/(\d+)/", page.url)
    assert course
    page.goto(f"/courses/{course[1]}/modules")
    look(page)
    page.get_by_role("button", name=re.compile("Đưa vào đợt")).first.click()
    page.goto(f"/courses/{course[1]}/units")
    look(page)
    page.locator(f"[name=unit][value='{site.cast.units['ward_b']}']").check()
    page.locator("main form[method=post] button.btn-primary").click()
    page.goto(f"/courses/{course[1]}/open")
    look(page)
    page.locator("main form[method=post] button.btn-primary").click()
    page.wait_for_url(re.compile(rf"/courses/{course[1]}/$"))

    page.goto(f"/courses/{course[1]}/exams/new")
    look(page)
    page.fill("[name=title]", "Bài kiểm tra cuối đợt")
    page.get_by_text("Cài đặt nâng cao").click()
    page.fill("[name=code]", f"kt-{width}")
    page.fill("[name=opens_at]", moments[2])
    page.fill("[name=closes_at]", moments[3])
    page.fill("[name=minutes]", "15")
    page.fill("[name=attempts_allowed]", "1")
    page.fill("[name=pass_percent]", "60")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url(re.compile(r"/exams/\d+/"))
    exam = re.search(r"/exams/(\d+)/", page.url)
    assert exam
    base = f"/courses/{course[1]}/exams/{exam[1]}"
    page.goto(f"{base}/blueprint")
    look(page)
    count = "table.sheet tbody input[aria-label^='Số câu'][aria-label*='2030']"  # no other journey has it
    page.locator(count).last.fill("20")
    page.locator("table.sheet tbody tr").first.locator("input").last.fill("1")
    page.locator("form.sheet-form button.btn-primary").click()
    expect(page.locator("[data-short]").first).to_be_visible()
    page.locator(count).last.fill("4")
    page.locator("form.sheet-form button.btn-primary").click()
    page.goto(f"{base}/preview")
    look(page)
    page.goto(f"{base}/publish")
    look(page)
    page.fill("[name=code]", page.locator(".code-to-type").inner_text())
    page.locator("main form[method=post] button.btn-primary").click()
    page.wait_for_load_state()
    with site.database.reading() as session:
        published = session.get_one(Exam, int(exam[1]))
        papers = session.scalars(select(Paper).where(Paper.exam_id == published.id)).all()
    assert published.state == "published"
    assert papers
