"""What the tests of certificates stand on: the staged course and exam, now."""

from __future__ import annotations

import pytest

from lms.certificates.press.plates import Sheet, printed
from lms.certificates.seal.signing import FIELD
from lms.kit import clock
from lms.kit.db import Database
from tests.cast import Cast
from tests.lms.kit.paper_samples import certificate
from tests.stage import Stage, stage


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, clock.now())


@pytest.fixture(scope="session")
def unsigned() -> bytes:
    """A certificate with its empty field to sign in."""
    return printed(Sheet("certificate/classic/template.html", certificate(), b'{"id": "x"}', FIELD))
