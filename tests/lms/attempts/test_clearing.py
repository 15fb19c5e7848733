"""Files handed in whose transaction failed go after a week; what a row names, and what others stored, stays."""

from __future__ import annotations

import contextlib
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from lms import worker
from lms.attempts import clearing, files
from lms.attempts.handed import Taken
from lms.kit.db import Database
from lms.kit.storage import Storage
from tests.cast import NOW
from tests.lms.attempts.conftest import Sitter

DAY = timedelta(days=1)


class PowerCut(Exception):
    """What ends a transaction before it is committed."""


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "files")


def hand_in(lan: Sitter, storage: Storage, attempt: int, data: bytes, *, fail: bool = False) -> str:
    """The key of the bytes; with `fail` the transaction ends in a failure."""
    before = set(names(storage))
    with contextlib.suppress(PowerCut), lan.database.writing() as session:
        taken = Taken("pdf", data)
        files.hand_in(session, storage, attempt, lan.person_id, slot=1, taken=taken, name="a.pdf", now=NOW)
        if fail:
            raise PowerCut
    (key,) = {name for name in names(storage) if "." not in name} - before
    return key


def names(storage: Storage) -> list[str]:
    return sorted(os.listdir(storage.folder)) if storage.folder.exists() else []


def age(storage: Storage, when: datetime) -> None:
    for name in names(storage):
        os.utime(storage.folder / name, (when.timestamp(), when.timestamp()))


def test_only_bytes_that_no_row_names_go_and_only_after_a_week(
    lan: Sitter, storage: Storage, database: Database
) -> None:
    attempt = lan.start()
    named = hand_in(lan, storage, attempt, b"%PDF-1")
    lost = hand_in(lan, storage, attempt, b"%PDF-2", fail=True)
    with storage.writing() as (others, out):  # a report, say, that this feature knows nothing of
        out.write(b"x")
    age(storage, NOW)
    assert clearing.drop_unnamed_files(database, storage, NOW + 6 * DAY) == 0
    assert {named, lost, others} <= set(names(storage))
    assert clearing.drop_unnamed_files(database, storage, NOW + 7.5 * DAY) == 1
    assert names(storage) == sorted([named, others])  # no mark is left
    assert clearing.drop_unnamed_files(database, storage, NOW + 9 * DAY) == 0


def test_what_was_taken_back_stays_on_record(lan: Sitter, storage: Storage, database: Database) -> None:
    attempt = lan.start()
    key = hand_in(lan, storage, attempt, b"%PDF-1")
    with database.writing() as session:
        (file,) = files.files_of(session, attempt)
        files.take_back(session, attempt, lan.person_id, file.id, now=NOW)
    age(storage, NOW)
    assert clearing.drop_unnamed_files(database, storage, NOW + 8 * DAY) == 0
    assert names(storage) == [key]


def test_it_looks_once_a_day(lan: Sitter, storage: Storage, database: Database) -> None:
    assert clearing.drop_unnamed_files(database, storage, NOW) == 0  # there is no folder yet
    hand_in(lan, storage, lan.start(), b"%PDF-1", fail=True)
    age(storage, NOW - 8 * DAY)
    assert clearing.drop_unnamed_files(database, storage, NOW + DAY / 2) == 0
    assert clearing.drop_unnamed_files(database, storage, NOW + DAY) == 1


def test_the_worker_sweeps_them() -> None:
    assert worker.drop_unnamed_files in worker.SWEEPS
