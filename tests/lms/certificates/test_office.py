"""Certificates in an office: registers, one certificate and its deeds, signing outside; who may and who may not."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms.certificates import document, files
from lms.certificates.models import Certificate, CertificateFile
from lms.certificates.seal import pades
from lms.certificates.views import registers
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.certificates.holders import all_of, issued, queries_of, reissued, revoked, states
from tests.lms.certificates.signers import NAME, outside_signer
from tests.lms.certificates.test_certificates import let_pass
from tests.stage import Stage


@pytest.fixture
def lans(database: Database, cast: Cast, staged: Stage) -> Certificate:
    let_pass(database, staged, cast.people["lan"])
    return issued(database, staged, cast.people["lan"])


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def make_auditor(database: Database, cast: Cast, unit: str) -> None:
    """Minh audits a unit."""
    with database.writing() as session:
        minh, over = session.get_one(Person, cast.people["minh"]), session.get_one(Unit, cast.units[unit])
        organisation.grant_role(session, minh, role="auditor", unit=over, by=None, now=clock.now())


def book_url(cast: Cast, lans: Certificate) -> str:
    return f"/certificates/registers/{cast.units['city']}/{lans.year}"


def test_the_register_shows_every_number_and_its_state(
    client_of: ClientOf, database: Database, cast: Cast, staged: Stage, lans: Certificate
) -> None:
    let_pass(database, staged, cast.people["hoa"])
    hoas = issued(database, staged, cast.people["hoa"])
    new = reissued(database, lans.id)
    revoked(database, hoas.id, "Thi hộ.")
    tuan = client_of("tuan")
    assert book_url(cast, lans) in tuan.get("/certificates/registers/").text
    shown = text_of(tuan.get(book_url(cast, lans)))
    numbers = [str(one.facts["number"]) for one in (new, hoas, lans)]
    places = [shown.index(number) for number in numbers]
    assert places == sorted(places), "from the last number down"
    for words in ("Hợp lệ", "Đã thu hồi", "Đã được thay thế", "Lê Thị Hoa"):
        assert words in shown


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("q=lan", 2),
        ("q=Nguyễn Thị", 2),
        ("q=hoa", 1),
        ("q=2", 1),
        ("q=%25", 0),
        ("q=99999999999999999999", 0),
        ("state=valid", 2),
        ("state=superseded", 1),
        ("state=revoked", 0),
        ("state=expired", 0),
        ("state=valid&q=lan", 1),
    ],
)
def test_a_register_is_searched_by_name_number_and_state(
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    staged: Stage,
    lans: Certificate,
    asked: str,
    count: int,
) -> None:
    let_pass(database, staged, cast.people["hoa"])
    issued(database, staged, cast.people["hoa"])
    reissued(database, lans.id)
    page = client_of("tuan").get(f"{book_url(cast, lans)}?{asked}")
    assert page.status_code == 200
    assert page.text.count('data-label="Họ và tên"') == count


def test_a_register_turns_its_pages_both_ways_at_the_same_cost(
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    lans: Certificate,
    monkeypatch: pytest.MonkeyPatch,
    app: Flask,
) -> None:
    tuan = client_of("tuan")
    cost = queries_of(app, tuan, book_url(cast, lans))
    latest = lans
    for _ in range(6):
        latest = reissued(database, latest.id)
    monkeypatch.setattr(registers, "A_PAGE", 3)

    def numbers(page: str) -> list[int]:
        return [int(found) for found in re.findall(r">0+(\d+)/\d{4}/CN-TU<", page)]

    def link(page: str, rel: str) -> str:
        found = re.search(rf'rel="{rel}" href="([^"]+)"', page)
        return unescape(found[1]) if found else ""

    first = tuan.get(book_url(cast, lans)).text
    assert numbers(first) == [7, 6, 5]
    second = tuan.get(link(first, "next")).text
    assert numbers(second) == [4, 3, 2]
    third = tuan.get(link(second, "next")).text
    assert (numbers(third), link(third, "next")) == ([1], "")
    assert numbers(tuan.get(link(third, "prev")).text) == [4, 3, 2]
    assert not link(first, "prev")
    assert queries_of(app, tuan, book_url(cast, lans)) == cost


def test_only_the_issuing_office_and_its_auditors_see_a_register(
    client_of: ClientOf, database: Database, cast: Cast, lans: Certificate
) -> None:
    url = book_url(cast, lans)
    make_auditor(database, cast, "city")
    assert client_of("minh").get(url).status_code == 200
    assert client_of("tuan").get(url).status_code == 200
    assert [client_of(who).get(url).status_code for who in ("dung", "binh", "lan", "an")] == [
        404,
        404,
        403,
        403,
    ]
    assert client_of("tuan").get(f"{url}0").status_code == 404
    assert client_of("tuan").get(f"{url}?state=lost").status_code == 404


def test_who_sees_one_certificate_and_what_they_may_do(
    client_of: ClientOf, database: Database, cast: Cast, lans: Certificate
) -> None:
    url = f"/certificates/{lans.id}"
    make_auditor(database, cast, "ward_a")
    seen = {who: client_of(who).get(url) for who in ("tuan", "dung", "minh", "binh")}
    assert [seen[who].status_code for who in seen] == [200, 200, 200, 404]
    offered = {
        who: [deed for deed in ("reissue", "revoke", "signed") if f'action="{url}/{deed}"' in seen[who].text]
        for who in ("tuan", "dung", "minh")
    }
    assert offered == {"tuan": ["reissue", "revoke", "signed"], "dung": ["reissue"], "minh": []}
    assert [client_of(who).get(url).status_code for who in ("lan", "an")] == [403, 403]


def test_a_name_is_corrected_by_the_officer_of_the_unit(
    client_of: ClientOf, database: Database, cast: Cast, lans: Certificate
) -> None:
    with database.writing() as session:
        session.get_one(Person, cast.people["lan"]).full_name = "Nguyễn Thị Lân"
    dung = client_of("dung")
    url = f"/certificates/{lans.id}/reissue"
    assert dung.post(url, data={"reissue-reason": "  "}).status_code == 422
    assert states(database) == ["valid"]
    done = dung.post(url, data={"reissue-reason": "Sai dấu."}, follow_redirects=True)
    assert "Nguyễn Thị Lân" in text_of(done)
    assert "Sai dấu." in text_of(done)
    assert states(database) == ["superseded", "valid"]
    assert all_of(database)[1].seal, "it is sealed as the first one would have been"
    again = dung.post(url, data={"reissue-reason": "Sai dấu."}, follow_redirects=True)
    assert "Đã có giấy chứng nhận khác thay giấy này" in text_of(again)
    assert len(all_of(database)) == 2


def test_only_the_issuing_office_revokes_and_takes_back(
    client_of: ClientOf, database: Database, lans: Certificate
) -> None:
    url = f"/certificates/{lans.id}"
    reason = {"revoke-reason": "Thi hộ.", "reissue-reason": "Nhầm người."}
    for who, status in (("dung", 404), ("binh", 404), ("lan", 403), (None, 302)):
        assert client_of(who).post(f"{url}/revoke", data=reason).status_code == status
    assert states(database) == ["valid"]
    tuan = client_of("tuan")
    assert tuan.post(f"{url}/revoke", data={}).status_code == 422
    assert "Thi hộ." in text_of(tuan.post(f"{url}/revoke", data=reason, follow_redirects=True))
    assert states(database) == ["revoked"]
    assert client_of("lan").get(f"{url}.pdf").status_code == 404
    assert "Thi hộ." in text_of(client_of("lan").get("/certificates/"))
    for who in ("dung", "binh"):
        assert client_of(who).post(f"{url}/reissue", data=reason).status_code == 404
    assert tuan.post(f"{url}/reissue", data=reason).status_code == 302
    assert states(database) == ["revoked", "valid"]
    assert tuan.get(url).text.count("/reissue") == 0


def test_one_s_own_certificates_are_listed(
    client_of: ClientOf, database: Database, lans: Certificate
) -> None:
    assert "Chưa có giấy chứng nhận" in text_of(client_of("hoa").get("/certificates/"))
    new = reissued(database, lans.id)
    shown = client_of("lan").get("/certificates/")
    assert f"/certificates/{new.id}.pdf" in shown.text
    assert f"/certificates/{lans.id}.pdf" not in shown.text
    assert str(lans.facts["exam"]) in text_of(shown)


def test_the_unit_s_page_lists_its_people_by_name(
    client_of: ClientOf, database: Database, cast: Cast, staged: Stage, lans: Certificate
) -> None:
    for key in ("long", "hoa"):
        let_pass(database, staged, cast.people[key])
        issued(database, staged, cast.people[key])
    url = f"/certificates/courses/{staged.course_id}/units/{cast.units['ward_a']}"
    shown = client_of("dung").get(url).text
    assert f"/certificates/{lans.id}" in shown
    assert shown.count('data-label="Họ và tên"') == 2
    assert "Lê Thị Hoa" not in shown


def upload(client: Any, certificate: Certificate, content: bytes) -> Any:
    data = {"file": (io.BytesIO(content), "da-ky.pdf")}
    return client.post(f"/certificates/{certificate.id}/signed", data=data, follow_redirects=True)


def test_a_file_signed_outside_is_checked_kept_and_given_out(
    client_of: ClientOf, database: Database, lans: Certificate, tmp_path: Any
) -> None:
    tuan = client_of("tuan")
    given = tuan.get(f"/certificates/{lans.id}/to-sign.pdf").data
    signed = outside_signer(tmp_path, "mat-khau").sign(given)
    shown = text_of(upload(tuan, lans, signed))
    assert "nhận lúc" in shown
    assert client_of("lan").get(f"/certificates/{lans.id}.pdf").data == signed
    known = client_of(None).post("/c/file", data={"file": (io.BytesIO(signed), "a.pdf")})
    assert known.status_code == 200
    assert NAME in text_of(known)
    upload(tuan, lans, signed)
    with database.reading() as session:
        kinds = session.execute(
            select(CertificateFile.kind, func.count().label("files")).group_by(CertificateFile.kind)
        )
        assert {row.kind: row.files for row in kinds} == {"made": 1, "signed": 1}


@pytest.mark.parametrize("what", ["unsigned", "other", "changed", "nonsense", "empty"])
def test_a_file_that_is_not_it_with_a_signature_is_refused(
    client_of: ClientOf, database: Database, cast: Cast, staged: Stage, lans: Certificate, what: str
) -> None:
    tuan = client_of("tuan")
    given = tuan.get(f"/certificates/{lans.id}/to-sign.pdf").data
    content = {
        "unsigned": given,
        "changed": given.replace(b"%PDF-1", b"%PDF-2"),
        "nonsense": b"%PDF-1.7 nothing",
        "empty": b"",
        "other": given[::-1],
    }[what]
    shown = text_of(upload(tuan, lans, content))
    expected = "not_signed" if what == "unsigned" else "not_ours"
    from lms.kit.i18n import _

    assert unescape(_(pades.MESSAGES[expected])) in shown
    with database.reading() as session:
        signed = select(func.count()).where(CertificateFile.kind == "signed")
        assert session.scalar(signed) == 0


def test_signing_outside_is_the_issuing_office_s(
    client_of: ClientOf, database: Database, lans: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"/certificates/{lans.id}"
    for who, status in (("dung", 404), ("binh", 404), ("lan", 403)):
        assert client_of(who).get(f"{url}/to-sign.pdf").status_code == status
        assert client_of(who).post(f"{url}/signed").status_code == status
    tuan = client_of("tuan")
    assert "chọn" in text_of(tuan.post(f"{url}/signed", follow_redirects=True))
    monkeypatch.setattr(files, "LARGEST", 10)
    assert "lớn hơn 10 MB" in text_of(upload(tuan, lans, b"x" * 11))
    revoked(database, lans.id)
    assert tuan.get(f"{url}/to-sign.pdf").status_code == 404


def test_what_was_given_to_be_signed_is_known_when_our_own_files_have_changed_since(
    client_of: ClientOf, database: Database, lans: Certificate, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    tuan = client_of("tuan")
    given = tuan.get(f"/certificates/{lans.id}/to-sign.pdf").data
    asked: list[bytes] = []

    def verify(unsigned: bytes, signed: bytes, _roots: Any) -> pades.Verdict:
        asked.append(unsigned)
        return pades.Verdict("not_signed")

    monkeypatch.setattr(document, "certificate_pdf", lambda _certificate: b"another release")
    monkeypatch.setattr(pades, "verify_signed", verify)
    upload(tuan, lans, given + b"signature")
    assert asked == [given]
