"""What takes long about frozen reports is done by the worker: freezing, comparing with now, long files; and a page of
the list costs the same however many there are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, event, insert, select, text, update

from lms.accounts.models import Preference
from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.organisation.models import RoleGrant, UnitPath
from lms.reports import counted, freezing, frozen
from lms.reports import report as reports
from lms.reports.models import FrozenReport
from lms.worker import HANDLERS, _load
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.reports.sitters import CLOSE, Hall
from tests.lms.reports.test_catalogue import halls
from tests.lms.reports.test_figures import make_officer

KINDS = {kind: _load(HANDLERS[kind]) for kind in ("report.count", "report.freeze", "report.frozen")}

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def hall(database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Hall:
    monkeypatch.setattr(clock, "now", lambda: CLOSE)
    return halls(database, cast, 1)


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch, hall: Hall) -> None:
    """Everything takes too long to wait for."""
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)


def address(hall: Hall, cast: Cast, name: str = "mastery") -> str:
    return f"/reports/{hall.stage.course_id}/units/{cast.units['city']}/{name}"


def newest(database: Database) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def kept(database: Database) -> list[FrozenReport]:
    with database.reading() as session:
        return list(session.scalars(select(FrozenReport).order_by(FrozenReport.id)))


def begun_again(database: Database, job_id: int) -> None:
    """As if the worker had been killed before it could say that the job is done."""
    with database.writing() as session:
        session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(state="running", holder="gone", lease_until=LONG_AGO, finished_at=None)
        )


def test_what_takes_long_is_frozen_by_the_worker_and_once(
    client_of: ClientOf, cast: Cast, database: Database, storage: Storage, hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client, url = client_of("an"), address(hall, cast)
    client.post(f"{url}/freeze?as_of=now", data={"note": "ngay"})
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)
    place = client.post(f"{url}/freeze?as_of=now", data={"note": "chờ"}).headers["Location"]
    job = newest(database)
    assert place == f"/reports/freezing/{job.id}"
    waiting = client.get(place).text
    assert f'data-job="/jobs/{job.id}/status"' in waiting
    assert f'href="{url}?as_of=now&amp;exam=' in waiting
    make_officer(database, cast, "binh", "city")
    assert client_of("binh").get(place).status_code == 404  # not the one who asked
    assert len(kept(database)) == 1
    jobs.run(job.id, KINDS, database, storage)
    begun_again(database, job.id)
    jobs.run(job.id, KINDS, database, storage)
    at_once, later = kept(database)
    assert (later.number, later.note) == (2, "chờ")
    assert later.params == at_once.params
    assert later.params["as_of"] == "now"
    assert (later.frozen_by, later.moment) == (at_once.frozen_by, CLOSE)
    assert later.table["rows"] == at_once.table["rows"] != []
    done = newest(database)
    assert (done.state, done.done) == ("done", done.total)
    assert done.total > 0
    assert client.get(place).headers["Location"] == f"/reports/frozen/{later.id}"


def test_what_is_stopped_or_may_not_be_frozen_any_more_uses_no_number(
    client_of: ClientOf, cast: Cast, database: Database, storage: Storage, hall: Hall, long: None
) -> None:
    client, url = client_of("an"), address(hall, cast, "results")  # it does not tell how far it is meanwhile
    client.post(f"{url}/freeze")
    job = newest(database)

    def stopped_meanwhile(run: jobs.Run) -> dict[str, Any]:
        with database.writing() as session:
            jobs.cancel(session, job.id, CLOSE)
        return freezing.freeze(run)

    jobs.run(job.id, {freezing.KIND: stopped_meanwhile}, database, storage)
    assert newest(database).state == "cancelled"
    place = client.post(f"{url}/freeze").headers["Location"]
    with database.writing() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.person_id == cast.people["an"]))
    with pytest.raises(jobs.JobRefused):
        jobs.run(newest(database).id, KINDS, database, storage)
    assert newest(database).error == freezing.NOT_ALLOWED
    assert client.get(place).status_code == 403
    assert kept(database) == []


def test_what_takes_long_is_compared_with_figures_that_the_worker_counts(
    client_of: ClientOf, cast: Cast, database: Database, storage: Storage, hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client = client_of("an")
    page = client.post(f"{address(hall, cast)}/freeze").headers["Location"]
    at_once = _compared(client, page)
    monkeypatch.setattr(counted, "MOST_AT_ONCE", 0)
    waiting = client.get(f"{page}/compare").text
    assert f'data-job="{page}/compare/counting"' in waiting
    assert client.get(f"{page}/compare").status_code == 200
    job = newest(database)
    assert (job.kind, job.params["paper"]) == (counted.KIND, True)
    assert (client.get(f"{page}/compare/counting").json or {})["state"] == "waiting"
    jobs.run(job.id, KINDS, database, storage)
    assert _compared(client, page) == at_once
    assert "Không có gì thay đổi" in client.get(f"{page}/compare").text
    assert client.post(f"{page}/compare/again").status_code == 302
    assert newest(database).id == job.id + 1
    assert client_of("dung").post(f"{page}/compare/again").status_code == 404
    monkeypatch.setattr(counted, "MOST_OF_PAPER", 1)  # a report that has grown beyond what is kept of it
    jobs.run(job.id + 1, KINDS, database, storage)
    assert client.get(f"{page}/compare").headers["Location"] == page


def _compared(client: FlaskClient, page: str) -> list[str]:
    shown = client.get(f"{page}/compare").text
    return re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", shown, re.DOTALL)


def test_in_english_too_only_what_changed_is_a_difference(
    client_of: ClientOf, cast: Cast, database: Database, hall: Hall
) -> None:
    client = client_of("an")
    page = client.post(f"{address(hall, cast, 'attempts')}/freeze").headers["Location"]
    with database.writing() as session:
        session.add(Preference(person_id=cast.people["an"], language="en"))
    assert "Nothing has changed" in client.get(f"{page}/compare").text


def test_a_long_file_of_a_frozen_report_is_made_by_the_worker(
    client_of: ClientOf, cast: Cast, database: Database, storage: Storage, hall: Hall,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    client = client_of("an")
    page = client.post(f"{address(hall, cast)}/freeze").headers["Location"]
    at_once = client.get(f"{page}.pdf")
    monkeypatch.setattr(reports, "AT_ONCE_PDF", 0)
    assert f'action="{page}.pdf"' in client.get(page).text
    assert client.get(f"{page}.pdf").headers["Location"] == page
    assert client_of("dung").post(f"{page}.pdf").status_code == 404
    place = client.post(f"{page}.pdf").headers["Location"]
    jobs.run(newest(database).id, KINDS, database, storage)
    made = client.get(f"{place}/file")
    assert made.data == at_once.data
    assert made.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]


def test_what_was_counted_is_forgotten_after_some_days_or_when_counted_anew(
    database: Database, cast: Cast
) -> None:
    def job(question: str, days: float, state: str = "done", kind: str = counted.KIND) -> int:
        at = CLOSE - timedelta(days=days)
        row = Job(
            kind=kind, params={"report": question}, state=state, done=1, total=1, tries=1, created_at=at,
            finished_at=at if state in counted.OVER else None,
        )  # fmt: skip
        with database.writing() as session:
            session.add(row)
            session.flush()
            return row.id

    old, other = job("mastery", 8), job("mastery", 8, kind="report")
    running, followed = job("mastery", 9, "running"), job("results", 2)
    failed, last = job("results", 0.5, "failed"), job("results", 0.01)
    assert counted.clear_old(database, CLOSE) == 3
    with database.reading() as session:
        left = set(session.scalars(select(Job.id)))
    assert {other, running, last} <= left
    assert not {old, followed, failed} & left
    assert counted.clear_old(database, CLOSE) == 0


# ------------------------------------------------------------------------------------------------ the list


def many(database: Database, cast: Cast, hall: Hall, page: str) -> list[int]:
    """The frozen report again and again, in the city, its wards and cells, with the numbers 1 to 9; all ids, the newest
    first."""
    one = kept(database)[0]
    columns = {column.key: getattr(one, column.key) for column in FrozenReport.__table__.columns}
    places = [cast.units[key] for key in ("city", "ward_a", "ward_b", "cell_a1")]
    rows = [
        columns | {
            "id": one.id + n, "unit_id": places[n % 4], "year": 1900 + n, "number": n % 9 + 1,
            "printed_number": f"{n % 9 + 1:02d}-BC/ĐU", "table": {"heavy": True},
        }
        for n in range(1, 300)
    ]  # fmt: skip
    with database.writing() as session:
        session.execute(insert(FrozenReport), rows)
        if database.engine.dialect.name == "postgresql":
            session.execute(text("ANALYZE frozen_report"))
    return [one.id + n for n in range(299, -1, -1)]


def test_every_page_of_frozen_reports_is_reached_and_reads_no_more_than_itself(
    client_of: ClientOf, cast: Cast, database: Database, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of("an")
    all_ids = many(database, cast, hall, client.post(f"{address(hall, cast)}/freeze").headers["Location"])
    with database.reading() as session:
        unit_of = {one.id: one.unit_id for one in session.scalars(select(FrozenReport))}
        below = set(
            session.scalars(
                select(UnitPath.descendant_id).where(UnitPath.ancestor_id == cast.units["ward_a"])
            )
        )
    ward = [one for one in all_ids if unit_of[one] in below]
    course = f"/reports/{hall.stage.course_id}/units"
    for one_in in (0, frozen.ONE_IN):  # no unit is many of all, or each is: found the same either way
        monkeypatch.setattr(frozen, "ONE_IN", one_in)
        assert _walked(client, "/reports/frozen") == all_ids
        assert _walked(client, f"{course}/{cast.units['city']}/frozen") == all_ids
        assert _walked(client, f"{course}/{cast.units['ward_a']}/frozen") == ward
        numbered = [one for one in all_ids if (one - all_ids[-1]) % 9 == 4]
        for typed in ("5", "05-bc/đu"):
            assert _walked(client, f"/reports/frozen?number={typed}") == numbered
        assert _walked(client, "/reports/frozen?number=đu")[: len(all_ids) - 1] == all_ids[:-1]
    with database.reading() as session:
        read: list[str] = []

        def note(_c: object, _cursor: object, sql: str, *_rest: object) -> None:
            read.append(sql)

        event.listen(database.engine, "before_cursor_execute", note)
        found = frozen.frozen_reports(session, [cast.units["city"]], most=5)
        event.remove(database.engine, "before_cursor_execute", note)
    assert [one.frozen.id for one in found] == all_ids[:6]
    assert not any(re.search(r'frozen_report\."?table"?', sql) for sql in read)


def _walked(client: FlaskClient, url: str) -> list[int]:
    """The ids on all pages, by the links from each to the next."""
    found: list[int] = []
    while url:
        shown = client.get(url)
        assert shown.status_code == 200, url
        found += map(int, re.findall(r'href="/reports/frozen/(\d+)"', shown.text))
        older = re.search(r'rel="next" href="([^"]+)"', shown.text)
        url = older[1].replace("&amp;", "&") if older else ""
    return found
