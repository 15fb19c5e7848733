"""The quality pages: what trainers see, who sees nothing, how many questions they ask the database."""

from __future__ import annotations

import random
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from lms.banks.models import QuestionStatistic, QuestionVersion
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.quality.jobs import JOB
from tests.cast import NOW
from tests.conftest import ClientOf
from tests.lms.quality.conftest import Room
from tests.stage import Stage

OUTSIDERS = ("lan", "dung", "an")  # a candidate, an officer, an administrator


@pytest.fixture
def sat(room: Room, database: Database) -> dict[str, Any]:
    """Sixty attempts of two days at one paper, whose first question has a wrong key; counted."""
    rng = random.Random(3)
    with database.writing() as session:
        versions = room.singles(session, 5)
        paper = room.fixed(session, versions)
        bodies = {version: session.get_one(QuestionVersion, version) for version in versions}
        for n in range(60):
            able = n % 2
            scores = [10_000 * (1 - able), *(10_000 * (rng.random() < 0.3 + 0.5 * able) for _ in range(4))]
            unit = "cell_a1" if n < 45 else "cell_b1"
            attempt = room.sat(session, paper, scores, at=NOW + timedelta(days=n // 30), unit=unit)
            said = {}
            for slot, (version, score) in enumerate(zip(versions, scores, strict=True), 1):
                key = bodies[version].body["correct"][0]
                said[slot] = (key if score else (key + 1 + n % 2) % 4, 20 + n % 7)
            room.answered(session, attempt, said)
        first = bodies[versions[0]].question_id
    room.count()
    return {"question": first, "version": versions[0]}


@pytest.fixture
def at(staged: Stage) -> str:
    return f"/courses/{staged.course_id}/exams/{staged.exam_id}/quality"


def text_of(client: Any, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200, url
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text))


def test_the_exam_page_says_what_is_wrong_first(client_of: ClientOf, at: str, sat: dict[str, Any]) -> None:
    page = text_of(client_of("tuan"), f"{at}/")
    assert "1 câu cần xem lại trước khi dùng tiếp: đáp án có thể sai." in page
    assert "có thể sai đáp án" in page
    for name in (
        "Độ tin cậy",
        "Sai số chuẩn",
        "Độ lệch phân bố",
        "Độ nhọn phân bố",
        "Kết quả trung bình",
        "Trung vị",
    ):
        assert name in page
    assert "60 lượt làm bài đã tính" in page


def test_the_table_is_sorted_as_asked_for(client_of: ClientOf, at: str, sat: dict[str, Any]) -> None:
    client = client_of("tuan")

    def facilities(sort: str) -> list[float]:
        text = client.get(f"{at}/?sort={sort}").text
        shares = re.findall(r'<span class="quality-share">([\d,]+)%', text)
        return [float(share.replace(",", ".")) for share in shares]

    hardest = facilities("facility")
    assert len(hardest) == 5
    assert hardest == sorted(hardest)
    assert facilities("easy") == sorted(hardest, reverse=True)
    assert facilities("nonsense") == facilities("flags")
    assert len(re.findall("quality-share", client.get(f"{at}/?only=look").text)) == 1


def test_a_question_shows_what_was_chosen_day_after_day(
    client_of: ClientOf, at: str, sat: dict[str, Any]
) -> None:
    page = client_of("tuan").get(f"{at}/questions/{sat['question']}").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "Đáp án có thể sai: người làm tốt hơn lại chọn phương án" in words
    assert page.count('<svg class="chart"') == 4, "options and days, each for a page and for a phone"
    assert "Các phương án trong 60 lượt trả lời" in words
    assert "23/11/2026" in words
    assert "24/11/2026" in words
    assert f"/questions/{sat['version']}/propose" in page


def test_the_window_says_nothing_of_persons(client_of: ClientOf, at: str, sat: dict[str, Any]) -> None:
    page = client_of("tuan").get(f"{at}/window").text
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))
    assert "không nói gì về bất kỳ ai" in words
    assert "Chi bộ số 1 – Đảng ủy phường An Bình" in words
    main = page[page.index("<main") :]
    assert "Nguyễn Thị Lan" not in main
    assert "/attempts/" not in main
    assert "/room/" not in main


