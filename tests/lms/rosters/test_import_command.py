"""`lms people import`: the same as the screen does, all or nothing unless told otherwise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from lms.cli import lms
from lms.config import Settings
from lms.rosters.models import Roster
from tests.lms.organisation.roster.books import workbook
from tests.lms.rosters.handing import HEAD, Office

SURE = (HEAD, (1, "Phan Văn Mới", "5/3/1980", "", "Chi bộ số 1", "00000012"))
DOUBTFUL = (
    *SURE,
    (2, "Nguyễn Thị Lan", "", "", "Chi bộ số 1", ""),
    (3, "Ai Đó", "31/02/1980", "", "Chi bộ số 1"),
)


@pytest.fixture
def run(office: Office, settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    monkeypatch.setenv("LMS_SECRET_KEY", settings.secret_key)
    monkeypatch.setenv("LMS_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))

    def command(rows: Any, *more: str, unit: str = "P-AB") -> tuple[int, dict[str, Any]]:
        file = tmp_path / "ds.xlsx"
        file.write_bytes(rows if isinstance(rows, bytes) else workbook({"DS": rows}))
        done = CliRunner().invoke(lms, ["people", "import", str(file), "--unit", unit, "--json", *more])
        return done.exit_code, json.loads(done.stdout) if done.stdout.startswith("{") else {}

    return command


def test_a_list_that_is_sure_is_stored_and_can_be_undone_on_the_screen(run: Any, office: Office) -> None:
    before = office.everybody()
    status, told = run(SURE)
    assert (status, told["stored"]["added"]) == (0, 1)
    assert office.named("Phan Văn Mới")
    assert office.undo(told["roster"]).state == "undone"
    assert office.everybody() == before


def test_a_row_that_is_not_sure_keeps_everything_back_and_is_named(run: Any, office: Office) -> None:
    before = office.everybody()
    status, told = run(DOUBTFUL)
    assert (status, told["stored"]) == (1, None)
    assert {(row["code"], row["where"]["sheet"], row["where"]["row"]) for row in told["rows"]} == {
        ("only_name", "DS", 3),
        ("bad_date", "DS", 4),
    }
    assert all(row["message"] for row in told["rows"])
    assert office.everybody() == before
    with office.database.reading() as session:
        assert session.scalar(select(Roster.state)) == "discarded"


def test_told_so_it_stores_what_is_sure(run: Any, office: Office) -> None:
    status, told = run(DOUBTFUL, "--yes")
    assert (status, told["stored"]["added"], told["stored"]["changed"]) == (0, 1, 0)


def test_what_cannot_be_read_and_unknown_units_are_refused(run: Any, office: Office) -> None:
    assert run(b"PK\x03\x04 no zip")[0] == 2
    assert run(SURE, unit="NO-SUCH")[0] == 2
    assert office.named("Phan Văn Mới") == []
