"""The desk at which lists are handed in."""

from __future__ import annotations

import pytest

from lms.kit.db import Database
from lms.kit.storage import Storage
from tests.cast import Cast
from tests.lms.rosters.handing import Office


@pytest.fixture
def office(database: Database, storage: Storage, cast: Cast) -> Office:
    return Office(database, storage, cast)
