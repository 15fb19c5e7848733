"""What is sent, asked for and remembered of a unit that ends goes on for its successors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.admin.actions import pass_on
from lms.audit.models import AuditEvent
from lms.courses.models import Course
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation import tree
from lms.organisation.models import Person, Unit
from lms.organisation.tree_checks import Part
from lms.reports import schedules
from lms.reports.models import Reminder, ReportSchedule
from lms.rosters.models import RosterMapping
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.stage import Stage, stage


def _set_up(session: Session, cast: Cast, staged: Stage, *units: str) -> None:
    """The same weekly report of each unit, a reminder under way, a list whose columns are known; by their officer."""
    an = session.get_one(Person, cast.people["an"])
    for n, name in enumerate(units):
        unit = session.get_one(Unit, cast.units[name])
        organisation.grant_role(session, an, role="officer", unit=unit, by=None, now=NOW)
        session.add_all(
            [
                ReportSchedule(
                    report="completion", course_id=staged.course_id, unit_id=unit.id, params={}, format="pdf",
                    weekdays="4", hour=16, recipients="a@b.vn", created_by=an.id, created_at=NOW, last_sent_at=NOW,
                ),
                Reminder(
                    course_id=staged.course_id, unit_id=unit.id, text="Nhớ", state="waiting", people=2, by=an.id,
                    at=NOW,
                ),
                RosterMapping(unit_id=unit.id, headings="h", mapping={"name": n}, at=NOW + timedelta(hours=n)),
            ]
        )  # fmt: skip
    session.flush()


def _by(session: Session) -> dict[str, Any]:
    return {"on": local(NOW).date(), "by": None, "now": NOW}


def _under_way(session: Session) -> list[tuple[int, ReportSchedule]]:
    found = session.scalars(select(ReportSchedule).where(ReportSchedule.stopped_at.is_(None)))
    return [(one.unit_id, one) for one in found]


def test_of_a_unit_that_is_split_they_go_on_for_each_part_and_still_may_be_sent(
    database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        _set_up(session, cast, staged, "cell_a1")
        cell = session.get_one(Unit, cast.units["cell_a1"])
        parts = [Part("Một", cell.code), Part("Hai", "HAI")]
        done = tree.split_unit(session, cell, parts, **_by(session))
        pass_on(session, done, by=None, now=NOW)
        heirs = [unit.id for unit in done.units]
        assert [unit_id for unit_id, _one in _under_way(session)] == heirs
        for _unit_id, schedule in _under_way(session):
            assert (schedule.recipients, schedule.last_sent_at) == ("a@b.vn", NOW)  # not sent twice
            assert schedules.reason_to_stop(session, schedule) == ""  # the officer is theirs as well
        waiting = session.scalars(select(Reminder.unit_id).where(Reminder.state == "waiting"))
        assert sorted(waiting) == heirs
        known = session.scalars(select(RosterMapping.unit_id).order_by(RosterMapping.unit_id)).all()
        assert known == [cell.id, *heirs]
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        for action, times in (
            ("schedule.succeeded", 2), ("schedule.stop", 1), ("reminder.succeeded", 2), ("reminder.stop", 1),
            ("roster.succeeded", 2),
        ):  # fmt: skip
            assert actions.count(action) == times, action


def test_of_units_that_merge_the_same_report_goes_on_once_and_the_latest_mapping(
    database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        _set_up(session, cast, staged, "cell_a1", "cell_a2")
        units = [session.get_one(Unit, cast.units[name]) for name in ("cell_a1", "cell_a2")]
        parent = session.get_one(Unit, cast.units["ward_a"])
        done = tree.merge_units(session, units, name="Gộp", code="GOP", parent=parent, **_by(session))
        pass_on(session, done, by=None, now=NOW)
        (made,) = done.units
        assert [unit_id for unit_id, _one in _under_way(session)] == [made.id]
        kept = session.get_one(RosterMapping, (made.id, "h"))
        assert kept.mapping == {"name": 1}


def test_in_a_course_that_is_closed_nothing_goes_on(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        _set_up(session, cast, staged, "cell_a1")
        session.get_one(Course, staged.course_id).state = "closed"
        cell, ward = (session.get_one(Unit, cast.units[name]) for name in ("cell_a1", "ward_b"))
        pass_on(session, tree.move_unit(session, cell, parent=ward, **_by(session)), by=None, now=NOW)
        assert [unit_id for unit_id, _one in _under_way(session)] == [cell.id]