def test_the_bank_shows_figures_flags_and_the_way_to_what_was_chosen(
    client_of: ClientOf, database: Database, sat: dict[str, Any]
) -> None:
    client = client_of("tuan")
    page = client.get(f"/banks/question/{sat['question']}")
    assert "Đáp án có thể sai" in page.text
    link = f"/banks/question/{sat['question']}/quality"
    assert f'href="{link}"' in page.text
    own = text_of(client, link)
    assert "Bài kiểm tra tìm hiểu Nghị quyết" in own
    assert "Các phương án trong 60 lượt trả lời" in own
    with database.reading() as session:
        code = session.scalar(
            select(QuestionStatistic.answers).where(QuestionStatistic.question_id == sat["question"])
        )
    assert code == 60
    lists = (
        client.get("/banks/search?text=a&view=list").text
        + client.get("/banks/search?state=approved&view=list").text
    )
    assert "có thể sai đáp án" in lists
    assert link in lists


def test_nobody_but_the_trainers_of_the_organising_units_sees_any_of_it(
    client_of: ClientOf, at: str, sat: dict[str, Any], database: Database, room: Room
) -> None:
    pages = [
        f"{at}/",
        f"{at}/questions/{sat['question']}",
        f"{at}/window",
        f"/banks/question/{sat['question']}/quality",
    ]
    for url in pages:
        assert client_of("tuan").get(url).status_code == 200
        assert client_of(None).get(url).status_code in (302, 401)
        for key in OUTSIDERS:
            assert client_of(key).get(url).status_code in (403, 404), (key, url)


def test_a_trainer_of_another_unit_finds_no_exam_and_no_options_of_it(
    client_of: ClientOf, at: str, sat: dict[str, Any], database: Database, room: Room
) -> None:
    from lms.organisation import actions as organisation
    from lms.organisation.models import Person, Unit

    with database.writing() as session:
        hoa = session.get_one(Person, room.cast.people["hoa"])
        ward = session.get_one(Unit, room.cast.units["ward_b"])
        organisation.grant_role(session, hoa, role="trainer", unit=ward, by=None, now=NOW)
    client = client_of("hoa")
    for url in (f"{at}/", f"{at}/questions/{sat['question']}", f"{at}/window"):
        assert client.get(url).status_code == 404
    page = text_of(client, f"/banks/question/{sat['question']}/quality")
    assert "Chưa có số liệu" in page
    assert "Các phương án trong" not in page


def test_what_does_not_exist_is_not_found(
    client_of: ClientOf, at: str, room: Room, sat: dict[str, Any]
) -> None:
    client = client_of("tuan")
    assert client.get(f"{at}/questions/999999").status_code == 404
    assert client.get("/banks/question/999999/quality").status_code == 404
    assert client.get(at.replace("/exams/", "/exams/9") + "/").status_code == 404


def test_without_figures_the_pages_say_so_and_counting_can_be_asked_for_once(
    client_of: ClientOf, at: str, database: Database
) -> None:
    client = client_of("tuan")
    assert "Chưa có số liệu" in text_of(client, f"{at}/")
    assert "Chưa có số liệu" in text_of(client, f"{at}/window")
    for _ in range(2):
        assert client.post(f"{at}/count").status_code == 302
    assert client_of("lan").post(f"{at}/count").status_code in (403, 404)
    with database.reading() as session:
        jobs = session.scalars(select(Job).where(Job.kind == JOB)).all()
    assert len(jobs) == 1
    assert "Số liệu đang được tính" in text_of(client, f"{at}/")


def test_pages_take_the_same_few_statements_however_many_questions_there_are(
    client_of: ClientOf, at: str, room: Room, database: Database, app: Flask, sat: dict[str, Any]
) -> None:
    client, statements = client_of("tuan"), list[str]()
    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))

    def taken(url: str) -> int:
        statements.clear()
        assert client.get(url).status_code == 200
        return len(statements)

    before = [taken(f"{at}/"), taken(f"{at}/window"), taken(f"{at}/questions/{sat['question']}")]
    with database.writing() as session:
        paper = room.papers()[0]
        for _ in range(5):
            room.sat(session, paper, [0] * 9)
    room.count()
    after = [taken(f"{at}/"), taken(f"{at}/window"), taken(f"{at}/questions/{sat['question']}")]
    assert after == before
    assert max(after) <= 12
