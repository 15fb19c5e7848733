"""A trainer composes papers: a row for essays without scripts, parallel papers and their balance, a fixed paper."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from lms.courses.models import Course
from lms.exams import actions, queries
from lms.exams.actions import Policy
from lms.exams.blueprint import ANY, Entry, count_field
from lms.exams.models import Exam
from lms.kit import clock
from tests.journeys.conftest import Site, Visit, look, snap

pytestmark = pytest.mark.browser


def composed(site: Site, code: str) -> tuple[int, str]:
    """An exam in preparation with a blueprint that the banks can fill; its id and its address."""
    now = clock.now()
    policy = Policy(
        code=code,
        title="Bài kiểm tra tìm hiểu Nghị quyết Đại hội đại biểu lần thứ XVIII Đảng bộ thành phố Hà Nội",
        opens_at=now + timedelta(hours=1),
        closes_at=now + timedelta(days=4),
        minutes=20,
    )
    topics = site.staged.topics
    with site.database.writing() as session:
        exam = actions.create_exam(
            session, session.get_one(Course, site.staged.course_id), policy, by=None, now=now
        )
        entries = [
            Entry(topics["breakthroughs"], "recall", 3, Decimal("0.5")),
            Entry(topics["targets_2030"], ANY, 4, Decimal(1)),
        ]
        actions.set_blueprint(session, exam, entries, by=None, now=now)
        return exam.id, f"/courses/{site.staged.course_id}/exams/{exam.id}"


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_row_for_essays_is_added_without_scripts(site: Site, visit: Visit, width: str) -> None:
    exam_id, at = composed(site, f"TL-{width}")
    page = visit("tuan", width, javascript=False)
    page.goto(f"{at}/blueprint")
    topic = site.staged.topics["breakthroughs"]
    page.get_by_role("button", name="Thêm dòng").click()
    page.fill(f"[name={count_field(topic, ANY, 'essay')}]", "1")
    page.get_by_role("button", name="Lưu ma trận đề").click()
    expect(page.get_by_text("cần 1, có 0, thiếu 1").first).to_be_visible()
    with site.database.reading() as session:
        assert Entry(topic, ANY, 1, Decimal(1), "essay") in queries.entries_of(session, exam_id)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_parallel_papers_and_their_balance(site: Site, visit: Visit, width: str) -> None:
    exam_id, at = composed(site, f"SS-{width}")
    page = visit("tuan", width)
    page.goto(f"{at}/blueprint")
    look(page)
    snap(page, f"blueprint-{width}")
    page.check("[name=kind][value=parallel]")
    page.fill("[name=parallel_papers]", "12")
    page.get_by_role("button", name="Lưu cách lập đề").click()
    expect(page.get_by_text("Đã lưu cách lập đề")).to_be_visible()
    field = count_field(site.staged.topics["targets_2030"], "analysis")
    page.fill(f"[name={field}]", "2")
    expect(page.get_by_text("cần 2, có 0, thiếu 2").first).to_be_visible()  # told while typing
    page.goto(f"{at}/papers")
    look(page)
    snap(page, f"papers-{width}")
    expect(page.get_by_text("trên 12 đề").first).to_be_visible()
    page.fill("#codes-paper", "8")
    page.get_by_role("button", name="PDF").first.click()  # so much that it is a job
    page.wait_for_url("**/jobs/*")
    with page.expect_download(timeout=90_000) as download:
        page.locator("a[href$='/file']").first.click(timeout=90_000)
    assert download.value.suggested_filename == f"SS-{width}-ban-nhap-de.pdf"
    page.goto(f"{at}/preview?draw=2")
    look(page)
    snap(page, f"preview-{width}")
    with site.database.reading() as session:
        assert session.get_one(Exam, exam_id).parallel_papers == 12


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_a_fixed_paper_is_picked_by_hand(site: Site, visit: Visit, width: str) -> None:
    _exam_id, at = composed(site, f"CD-{width}")
    page = visit("tuan", width)
    page.goto(f"{at}/blueprint")
    page.check("[name=kind][value=fixed]")
    page.get_by_role("button", name="Lưu cách lập đề").click()
    page.wait_for_url(f"**{at}/fixed")
    look(page)
    for _n in range(3):
        page.locator("button[name=add]").first.click()
        page.wait_for_load_state()
    page.locator("button[name=up]").last.click()
    expect(page.get_by_role("heading", name="Đã chọn: 3 câu, 3 điểm")).to_be_visible()
    look(page)
    snap(page, f"fixed-{width}")
