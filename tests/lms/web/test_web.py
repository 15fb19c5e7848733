"""What holds for every answer: headers, hosts, and plain sentences when something goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask, request

from lms.app import create_app
from lms.config import Settings
from lms.kit import i18n
from tests.conftest import ClientOf

UNREACHABLE = (
    "sqlite:////nowhere/at/all/lms.db",
    "postgresql+psycopg://lms@127.0.0.1:1/lms?connect_timeout=1",
)


@pytest.mark.parametrize("url", UNREACHABLE)
def test_a_database_that_cannot_be_reached_is_said_plainly(
    settings: Settings, url: str, cast: object
) -> None:
    app = create_app(replace(settings, database_url=url))
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = "somebody"
    answer = client.get("/")
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert "sqlalchemy" not in answer.text.lower()
    assert "hệ thống" in answer.text.lower()
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_an_unexpected_error_shows_a_code_and_nothing_else(app: Flask, client_of: ClientOf) -> None:
    client = client_of("lan")

    def broken(**_values: object) -> str:
        raise ZeroDivisionError("secret detail")

    app.view_functions["study.index"] = broken
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = client.get("/study/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "ZeroDivisionError" not in answer.text


def test_every_page_carries_the_security_headers(client_of: ClientOf) -> None:
    client = client_of("lan")
    for path in ("/", "/study/", "/sign-in", "/khong-co", "/healthz", "/attempts/", "/exam-sw.js"):
        headers = client.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy, path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy, path
        if path != "/exam-sw.js":
            assert headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("host", ["evil.example", "localhost:8080", "localhost.", "localhost@evil.example"])
def test_a_foreign_host_is_refused(app: Flask, cast: object, host: str) -> None:
    assert app.test_client().get("/sign-in", headers={"Host": host}).status_code == 400


def test_the_cookie_is_closed_to_scripts_and_to_plain_connections(settings: Settings) -> None:
    app = create_app(replace(settings, base_url="https://hoctap.example"))
    answer = app.test_client().post(
        "/preferences", data={"theme": "dark"}, base_url="https://hoctap.example", headers={"Referer": "x"}
    )
    assert answer.status_code == 400  # no token: forged posts are refused from the start
    page = app.test_client().get("/sign-in", base_url="https://hoctap.example")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-lms=")
    for wanted in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert wanted in cookie
    assert "max-age" in page.headers["Strict-Transport-Security"]


def test_the_interface_speaks_the_language_that_was_chosen(client_of: ClientOf) -> None:
    client = client_of(None)
    assert 'lang="vi"' in client.get("/sign-in").text
    client.post("/preferences", data={"language": "en"})
    page = client.get("/sign-in").text
    assert 'lang="en"' in page
    assert "Sign in" in page
    i18n.set_language("vi")


def test_a_script_whose_cookie_is_gone_is_told_to_sign_in(app: Flask, cast: object) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/attempts/1/answers", json={"tab": "t", "events": []})
    assert answer.status_code == 401
    assert answer.json == {"error": "signed_out"}


def test_a_static_file_without_its_stamp_is_asked_for_again(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/static/exam/paper.js").headers["Cache-Control"] == "no-cache"
    assert "max-age=31536000" in client.get("/static/exam/exam.js?v=1").headers["Cache-Control"]


@pytest.mark.parametrize(("proxies", "address"), [(0, "10.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")])
def test_only_as_many_proxies_are_believed_as_stand_in_front(
    settings: Settings, proxies: int, address: str
) -> None:
    app = create_app(replace(settings, proxies=proxies))
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    told = {"X-Forwarded-For": "192.0.2.1, 203.0.113.9, 198.51.100.7", "X-Forwarded-Host": "evil.example"}
    answer = app.test_client().get("/healthz", headers=told, environ_overrides={"REMOTE_ADDR": "10.0.0.1"})
    app.extensions["database"].engine.dispose()
    assert answer.status_code == 200
    assert seen == [address]
