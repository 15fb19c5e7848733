"""The charts of the pages, each with its finding as the title."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lms.kit import words
from lms.kit.charts import Bar, BarChart, Drawing, bars_for_page
from lms.kit.i18n import _
from lms.quality.drawing import Day, days_chart
from lms.quality.views.figure_words import percent

LONGEST_LABEL = 40  # characters of an option beside its bar


def option_chart(name: str, rows: Sequence[dict[str, Any]]) -> BarChart:
    """The options as bars; wrong ones are hatched."""
    bars = [Bar(_option(row), row["share"], row["share_text"], low=not row["right"]) for row in rows]
    best = max(rows, key=lambda row: float(row["share"]))
    title = _("Most people chose {letter}: {share}", letter=best["letter"], share=best["share_text"])
    return bars_for_page(name, title, bars, lowest_first=False)


def _option(row: dict[str, Any]) -> str:
    text = row["text"] if len(row["text"]) <= LONGEST_LABEL else row["text"][:LONGEST_LABEL].rstrip() + "…"
    letter = row["letter"]
    return _("{letter}. {text} (right)", letter=letter, text=text) if row["right"] else f"{letter}. {text}"


def day_chart(name: str, rows: Sequence[dict[str, Any]], *, weekly: bool) -> Drawing | None:
    """Facility by day of one question or of the whole exam; None for a single day."""
    if len(rows) < 2:
        return None
    shares = [row["facility"] for row in rows]
    title = _(
        "Right answers from {first} to {last}: between {low} and {high}",
        first=words.day(rows[0]["day"]),
        last=words.day(rows[-1]["day"]),
        low=percent(min(shares)),
        high=percent(max(shares)),
    )
    measured = _("Right answers by week") if weekly else _("Right answers by day")
    days = [Day(row["day"], row["facility"], row.get("expected")) for row in rows]
    told = "; ".join(f"{row['day']:%d/%m}: {row['facility_text']}" for row in rows)
    return days_chart(name, title, days, (measured, _("expected by all other questions")), told)
