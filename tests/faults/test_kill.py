"""Nothing that was acknowledged is lost, doubled or mixed up, whatever happens to the server and its database.

Real processes: granian as in production on SQLite (synchronous=FULL) and on PostgreSQL (fsync on). Candidates save and
hand in over a bad network while one injury after the other is done (tests/faults/injuries). FAULTS=long does each of
them also alone, again and again, with ten times as many answers.
"""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.accounts import actions as accounts
from lms.attempts import actions
from lms.attempts.models import AnswerEvent
from lms.kit import clock
from lms.kit.db import Database
from tests.cast import PEOPLE, gather
from tests.faults.client import Client
from tests.faults.ground import Ground, durable
from tests.faults.injuries import INJURIES
from tests.faults.promises import check_handed_in
from tests.faults.server import headers_of, serving
from tests.stage import stage

LONG = os.environ.get("FAULTS") == "long"
EVENTS = 3000 if LONG else 100  # of each client at least
ROUNDS = 4 if LONG else 1  # of all injuries
LONGEST = 900.0 if LONG else 120.0  # seconds for all of it
MINUTES = 600  # of the exam: longer than clocks jump
DIALECTS = ("sqlite", "postgresql")
EVERYTHING = "everything"
ONLY_LONG = {"database_stopped"}  # much like being killed
RUNS = [
    (dialect, what)
    for dialect in DIALECTS
    for what in (EVERYTHING, *(INJURIES if LONG else ()))
    if what == EVERYTHING or dialect in INJURIES[what][1]
]


@dataclass
class Fate(threading.Thread):
    """Does one injury after the other, so many rounds of them."""

    ground: Ground
    names: list[str]
    rounds: int
    done: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    enough: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    __hash__ = threading.Thread.__hash__

    def run(self) -> None:
        try:
            for name in self.names * self.rounds:
                time.sleep(self.ground.rng.uniform(0.3, 1.0))
                began = time.monotonic()
                INJURIES[name][0](self.ground)
                self.done.append(name)
                print(f"{name} {time.monotonic() - began:.1f} s", end=", ")  # noqa: T201 - seen with -s
        except Exception as error:  # noqa: BLE001 - told to the test
            self.problems.append(f"{name}: {error!r}")
        finally:
            self.enough.set()


def prepare(url: str, folder: Path, port: int, password_hash: str, enough: threading.Event) -> list[Client]:
    """A client for each person of the cast, in an attempt just begun."""
    database, now = Database(url), clock.now()
    clients = []
    with database.writing() as session:
        cast = gather(session, password_hash)
        staged = stage(session, cast, now, minutes=MINUTES)
    for number, key in enumerate(PEOPLE):
        with database.writing() as session:
            attempt = actions.start(session, staged.exam_id, cast.people[key], key=b"", now=now)
            token = accounts.begin_sign_in(session, cast.people[key], device="", now=now)
        headers = headers_of(url, folder, token)
        clients.append(Client(port, attempt, headers, number, EVENTS, enough, time.monotonic() + LONGEST))
    database.engine.dispose()
    return clients


@pytest.mark.faults
@pytest.mark.parametrize(("dialect", "what"), RUNS)
def test_nothing_acknowledged_is_lost_doubled_or_wrong(
    dialect: str, what: str, tmp_path: Path, password_hash: str
) -> None:
    with durable(dialect, tmp_path) as url, serving(url, tmp_path) as server:
        ground = Ground(server, url)
        names = [name for name, (_do, dialects) in INJURIES.items() if dialect in dialects]
        names = [name for name in names if LONG or name not in ONLY_LONG]
        fate = Fate(ground, names if what == EVERYTHING else [what] * 5, ROUNDS)
        clients = prepare(url, tmp_path, server.port, password_hash, fate.enough)
        began = time.monotonic()
        for thread in (*clients, fate):
            thread.start()
        for thread in (*clients, fate):
            thread.join()
        took = time.monotonic() - began
        assert not fate.problems, fate.problems
        assert fate.done == fate.names * ROUNDS
        problems = [problem for client in clients for problem in client.problems]
        assert not problems, problems[:5]
        database = Database(url)
        for client in clients:
            check_handed_in(database, client)
        with database.reading() as session:
            stored = session.scalar(select(func.count()).select_from(AnswerEvent))
        database.engine.dispose()
    requests, troubles = sum(c.requests for c in clients), sum(c.troubles for c in clients)
    print(f"{dialect}, {what}: {stored} saved, {requests} requests, {troubles} broken, {took:.1f} s")  # noqa: T201 - seen with -s
    assert stored == sum(len(client.acked) for client in clients) >= EVENTS * len(clients)
    assert troubles
