"""Signing in and out: what the person sees, and what ends a session."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from lms.accounts import actions
from lms.accounts.models import Credential
from lms.accounts.rules import FREE_TRIES, LONGEST_WAIT, normal_name, own_path, wait_until, weak
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation.models import Person
from tests.cast import NOW, PASSWORD, Cast
from tests.conftest import ClientOf

FOREIGN = (
    "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "http:evil.example",
    "javascript:alert(1)", "/\tevil", "/\n/evil", " /evil", "data:text/html,x", "///evil", "/%0d%0aSet-Cookie: a=b\r\n",
    "", "evil", "?next=/", "#x", "//google.com/%2f..", "/\x7f", "https:///evil", "\\\\evil",
)  # fmt: skip


def sign_in(client: FlaskClient, name: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in", data={"sign_in_name": name, "password": password, **more})


def test_the_right_password_leads_to_where_one_wanted_to_go(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    assert "/sign-in?next=" in client.get("/study/").headers["Location"]
    answer = client.post("/sign-in", data={"sign_in_name": " LAN ", "password": PASSWORD, "next": "/study/"})
    assert answer.headers["Location"] == "/study/"
    assert client.get("/study/").status_code == 200


def test_a_wrong_password_and_an_unknown_name_are_told_alike(app: Flask, cast: Cast) -> None:
    wrong = app.test_client().post("/sign-in", data={"sign_in_name": "lan", "password": "sai"})
    unknown = app.test_client().post("/sign-in", data={"sign_in_name": "khongco", "password": "sai"})
    assert wrong.status_code == unknown.status_code == 401
    sentence = "Tên đăng nhập hoặc mật khẩu chưa đúng"
    assert sentence in wrong.text
    assert sentence in unknown.text


def test_after_several_wrong_tries_one_waits_and_then_gets_in(
    app: Flask, cast: Cast, database: Database
) -> None:
    client = app.test_client()
    for _try in range(FREE_TRIES):
        sign_in(client, "lan", "sai")
    answer = client.post("/sign-in", data={"sign_in_name": "lan", "password": PASSWORD})
    assert answer.status_code == 401
    assert "đợi 5 phút" in answer.text
    with database.writing() as session:
        credential = session.get_one(Credential, cast.people["lan"])
        credential.last_failure_at = clock.now() - LONGEST_WAIT
    assert client.post("/sign-in", data={"sign_in_name": "lan", "password": PASSWORD}).status_code == 302


def test_a_locked_person_cannot_sign_in_and_is_out_at_once(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("lan")
    assert client.get("/study/").status_code == 200
    with database.writing() as session:
        session.get_one(Person, cast.people["lan"]).disabled_at = NOW
    assert client.get("/study/").status_code == 302
    assert client.post("/sign-in", data={"sign_in_name": "lan", "password": PASSWORD}).status_code == 401


def test_signing_out_ends_the_session_even_for_a_kept_cookie(client_of: ClientOf, app: Flask) -> None:
    client = client_of("lan")
    with client.session_transaction() as cookie:
        kept = dict(cookie)
    answer = client.post("/sign-out")
    assert "storage" in answer.headers["Clear-Site-Data"]
    thief = app.test_client()
    with thief.session_transaction() as cookie:
        cookie.update(kept)
    assert thief.get("/study/").status_code == 302


def test_signing_in_begins_a_new_session(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    sign_in(client, "lan")
    with client.session_transaction() as cookie:
        first = cookie["_user_id"]
    client.post("/sign-out")
    sign_in(client, "lan")
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != first


def test_a_new_password_signs_out_every_other_device(client_of: ClientOf) -> None:
    here, there = client_of("lan"), client_of("lan")
    new = "Mot-cau-de-nho-9"
    answer = here.post("/account/password", data={"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 302
    assert here.get("/study/").status_code == 200
    assert there.get("/study/").status_code == 302


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            {"old": "sai", "new": "Mot-cau-de-nho-9", "again": "Mot-cau-de-nho-9"},
            "Mật khẩu hiện tại chưa đúng",
        ),
        ({"old": PASSWORD, "new": "12345678", "again": "12345678"}, "dễ đoán"),
        ({"old": PASSWORD, "new": "ngan", "again": "ngan"}, "ít nhất 8 ký tự"),
        ({"old": PASSWORD, "new": "Mot-cau-de-nho-9", "again": "khac"}, "chưa giống nhau"),
    ],
)
def test_a_password_that_will_not_do_is_told_at_its_field(
    client_of: ClientOf, data: dict[str, str], sentence: str
) -> None:
    answer = client_of("lan").post("/account/password", data=data)
    assert answer.status_code == 200
    assert sentence in answer.text


def test_a_first_password_must_be_changed_before_anything_else(
    app: Flask, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        session.get_one(Credential, cast.people["lan"]).must_change = True
    client = app.test_client()
    sign_in(client, "lan")
    assert client.get("/study/").headers["Location"] == "/account/password"
    assert client.get("/account/password").status_code == 200


def test_renewing_inside_an_exam_needs_the_same_persons_password(client_of: ClientOf, app: Flask) -> None:
    client = client_of("lan")
    client.post("/sign-out")
    assert client.post("/sign-in/renew", json={"password": PASSWORD}).status_code == 401
    kept = client_of("lan")
    assert kept.post("/sign-in/renew", json={"password": "sai"}).json == {"error": "wrong_password"}
    renewed = kept.post("/sign-in/renew", json={"password": PASSWORD})
    assert renewed.status_code == 200
    assert renewed.json
    assert renewed.json["csrf"]


def test_preferences_are_kept_for_the_account(client_of: ClientOf) -> None:
    client = client_of("lan")
    client.post("/preferences", data={"language": "en", "next": "/study/"})
    client.post("/preferences", data={"text_size": "150"})
    page = client_of("lan").get("/study/").text
    assert 'lang="en"' in page
    assert 'data-text-size="150"' in page
    assert client.post("/preferences", data={"theme": "pink"}).status_code == 400


def test_forged_posts_are_refused(app: Flask, client_of: ClientOf) -> None:
    client = client_of("lan")
    app.config["WTF_CSRF_ENABLED"] = True
    answer = client.post("/sign-out")
    assert answer.status_code == 400
    assert client.get("/study/").status_code == 200


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_sent_to_a_foreign_place(wanted: str) -> None:
    assert own_path(wanted) == "/"


@given(st.text())
def test_the_place_to_go_on_to_is_always_a_path_of_our_own(wanted: str) -> None:
    path = own_path(wanted)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))
    assert path.isprintable() or " " not in path


@pytest.mark.parametrize("variant", ["lan", "LAN", " lan ", "l\u200ban", "\uff2can", "Lan\u00a0"])
def test_spellings_of_a_name_are_one_account(variant: str) -> None:
    assert normal_name(variant) == "lan"


@given(st.integers(0, 60))
def test_nobody_is_ever_kept_out_for_longer_than_five_minutes(failures: int) -> None:
    until = wait_until(failures, NOW)
    assert until is None or NOW < until <= NOW + LONGEST_WAIT
    assert (until is None) == (failures < FREE_TRIES)


def test_common_passwords_are_weak_and_sentences_are_not() -> None:
    assert weak("12345678", "lan", old="")
    assert weak("nguyenlan2026", "nguyenlan", old="")
    assert not weak("Mùa xuân ở Hà Nội", "lan", old="khac")


def test_an_old_sign_in_expires(database: Database, cast: Cast) -> None:
    from lms.accounts import queries
    from lms.accounts.rules import LIFETIME

    with database.writing() as session:
        token = actions.begin_sign_in(session, cast.people["lan"], device="", now=NOW)
    with database.reading() as session:
        assert queries.viewer_of(session, token, NOW + LIFETIME - timedelta(seconds=1)) is not None
        assert queries.viewer_of(session, token, NOW + LIFETIME) is None
