"""The story of an attempt in plain words, pure: what happened when, from its events, notes, grades and audit rows.

Saves that followed one another are told together. Two kinds of silence are kept apart: answers that waited on the
device (the page made them, and they came much later: there was no connection), and times from which nothing is on
record at all (reading, thinking, or no connection: nobody can tell).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from lms.exams.paper import Slot
from lms.kit import words
from lms.kit.i18n import N_, _
from lms.questions.answer import AnswerRefused

TOGETHER = timedelta(seconds=60)  # saves of one device with less between them are one line
SILENCE = timedelta(minutes=3)
WAITED = timedelta(seconds=30)  # more than the page needs to send: the answer waited for a connection
LONGEST_WAIT = timedelta(days=2)  # beyond it a device's clock is not to be trusted
MOST_NAMED = 6  # answers named in one line
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer event as the story needs it."""

    tab: str
    seq: int
    slot: int
    op: str
    value: str | None
    client_ms: int
    received_at: datetime
    status: str  # ok · late · conflict
    accepted_at: datetime | None = None
    accepted_by: str = ""
    accepted_reason: str = ""

    @property
    def counts(self) -> bool:
        return self.status == "ok" or self.accepted_at is not None


@dataclass(frozen=True, slots=True)
class Deed:
    """A note or an audit row: what was done (`kind`), by whom, with what reason."""

    at: datetime
    kind: str
    by: str = ""
    text: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graded:
    """A grade that was given."""

    at: datetime
    reason: str
    points: Any
    most_points: Any
    by: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that is known of an attempt."""

    started_at: datetime
    deadline_at: datetime
    open: bool
    events: Sequence[Told]
    deeds: Sequence[Deed]
    grades: Sequence[Graded]
    slots: Mapping[int, Slot]
    last_sign: datetime | None = None  # of an open attempt
    medium: str = "online"
    entered_by: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the story. `kind` for its sign: start, saved, silence, offline, apart, device, deed, grade, end."""

    at: datetime
    kind: str
    text: str
    until: datetime | None = None
    by: str = ""
    reason: str = ""


def tell(facts: Facts, now: datetime) -> list[Line]:
    """The story from the start on, in the order in which it happened."""
    devices = devices_of(facts.events)
    lines = [_start(facts)]
    lines += _saves(facts, devices)
    lines += _waits(facts.events, devices)
    lines += [_deed(deed) for deed in facts.deeds]
    lines += [_grade(grade) for grade in facts.grades]
    lines += _silences(facts, lines, now)
    return sorted(lines, key=lambda line: (line.at, _ORDER.index(line.kind)))


_ORDER = ("start", "offline", "silence", "device", "saved", "apart", "deed", "end", "grade")


def devices_of(events: Sequence[Told]) -> dict[str, int]:
    """The tabs that said something, numbered in the order in which they first did: to people, devices."""
    first = sorted(events, key=lambda event: (event.received_at, event.seq))
    return {tab: number for number, tab in enumerate(dict.fromkeys(event.tab for event in first), 1)}


def _start(facts: Facts) -> Line:
    if facts.medium == "paper":
        text = _("The answers of a paper sheet were entered")
    elif facts.medium == "proxy":
        text = _("Begun on behalf of the person, who does not work on the device")
    else:
        text = _("The attempt began; time until {time}", time=words.time_of_day(_first_deadline(facts)))
    return Line(facts.started_at, "start", text, by=facts.entered_by)


def _first_deadline(facts: Facts) -> datetime:
    """The deadline now, less what was given since; a reopened attempt's first one is not known any more."""
    given = [deed for deed in facts.deeds if deed.kind in ("extended", "reopened", "restored")]
    if not given:
        return facts.deadline_at
    first = min(given, key=lambda deed: deed.at).detail
    if "before" in first:
        return datetime.fromisoformat(first["before"])
    if "after" in first and "minutes" in first and "receipt" not in first:
        return datetime.fromisoformat(first["after"]) - timedelta(minutes=first["minutes"])
    return facts.deadline_at


# ------------------------------------------------------------------------------------------------ saves


