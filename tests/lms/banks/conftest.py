"""The small folder of content, on disk and loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lms.banks.content import read_content
from lms.banks.loading import Loaded, load
from lms.kit.db import Database
from tests.cast import NOW
from tests.lms.banks.colleague import mai, mais_browser
from tests.lms.banks.shelf import Shelf

__all__ = ["mai", "mais_browser"]
Load = Callable[..., Loaded]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def load_shelf(database: Database, shelf: Shelf) -> Load:
    """Load the folder as it is now."""

    def loading(*, overwrite: bool = False) -> Loaded:
        with database.writing() as session:
            return load(session, read_content(shelf.folder), by=None, now=NOW, overwrite=overwrite)

    return loading
