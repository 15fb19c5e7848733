"""Kept counts summed over the tree: once for whoever reads, anew for whoever writes, the same by either way down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from lms.courses.counting import count
from lms.courses.models import Course
from lms.courses.queries import counts_of_each
from lms.kit.db import Database
from lms.organisation.models import Unit
from lms.reports import figures, queries
from lms.reports.report import Asked
from tests.cast import NOW, Cast
from tests.lms.reports.crowd import Crowd, gather_crowd


@contextmanager
def sums_asked(database: Database) -> Iterator[list[str]]:
    """The statements that read kept counts."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, sql: str, *_rest: object) -> None:
        if "course_count" in sql and sql.startswith("SELECT"):
            found.append(sql)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def asked(session: Session, crowd: Crowd, unit_id: int) -> Asked:
    return Asked(session.get_one(Course, crowd.stage.course_id), session.get_one(Unit, unit_id), NOW)


def gathered(database: Database, cast: Cast, seed: int) -> Crowd:
    with database.writing() as session:
        return gather_crowd(session, cast, seed)


def test_whoever_reads_is_told_once_and_whoever_writes_anew(database: Database, cast: Cast) -> None:
    crowd = gathered(database, cast, 1)
    course_id, city, cell = crowd.stage.course_id, cast.units["city"], cast.units["cell_a1"]

    def must(session: Session) -> int:
        return figures.counts(session, course_id, [city], asked(session, crowd, city))[city]["must"]

    with sums_asked(database) as sums, database.reading() as reader:
        figures.whole_and_parts(reader, asked(reader, crowd, city), levels=1)
        before = must(reader)
        assert len(sums) == 1
        with database.writing() as writer:
            assert must(writer) == before
            count(writer, course_id, cell, must=1)
            assert must(writer) == before + 1
        assert must(reader) == before  # as at the moment at which it began to read
        reader.rollback()
        assert must(reader) == before + 1


@pytest.mark.parametrize("seed", [1, 2])
def test_the_way_down_the_listed_units_adds_up_to_what_the_closure_says(
    database: Database, cast: Cast, seed: int
) -> None:
    crowd = gathered(database, cast, seed)
    with database.reading() as session:
        for unit_id in crowd.parents:
            for levels in range(4):
                with database.reading() as fresh:
                    question = asked(fresh, crowd, unit_id)
                    whole, parts = figures.whole_and_parts(fresh, question, levels=levels)
                lines = {line.unit_id: line.counts for line in (whole, *parts)}
                assert lines == counts_of_each(session, crowd.stage.course_id, list(lines))
                listed = queries.how_many_below(session, unit_id, levels)
                assert listed == sum(1 for one in crowd.parents if 0 < depth(crowd, one, unit_id) <= levels)


def depth(crowd: Crowd, unit_id: int, top: int) -> int:
    """How far below; -1 of a unit elsewhere."""
    steps, place = 0, unit_id
    while place != top:
        above = crowd.parents[place]
        if above is None:
            return -1
        place, steps = above, steps + 1
    return steps
