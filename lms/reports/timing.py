"""When scheduled reports are due, and when nobody is to be disturbed: pure, on Vietnam's clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from lms.vietnamese.dates import VIETNAM, local

DAYS = 7
MORNING, EVENING = 7, 21  # hours between which people may be reminded


def last_due(weekdays: str, hour: int, now: datetime) -> datetime | None:
    """The latest moment not after `now` that lies on one of the days ("04": Monday and Friday) at the hour, in UTC."""
    return next((due for due in _moments(weekdays, hour, now, range(DAYS + 1), -1) if due <= now), None)


def next_due(weekdays: str, hour: int, now: datetime) -> datetime | None:
    """The first moment after `now`."""
    return next((due for due in _moments(weekdays, hour, now, range(DAYS + 1), 1) if due > now), None)


def _moments(weekdays: str, hour: int, now: datetime, steps: range, way: int) -> list[datetime]:
    today = local(now).date()
    days = (today + timedelta(days=way * step) for step in steps)
    return [
        datetime.combine(day, time(hour), VIETNAM).astimezone(UTC)
        for day in days
        if str(day.weekday()) in weekdays
    ]


def not_at_night(now: datetime) -> datetime:
    """`now`, or the next morning when it is too late or too early to be reminded of anything."""
    here = local(now)
    if MORNING <= here.hour < EVENING:
        return now
    day = here.date() + timedelta(days=1 if here.hour >= EVENING else 0)
    return datetime.combine(day, time(MORNING), VIETNAM).astimezone(UTC)


def addresses(text: str) -> list[str]:
    """What stands in a field for addresses, however it is separated, each once."""
    return list(dict.fromkeys(part for part in re.split(r"[\s,;]+", text) if part))
