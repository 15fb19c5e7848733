"""The queue: tasks follow from what waits, each goes to one person, and marks count when the readings are complete."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lms.attempts import finishing
from lms.attempts.invigilation import actions as invigilation
from lms.attempts.models import Standing
from lms.audit.models import AuditEvent
from lms.kit.db import Database
from lms.marking import queries, tasks
from lms.marking.models import MarkingTask
from lms.marking.tasks import TaskGone
from tests.cast import NOW, Cast
from tests.lms.marking.desk import ESSAY, KEY, Desk, desk_of
from tests.stage import Stage, singles, stage

TEXT = "Tôi sẽ học tập và làm theo."


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@pytest.fixture
def desk(database: Database, cast: Cast, staged: Stage) -> Desk:
    made = desk_of(database, cast, staged)
    for key in ("mot", "hai", "ba"):
        made.appoint(key, "city")
    return made


def test_what_waits_becomes_tasks_once(desk: Desk) -> None:
    wrote, empty = desk.write("lan", TEXT), desk.write("minh", None)
    assert desk.make() == 1
    assert desk.make() == 0
    (task,) = desk.tasks()
    assert (task.attempt_id, task.round, task.state) == (wrote, 1, "waiting")
    assert task.most_points == 10  # of the rubric
    assert task.unit_id == desk.cast.units["cell_a1"]
    assert empty not in {each.attempt_id for each in desk.tasks()}


def test_an_exam_with_a_second_marker_has_two_readings(desk: Desk) -> None:
    desk.exam(second_marker=True)
    desk.write("lan", TEXT)
    desk.make()
    assert [task.round for task in desk.tasks()] == [1, 2]


def test_a_mark_counts_and_the_attempt_is_graded_again(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    assert desk.grades(attempt)[-1].band == "waiting"
    desk.make()
    assert desk.mark(attempt, "mot", "5 3.5", comment="Bài tốt.")
    mark = desk.slot_mark(attempt)
    assert mark is not None
    assert (mark.correctness, mark.comment, mark.criteria) == (Decimal("0.85"), "Bài tốt.", ["5", "3.5"])
    first, last = desk.grades(attempt)
    assert (first.reason, last.reason, last.by) == ("submitted", "marked", desk.cast.people["mot"])
    assert last.passed
    assert last.points == Decimal("0.85")
    with desk.database.reading() as session:
        assert session.scalars(select(Standing.passed_at).where(Standing.exam_id == desk.exam_id)).one()


def test_a_correction_grades_again_and_is_recorded(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.mark(attempt, "mot", "6 4")
    desk.mark(attempt, "mot", "1 1")
    assert [grade.passed for grade in desk.grades(attempt)] == [False, True, False]
    with desk.database.reading() as session:
        said = session.scalars(select(AuditEvent).where(AuditEvent.action == "marking.correct")).one()
    assert (said.detail["before"], said.detail["points"]) == ("10", "2")


def test_two_that_agree_count_with_their_mean(desk: Desk) -> None:
    desk.exam(second_marker=True)
    attempt = desk.write("lan", TEXT)
    desk.make()
    assert not desk.mark(attempt, "mot", "5 2", comment="Được.")
    assert desk.slot_mark(attempt) is None
    assert desk.mark(attempt, "hai", "4.5 2", 2, comment="Thiếu số liệu.")
    mark = desk.slot_mark(attempt)
    assert mark is not None
    assert (mark.correctness, mark.criteria) == (Decimal("0.675"), ["4.75", "2.00"])
    assert mark.comment == "Được.\n\nThiếu số liệu."


def test_two_that_differ_are_reconciled_by_a_third(desk: Desk) -> None:
    desk.exam(second_marker=True)
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.mark(attempt, "mot", "6 4")
    assert not desk.mark(attempt, "hai", "2 2", 2)
    assert desk.task(attempt, 3).state == "waiting"
    for key in ("mot", "hai"):
        with pytest.raises(TaskGone):
            desk.take(attempt, key, 3)
    assert desk.mark(attempt, "ba", "4 3", 3)
    mark = desk.slot_mark(attempt)
    assert mark is not None
    assert mark.correctness == Decimal("0.7")


def test_a_trainer_of_the_exam_may_reconcile_though_they_marked(desk: Desk) -> None:
    desk.exam(second_marker=True)
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.mark(attempt, "mot", "6 4")
    desk.mark(attempt, "tuan", "2 2", 2)
    desk.take(attempt, "tuan", 3, reconciles=True)
    assert desk.mark(attempt, "tuan", "5 3", 3)


def test_a_correction_that_makes_two_agree_needs_no_third(desk: Desk) -> None:
    desk.exam(second_marker=True)
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.mark(attempt, "mot", "6 4")
    desk.mark(attempt, "hai", "2 2", 2)
    assert desk.mark(attempt, "hai", "6 3", 2)
    assert desk.task(attempt, 3).state == "dropped"
    desk.mark(attempt, "hai", "0 0", 2)
    assert desk.task(attempt, 3).state == "waiting"
    mark = desk.slot_mark(attempt)
    assert mark is not None
    assert mark.correctness == Decimal("0.95")  # what counted, until it is reconciled


def test_nobody_takes_both_readings_or_their_own_answer(desk: Desk) -> None:
    desk.exam(second_marker=True)
    desk.cast.people["viet"] = desk.cast.people["lan"]
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    with pytest.raises(TaskGone):
        desk.take(attempt, "mot", 2)
    with pytest.raises(TaskGone):
        desk.take(attempt, "lan", 2)
    with pytest.raises(TaskGone):
        desk.take(attempt, "hai")  # it is taken
    desk.take(attempt, "hai", 2)


def test_marking_what_somebody_else_has_is_refused(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    with pytest.raises(TaskGone):
        desk.mark(attempt, "hai", "1 1")
    assert desk.slot_mark(attempt) is None


def test_what_is_kept_too_long_goes_back_into_the_queue(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    assert tasks.release_kept(desk.database, NOW + timedelta(hours=48)) == 0
    assert tasks.release_kept(desk.database, NOW + timedelta(hours=48, minutes=1)) == 1
    assert (desk.task(attempt).state, desk.task(attempt).marker_id) == ("waiting", None)


def test_giving_back_is_for_whoever_has_it(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    for key in ("hai", "mot"):
        with desk.database.writing() as session:
            task = session.get_one(MarkingTask, desk.task(attempt).id)
            if key == "hai":
                with pytest.raises(TaskGone):
                    tasks.give_back(session, task, desk.cast.people[key], NOW)
            else:
                tasks.give_back(session, task, desk.cast.people[key], NOW)
    assert desk.task(attempt).state == "waiting"


def test_markers_see_their_units_and_never_themselves(desk: Desk) -> None:
    lan, hoa = desk.write("lan", TEXT), desk.write("hoa", TEXT)
    desk.make()

    def seen(key: str, unit: str) -> set[int]:
        return {
            line.task.attempt_id for line in desk.see(queries.lines, desk.marker(key, unit), desk.exam_id)
        }

    assert seen("mot", "ward_a") == {lan}
    assert seen("mot", "ward_b") == {hoa}
    assert seen("mot", "cell_a2") == set()
    assert seen("mot", "city") == {lan, hoa}
    assert seen("lan", "city") == {hoa}


def test_progress_is_counted_by_exam_and_unit(desk: Desk) -> None:
    lan = desk.write("lan", TEXT)
    desk.write("long", TEXT)
    desk.write("hoa", TEXT)
    desk.make()
    desk.mark(lan, "mot", "1 1")
    marker = desk.marker("mot")
    ((exam, progress),) = desk.see(queries.exams_of, marker)
    assert exam.id == desk.exam_id
    assert (progress.waiting, progress.marked, progress.total) == (2, 1, 3)
    units = desk.see(queries.units_of, marker, desk.exam_id)
    assert {(unit_id, each.marked, each.total) for unit_id, _name, each in units} == {
        (desk.cast.units["cell_a1"], 1, 2),
        (desk.cast.units["cell_b1"], 0, 1),
    }


def test_questions_that_machines_mark_make_no_tasks(database: Database, cast: Cast, staged: Stage) -> None:
    desk = desk_of(database, cast, staged, ESSAY, *singles(2))
    attempt = desk.write("lan", TEXT)
    desk.make()
    assert [task.slot for task in desk.tasks()] == [desk.essay_slot(attempt)]


def test_what_is_written_anew_in_a_reopened_attempt_is_read_anew(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.mark(attempt, "mot", "6 4")
    later = NOW + timedelta(hours=1)
    with desk.database.writing() as session:
        invigilation.reopen(
            session, attempt, minutes=20, reason="Mất điện", by=desk.cast.people["tuan"], now=later
        )
    assert desk.slot_mark(attempt) is None
    with desk.database.writing() as session:
        finishing.submit(session, attempt, desk.cast.people["lan"], tab="t1", last_seq=0, key=KEY, now=later)
    assert desk.grades(attempt)[-1].band == "waiting"
    assert desk.make(later) == 1
    assert desk.make(later) == 0
    assert (desk.task(attempt).state, desk.task(attempt).points) == ("waiting", None)
    assert desk.mark(attempt, "hai", "3 2")
    assert desk.grades(attempt)[-1].points == Decimal("0.5")
    with desk.database.reading() as session:
        said = session.scalars(select(AuditEvent).where(AuditEvent.action == "marking.again")).one()
    assert said.detail["before"] == {"1": "10"}
