"""The figures an officer sees are those that counting people one by one gives, whatever the organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import takewhile
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, update

from lms.courses.models import CourseCount
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.reports.checking import Difference, differences
from lms.vietnamese.numbers import format_number, format_share
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.reports.crowd import Crowd, gather_crowd

LONG_AGO = date(2025, 7, 1)


def make_officer(database: Database, cast: Cast, key: str, unit: str) -> None:
    with database.writing() as session:
        person, over = session.get_one(Person, cast.people[key]), session.get_one(Unit, cast.units[unit])
        organisation.grant_role(session, person, role="officer", unit=over, by=None, now=NOW)


def figures(row: dict[str, Any]) -> dict[str, int]:
    return {name: row[name] for name in row if name not in ("number", "unit", "percent", "note", "level")}


def rate(row: dict[str, int]) -> float | str:
    return row["finished"] / row["must"] if row["must"] else "–"


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_equals_a_naive_count(
    client_of: ClientOf, cast: Cast, database: Database, seed: int
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, seed)
        names = {unit.id: unit.name for unit in (session.get_one(Unit, key) for key in crowd.parents)}
    make_officer(database, cast, "an", "city")
    client = client_of("an")
    for unit_id in crowd.parents:
        address = f"/reports/{crowd.stage.course_id}/units/{unit_id}"
        report = client.get(f"{address}/completion.json").json
        assert report is not None
        truth = crowd.naive(unit_id)
        assert figures(report["totals"]) == truth
        assert report["totals"]["percent"] == pytest.approx(rate(truth), abs=1e-9)
        check_lines(crowd, unit_id, report["rows"], names)
        page = client.get(address).text
        assert format_share(truth["finished"], truth["must"]) in page
        if truth["missing"]:
            finished, must = format_number(truth["finished"]), format_number(truth["must"])
            assert f"đã hoàn thành ({finished}/{must}), còn {truth['missing']} người" in page


def check_lines(crowd: Crowd, unit_id: int, rows: list[dict[str, Any]], names: dict[int, str]) -> None:
    """Lines of the first level add up to the whole, and each says what counting its unit gives."""
    first = [row for row in rows if "level" not in row]
    whole = crowd.naive(unit_id)
    assert {name: sum(row[name] for row in first) for name in whole} == whole
    for place, row in enumerate(rows):
        lower = list(takewhile(lambda one: "level" in one, rows[place + 1 :]))
        if "level" not in row and lower:
            assert {name: sum(one[name] for one in lower) for name in whole} == figures(row)
    children = [child for child, parent in crowd.parents.items() if parent == unit_id]
    told = sorted((row["unit"], figures(row)) for row in first if not row["unit"].startswith("Cá nhân"))
    counted = sorted((names[child], crowd.naive(child)) for child in children)
    assert str(told) == str(counted or [(names[unit_id], whole)])


def test_lines_stand_in_vietnamese_order_with_roman_numbers_above_arabic_ones(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 1)
    make_officer(database, cast, "an", "city")
    rows = (
        client_of("an")
        .get(f"/reports/{crowd.stage.course_id}/units/{cast.units['city']}/completion.json")
        .json
    )
    assert rows is not None
    first = [(row["number"], row["unit"]) for row in rows["rows"] if "level" not in row]
    assert first == [
        ("I", "Cá nhân trực tiếp thuộc Thành ủy Hà Nội"),
        ("II", "Đảng ủy phường An Bình"),
        ("III", "Đảng ủy phường Bình Minh"),
    ]
    below = [row["number"] for row in rows["rows"] if "level" in row]
    assert below[:3] == ["1", "2", "3"]


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """Every SQL statement of the application while the block runs."""
    told: list[str] = []

    def tell(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        told.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", tell)
    try:
        yield told
    finally:
        event.remove(engine, "before_cursor_execute", tell)


@pytest.mark.parametrize("page", ["", "/completion", "/unfinished", "/completion.csv", "/unfinished.csv"])
def test_the_number_of_queries_does_not_grow(
    app: Flask, client_of: ClientOf, cast: Cast, database: Database, page: str
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 4, cells=2, most_people=3)
    client = client_of("dung")
    address = f"/reports/{crowd.stage.course_id}/units/{cast.units['ward_a']}{page}"
    assert client.get(address).status_code == 200
    with counting(app) as few:
        client.get(address)
    with database.writing() as session:
        from lms.courses import actions as courses
        from lms.courses.models import Course

        _more_cells(session, cast)
        courses.open_course(session, session.get_one(Course, crowd.stage.course_id), by=None, now=NOW)
    with counting(app) as many:
        client.get(address)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) < 25


def _more_cells(session: Any, cast: Cast) -> None:
    ward = session.get_one(Unit, cast.units["ward_a"])
    for n in range(30, 55):
        unit = organisation.create_unit(
            session,
            code=f"M-{n}",
            name=f"Chi bộ {n}",
            parent=ward,
            by=None,
            now=NOW,
            valid_from=LONG_AGO,
        )
        for _ in range(3):
            organisation.create_person(
                session, full_name="Lê Văn Mới", unit=unit, by=None, now=NOW, since=NOW.date()
            )


def test_the_page_reads_no_enrolments_for_its_counts(
    app: Flask, client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 5)
    client = client_of("dung")
    with counting(app) as told:
        client.get(f"/reports/{crowd.stage.course_id}/units/{cast.units['ward_a']}/completion.csv")
    assert told
    assert not [statement for statement in told if "FROM enrolment" in statement]


def test_units_stand_worst_first_and_the_heading_says_how_many_are_low(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 6, cells=6)
    page = client_of("dung").get(f"/reports/{crowd.stage.course_id}/units/{cast.units['ward_a']}").text
    lines = [crowd.naive(u) for u, parent in crowd.parents.items() if parent == cast.units["ward_a"]]
    whole = crowd.naive(cast.units["ward_a"])
    own = {name: whole[name] - sum(line[name] for line in lines) for name in whole}
    rates = sorted(line["finished"] / line["must"] for line in [*lines, own] if line["must"])
    table = page[page.index('id="units"') : page.index('id="missing"')]
    places = [table.index(f"{format_number(100 * r, 2)}%") for r in dict.fromkeys(rates)]
    assert places == sorted(places)
    low = sum(1 for r in rates if r < 0.5)
    assert (f"{low} đơn vị dưới 50%" in table) == bool(low)


def test_a_unit_in_the_course_with_nobody_in_it_is_listed_and_said(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 7, cells=0)
        ward = session.get_one(Unit, cast.units["ward_a"])
        organisation.create_unit(
            session,
            code="E",
            name="Chi bộ trống",
            parent=ward,
            by=None,
            now=NOW,
            valid_from=LONG_AGO,
        )
    address = f"/reports/{crowd.stage.course_id}/units/{cast.units['ward_a']}"
    report = client_of("dung").get(f"{address}/completion.json").json
    assert report is not None
    empty = next(row for row in report["rows"] if row["unit"] == "Chi bộ trống")
    assert (empty["must"], empty["percent"], empty["note"]) == (0, "–", "Chưa có người trong danh sách")
    assert "Chi bộ trống" in client_of("dung").get(address).text


def test_the_kept_counts_are_checked_and_a_wrong_one_is_named(cast: Cast, database: Database) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 8)
        assert differences(session, crowd.stage.course_id) == []
        cell = cast.units["cell_a1"]
        row = (CourseCount.course_id == crowd.stage.course_id) & (CourseCount.unit_id == cell)
        session.execute(update(CourseCount).where(row).values(attempts=CourseCount.attempts + 2))
        found = differences(session, crowd.stage.course_id)
        attempts = crowd.naive(cell)["attempts"]
        assert found == [
            Difference(crowd.stage.course_id, cell, "Chi bộ số 1", "attempts", attempts + 2, attempts)
        ]
        session.execute(delete(CourseCount).where(row))
        assert {one.unit_id for one in differences(session, crowd.stage.course_id)} == {cell}
