"""The screens of the tree and of people over time: who may, who may not, what is refused, what follows."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.courses import actions as courses
from lms.courses.models import CourseUnit, Enrolment
from lms.exams.models import Exam, Override
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions, queries
from lms.organisation.models import Membership, Person, RoleGrant, Unit
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, stage

TODAY = local(NOW).date().isoformat()


@pytest.fixture(autouse=True)
def _the_clock_of_the_cast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


def done(client: FlaskClient, url: str, data: dict[str, Any]) -> Any:
    """Ask, look at what it would change, and do it."""
    looked = client.post(url, data=data)
    assert looked.status_code == 200, looked.text
    mark = re.search(r'name="previewed" value="([0-9a-f]+)"', looked.text)
    assert mark, looked.text
    return client.post(url, data=data | {"previewed": mark[1]})


DEEDS: dict[str, dict[str, str]] = {
    "move": {"parent_code": "P-BM", "on": TODAY, "reason": ""},
    "merge": {
        "codes": "P-AB-02",
        "name": "Mới",
        "code": "P-AB-01",
        "parent_code": "P-AB",
        "on": TODAY,
        "reason": "",
    },
    "split": {
        "name_1": "A",
        "code_1": "P-AB-01",
        "name_2": "B",
        "code_2": "P-AB-1B",
        "on": TODAY,
        "reason": "",
    },
    "close": {"on": TODAY, "reason": ""},
    "rename": {"name": "Tên mới", "on": TODAY, "reason": ""},
}


@pytest.mark.parametrize("deed", DEEDS)
def test_only_who_administers_the_unit_above_changes_the_tree(
    client_of: ClientOf, cast: Cast, database: Database, deed: str
) -> None:
    url = f"/admin/units/{cast.units['cell_a1']}/{deed}"
    for who in ("dung", "lan", "tuan"):  # its officer may look, but not change it
        assert client_of(who).get(url).status_code == 403
        assert client_of(who).post(url, data=DEEDS[deed]).status_code == 403
    with database.writing() as session:
        for who, unit in (("binh", "ward_b"), ("lan", "cell_a1")):
            over = session.get_one(Unit, cast.units[unit])
            person = session.get_one(Person, cast.people[who])
            actions.grant_role(session, person, role="administrator", unit=over, by=None, now=NOW)
    assert client_of("binh").get(url).status_code == 404
    assert client_of("lan").get(url).status_code == (200 if deed == "rename" else 404)
    assert client_of("an").get(url).status_code == 200
    with database.reading() as session:
        assert session.scalars(select(Unit).where(Unit.valid_to.is_not(None))).all() == []


def test_nothing_changes_before_the_effects_were_looked_at(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client, url = client_of("an"), f"/admin/units/{cast.units['ward_a']}/move"
    looked = client.post(url, data=DEEDS["move"])
    assert re.search(r"Người thay đổi nơi sinh hoạt</dt><dd>4<", looked.text)
    mark = re.search(r'name="previewed" value="([0-9a-f]+)"', looked.text)
    assert mark
    other = client.post(url, data=DEEDS["move"] | {"reason": "QĐ 12", "previewed": mark[1]})
    assert "previewed" in other.text, "what was looked at was another thing"
    with database.reading() as session:
        assert session.scalars(select(Unit).where(Unit.valid_to.is_not(None))).all() == []


def test_a_moved_unit_brings_its_people_courses_and_overrides_along(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    with database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        session.add(CourseUnit(course_id=staged.course_id, unit_id=cast.units["cell_a1"]))
        given = {"exam_id": exam.id, "reason": "Mất điện", "created_by": cast.people["an"], "created_at": NOW}
        session.add(Override(unit_id=cast.units["cell_a1"], extra_minutes=15, **given))
    client = client_of("an")
    answer = done(client, f"/admin/units/{cast.units['cell_a1']}/move", DEEDS["move"])
    page = client.get(answer.headers["Location"]).text
    assert "Đảng ủy phường Bình Minh" in page
    assert f"/admin/units/{cast.units['cell_a1']}" in page, "where it came from"
    with database.reading() as session:
        moved = queries.unit_by_code(session, "P-AB-01")
        assert moved is not None
        mine = select(Enrolment.unit_id).where(Enrolment.person_id == cast.people["lan"])
        assert session.scalars(mine).all() == [moved.id]
        assert session.get(CourseUnit, (staged.course_id, moved.id)) is not None
        given_there = session.scalars(select(Override).where(Override.unit_id == moved.id)).all()
        assert [override.extra_minutes for override in given_there] == [15]


@pytest.mark.parametrize(
    ("deed", "data", "sentence"),
    [
        ("move", {"parent_code": "P-AB-01"}, "chính nó"),
        ("move", {"parent_code": "KHONG-CO"}, "không có đơn vị nào mang mã này"),
        ("move", {"on": "2026-12-31"}, "ở tương lai"),
        ("move", {"on": "31/02/2026"}, "5/3/2026"),
        ("merge", {"codes": "KHONG-CO"}, "KHONG-CO"),
        ("merge", {"code": "P-BM"}, "P-BM"),
        ("split", {"code_2": "P-AB-02"}, "P-AB-02"),
        ("close", {"on": "2025-01-01"}, "01/07/2025"),
        ("rename", {"name": "Chi bộ số 1"}, "đã mang tên này"),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(
    client_of: ClientOf, cast: Cast, database: Database, deed: str, data: dict[str, str], sentence: str
) -> None:
    answer = client_of("an").post(f"/admin/units/{cast.units['cell_a1']}/{deed}", data=DEEDS[deed] | data)
    assert answer.status_code == 400
    assert sentence in answer.text
    with database.reading() as session:
        assert session.scalars(select(Unit).where(Unit.valid_to.is_not(None))).all() == []


@pytest.mark.parametrize("deed", ["merge", "split", "close"])
def test_every_change_can_be_done_on_screen(
    client_of: ClientOf, cast: Cast, database: Database, deed: str
) -> None:
    answer = done(client_of("an"), f"/admin/units/{cast.units['cell_a1']}/{deed}", DEEDS[deed])
    assert answer.status_code == 302
    with database.reading() as session:
        assert session.get_one(Unit, cast.units["cell_a1"]).valid_to == local(NOW).date()


def test_a_unit_that_organises_an_open_course_is_not_closed(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        cell = session.get_one(Unit, cast.units["cell_a1"])
        courses.create_course(
            session, code="C", title="C", unit=cell, opens_at=NOW, closes_at=NOW, by=None, now=NOW
        )
    answer = client_of("an").post(f"/admin/units/{cast.units['cell_a1']}/close", data=DEEDS["close"])
    assert answer.status_code == 400
    assert "đợt học tập" in answer.text


def test_the_tree_is_shown_as_on_a_day(client_of: ClientOf, cast: Cast, database: Database) -> None:
    client = client_of("an")
    done(client, f"/admin/units/{cast.units['cell_a1']}/move", DEEDS["move"])
    ward = f"/admin/units/{cast.units['ward_a']}"
    cell = f"/admin/units/{cast.units['cell_a1']}"
    assert f'href="{cell}' not in client.get(ward).text
    assert f'href="{cell}' in client.get(f"{ward}?on=2026-01-01").text
    assert f'href="{cell}' not in client.get(f"{ward}?on=2025-01-01").text


# ----------------------------------------------------------------------------------------------- people


def test_an_officer_sees_and_transfers_people_of_the_own_subtree_only(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("dung")
    assert client.get(f"/admin/units/{cast.units['ward_a']}").status_code == 200
    assert client.get(f"/admin/units/{cast.units['city']}").status_code == 404
    lan, hoa = f"/admin/people/{cast.people['lan']}", f"/admin/people/{cast.people['hoa']}"
    assert client.get(hoa).status_code == 404
    assert client.post(f"{hoa}/move", data={"unit_code": "P-AB-02", "on": TODAY}).status_code == 404
    page = client.get(lan).text
    assert f"{lan}/move" in page
    assert f"{lan}/reset" not in page, "codes come on slips"
    assert f"{lan}/edit" not in page
    assert client.post(f"{lan}/move", data={"unit_code": "P-BM-01", "on": TODAY}).status_code == 400
    assert client.post(f"{lan}/move", data={"unit_code": "P-AB-02", "on": TODAY}).status_code == 302
    assert "Chi bộ số 2" in client.get(lan).text


def test_somebody_in_no_unit_keeps_what_must_be_finished_and_is_found_where_they_were_last(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    client, url = client_of("dung"), f"/admin/people/{cast.people['lan']}"
    assert client.post(f"{url}/leave", data={"on": TODAY, "reason": "Chờ chuyển"}).status_code == 302
    assert client.get(url).status_code == 200
    assert "Nguyễn Thị Lan" in client.get(f"/admin/units/{cast.units['ward_a']}?left=1").text
    assert "Nguyễn Thị Lan" not in client.get(f"/admin/units/{cast.units['ward_a']}").text
    mine = select(Enrolment).where(Enrolment.person_id == cast.people["lan"])
    with database.reading() as session:
        one = session.scalars(mine).one()
        assert (one.unit_id, one.obligation, one.elsewhere, one.now_unit_id) == (
            cast.units["cell_a1"],
            "must",
            True,
            None,
        )
    assert client.post(f"{url}/move", data={"unit_code": "P-AB-02", "on": TODAY}).status_code == 302
    with database.reading() as session:
        one = session.scalars(mine).one()
        assert (one.unit_id, one.elsewhere) == (cast.units["cell_a2"], False)


def test_a_second_unit_lies_in_another_tree(client_of: ClientOf, cast: Cast, database: Database) -> None:
    with database.writing() as session:
        school = actions.create_unit(
            session, code="TRUONG", name="Trường", parent=None, by=None, now=NOW, valid_from=local(NOW).date()
        )
        an = session.get_one(Person, cast.people["an"])
        actions.grant_role(session, an, role="administrator", unit=school, by=None, now=NOW)
    client, url = client_of("an"), f"/admin/people/{cast.people['lan']}"
    same = client.post(f"{url}/second", data={"unit_code": "P-BM", "on": TODAY, "position": ""})
    assert same.status_code == 400
    assert (
        client.post(f"{url}/second", data={"unit_code": "TRUONG", "on": TODAY, "position": "GV"}).status_code
        == 302
    )
    assert "Trường" in client.get(url).text
    assert client.post(f"{url}/second/end").status_code == 302
    with database.reading() as session:
        still = select(Membership.unit_id).where(
            Membership.person_id == cast.people["lan"], Membership.valid_to.is_(None)
        )
        assert session.scalars(still).all() == [cast.units["cell_a1"]]


def test_a_newcomer_to_a_unit_of_an_open_course_takes_part_at_once(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    client_of("an").post(
        f"/admin/units/{cast.units['cell_a1']}/people/new",
        data={"full_name": "Hoàng Văn Thụ", "sign_in_name": "thu", "member": "y"},
    )
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.full_name == "Hoàng Văn Thụ")).one()
        assert session.scalars(
            select(Enrolment.obligation).where(Enrolment.person_id == person.id)
        ).all() == ["must"]


# ------------------------------------------------------------------------------------------------ roles


@pytest.mark.parametrize(
    ("role", "code", "status"),
    [
        ("secretary", "P-AB-01", 302),
        ("officer", "P-AB-01", 302),
        ("officer", "P-AB", 400),  # nobody makes an equal
        ("officer", "P-BM-01", 400),  # outside
        ("trainer", "P-AB-01", 400),  # not an officer's to give
        ("administrator", "P-AB-01", 400),
    ],
)
def test_an_officer_hands_roles_on_downwards(
    client_of: ClientOf, cast: Cast, database: Database, role: str, code: str, status: int
) -> None:
    client, url = client_of("dung"), f"/admin/people/{cast.people['lan']}/roles"
    answer = client.post(url, data={"role": role, "unit_code": code})
    assert answer.status_code == status
    with database.reading() as session:
        held = session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.people["lan"])).all()
        assert len(held) == (1 if status == 302 else 0)


def test_an_officer_withdraws_only_what_lies_below(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        lan = session.get_one(Person, cast.people["lan"])
        grants = {}
        for key, role in (("cell_a1", "officer"), ("ward_a", "officer"), ("cell_a2", "trainer")):
            unit = session.get_one(Unit, cast.units[key])
            actions.grant_role(session, lan, role=role, unit=unit, by=None, now=NOW)
            held = (RoleGrant.person_id == lan.id) & (RoleGrant.unit_id == unit.id)
            grants[key] = session.scalars(select(RoleGrant.id).where(held)).one()
    client, url = client_of("dung"), f"/admin/people/{cast.people['lan']}/roles"
    assert client.post(f"{url}/{grants['ward_a']}/withdraw").status_code == 404
    assert client.post(f"{url}/{grants['cell_a2']}/withdraw").status_code == 404
    assert client.post(f"{url}/{grants['cell_a1']}/withdraw").status_code == 302
    page = client.get(f"/admin/units/{cast.units['ward_a']}/roles").text
    assert "Nguyễn Thị Lan" in page
    assert client.get(f"/admin/units/{cast.units['ward_b']}/roles").status_code == 404


def test_an_auditor_looks_and_changes_nothing(client_of: ClientOf, cast: Cast, database: Database) -> None:
    with database.writing() as session:
        ward, lan = session.get_one(Unit, cast.units["ward_a"]), session.get_one(Person, cast.people["lan"])
        actions.grant_role(session, lan, role="auditor", unit=ward, by=None, now=NOW)
        hoa = session.get_one(Person, cast.people["hoa"])
        actions.lock_person(session, hoa, locked=True, by=cast.people["an"], now=NOW)
    client = client_of("lan")
    minh = f"/admin/people/{cast.people['minh']}"
    assert client.get(minh).status_code == 200
    assert client.get(f"/admin/units/{cast.units['ward_a']}/roles").status_code == 200
    for path in ("move", "leave", "roles", "lock", "edit", "second"):
        assert client.post(f"{minh}/{path}").status_code == 403
    trail = client.get("/admin/audit/").text
    assert "role.grant" in trail
    assert "Bình Minh" not in trail, "only what was done in the own part"


def test_a_unit_page_asks_a_bounded_number_of_questions(
    client_of: ClientOf, cast: Cast, database: Database, app: Any
) -> None:
    client = client_of("an")

    def asked(url: str) -> int:
        said: list[str] = []
        engine = app.extensions["database"].engine

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            said.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        assert client.get(url).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return len(said)

    url = f"/admin/units/{cast.units['ward_a']}"
    before = asked(url)
    with database.writing() as session:
        ward = session.get_one(Unit, cast.units["ward_a"])
        for n in range(8):
            unit = actions.create_unit(
                session,
                code=f"N{n}",
                name=f"N{n}",
                parent=ward,
                by=None,
                now=NOW,
                valid_from=local(NOW).date(),
            )
            person = actions.create_person(
                session, full_name=f"A {n}", unit=unit, by=None, now=NOW, since=local(NOW).date()
            )
            actions.grant_role(session, person, role="officer", unit=ward, by=None, now=NOW)
    assert asked(url) == before < 25
