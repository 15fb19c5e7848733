"""Rules of invigilating (coi thi), pure: who counts as what in the room, which deed is possible when, and why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lms.kit.i18n import N_

AWAY = timedelta(minutes=2)  # without a sign of life from the page: then a person counts as offline
AT_LEAST = timedelta(minutes=2)  # that a restored attempt still has
MOST_MINUTES = 240  # that one deed gives
LONGEST_REASON = 500
LONGEST_MESSAGE = 1000

STATES = ("waiting", "working", "offline", "submitted", "void")  # the last four are told apart by attempts
STATE_NAMES = {
    "waiting": N_("Not begun"),
    "working": N_("Working"),
    "offline": N_("No contact for 2 minutes"),
    "submitted": N_("Handed in"),
    "void": N_("Void"),
}

DEEDS = {  # in which states of the attempt each deed is possible
    "extend": ("open",),
    "end": ("open",),
    "message": ("open",),
    "reopen": ("submitted",),
    "void": ("open", "submitted"),
    "restore": ("void",),
    "accept": ("open", "submitted"),
    "incident": ("open", "submitted", "void"),
}
REFUSALS = {
    "own": N_("This is your own attempt. Somebody else has to decide about it."),
    "not_now": N_(
        "The attempt has changed meanwhile, so this is no longer possible. Look at its story again."
    ),
    "another_open": N_("Another attempt of this person is open. Only one can be open at a time."),
    "nothing_chosen": N_("Choose at least one answer that is not accepted yet."),
    "no_reason": N_("Say why. The reason is kept, and the person can ask for it."),
    "minutes": N_("Enter 1 to {most} minutes."),
}


class DeedRefused(Exception):
    """A deed is not possible; `code` is one of REFUSALS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def why_not(deed: str, state: str, *, own: bool) -> str | None:
    """Why a deed (of DEEDS) cannot be done to an attempt in this state; None if it can.

    Nobody decides about an attempt of their own; an incident anybody may put on record.
    """
    if own and deed not in ("incident", "message"):
        return "own"
    return None if state in DEEDS[deed] else "not_now"


def restored_deadline(deadline_at: datetime, voided_at: datetime, now: datetime) -> datetime:
    """Until when an attempt runs that was open when it was declared void: with the time that was left then."""
    return now + max(deadline_at - voided_at, AT_LEAST)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people (of void: attempts) of a unit and everything below it are where."""

    must: int = 0  # who must take part
    waiting: int = 0  # of those who must: not begun
    working: int = 0  # open attempts that were heard of
    offline: int = 0  # open attempts that were not
    submitted: int = 0  # attempts
    void: int = 0

    @property
    def open(self) -> int:
        return self.working + self.offline

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    def shares(self) -> dict[str, float]:
        """The parts of a bar, in per cent of all that are counted; 0 each when there is nobody."""
        whole = self.waiting + self.open + self.submitted
        return {
            name: 100 * getattr(self, name) / whole if whole else 0.0
            for name in ("submitted", "working", "offline", "waiting")
        }


def state_of(state: str | None, last_sign: datetime | None, now: datetime) -> str:
    """One of STATES, by the state of the last attempt (None: there is none) and the last sign of life."""
    if state is None:
        return "waiting"
    if state != "open":
        return state
    return "offline" if last_sign is not None and last_sign < now - AWAY else "working"
