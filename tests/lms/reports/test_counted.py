"""Reports over so many attempts that the worker counts them: what the page says before, meanwhile and after."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.reports import counted
from lms.worker import HANDLERS, _load
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.reports.sitters import CLOSE, Hall
from tests.lms.reports.test_catalogue import OURS, halls

KINDS = {counted.KIND: _load(HANDLERS[counted.KIND])}


@pytest.fixture
def hall(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(clock, "now", lambda: CLOSE)
    return halls(database, cast, 1)


def waiting(database: Database) -> list[Job]:
    with database.reading() as session:
        return list(session.scalars(select(Job).where(Job.kind == counted.KIND).order_by(Job.id)))


def body(client: FlaskClient, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, url
    return answer.text


def table(page: str) -> list[str]:
    return re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page, re.DOTALL)


def test_what_takes_long_is_counted_once_for_everybody_and_says_what_counting_at_once_says(
    client_of: ClientOf,
    cast: Cast,
    database: Database,
    storage: Storage,
    hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of("an")
    url = f"/reports/{hall.stage.course_id}/units/{cast.units['city']}/mastery"
    at_once = body(client, url)
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)

    page = body(
        client, url
    )  # nothing was counted yet: it is asked for, once, and the page shows how far it is
    assert f'data-job="{url}/counting' in page
    assert not table(page)
    assert body(client, url)
    (job,) = waiting(database)
    assert job.params["report"] == "mastery"
    assert (client.get(f"{url}/counting").json or {})["state"] == "waiting"

    jobs.run(job.id, KINDS, database, storage)
    assert (client.get(f"{url}/counting").json or {})["state"] == "done"
    with database.reading() as session:
        done = session.get_one(Job, job.id)
        assert (done.state, done.done, done.total) == ("done", done.total, done.total)
        assert done.total > 0
    page = body(client, url)
    assert table(page) == table(at_once) != []
    assert table(body(client, f"{url}?as_of=now")) == []  # another question
    assert f'action="{url}.xlsx' in page  # files are made by the worker
    assert f'href="{url}.xlsx' in at_once

    assert client.post(f"{url}/count").status_code == 302
    again = body(client, url)
    assert table(again) == table(at_once)  # the former figures stay until there are new ones
    assert f'data-job="{url}/counting' in again
    assert len(waiting(database)) == 3
    assert client.post(f"{url}/count").status_code == 302
    assert len(waiting(database)) == 3


def test_what_was_stopped_is_not_asked_for_again_by_itself(
    client_of: ClientOf, cast: Cast, database: Database, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)
    client = client_of("an")
    url = f"/reports/{hall.stage.course_id}/units/{cast.units['city']}/results"
    body(client, url)
    with database.writing() as session:
        jobs.cancel(session, waiting(database)[0].id, CLOSE)
    page = body(client, url)
    assert len(waiting(database)) == 1
    assert f'action="{url}/count' in page
    assert client.post(f"{url}/count").status_code == 302
    assert len(waiting(database)) == 2


def test_every_report_over_people_or_attempts_can_be_counted_by_the_worker(
    cast: Cast,
    client_of: ClientOf,
    database: Database,
    storage: Storage,
    hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client = client_of("an")
    urls = [
        f"/reports/{hall.stage.course_id}/units/{cast.units['ward_a']}/{name}"
        for name in (*OURS, "unfinished", "question_quality")
    ]
    at_once = [body(client, url) for url in urls]
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)
    for url in urls:
        assert not table(body(client, url)), url
    for job in waiting(database):
        jobs.run(job.id, KINDS, database, storage)
    for url, before in zip(urls, at_once, strict=True):
        assert table(body(client, url)) == table(before), url


def test_nobody_counts_what_is_not_theirs(
    client_of: ClientOf, cast: Cast, database: Database, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)
    with database.writing() as session:
        before = session.scalar(select(func.count()).select_from(Job))
    stranger = client_of("dung")  # officer of ward A
    url = f"/reports/{hall.stage.course_id}/units/{cast.units['ward_b']}/mastery"
    assert stranger.get(url).status_code == 404
    assert stranger.get(f"{url}/counting").status_code == 404
    assert stranger.post(f"{url}/count").status_code == 404
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == before
