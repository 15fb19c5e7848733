"""A table of figures or names as plain data: what every writer (xlsx, csv, json, PDF) starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from lms.kit.charts import Chart
from lms.kit.papers import OfficialHeader, Signature

Kind = Literal["text", "integer", "decimal", "percent", "date"]
Value = str | int | float | Decimal | date | None

WIDTHS: dict[Kind, int] = {"text": 28, "integer": 11, "decimal": 11, "percent": 11, "date": 13}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. A percent is a fraction (0.9916 is printed 99,16%); a date may be a text such as "1958".

    `width` is in characters; `group` is the heading shared with the neighbours of the same group; `formula`
    is what the row of column numbers says instead of "(3)", for example "(3)=(2)/(1)".
    """

    key: str
    title: str
    kind: Kind = "text"
    width: int = 0
    group: str = ""
    formula: str = ""

    @property
    def chars(self) -> int:
        """The width in characters, the kind's usual one where none is given."""
        return self.width or WIDTHS[self.kind]

    @property
    def heading(self) -> str:
        """The title with its group, for formats with a single heading row."""
        return f"{self.group}: {self.title}" if self.group else self.title


@dataclass(frozen=True, slots=True)
class Row:
    """One line: a value for every column; `level` indents the first text column, `strong` is printed bold."""

    values: tuple[Value, ...]
    level: int = 0
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A whole report. `rows` may be an iterator: every writer reads it once, in order, keeping few.

    `intro` are paragraphs above the table, `as_of` the line "(Số liệu tính đến …)", `unit_of_count` the line
    "Đơn vị tính: người", `note` stands below. Without a header it is a bare table.
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    subtitle: str = ""
    intro: tuple[str, ...] = ()
    as_of: str = ""
    unit_of_count: str = ""
    note: str = ""
    totals: Row | None = None
    column_numbers: bool = False
    header: OfficialHeader | None = None
    signatures: tuple[Signature, ...] = ()
    recipients: tuple[str, ...] = ()
    chart: Chart | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The row "(1) (2) (3)=(2)/(1)" under the headings."""
        return tuple(column.formula or f"({place})" for place, column in enumerate(self.columns, 1))

    @property
    def groups(self) -> tuple[tuple[str, int], ...]:
        """Runs of neighbouring columns with one group heading: (heading, how many columns)."""
        runs: list[tuple[str, int]] = []
        for column in self.columns:
            if runs and column.group and runs[-1][0] == column.group:
                runs[-1] = (column.group, runs[-1][1] + 1)
            else:
                runs.append((column.group, 1))
        return tuple(runs)

    @property
    def grouped(self) -> bool:
        return any(column.group for column in self.columns)

    @property
    def indented(self) -> int:
        """The place of the column that shows the level: the first text column wide enough to be a name."""
        names = [place for place, column in enumerate(self.columns) if column.kind == "text"]
        return next((place for place in names if self.columns[place].chars > 6), names[0] if names else 0)
