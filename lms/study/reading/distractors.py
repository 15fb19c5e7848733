"""Wrong figures near a right one: possible, in its notation, and none that is true elsewhere in the passage.

Every function takes the figure, its unit, the true figures of the same measure and a number drawn from the passage
(it decides how many wrong ones are smaller), and gives wrong figures, the likeliest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from lms.vietnamese.numbers import NumberUnreadable, format_number, parse_number

_WANTED = 3
_WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?")
_STEPS = (1, -1, 2, -2, 3, -3, 4, -4, 5, 6, 7, 8)


def near_numbers(text: str, unit: str, true: Sequence[str], drawn: int) -> list[str]:
    """Numbers near `text` (or spans "65–68"), as exact as it is. Percentages stay between 0 and 100."""
    numbers = [_value(part) for part in _NUMBER.findall(text)]
    if any(number is None or number <= 0 for number in numbers) or not numbers:
        return []
    values = [number for number in numbers if number is not None]
    step = max(_grain(part, value) for part, value in zip(_NUMBER.findall(text), values, strict=True))
    is_share = unit.startswith("%") or unit == "phần trăm"
    forbidden = {_value(part) for other in true for part in _NUMBER.findall(other)}
    found: list[str] = []
    for away in _ways(drawn):
        moved = [value + away * step for value in values]
        if any(value <= 0 for value in moved) or (
            is_share and max(moved) >= 100 and max(moved) > max(values)
        ):
            continue
        if len(moved) == 1 and moved[0] in forbidden:
            continue
        found.append(_as_written(text, moved))
    return _others(found, [text, *true])


def near_words(text: str, unit: str, true: Sequence[str], drawn: int) -> list[str]:
    """Counts in words: hai, ba, bốn …"""
    if text.lower() not in _WORDS:
        return []
    value = _WORDS.index(text.lower()) + 1
    values = [value + away for away in _ways(drawn)]
    told = [_WORDS[number - 1] for number in values if 2 <= number <= len(_WORDS)]
    digits = {other.lower() for other in true} | {
        _WORDS[int(o) - 1] for o in true if o.isdigit() and 0 < int(o) <= 10
    }
    told = [word.capitalize() if text[:1].isupper() else word for word in told if word not in digits]
    return _others(told, [text])


def near_years(text: str, unit: str, true: Sequence[str], drawn: int) -> list[str]:
    """Years and spans of years; round years (2030) have round neighbours."""
    years = [int(year) for year in re.findall(r"\d{4}", text)]
    step = 5 if all(year % 5 == 0 for year in years) else 1
    forbidden = (
        {year for other in true for year in re.findall(r"\d{4}", other)} if len(years) == 1 else set(true)
    )
    found = []
    for away in _ways(drawn):
        told = re.sub(r"\d{4}", lambda year, more=away * step: str(int(year[0]) + more), text)  # type: ignore[misc]
        if told not in forbidden and 1900 < years[0] + away * step < 2100:
            found.append(told)
    return _others(found, [text, *true])


def near_dates(text: str, unit: str, true: Sequence[str], drawn: int) -> list[str]:
    """Dates and spans of days some days, a month or a year away; only days that the calendar has."""
    parts = [(int(found[0]), found.span()) for found in re.finditer(r"\d+", text)]
    days, (month, _at), (year, _at_year) = [day for day, _span in parts[:-2]], parts[-2], parts[-1]
    if not all(_exists(day, month, year) for day in days):
        return []
    found = []
    for away in _ways(drawn)[:5]:
        moved = [date(year, month, day) + timedelta(days=away * (1 if len(days) == 1 else 2)) for day in days]
        if all(day.month == month for day in moved):
            found.append(_redated(text, parts, [day.day for day in moved], month, year))
    for other_month in (month + 1, month - 1):
        if 1 <= other_month <= 12 and all(_exists(day, other_month, year) for day in days):
            found.insert(1, _redated(text, parts, days, other_month, year))
    return _others(found, [text, *true])


def near_documents(text: str, unit: str, true: Sequence[str], drawn: int) -> list[str]:
    """Other numbers before the same signs: 02-KH/TU → 12-KH/TU, 20-KH/TU."""
    digits = re.match(r"\d+", text)
    if digits is None:
        return []
    value, width = int(digits[0]), len(digits[0])
    turned = int(digits[0][::-1])
    near = [turned, *(value + away for away in (*_ways(drawn)[:4], 10, -10, 9))]
    found = [
        f"{number:0{width}d}{text[digits.end() :]}" for number in near if 0 < number < 10 ** max(width, 2)
    ]
    return _others(found, [text, *true])


def _ways(drawn: int) -> list[int]:
    """Steps away from the value: how many of the first three lead down is drawn, so the key has no usual place."""
    down = drawn % 4
    first = [-step for step in range(1, down + 1)] + list(range(1, _WANTED - down + 1))
    turn = (drawn // 4) % 3
    first = first[turn:] + first[:turn]
    return first + [step for step in _STEPS if step not in first]


def _others(found: Iterable[str], taken: Sequence[str]) -> list[str]:
    """Each once, and none that is true."""
    known, kept = set(taken), list[str]()
    for text in found:
        if text not in known:
            known.add(text)
            kept.append(text)
    return kept


def _value(text: str) -> Decimal | None:
    try:
        return parse_number(text)
    except NumberUnreadable:
        return None


def _grain(text: str, value: Decimal) -> Decimal:
    """A step that looks as exact as the figure and is large enough to matter: 12.000 → 1.000, 11 → 1, 6,57 → 1."""
    smallest = Decimal(1).scaleb(-len(text.partition(",")[2]))
    while value % (smallest * 10) == 0 and smallest * 50 <= value:
        smallest *= 10
    large = value / 12
    for step in _round_steps(smallest):
        if step >= large:
            return step
    return smallest


def _round_steps(smallest: Decimal) -> Iterator[Decimal]:
    """Steps that keep the last place as round as it is: 1, 2, 5, 10 … times the smallest."""
    step = smallest
    for _ in range(12):
        yield from (step, step * 2, step * 5)
        step *= 10


def _as_written(text: str, values: Sequence[Decimal]) -> str:
    """The values in the places and the notation of the figures in `text`."""
    left = iter(values)

    def written(found: re.Match[str]) -> str:
        value, decimals = next(left), len(found[0].partition(",")[2])
        told = format_number(value, decimals)
        return told if "." in found[0] or value >= 1000 > (_value(found[0]) or 0) else told.replace(".", "")

    return _NUMBER.sub(written, text)


def _exists(day: int, month: int, year: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _redated(
    text: str, parts: Sequence[tuple[int, tuple[int, int]]], days: Sequence[int], month: int, year: int
) -> str:
    """The date with other numbers, zeros in front where there were some."""
    told, at = [], 0
    for number, (_old, (start, end)) in zip([*days, month, year], parts, strict=True):
        old = text[start:end]
        told.append(text[at:start])
        told.append(f"{number:02d}" if old.startswith("0") and len(old) == 2 else str(number))
        at = end
    return "".join(told) + text[at:]
