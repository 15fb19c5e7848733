"""The policy of an exam, pure: what its organiser decides about how it is sat, and what of it holds for one person.

The exam's own window is cut by the stage to which a person belongs (lms.courses.models.Stage); overrides of the person,
the unit or a label then stand in its place. Everything that asks when somebody may start, how long, how often, and
what is shown when, asks the `Policy` that comes out of `for_person`.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from lms.courses.rules import Refusal
from lms.kit.i18n import N_
from lms.vietnamese.text import clean

RELEASES = ("after_attempt", "after_last", "after_close", "never")  # from early to late
RELEASE_NAMES = {
    "after_attempt": N_("After each attempt"),
    "after_last": N_("When a person has used all attempts, or the exam has closed"),
    "after_close": N_("After the exam has closed"),
    "never": N_("Never"),
}
COUNTS_NAMES = {
    "best": N_("The best one counts"),
    "last": N_("The last one counts"),
    "first": N_("The first one counts"),
    "mean": N_("The mean of all counts"),
}
NAVIGATION_NAMES = {
    "free": N_("Back and forth between the questions"),
    "forward": N_("Only forward: a question that was left cannot be opened again"),
}
LONGEST_MINUTES = 180
MOST_ATTEMPTS = 20
LONGEST_CODE = 40
MOST_NETWORKS = 20
LONGEST_WAIT = 7 * 24 * 60  # minutes
MOST_EXTRA_MINUTES = 600
MOST_EXTRA_ATTEMPTS = 10


@dataclass(frozen=True, slots=True)
class Span:
    """The window of a stage."""

    title: str
    opens_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an organiser decides about an exam besides its paper; for one person what of it holds for them.

    Every field of DECIDED is a column of the exam; the others are known only when it is sat.
    """

    code: str = ""
    title: str = ""
    opens_at: datetime
    closes_at: datetime
    minutes: int  # 0: until the exam closes
    attempts_allowed: int = 1
    counts: str = "best"  # which attempt counts: one of COUNTS_NAMES
    pass_percent: Decimal = Decimal(50)
    excellent_percent: Decimal = Decimal(90)  # least for "Giỏi"
    good_percent: Decimal = Decimal(75)  # least for "Khá"
    shuffle: bool = True
    navigation: str = "free"
    release_score: str = "after_attempt"  # this and the next three: one of RELEASES
    release_answers: str = "after_attempt"
    release: str = "after_last"  # of the key
    release_explanation: str = "after_last"
    access_code: str = ""
    networks: Sequence[str] = field(default_factory=list)  # CIDR
    wait_minutes: int = 0  # between the end of an attempt and the start of the next
    requires_reading: bool = False
    blind_marking: bool = True  # markers see no names
    second_marker: bool = False  # every essay is read by two
    marking_due_at: datetime | None = None

    ended: bool = False  # the exam or its course was closed by hand
    stage: Span | None = None  # of the person, when it has a say in the window
    over_at: datetime | None = None  # when nobody can sit the exam any more; None: at `closes_at`

    def changes(self, exam: Any) -> dict[str, object]:
        """The columns in which the exam differs, with their new values."""
        wanted = {name: getattr(self, name) for name in DECIDED}
        return {name: value for name, value in wanted.items() if getattr(exam, name) != value}

    @property
    def last_closing(self) -> datetime:
        """When nobody can sit the exam any more, whatever windows others have."""
        return self.over_at or self.closes_at


DECIDED = tuple(one.name for one in fields(Policy) if one.name not in ("ended", "stage", "over_at"))


def policy_of(known: Any, *, ended: bool = False) -> Policy:
    """The policy in an exam, or in a row with its columns (those that are missing stay as usual)."""
    return Policy(**{name: getattr(known, name) for name in DECIDED if hasattr(known, name)}, ended=ended)


# ------------------------------------------------------------------------------------------------ what holds for one


@dataclass(frozen=True, slots=True)
class Different:
    """What overrides give: minutes and attempts more, and a window instead of the exam's."""

    extra_minutes: int = 0
    extra_attempts: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None


def combined(overrides: Iterable[Different]) -> Different:
    """Of several overrides of one person the most favourable of each field counts: they do not add up.

    Who is given ten minutes more as one of a unit and twenty for bad sight has twenty more; the earliest opening and
    the latest closing count. A field that no override names stays the exam's.
    """
    known = list(overrides)
    return Different(
        extra_minutes=max((one.extra_minutes for one in known), default=0),
        extra_attempts=max((one.extra_attempts for one in known), default=0),
        opens_at=min((one.opens_at for one in known if one.opens_at), default=None),
        closes_at=max((one.closes_at for one in known if one.closes_at), default=None),
    )


