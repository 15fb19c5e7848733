"""Verifying from outside: published keys, badges by their code, and the command that needs no network."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from lms.certificates import actions, document
from lms.certificates.cli import certificates
from lms.certificates.models import Certificate
from lms.certificates.seal import keys
from lms.config import Settings
from lms.kit import clock
from lms.kit.db import Database
from tests.cast import Cast
from tests.lms.certificates.test_certificates import BASE, let_pass
from tests.lms.certificates.test_seal import read_by_the_book, verify_by_the_book
from tests.stage import stage


@pytest.fixture
def issued(app: Flask, database: Database, cast: Cast, settings: Settings) -> Certificate:
    with database.writing() as session:
        staged = stage(session, cast, clock.now())
    let_pass(database, staged, cast.people["lan"])
    with database.writing() as session:
        key = keys.enter(session, keys.own_key(settings), clock.now())
        made = actions.issue(
            session, staged.exam_id, cast.people["lan"], base_url=BASE, by=None, now=clock.now(), key=key
        )
    assert made is not None
    return made


@pytest.fixture
def anybody(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_published_keys_prove_a_code_to_somebody_else(anybody: FlaskClient, issued: Certificate) -> None:
    listed = anybody.get("/c/keys.json").get_json()
    public = keys.read_published(json.dumps(listed))
    digits = str(issued.facts["check_url"]).partition("#")[2]
    texts = read_by_the_book(digits, issued.code, next(iter(public.values())))
    assert texts[2:4] == [issued.facts["number"], "Nguyễn Thị Lan"]


def test_the_badge_is_proved_with_the_issuers_profile(anybody: FlaskClient, issued: Certificate) -> None:
    answer = anybody.get(f"/c/{issued.code}/badge.json")
    assert answer.headers["Content-Type"] == "application/ld+json"
    credential, profile = json.loads(answer.data), anybody.get("/c/issuer.json").get_json()
    verify_by_the_book(credential, profile)
    assert credential["id"].endswith(f"/c/{issued.code}/badge.json")
    assert anybody.get(credential["credentialStatus"]["id"].removeprefix(BASE)).get_json() == {
        "id": f"{BASE}/c/{issued.code}/status.json",
        "issuer": f"{BASE}/c/issuer.json",
        "revokedCredential": [],
    }


def test_a_revoked_one_is_listed(anybody: FlaskClient, database: Database, issued: Certificate) -> None:
    with database.writing() as session:
        actions.revoke(session, issued.id, reason="Thi hộ.", by=None, now=clock.now())
    listed = anybody.get(f"/c/{issued.code}/status.json").get_json()["revokedCredential"]
    assert [(each["revoked"], each["revocationReason"]) for each in listed] == [(True, "Thi hộ.")]


@pytest.mark.parametrize("page", ["badge.json", "status.json"])
def test_wrong_codes_are_not_found_and_counted(anybody: FlaskClient, issued: Certificate, page: str) -> None:
    address = {"REMOTE_ADDR": f"198.51.100.{len(page)}"}
    wrong = issued.code[:-1] + ("0" if issued.code[-1] != "0" else "1")
    answers = [anybody.get(f"/c/{wrong}/{page}", environ_base=address).status_code for _ in range(25)]
    assert answers[0] == 404
    assert answers[-1] == 429


def test_the_page_carries_what_its_script_needs(anybody: FlaskClient, issued: Certificate) -> None:
    page = anybody.get(f"/c/{issued.code}").get_data(as_text=True)
    assert f'data-code="{issued.code}"' in page
    assert 'data-keys="/c/keys.json"' in page
    assert "certificates/seal.js" in page


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(certificates, ["verify", *arguments])
    return result.exit_code, result.output


def test_the_command_verifies_text_and_file_without_the_database(
    anybody: FlaskClient, issued: Certificate, tmp_path: Path
) -> None:
    listed = tmp_path / "keys.json"
    listed.write_bytes(anybody.get("/c/keys.json").data)
    (tmp_path / "giay.pdf").write_bytes(document.certificate_pdf(issued))
    url = str(issued.facts["check_url"])
    for what in (url, str(tmp_path / "giay.pdf")):
        status, said = run(what, "--keys", str(listed), "--json")
        assert status == 0, said
        told = json.loads(said)
        assert (told["valid"], told["name"], told["code"]) == (True, "Nguyễn Thị Lan", issued.code)
    status, said = run(url[:-1] + str((int(url[-1]) + 1) % 10), "--keys", str(listed), "--json")
    assert (status, json.loads(said)["valid"]) == (1, False)
    status, said = run("xin chào", "--keys", str(listed))
    assert status == 2
    (tmp_path / "other.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert run(str(tmp_path / "other.pdf"), "--keys", str(listed))[0] == 2


def test_a_badge_changed_inside_a_pdf_is_found(
    anybody: FlaskClient, issued: Certificate, tmp_path: Path
) -> None:
    import pikepdf

    listed, file = tmp_path / "keys.json", tmp_path / "giay.pdf"
    listed.write_bytes(anybody.get("/c/keys.json").data)
    file.write_bytes(document.certificate_pdf(issued))
    with pikepdf.Pdf.open(file, allow_overwriting_input=True) as opened:
        stream = opened.Root.AF[0].EF.F
        stream.write(stream.read_bytes().replace("Nguyễn Thị Lan".encode(), "Nguyễn Thị Lụa".encode()))
        opened.save(file)
    status, said = run(str(file), "--keys", str(listed), "--json")
    assert (status, json.loads(said)["valid"]) == (1, False)
    for rubbish in (b"\xff no JSON", b'{"proof": "none"}'):
        with pikepdf.Pdf.open(file, allow_overwriting_input=True) as opened:
            opened.Root.AF[0].EF.F.write(rubbish)
            opened.save(file)
        status, said = run(str(file), "--keys", str(listed))
        assert (status, said.count("\n")) == (2, 1), "a sentence"
    status, said = run(str(file), "--keys", str(file))
    assert (status, said.count("\n")) == (2, 1), "a sentence about the keys"
