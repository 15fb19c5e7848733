"""As of then and as of now, as things are and as they were at any moment: what plain Python counted is what is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.kit.db import Database
from lms.organisation.models import FormerName, Unit
from lms.reports import figures, queries
from lms.reports.checking import differences
from lms.reports.report import Asked, AsOf
from tests.cast import NOW, Cast
from tests.lms.reports.history import DEEDS, History
from tests.stage import Stage, stage

# few people and many attempts, so that what happens to one of them meets what happened before
deeds = st.lists(
    st.tuples(
        st.sampled_from(("sit", "sit", "move", *DEEDS)),
        st.integers(0, 2),
        st.integers(0, 5),
        st.sampled_from([1, 45, 1500]),
    ),
    min_size=5,
    max_size=16,
)
AS_OF: tuple[AsOf, ...] = ("then", "now")


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


def asked(session: Session, staged: Stage, unit_id: int, history: History, as_of: AsOf) -> Asked:
    course, unit = session.get_one(Course, staged.course_id), session.get_one(Unit, unit_id)
    return Asked(course, unit, history.now, as_of=as_of)


def at(question: Asked, history: History, moment: int) -> Asked:
    return Asked(question.course, question.unit, question.at, None, question.as_of, history.seen[moment].at)


@given(deeds=deeds)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_counted_then_is_what_is_said_of_it_later(
    database: Database, cast: Cast, staged: Stage, deeds: list[tuple[str, int, int, int]]
) -> None:
    with database.write_session() as session:
        history = History(session, cast, staged, NOW + timedelta(hours=1))
        for deed in deeds:
            history.do(*deed)
        history.settle_counts()
        assert differences(session, staged.course_id) == []
        for as_of in AS_OF:
            question = asked(session, staged, cast.units["city"], history, as_of)
            now = figures.counts(session, staged.course_id, history.units, question)
            assert now == history.seen[-1].figures[as_of]
            for place, seen in enumerate(history.seen):
                then = figures.counts(session, staged.course_id, history.units, at(question, history, place))
                assert then == seen.figures[as_of], (as_of, place)
        session.rollback()


@given(deeds=deeds)
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_names_are_those_who_were_missing(
    database: Database, cast: Cast, staged: Stage, deeds: list[tuple[str, int, int, int]]
) -> None:
    with database.write_session() as session:
        history = History(session, cast, staged, NOW + timedelta(hours=1))
        for deed in deeds:
            history.do(*deed)
        for as_of in AS_OF:
            for unit in ("city", "ward_a", "cell_b1"):
                unit_id = cast.units[unit]
                question = asked(session, staged, unit_id, history, as_of)
                moments = [question, *(at(question, history, n) for n in range(len(history.seen)))]
                truths = [history.seen[-1], *history.seen]
                for one, seen in zip(moments, truths, strict=True):
                    listed = list(queries.unfinished_and_exempt(session, one))
                    missing = {line.person_id for line in listed if not line.how_far.startswith("exempt")}
                    assert missing == seen.missing[as_of][unit_id]
                    paged = queries.unfinished_page(session, one, most=500)
                    assert {line.person_id for line in paged} == missing
        session.rollback()


def test_units_are_called_as_they_were_on_the_day_and_ended_ones_are_said(
    database: Database, cast: Cast, staged: Stage
) -> None:
    with database.writing() as session:
        cell = session.get_one(Unit, cast.units["cell_a1"])
        old, cell.name = cell.name, "Chi bộ Tổ dân phố 1"
        session.add(FormerName(unit_id=cell.id, until=date(2026, 11, 25), name=old))
        ended = session.get_one(Unit, cast.units["cell_a2"])
        ended.valid_to = date(2026, 11, 26)
        session.flush()
        course, ward = session.get_one(Course, staged.course_id), session.get_one(Unit, cast.units["ward_a"])
        later = NOW + timedelta(days=5)

        def names(moment_days: int) -> dict[int, tuple[str, date | None]]:
            moment = NOW + timedelta(days=moment_days)
            question = Asked(course, ward, later, moment=moment)
            _whole, parts = figures.whole_and_parts(session, question, levels=1)
            return {part.unit_id: (part.name, part.ended) for part in parts}

        assert names(0)[cell.id] == (old, None)
        assert names(3)[cell.id] == ("Chi bộ Tổ dân phố 1", None)
        assert names(0)[ended.id][1] is None
        assert names(4)[ended.id] == (ended.name, date(2026, 11, 26))  # people are counted there still
        _whole, parts = figures.whole_and_parts(session, Asked(course, ward, later), levels=1)
        assert {part.name for part in parts} == {"Chi bộ Tổ dân phố 1", ended.name}
        assert session.scalars(select(FormerName.name)).all() == [old]
