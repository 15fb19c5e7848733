"""What a benchmark says, as a line of the table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached, as a bound of one field of the figure."""

    what: str  # a field of the JSON: "ratio", "value", "rss_mb" ...
    bound: float
    at_least: bool

    def __str__(self) -> str:
        return f"{self.what} {'≥' if self.at_least else '≤'} {self.bound:g}"

    def reached(self, figure: Mapping[str, Any]) -> bool:
        value = figure[self.what]
        return bool(value >= self.bound if self.at_least else value <= self.bound)


def at_least(what: str, bound: float) -> Goal:
    return Goal(what, bound, at_least=True)


def at_most(what: str, bound: float) -> Goal:
    return Goal(what, bound, at_least=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured thing. `runs` and `floors` are pairs measured one after the other.

    `ratio` is the share of the floor that is reached, 1 being the floor itself, whether more is better or less:
    the median over the pairs, because the machine drifts from one minute to the next, within a pair hardly.
    `more` holds further numbers of the same runs: cpu_ms, rss_mb, p99_ms ...
    """

    runs: Sequence[float]
    unit: str
    floors: Sequence[float] = ()
    more_is_better: bool = False
    database: str = ""
    goals: tuple[Goal, ...] = ()
    more: Mapping[str, float | None] = field(default_factory=dict)

    @property
    def value(self) -> float:
        return median(self.runs)

    @property
    def floor(self) -> float | None:
        return median(self.floors) if self.floors else None

    @property
    def ratio(self) -> float | None:
        if not self.floors:
            return None
        pairs = zip(self.runs, self.floors, strict=True)
        return median(ours / floor if self.more_is_better else floor / ours for ours, floor in pairs)

    def as_json(self) -> dict[str, Any]:
        """The contract's shape; what does not apply is left out."""
        facts: dict[str, Any] = {"value": _rounded(self.value), "unit": self.unit, "database": self.database}
        facts |= {"floor": _rounded(self.floor), "ratio": _rounded(self.ratio)}
        facts |= {"runs": [_rounded(run) for run in self.runs]}
        facts |= {name: _rounded(value) for name, value in self.more.items()}
        kept = {name: value for name, value in facts.items() if value not in (None, "")}
        judged = {str(goal): goal.reached(kept) for goal in self.goals}
        return kept | ({"goals": judged} if judged else {})


def table(figures: Mapping[str, Mapping[str, Any]]) -> str:
    """The figures for people to read."""
    head = ("", "value", "floor", "ratio", "cpu ms", "rss MB", "others", "to reach")
    rows = [_row(name, figure) for name, figure in figures.items()]
    widths = [max(len(row[at]) for row in (head, *rows)) for at in range(len(head))]
    return "\n".join(_line(row, widths) for row in (head, *rows))


def _row(name: str, figure: Mapping[str, Any]) -> tuple[str, ...]:
    goals = ", ".join(
        f"{goal} {'ok' if well else 'NOT YET'}" for goal, well in figure.get("goals", {}).items()
    )
    others = f"{figure['others']:.0%}" if "others" in figure else ""
    numbers = tuple(_word(figure.get(key)) for key in ("floor", "ratio", "cpu_ms", "rss_mb"))
    return (name, f"{_word(figure['value'])} {figure['unit']}", *numbers, others, goals)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        row[0].ljust(widths[0]),
        *(cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)),
    ]
    return "  ".join([*cells, row[-1]]).rstrip()


def _word(value: float | None) -> str:
    return "" if value is None else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _rounded(value: float | None) -> float | None:
    """Four digits are more than the machine is good for."""
    return None if value is None else float(f"{value:.4g}")
