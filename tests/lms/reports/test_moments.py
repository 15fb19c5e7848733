"""As of then and as of now, as things are and as they were at any moment: what plain Python counted, and what reports
said, at the time is what is said of it later."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from lms.courses.models import Course
from lms.kit.db import Database
from lms.organisation.models import FormerName, Unit
from lms.reports import figures, queries
from lms.reports.checking import differences, findings
from lms.reports.report import Asked
from tests.cast import NOW, Cast
from tests.lms.reports.history import AS_OF, DEEDS, History
from tests.stage import Stage, stage

Deed = tuple[str, int, int, int]  # who, where (or how good), minutes since the deed before

# few people and many attempts, so that what happens to one of them meets what happened before
deeds = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(0, 2), st.integers(0, 9), st.sampled_from([1, 45, 1500])),
    min_size=5,
    max_size=14,
)
TAKEN_BACK: list[Deed] = [  # passed, opened again, handed in; void, restored; a grade that falls and rises
    ("sit", 0, 2, 1), ("transfer", 0, 4, 45), ("reopen", 0, 0, 45), ("sit", 0, 3, 1500), ("void", 0, 0, 45),
    ("restore", 0, 0, 45), ("grade", 0, 0, 45), ("grade", 0, 2, 45),
]  # fmt: skip
FOUND_LATE: list[Deed] = [  # time that ran out unseen, a paper entered, an answer that waited for its marker
    ("begin", 0, 0, 1), ("begin", 1, 0, 1), ("exempt", 2, 0, 45), ("sweep", 0, 0, 1500), ("enter", 2, 0, 45),
    ("sit", 1, 4, 1), ("grade", 1, 3, 1500),
]  # fmt: skip
SENT_BACK: list[Deed] = [
    ("sit", 0, 0, 1), ("send_back", 0, 0, 45), ("sit", 0, 3, 45), ("void", 0, 0, 45), ("sit", 0, 1, 45),
]  # fmt: skip
TREE: list[Deed] = [
    ("join", 2, 7, 45), ("transfer", 2, 8, 45), ("sit", 0, 3, 1), ("sit", 1, 0, 1), ("move_unit", 0, 2, 1),
    ("rename", 0, 1, 1), ("join", 2, 8, 45), ("transfer", 2, 9, 45), ("merge", 0, 4, 1), ("split", 1, 2, 1),
    ("leave", 0, 0, 45), ("close", 0, 3, 1), ("correct", 1, 0, 45), ("transfer", 0, 1, 45), ("part", 2, 0, 45),
]  # fmt: skip


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@given(deeds=deeds, counts=st.sampled_from(["best", "last", "mean"]), pass_percent=st.sampled_from([0, 50]))
@example(TAKEN_BACK, "last", 50)
@example(FOUND_LATE, "best", 0)
@example(SENT_BACK, "mean", 50)
@example(TREE, "best", 50)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_what_was_said_then_is_what_is_said_of_it_later(
    database: Database, cast: Cast, staged: Stage, deeds: list[Deed], counts: str, pass_percent: int
) -> None:
    with database.write_session() as session:
        history = History(session, cast, staged, NOW + timedelta(hours=1), counts, pass_percent)
        for deed in deeds:
            history.do(*deed)
            for as_of in AS_OF:  # every figure as it is, by what was kept
                question = history.asked(as_of, history.city, at=history.now)
                now = figures.counts(session, history.course.id, history.units, question)
                assert now == history.seen[-1].figures[as_of], (as_of, deed)
        assert differences(session, history.course.id) == []
        assert not [
            one for one in findings(session, history.course.id) if one.code != "finished_without_passing"
        ]
        for seen in history.seen:
            for as_of in AS_OF:
                question = history.asked(as_of, history.city, at=history.now, moment=seen.at)
                then = figures.counts(session, history.course.id, list(seen.figures[as_of]), question)
                assert then == seen.figures[as_of], (as_of, seen.at)
                listed = queries.unfinished_and_exempt(session, question)
                missing = {line.person_id for line in listed if not line.how_far.startswith("exempt")}
                assert missing == seen.missing[as_of][history.city]
                paged = queries.unfinished_page(session, question, most=500)
                assert {line.person_id for line in paged} == missing
            _name, as_of_then, top = next(iter(seen.said))
            for key, said in history.say(as_of_then, top, at=history.now, moment=seen.at).items():
                assert said == seen.said[key], (key, seen.at)
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
