"""An attempt's life as a machine: whatever happens in whatever order, the promises hold."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select, update

from lms.accounts import actions as accounts
from lms.attempts import actions, answers, jobs, regrading, rules
from lms.attempts.answers import Said, SignedOut
from lms.attempts.invigilation.rules import DeedRefused
from lms.attempts.models import AnswerEvent, Attempt, Grade, Standing
from lms.courses.counting import enrolled_counts
from lms.courses.models import CourseCount, Enrolment
from lms.exams.models import Exam
from lms.exams.policy import COUNTS_NAMES
from lms.kit.db import Database, table_of
from tests.cast import NOW, gather
from tests.lms.attempts import naive
from tests.lms.attempts.conftest import KEY, Sitter, said
from tests.lms.attempts.officer import Officer
from tests.lms.attempts.test_life import right_answers
from tests.stage import stage

LIMIT, MINUTES, TABS, SLOTS = 2, 30, ("desk", "phone"), 9
PASS = Decimal(50)
SECRET = "secret of the tests"  # the one of KEY


@dataclass
class Sat:
    """What the model knows of one attempt: who held it, what was said where, and what was acknowledged."""

    id: int
    deadline: datetime
    state: str = "open"
    holder: str | None = None
    epoch: int = 0
    queues: dict[str, list[Said]] = field(
        default_factory=lambda: defaultdict(list)
    )  # as numbered by each tab
    made: dict[tuple[str, int], int] = field(default_factory=dict)  # epoch in which it was said
    acked: dict[tuple[str, int], tuple[str, int]] = field(default_factory=dict)  # status and epoch
    accepted: set[tuple[str, int]] = field(default_factory=set)
    receipt: str | None = None
    was: str = "open"  # before it was declared void
    voided_at: datetime = NOW

    def late(self, now: datetime) -> bool:
        return self.state != "open" or now > self.deadline + rules.GRACE

    def waiting(self, tab: str) -> list[Said]:
        return [one for one in self.queues[tab] if (tab, one.seq) not in self.acked]

    def told(self) -> list[naive.Told]:
        return [
            naive.Told(
                tab, seq, one.slot, one.op, one.value, self.made[tab, seq], self.acked[tab, seq][1],
                self.acked[tab, seq][0] == "ok" or (tab, seq) in self.accepted,
            )
            for tab, seq in self.acked
            for one in (self.queues[tab][seq - 1],)
        ]  # fmt: skip


class Life(RuleBasedStateMachine):
    """A person with two tabs, a bad network and a clock; an officer and a trainer who change things meanwhile."""

    template: Path

    @initialize(counts=st.sampled_from(sorted(COUNTS_NAMES)))
    def begin(self, counts: str) -> None:
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / "lms.db")
        self.database = Database(f"sqlite:///{self.folder / 'lms.db'}")
        with self.database.writing() as session:
            cast = gather(session, "hash")
            staged = stage(session, cast, NOW, attempts_allowed=LIMIT, minutes=MINUTES, pass_percent=PASS)
            session.execute(update(Exam).where(Exam.id == staged.exam_id).values(counts=counts))
        self.lan = Sitter(self.database, staged.exam_id, cast.people["lan"], "")
        self.officer = Officer(self.database, staged.exam_id, cast.people["tuan"])
        self.counts, self.course_id = counts, staged.course_id
        self.sat: list[Sat] = []
        self.more_minutes = self.more_attempts = 0
        self.rulings: list[int] = []
        self.grades: dict[int, tuple[Any, ...]] = {}
        self.sign_in()

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.engine.dispose()
            shutil.rmtree(self.folder)

    @property
    def one(self) -> Sat:
        """The attempt that the tabs show: the open one, or the last."""
        return next((one for one in self.sat if one.state == "open"), self.sat[-1])

    # ------------------------------------------------------------------------------------------- the person

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

    @precondition(lambda self: any(one.state == "open" for one in self.sat))
    @rule(seconds=st.sampled_from([-1, 0, 1, 30, 31]))
    def the_deadline_comes(self, seconds: int) -> None:
        self.lan.now = max(self.lan.now, self.one.deadline + timedelta(seconds=seconds))
        self.sign_in()

    @rule()
    def start(self) -> None:
        resumable = [one.id for one in self.sat if not one.late(self.lan.now)]
        used_up = len(self.sat) >= LIMIT + self.more_attempts
        try:
            found = self.lan.start()
        except actions.StartRefused as refused:
            assert (refused.code, used_up, resumable) == ("no_attempts", True, [])  # noqa: PT017 - it may be granted
            return  # nothing of it is kept: if the last attempt was overdue, it still is
        if resumable:
            assert [found] == resumable
            return
        assert not used_up
        assert found not in [one.id for one in self.sat]
        for one in self.sat:
            if one.state == "open":
                self._over(one)
        time = timedelta(minutes=MINUTES + self.more_minutes)
        self.sat.append(Sat(found, self.lan.now + time))

    @precondition(lambda self: self.sat)
    @rule(tab=st.sampled_from(TABS), take=st.booleans())
    def lease(self, tab: str, take: bool) -> None:
        one = self.one
        lease = self.lan.lease(one.id, tab, take=take)
        # an overdue attempt that nobody has looked at may still change hands
        if one.state == "open" and one.holder != tab and (take or one.holder is None):
            one.holder, one.epoch = tab, one.epoch + 1
        assert lease.holder == (one.state != "open" or one.holder == tab)

    @precondition(lambda self: self.sat)
    @rule(
        tab=st.sampled_from(TABS),
        slots=st.lists(st.integers(1, SLOTS), min_size=1, max_size=3),
        op=st.sampled_from(rules.OPS),
        value=st.sampled_from(["0", "[0,1]", '"550"', "null", '""', "[]", '{"0":true}']),
    )
    def say(self, tab: str, slots: list[int], op: str, value: str) -> None:
        for slot in slots:
            self._note(tab, slot, op, value)

    @precondition(lambda self: self.sat)
    @rule(tab=st.sampled_from(TABS), right=st.sampled_from([1, 5, SLOTS]))
    def answer_rightly(self, tab: str, right: int) -> None:
        for event in right_answers(self.lan, self.one.id)[:right]:
            self._note(tab, event.slot, event.op, event.value)
        self.send(tab, "in order", repeat=False, heard=True)

    def _note(self, tab: str, slot: int, op: str, value: str | None) -> None:
        queue = self.one.queues[tab]
        queue.append(said(len(queue) + 1, slot, value, op))
        self.one.made[tab, len(queue)] = self.one.epoch

    @precondition(lambda self: self.sat)
    @rule(
        tab=st.sampled_from(TABS),
        which=st.sampled_from(["in order", "turned round", "the first", "the last"]),
        repeat=st.booleans(),
        heard=st.booleans(),
    )
    def send(self, tab: str, which: str, repeat: bool, heard: bool) -> None:
        """Of what a tab has still to tell some or all, in some order; the reply may get lost: it is told once more."""
        one = self.one
        waiting = one.waiting(tab)
        batch = {
            "in order": waiting,
            "turned round": waiting[::-1],
            "the first": waiting[:1],
            "the last": waiting[-1:],
        }[which]
        again = [event for event in one.queues[tab] if (tab, event.seq) in one.acked][:2] if repeat else []
        status = self._status(one, tab)
        for _ in range(1 if heard else 2):
            saved = self.lan.save(one.id, tab, *batch, *again)
            for event in batch:
                one.acked.setdefault((tab, event.seq), (status, one.epoch))
            assert saved.statuses == {event.seq: one.acked[tab, event.seq][0] for event in (*batch, *again)}
            assert saved.high == max((seq for of, seq in one.acked if of == tab), default=0)

    def _status(self, one: Sat, tab: str) -> str:
        if one.late(self.lan.now):
            return "late"
        return "ok" if one.holder in (None, tab) else "conflict"

    @precondition(lambda self: self.sat)
    @rule(tab=st.sampled_from(TABS), more=st.integers(0, 2))
    def submit(self, tab: str, more: int) -> None:
        one = self.one
        last = len(one.queues[tab]) + more
        lacking = tuple(seq for seq in range(1, last + 1) if (tab, seq) not in one.acked)
        ending = self.lan.submit(one.id, tab, last)
        if one.state == "void":
            assert not ending.missing
        elif lacking and not one.late(self.lan.now):
            assert ending.missing == lacking
        else:
            assert ending.receipt
            assert one.receipt in (None, ending.receipt)
            self._over(one)

    @rule()
    def sweep(self) -> None:
        overdue = [one for one in self.sat if one.state == "open" and one.late(self.lan.now)]
        assert jobs.finish_overdue(self.database, self.lan.now, secret=SECRET) == len(overdue)
        for one in overdue:
            self._over(one)

    def _over(self, one: Sat) -> None:
        one.state, one.receipt = "submitted", self.lan.get(Attempt, one.id).receipt
        row = self.lan.get(Attempt, one.id)
        assert row.receipt == rules.receipt_code(KEY, one.id, self.lan.held(one.id), row.submitted_at)

    @precondition(lambda self: self.sat)
    @rule()
    def others_cannot(self) -> None:
        with self.database.writing() as session:
            accounts.end_sign_in(session, self.lan.sign_in_id, person_id=self.lan.person_id, now=self.lan.now)
        with pytest.raises(SignedOut):
            self.lan.save(self.one.id, "desk", said(999))
        self.sign_in()

    # ------------------------------------------------------------------------------------------- officer and trainer

    @rule(minutes=st.sampled_from([0, 10, 20]), attempts=st.integers(0, 1))
    def give(self, minutes: int, attempts: int) -> None:
        self.officer.give(self.lan.person_id, minutes, attempts, self.lan.now)
        more = max(minutes - self.more_minutes, 0)
        for one in self.sat:
            if one.state == "open":
                one.deadline += timedelta(minutes=more)
        self.more_minutes += more
        self.more_attempts = max(self.more_attempts, attempts)

    @precondition(lambda self: any(one.state == "open" for one in self.sat))
    @rule(minutes=st.sampled_from([1, 15]))
    def extend(self, minutes: int) -> None:
        one = self.one
        at = self.officer.extend(one.id, minutes, self.lan.now)
        one.deadline = max(one.deadline, self.lan.now) + timedelta(minutes=minutes)
        assert at == one.deadline

    @precondition(lambda self: self.sat)
    @rule(at=st.integers(0, 20), attempt=st.integers(0, 3))
    def accept(self, at: int, attempt: int) -> None:
        one = self.sat[attempt % len(self.sat)]
        kept_apart = sorted(key for key, (status, _) in one.acked.items() if status != "ok")
        left = [key for key in kept_apart if key not in one.accepted]
        if left and one.state != "void":
            tab, seq = left[at % len(left)]
            self.officer.accept(one.id, tab, seq, self.lan.now)
            one.accepted.add((tab, seq))
        else:
            with pytest.raises(DeedRefused):
                self.officer.accept(one.id, "desk", 0, self.lan.now)

    @precondition(lambda self: self.sat)
    @rule(attempt=st.integers(0, 3))
    def reopen(self, attempt: int) -> None:
        one = self.sat[attempt % len(self.sat)]
        if one.state != "submitted" or any(other.state == "open" for other in self.sat):
            with pytest.raises(DeedRefused):
                self.officer.reopen(one.id, 10, self.lan.now)
        else:
            one.deadline = self.officer.reopen(one.id, 10, self.lan.now)
            assert one.deadline == self.lan.now + timedelta(minutes=10)
            self._open_again(one)

    def _open_again(self, one: Sat) -> None:
        one.state, one.receipt, one.holder, one.epoch = "open", None, None, one.epoch + 1

    @precondition(lambda self: any(one.state != "void" for one in self.sat))
    @rule(attempt=st.integers(0, 3), again=st.booleans())
    def void(self, attempt: int, again: bool) -> None:
        valid = [one for one in self.sat if one.state != "void"]
        one = valid[attempt % len(valid)]
        self.officer.void(one.id, self.lan.now, again=again)
        one.was, one.state, one.voided_at = one.state, "void", self.lan.now
        self.more_attempts += again

    @precondition(lambda self: any(one.state == "void" for one in self.sat))
    @rule(attempt=st.integers(0, 3))
    def restore(self, attempt: int) -> None:
        voided = [one for one in self.sat if one.state == "void"]
        one = voided[attempt % len(voided)]
        if one.was == "open" and any(other.state == "open" for other in self.sat):
            with pytest.raises(DeedRefused):
                self.officer.restore(one.id, self.lan.now)
            return
        assert self.officer.restore(one.id, self.lan.now) == one.was
        one.state = one.was
        if one.was == "open":
            one.deadline = self.lan.now + max(one.deadline - one.voided_at, timedelta(minutes=2))
            self._open_again(one)

    @precondition(lambda self: any(one.state == "open" for one in self.sat))
    @rule()
    def end(self) -> None:
        one = self.one
        self.officer.end(one.id, self.lan.now)
        self._over(one)

    @precondition(lambda self: self.sat and len(self.rulings) < 2)
    @rule(slot=st.integers(1, SLOTS), kind=st.sampled_from(["drop", "full_marks"]))
    def rule_on(self, slot: int, kind: str) -> None:
        self.rulings.append(self.officer.rule(self.sat[0].id, slot, kind, self.lan.now))

    @precondition(lambda self: self.rulings)
    @rule()
    def undo_ruling(self) -> None:
        self.officer.undo(self.rulings.pop(), self.lan.now)

    # ------------------------------------------------------------------------------------------- the promises

    @invariant()
    def attempts_are_as_the_model_says(self) -> None:
        if not hasattr(self, "sat"):
            return
        with self.database.reading() as session:
            rows = session.scalars(select(Attempt).order_by(Attempt.number)).all()
        assert [(row.id, row.number, row.state) for row in rows] == [
            (one.id, number, one.state) for number, one in enumerate(self.sat, 1)
        ]
        assert sum(row.state == "open" for row in rows) <= 1
        for row, one in zip(rows, self.sat, strict=True):
            assert row.deadline_at == one.deadline
            assert row.receipt == one.receipt or one.state == "void"

    @invariant()
    def what_was_acknowledged_is_there_unchanged(self) -> None:
        for one in getattr(self, "sat", []):
            with self.database.reading() as session:
                stored = session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == one.id)).all()
            assert {(e.tab, e.seq): (e.slot, e.op, e.value, e.status, e.epoch) for e in stored} == {
                (tab, seq): (said.slot, said.op, said.value, *one.acked[tab, seq])
                for tab, seq in one.acked
                for said in (one.queues[tab][seq - 1],)
            }

    @invariant()
    def what_holds_is_the_last_word_in_whatever_order_it_is_read(self) -> None:
        for one in getattr(self, "sat", []):
            with self.database.reading() as session:
                events = answers.events_of(session, one.id)
            held = rules.derive(events)
            random.Random(len(events)).shuffle(events)
            assert rules.derive(events) == held
            told = one.told()
            for slot in range(1, SLOTS + 1):
                may = naive.possible(told, slot)
                assert not may or held.values.get(slot) in may

    @invariant()
    def grades_are_only_added_and_scoring_again_gives_the_same(self) -> None:
        if not hasattr(self, "sat"):
            return
        with self.database.reading() as session:
            rows = session.execute(select(table_of(Grade)).order_by(Grade.id)).all()
            grades = {row.id: tuple(row) for row in rows}
            assert {id_: grades.get(id_) for id_ in self.grades} == self.grades
            self.grades = grades
            for one in self.sat:
                numbers = [row.number for row in rows if row.attempt_id == one.id]
                assert numbers == list(range(1, len(numbers) + 1))
                if one.state == "submitted":
                    row, events = regrading.locked(session, one.id), answers.events_of(session, one.id)
                    again = regrading.result_of(session, row, rules.derive(events).values)
                    turned = regrading.result_of(session, row, rules.derive(events[::-1]).values)
                    latest = regrading.latest_grade(session, one.id)
                    assert repr(turned) == repr(again)
                    assert latest is not None
                    assert regrading.Worth.of(latest) == regrading.Worth.of(again)

    @invariant()
    def standing_and_counts_are_what_counting_from_the_ground_gives(self) -> None:
        if not hasattr(self, "sat"):
            return
        with self.database.reading() as session:
            pairs = []
            for row in session.scalars(select(Attempt).where(Attempt.state == "submitted")):
                grade = regrading.latest_grade(session, row.id)
                assert grade is not None
                pairs.append((row, grade))
            wanted = naive.counted(pairs, self.counts, PASS)
            own = session.scalars(select(Standing)).one_or_none()
            found = own and (own.attempts, own.best_attempt_id, own.best_percent, own.passed_at)
            assert found == wanted
            finished = select(Enrolment.finished_at).where(Enrolment.person_id == self.lan.person_id)
            assert (session.scalar(finished) is None) == (wanted is None or wanted[3] is None)
            fresh = enrolled_counts(session, self.course_id)
            for kept in session.scalars(select(CourseCount)):
                assert {name: getattr(kept, name) for name in fresh[kept.unit_id]} == fresh[kept.unit_id]
            assert session.scalar(select(func.sum(CourseCount.attempts))) == len(pairs)


@pytest.fixture(autouse=True)
def _template(sqlite_template: Path) -> None:
    Life.template = sqlite_template


class TestLife(Life.TestCase):  # type: ignore[misc,valid-type]
    settings = settings(
        max_examples=25,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
