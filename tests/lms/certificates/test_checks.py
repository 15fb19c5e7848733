"""The public check: every printed field, the state and its history, by code or by file; and nothing else."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from lms.audit.models import AuditEvent
from lms.certificates import files, registers, rules
from lms.certificates.models import Certificate, CertificateFile, CertificateStyle
from lms.certificates.views import checks
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation.models import Person
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.certificates.holders import all_of, issued, queries_of, reissued, revoked
from tests.lms.certificates.test_certificates import let_pass
from tests.stage import Stage


@pytest.fixture(autouse=True)
def fresh_tries(app: Flask) -> None:
    app.extensions.pop("certificate_tries", None)


@pytest.fixture
def lans(database: Database, cast: Cast, staged: Stage) -> Certificate:
    let_pass(database, staged, cast.people["lan"])
    return issued(database, staged, cast.people["lan"])


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_a_superseded_one_says_so_and_names_the_number_that_counts(
    client_of: ClientOf, database: Database, lans: Certificate, cast: Cast
) -> None:
    with database.writing() as session:
        session.get_one(Person, cast.people["lan"]).full_name = "Nguyễn Thị Lân"
    new = reissued(database, lans.id, "Ghi sai dấu của tên.")
    nobody = client_of(None)
    shown = text_of(nobody.get(f"/c/{lans.code}"))
    assert "Đã được thay thế" in shown
    assert str(new.facts["number"]) in shown
    assert "Nguyễn Thị Lan" in shown
    assert new.code not in shown
    assert "Nguyễn Thị Lân" not in shown
    present = text_of(nobody.get(f"/c/{new.code}"))
    assert "Hợp lệ" in present
    assert str(lans.facts["number"]) in present
    assert lans.code not in present


def test_a_revoked_one_says_why_and_what_came_of_it(
    client_of: ClientOf, database: Database, lans: Certificate
) -> None:
    revoked(database, lans.id, "Thi hộ.")
    shown = text_of(client_of(None).get(f"/c/{lans.code}"))
    assert "Đã thu hồi" in shown
    assert "Thi hộ." in shown
    new = reissued(database, lans.id, "Đã xác minh lại.")
    assert str(new.facts["number"]) in text_of(client_of(None).get(f"/c/{lans.code}"))


def test_an_expired_one_says_until_when_it_was_valid(
    client_of: ClientOf, database: Database, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    with database.writing() as session:
        session.add(CertificateStyle(course_id=staged.course_id, design="plain", words={}, months=1))
    made = issued(database, staged, cast.people["lan"], now=clock.now() - timedelta(days=40))
    shown = text_of(client_of(None).get(f"/c/{made.code}"))
    assert "Đã hết hạn" in shown
    assert shown.count(str(made.facts["expires"])) >= 2
    assert "Hợp lệ" not in shown


def test_every_printed_field_is_told_and_nothing_else_of_the_person(
    client_of: ClientOf, database: Database, lans: Certificate, cast: Cast
) -> None:
    canaries = {"card_number": "87654321", "phone": "0912345678", "email": "lan.canary@example.vn"}
    with database.writing() as session:
        person = session.get_one(Person, cast.people["lan"])
        for name, value in canaries.items():
            setattr(person, name, value)
    page = client_of(None).get(f"/c/{lans.code}").text
    shown = unescape(page)
    facts = lans.facts
    printed = ("name", "exam", "result", "grade", "number", "code", "issuer", "born", "period", "salutation")
    assert [name for name in printed if str(facts[name]) not in shown] == []
    assert all(unit in shown for unit in facts["units"])
    for secret in (*canaries.values(), "92,5", "92.5", "10000", f"/attempts/{lans.attempt_id}"):
        assert secret not in shown, secret


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ABCD", "ngắn hơn hoặc dài hơn"),
        ("0000-0000-0000-0000-0000-01", "Có một ký tự chưa đúng"),
        ("ắ" * 22, "chỉ gồm chữ số và chữ cái La-tinh"),
        ("' OR 1=1 --", "chỉ gồm chữ số và chữ cái La-tinh"),
    ],
)
def test_what_is_wrong_with_a_typed_code_is_said(
    client_of: ClientOf, database: Database, code: str, words: str
) -> None:
    answer = client_of(None).get("/c/", query_string={"code": code})
    assert answer.status_code == 404
    assert words in text_of(answer)
    assert "Không tìm thấy" in text_of(answer)


def test_an_unknown_code_is_said_to_be_none_of_ours(client_of: ClientOf, database: Database) -> None:
    answer = client_of(None).get(f"/c/{rules.new_code()}")
    assert answer.status_code == 404
    assert "không do chúng tôi cấp" in text_of(answer)


def test_who_guesses_has_to_wait_and_others_need_not(
    client_of: ClientOf, database: Database, lans: Certificate
) -> None:
    nobody = client_of(None)
    with time_machine.travel(NOW, tick=False) as traveller:
        here = {"environ_base": {"REMOTE_ADDR": "203.0.113.7"}}
        for _ in range(checks.MOST_OF_ONE):
            assert nobody.get(f"/c/{rules.new_code()}", **here).status_code == 404
        said = {"X-Forwarded-For": "198.51.100.9", "Forwarded": "for=198.51.100.9"}
        refused = nobody.get(f"/c/{lans.code}", headers=said, **here)
        assert refused.status_code == 429
        assert int(refused.headers["Retry-After"]) <= 61
        assert str(lans.facts["name"]) not in refused.text
        other = {"environ_base": {"REMOTE_ADDR": "203.0.113.8"}}
        assert nobody.get(f"/c/{lans.code}", **other).status_code == 200
        traveller.shift(61)
        assert nobody.get(f"/c/{lans.code}", **here).status_code == 200


def test_right_codes_are_never_counted(client_of: ClientOf, database: Database, lans: Certificate) -> None:
    nobody = client_of(None)
    answers = {nobody.get(f"/c/{lans.code}").status_code for _ in range(checks.MOST_OF_ONE + 5)}
    assert answers == {200}


def test_addresses_of_one_network_count_together(client_of: ClientOf, database: Database) -> None:
    nobody = client_of(None)
    for last in range(checks.MOST_OF_ONE):
        here = {"REMOTE_ADDR": f"2001:db8:1:2::{last:x}"}
        assert nobody.get(f"/c/{rules.new_code()}", environ_base=here).status_code == 404
    for address, status in (("2001:db8:1:2:ffff::1", 429), ("2001:db8:1:3::1", 404)):
        answer = nobody.get(f"/c/{rules.new_code()}", environ_base={"REMOTE_ADDR": address})
        assert answer.status_code == status


def test_guessing_from_many_places_is_noticed_and_who_does_not_guess_need_not_wait(
    client_of: ClientOf, database: Database, lans: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "MOST_OF_ALL", 5)
    nobody = client_of(None)

    def status(code: str, place: int) -> int:
        return nobody.get(f"/c/{code}", environ_base={"REMOTE_ADDR": f"203.0.113.{place}"}).status_code

    assert {status(rules.new_code(), place) for place in (1, 1, 2, 2, 3, 3)} == {404}
    assert [status(rules.new_code(), place) for place in (1, 2, 3, 4, 4, 4)] == [429] * 3 + [404] * 2 + [429]
    assert (status(lans.code, 1), status(lans.code, 5)) == (429, 200)


def test_a_file_is_known_by_its_bytes(
    client_of: ClientOf, database: Database, lans: Certificate, cast: Cast
) -> None:
    given = client_of("lan").get(f"/certificates/{lans.id}.pdf").data
    nobody = client_of(None)

    def upload(content: bytes) -> Any:
        return nobody.post("/c/file", data={"file": (io.BytesIO(content), "giay.pdf")})

    shown = upload(given)
    assert shown.status_code == 200
    assert "đúng nguyên bản" in text_of(shown)
    assert str(lans.facts["number"]) in text_of(shown)
    changed = upload(given[:-20] + b"x" + given[-19:])
    assert changed.status_code == 404
    assert "không phải tệp chúng tôi đã cấp" in text_of(changed)
    assert str(lans.facts["name"]) not in changed.text
    with database.reading() as session:
        kept = session.scalars(select(CertificateFile)).one()
    assert (kept.sha256, kept.kind) == (hashlib.sha256(given).hexdigest(), "made")


def test_the_file_of_one_that_has_ended_says_so(
    client_of: ClientOf, database: Database, lans: Certificate
) -> None:
    given = client_of("lan").get(f"/certificates/{lans.id}.pdf").data
    revoked(database, lans.id, "Thi hộ.")
    shown = client_of(None).post("/c/file", data={"file": (io.BytesIO(given), "giay.pdf")})
    assert "Đã thu hồi" in text_of(shown)


def test_uploads_are_limited_never_opened_and_leave_nothing(
    client_of: ClientOf, database: Database, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    monkeypatch.setattr(files, "LARGEST", 1000)
    nobody = client_of(None)
    assert nobody.post("/c/file").status_code == 422
    large = nobody.post("/c/file", data={"file": (io.BytesIO(b"x" * 1001), "a.pdf")})
    assert large.status_code == 413
    assert "lớn hơn 10 MB" in text_of(large)
    assert nobody.post("/c/file", data={"file": (io.BytesIO(b""), "a.pdf")}).status_code == 404
    for _ in range(checks.MOST_OF_ONE):
        answer = nobody.post("/c/file", data={"file": (io.BytesIO(b"x"), "a.pdf")})
    assert answer.status_code == 429
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CertificateFile)) == 0
        assert session.scalar(select(func.count()).where(AuditEvent.object_type == "certificate")) == 0
    assert not app.extensions["storage"].folder.exists()


def test_a_page_costs_the_same_however_long_the_history(
    client_of: ClientOf, database: Database, lans: Certificate, app: Flask
) -> None:
    nobody = client_of(None)
    before = queries_of(app, nobody, f"/c/{lans.code}")
    latest = lans
    for _ in range(4):
        latest = reissued(database, latest.id)
    assert queries_of(app, nobody, f"/c/{all_of(database)[2].code}") == before
    with database.reading() as session:
        assert len(registers.history(session, lans.exam_id, lans.person_id)) == 5