def for_person(policy: Policy, stage: Span | None, different: Different, over_at: datetime) -> Policy:
    """The policy as it holds for a person of a stage (or of none) with these overrides.

    `over_at`: the latest closing that any override gives anybody. Extra minutes lengthen an attempt with a time of its
    own; one that lasts until the closing is lengthened by another closing.
    """
    opens_at, closes_at = policy.opens_at, policy.closes_at
    if stage:
        opens_at, closes_at = max(opens_at, stage.opens_at), min(closes_at, stage.closes_at)
    return replace(
        policy,
        opens_at=different.opens_at or opens_at,
        closes_at=different.closes_at or closes_at,
        minutes=policy.minutes + different.extra_minutes if policy.minutes else 0,
        attempts_allowed=policy.attempts_allowed + different.extra_attempts,
        stage=stage,
        over_at=max(policy.closes_at, over_at),
    )


def deadline(policy: Policy, started_at: datetime) -> datetime:
    """When an attempt must end: after the exam's minutes, but never beyond its closing."""
    if not policy.minutes:
        return policy.closes_at
    return min(started_at + timedelta(minutes=policy.minutes), policy.closes_at)


AT_LEAST = timedelta(minutes=2)  # that are left to an attempt whose time becomes shorter


def moved_deadline(present: datetime, before: datetime, after: datetime, now: datetime) -> datetime:
    """The deadline of an attempt under way once its policy gives `after` where it gave `before`.

    It moves by the difference, so that what an invigilator gave besides stays; and whoever loses time keeps two
    minutes, or what was left if that was less.
    """
    moved = present + (after - before)
    return moved if moved >= present else max(moved, min(present, now + AT_LEAST))


# ------------------------------------------------------------------------------------------------ code and network


def code_fits(policy: Policy, typed: str) -> bool:
    """Whether what was typed is the exam's access code: case and blanks do not matter. In constant time."""
    return hmac.compare_digest(
        _folded(policy.access_code).encode(), _folded(typed[: 4 * LONGEST_CODE]).encode()
    )


def _folded(code: str) -> str:
    return "".join(clean(code).split()).casefold()


def network_fits(networks: Sequence[str], address: str) -> bool:
    """Whether a browser's address lies in one of the networks; anything does when none is named."""
    if not networks:
        return True
    try:
        at = ip_address(address)
    except ValueError:
        return False
    at = getattr(at, "ipv4_mapped", None) or at
    return any(at in network for network in map(ip_network, networks))


class NetworkUnreadable(ValueError):
    """The text names no network; `text` is what was given."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a network: {text[:60]!r}")
        self.text = text


def read_networks(text: str) -> list[str]:
    """Networks as people write them, one a line or with commas between, as CIDR: 10.1.2.0/24, 192.168.1.7.

    An address with bits beyond its mask (10.1.2.7/24) means its network. Raises NetworkUnreadable.
    """
    found: list[str] = []
    for word in text.replace(",", " ").replace(";", " ").split():
        try:
            network: IPv4Network | IPv6Network = ip_network(word, strict=False)
        except ValueError as refused:
            raise NetworkUnreadable(word) from refused
        found.append(str(network))
    return list(dict.fromkeys(found))


# ------------------------------------------------------------------------------------------------ what is no policy


def refusals(policy: Policy) -> list[Refusal]:
    """What contradicts itself in a policy, each at its form field."""
    found = []
    if not policy.pass_percent <= policy.good_percent <= policy.excellent_percent:
        found.append(
            Refusal(
                "good_percent",
                N_("The percentages must rise: pass mark, then “Good”, then “Excellent”."),
            )
        )
    if policy.wait_minutes and policy.attempts_allowed == 1:
        found.append(
            Refusal("wait_minutes", N_("With one attempt there is nothing to wait for. Enter 0 here."))
        )
    shown = max(policy.release_score, policy.release_answers, key=RELEASES.index)
    message = N_("This would tell the score: show it at the same time as score and own answers, or later.")
    return found + [
        Refusal(name, message)
        for name in ("release", "release_explanation")
        if RELEASES.index(getattr(policy, name)) < RELEASES.index(shown)
    ]


OVERRIDE_NOTHING = N_("Say what is different: minutes, attempts, opening or closing.")


def override_refusals(
    different: Different, policy: Policy, course: tuple[datetime, datetime], now: datetime
) -> list[Refusal]:
    """What is wrong with giving somebody something different in an exam of a course with this window."""
    if different == Different():
        return [Refusal("", OVERRIDE_NOTHING)]
    found = []
    if different.extra_minutes and not policy.minutes:
        message = N_("An attempt at this exam lasts until the closing. Enter another closing time instead.")
        found.append(Refusal("extra_minutes", message))
    opens_at, closes_at = different.opens_at or policy.opens_at, different.closes_at or policy.closes_at
    if closes_at <= opens_at:
        field_ = "closes_at" if different.closes_at else "opens_at"
        found.append(Refusal(field_, N_("The closing time must come after the opening time.")))
    if different.closes_at and different.closes_at <= now:
        found.append(Refusal("closes_at", N_("The new closing time is already over.")))
    inside = (("opens", course[0]), ("closes", course[1]))
    for name, at in (("opens_at", different.opens_at), ("closes_at", different.closes_at)):
        if at and not course[0] <= at <= course[1]:
            message = N_("The exam must lie within the course, which runs from {opens} to {closes}.")
            found.append(Refusal(name, message, inside))
    return found
