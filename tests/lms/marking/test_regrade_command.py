"""The command `lms regrade`: the same contract for people and for scripts."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner

from lms.attempts.models import SlotMark
from lms.cli import lms
from lms.config import Told
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.kit.storage import Storage
from tests.cast import NOW, Cast
from tests.conftest import SECRET
from tests.lms.marking.hall import Hall
from tests.lms.marking.test_rulings import choosing, single
from tests.stage import exam_apart, of_every_type, stage


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hall(
    database: Database,
    database_url: str,
    storage: Storage,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Hall:
    monkeypatch.setenv("LMS_DATABASE_URL", database_url)
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    with database.writing() as session:
        staged = stage(session, cast, NOW)
    return Hall(database, storage, cast, staged)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(lms, ["regrade", *arguments])


def told(*arguments: str) -> dict[str, Any]:
    answer = run(*arguments, "--json")
    assert answer.exit_code == 0, answer.output
    document: dict[str, Any] = json.loads(answer.stdout)
    return document


def test_a_dry_run_tells_and_writes_nothing_and_the_run_does_just_that(hall: Hall) -> None:
    version = single(hall.staged)
    lan, hoa = hall.sit("lan", choosing(version, 3)), hall.sit("hoa")
    assert told("--exam", hall.staged.exam_code, "--dry-run")["differences"] == []
    with hall.database.writing() as session:
        session.get_one(Exam, hall.staged.exam_id).pass_percent = Decimal(90)
    document = told("--exam", hall.staged.exam_code, "--dry-run")
    assert {name: document[name] for name in ("exam", "dry_run", "attempts", "changed", "down", "up")} == {
        "exam": hall.staged.exam_code, "dry_run": True, "attempts": 2, "changed": 1, "down": 1, "up": 0,
    }  # fmt: skip
    [one] = document["differences"]
    assert (one["attempt"], one["before"]["passed"], one["after"]["passed"]) == (lan, True, False)
    assert len(hall.grades(lan)) == 1
    assert told("--exam", hall.staged.exam_code)["changed"] == 1
    assert [grade.reason for grade in hall.grades(lan)] == ["submitted", "policy"]
    assert len(hall.grades(hoa)) == 1
    assert told("--exam", hall.staged.exam_code)["changed"] == 0


def test_without_json_it_says_it_in_words(hall: Hall) -> None:
    hall.sit("lan")
    answer = run("--exam", hall.staged.exam_code, "--dry-run")
    assert answer.exit_code == 0
    assert "0/1" in answer.stdout


def test_an_unknown_exam_is_told(hall: Hall) -> None:
    answer = run("--exam", "khong-co", "--dry-run", "--json")
    assert isinstance(answer.exception, Told)
    assert "khong-co" in str(answer.exception)


def test_what_markers_gave_is_counted_as_regrading_counts_it(hall: Hall) -> None:
    with hall.database.writing() as session:
        exam_id = exam_apart(session, hall.cast, hall.staged, of_every_type(), NOW, code="moi-dang")
        code = session.get_one(Exam, exam_id).code
    attempt = hall.sit("lan", exam_id=exam_id)
    slot = next(s.number for s in hall.paper_of(attempt).slots if s.question.type == "essay")
    with hall.database.writing() as session:
        session.add(
            SlotMark(
                attempt_id=attempt, slot=slot, correctness=Decimal("0.5"), comment="", criteria=[],
                by=hall.cast.people["tuan"], at=NOW,
            )
        )  # fmt: skip
    [one] = told("--exam", code, "--dry-run")["differences"]
    told("--exam", code)
    assert float(hall.worth(attempt).points) == one["after"]["points"]
    assert told("--exam", code)["changed"] == 0
