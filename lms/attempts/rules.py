"""Rules of an attempt, pure: when it may start and must end, which answer counts, what a result is called.

The status of an answer event is decided where it is stored, by the one statement of `answers`; its words are here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from math import ceil
from typing import Any

from lms.kit.i18n import N_

GRACE = timedelta(seconds=30)  # after the deadline, for events that were still on their way
OK, LATE, CONFLICT = "ok", "late", "conflict"
SOON = timedelta(days=3)  # before the closing: from then on the time left is shown
SET, CLEAR, FLAG, UNFLAG = "set", "clear", "flag", "unflag"
OPS = (SET, CLEAR, FLAG, UNFLAG)
MOST_SLOTS = 200
MOST_SEQ = 1_000_000  # of one tab; far beyond what a person can do in one attempt
LONGEST_VALUE = 42_000  # characters of JSON: an essay (lms.questions.types.essay) with every sign escaped
LONGEST_TAB = 64


# ------------------------------------------------------------------------------------------------ start and end


@dataclass(frozen=True, slots=True)
class Policy:
    """What an exam and its course allow."""

    ended: bool  # the exam or its course was closed by hand
    opens_at: datetime
    closes_at: datetime
    minutes: int
    attempts_allowed: int
    release: str = "after_attempt"


REFUSALS = {
    "not_open": N_("The test is not open yet. It opens at {opens}."),
    "closed": N_("The test is closed. It closed at {closed}."),
    "no_attempts": N_("You have used all {allowed} attempts."),
    "no_paper": N_("No paper can be drawn for this test at present. Please tell the officer of your unit."),
}


def why_not_start(policy: Policy, used: int, now: datetime) -> str | None:
    """Why no further attempt may start, as a code of REFUSALS; None if one may. `used` counts open ones too.

    Passing does not end it: whoever has attempts left may try for a better result, and the best one counts.
    """
    if policy.ended or now >= policy.closes_at:
        return "closed"
    if now < policy.opens_at:
        return "not_open"
    return "no_attempts" if used >= policy.attempts_allowed else None


def deadline(policy: Policy, started_at: datetime) -> datetime:
    """Fixed at the start: the exam's minutes, but never beyond its closing."""
    return min(started_at + timedelta(minutes=policy.minutes), policy.closes_at)


def is_overdue(deadline_at: datetime, now: datetime) -> bool:
    """Whether an open attempt must be finished: its deadline and the grace for queued events are over."""
    return now > deadline_at + GRACE


def remaining(deadline_at: datetime, now: datetime) -> timedelta:
    """Time left to answer, never negative."""
    return max(deadline_at - now, timedelta())


def key_released(policy: Policy, used: int, now: datetime) -> bool:
    """Whether right answers and explanations may be shown to a person after a submitted attempt.

    `after_attempt`: as soon as the person can start no further attempt, the allowed ones being used up or the exam
    ended: who can still sit it must not read the key first. `after_close`: when nobody can sit it any more.
    """
    if policy.release == "after_close":
        return now > released_at(policy)
    return why_not_start(policy, used, now) in ("closed", "no_attempts")


def released_at(policy: Policy) -> datetime:
    """When the key is shown to everybody at the latest."""
    return policy.closes_at + GRACE


# ------------------------------------------------------------------------------------------------ which answer counts


@dataclass(frozen=True, slots=True)
class Event:
    """A stored answer event, as far as deriving answers needs it. `value` is JSON text."""

    tab: str
    seq: int
    slot: int
    op: str
    value: str | None
    epoch: int
    status: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to be said about a slot. `value` is JSON text."""

    slot: int
    op: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What holds now: a value by slot (only slots with an answer), and the flagged slots."""

    values: Mapping[int, Any] = field(default_factory=dict)
    flagged: frozenset[int] = frozenset()


def derive(events: Iterable[Event]) -> Answers:
    """The current answers, whatever the order in which the events come or came.

    Per slot the latest accepted event counts: of the latest epoch of the lease, and of one tab the highest number.
    An event that was on its way while the lease moved is of the epoch in which it was made, not of the one in which
    it arrived: a tab numbers its events, so none is later than the epochs of those the tab numbered after it.
    Setting an empty value is no answer and takes none away; only `clear` does.
    """
    known = list(events)
    made_in = _epochs(known)
    answers: dict[int, Event] = {}
    flags: dict[int, Event] = {}
    for event in sorted((e for e in known if e.status == OK), key=lambda e: _rank(e, made_in)):
        if event.op in (FLAG, UNFLAG):
            flags[event.slot] = event
        elif event.op == CLEAR or not is_empty(event.value):
            answers[event.slot] = event
    return Answers(
        {slot: json.loads(e.value or "null") for slot, e in sorted(answers.items()) if e.op == SET},
        frozenset(slot for slot, event in flags.items() if event.op == FLAG),
    )


