"""Web processes die without warning while people save: nothing that was acknowledged is lost, doubled or wrong.

Eight clients save in their attempts over a bad network (answers of the server get lost, requests overtake each
other, some come twice) while a process of the server is killed every second or two.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import random
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms.accounts import actions as accounts
from lms.attempts import actions, rules
from lms.attempts.answers import events_of
from lms.attempts.models import AnswerEvent, Attempt, Grade
from lms.kit import clock, migrations
from lms.kit.db import Database
from tests.cast import PEOPLE, gather
from tests.faults.server import SECRET, Killer, headers_of, serving
from tests.postgres import running
from tests.stage import stage

EVENTS = 300  # of each client
SLOTS = 9
LOST_ACKS, OVERTAKEN, TWICE = 0.05, 0.10, 0.03
LONGEST = 55.0  # seconds for all of it


@dataclass
class Client(threading.Thread):
    """Saves `EVENTS` numbered answers, repeating each until it is acknowledged, then hands in."""

    port: int
    attempt: int
    headers: dict[str, str]
    seed: int
    ends_at: float
    acked: set[int] = field(default_factory=set)
    requests: int = 0
    troubles: int = 0
    problems: list[str] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.rng = random.Random(self.seed)
        self.connection: http.client.HTTPConnection | None = None

    def __hash__(self) -> int:
        return id(self)

    def said(self, seq: int) -> dict[str, Any]:
        """Event number `seq`; a repeat says the same again."""
        rng = random.Random(self.seed * 100_003 + seq)
        op = rng.choices(rules.OPS, (80, 8, 6, 6))[0]
        value = f"{self.seed}/{seq} Đột phá" if op == rules.SET else None
        return {"seq": seq, "slot": 1 + rng.randrange(SLOTS), "op": op, "value": value, "ms": seq}

    def run(self) -> None:
        waiting = list(range(1, EVENTS + 1))
        while waiting and time.monotonic() < self.ends_at:
            batch = self._next(waiting)
            reply = self._post("answers", {"tab": "t1", "events": [self.said(seq) for seq in batch]})
            if (
                reply is None or self.rng.random() < LOST_ACKS
            ):  # the answer got lost: it is all to be said again
                waiting = sorted({*waiting, *batch})
                continue
            self._take(reply, batch)
            waiting = sorted(set(waiting) - set(reply["acked"]))
            if self.rng.random() < TWICE:
                waiting = sorted({*waiting, *self.rng.sample(sorted(self.acked), 1)})
        while not self.receipts and not waiting and time.monotonic() < self.ends_at:
            reply = self._post("submit", {"tab": "t1", "last_seq": EVENTS})
            if reply and reply.get("missing"):
                self.problems.append(f"acknowledged and missing: {reply['missing']}")
                return
            if reply and self.rng.random() > 0.5:
                self.receipts.add(reply["receipt"])
        self._hang_up()

    def _next(self, waiting: list[int]) -> list[int]:
        """The next few numbers, now and then leaving some for later."""
        size = self.rng.choice((1, 1, 1, 2, 3))
        at = self.rng.randrange(1, 12) if self.rng.random() < OVERTAKEN and len(waiting) > 15 else 0
        batch = waiting[at : at + size]
        del waiting[at : at + size]
        return batch

    def _take(self, reply: dict[str, Any], batch: list[int]) -> None:
        if not set(batch) <= set(reply["acked"]) or set(reply["statuses"].values()) != {"ok"}:
            self.problems.append(f"sent {batch}, answered {reply}")
        self.acked |= set(reply["acked"])

    def _post(self, what: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The reply, or None when there was none."""
        self.requests += 1
        try:
            self.connection = self.connection or http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=10
            )
            self.connection.request(
                "POST", f"/attempts/{self.attempt}/{what}", json.dumps(body), self.headers
            )
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.troubles += 1
            self._hang_up()
            time.sleep(0.05)
            return None
        if answer.status != 200:
            self.troubles += 1
            if answer.status < 500:
                self.problems.append(f"{answer.status}: {content[:200]!r}")
            return None
        reply: dict[str, Any] = json.loads(content)
        return reply

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None