def _saves(facts: Facts, devices: Mapping[str, int]) -> list[Line]:
    events = sorted(facts.events, key=lambda event: (event.received_at, event.tab, event.seq))
    breaks = sorted(deed.at for deed in facts.deeds)
    runs: list[list[Told]] = []
    for event in events:
        if runs and _goes_on(runs[-1][-1], event, breaks):
            runs[-1].append(event)
        else:
            runs.append([event])
    return [_run(run, facts.slots, devices) for run in runs]


def _goes_on(last: Told, event: Told, breaks: Sequence[datetime]) -> bool:
    return (
        last.tab == event.tab
        and last.status == event.status
        and event.received_at - last.received_at <= TOGETHER
        and not any(last.received_at < at <= event.received_at for at in breaks)
    )


def _run(run: Sequence[Told], slots: Mapping[int, Slot], devices: Mapping[str, int]) -> Line:
    last = {event.slot: said(event, slots.get(event.slot)) for event in run if event.op in ("set", "clear")}
    marked = len(last) == 0
    if marked:
        last = {event.slot: said(event, None) for event in run}
    named = [
        f"{_('question {number}', number=slot)} {what}" for slot, what in list(last.items())[:MOST_NAMED]
    ]
    if len(last) > MOST_NAMED:
        named.append(_("{count} more", count=len(last) - MOST_NAMED))
    what = ", ".join(named)
    device = devices[run[0].tab] if len(devices) > 1 else 0
    text = _(_SAVED[run[0].status], answers=what)
    if device:
        text = _("{text} (device {number})", text=text, number=device)
    until = run[-1].received_at
    kind = "saved" if run[0].status == "ok" else "apart"
    return Line(run[0].received_at, kind, text, until if until > run[0].received_at else None)


_SAVED = {
    "ok": N_("Saved: {answers}"),
    "late": N_("Came too late, kept but not counted: {answers}"),
    "conflict": N_("Came from a device that did not hold the attempt, kept but not counted: {answers}"),
}


_SAID = {"clear": N_("cleared"), "flag": N_("flagged"), "unflag": N_("flag taken away")}


def said(event: Told, slot: Slot | None) -> str:
    """What an event says about its question: "= B", "cleared"."""
    if event.op == "set":
        return "= " + _value(event.value, slot)
    return _(_SAID[event.op])


def _value(value: str | None, slot: Slot | None) -> str:
    try:
        known = json.loads(value or "null")
        return in_short(slot.type.read_answer(slot.asked, known) if slot else known)
    except (AnswerRefused, ValueError):
        return _("nothing that is an answer to it")


def in_short(answer: Any) -> str:
    """An answer in canonical form as people say it: letters of the options as they were shown, the text typed."""
    if answer is None:
        return _("nothing")
    if isinstance(answer, bool):
        return _("True") if answer else _("False")
    if isinstance(answer, int):
        return LETTERS[answer] if 0 <= answer < len(LETTERS) else str(answer)
    if isinstance(answer, Mapping):
        return "; ".join(f"({int(row) + 1}) {in_short(one)}" for row, one in answer.items())
    if isinstance(answer, (list, tuple)):
        return " ".join(in_short(one) for one in answer)
    text = " ".join(str(answer).split())
    return f"“{text[:60]}…”" if len(text) > 60 else f"“{text}”"


# ------------------------------------------------------------------------------------------------ silence


def _waits(events: Sequence[Told], devices: Mapping[str, int]) -> list[Line]:
    """Answers that waited on a device: made at one time by its clock, come at a later one.

    A device's clock may be wrong: by how much is what the quickest of its events took.
    """
    found = []
    for tab in devices:
        own = [event for event in events if event.tab == tab and event.client_ms > 0]
        if not own:
            continue
        wrong = min(_delay(event) for event in own)
        held: dict[datetime, list[datetime]] = {}
        for event in own:
            waited = _delay(event) - wrong
            if WAITED < waited < LONGEST_WAIT:
                held.setdefault(event.received_at, []).append(event.received_at - waited)
        for came, made in held.items():
            text = _("No connection: {count} entries waited on the device", count=len(made))
            found.append(Line(min(made), "offline", text, came))
    return found