def is_empty(value: str | None) -> bool:
    """Whether JSON text means that nothing was chosen."""
    return value is None or value in ("null", '""', "[]", "{}")


def _epochs(events: list[Event]) -> dict[tuple[str, int], int]:
    """The epoch in which each event, by tab and number, can have been made at the latest."""
    made_in: dict[tuple[str, int], int] = {}
    lowest: dict[str, int] = {}
    for event in sorted(events, key=lambda e: -e.seq):
        lowest[event.tab] = min(event.epoch, lowest.get(event.tab, event.epoch))
        made_in[event.tab, event.seq] = lowest[event.tab]
    return made_in


def _rank(event: Event, made_in: Mapping[tuple[str, int], int]) -> tuple[int, bool, int, datetime, str]:
    epoch = made_in[event.tab, event.seq]
    return epoch, epoch == event.epoch, event.seq, event.received_at, event.tab


def missing(events: Iterable[Event], tab: str, last_seq: int, most: int = 500) -> list[int]:
    """The numbers up to `last_seq` of a tab that never arrived; at most `most` of them, lowest first."""
    there = {event.seq for event in events if event.tab == tab}
    return list(islice((seq for seq in range(1, last_seq + 1) if seq not in there), most))


# ------------------------------------------------------------------------------------------------ results

# What a result is called (xếp loại), from the best down: code, least percentage, words. A cadre who reaches the
# exam's pass mark has at least "passed", whatever the mark is. "waiting": not passed so far, but answers that a person
# has still to mark can change that. Certificates and reports use the codes.
BANDS = (
    ("excellent", Decimal(90), N_("Excellent")),
    ("good", Decimal(75), N_("Good")),
    ("passed", Decimal(0), N_("Passed")),
    ("waiting", Decimal(0), N_("Waiting to be marked")),
    ("failed", Decimal(0), N_("Not passed")),
)
BAND_NAMES = {code: name for code, _least, name in BANDS}


def minutes_used(started_at: datetime, submitted_at: datetime) -> int:
    """Whole minutes begun, at least one."""
    return max(ceil((submitted_at - started_at) / timedelta(minutes=1)), 1)


def percent_of(points: Decimal, most: Decimal) -> Decimal:
    """`points` of `most` in per cent, to two decimals; 0 of a paper that is worth nothing."""
    if not most:
        return Decimal(0)
    return (points * 100 / most).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def has_passed(points: Decimal, most: Decimal, pass_percent: Decimal) -> bool:
    """Decided on the exact share, not on the rounded percentage."""
    return most > 0 and points * 100 >= pass_percent * most


def band(percent: Decimal, passed: bool, *, undecided: bool = False) -> str:
    """The code of the result's name; `undecided`: it is not passed, but marking can still make it so."""
    if not passed:
        return "waiting" if undecided else "failed"
    return next(code for code, least, _name in BANDS if percent >= least)


# ------------------------------------------------------------------------------------------------ receipts


def receipt_key(secret: str) -> bytes:
    """The key that seals receipts, derived from the installation's secret so that it is used for nothing else."""
    return hmac.digest(secret.encode(), b"lms.attempts.receipt.1", "sha256")


def answers_hash(answers: Answers) -> str:
    """A fingerprint of what was handed in: the same answers give the same, in whatever order they were given."""
    text = json.dumps(
        {str(k): v for k, v in sorted(answers.values.items())}, sort_keys=True, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).hexdigest()


def receipt_code(key: bytes, attempt_id: int, answers: Answers, submitted_at: datetime) -> str:
    """What proves that these answers were handed in at this time: 80 bits in four groups that can be read aloud."""
    text = f"{attempt_id}|{answers_hash(answers)}|{submitted_at.isoformat()}"
    code = base64.b32encode(hmac.digest(key, text.encode(), "sha256")[:10]).decode()
    return "-".join(code[at : at + 4] for at in range(0, 16, 4))