@contextlib.contextmanager
def durable(dialect: str, folder: Path) -> Iterator[str]:
    """A migrated database that keeps what it has committed."""
    if dialect == "sqlite":
        url = f"sqlite:///{folder / 'lms.db'}"
        migrations.upgrade(url)
        yield url
    else:
        with running(durable=True) as url:
            migrations.upgrade(url)
            yield url


def prepare(url: str, folder: Path, port: int, password_hash: str) -> list[Client]:
    """A client for each person of the cast, in an attempt just begun."""
    database, now = Database(url), clock.now()
    clients = []
    with database.writing() as session:
        cast = gather(session, password_hash)
        staged = stage(session, cast, now)
    for number, key in enumerate(PEOPLE):
        with database.writing() as session:
            attempt = actions.start(session, staged.exam_id, cast.people[key], key=b"", now=now)
            token = accounts.begin_sign_in(session, cast.people[key], device="", now=now)
        clients.append(
            Client(port, attempt, headers_of(url, folder, token), number, time.monotonic() + LONGEST)
        )
    database.engine.dispose()
    return clients


@pytest.mark.faults
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_killing_web_processes_loses_doubles_and_mixes_up_nothing(
    dialect: str, tmp_path: Path, password_hash: str
) -> None:
    with durable(dialect, tmp_path) as url, serving(url, tmp_path) as server:
        clients = prepare(url, tmp_path, server.port, password_hash)
        killer = Killer(server, (1.0, 2.0), seed=1)
        killer.start()
        began = time.monotonic()
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        took = time.monotonic() - began
        killer.stop()
        problems = [problem for client in clients for problem in client.problems]
        assert not problems, problems[:5]
        database = Database(url)
        for client in clients:
            check(database, client)
        database.engine.dispose()
    requests, troubles = sum(c.requests for c in clients), sum(c.troubles for c in clients)
    print(f"{dialect}: {requests} requests, {troubles} broken, {killer.killed} kills, {took:.1f} s")  # noqa: T201 - seen with -s
    assert sum(len(client.acked) for client in clients) == EVENTS * len(clients) >= 2000
    assert killer.killed >= 2
    shutil.rmtree(tmp_path / "files", ignore_errors=True)


def check(database: Database, client: Client) -> None:
    """What is stored is exactly what was acknowledged, and the answers are the latest that were said."""
    with database.reading() as session:
        rows = session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == client.attempt)).all()
        attempt = session.get_one(Attempt, client.attempt)
        grades = session.scalars(select(Grade).where(Grade.attempt_id == client.attempt)).all()
        held = rules.derive(events_of(session, client.attempt))
    assert client.acked == set(range(1, EVENTS + 1)), "not everything was acknowledged in time"
    assert {row.seq for row in rows} == client.acked
    assert len(rows) == len(client.acked)
    values: dict[int, Any] = {}
    flagged: set[int] = set()
    for row in sorted(rows, key=lambda row: row.seq):
        said = client.said(row.seq)
        stored = json.loads(row.value) if row.value else None
        assert (row.slot, row.op, stored, row.status) == (said["slot"], said["op"], said["value"], "ok")
        if row.op in ("set", "clear"):
            values[row.slot] = said["value"]
        else:
            (flagged.add if row.op == "flag" else flagged.discard)(row.slot)
    expected = {slot: value for slot, value in values.items() if value is not None}
    assert (held.values, held.flagged) == (expected, frozenset(flagged))
    assert (attempt.state, len(grades), len(client.receipts)) == ("submitted", 1, 1)
    assert attempt.submitted_at is not None
    key = rules.receipt_key(SECRET)
    assert attempt.receipt == rules.receipt_code(key, attempt.id, held, attempt.submitted_at)
