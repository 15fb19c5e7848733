"""The small folder of content, on disk and loaded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from lms.banks.content import read_content
from lms.banks.loading import Loaded, load
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.colleague import mai, mais_browser
from tests.lms.banks.importing import importing
from tests.lms.banks.shelf import Shelf
from tests.stage import Stage, stage

__all__ = ["importing", "mai", "mais_browser"]
Load = Callable[..., Loaded]


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@pytest.fixture
def writer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    """A trainer with the small folder of content loaded."""
    load_shelf()
    return client_of("tuan")


@pytest.fixture
def trainer(client_of: ClientOf, staged: Stage) -> FlaskClient:
    return client_of("tuan")


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
