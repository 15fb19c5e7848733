"""What the tests of attempts share: the piece staged, a person with an attempt, and a browser that saves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from lms.accounts import actions as accounts
from lms.attempts import actions, answers, finishing, rules
from lms.attempts.answers import Said, Saved
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.stage import Stage, stage

KEY = rules.receipt_key("secret of the tests")


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@dataclass
class Sitter:
    """A person who sits the staged exam, without a browser: every call is a transaction of its own."""

    database: Database
    exam_id: int
    person_id: int
    sign_in_id: str
    now: datetime = NOW

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def start(self) -> int:
        with self.database.writing() as session:
            return actions.start(session, self.exam_id, self.person_id, key=KEY, now=self.now)

    def save(self, attempt_id: int, tab: str, *events: Said) -> Saved:
        with self.database.write_engine.begin() as connection:
            return answers.save(
                connection,
                attempt_id=attempt_id,
                sign_in_id=self.sign_in_id,
                tab=tab,
                events=events,
                now=self.now,
            )

    def lease(self, attempt_id: int, tab: str, *, take: bool = False) -> actions.Lease:
        with self.database.writing() as session:
            return actions.take_lease(session, attempt_id, self.person_id, tab=tab, take=take, now=self.now)

    def submit(self, attempt_id: int, tab: str = "t1", last_seq: int = 0) -> finishing.Ending:
        with self.database.writing() as session:
            return finishing.submit(
                session, attempt_id, self.person_id, tab=tab, last_seq=last_seq, key=KEY, now=self.now
            )

    def held(self, attempt_id: int) -> rules.Answers:
        with self.database.reading() as session:
            return rules.derive(answers.events_of(session, attempt_id))

    def get(self, model: type[Any], key: Any) -> Any:
        with self.database.reading() as session:
            return session.get_one(model, key)


SitterOf = Callable[[str], Sitter]


@pytest.fixture
def sitter_of(database: Database, cast: Cast, staged: Stage) -> SitterOf:
    def sit(key: str, exam_id: int | None = None) -> Sitter:
        with database.writing() as session:
            token = accounts.begin_sign_in(session, cast.people[key], device="test", now=NOW)
        return Sitter(database, exam_id or staged.exam_id, cast.people[key], token)

    return sit


@pytest.fixture
def lan(sitter_of: SitterOf) -> Sitter:
    return sitter_of("lan")


def said(seq: int, slot: int = 1, value: str | None = "2", op: str = "set", ms: int = 0) -> Said:
    return Said(seq, slot, op, value if op == "set" else None, ms)


@pytest.fixture(autouse=True)
def _neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Doors of others that pages of attempts only link to need not exist for these tests."""
    import lms.app
    from lms.doors import DOORS
    from lms.web.guard import SIGNED_IN, Door

    there = {door.name for door in DOORS}
    stubs = []
    for name, view in (("certificates", own), ("reports", index)):
        if name not in there:
            stubs.append(Door(name, __name__))
            stubs[-1].page(f"/{name}/<int:exam_id>" if view is own else f"/{name}/", may=SIGNED_IN)(view)
    monkeypatch.setattr(lms.app, "DOORS", (*DOORS, *stubs))


def own(exam_id: int) -> str:
    return str(exam_id)


def index() -> str:
    return ""
