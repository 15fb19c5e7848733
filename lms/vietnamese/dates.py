"""Dates and times as Vietnamese readers write them. All moments are aware; the office clock is Vietnam's.

Dates of life and of sources may be known only to the month or the year: `PartialDate`.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from lms.vietnamese.text import clean, fold

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR, LAST_YEAR = 1900, 2100
_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_UNITS = ((86400, "ngày"), (3600, "giờ"), (60, "phút"), (1, "giây"))

_SEP = r" ?[/.\- ] ?"
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        rf"(?:ngay )?(?P<day>\d{{1,2}}){_SEP}(?P<month>\d{{1,2}}){_SEP}(?P<year>\d{{4}}|\d{{2}})",
        r"(?:ngay )?(?P<day>\d{1,2}) thang (?P<month>\d{1,2}),? nam (?P<year>\d{4})",
        rf"(?:thang )?(?P<month>\d{{1,2}}){_SEP}(?P<year>\d{{4}})",
        r"thang (?P<month>\d{1,2}),? nam (?P<year>\d{4})",
        r"(?:nam )?(?P<year>\d{4})",
    )
)
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?::| ?giờ ?| ?[hg])(\d{2})?(?::00)?(?!\d)", re.IGNORECASE)


class DateUnreadable(ValueError):
    """The text is not a date of the calendar between 1900 and 2100; `text` is what was given."""

    def __init__(self, text: str) -> None:
        super().__init__(f"not a date: {text[:40]!r}")
        self.text = text


class MomentUnreadable(ValueError):
    """The text is not a day with a time of day; `text` is what was given, `day_alone` whether only the time lacks."""

    def __init__(self, text: str, *, day_alone: bool = False) -> None:
        super().__init__(f"not a moment: {text[:40]!r}")
        self.text = text
        self.day_alone = day_alone


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which the day, or day and month, may be unknown. Raises ValueError if it is no date."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.month is None and self.day is not None:
            raise ValueError("a day needs its month")
        if not FIRST_YEAR <= self.year <= LAST_YEAR:
            raise ValueError(f"year {self.year} is outside {FIRST_YEAR}–{LAST_YEAR}")
        date(self.year, 1 if self.month is None else self.month, 1 if self.day is None else self.day)

    def as_date(self) -> date | None:
        """The day itself, when it is known."""
        return date(self.year, self.month, self.day) if self.month and self.day else None

    def isoformat(self) -> str:
        """`1962-03-05`, `1962-03` or `1962`; the order of these strings is the order of time."""
        known = [f"{self.year:04d}"] + [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(known)

    @classmethod
    def fromisoformat(cls, text: str) -> "PartialDate":
        """What `isoformat` wrote. Raises ValueError."""
        year, *rest = (int(part) for part in text.split("-"))
        return cls(year, *rest)

    def __str__(self) -> str:
        """As printed: `05/03/1962`, `03/1962` or `1962`."""
        known = [f"{part:02d}" for part in (self.day, self.month) if part is not None] + [f"{self.year:04d}"]
        return "/".join(known)


def parse_date(text: str) -> PartialDate:
    """A date as people write it: day before month, `/ . -` or spaces between, or in words.

    `5/3/1962`, `05-03-1962`, `5.3.62`, `1962-03-05`, `ngày 5 tháng 3 năm 1962`, `3/1962`, `tháng 3/1962`,
    `1962`, `năm 1962`. A year of two digits is 1930–2029 (as spreadsheets have it). Raises DateUnreadable.
    """
    folded = fold(text)
    for shape in _SHAPES:
        found = shape.fullmatch(folded)
        if found:
            return _partial(found.groupdict(), text)
    raise DateUnreadable(text)


def _partial(parts: dict[str, str | None], text: str) -> PartialDate:
    month, day = (int(number) if number else None for number in (parts.get("month"), parts.get("day")))
    try:
        return PartialDate(_year(parts["year"] or ""), month, day)
    except ValueError as refused:
        raise DateUnreadable(text) from refused


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 1900 + year if year >= 30 else 2000 + year


def parse_moment(text: str) -> datetime:
    """A day with a time of day on Vietnam's clock, as people write it or as programs do; aware.

    `05/12/2026 14:30`, `7h30 23/11/2026`, `17:30, ngày 27-11-2026`, `2026-11-23T07:30`. Raises MomentUnreadable.
    """
    typed = clean(text)
    clock = _CLOCK.search(typed)
    if clock is None:
        raise MomentUnreadable(text, day_alone=_is_day(typed))
    before, after = (part.strip(" ,T") for part in (typed[: clock.start()], typed[clock.end() :]))
    try:
        day = parse_date(f"{before} {after}".strip()).as_date()
        at = time(int(clock[1]), int(clock[2] or 0))
    except (DateUnreadable, ValueError) as refused:
        raise MomentUnreadable(text) from refused
    if day is None:
        raise MomentUnreadable(text)
    return datetime.combine(day, at, VIETNAM)


def _is_day(text: str) -> bool:
    try:
        return parse_date(text).as_date() is not None
    except DateUnreadable:
        return False


def local(moment: datetime) -> datetime:
    """The moment on Vietnam's clock. Raises ValueError for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(VIETNAM)


def format_date(day: date) -> str:
    """`05/02/2026`; of an aware datetime the day in Vietnam."""
    return f"{_day(day):%d/%m/%Y}"


def format_moment(moment: datetime) -> str:
    """`17:30 thứ Sáu, 27/11/2026`."""
    here = local(moment)
    return f"{here:%H:%M} {_WEEKDAYS[here.weekday()]}, {here:%d/%m/%Y}"


def typed_moment(moment: datetime) -> str:
    """`27/11/2026 17:30`, as it is typed into a field; `parse_moment` reads it."""
    return f"{local(moment):%d/%m/%Y %H:%M}"


def format_long_date(day: date) -> str:
    """`ngày 05 tháng 02 năm 2026`: a 0 before days under 10 and the months 1 and 2 (NĐ 30/2020/NĐ-CP)."""
    day = _day(day)
    month = f"{day.month:02d}" if day.month <= 2 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def place_date_line(place: str, day: date) -> str:
    """`Hà Nội, ngày 05 tháng 02 năm 2026`, the line above an official paper."""
    return f"{clean(place)}, {format_long_date(day)}"


def duration_words(length: timedelta | float, parts: int = 2) -> str:
    """A length of time (seconds or timedelta) in words, at most `parts` units: `1 giờ 30 phút`.

    Rounded down, as remaining time must be; `0 giây` for nothing and for less than nothing.
    """
    left = int(length.total_seconds() if isinstance(length, timedelta) else length)
    words: list[str] = []
    for size, unit in _UNITS:
        count, left = divmod(max(left, 0), size)
        if count:
            words.append(f"{count} {unit}")
        elif words:
            break
        if len(words) == parts:
            break
    return " ".join(words) or "0 giây"


def _day(day: date) -> date:
    return local(day).date() if isinstance(day, datetime) else day
