"""Rules of courses: windows, suggested codes, the order of modules, who may be exempt."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from lms.kit.i18n import N_
from lms.vietnamese.dates import local
from lms.vietnamese.text import clean, fold_words

OBLIGATIONS = ("must", "exempt", "guest")
OBLIGATION_NAMES = {"must": N_("Must finish"), "exempt": N_("Exempt"), "guest": N_("Takes part by choice")}
STATE_NAMES = {"draft": N_("In preparation"), "open": N_("Open"), "closed": N_("Closed")}
MODULE_DEEDS = ("add", "remove", "up", "down")
CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,31}")
LONGEST_SUGGESTION = 26  # leaves room for a number when it is taken
LONGEST_TITLE = 200
LONGEST_REASON = 300
LONGEST_LABEL = 60
LONGEST_WINDOW = timedelta(days=3 * 366)
OFFICE_ENDS = time(17, 30)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something cannot be done: the form field it concerns ("" for the whole) and an English msgid.

    `moments` are filled into the sentence where it is shown.
    """

    field: str
    message: str
    moments: tuple[tuple[str, datetime], ...] = ()


def window_refusals(opens_at: datetime, closes_at: datetime) -> list[Refusal]:
    """What is wrong with a window as such."""
    if closes_at <= opens_at:
        return [Refusal("closes_at", N_("The closing time must come after the opening time."))]
    if closes_at - opens_at > LONGEST_WINDOW:
        return [Refusal("closes_at", N_("The window is longer than three years. Please check the year."))]
    return []


def change_refusals(
    before: tuple[datetime, datetime], after: tuple[datetime, datetime], state: str
) -> list[Refusal]:
    """What is wrong with changing a course's window (opens_at, closes_at). Once the course is open it may only
    grow, so that its exams stay inside."""
    found = window_refusals(*after)
    if state == "draft" or found:
        return found
    if after[0] > before[0]:
        found.append(
            Refusal(
                "opens_at",
                N_("The course is open: it cannot open later than {time}."),
                (("time", before[0]),),
            )
        )
    if after[1] < before[1]:
        found.append(
            Refusal(
                "closes_at", N_("The course is open: it cannot close before {time}."), (("time", before[1]),)
            )
        )
    return found


def stage_refusals(window: tuple[datetime, datetime], course: tuple[datetime, datetime]) -> list[Refusal]:
    """What is wrong with the window (opens_at, closes_at) of a stage of a course with that window."""
    message = N_("The stage must lie within the course, which runs from {opens} to {closes}.")
    return inner_refusals(window, course, message)


def inner_refusals(
    window: tuple[datetime, datetime], course: tuple[datetime, datetime], message: str
) -> list[Refusal]:
    """What is wrong with a window as such; or, said by `message` with {opens} and {closes}, that it leaves its
    course's."""
    inside = (("opens", course[0]), ("closes", course[1]))
    outside = (("opens_at", window[0] < course[0]), ("closes_at", window[1] > course[1]))
    return window_refusals(*window) or [Refusal(field, message, inside) for field, out in outside if out]


def opening_refusals(
    *, state: str, modules: int, units: int, closes_at: datetime, now: datetime
) -> list[Refusal]:
    """What is missing before a course can be opened (or newcomers enrolled)."""
    found = []
    if state == "closed":
        found.append(Refusal("", N_("The course has been closed.")))
    if not modules:
        found.append(Refusal("modules", N_("Choose at least one module.")))
    if not units:
        found.append(Refusal("units", N_("Choose at least one unit that takes part.")))
    if closes_at <= now:
        found.append(
            Refusal(
                "closes_at",
                N_("The course's window ended at {time}. Set a later closing time."),
                (("time", closes_at),),
            )
        )
    return found


def ends_after_hours(moment: datetime) -> bool:
    """Whether a deadline falls outside office hours: after 17:30, or on a Saturday or Sunday."""
    here = local(moment)
    return here.weekday() >= 5 or here.time() > OFFICE_ENDS


def suggested_code(words: str, suffix: str, taken: Collection[str]) -> str:
    """A short code for a title: initials (numbers and Roman numerals whole), a suffix, and a number if taken.

    `Nghị quyết Đại hội 18`, `2026` → `NQDH18-2026`.
    """
    known = re.findall(r"[a-z0-9]+", fold_words(words))
    initials = "".join(_initial(word) for word in known)[:8].upper() or "X"
    base = f"{initials}-{suffix.upper()}"[:LONGEST_SUGGESTION].rstrip("-")
    names = (base if n == 1 else f"{base}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _initial(word: str) -> str:
    return word if word.isdigit() or re.fullmatch(r"[ivxlc]{2,}", word) else word[:1]


def normal_code(text: str) -> str:
    """A code as it is kept: capitals, no blanks. Empty when nothing was typed."""
    return "".join(clean(text).split()).upper()


def rearranged(modules: Sequence[int], module: int, deed: str) -> list[int]:
    """The modules after "add", "remove", "up" or "down" of one; what cannot be done changes nothing."""
    order = [m for m in modules if m != module]
    if deed == "remove":
        return order
    if module not in modules:
        return [*order, module] if deed == "add" else order
    at = list(modules).index(module) + {"up": -1, "down": 1}.get(deed, 0)
    order.insert(max(at, 0), module)
    return order


def exemption_refusals(obligation: str, reason: str) -> list[Refusal]:
    """What is wrong with exempting somebody: only those who must finish can be exempt, and only with a reason."""
    if obligation != "must":
        return [Refusal("", N_("Only a person who must finish can be exempted."))]
    if not clean(reason):
        return [Refusal("reason", N_("Say why the person is exempt; the report lists the reason."))]
    if len(reason) > LONGEST_REASON:
        return [Refusal("reason", N_("The reason is longer than 300 characters."))]
    return []


SOON = timedelta(days=3)
SHOWN = timedelta(days=7)  # the time left is told when it matters


def deadline(at: datetime, now: datetime) -> dict[str, Any]:
    """{at, left, state} of a deadline, as macros/pages.html shows it; state is later, soon or over."""
    left = at - now
    state = "over" if left <= timedelta(0) else "soon" if left <= SOON else "later"
    return {"at": at, "left": left if timedelta(0) < left <= SHOWN else None, "state": state}
