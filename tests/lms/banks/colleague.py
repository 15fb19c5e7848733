"""A second trainer, because whoever wrote a question does not approve it."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lms.accounts import actions as accounts
from lms.accounts.models import Credential
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from tests.cast import NOW, Cast


@pytest.fixture
def mai(database: Database, cast: Cast, password_hash: str) -> int:
    """Id of the trainer Mai."""
    with database.writing() as session:
        city = session.get_one(Unit, cast.units["city"])
        person = organisation.create_person(
            session,
            full_name="Phan Thị Mai",
            unit=city,
            by=None,
            now=NOW,
            since=date(2025, 7, 1),
            born="1975",
            member=True,
        )
        organisation.grant_role(session, person, role="trainer", unit=city, by=None, now=NOW)
        session.add(
            Credential(
                person_id=person.id,
                sign_in_name="mai",
                password_hash=password_hash,
                must_change=False,
                changed_at=NOW,
            )
        )
        return person.id


@pytest.fixture
def mais_browser(app: Flask, mai: int, database: Database) -> FlaskClient:
    """A browser in which Mai is signed in."""
    client = app.test_client()
    with database.writing() as session:
        token = accounts.begin_sign_in(session, mai, device="test", now=clock.now())
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = token, True
    return client
