"""Certificates of people of the cast, taken through their life without a browser."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.certificates import actions, rules
from lms.certificates.models import Certificate
from lms.kit import clock
from lms.kit.db import Database
from tests.lms.certificates.test_certificates import BASE
from tests.stage import Stage


def issued(database: Database, staged: Stage, person_id: int, *, now: datetime | None = None) -> Certificate:
    with database.writing() as session:
        made = actions.issue(
            session, staged.exam_id, person_id, base_url=BASE, by=None, now=now or clock.now()
        )
    assert made is not None
    return made


def reissued(database: Database, certificate_id: int, reason: str = "Sai tên.", **rest: Any) -> Certificate:
    said = {"base_url": BASE, "by": None, "now": clock.now(), **rest}
    with database.writing() as session:
        return actions.reissue(session, certificate_id, reason=reason, **said)


def revoked(database: Database, certificate_id: int, reason: str = "Thi hộ.", **rest: Any) -> Certificate:
    with database.writing() as session:
        return actions.revoke(
            session, certificate_id, reason=reason, **{"by": None, "now": clock.now(), **rest}
        )


def all_of(database: Database) -> Sequence[Certificate]:
    with database.reading() as session:
        return session.scalars(select(Certificate).order_by(Certificate.id)).all()


def states(database: Database) -> list[str]:
    now = clock.now()
    return [rules.state(one.revoked_at, one.revoked_reason, one.expires_at, now) for one in all_of(database)]


def queries_of(app: Flask, client: FlaskClient, url: str) -> int:
    """How many statements a page asks the database."""
    seen: list[str] = []

    def note(*rest: Any) -> None:
        seen.append(rest[2])

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)
