"""Collecting what is found: one by one where somebody must look at the row, once a sheet where many rows are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lms.organisation.roster.sheets import column_letter
from lms.questions.problem import Problem, warning

MOST_ALIKE = 1_000  # findings of one code that are listed; the others are counted
_SHOWN_ROWS = 10
ERRORS = frozenset({
    "duplicate_card", "bad_date", "bad_card", "card_is_citizen", "no_name", "name_too_long", "cell_broken",
    "formula_empty",
})  # fmt: skip


@dataclass(slots=True)
class _Alike:
    column: int
    rows: list[int] = field(default_factory=list)
    count: int = 0
    params: dict[str, object] = field(default_factory=dict)


class Findings:
    """The problems of a file in the order in which they were found."""

    def __init__(self) -> None:
        self._listed: list[Problem] = []
        self._counts: Counter[str] = Counter()
        self._alike: dict[tuple[str, str], _Alike] = {}

    def add(self, code: str, sheet: str, row: int = 0, column: int = -1, /, **params: object) -> None:
        """One finding; `row` counts from 1, `column` from 0."""
        self._counts[code] += 1
        if self._counts[code] > MOST_ALIKE:
            return
        self._listed.append(
            Problem("error" if code in ERRORS else "warning", code, _place(sheet, row, column), params)
        )

    def again(self, code: str, sheet: str, row: int, column: int = -1, /, **params: object) -> None:
        """A finding that row after row may have: told once a sheet with the number of rows and the first of them."""
        alike = self._alike.get((code, sheet))
        if alike is None:
            alike = self._alike[code, sheet] = _Alike(column, params=params)
        alike.count += 1
        if len(alike.rows) < _SHOWN_ROWS:
            alike.rows.append(row)

    def take(self, problems: Iterable[Problem]) -> None:
        """Findings made elsewhere."""
        self._listed.extend(problems)

    def told(self) -> tuple[Problem, ...]:
        """Everything: errors and single findings first, then what is told once a sheet."""
        more = [
            warning("more_alike", count=count - MOST_ALIKE).at(kind=code)
            for code, count in self._counts.items()
            if count > MOST_ALIKE
        ]
        return (*self._listed, *(self._of(*key, alike) for key, alike in self._alike.items()), *more)

    @staticmethod
    def _of(code: str, sheet: str, alike: _Alike) -> Problem:
        rows = ", ".join(map(str, alike.rows)) + (" …" if alike.count > len(alike.rows) else "")
        params = {"count": alike.count, "rows": rows, **alike.params}
        return Problem("warning", code, _place(sheet, alike.rows[0], alike.column), params)


def _place(sheet: str, row: int, column: int) -> dict[str, int | str]:
    """Where it is, as far as it is known: the sheet's name, the row from 1, the letter of the column."""
    place: dict[str, int | str] = {"sheet": sheet, "row": row}
    if column >= 0:
        place["column"] = column_letter(column)
    return {part: value for part, value in place.items() if value}
