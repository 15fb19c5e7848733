"""What is kept of a table is the table, and two tables are compared cell by cell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lms.kit.charts import Bar, bar_chart
from lms.kit.papers import OfficialHeader, Signature
from lms.kit.tables import TABLE_FORMATS, Column, Row, Table, table_bytes
from lms.reports import keeping
from lms.reports.compare import compare

COLUMNS = (
    Column("number", "STT", width=6),
    Column("unit", "Đơn vị", width=32),
    Column("must", "Phải học", "integer", group="Người"),
    Column("percent", "Tỷ lệ (%)", "percent", group="Người", formula="(4)=(3)/(2)"),
    Column("note", "Ghi chú"),
)
values = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8),
    st.integers(-(10**12), 10**12),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**6), max_value=10**6),
    st.dates(date(1900, 1, 1)),
)
rows = st.builds(Row, st.tuples(*[values] * 5), st.integers(0, 3), st.booleans())


def table(*lines: Row, totals: Row | None = None) -> Table:
    return Table(
        name="completion",
        title="BÁO CÁO",
        columns=COLUMNS,
        rows=lines,
        totals=totals,
        header=OfficialHeader(style="party", issuer="Đảng ủy", number="05-BC/ĐU", day=date(2026, 11, 23)),
        signatures=(Signature(post="BÍ THƯ"),),
        chart=bar_chart("c", "Một nửa", [Bar("Chi bộ 1", 0.5, "50%", low=True)]),
    )


@given(lines=st.lists(rows, max_size=6), totals=st.none() | rows)
def test_a_kept_table_comes_back_as_it_was(lines: list[Row], totals: Row | None) -> None:
    whole = table(*lines, totals=totals)
    data = json.loads(json.dumps(keeping.kept(whole), ensure_ascii=False))
    assert keeping.table_of(data) == whole
    shuffled = dict(reversed(data.items()))
    assert keeping.fingerprint(shuffled) == keeping.fingerprint(keeping.kept(whole))


@given(lines=st.lists(rows, min_size=1, max_size=4), other=values)
def test_another_figure_has_another_fingerprint(lines: list[Row], other: Any) -> None:
    first = lines[0]
    changed = replace(first, values=(*first.values[:4], other))
    alike = json.dumps(keeping.kept(table(*lines))) == json.dumps(keeping.kept(table(changed, *lines[1:])))
    marks = [keeping.fingerprint(keeping.kept(table(*some))) for some in (lines, [changed, *lines[1:]])]
    assert (marks[0] == marks[1]) == alike


def test_every_format_of_the_kept_table_is_the_same_file() -> None:
    line = Row(("1", "Chi bộ 1", 12, Decimal(1) / 3, "=1+1"), 1)
    whole = table(line, totals=replace(line, level=0))
    again = keeping.table_of(json.loads(json.dumps(keeping.kept(whole))))
    for name in TABLE_FORMATS:
        assert table_bytes(name, again) == table_bytes(name, whole), name


def line(name: str, must: int, level: int = 0) -> Row:
    return Row(("1", name, must, "–", ""), level)


def test_lines_are_told_by_their_name_and_what_stands_above() -> None:
    before = table(line("Phường A", 3), line("Chi bộ 1", 1, 1), line("Phường B", 5), line("Chi bộ 1", 2, 1))
    after = table(line("Phường A", 3), line("Chi bộ mới", 4, 1), line("Phường B", 6), line("Chi bộ 1", 2, 1))
    found = compare(before, after)
    assert [(one.kind, one.name) for one in found.lines] == [
        ("same", "Phường A"),
        ("gone", "Chi bộ 1"),
        ("added", "Chi bộ mới"),
        ("changed", "Phường B"),
        ("same", "Chi bộ 1"),
    ]
    assert [(c.column.key, c.before, c.after) for c in found.lines[3].changes] == [("must", 5, 6)]
    assert (found.count("changed"), found.count("added"), found.count("gone"), found.alike) == (
        1,
        1,
        1,
        False,
    )


def test_numbers_of_lines_do_not_make_a_difference_and_equal_names_are_paired_in_order() -> None:
    before = table(line("Nguyễn An", 1), line("Nguyễn An", 2), totals=line("Tổng cộng", 3))
    moved = replace(line("Nguyễn An", 1), values=("7", "Nguyễn An", Decimal("1.0"), "–", None))
    after = table(moved, line("Nguyễn An", 2), totals=line("Tổng cộng", 3))
    assert compare(before, after, ("unit",)).alike


def test_only_columns_of_both_are_compared() -> None:
    before = table(line("Phường A", 3))
    after = replace(
        before,
        columns=(*COLUMNS, Column("new", "Mới")),
        rows=(replace(line("Phường A", 3), values=(*line("Phường A", 3).values, "x")),),
    )
    found = compare(before, after)
    assert found.alike
    assert [column.key for column in found.others] == ["new"]


@given(lines=st.lists(rows, max_size=6), others=st.lists(rows, max_size=6))
def test_a_comparison_says_every_line_of_both_once(lines: list[Row], others: list[Row]) -> None:
    found = compare(table(*lines), table(*others))
    kinds = [one.kind for one in found.lines]
    assert len(lines) == sum(kind != "added" for kind in kinds)
    assert len(others) == sum(kind != "gone" for kind in kinds)
    assert compare(table(*lines), table(*lines)).alike
