"""An officer sees the own part of the tree and nothing else, on every page and in every file."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.audit.models import AuditEvent
from lms.courses.models import Course
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.reports.catalogue import REPORTS
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, stage

FILES = [f"/{name}.{ending}" for name in REPORTS for ending in ("xlsx", "csv", "pdf", "json")]
PAGES = ["", *(f"/{name}" for name in REPORTS), *FILES]


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


def statuses(client: FlaskClient, address: str, pages: list[str] = PAGES) -> set[int]:
    return {client.get(f"{address}{page}").status_code for page in pages}


def test_own_units_are_there_and_foreign_ones_are_not(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    light = [page for page in PAGES if not page.endswith("pdf")]
    for key in ("ward_a", "cell_a1"):
        assert statuses(dung, f"/reports/{staged.course_id}/units/{cast.units[key]}", light) == {200}
    with database.reading() as session:
        before = session.scalars(select(AuditEvent.id).where(AuditEvent.action == "report.download")).all()
    for key in ("city", "ward_b", "cell_b1"):
        address = f"/reports/{staged.course_id}/units/{cast.units[key]}"
        assert statuses(dung, address) == {404}
        assert {dung.post(f"{address}{page}").status_code for page in FILES} == {404}
        assert dung.get(f"/reports/units/{cast.units[key]}?course={staged.course_code}").status_code == 404
    with database.reading() as session:
        after = session.scalars(select(AuditEvent.id).where(AuditEvent.action == "report.download")).all()
        assert after == before
        assert session.scalars(select(Job)).all() == []


def test_a_foreign_unit_is_named_nowhere(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    page = client_of("dung").get(f"/reports/{staged.course_id}/units/{cast.units['ward_a']}").text
    assert "Đảng ủy phường An Bình" in page
    for name in ("Thành ủy Hà Nội", "Bình Minh", "Lê Thị Hoa"):
        assert name not in page
    below = client_of("dung").get(f"/reports/{staged.course_id}/units/{cast.units['cell_a1']}").text
    assert f"/reports/{staged.course_id}/units/{cast.units['ward_a']}" in below


@pytest.mark.parametrize("who", ["lan", "tuan", "an"])
def test_whoever_is_no_officer_is_refused(client_of: ClientOf, cast: Cast, staged: Stage, who: str) -> None:
    client, address = client_of(who), f"/reports/{staged.course_id}/units/{cast.units['ward_a']}"
    read_by_trainers = tuple(f"/{name}" for name, report in REPORTS.items() if "trainer" in report.roles)
    others = [page for page in PAGES if not page.startswith(read_by_trainers)]
    assert statuses(client, address, others) == {403}
    assert statuses(client, address, [*read_by_trainers]) == {200 if who == "tuan" else 403}
    assert client.get("/reports/").status_code == 403


def test_a_course_in_preparation_or_of_others_is_not_found(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    own = f"units/{cast.units['ward_a']}"
    assert statuses(dung, f"/reports/{staged.course_id + 99}/{own}") == {404}
    with database.writing() as session:
        session.execute(update(Course).values(state="draft"))
    assert statuses(dung, f"/reports/{staged.course_id}/{own}") == {404}
    assert "chưa tham gia đợt học tập nào" in dung.get("/reports/").text


def test_what_there_is_not_is_not_found(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    address = f"/reports/{staged.course_id}/units/{cast.units['ward_a']}"
    missing = ["/nothing", "/nothing.xlsx", "/completion.odt", "/completion.", "/.xlsx"]
    assert statuses(client_of("dung"), address, missing) == {404}


def test_one_unit_and_one_course_lead_straight_to_the_page(
    client_of: ClientOf, cast: Cast, staged: Stage
) -> None:
    page = f"/reports/{staged.course_id}/units/{cast.units['ward_a']}"
    assert client_of("dung").get("/reports/").headers["Location"] == page
    chosen = client_of("dung").get(f"/reports/units/{cast.units['ward_a']}?course={staged.course_code}")
    assert chosen.headers["Location"] == page
    newest = client_of("dung").get(f"/reports/units/{cast.units['cell_a1']}")
    assert newest.location.endswith(f"/reports/{staged.course_id}/units/{cast.units['cell_a1']}")
    assert client_of("dung").get(f"/reports/units/{cast.units['ward_a']}?course=xyz").status_code == 404


def test_several_units_are_listed_with_their_figures(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    with database.writing() as session:
        dung, cell = (
            session.get_one(Person, cast.people["dung"]),
            session.get_one(Unit, cast.units["cell_b1"]),
        )
        organisation.grant_role(session, dung, role="officer", unit=cell, by=None, now=NOW)
    page = client_of("dung").get("/reports/").text
    assert page.index("Đảng ủy phường An Bình") < page.index("Chi bộ số 1")
    assert f"/reports/{staged.course_id}/units/{cast.units['cell_b1']}" in page
    assert page.count("0,00%") == 2
