"""Exporting: every format, read again equal; what a format cannot carry is named before; large ones as a job."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.banks import queries
from lms.banks.models import Bank
from lms.banks.problems import FIELD_NAMES
from lms.banks.transfer import exports
from lms.banks.transfer.exports import Export
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.questions.formats import FORMATS
from lms.questions.reading import Format, ReadQuestion
from tests.lms.study.shop import data_folder, run_jobs
from tests.stage import Stage

BANK = "/banks/hanoi_xviii/breakthroughs"


@pytest.fixture
def whole(database: Database, staged: Stage) -> Export:
    with database.reading() as session:
        bank = session.scalars(select(Bank).where(Bank.slug == "hanoi_xviii/breakthroughs")).one()
        return exports.of_bank(session, bank, ["approved"])


def test_a_bank_is_exported_to_every_format_and_read_again_equal(whole: Export, trainer: FlaskClient) -> None:
    for known in FORMATS:
        _comes_back(known, whole, trainer)


def _comes_back(known: Format, whole: Export, trainer: FlaskClient) -> None:
    name, losses = known.name, whole.losses(known)
    left_out = {loss.where.get("question") for loss in losses if loss.severity == "error"}
    touched = {loss.where.get("question") for loss in losses}
    answer = trainer.get(f"{BANK}/export/file", query_string={"format": name})
    assert answer.status_code == 200, name
    assert "attachment" in answer.headers["Content-Disposition"]
    read = known.read(answer.data, f"bank{known.suffix}")
    carried = [one for one in whole.questions if one.number not in left_out]
    assert len(read.questions) == len(carried), name
    for before, after in zip(carried, read.questions, strict=True):
        if before.number not in touched:
            assert after.question == before.question, name


def test_what_a_format_cannot_carry_stands_on_the_page_before(whole: Export, trainer: FlaskClient) -> None:
    for known in FORMATS:
        page = trainer.get(f"{BANK}/export", query_string={"format": known.name}).text
        losses = whole.losses(known)
        assert ("Những gì định dạng này không chứa được" in page) == bool(losses), known.name
        assert ("đọc lại vẫn y nguyên" in page) == (not losses), known.name
        for field in FIELD_NAMES:  # people read names of fields in their own language
            assert f"“{field}”" not in page, known.name
    assert page.index("Đề in trên giấy") < page.index("Excel") < page.index("GIFT")


def test_only_the_states_asked_for_are_exported(trainer: FlaskClient, database: Database) -> None:
    page = trainer.get(f"{BANK}/export", query_string={"format": "yaml", "state": "draft"}).text
    assert "Tải về 0 câu hỏi" in page


def test_large_banks_are_written_by_a_job(
    trainer: FlaskClient, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    answer = trainer.get(f"{BANK}/export/file", query_string={"format": "gift"})
    assert answer.headers["Location"].startswith("/jobs/")
    run_jobs(database, data_folder(tmp_path))
    with database.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == exports.JOB_EXPORT)).one()
    assert job.state == "done"
    assert trainer.get(f"/jobs/{job.id}/file").data.startswith(b"$CATEGORY") or job.result


def test_an_unknown_format_is_not_found(trainer: FlaskClient) -> None:
    assert trainer.get(f"{BANK}/export/file", query_string={"format": "none"}).status_code == 404


def test_tags_and_codes_travel(whole: Export, database: Database) -> None:
    assert all(isinstance(read, ReadQuestion) and read.id for read in whole.questions)
    with database.reading() as session:
        bank = session.scalars(select(Bank).where(Bank.slug == "hanoi_xviii/breakthroughs")).one()
        assert len(whole.questions) == queries.counts(session, [bank.id])[bank.id].by_state["approved"]