def _delay(event: Told) -> timedelta:
    return event.received_at - datetime.fromtimestamp(event.client_ms / 1000, event.received_at.tzinfo)


def _silences(facts: Facts, lines: Sequence[Line], now: datetime) -> list[Line]:
    """Times in which nothing was received, while the attempt was open."""
    if facts.medium != "online":
        return []
    closed = _closed_times(facts)
    signs = sorted(
        {at for line in lines if line.kind != "grade" for at in (line.at, line.until) if at is not None}
        | ({facts.last_sign} if facts.last_sign else set())
        | ({min(now, facts.deadline_at)} if facts.open and facts.last_sign is None else set())
    )
    told = [(line.at, line.until) for line in lines if line.kind == "offline" and line.until]
    found = []
    for one, other in pairwise(signs):
        covered = any(start <= one and other <= end for start, end in told)
        if other - one >= SILENCE and not covered and not any(a <= one < b for a, b in closed):
            found.append(Line(one, "silence", _("Nothing on record from the device"), other))
    return found


def _closed_times(facts: Facts) -> list[tuple[datetime, datetime]]:
    """From handing in (or being declared void) to being opened again; the last of them has no end."""
    found, since = [], None
    for deed in sorted(facts.deeds, key=lambda deed: deed.at):
        if deed.kind in ("submitted", "voided") and since is None:
            since = deed.at
        elif deed.kind in ("reopened", "restored") and since is not None and not deed.detail.get("submitted"):
            found.append((since, deed.at))
            since = None
    if since is not None:
        found.append((since, datetime.max.replace(tzinfo=since.tzinfo)))
    return found


# ------------------------------------------------------------------------------------------------ deeds and grades

FINISHED_BY = {
    "candidate": N_("Handed in by the candidate"),
    "sweep": N_("Time was up: handed in by the system with what was saved"),
    "reader": N_("Time was up: handed in by the system with what was saved"),
    "officer": N_("Handed in for the candidate, with what was saved"),
    "clerk": N_("Handed in by who entered it"),
}
DEEDS = {
    "extended": N_("Time moved; it now ends at {after}"),
    "reopened": N_("Opened again after handing in; time until {after}"),
    "voided": N_("Declared void"),
    "restored": N_("No longer void"),
    "ended": N_("Ended by an invigilator"),
    "accepted": N_("{events} entries accepted that had not counted, for question {slots}"),
    "message": N_("Message to the candidate"),
    "incident": N_("Incident on record"),
    "entered": N_("Answers entered"),
    "file": N_("A file was handed in"),
    "returned": N_("Sent back to be written again"),
    "take": N_("The attempt was continued on another device or in another window (change {change})"),
}


def _deed(deed: Deed) -> Line:
    if deed.kind == "submitted":
        return Line(deed.at, "end", _(FINISHED_BY.get(deed.detail.get("by", ""), N_("Handed in"))))
    values = {
        "after": words.time_of_day(datetime.fromisoformat(deed.detail["after"]))
        if "after" in deed.detail
        else "",
        "events": deed.detail.get("events", ""),
        "slots": ", ".join(str(slot) for slot in deed.detail.get("slots", ())),
        "change": int(deed.detail.get("epoch", 1)) - 1,
    }
    text = _(DEEDS[deed.kind], **values) if deed.kind in DEEDS else deed.kind
    if deed.detail.get("minutes") and deed.kind == "extended":
        text = _(
            "{minutes} minutes more; it now ends at {after}",
            minutes=deed.detail["minutes"],
            **_only_after(values),
        )
    if deed.detail.get("key_shown"):
        text = _("{text}. Right answers could already be seen then.", text=text)
    return Line(deed.at, "device" if deed.kind == "take" else "deed", text, by=deed.by, reason=deed.text)


def _only_after(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"after": values["after"]}


def _grade(grade: Graded) -> Line:
    from lms.attempts.history import WHY

    text = _(
        "{why}: {points} of {most} points",
        why=_(WHY.get(grade.reason, grade.reason)),
        points=words.number(grade.points),
        most=words.number(grade.most_points),
    )
    return Line(grade.at, "grade", text, by=grade.by)
