"""The pages of markers through the application: from an essay to a certificate, blind, and who may not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.attempts.models import HandedFile
from lms.kit.db import Database
from lms.marking import queries
from lms.marking.models import Likeness
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_handing_in import photo, upload
from tests.lms.attempts.test_pages import begin, send
from tests.lms.attempts.test_pages import event as said
from tests.lms.marking.desk import Desk, desk_of
from tests.lms.marking.test_likeness_of_texts import prose
from tests.stage import Stage, stage

TEXT = "Tôi sẽ học tập <script>alert(1)</script>\n\nvà làm theo."
LAN = "Nguyễn Thị Lan"


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(database: Database, cast: Cast) -> Desk:
    with database.writing() as session:
        staged: Stage = stage(session, cast, NOW)
    made = desk_of(database, cast, staged)
    made.appoint("mot", "ward_a")
    made.appoint("hai", "city")
    made.appoint("xa", "ward_b")
    return made


def sign_in(client_of: ClientOf, key: str) -> FlaskClient:
    return client_of(key)


def take_next(client: FlaskClient, desk: Desk) -> str:
    answer = client.post(f"/marking/exams/{desk.exam_id}/next")
    assert answer.status_code == 302
    assert re.fullmatch(r"/marking/tasks/\d+", answer.location), answer.location
    return answer.location


def test_from_an_essay_to_a_certificate(client_of: ClientOf, desk: Desk, app: Flask) -> None:
    lan = client_of("lan")
    attempt = begin(lan, desk.exam_id)
    send(lan, attempt, said(1, value=TEXT))
    upload(lan, attempt, 1, data=photo(), name="Nguyễn Thị Lan.jpg")
    lan.post(f"/attempts/{attempt}", data={"go": "submit"})
    assert "Chờ chấm" in lan.get(f"/attempts/{attempt}/result").text

    marker = client_of("mot")
    page = marker.get("/marking/").text  # made by looking: no sweep has run
    assert "0/1" in page
    at = take_next(marker, desk)
    page = marker.get(at).text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "Chấm cao bài có số liệu" in page
    photo_url = re.search(rf'src="({at}/files/\d+)"', page)
    assert photo_url
    sent = marker.get(photo_url[1])
    assert sent.headers["Content-Disposition"].startswith("attachment")
    answer = marker.post(
        f"{at}/mark", data={"points-0": "5,5", "points-1": "3", "comment": "Bài tốt, đồng chí.", "go": "next"}
    )
    assert answer.location.endswith(f"/marking/exams/{desk.exam_id}")  # nothing else waits

    page = lan.get(f"/attempts/{attempt}/result").text
    for words in ("0,85", "Bài tốt, đồng chí.", "Tốt", "Nguyễn Thị Lan.jpg"):
        assert words in page
    assert "Nêu được ba khâu đột phá" not in page  # the rubric is part of the key, which is not released yet
    link = re.search(r'href="(/[^"]*certificate[^"]*)"', page)
    assert link
    assert lan.get(link[1], follow_redirects=True).status_code == 200


def test_marking_is_blind_where_the_exam_says_so(client_of: ClientOf, desk: Desk) -> None:
    lan = client_of("lan")
    attempt = begin(lan, desk.exam_id)
    upload(lan, attempt, 1, data=photo(), name="Nguyễn Thị Lan.jpg")
    lan.post(f"/attempts/{attempt}", data={"go": "submit"})
    marker = client_of("mot")
    pages = [marker.get("/marking/").text, marker.get(f"/marking/exams/{desk.exam_id}").text]
    at = take_next(marker, desk)
    pages += [marker.get(at).text, marker.get(f"{at}/return").text]
    for page in pages:
        assert LAN not in page
    assert "Chi bộ số 1" not in pages[2]
    with desk.database.reading() as session:
        file = session.scalars(select(HandedFile)).one()
    sent = marker.get(f"{at}/files/{file.id}")
    assert "Lan" not in sent.headers["Content-Disposition"]
    desk.exam(blind_marking=False)
    assert LAN in marker.get(at).text
    assert LAN in marker.get(f"/marking/exams/{desk.exam_id}").text


def test_points_that_cannot_be_are_refused_and_what_was_typed_stays(client_of: ClientOf, desk: Desk) -> None:
    desk.write("lan", TEXT)
    marker = client_of("mot")
    marker.get("/marking/")
    at = take_next(marker, desk)
    page = marker.post(f"{at}/mark", data={"points-0": "7", "points-1": "3", "comment": "Giữ lại."}).text
    assert 'aria-invalid="true"' in page
    assert "Giữ lại." in page
    assert desk.tasks()[0].state == "taken"
    marker.post(f"{at}/mark", data={"points-0": "6", "points-1": "3", "comment": "x" * 5000})
    assert desk.tasks()[0].state == "taken"


def test_who_may_not_gets_nothing(client_of: ClientOf, desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    task = desk.task(attempt)
    for key in ("lan", "dung", "an"):
        assert client_of(key).get("/marking/").status_code == 403
        assert client_of(key).get(f"/marking/tasks/{task.id}").status_code == 403
    stranger = client_of("xa")
    assert stranger.get("/marking/").status_code == 200
    for url in (
        f"/marking/exams/{desk.exam_id}",
        f"/marking/tasks/{task.id}",
        f"/marking/tasks/{task.id}/return",
    ):
        assert stranger.get(url).status_code == 404
    for what in ("take", "mark", "give-back", "return"):
        assert stranger.post(f"/marking/tasks/{task.id}/{what}").status_code == 404
    assert stranger.post(f"/marking/exams/{desk.exam_id}/next").status_code == 404
    assert desk.task(attempt).state == "waiting"


def test_what_one_has_taken_no_other_marker_opens_but_a_trainer_of_the_exam(
    client_of: ClientOf, desk: Desk
) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    url = f"/marking/tasks/{desk.task(attempt).id}"
    assert client_of("hai").get(url).status_code == 404
    assert client_of("hai").post(f"{url}/mark", data={"points-0": "1", "points-1": "1"}).status_code == 404
    assert client_of("tuan").get(url).status_code == 200
    client_of("tuan").post(f"{url}/mark", data={"points-0": "1", "points-1": "1"})  # not while it is taken
    assert desk.task(attempt).state == "taken"
    desk.mark(attempt, "mot", "1 1")
    client_of("tuan").post(f"{url}/mark", data={"points-0": "6", "points-1": "4"})
    mark = desk.slot_mark(attempt)
    assert mark is not None
    assert mark.correctness == 1


def test_markers_never_meet_their_own_answer(client_of: ClientOf, desk: Desk) -> None:
    from lms.organisation import actions as organisation
    from lms.organisation.models import Person, Unit

    with desk.database.writing() as session:
        lan = session.get_one(Person, desk.cast.people["lan"])
        city = session.get_one(Unit, desk.cast.units["city"])
        organisation.grant_role(session, lan, role="marker", unit=city, by=None, now=NOW)
    attempt = desk.write("lan", TEXT)
    desk.make()
    client = client_of("lan")
    assert client.get(f"/marking/tasks/{desk.task(attempt).id}").status_code == 404
    assert client.post(f"/marking/tasks/{desk.task(attempt).id}/take").status_code == 404
    assert client.get(f"/marking/exams/{desk.exam_id}").status_code == 404


def test_somebody_faster_gets_a_plain_sentence_said(client_of: ClientOf, desk: Desk) -> None:
    desk.exam(second_marker=True)
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    second = desk.task(attempt, 2)
    answer = client_of("mot").post(f"/marking/tasks/{second.id}/take", follow_redirects=True)
    assert "Người khác đã nhận bài này" in answer.text
    assert desk.task(attempt, 2).state == "waiting"


def test_an_answer_sent_back_says_why_to_whoever_wrote_it(client_of: ClientOf, desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    marker = client_of("mot")
    marker.get("/marking/")
    at = take_next(marker, desk)
    assert marker.post(f"{at}/return", data={"reason": "", "until": "2026-11-27T10:00"}).status_code == 200
    answer = marker.post(
        f"{at}/return", data={"reason": "Thiếu liên hệ & số liệu.", "until": "2026-11-27T10:00"}
    )
    assert answer.status_code == 302, answer.text
    assert desk.task(attempt).state == "returned"
    lan = client_of("lan")
    assert "Thiếu liên hệ &amp; số liệu." in lan.get(f"/attempts/{attempt}/result").text
    again = begin(lan, desk.exam_id)
    page = lan.get(f"/attempts/{again}").text
    assert "Thiếu liên hệ &amp; số liệu." in page
    assert "và làm theo." in page


def test_two_texts_stand_side_by_side_with_what_they_share(client_of: ClientOf, desk: Desk) -> None:
    desk.appoint("giua", "ward_a", "trainer")
    one, two = desk.write("lan", prose(1)), desk.write("minh", prose(1, 60) + " " + prose(4, 60))
    far = desk.write("hoa", prose(1))
    desk.make()
    slot = 1
    with desk.database.writing() as session:
        for other, share in ((one, "0.5"), (far, "0.4")):
            session.add(
                Likeness(
                    attempt_id=two, slot=slot, other_attempt_id=other, other_slot=slot,
                    share=Decimal(share), found_at=NOW,
                )
            )  # fmt: skip
    desk.take(two, "mot")
    marker, url = client_of("mot"), f"/marking/tasks/{desk.task(two).id}"
    page = marker.get(url).text
    assert f"{url}/alike/{one}/1" in page
    assert f"{url}/alike/{far}/1" not in page  # of a unit that is not theirs: only counted
    assert "1 bài ở đơn vị khác" in page
    page = marker.get(f"{url}/alike/{one}/1").text
    assert "<mark>" in page
    assert LAN not in page
    assert marker.get(f"{url}/alike/{far}/1").status_code == 404
    assert marker.get(f"{url}/alike/{two}/1").status_code == 404
    desk.mark(two, "mot", "1 1")
    assert client_of("tuan").get(f"{url}/alike/{far}/1").status_code == 200


def test_the_queue_is_filtered_and_turned_page_by_page(
    client_of: ClientOf, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr("lms.marking.views.queue.PAGE", 2)
    lan = desk.write("lan", TEXT)
    desk.write("long", TEXT)
    desk.write("minh", TEXT)
    desk.make()
    desk.mark(lan, "mot", "1 1")
    client, url = client_of("mot"), f"/marking/exams/{desk.exam_id}"
    first = client.get(url).text
    assert first.count('data-label="Bài làm"') == 2
    more = re.search(r'href="([^"]*after=\d+)"', first)
    assert more
    assert client.get(more[1].replace("&amp;", "&")).text.count('data-label="Bài làm"') == 1
    assert client.get(f"{url}?state=marked").text.count('data-label="Bài làm"') == 1
    assert client.get(f"{url}?mine=1").text.count('data-label="Bài làm"') == 1
    assert client.get(f"{url}?state=nonsense&after=x&unit_id=-1").status_code == 200


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []
    engines = {app.extensions["database"].engine, app.extensions["database"].write_engine}

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_a_longer_queue_asks_the_database_no_more(client_of: ClientOf, desk: Desk, app: Flask) -> None:
    client, url = client_of("tuan"), f"/marking/exams/{desk.exam_id}"
    counts = []
    for people in (("lan",), ("minh", "hoa", "long", "dung")):
        for who in people:
            desk.write(who, TEXT)
        desk.make()
        with counted(app) as seen:
            assert client.get(url).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12


def test_markers_find_the_queue_in_the_navigation(client_of: ClientOf, desk: Desk) -> None:
    assert 'href="/marking/"' in client_of("mot").get("/").text
    assert 'href="/marking/"' in client_of("tuan").get("/").text
    assert 'href="/marking/"' not in client_of("lan").get("/").text


def test_a_marker_is_appointed_by_the_administrator(client_of: ClientOf, desk: Desk) -> None:
    page = client_of("an").get(f"/admin/people/{desk.cast.people['lan']}/roles").text
    assert 'value="marker"' in page
    assert "Người chấm" in page
