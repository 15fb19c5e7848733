"""Rules of an attempt, pure: when it may start and must end, which answer counts, what a result is called.

The status of an answer event is decided where it is stored, by the one statement of `answers`; its words are here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import islice
from math import ceil
from typing import Any, NamedTuple

from lms.exams.policy import Policy, code_fits, deadline, network_fits
from lms.kit.i18n import N_

__all__ = ["Policy", "deadline"]  # of the exam's policy, as everything here goes by it

GRACE = timedelta(seconds=30)  # after the deadline, for events that were still on their way
OK, LATE, CONFLICT = "ok", "late", "conflict"
BACK = "back"  # not stored: an answer to a question that an exam which only goes forward had closed
CARRIED = "returned"  # the tab of what an attempt begins with, when the one before was sent back
SOON = timedelta(days=3)  # before the closing: from then on the time left is shown
SET, CLEAR, FLAG, UNFLAG = "set", "clear", "flag", "unflag"
OPS = (SET, CLEAR, FLAG, UNFLAG)
MOST_SLOTS = 200
MOST_SEQ = 1_000_000  # of one tab; far beyond what a person can do in one attempt
LONGEST_VALUE = 42_000  # characters of JSON: an essay (lms.questions.types.essay) with every sign escaped
LONGEST_TAB = 64


# ------------------------------------------------------------------------------------------------ start and end


REFUSALS = {
    "not_open": N_("The test is not open yet. It opens at {opens}."),
    "closed": N_("The test is closed. It closed at {closed}."),
    "stage_not_open": N_("The stage “{stage}”, to which you belong, is not open yet. It opens at {opens}."),
    "stage_closed": N_("The stage “{stage}”, to which you belong, is closed. It closed at {closed}."),
    "no_attempts": N_("You have used all {allowed} attempts."),
    "no_paper": N_("No paper can be drawn for this test at present. Please tell the officer of your unit."),
    "too_early": N_("The next attempt may begin from {begins} on. Use the time to read once more."),
    "unread": N_(
        "Before the test you read the modules of the course to the end; {unread} are not finished yet."
    ),
    "elsewhere": N_(
        "This test can be begun only in the network of the place where it is held. Please ask the officer there."
    ),
    "no_code": N_("Enter the access code. It is said where the test is held."),
    "wrong_code": N_("The access code is not right. Please ask for it once more where the test is held."),
    "many_codes": N_(
        "The access code was wrong too many times. Wait {wait}, then enter it as it is said where the test is held."
    ),
}


def why_not_start(policy: Policy, used: int, now: datetime) -> str | None:
    """Why no further attempt may start, as a code of REFUSALS; None if one may. `used` counts open and void ones too.

    Passing does not end it: whoever has attempts left may try for a better result, and the policy says which counts.
    """
    stage = policy.stage
    if policy.ended:
        return "closed"
    if now >= policy.closes_at:
        return "stage_closed" if stage and policy.closes_at == stage.closes_at else "closed"
    if now < policy.opens_at:
        return "stage_not_open" if stage and policy.opens_at == stage.opens_at else "not_open"
    return "no_attempts" if used >= policy.attempts_allowed else None


@dataclass(frozen=True, slots=True)
class Around:
    """What else has a say when an attempt is to begin."""

    last_ended_at: datetime | None = None  # the last attempt of the person at the exam
    unread: int = 0  # modules of the course that the person has not read to the end
    address: str = ""  # from where it is asked


def why_hold(policy: Policy, around: Around, now: datetime) -> str | None:
    """Why an attempt that could start must wait, as a code of REFUSALS; the access code is asked for at the end."""
    if now < begins_at(policy, around, now):
        return "too_early"
    if policy.requires_reading and around.unread:
        return "unread"
    return None if network_fits(policy.networks, around.address) else "elsewhere"


def begins_at(policy: Policy, around: Around, now: datetime) -> datetime:
    """From when the next attempt may begin, as far as the wait after the last one is concerned."""
    if around.last_ended_at is None or not policy.wait_minutes:
        return now
    return around.last_ended_at + timedelta(minutes=policy.wait_minutes)


def why_not_by_code(policy: Policy, typed: str) -> str | None:
    """What is wrong with the access code that was typed; None if none is asked for."""
    if not policy.access_code or code_fits(policy, typed):
        return None
    return "wrong_code" if typed.strip() else "no_code"


def is_overdue(deadline_at: datetime, now: datetime) -> bool:
    """Whether an open attempt must be finished: its deadline and the grace for queued events are over."""
    return now > deadline_at + GRACE


def remaining(deadline_at: datetime, now: datetime) -> timedelta:
    """Time left to answer, never negative."""
    return max(deadline_at - now, timedelta())


def is_released(when: str, policy: Policy, used: int, now: datetime) -> bool:
    """Whether what is shown "when" (one of lms.exams.policy.RELEASES) may be shown now, after a submitted attempt.

    `after_attempt`: at once. `after_last`: as soon as the person can start no further attempt, the allowed ones being
    used up or the exam ended: who can still sit it must not read the key first. `after_close`: when nobody can sit it
    any more. `never`: not at all.
    """
    if when == "after_last":
        return why_not_start(policy, used, now) in ("closed", "stage_closed", "no_attempts")
    if when == "after_close":
        return now > released_at(policy)
    return when == "after_attempt"


def key_released(policy: Policy, used: int, now: datetime) -> bool:
    """Whether right answers may be shown to a person after a submitted attempt."""
    return is_released(policy.release, policy, used, now)


def released_at(policy: Policy) -> datetime:
    """When everything that is ever shown is shown to everybody at the latest."""
    return policy.last_closing + GRACE


def released_from(when: str, policy: Policy) -> datetime | None:
    """When what is not shown yet will be shown at the latest; None: never."""
    if when == "never":
        return None
    return policy.closes_at if when == "after_last" else released_at(policy)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person may see of a submitted attempt now."""

    score: bool  # points, percentage, band, passed or not, and which answers were right
    answers: bool  # the questions with what was answered
    key: bool
    explanation: bool


