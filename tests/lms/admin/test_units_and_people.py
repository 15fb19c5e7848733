"""The administrator's screens: who may, who may not, and what can go wrong."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from lms.accounts.models import Credential
from lms.admin import queries, trail
from lms.audit.models import AuditEvent
from lms.config import PROJECT
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
    for words, there in (("ng l", True), ("an", False), ("guyễn", False), ("lAN  thị", True)):
        page = client.get(f"/admin/units/{cast.units['ward_a']}", query_string={"q": words}).text
        assert ("Nguyễn Thị Lan" in page) == there, f"{words}: words of a name begin so"


@pytest.mark.parametrize("unit", ["city", "ward_a", "cell_a1"])
def test_people_are_listed_alike_however_large_the_unit_is(
    cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch, unit: str
) -> None:
    """Large units are gone through another way: every page has the same people, those of a second tree among them."""
    monkeypatch.setattr(queries, "PAGE", 2)
    with database.writing() as session:
        school = actions.create_unit(
            session, code="TR", name="Trường", parent=None, by=None, now=NOW, valid_from=local(NOW).date()
        )
        session.add_all(
            Membership(person_id=cast.people[key], unit_id=place, main=False, valid_from=local(NOW).date())
            for key, place in (("hoa", cast.units["cell_a1"]), ("lan", school.id))
        )

    def pages() -> list[queries.PersonLine]:
        found: list[queries.PersonLine] = []
        while True:
            after = (found[-1].sort_key, found[-1].id) if found else None
            lines = queries.people(session, [cast.units[unit]], after=after)
            found += lines[: queries.PAGE]
            if len(lines) <= queries.PAGE:
                return found

    with database.reading() as session:
        listed = {}
        for part in (0, 10**9):
            monkeypatch.setattr(queries, "LARGE_PART", part)
            listed[part] = pages()
    assert listed[0] == listed[10**9]
    assert len({line.id for line in listed[0]}) == len(listed[0])
    assert cast.people["hoa"] in {line.id for line in listed[0]}


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


@pytest.mark.parametrize("sign_in_name", ["thu", ""])
def test_a_new_person_signs_in_with_a_slip_and_nobody_sees_a_password(
    app: Flask, client_of: ClientOf, cast: Cast, database: Database, sign_in_name: str
) -> None:
    administrator = client_of("an")
    answer = administrator.post(
        f"/admin/units/{cast.units['cell_a1']}/people/new",
        data={
            "full_name": "Hoàng  Văn  Thụ",
            "born": "5/3/1962",
            "sign_in_name": sign_in_name,
            "member": "y",
        },
    )
    page = administrator.get(answer.headers["Location"]).text
    assert "in phiếu" in page
    assert ("<strong>thu</strong>" in page) == bool(sign_in_name)
    with database.reading() as session:
        person = session.scalars(select(Person).where(Person.born == "1962-03-05")).one()
        trail = session.scalars(
            select(AuditEvent.object_id).where(AuditEvent.action == "person.create")
        ).all()
    assert str(person.id) in trail
    slip = administrator.post(f"/rosters/slips/{person.id}")
    said = PdfReader(io.BytesIO(slip.data)).pages[0].extract_text()
    code = re.search(r"\b([0-9a-z]{5}-[0-9a-z]{5}-[0-9a-z]{4})\b", said)
    name = re.search(r"\b(thu|thuhv)\b", said)
    assert code, said
    assert name, said
    own = {"new": "mot cau de nho cua toi", "again": "mot cau de nho cua toi"}
    answer = app.test_client().post("/first-sign-in", data={"sign_in_name": name[1], "code": code[1], **own})
    assert answer.status_code == 302
    with database.reading() as session:
        assert session.get_one(Credential, person.id).must_change is False


def test_a_slip_is_offered_to_whoever_may_print_it(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    """An officer prints slips for the people of the unit, but none for somebody with a role from above."""
    with database.writing() as session:
        city, minh = session.get_one(Unit, cast.units["city"]), session.get_one(Person, cast.people["minh"])
        actions.grant_role(session, minh, role="auditor", unit=city, by=None, now=NOW)
    officer = client_of("dung")
    for key, offered in (("lan", True), ("minh", False)):
        page = officer.get(f"/admin/people/{cast.people[key]}").text
        assert (f"/rosters/slips/{cast.people[key]}" in page) == offered
        assert "mật khẩu lần đầu" not in page.casefold()


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


def test_a_unit_is_found_by_its_name_when_only_one_is_called_so(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("an")

    def move(to: str) -> str:
        data = {"unit_code": to, "position": "", "on": f"{local(clock.now()):%d/%m/%Y}"}
        return client.post(f"/admin/people/{cast.people['lan']}/move", data=data, follow_redirects=True).text

    several = move("chi bộ số 1")
    for code in ("P-AB-01", "P-BM-01"):
        assert code in several, "all of that name are told, with their codes"
    assert "không có đơn vị nào" in move("chi bộ không có")
    assert "Bình Minh" in move("dang uy phuong binh minh")
    with database.reading() as session:
        belongs = Membership.person_id == cast.people["lan"], Membership.valid_to.is_(None)
        assert session.scalars(select(Membership.unit_id).where(*belongs)).one() == cast.units["ward_b"]


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
    for words in ("khóa đăng nhập", "Nguyễn Thị Lan", '<option value="person.">'):
        assert words in page
    only = client.get("/admin/audit/?action=person.lock").text
    assert "person.create" not in only


def test_the_trail_is_searched_by_who_and_until_when(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        ward, minh = (
            session.get_one(Unit, cast.units["ward_a"]),
            session.get_one(Person, cast.people["minh"]),
        )
        actions.move_person(
            session,
            minh,
            unit=ward,
            position="",
            by=cast.people["dung"],
            now=NOW + timedelta(days=2),
            since=NOW.date(),
            reason="QĐ 12",
        )
        actions.lock_person(session, minh, locked=True, by=cast.people["an"], now=NOW + timedelta(days=4))
    client = client_of("an")

    def found(asked: str) -> tuple[bool, bool]:
        page = client.get(f"/admin/audit/?{asked}").text
        return "person.move" in page, "person.lock" in page

    assert found("") == (True, True)
    assert found("who=tien+dung") == (True, False), "by whoever did it"
    assert found("who=tran+minh") == (True, True), "by whom it was about"
    assert found("who=inh&action=person.") == (False, False), "a name begins with the words"
    assert found("until=26/11/2026") == (True, False)
    assert found("until=25/11/2026") == (True, False), "the whole day, in Viet Nam"
    assert found("until=24/11/2026") == (False, False)
    assert 'id="until-wrong"' in client.get("/admin/audit/?until=31/02/2026").text
    moved = client.get("/admin/audit/?action=person.move").text
    assert "lý do:</span> QĐ 12" in moved
    assert "từ ngày:</span> 23/11/2026" in moved, "details in words, days in their order"


def test_details_of_the_trail_are_said_or_kept_as_they_are() -> None:
    detail = {
        "role": "officer",
        "report": "completion",
        "percent": "75.50",
        "until": "2026-11-27T10:30:00+00:00",
    }
    values = [value for _what, value in trail.said(detail)]
    assert values == ["Cán bộ đơn vị", "Kết quả hoàn thành theo đơn vị", "75,5", "17:30 thứ Sáu, 27/11/2026"]
    assert trail.unsaid({**detail, "sha256": "ab", "before": [1]}) == {"sha256": "ab", "before": [1]}


def test_every_action_of_the_trail_has_words() -> None:
    recorded = set()
    for file in (PROJECT / "lms").rglob("*.py"):
        recorded.update(re.findall(r'\brecord\(\s*session,\s*"([a-z_.]+)"', file.read_text("utf-8")))
    assert len(recorded) > 60
    assert recorded <= set(trail.DEEDS)
