"""The rules, pure: which answer counts however events come, when an attempt may start, when the key may be seen."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.attempts import rules
from lms.attempts.rules import Answers, Event, Policy

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
POLICY = Policy(
    ended=False,
    opens_at=NOW - timedelta(hours=1),
    closes_at=NOW + timedelta(hours=1),
    minutes=30,
    attempts_allowed=2,
)


def event(
    tab: str,
    seq: int,
    op: str = "set",
    value: object = 1,
    *,
    slot: int = 1,
    epoch: int = 1,
    status: str = "ok",
) -> Event:
    text = json.dumps(value) if op == "set" else None
    return Event(tab, seq, slot, op, text, epoch, status, NOW + timedelta(seconds=seq))


@st.composite
def said_by_one_tab(draw: st.DrawFn) -> list[Event]:
    ops = st.tuples(
        st.integers(1, 4),
        st.sampled_from(rules.OPS),
        st.sampled_from([0, 2, [0, 1], "", "550", None, {"0": True}, {}]),
    )
    return [
        event("t1", seq, op, value, slot=slot) for seq, (slot, op, value) in enumerate(draw(st.lists(ops)), 1)
    ]


@given(said_by_one_tab(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_come_never_matters(events: list[Event], shuffle: random.Random) -> None:
    expected = rules.derive(events)
    mixed = events + [e for e in events if shuffle.random() < 0.3]
    shuffle.shuffle(mixed)
    assert rules.derive(mixed) == expected
    assert rules.answers_hash(rules.derive(mixed)) == rules.answers_hash(expected)


@given(said_by_one_tab())
def test_what_holds_is_what_was_said_last(events: list[Event]) -> None:
    values: dict[int, object] = {}
    flagged: set[int] = set()
    for said in events:  # told once more, step by step
        if said.op == "clear":
            values.pop(said.slot, None)
        elif said.op == "set" and said.value not in ("null", '""', "[]", "{}"):
            values[said.slot] = json.loads(said.value or "")
        elif said.op == "flag":
            flagged.add(said.slot)
        elif said.op == "unflag":
            flagged.discard(said.slot)
    assert rules.derive(events) == Answers(values, frozenset(flagged))


@given(said_by_one_tab(), st.sampled_from(["late", "conflict"]))
def test_what_was_late_or_from_a_tab_without_the_lease_does_not_count(
    events: list[Event], status: str
) -> None:
    others = [e._replace(tab="t2", seq=e.seq + 1000, status=status, epoch=9) for e in events]
    assert rules.derive(events + others) == rules.derive(events)


def test_the_later_holder_counts_more_than_higher_numbers() -> None:
    assert rules.derive([event("t1", 90, value=0, epoch=1), event("t2", 1, value=3, epoch=2)]).values == {
        1: 3
    }


@given(st.permutations(range(6)))
def test_a_delayed_event_belongs_to_the_epoch_in_which_it_was_made(order: list[int]) -> None:
    events = [
        event("t1", 2, value=0, slot=2, epoch=1),
        event("t2", 1, value=3, epoch=2),
        event("t1", 1, value=0, epoch=3),  # numbered before number 2, which came in epoch 1
        event("t1", 3, value=5, slot=3, epoch=3),
        event("t2", 2, value=7, slot=3, epoch=3, status="conflict"),
        event("t1", 4, "flag", slot=3, epoch=3),
    ]
    held = rules.derive([events[at] for at in order])
    assert held == Answers({1: 3, 2: 0, 3: 5}, frozenset({3}))


def test_an_empty_value_takes_no_answer_away_but_clear_does() -> None:
    given_ = [event("t1", 1, value=[0, 2])]
    assert rules.derive([*given_, event("t1", 2, value=[])]).values == {1: [0, 2]}
    assert rules.derive([*given_, event("t1", 2, "clear")]).values == {}


@given(st.sets(st.integers(1, 60)), st.integers(0, 80))
def test_missing_numbers_are_named_and_no_others(there: set[int], last: int) -> None:
    events = [event("t1", seq) for seq in there] + [event("t2", seq) for seq in range(1, 81)]
    lacking = rules.missing(events, "t1", last, most=1000)
    assert set(lacking) | (there & set(range(1, last + 1))) == set(range(1, last + 1))
    assert not set(lacking) & there
    assert rules.missing(events, "t1", last, most=2) == lacking[:2]


@given(st.integers(-7200, 7200), st.integers(1, 200))
def test_the_deadline_is_never_beyond_the_closing(seconds: int, minutes: int) -> None:
    started = POLICY.closes_at - timedelta(seconds=abs(seconds))
    deadline = rules.deadline(replace(POLICY, minutes=minutes), started)
    assert deadline <= POLICY.closes_at
    assert rules.remaining(deadline, started) <= min(timedelta(minutes=minutes), POLICY.closes_at - started)


@pytest.mark.parametrize(
    ("policy", "used", "expected"),
    [
        (POLICY, 0, None),
        (POLICY, 1, None),
        (POLICY, 2, "no_attempts"),
        (replace(POLICY, opens_at=NOW + timedelta(seconds=1)), 0, "not_open"),
        (replace(POLICY, opens_at=NOW), 0, None),
        (replace(POLICY, closes_at=NOW), 0, "closed"),
        (replace(POLICY, ended=True), 0, "closed"),
    ],
)
def test_when_an_attempt_may_start(policy: Policy, used: int, expected: str | None) -> None:
    assert rules.why_not_start(policy, used, NOW) == expected


@given(st.integers(0, 3), st.integers(-7200, 7200), st.sampled_from(["after_last", "after_close"]))
def test_nobody_who_can_still_start_sees_the_key(used: int, seconds: int, release: str) -> None:
    policy, now = replace(POLICY, release=release), NOW + timedelta(seconds=seconds)
    if rules.key_released(policy, used, now):
        assert rules.why_not_start(policy, used, now) is not None
        assert release == "after_last" or now > policy.closes_at + rules.GRACE
    if now > rules.released_at(policy):
        assert rules.key_released(policy, used, now)


@pytest.mark.parametrize(
    ("points", "most", "mark", "percent", "passed", "band"),
    [
        ("9", "10", "50", "90.00", True, "excellent"),
        ("8.9996", "10", "50", "90.00", True, "excellent"),
        ("7.5", "10", "50", "75.00", True, "good"),
        ("7.49", "10", "50", "74.90", True, "passed"),
        ("5", "10", "50", "50.00", True, "passed"),
        ("4.9999", "10", "50", "50.00", False, "failed"),  # rounded for the eye, exact for the decision
        ("8.5", "10", "90", "85.00", False, "failed"),
        ("0", "0", "0", "0", False, "failed"),
    ],
)
def test_results(points: str, most: str, mark: str, percent: str, passed: bool, band: str) -> None:
    share = rules.percent_of(Decimal(points), Decimal(most))
    assert share == Decimal(percent)
    assert rules.has_passed(Decimal(points), Decimal(most), Decimal(mark)) is passed
    assert rules.band(share, passed) == band


@settings(max_examples=50)
@given(st.integers(1, 10**9), st.dictionaries(st.integers(1, 50), st.integers(0, 3)))
def test_a_receipt_is_repeatable_and_depends_on_everything(attempt: int, values: dict[int, int]) -> None:
    key, held = rules.receipt_key("x" * 40), Answers(values)
    code = rules.receipt_code(key, attempt, held, NOW)
    assert code == rules.receipt_code(key, attempt, Answers(dict(reversed(values.items()))), NOW)
    assert len(code) == 19
    assert code.count("-") == 3
    others = (
        rules.receipt_code(rules.receipt_key("y" * 40), attempt, held, NOW),
        rules.receipt_code(key, attempt + 1, held, NOW),
        rules.receipt_code(key, attempt, Answers({**values, 99: 1}), NOW),
        rules.receipt_code(key, attempt, held, NOW + timedelta(microseconds=1)),
    )
    assert code not in others
