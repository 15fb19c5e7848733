"""Importing: read, stored in one go, undone as a whole; and who may."""

from __future__ import annotations

import contextvars
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.banks import actions, versions
from lms.banks.models import (
    Bank,
    Citation,
    Question,
    QuestionTag,
    QuestionVersion,
)
from lms.banks.transfer import storing
from lms.banks.transfer.cli import questions
from lms.kit.db import Database
from lms.questions.question import Option
from lms.questions.question import Question as Body
from tests.cast import NOW, Cast
from tests.conftest import SECRET, ClientOf
from tests.lms.banks.importing import AIKEN, BANK, Importing, fresh
from tests.lms.study.shop import run_jobs
from tests.stage import Stage


def test_nothing_is_stored_before_it_is_confirmed(importing: Importing, database: Database) -> None:
    page = importing.upload(AIKEN, "cau-hoi.txt")
    assert "Nhận diện 2 câu hỏi" in page
    assert "Đại hội thông qua bao nhiêu chỉ tiêu?" in page
    assert "Lưu 2 câu" in page
    assert fresh(database) == []
    importing.press("store")
    stored = fresh(database)
    assert [question.state for question in stored] == ["draft", "draft"]
    assert all(question.search_text and question.stem_key for question in stored)
    assert "Đã lưu 2 câu hỏi vào ngân hàng" in importing.page()


def test_an_import_is_undone_as_a_whole(importing: Importing, database: Database, cast: Cast) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("store")
    first, second = fresh(database)
    with database.writing() as session:
        session.get_one(Question, second.id).state = "approved"
    page = importing.press("undo")
    assert second.code in page
    with database.reading() as session:
        assert session.get(Question, first.id) is None
        assert session.get_one(Question, second.id).state == "retired"
        assert not session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == first.id)
        ).all()
    assert "vừa được xử lý" in importing.press("undo")


