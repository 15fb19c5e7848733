"""How mail stands (lms.kit.mail): what waits, what could not be sent and why, and sending that again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from lms.kit.i18n import N_
from lms.kit.mail import FILE_GONE, WAITING, Mail

PAGE = 50
FAILING = WAITING & (Mail.error != "")  # not while a try is under way: that clears the error
GIVEN_UP = Mail.given_up_at.is_not(None)
KINDS: Mapping[str, ColumnElement[bool]] = {
    "failed": or_(FAILING, GIVEN_UP),
    "waiting": WAITING,
    "sent": Mail.sent_at.is_not(None),
}


@dataclass(frozen=True, slots=True)
class Outbox:
    """How mail stands: `waiting` for its time or another try, `failing` of them after a try, `given_up` since then;
    `reason`: what the last failure was."""

    waiting: int
    failing: int
    given_up: int
    reason: str


def outbox(session: Session, since: datetime) -> Outbox:
    """How mail stands; of what was given up, only what was since then."""
    waiting, failing = session.execute(
        select(func.count(), func.count().filter(Mail.tries > 0)).where(WAITING)
    ).one()
    given_up = session.scalar(select(func.count()).where(Mail.given_up_at >= since)) or 0
    last = (
        select(Mail.error)
        .where(Mail.error != "", or_(WAITING & (Mail.tries > 0), Mail.given_up_at >= since))
        .order_by(Mail.id.desc())
        .limit(1)
    )
    return Outbox(waiting, failing, given_up, session.scalar(last) or "")


def letters(session: Session, kind: str, *, before: int | None = None) -> Sequence[Mail]:
    """One page of messages, the newest first: of one of KINDS, before an id. One more tells that there are more."""
    asked = select(Mail).where(KINDS[kind]).order_by(Mail.id.desc()).limit(PAGE + 1)
    return session.scalars(asked if before is None else asked.where(Mail.id < before)).all()


def send_again(session: Session, *, only: int | None = None, now: datetime) -> int:
    """Have what failed tried again from now on, as if it were new: one message or all; how many there were."""
    wanted = KINDS["failed"] if only is None else KINDS["failed"] & (Mail.id == only)
    again = (
        update(Mail)
        .where(wanted, Mail.error != FILE_GONE)
        .values(given_up_at=None, tries=0, next_try_at=now, error="")
    )
    return len(session.execute(again.returning(Mail.id)).all())


# What servers and networks say, the first that fits: SMTP codes by RFC 5321 and RFC 3463, errors by their names.
_REASONS = tuple(
    (re.compile(said, re.IGNORECASE), sentence)
    for said, sentence in (
        (re.escape(FILE_GONE), N_("The file to be sent is no longer there.")),
        (
            r"5\d\d 5\.1\.|550|551|553|no such (user|person)",
            N_("There is no such address. Please correct it."),
        ),
        (r"552|4\.2\.2|5\.2\.2|quota|mailbox full", N_("The recipient's mailbox is full.")),
        (
            r"Authentication|535|530|5\.7\.8",
            N_("The mail server does not accept our sign-in name and password."),
        ),
        (
            r"certificate|SSL|STARTTLS",
            N_("No safe connection to the mail server: encryption or certificate."),
        ),
        (
            r"ConnectionRefused|gaierror|Timeout|timed out|Unreachable|ServerDisconnected|SMTPConnectError",
            N_("The mail server cannot be reached."),
        ),
        (r"\b4\d\d\b", N_("The mail server asks to try again later.")),
    )
)
OTHERWISE = N_("The mail server has refused the message.")


def why(error: str) -> str:
    """What went wrong in words that say what to look at; a msgid. The error itself is for whoever runs the server."""
    return next((sentence for said, sentence in _REASONS if said.search(error)), OTHERWISE)
