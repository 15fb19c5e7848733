"""One installation with content, an exam of thirty questions and people who are signed in, and servers before it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks import floor_app
from benchmarks.browsers import Browser, browser_of
from benchmarks.ground import Ground
from benchmarks.population import furnish, insert_all
from benchmarks.serving import Server, floors, product
from lms.accounts.models import SignIn
from lms.attempts import actions as attempts
from lms.attempts.models import AnswerEvent, Attempt
from lms.attempts.rules import receipt_key
from lms.demo.answers import answer
from lms.exams import paper
from lms.kit import clock
from lms.kit.db import Database

TAB = "bench"
KNOWS = 0.8  # of the questions, what most people know


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is signed in."""

    person_id: int
    browser: Browser


class World:
    """An installation of its own. The servers are started when they are first asked for."""

    def __init__(self, ground: Ground, kind: str, people: int) -> None:
        self.kind = kind
        self.ground = ground
        self.settings = ground.settings(kind)
        self.database = Database(self.settings.database_url, pool_size=2)
        ground.stack.callback(self.database.engine.dispose)
        with self.database.writing() as session:
            self.top_id, self.exam_id = furnish(session, people, clock.now())
        tidy(self.database)
        self._people = self._waiting()
        self._rng = random.Random(2026)

    @cached_property
    def app(self) -> Flask:
        """The product in this process, for signing cookies."""
        from lms.app import create_app

        return create_app(self.settings)

    @cached_property
    def product(self) -> Server:
        return self.ground.stack.enter_context(product(self.settings))

    @cached_property
    def floors(self) -> Server:
        """The bare routes on the same database."""
        floor_app.metadata.create_all(self.database.write_engine)
        return self.ground.stack.enter_context(floors(self.settings))

    @cached_property
    def visitor(self) -> Browser:
        """Somebody who is not signed in."""
        return browser_of(self.app, None)

    @property
    def database_pids(self) -> list[int]:
        """The first process of the database, if it has any of its own."""
        return [self.ground.postmaster] if self.kind == "postgresql" else []

    @property
    def key(self) -> bytes:
        return receipt_key(self.settings.secret_key)

    def _waiting(self) -> Iterator[tuple[int, str]]:
        asked = select(SignIn.person_id, SignIn.id).order_by(SignIn.person_id)
        with self.database.reading() as session:
            return iter([(person_id, sign_in) for person_id, sign_in in session.execute(asked)])

    def take(self, count: int) -> list[Candidate]:
        """People who have not done anything yet. Raises LookupError when there are not enough."""
        found = [row for _n, row in zip(range(count), self._people, strict=False)]
        if len(found) < count:
            raise LookupError("the world is too small for what is measured")
        return [Candidate(person_id, browser_of(self.app, sign_in)) for person_id, sign_in in found]

    def begin(self, candidates: Sequence[Candidate], *, knows: float | None = None) -> list[int]:
        """An open attempt of each. With `knows` every question has an answer, that share of them the right one."""
        now = clock.now()
        with self.database.writing() as session:
            begun = [
                attempts.start(session, self.exam_id, c.person_id, key=self.key, now=now) for c in candidates
            ]
            if knows is not None:
                rows = [row for attempt_id in begun for row in self._answers(session, attempt_id, knows, now)]
                insert_all(session, AnswerEvent, rows)
        tidy(self.database)
        return begun

    def _answers(
        self, session: Session, attempt_id: int, knows: float, now: datetime
    ) -> Iterator[dict[str, Any]]:
        paper_id = session.scalars(select(Attempt.paper_id).where(Attempt.id == attempt_id)).one()
        for slot in paper.load(session, paper_id).slots:
            right = self._rng.random() < knows
            yield {
                "attempt_id": attempt_id,
                "tab": TAB,
                "seq": slot.number,
                "slot": slot.number,
                "op": "set",
                "value": answer(slot.question, slot.order, right=right, rng=self._rng),
                "client_ms": 15_000 * slot.number,
                "received_at": now,
                "epoch": 0,
                "status": "ok",
            }

    def count(self, column: Any, *conditions: Any) -> int:
        """How many rows there are: whether what was answered was done."""
        with self.database.reading() as session:
            return session.scalar(select(func.count(column)).where(*conditions)) or 0


def tidy(database: Database) -> None:
    """What a database does by itself after a while: look how its tables are filled."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))


def worlds(ground: Ground, kind: str) -> World:
    """The world of a kind of database, which the benchmarks of a sitting share."""
    size = ground.size
    candidates = 4 * size.candidates + 10 * size.clients + (size.runs + 1) * size.sittings
    people = candidates + size.runs * (size.starts + size.submissions)
    return ground.once(f"world.{kind}", lambda: World(ground, kind, people))
