"""The desk at which lists are handed in."""

from __future__ import annotations

import pytest

from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.organisation.roster.reading import read_list
from tests.cast import Cast
from tests.lms.rosters.handing import Office


@pytest.fixture
def office(database: Database, storage: Storage, cast: Cast) -> Office:
    return Office(database, storage, cast)


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists are read in this process: for what begins where the reading ends. The child is a new Python each time."""
    monkeypatch.setattr("lms.rosters.jobs.read_file", read_list)