def shown(policy: Policy, used: int, now: datetime) -> Shown:
    """What is released. Right answers tell the score, so they never come before it, and they stand beside the own
    answers; explanations tell the right answers, so they never come before those."""
    score, answers, key, explanation = (
        is_released(when, policy, used, now)
        for when in (policy.release_score, policy.release_answers, policy.release, policy.release_explanation)
    )
    key = key and score and answers
    return Shown(score, answers, key, explanation and key)


# ------------------------------------------------------------------------------------------------ which answer counts


class Event(NamedTuple):
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


def only_forward(events: Iterable[Event], free: Container[tuple[str, int]] = ()) -> list[Event]:
    """The events of an exam that only goes forward: an answer closes the questions before it, so that a later one to
    those is BACK and does not count. What was later goes by the tabs' own numbers as in `derive`, never by the order
    of arriving. What an attempt began with closes nothing; `free`: (tab, seq) that an officer lets count.
    """
    known = list(events)
    made_in, back, furthest = _epochs(known), set(), 0
    given = (e for e in known if e.status == OK and e.tab != CARRIED)
    for event in sorted(given, key=lambda e: _rank(e, made_in)):
        answer = event.op == CLEAR or (event.op == SET and not is_empty(event.value))
        if not answer or (event.tab, event.seq) in free:
            continue
        if event.slot < furthest:
            back.add((event.tab, event.seq))
        furthest = max(furthest, event.slot)
    return [e._replace(status=BACK) if (e.tab, e.seq) in back else e for e in known]


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

# What a result is called (xếp loại), from the best down. A cadre who reaches the exam's pass mark has at least
# "passed", whatever the mark is. "waiting": not passed so far, but answers that a person has still to mark can change
# that. Certificates and reports use the codes.
BAND_NAMES = {
    "excellent": N_("Excellent"),
    "good": N_("Good"),
    "passed": N_("Passed"),
    "waiting": N_("Waiting to be marked"),
    "failed": N_("Not passed"),
}


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


@dataclass(frozen=True, slots=True)
class Bands:
    """The least percentages of an exam for its two best names; passing is the exam's pass mark."""

    excellent: Decimal = Decimal(90)
    good: Decimal = Decimal(75)


USUAL_BANDS = Bands()


def band(percent: Decimal, passed: bool, *, undecided: bool = False, bands: Bands = USUAL_BANDS) -> str:
    """The code of the result's name; `undecided`: it is not passed, but marking can still make it so."""
    if not passed:
        return "waiting" if undecided else "failed"
    return "excellent" if percent >= bands.excellent else "good" if percent >= bands.good else "passed"


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
