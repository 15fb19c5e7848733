"""The policy takes effect: who may begin when and where, and nothing of a result leaves before its release."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.attempts import actions
from lms.courses import stages
from lms.courses.models import Course, Enrolment
from lms.exams.models import Exam
from lms.exams.policy import RELEASES
from lms.kit.db import Database
from lms.study.models import Reading
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.conftest import KEY
from tests.lms.attempts.test_pages import begin, hand_in, keys
from tests.stage import Stage

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def decide(database: Database, staged: Stage, **policy: Any) -> None:
    with database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        for name, value in policy.items():
            setattr(exam, name, value)


def try_to_begin(client: FlaskClient, staged: Stage, **form: str) -> str:
    """The page that follows: of the attempt, or why there is none."""
    return client.post(f"/exams/{staged.exam_id}/start", data=form, follow_redirects=True).text


def test_the_access_code_is_asked_for_and_only_for_beginning(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    decide(database, staged, access_code="Hội trường A7")
    lan = client_of("lan")
    page = lan.get(f"/exams/{staged.exam_id}/start").text
    assert 'name="access_code"' in page
    assert "Hội trường" not in page
    assert "Nhập mã vào thi" in try_to_begin(lan, staged)
    assert "Mã vào thi chưa đúng" in try_to_begin(lan, staged, access_code="A8")
    assert 'class="question"' in try_to_begin(lan, staged, access_code="hội trường a7")
    assert 'class="question"' in try_to_begin(lan, staged)  # going on needs no code


def test_after_ten_wrong_codes_the_person_waits_and_nobody_else(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    decide(database, staged, access_code="A7")
    lan, minh = client_of("lan"), client_of("minh")
    for number in range(10):
        clock.shift(timedelta(seconds=6))
        assert "Mã vào thi chưa đúng" in try_to_begin(lan, staged, access_code=f"B{number}")
    for typed in ("A7", "B1", ""):
        page = try_to_begin(lan, staged, access_code=typed)
        assert "sai nhiều lần" in page
        assert "chờ 5 phút" in page  # 4 minutes and 6 seconds, in whole minutes begun
        assert 'class="question"' not in page
    assert 'class="question"' in try_to_begin(minh, staged, access_code="A7")
    clock.shift(timedelta(minutes=4))
    assert "chờ 1 phút" in try_to_begin(lan, staged, access_code="A7")
    clock.shift(timedelta(seconds=6))
    assert 'class="question"' in try_to_begin(lan, staged, access_code="A7")


def test_who_has_begun_goes_on_however_many_wrong_codes_there_were(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    decide(database, staged, access_code="A7")
    lan = client_of("lan")
    for number in range(10):
        try_to_begin(lan, staged, access_code=f"B{number}")
    assert "sai nhiều lần" in try_to_begin(lan, staged, access_code="A7")
    with database.writing() as session:
        person_id = cast.people["lan"]
        actions.start(session, staged.exam_id, person_id, key=KEY, now=NOW, access_code="A7")
    assert 'class="question"' in try_to_begin(lan, staged)


def test_another_network_is_refused_in_words(client_of: ClientOf, staged: Stage, database: Database) -> None:
    decide(database, staged, networks=["10.1.2.0/24"])
    lan, url = client_of("lan"), f"/exams/{staged.exam_id}/start"
    elsewhere, inside = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "10.1.2.77"}
    page = lan.get(url, environ_base=elsewhere).text
    assert "trong mạng của nơi tổ chức thi" in page
    assert "Bắt đầu làm bài" not in page
    refused = lan.post(url, environ_base=elsewhere)
    assert refused.location == url
    assert lan.post(url, environ_base=inside).location.startswith("/attempts/")


def test_the_next_attempt_waits_and_says_from_when(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    decide(database, staged, wait_minutes=60)
    lan = client_of("lan")
    hand_in(lan, begin(lan, staged.exam_id), {})
    clock.shift(60 * MINUTE - SECOND)
    for page in (lan.get(f"/exams/{staged.exam_id}/start").text, try_to_begin(lan, staged)):
        assert "làm lượt tiếp theo được từ 09:00" in page
    clock.shift(SECOND)
    assert 'class="question"' in try_to_begin(lan, staged)


def test_waiting_begins_at_the_deadline_of_an_attempt_that_was_left(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    decide(database, staged, wait_minutes=60)
    lan = client_of("lan")
    begin(lan, staged.exam_id)
    clock.shift(31 * MINUTE)  # over, and nobody has finished it yet
    refused = lan.post(f"/exams/{staged.exam_id}/start", follow_redirects=True).text
    assert "làm lượt tiếp theo được từ 09:30" in refused


def test_the_modules_are_read_first(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    decide(database, staged, requires_reading=True)
    lan = client_of("lan")
    page = lan.get(f"/exams/{staged.exam_id}/start").text
    assert "còn 1 chuyên đề chưa đọc xong" in page
    assert f'href="/study/{staged.module_slug}' in page or staged.module_slug in page
    assert "còn 1 chuyên đề" in try_to_begin(lan, staged)
    with database.writing() as session:
        session.add(
            Reading(
                person_id=cast.people["lan"],
                module_id=staged.module_id,
                passage_id=staged.passages[0],
                updated_at=NOW,
                finished_at=NOW,
            )
        )
    assert 'class="question"' in try_to_begin(lan, staged)


def put_into_stage(
    database: Database, staged: Stage, cast: Cast, unit: str, opens: timedelta, closes: timedelta
) -> None:
    with database.writing() as session:
        course = session.get_one(Course, staged.course_id)
        stage = stages.add(
            session,
            course,
            title="Giai đoạn hai",
            opens_at=NOW + opens,
            closes_at=NOW + closes,
            by=None,
            now=NOW,
        )
        stages.choose_units(session, course, stage, [cast.units[unit]], by=None, now=NOW)


def test_a_stage_opens_and_closes_for_its_units_alone(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast, clock: Any
) -> None:
    hour = timedelta(hours=1)
    put_into_stage(database, staged, cast, "ward_a", hour, 2 * hour)
    lan, hoa = client_of("lan"), client_of("hoa")
    assert 'class="question"' in try_to_begin(hoa, staged)
    assert "Giai đoạn hai" in lan.get("/").text or "09:00" in lan.get(f"/exams/{staged.exam_id}/start").text
    clock.shift(hour - SECOND)
    assert "Giai đoạn “Giai đoạn hai” của đồng chí chưa mở" in try_to_begin(lan, staged)
    clock.shift(SECOND)
    begin(lan, staged.exam_id)
    with database.reading() as session:
        (minh,) = session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["minh"])).all()
        assert minh.stage_id is not None  # below the ward too
    clock.shift(hour)
    assert "đã đóng lúc 10:00" in try_to_begin(client_of("minh"), staged)


@pytest.mark.parametrize("stage_after", [timedelta(minutes=10)])
def test_a_deadline_ends_with_the_stage(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast, stage_after: timedelta
) -> None:
    put_into_stage(database, staged, cast, "cell_a1", -stage_after, stage_after)
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    reply = lan.post(f"/attempts/{attempt}/answers", json={"tab": "t1", "events": []}).get_json()
    assert reply["remaining_ms"] == stage_after.total_seconds() * 1000


PAGES = (
    "/",
    "/attempts/",
    "/exams/{exam}/start",
    "/attempts/{attempt}/result",
    "/attempts/{attempt}/receipt",
)


def everything(client: FlaskClient, staged: Stage, attempt: int) -> str:
    """The bytes of every page on which a person could learn something of the result."""
    pages = [client.get(url.format(exam=staged.exam_id, attempt=attempt)) for url in PAGES]
    assert {page.status_code for page in pages} == {200}
    own = client.get(f"/certificates/exams/{staged.exam_id}")
    return "".join(page.text.partition("<main")[2] for page in pages) + (
        own.text if own.status_code == 200 else ""
    )


TELLS = re.compile(
    r"92,5|Giỏi|Đạt|Chưa đạt|judged-(?:good|bad|warn)|not-passed|verdict|Xem lại:|"
    r"/certificates/|class=\"explanation\"|Cần xem lại|trả lời đúng \d"
)


@pytest.mark.parametrize("release", RELEASES)
def test_nothing_of_the_score_leaves_before_its_release(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any, release: str
) -> None:
    decide(database, staged, release_score=release, attempts_allowed=2, pass_percent=Decimal(50))
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    answers = keys(database, attempt)
    events = [{"seq": n, "slot": n, "op": "set", "value": value, "ms": 1} for n, value in answers.items()]
    lan.post(f"/attempts/{attempt}/answers", json={"tab": "t1", "events": events})
    lan.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": len(events)})

    def told() -> bool:
        return bool(TELLS.search(everything(lan, staged, attempt)))

    assert told() is (release == "after_attempt")
    second = begin(lan, staged.exam_id)
    lan.post(f"/attempts/{second}/submit", json={"tab": "t1", "last_seq": 0})
    assert told() is (release in ("after_attempt", "after_last"))
    clock.move_to(staged.closes_at + 30 * SECOND)
    lan = client_of("lan")
    assert told() is (release in ("after_attempt", "after_last"))
    clock.shift(SECOND)
    assert told() is (release != "never")


@pytest.mark.parametrize("release", RELEASES)
def test_own_answers_key_and_explanation_wait_each_for_their_release(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any, release: str
) -> None:
    decide(
        database,
        staged,
        release_answers=release,
        release="after_attempt",
        release_explanation="after_attempt",
    )
    lan = client_of("lan")
    page = hand_in(lan, begin(lan, staged.exam_id), {})
    there = release == "after_attempt"
    assert ("reviewed-stem" in page) is there
    assert ("Vì đoạn" in page) is there
    assert "verdict" in page
    if release == "never":
        assert "Bài làm không được xem lại trên trang này" in page
    elif not there:
        assert "Bài làm của đồng chí xem lại được sau" in page
    decide(database, staged, release_answers="after_attempt", release=release)
    page = lan.get("/attempts/1/result").text
    assert ("Vì đoạn" in page) is there  # an explanation tells the key
    assert ("Đáp án được công bố sau" in page) is (release in ("after_last", "after_close"))
    assert ("không công bố đáp án" in page) is (release == "never")


def test_answers_without_the_score_say_nothing_of_right_and_wrong(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    decide(
        database,
        staged,
        release_score="after_close",
        release="after_attempt",
        release_explanation="after_attempt",
    )
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    page = hand_in(lan, attempt, keys(database, attempt))
    assert page.count("reviewed-stem") == 9
    assert "Bài làm của đồng chí" in page
    assert "Kết quả được công bố sau" in page
    assert not TELLS.search(page.partition("<main")[2])
    numbers = [int(n) for n in re.findall(r'id="r(\d+)"', page)]
    assert numbers == sorted(numbers)  # not sorted by how right they are


def test_bands_are_those_of_the_exam(client_of: ClientOf, staged: Stage, database: Database) -> None:
    decide(database, staged, excellent_percent=Decimal(100), good_percent=Decimal(99))
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    answers = keys(database, attempt)
    del answers[1]
    assert "Giỏi" not in hand_in(lan, attempt, answers).partition("<main")[2]


def test_who_is_exempt_is_not_asked_to_and_may_all_the_same(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    lan = client_of("lan")
    assert "được miễn" not in lan.get("/").text
    with database.writing() as session:
        session.execute(
            update(Enrolment).where(Enrolment.person_id == cast.people["lan"]).values(obligation="exempt")
        )
    home = lan.get("/").text
    assert "Đồng chí được miễn, nhưng vẫn có thể tham gia" in home
    assert "card-task" not in home
    assert 'class="question"' in try_to_begin(lan, staged)


def test_an_exam_without_minutes_lasts_until_it_closes(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    decide(database, staged, minutes=0)
    lan = client_of("lan")
    assert "Đến khi bài kiểm tra đóng" in lan.get(f"/exams/{staged.exam_id}/start").text
    assert "đến khi bài kiểm tra đóng" in lan.get("/").text
    attempt = begin(lan, staged.exam_id)
    reply = lan.post(f"/attempts/{attempt}/answers", json={"tab": "t1", "events": []}).get_json()
    assert reply["remaining_ms"] == (staged.closes_at - NOW).total_seconds() * 1000