def test_an_import_by_a_command_can_be_undone_on_the_screen(
    importing: Importing, database: Database, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "cau-hoi.txt"
    file.write_text(AIKEN, encoding="utf-8")
    env = {"LMS_SECRET_KEY": SECRET, "LMS_DATABASE_URL": database_url, "LMS_DATA_DIR": str(tmp_path)}

    def command(by: str) -> int:
        words = ["import", str(file), "--bank", BANK.removeprefix("/banks/"), "--by", by]
        return contextvars.copy_context().run(CliRunner().invoke, questions, words, env=env).exit_code

    assert command("nobody") == 2
    assert fresh(database) == []
    assert command("Tuan") == 0
    (importing.address,) = re.findall(r"/banks/import/\d+", importing.client.get(f"{BANK}/import").text)
    assert "Đã lưu 2 câu hỏi vào ngân hàng" in importing.page()
    importing.press("undo")
    assert fresh(database) == []


def test_an_import_is_stored_once(importing: Importing, database: Database) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("store")
    assert "vừa được xử lý" in importing.press("store")
    assert "vừa được xử lý" in importing.press("drop")
    assert len(fresh(database)) == 2


def test_a_file_put_aside_leaves_nothing(importing: Importing, database: Database) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("drop")
    assert fresh(database) == []
    assert "gác lại" in importing.page()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x00\x01\x02 nothing", "x.bin"),
        (b"PK\x03\x04 broken", "x.docx"),
        (b"", "x.docx"),
        (b"<quiz>", "x.xml"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    data: bytes, name: str, importing: Importing, database: Database
) -> None:
    page = importing.upload(data, name)
    assert "Không đọc được tệp này" in page
    assert "Traceback" not in page
    assert fresh(database) == []


def test_pasted_text_is_read(importing: Importing) -> None:
    answer = importing.client.post(f"{BANK}/import", data={"text": AIKEN})
    importing.address = answer.headers["Location"]
    run_jobs(importing.database, importing.storage)
    assert "Nhận diện 2 câu hỏi" in importing.page()


def test_many_questions_are_stored_by_a_job(importing: Importing, database: Database) -> None:
    many = "".join(f"Câu số {n} hỏi gì?\nA. Việc {n}\nB. Không\nANSWER: A\n" for n in range(1, 402))
    page = importing.upload(many, "cau-hoi.txt")
    assert "Nhận diện 401 câu hỏi" in page
    importing.decide(7, "take")
    importing.press("store")
    assert len(fresh(database)) >= 390


def test_nothing_is_computed_while_the_database_is_held(
    importing: Importing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(f"Câu số {n} hỏi gì?\nA. Việc {n}\nB. Không\nANSWER: A\n" for n in range(1, 402))
    importing.upload(many, "cau-hoi.txt")
    computed: list[int] = []

    def while_somebody_else_writes(body: Body) -> dict[str, Any]:
        if not computed:
            with database.writing() as other:  # is refused when the job holds the database
                other.execute(update(Question).values(state=Question.state))
        computed.append(1)
        return versions.columns(body)

    monkeypatch.setattr(storing, "columns", while_somebody_else_writes)
    importing.press("store")
    assert len(fresh(database)) == len(computed) >= 390


def test_questions_are_added_before_and_after_an_import(
    importing: Importing, database: Database, staged: Stage
) -> None:
    for _time in range(2):
        importing.upload(AIKEN, "cau-hoi.txt")
        importing.decide(1, "take")
        importing.decide(2, "take")
        importing.press("store")
        with database.writing() as session:
            bank = session.get_one(Bank, staged.banks["targets_2030"])
            body = Body("single_choice", "Câu viết trên màn hình?", (Option("Có"), Option("Không")), (0,))
            actions.store_question(session, bank, body, cites=[], by=None, now=NOW)
    with database.reading() as session:
        versioned = session.scalars(select(QuestionVersion.question_id)).all()
        assert len(versioned) == len(set(versioned)) == len(session.scalars(select(Question.id)).all())
    assert len(fresh(database)) == 4


def test_a_code_that_is_taken_is_replaced(
    importing: Importing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = iter(["ct-01", "ct-01", "moi-01", "ct-01", "ct-02"])
    with database.writing() as session:
        first, *_others = session.scalars(select(Question).order_by(Question.id))
        first.code = "ct-01"
    monkeypatch.setattr(storing, "new_code", lambda _bank: next(taken))
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("store")
    assert sorted(question.code for question in fresh(database)) == ["ct-02", "moi-01"]


def test_ids_tags_and_citations_come_along(importing: Importing, database: Database, staged: Stage) -> None:
    yaml = """schema: 1
resolution: hanoi_xviii
topic: targets_2030
name: Chỉ tiêu
questions:
  - id: moi-01
    type: single_choice
    stem: "Có bao nhiêu nhóm chỉ tiêu?"
    options: ["10", "20"]
    correct: [1]
    cites: [p02, p99]
    tags: [số liệu]
"""
    page = importing.upload(yaml, "bank.yaml")
    assert "p99" in page
    importing.press("store")
    (question,) = fresh(database)
    assert question.code == "moi-01"
    with database.reading() as session:
        cited = session.scalars(
            select(Citation.passage_id)
            .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
            .where(QuestionVersion.question_id == question.id)
        ).all()
        tags = session.scalars(select(QuestionTag.tag).where(QuestionTag.question_id == question.id)).all()
    assert cited == [staged.passages[1]]
    assert tags == ["số liệu"]


@pytest.mark.parametrize("person", ["lan", "dung", "an"])
def test_only_trainers_may_import(person: str, client_of: ClientOf, staged: Stage) -> None:
    client = client_of(person)
    assert client.get(f"{BANK}/import").status_code == 403
    assert client.get(f"{BANK}/export").status_code == 403
    assert client.get("/banks/import/1").status_code == 403


def test_what_is_not_there_is_not_found(trainer: FlaskClient) -> None:
    assert trainer.get("/banks/import/999").status_code == 404
    assert trainer.post("/banks/import/999/store").status_code == 404
    assert trainer.get("/banks/none/none/import").status_code == 404
    assert trainer.get("/banks/import/template/aiken").status_code == 404


@pytest.mark.parametrize("name", ["word", "excel"])
def test_templates_can_be_downloaded(name: str, trainer: FlaskClient) -> None:
    answer = trainer.get(f"/banks/import/template/{name}")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"
