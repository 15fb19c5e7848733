"""What people whose answers were sent back see before they write again: why, and where to begin."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from lms.kit.db import Database
from lms.marking import sending_back
from lms.marking.models import MarkingTask
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.marking.desk import Desk, desk_of
from tests.stage import Stage, stage


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(database: Database, cast: Cast) -> Desk:
    with database.writing() as session:
        staged: Stage = stage(session, cast, NOW)
    made = desk_of(database, cast, staged)
    made.appoint("hai", "city")
    return made


WHY = "Bài chưa nêu <số liệu> của đơn vị."


def sent_back(desk: Desk, until: Any = NOW + timedelta(days=3)) -> int:
    attempt = desk.write("lan", "Bài viết lần đầu.")
    desk.make()
    desk.take(attempt, "hai")
    with desk.database.writing() as session:
        task = session.get_one(MarkingTask, desk.task(attempt).id)
        sending_back.send_back(session, task, WHY, until=until, by=desk.cast.people["hai"], now=NOW)
    return attempt


def test_whose_answer_was_sent_back_sees_why_and_where_to_begin(client_of: ClientOf, desk: Desk) -> None:
    desk.exam(attempts_allowed=1)
    sent_back(desk)
    lan = client_of("lan")
    begin = f"/exams/{desk.exam_id}/start"
    for page in (lan.get("/").text, lan.get(begin).text):
        assert "Bài chưa nêu &lt;số liệu&gt; của đơn vị." in page
        assert "Trả lại để viết lại" in page
        assert "/start" in page
    assert "Viết lại<" in lan.get("/").text.replace("\n", "").replace("    ", "")
    assert "số liệu" not in client_of("minh").get("/").text
    assert "số liệu" not in client_of("minh").get(begin).text
    sitting = lan.post(begin).location
    home = lan.get("/").text
    assert "số liệu" not in home  # from now on the exam page says it
    assert f'href="{sitting}"' in home


def test_whoever_passed_all_the_same_is_asked_to_write_again(client_of: ClientOf, desk: Desk) -> None:
    desk.exam(attempts_allowed=1, pass_percent=0)
    sent_back(desk)
    todo = client_of("lan").get("/").text.partition('id="done"')[0]
    assert "số liệu" in todo


def test_when_the_time_for_rewriting_is_over_nobody_is_asked_to(
    client_of: ClientOf, desk: Desk, clock: Any
) -> None:
    desk.exam(attempts_allowed=1)
    sent_back(desk)
    clock.shift(timedelta(days=5, seconds=1))
    lan = client_of("lan")
    assert "số liệu" not in lan.get("/").text
    assert "số liệu" not in lan.get(f"/exams/{desk.exam_id}/start").text
