"""The administrator's screens: who may, who may not, and what can go wrong."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions
from lms.organisation.models import Membership, Person, RoleGrant, Unit
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import ClientOf


def test_an_administrator_finds_people_with_or_without_marks(client_of: ClientOf, cast: Cast) -> None:
    client = client_of("an")
    page = client.get(f"/admin/units/{cast.units['ward_a']}?q=nguyen thi lan").text
    assert "Nguyễn Thị Lan" in page
    assert "Trần Văn Minh" not in page
    assert "Lê Thị Hoa" not in page


@pytest.mark.parametrize("who", ["lan", "tuan"])
def test_others_may_not(client_of: ClientOf, cast: Cast, who: str) -> None:
    client = client_of(who)
    assert client.get("/admin/units/").status_code == 403
    assert client.post(f"/admin/people/{cast.people['lan']}/lock", data={"lock": "1"}).status_code == 403
    assert client.get("/admin/audit/").status_code == 403


def test_an_administrator_of_a_ward_sees_only_the_ward(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        ward, dung = session.get_one(Unit, cast.units["ward_a"]), session.get_one(Person, cast.people["dung"])
        actions.grant_role(session, dung, role="administrator", unit=ward, by=None, now=NOW)
    client = client_of("dung")
    assert client.get(f"/admin/people/{cast.people['lan']}").status_code == 200
    assert client.get(f"/admin/people/{cast.people['hoa']}").status_code == 404
    assert client.get(f"/admin/units/{cast.units['city']}").status_code == 404
    answer = client.post(
        f"/admin/people/{cast.people['lan']}/roles", data={"role": "officer", "unit_code": "P-BM"}
    )
    assert "không có đơn vị nào mang mã này" in answer.text


def test_a_new_person_gets_a_first_password_that_works_once_shown(
    app: Flask, client_of: ClientOf, cast: Cast, database: Database
) -> None:
    page = client_of("an").post(
        f"/admin/units/{cast.units['cell_a1']}/people/new",
        data={"full_name": "Hoàng  Văn  Thụ", "born": "5/3/1962", "sign_in_name": "thu", "member": "y"},
    )
    password = re.search(r"first-password\">([a-z0-9-]+)<", page.text)
    assert password
    client = app.test_client()
    answer = client.post("/sign-in", data={"sign_in_name": "thu", "password": password[1]})
    assert answer.status_code == 302
    assert client.get("/study/").headers["Location"] == "/account/password"
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.born == "1962-03-05")).one()
        trail = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "person.create").order_by(AuditEvent.id)
        ).all()
    assert str(person.id) in [row.object_id for row in trail]
    assert all(password[1] not in str(row.detail) for row in trail)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"full_name": "", "sign_in_name": "x1y"}, "nhập họ và tên"),
        ({"full_name": "A B", "sign_in_name": "lan"}, "đã có người dùng"),
        ({"full_name": "A B", "sign_in_name": "abc", "born": "31/02/1980"}, "5/3/1962"),
        ({"full_name": "A B", "sign_in_name": "abc", "card_number": "12"}, "8 chữ số"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_stored(
    client_of: ClientOf, cast: Cast, database: Database, data: dict[str, str], sentence: str
) -> None:
    answer = client_of("an").post(f"/admin/units/{cast.units['cell_a1']}/people/new", data=data)
    assert answer.status_code == 400
    assert sentence in answer.text
    with database.reading() as session:
        assert len(session.scalars(select(Person)).all()) == len(cast.people)


def test_a_transfer_ends_one_membership_and_begins_another(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client_of("an").post(
        f"/admin/people/{cast.people['lan']}/move",
        data={"unit_code": "P-BM-01", "position": "", "on": local(clock.now()).date()},
    )
    with database.reading() as session:
        rows = session.scalars(
            select(Membership).where(Membership.person_id == cast.people["lan"]).order_by(Membership.id)
        ).all()
    assert [row.valid_to is None for row in rows] == [False, True]
    assert rows[1].unit_id == cast.units["cell_b1"]


def test_a_role_holds_and_ends_with_the_next_request(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    administrator, lan = client_of("an"), client_of("lan")
    assert lan.get("/admin/units/").status_code == 403
    administrator.post(
        f"/admin/people/{cast.people['lan']}/roles", data={"role": "administrator", "unit_code": "P-AB"}
    )
    assert lan.get("/admin/units/").status_code == 200
    with database.reading() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.people["lan"])).one()
    administrator.post(f"/admin/people/{cast.people['lan']}/roles/{grant.id}/withdraw")
    assert lan.get("/admin/units/").status_code == 403


def test_an_administrator_cannot_lock_themselves_out(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("an")
    client.post(f"/admin/people/{cast.people['an']}/lock", data={"lock": "1"})
    with database.reading() as session:
        grant = session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.people["an"])).one()
    client.post(f"/admin/people/{cast.people['an']}/roles/{grant.id}/withdraw")
    assert client.get("/admin/units/").status_code == 200


def test_a_reset_shows_a_new_password_and_ends_every_sign_in(client_of: ClientOf, cast: Cast) -> None:
    lan = client_of("lan")
    assert lan.get("/study/").status_code == 200
    page = client_of("an").post(f"/admin/people/{cast.people['lan']}/reset").text
    assert re.search(r"first-password\">[a-z0-9]{4}-", page)
    assert lan.get("/study/").status_code == 302


def test_a_unit_is_added_renamed_and_found_in_its_line(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("an")
    data = {"name": "Chi bộ số 10", "code": "P-AB-10", "style": "party", "place": ""}
    assert client.post(f"/admin/units/{cast.units['ward_a']}/new", data=data).status_code == 302
    again = client.post(f"/admin/units/{cast.units['ward_a']}/new", data=data)
    assert "đơn vị khác dùng" in again.text
    with database.reading() as session:
        made = session.scalars(select(Unit).where(Unit.code == "P-AB-10")).one()
    client.post(
        f"/admin/units/{made.id}/edit", data={"name": "Chi bộ số 9", "style": "state", "place": "Hà Nội"}
    )
    assert "Chi bộ số 9" in client.get(f"/admin/units/{cast.units['ward_a']}").text


def test_the_audit_trail_tells_who_did_what_newest_first(client_of: ClientOf, cast: Cast) -> None:
    client = client_of("an")
    client.post(f"/admin/people/{cast.people['lan']}/lock", data={"lock": "1"})
    page = client.get("/admin/audit/").text
    assert page.index("person.lock") < page.index("person.create")
    assert "Ôn Như An" in page
    only = client.get("/admin/audit/?action=person.lock").text
    assert "person.create" not in only
