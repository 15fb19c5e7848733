"""Hostile files: each is refused or cleaned in time, in the child, with a plain sentence; nothing else happens."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.banks.problems import sentence
from lms.banks.transfer.reading import FileRead, read_file
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.hostile import FILES, SCRIPT
from tests.lms.study.shop import data_folder, run_jobs
from tests.stage import stage


def read(name: str) -> FileRead:
    file, make = FILES[name]
    return read_file(make(), file)


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 50


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_or_cleaned(name: str) -> None:
    found = read(
        name
    ).reading  # the child that reads has 20 s of processor time and is ended by the system after them
    assert found.unreadable or found.problems or found.questions
    for problem in found.problems[:200]:
        words = sentence(problem)
        assert words
        assert "Traceback" not in words
        assert "root:" not in words
    for question in found.questions:
        text = str(question.question.to_json())
        assert "root:x" not in text
        assert "\x00" not in text
        assert "\u202e" not in text
    if found.unreadable:
        assert found.problems
        assert not found.questions


@pytest.mark.parametrize("name", [name for name in FILES if "scripts" in name or "javascript" in name])
def test_scripts_are_only_text_on_the_page(
    name: str, client_of: ClientOf, cast: Cast, database: Database, tmp_path: Path
) -> None:
    with database.writing() as session:
        stage(session, cast, NOW)
    client: FlaskClient = client_of("tuan")
    file, make = FILES[name]
    sent = {"file": (io.BytesIO(make()), file)}
    address = client.post("/banks/hanoi_xviii/targets_2030/import", data=sent).headers["Location"]
    run_jobs(database, data_folder(tmp_path))
    page = client.get(address).text
    assert SCRIPT not in page
    assert "onerror=alert" not in page.replace("&#34;", '"').replace("&lt;img src=x onerror=alert", "")
    assert 'href="javascript' not in page
