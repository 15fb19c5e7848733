"""Axes: round numbers to stand on a scale, days that fit beside each other, and lines of words that do not touch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from lms.kit.charts.drawing import Words, apart, within
from lms.kit.charts.text import SMALL, text_width

YEAR = 365
_DAYS = (1, 2, 5, 7, 10, 14, 30, 60, 91, 182, 365)


def round_numbers(most: float, steps: int = 4) -> list[int]:
    """0 and whole numbers above it at equal distances of 1, 2 or 5 times a power of ten, the last not below `most`."""
    step, power = 1, 1
    while step * steps < most:
        step = next((n * power for n in (1, 2, 5) if n * power * steps >= most), step)
        power *= 10
    count = max(-(-int(most + 0.999999) // step), 1)
    return [step * n for n in range(count + 1)]


def day_label(day: date, first: date, last: date) -> str:
    """A day on a scale from one day to another: with its year where a day and month could be of two of them."""
    return f"{day:%d/%m}" if (last - first).days < YEAR else f"{day:%d/%m/%y}"


def days_shown(first: date, last: date, room: float) -> list[date]:
    """Every day, every second one and so on between two days, so that their labels fit into `room`."""
    days = (last - first).days + 1
    wide = text_width(day_label(first, first, last), SMALL) + 14
    fits = max(int(room / wide), 1)
    step = next((step for step in _DAYS if step * fits >= days), -(-days // fits))
    return [first + timedelta(days=n) for n in range(0, days, step)]


def in_a_line(words: Iterable[Words], left: float, right: float) -> list[Words]:
    """The words moved into the borders; those that would touch an earlier one are left out."""
    placed: list[Words] = []
    for one in words:
        moved = within(one, left, right)
        if apart(moved, placed):
            placed.append(moved)
    return placed
