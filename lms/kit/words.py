"""Dates, times and numbers as the person reading them writes them: Vietnamese first, English second."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from lms.kit.i18n import language
from lms.vietnamese import dates, numbers


def moment(value: datetime) -> str:
    """`17:30 thứ Sáu, 27/11/2026`, or `17:30 Friday, 27 Nov 2026`."""
    if language() == "vi":
        return dates.format_moment(value)
    return f"{dates.local(value):%H:%M %A, %-d %b %Y}"


def time_of_day(value: datetime) -> str:
    """`14:05:12`, on Vietnam's clock."""
    return f"{dates.local(value):%H:%M:%S}"


def day(value: date) -> str:
    """`27/11/2026` in both languages: the papers of the product are Vietnamese."""
    return dates.format_date(value)


def duration(value: timedelta) -> str:
    """`1 giờ 30 phút`, or `1 hour 30 minutes`."""
    if language() == "vi":
        return dates.duration_words(value)
    words, left = [], max(int(value.total_seconds()), 0)
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {name}{'s' if count > 1 else ''}")
        elif words:
            break
    return " ".join(words[:2]) or "0 seconds"


def as_told(value: timedelta | None) -> timedelta | None:
    """The same without what `duration` does not say of it: seconds, once there are hours."""
    if value is None or value < timedelta(hours=1):
        return value and timedelta(seconds=int(value.total_seconds()))
    return value - value % timedelta(minutes=1)


def number(value: Decimal | float, places: int | None = None) -> str:
    """`1.234,5`, or `1,234.5`."""
    return _marks(numbers.format_number(value, places))


def percent(value: Decimal | float, places: int = 2) -> str:
    """`83,40%` of 83.4 (a percentage, not a share)."""
    return _marks(numbers.format_percent(Decimal(value) / 100, places))


def _marks(vietnamese: str) -> str:
    return vietnamese if language() == "vi" else vietnamese.translate(str.maketrans(".,", ",."))


def born(value: str | None) -> str:
    """`05/03/1962` of "1962-03-05", `1962` of "1962", nothing of None."""
    return "/".join(reversed(value.split("-"))) if value else ""
