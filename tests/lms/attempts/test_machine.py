"""An attempt's life as a machine: whatever happens in whatever order, the promises hold."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from lms.accounts import actions as accounts
from lms.attempts import actions, jobs, rules
from lms.attempts.answers import SignedOut
from lms.attempts.models import AnswerEvent, Attempt, Grade
from lms.kit.db import Database
from tests.cast import NOW, gather
from tests.lms.attempts.conftest import KEY, Sitter, said
from tests.stage import stage

LIMIT, MINUTES, TABS = 2, 30, ("desk", "phone")


class Life(RuleBasedStateMachine):
    """A person with two tabs, a bad network and a clock. The model knows what was acknowledged and who held what."""

    template: Path

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "lms.db")
        self.database = Database(f"sqlite:///{self.folder / 'lms.db'}")
        with self.database.writing() as session:
            cast = gather(session, "hash")
            staged = stage(session, cast, NOW, attempts_allowed=LIMIT, minutes=MINUTES)
        self.lan = Sitter(self.database, staged.exam_id, cast.people["lan"], "")
        self.sign_in()
        self.attempt: int | None = None
        self.deadline = NOW
        self.started = 0
        self.reset()

    def reset(self) -> None:
        self.holder: str | None = None
        self.epoch = 0
        self.said: dict[str, list[Any]] = {tab: [] for tab in TABS}
        self.statuses: dict[tuple[str, int], str] = {}
        self.over = False
        self.receipt: str | None = None

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.engine.dispose()
            shutil.rmtree(self.folder)

    @property
    def late(self) -> bool:
        return self.over or self.lan.now > self.deadline + rules.GRACE

    @rule()
    def sign_in(self) -> None:
        with self.database.writing() as session:
            self.lan.sign_in_id = accounts.begin_sign_in(
                session, self.lan.person_id, device="", now=self.lan.now
            )

    @rule(minutes=st.sampled_from([0.1, 1, 10, 29.9, 30.6]))
    def time_passes(self, minutes: float) -> None:
        self.lan.later(minutes=minutes)
        self.sign_in()

    @rule()
    def start(self) -> None:
        resumable = self.attempt is not None and not self.late
        try:
            found = self.lan.start()
        except actions.StartRefused as refused:
            assert refused.code == "no_attempts"  # noqa: PT017 - a start may also be granted
            assert self.started == LIMIT
            assert not resumable
            return  # nothing of it is kept: if the last attempt was overdue, it still is
        if resumable:
            assert found == self.attempt
        else:
            assert found != self.attempt
            self.attempt, self.started = found, self.started + 1
            self.deadline = self.lan.now + timedelta(minutes=MINUTES)
            self.reset()

    @precondition(lambda self: self.attempt is not None)
    @rule(tab=st.sampled_from(TABS), take=st.booleans())
    def lease(self, tab: str, take: bool) -> None:
        assert self.attempt is not None
        lease = self.lan.lease(self.attempt, tab, take=take)
        still_open = not self.over  # an overdue attempt that nobody has looked at may still change hands
        if still_open and self.holder != tab and (take or self.holder is None):
            self.holder, self.epoch = tab, self.epoch + 1
        assert lease.holder == (not still_open or self.holder == tab)

    @precondition(lambda self: self.attempt is not None)
    @rule(
        tab=st.sampled_from(TABS),
        slots=st.lists(st.integers(1, 9), min_size=1, max_size=3),
        op=st.sampled_from(rules.OPS),
        value=st.sampled_from(["0", "[0,1]", '"550"', "null", '{"0":true}']),
        repeat=st.booleans(),
    )
    def save(self, tab: str, slots: list[int], op: str, value: str, repeat: bool) -> None:
        assert self.attempt is not None
        first = len(self.said[tab]) + 1
        events = [said(first + n, slot, value, op) for n, slot in enumerate(slots)]
        self.said[tab] += events
        again = self.said[tab][:2] if repeat else []
        saved = self.lan.save(self.attempt, tab, *dict.fromkeys([*events, *again]))
        status = "late" if self.late else "ok" if self.holder in (None, tab) else "conflict"
        for event in events:
            assert saved.statuses[event.seq] == status
            self.statuses[tab, event.seq] = status
        for event in again:
            assert saved.statuses[event.seq] == self.statuses[tab, event.seq]
        assert saved.high == len(self.said[tab])

    @precondition(lambda self: self.attempt is not None)
    @rule(tab=st.sampled_from(TABS), more=st.integers(0, 2))
    def submit(self, tab: str, more: int) -> None:
        assert self.attempt is not None
        last = len(self.said[tab]) + more
        ending = self.lan.submit(self.attempt, tab, last)
        if more and not self.late:
            assert ending.missing == tuple(range(last - more + 1, last + 1))
            return
        assert ending.receipt
        assert self.receipt in (None, ending.receipt)
        self.receipt, self.over = ending.receipt, True

    @rule()
    def sweep(self) -> None:
        finished = jobs.finish_overdue(self.database, self.lan.now, secret="s" * 40)
        assert finished == int(self.attempt is not None and self.late and not self.over)
        self.over = self.over or self.late

    @precondition(lambda self: self.attempt is not None)
    @rule()
    def others_cannot(self) -> None:
        assert self.attempt is not None
        with self.database.writing() as session:
            accounts.end_sign_in(session, self.lan.sign_in_id, person_id=self.lan.person_id, now=self.lan.now)
        with pytest.raises(SignedOut):
            self.lan.save(self.attempt, "desk", said(999))
        self.sign_in()

    @invariant()
    def promises(self) -> None:
        if getattr(self, "attempt", None) is None:
            return
        with self.database.reading() as session:
            rows = session.scalars(select(Attempt).order_by(Attempt.number)).all()
            stored = session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == self.attempt)).all()
            grades = session.scalars(select(Grade.attempt_id)).all()
        assert [row.number for row in rows] == list(range(1, self.started + 1))
        assert sum(row.state == "open" for row in rows) <= 1
        assert sorted(grades) == [row.id for row in rows if row.state == "submitted"]
        assert {(e.tab, e.seq): e.status for e in stored} == self.statuses
        row, held = rows[-1], self.lan.held(rows[-1].id)
        for slot, value in held.values.items():
            assert any(
                e.slot == slot and e.op == "set" and e.status == "ok" and json.loads(e.value or "") == value
                for e in stored
            )
        if row.state == "submitted" and self.receipt:
            assert row.receipt == self.receipt
        if row.submitted_at is not None and row.finished_by != "sweep":
            assert row.receipt == rules.receipt_code(KEY, row.id, held, row.submitted_at)


@pytest.fixture(autouse=True)
def _template(sqlite_template: Path) -> None:
    Life.template = sqlite_template


class TestLife(Life.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
