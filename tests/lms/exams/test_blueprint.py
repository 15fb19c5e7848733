"""The blueprint as it is typed and added up, without an application."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.blueprint import (
    ANY,
    ANY_TYPE,
    COLUMNS,
    MOST_QUESTIONS,
    Entry,
    count_field,
    levels_of,
    points_field,
    read_blueprint,
    totals,
    typed_blueprint,
)

TOPICS = (7, 3, 5)
TYPES = (ANY_TYPE, "numeric", "essay")  # in the order of the rows of a topic
POINTS = st.integers(1, 1_000_000).map(lambda n: Decimal(n) / 10_000)


@st.composite
def blueprints(draw: st.DrawFn) -> list[Entry]:
    """Any cells in the order of the table, few enough for a paper."""
    places = [(topic, type_, level) for topic in TOPICS for type_ in TYPES for level in COLUMNS]
    chosen = draw(st.sets(st.sampled_from(places)))
    return [
        Entry(topic, level, draw(st.integers(1, MOST_QUESTIONS // len(places))), draw(POINTS), type_)
        for topic, type_, level in places
        if (topic, type_, level) in chosen
    ]


@given(blueprints())
def test_what_is_written_into_the_form_is_read_back(cells: list[Entry]) -> None:
    entered = read_blueprint(typed_blueprint(cells), TOPICS)
    assert list(entered.cells) == cells
    assert entered.wrong == {}


def test_an_empty_cell_is_none_and_empty_points_are_the_columns() -> None:
    typed = {
        count_field(7, "recall"): "4",
        count_field(3, "recall"): " 2 ",
        count_field(5, ANY): "0",
        points_field("recall"): "0,25",
        points_field("recall", 3): "0.5",
    }
    assert read_blueprint(typed, TOPICS).cells == (
        Entry(7, "recall", 4, Decimal("0.25")),
        Entry(3, "recall", 2, Decimal("0.5")),
    )


@pytest.mark.parametrize("text", ["x", "-1", "51", "1,5", "²", "99999", "1e1"])
def test_a_count_that_is_none_is_named_by_its_field(text: str) -> None:
    field = count_field(7, "recall")
    assert set(read_blueprint({field: text}, TOPICS).wrong) == {field}


@pytest.mark.parametrize("text", ["x", "0", "-1", "100,5", "0,00001", "NaN"])
@pytest.mark.parametrize("field", [points_field("recall"), points_field(ANY, 7)])
def test_points_that_are_none_are_named_by_their_field(field: str, text: str) -> None:
    assert set(read_blueprint({field: text}, TOPICS).wrong) == {field}


def test_a_paper_has_a_largest_size() -> None:
    typed = {count_field(topic, level): "50" for topic in TOPICS for level in COLUMNS}
    assert set(read_blueprint(typed, TOPICS).wrong) == {""}


def test_a_row_for_a_type_stays_on_the_form_while_it_is_empty() -> None:
    typed = {count_field(3, ANY, "essay"): "", count_field(99, ANY, "essay"): "1", "n-3-any-haiku": "1"}
    entered = read_blueprint(typed, TOPICS)
    assert entered.cells == ()
    assert entered.typed_rows == ((3, "essay"),)


@pytest.mark.parametrize(
    ("schemes", "levels"),
    [
        ((), ("recall", "comprehension", "application", "analysis")),
        (("three",), ("recall", "comprehension", "application")),
        (("hardness", "four"), ("recall", "comprehension", "application", "analysis")),
    ],
)
def test_columns_follow_the_schemes_of_the_banks(schemes: tuple[str, ...], levels: tuple[str, ...]) -> None:
    assert levels_of(schemes) == levels


def test_fields_of_topics_that_are_not_in_the_course_are_not_read() -> None:
    assert read_blueprint({count_field(99, "recall"): "3"}, TOPICS).cells == ()


@given(blueprints())
def test_the_margins_add_up(cells: list[Entry]) -> None:
    sums = totals(cells, [(topic, ANY_TYPE) for topic in TOPICS])
    for margin in (list(sums.by_row.values()), list(sums.by_level.values())):
        assert sum(total.count for total in margin) == sums.all.count
        assert sum(total.points for total in margin) == sums.all.points
        if cells:
            whole = sum((total.percent for total in margin), Decimal(0))
            assert abs(whole - 100) < Decimal("0.001")
