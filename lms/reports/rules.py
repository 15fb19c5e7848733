"""Rules of reports, pure: rates, what is listed first, how far a person is, and how lines are numbered."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from decimal import Decimal

from lms.kit.i18n import N_, _
from lms.vietnamese.dates import VIETNAM, DateUnreadable, local, parse_date, parse_moment

HALF = 50  # percent; units below it are counted in the heading
LONGEST_NAME = 120  # characters of a file name

AS_OF_WORDS = {"then": "theo đơn vị tại thời điểm thi", "now": "theo đơn vị hiện nay"}  # on papers

UNREADABLE = N_("Date and time cannot be read. Please write them like this: 20/11/2026 17:30.")
TO_COME = N_("This moment has not come yet. Please choose an earlier one.")

HOW_FAR = {
    "unread": N_("Has not read yet"),
    "reading": N_("Has begun to read"),
    "sitting": N_("Has begun the test"),
    "waiting": N_("Handed in, waiting to be marked"),
    "failed": N_("Tested, not passed yet"),
    "partly": N_("Passed in part"),
    "exempt": N_("Exempt"),
    "exempt_finished": N_("Exempt, finished all the same"),
}


def percent(finished: int, must: int) -> Decimal | None:
    """Percentage of those who must; None when nobody must."""
    return Decimal(100 * finished) / must if must else None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit in a report: `depth` below the unit that is reported on (0: its own people), and its counts. `ended`: the
    day from which it exists no more, where that is not after the day of the report."""

    unit_id: int
    parent_id: int | None
    name: str
    depth: int
    counts: Mapping[str, int]
    ended: date | None = None

    @property
    def percent(self) -> Decimal | None:
        return percent(self.counts["finished"], self.counts["must"])


def anybody(counts: Mapping[str, int]) -> bool:
    """Whether the counts are of anybody at all."""
    return any(counts[name] for name in ("must", "exempt", "guests"))


def with_own_people(whole: UnitLine, parts: Sequence[UnitLine]) -> list[UnitLine]:
    """The parts, after a line for those who belong to the unit itself and to none of them, if there are any:
    so that the lines add up to the whole. Without parts the unit itself, as a line."""
    counts = {name: n - sum(part.counts[name] for part in parts) for name, n in whole.counts.items()}
    if not parts:
        return [replace(whole, depth=0)]
    own = replace(whole, name=_("Directly in {unit}", unit=whole.name), depth=0, counts=counts)
    return [own, *parts] if anybody(counts) else list(parts)


def worst_first(lines: Iterable[UnitLine]) -> list[UnitLine]:
    """Lowest rate first, of equal rates the one with more people missing; where nobody must, last."""

    def place(line: UnitLine) -> tuple[bool, Decimal, int]:
        missing = line.counts["must"] - line.counts["finished"]
        return (line.percent is None, line.percent or Decimal(0), -missing)

    return sorted(lines, key=place)


def below_half(lines: Iterable[UnitLine]) -> int:
    """How many units are below half; where nobody must finish nothing is low."""
    return sum(1 for line in lines if line.percent is not None and line.percent < HALF)


def how_far(
    *,
    obligation: str,
    finished: bool,
    read: bool,
    started: bool,
    submitted: bool,
    passed: bool,
    waiting: bool = False,
) -> str:
    """A code of HOW_FAR. `submitted`, `passed` and `waiting` for its marker: at least one test of the course."""
    if obligation == "exempt":
        return "exempt_finished" if finished else "exempt"
    if passed:
        return "partly"  # whoever passed every test is not in the list
    if waiting:
        return "waiting"
    if submitted:
        return "failed"
    if started:
        return "sitting"
    return "reading" if read else "unread"


def roman(number: int) -> str:
    """`IV` of 4, as reports number the first level of units. Raises ValueError below 1."""
    if number < 1:
        raise ValueError(f"{number} has no Roman numeral")
    signs = (
        (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
        (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    )  # fmt: skip
    text = ""
    for value, sign in signs:
        count, number = divmod(number, value)
        text += sign * count
    return text


def as_of_line(at: datetime, as_of: str = "then") -> str:
    """The line under a report's title, with whose units it means: "(Số liệu tính đến 14 giờ 05, ngày 23/11/2026, theo
    đơn vị hiện nay)"."""
    here = local(at)
    units = AS_OF_WORDS[as_of]
    return f"(Số liệu tính đến {here:%H} giờ {here:%M}, ngày {here:%d/%m/%Y}, {units})"


class MomentRefused(ValueError):
    """What was typed is no moment, or none that has been. `message` is a msgid."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def read_moment(text: str, now: datetime) -> datetime:
    """The moment of "20/11/2026 17:30" or "2026-11-20T17:30" on Vietnam's clock; a day alone means its end, today's is
    now.

    Raises MomentRefused when it cannot be read or has not come yet.
    """
    try:
        moment, whole_day = _moment(text.strip())
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=VIETNAM)).astimezone(UTC)
    except (ValueError, OverflowError) as reason:
        raise MomentRefused(UNREADABLE) from reason
    if whole_day and local(moment).date() == local(now).date():
        return now
    if moment > now:
        raise MomentRefused(TO_COME)
    return moment


def _moment(text: str) -> tuple[datetime, bool]:
    """What was typed, and whether it names a day alone. Raises ValueError."""
    with contextlib.suppress(DateUnreadable):
        if day := parse_date(text).as_date():
            return datetime.combine(day, time(23, 59, 59)), True
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(text), False
    return parse_moment(text), False


def moment_text(moment: datetime) -> str:
    """What `read_moment` reads, exactly: for addresses and what is kept."""
    here = local(moment).replace(tzinfo=None)
    return here.isoformat(timespec="auto" if here.microsecond or here.second else "minutes")


def file_name(title: str, course: str, unit: str, at: datetime, ending: str) -> str:
    """What the file is called where it is saved: report, course, unit and day, without signs no system takes."""
    words = " - ".join(filter(None, (title, course, unit)))
    kept = re.sub(r"\s+", " ", re.sub(r"[\x00-\x1f\x7f\\/:*?\"<>|;]", " ", words)).strip()
    return f"{kept[:LONGEST_NAME].rstrip(' .')} - {local(at):%Y-%m-%d}.{ending}"
