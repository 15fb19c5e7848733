"""Rulings through their steps, on both databases: who may, what changes for whom, a killed job, and undoing."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from lms.attempts import effects, history, regrading
from lms.attempts.models import Standing
from lms.audit.models import AuditEvent
from lms.banks.models import QuestionComment
from lms.courses.models import Enrolment
from lms.exams import paper
from lms.exams.models import Exam, Ruling
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.marking import rulings
from lms.marking.new_keys import KeyRefused, Picked
from lms.marking.rulings import RulingRefused
from tests.cast import NOW, Cast
from tests.lms.marking.hall import Hall, second_trainer
from tests.stage import Stage, right_answer, stage


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hall(database: Database, storage: Storage, cast: Cast) -> Hall:
    with database.writing() as session:
        staged = stage(session, cast, NOW, pass_percent=Decimal(90))
    second_trainer(database, cast)
    return Hall(database, storage, cast, staged)


def single(staged: Stage) -> int:
    """The single choice that every paper has; it is worth 1.25 of 10 points, and option 1 is its key."""
    return next(
        version_id
        for version_id, question in staged.versions.items()
        if question.stem.startswith("Khâu đột phá")
    )


def choosing(version_id: int, original: int) -> Any:
    """Everything right, but that option of the question."""

    def answering(slot: paper.Slot) -> Any:
        return slot.order.index(original) if slot.version_id == version_id else right_answer(slot)

    return answering


def test_a_new_key_from_proposal_to_the_last_result_and_back(hall: Hall) -> None:
    version = single(hall.staged)
    lan, hoa = hall.sit("lan"), hall.sit("hoa", choosing(version, 3))
    before = [hall.worth(lan), hall.worth(hoa)]
    assert [worth.points for worth in before] == [10, Decimal("8.75")]

    ruling_id = hall.propose(version, "new_key", Picked(correct=(3,)))
    assert [hall.worth(lan), hall.worth(hoa)] == before
    seen = hall.work(ruling_id)
    assert seen.state == "proposed"
    assert {name: seen.effects[name] for name in ("attempts", "changed", "down", "up", "people")} == {
        "attempts": 2, "changed": 2, "down": 1, "up": 1, "people": 2,
    }  # fmt: skip
    assert dict(seen.effects["given"]) == {"Phương án hai của câu 1": 1, "Phương án bốn của câu 1": 1}
    assert [(row["attempt"], row["direction"]) for row in effects.listed(hall.storage, seen)] == [
        (lan, "down"), (hoa, "up"),
    ]  # fmt: skip
    assert [hall.worth(lan), hall.worth(hoa)] == before  # nothing is written by looking

    hall.approve(ruling_id)
    done = hall.work(ruling_id)
    assert (done.state, done.applied_at) == ("applied", NOW)
    assert [hall.worth(each).points for each in (lan, hoa)] == [Decimal("8.75"), 10]
    newest = hall.grades(lan)[-1]
    assert (newest.reason, newest.ruling_id, newest.by) == ("ruling", ruling_id, hall.cast.people["dung"])
    assert standing(hall, "lan") == (Decimal("87.5"), None)
    assert standing(hall, "hoa")[0] == 100
    assert finished(hall, "hoa")
    assert not finished(hall, "lan")

    hall.undo(ruling_id)
    undone = hall.work(ruling_id)
    assert undone.state == "undone"
    assert [hall.worth(lan), hall.worth(hoa)] == before
    assert [grade.reason for grade in hall.grades(lan)] == ["submitted", "ruling", "ruling_undone"]
    assert standing(hall, "lan")[0] == 100
    assert finished(hall, "lan")
    assert not finished(hall, "hoa")


def standing(hall: Hall, who: str) -> tuple[Decimal, Any]:
    with hall.database.reading() as session:
        row = session.get_one(Standing, (hall.staged.exam_id, hall.cast.people[who]))
    return row.best_percent, row.passed_at


def finished(hall: Hall, who: str) -> bool:
    with hall.database.reading() as session:
        wanted = select(Enrolment).where(
            Enrolment.person_id == hall.cast.people[who], Enrolment.course_id == hall.staged.course_id
        )
        return session.scalars(wanted).one().finished_at is not None


@pytest.mark.parametrize(
    ("kind", "picked", "right", "wrong", "silent"),
    [
        ("drop", None, ("8.75", "8.75"), ("8.75", "8.75"), ("8.75", "8.75")),
        ("full_marks", None, ("10", "10"), ("10", "10"), ("10", "10")),
        ("second_key", Picked(correct=(3,)), ("10", "10"), ("10", "10"), ("8.75", "10")),
        ("new_key", Picked(correct=(3,)), ("8.75", "10"), ("10", "10"), ("8.75", "10")),
    ],
)
def test_what_each_decision_gives(
    hall: Hall, kind: str, picked: Any, right: Any, wrong: Any, silent: Any
) -> None:
    version = single(hall.staged)

    def nothing(slot: paper.Slot) -> Any:
        return None if slot.version_id == version else right_answer(slot)

    sat = [hall.sit("lan"), hall.sit("hoa", choosing(version, 3)), hall.sit("minh", nothing)]
    hall.in_force(version, kind, picked)
    for attempt_id, (points, most) in zip(sat, (right, wrong, silent), strict=True):
        worth = hall.worth(attempt_id)
        assert (worth.points, worth.most_points) == (Decimal(points), Decimal(most))
        assert worth.percent <= 100


def test_who_proposed_it_cannot_approve_it(hall: Hall) -> None:
    ruling_id = hall.propose(single(hall.staged), "drop")
    hall.work(ruling_id)
    with pytest.raises(RulingRefused) as refused:
        hall.approve(ruling_id, by="tuan")
    assert str(refused.value) == rulings.NOT_YOURS
    assert hall.ruling(ruling_id).state == "proposed"
    hall.approve(ruling_id, by="dung")
    with pytest.raises(RulingRefused, match=r"faster|being applied"):
        hall.approve(ruling_id, by="dung")


def test_nothing_is_approved_before_anybody_saw_what_it_changes(hall: Hall) -> None:
    ruling_id = hall.propose(single(hall.staged), "drop")
    with pytest.raises(RulingRefused, match="not been counted"):
        hall.approve(ruling_id)


def test_a_question_has_one_proposal_at_a_time_and_a_test_one_change(hall: Hall) -> None:
    version = single(hall.staged)
    first = hall.propose(version, "drop")
    with pytest.raises(RulingRefused, match="proposed already"):
        hall.propose(version, "full_marks")
    other = next(version_id for version_id, q in hall.staged.versions.items() if q.type == "numeric")
    second = hall.propose(other, "full_marks")
    hall.work(first)
    hall.work(second)
    hall.approve(first)
    with pytest.raises(RulingRefused, match="being applied"):
        hall.approve(second)
    hall.work(first)
    hall.approve(second)
    assert hall.work(second).state == "applied"


def test_what_cannot_be_proposed(hall: Hall) -> None:
    version = single(hall.staged)
    with pytest.raises(KeyRefused, match="has already"):
        hall.propose(version, "new_key", Picked(correct=(1,)))
    with pytest.raises(RulingRefused, match="No paper"):
        hall.propose(987_654, "drop")
    with hall.database.writing() as session:
        exam = session.get_one(Exam, hall.staged.exam_id)
        with pytest.raises(RulingRefused, match="reason"):
            rulings.propose(session, exam, version, "drop", Picked(), reason=" ", by=1, now=NOW)


def test_refusing_and_withdrawing_change_nothing(hall: Hall) -> None:
    lan = hall.sit("lan")
    version = single(hall.staged)
    for by, decider in (("dung", hall.cast.people["dung"]), ("tuan", None)):
        ruling_id = hall.propose(version, "drop")
        with hall.database.writing() as session:
            ruling = session.get_one(Ruling, ruling_id)
            exam = session.get_one(Exam, ruling.exam_id)
            with pytest.raises(RulingRefused, match="reason"):
                rulings.refuse(session, exam, ruling, reason="", by=hall.cast.people[by], now=NOW)
            rulings.refuse(session, exam, ruling, reason="Đáp án đúng.", by=hall.cast.people[by], now=NOW)
        kept = hall.work(ruling_id)  # the count was still under way
        assert (kept.state, kept.decided_by, kept.ended_reason) == ("refused", decider, "Đáp án đúng.")
        assert kept.effects == {}
    assert len(hall.grades(lan)) == 1


class Killed(BaseException):
    """The worker is gone between two transactions."""


def test_a_job_that_was_killed_half_way_does_the_rest(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    version = single(hall.staged)
    sat = [hall.sit(who, choosing(version, 3)) for who in ("lan", "hoa", "minh", "long")]
    ruling_id = hall.propose(version, "full_marks")
    hall.work(ruling_id)
    hall.approve(ruling_id)
    real = regrading.regrade
    done: list[int] = []

    def dies(session: Any, attempt_id: int, **rest: Any) -> Any:
        if len(done) == 2:
            raise Killed
        done.append(attempt_id)
        return real(session, attempt_id, **rest)

    monkeypatch.setattr(regrading, "regrade", dies)
    with pytest.raises(Killed):
        hall.work(ruling_id)
    assert [len(hall.grades(attempt)) for attempt in sat] == [2, 2, 1, 1]
    assert hall.ruling(ruling_id).state == "approved"
    fresh = hall.sit("an", choosing(version, 3))  # meanwhile it counts for who hands in
    assert hall.worth(fresh).points == 10
    monkeypatch.setattr(regrading, "regrade", real)
    hall.work(ruling_id)  # the lease has not run out: nobody takes it
    assert hall.ruling(ruling_id).state == "approved"
    clock.shift(jobs.LEASE + timedelta(seconds=1))
    assert hall.work(ruling_id).state == "applied"
    assert [len(hall.grades(attempt)) for attempt in sat] == [2, 2, 2, 2]
    assert {hall.worth(attempt).points for attempt in sat} == {Decimal(10)}
    assert len(hall.grades(fresh)) == 1
    with hall.database.reading() as session:
        job = session.get_one(jobs.Job, hall.ruling(ruling_id).job_id)
    assert (job.state, job.result) == ("done", {"changed": 4})


def test_a_job_that_was_stopped_can_be_started_again(hall: Hall) -> None:
    version = single(hall.staged)
    lan = hall.sit("lan", choosing(version, 3))
    ruling_id = hall.propose(version, "full_marks")
    hall.work(ruling_id)
    hall.approve(ruling_id)
    with hall.database.writing() as session:
        ruling = session.get_one(Ruling, ruling_id)
        exam = session.get_one(Exam, ruling.exam_id)
        with pytest.raises(RulingRefused, match="going on"):
            rulings.go_on(session, exam, ruling, by=hall.cast.people["tuan"], now=NOW)
        jobs.cancel(session, ruling.job_id or 0, NOW)
    hall.work(ruling_id)
    assert len(hall.grades(lan)) == 1
    with hall.database.writing() as session:
        ruling = session.get_one(Ruling, ruling_id)
        exam = session.get_one(Exam, ruling.exam_id)
        rulings.go_on(session, exam, ruling, by=hall.cast.people["tuan"], now=NOW)
    assert hall.work(ruling_id).state == "applied"
    assert hall.worth(lan).points == 10


def test_the_dry_run_says_exactly_what_applying_does(hall: Hall) -> None:
    version = single(hall.staged)
    with hall.database.writing() as session:
        session.get_one(Exam, hall.staged.exam_id).counts = "mean"
    sat = [
        hall.sit("lan", choosing(version, 3)),
        hall.sit("lan", now=NOW + timedelta(hours=1)),
        hall.sit("hoa", choosing(version, 0)),
        hall.sit("minh"),
    ]
    ruling_id = hall.propose(version, "second_key", Picked(correct=(3,)))
    listed = {row["person"]: row for row in effects.listed(hall.storage, hall.work(ruling_id))}
    hall.approve(ruling_id)
    hall.work(ruling_id)
    assert [len(hall.grades(attempt)) for attempt in sat] == [2, 1, 1, 1]
    assert set(listed) == {hall.cast.people["lan"]}
    assert Decimal(listed[hall.cast.people["lan"]]["percent"][1]) == standing(hall, "lan")[0] == 100
    assert Decimal(listed[hall.cast.people["lan"]]["percent"][0]) == Decimal("93.75")


def test_a_changed_result_tells_why_and_names_no_key_before_its_release(hall: Hall) -> None:
    version = single(hall.staged)
    hoa = hall.sit("hoa", choosing(version, 3))
    ruling_id = hall.in_force(version, "new_key", Picked(correct=(3,)))
    slot = next(slot.number for slot in hall.paper_of(hoa).slots if slot.version_id == version)
    with hall.database.reading() as session:
        [change] = history.regrading_history(session, hoa, released=True)
        assert [change.before.points, change.after.points] == [Decimal("8.75"), 10]
        assert (change.after.slot, change.after.kind) == (slot, "new_key")
        assert change.after.why == "Đáp án sai so với văn bản."
        assert history.regrading_history(session, hoa, released=False)[0].after.why == ""
    hall.undo(ruling_id)
    hall.work(ruling_id)
    with hall.database.reading() as session:
        newest, former = history.regrading_history(session, hoa, released=True)
    assert (newest.after.reason, newest.after.why) == ("ruling_undone", "Văn bản đúng như đáp án cũ.")
    assert former.after.why == "Đáp án sai so với văn bản."


def test_the_bank_learns_of_it_and_every_step_is_on_record(hall: Hall) -> None:
    version = single(hall.staged)
    hall.sit("lan")
    ruling_id = hall.in_force(version, "new_key", Picked(correct=(3,)))
    hall.undo(ruling_id)
    hall.work(ruling_id)
    with hall.database.reading() as session:
        said = session.scalars(select(QuestionComment)).one()
        steps = session.scalars(
            select(AuditEvent.action).where(AuditEvent.object_type == "ruling").order_by(AuditEvent.id)
        ).all()
        exam = session.get_one(Exam, hall.staged.exam_id)
    assert "Đáp án sai so với văn bản." in said.text
    assert said.settled_at is None
    assert exam.has_rulings
    assert list(steps) == [
        "ruling.propose", "ruling.approve", "ruling.applied", "ruling.undo", "ruling.undone",
    ]  # fmt: skip


def test_a_void_or_open_attempt_is_left_alone(hall: Hall) -> None:
    version = single(hall.staged)
    lan = hall.sit("lan", choosing(version, 3))
    with hall.database.writing() as session:
        from lms.attempts.models import Attempt

        session.get_one(Attempt, lan).state = "void"
    ruling_id = hall.propose(version, "full_marks")
    assert hall.work(ruling_id).effects["attempts"] == 0
    hall.approve(ruling_id)
    assert hall.work(ruling_id).state == "applied"
    assert len(hall.grades(lan)) == 1


def test_undoing_the_first_of_two_leaves_the_second(hall: Hall) -> None:
    version = single(hall.staged)
    hoa = hall.sit("hoa", choosing(version, 2))
    first = hall.in_force(version, "second_key", Picked(correct=(3,)))
    second = hall.in_force(version, "second_key", Picked(correct=(2,)))
    assert hall.worth(hoa).points == 10
    hall.undo(first)
    hall.work(first)
    assert hall.worth(hoa).points == 10
    hall.undo(second)
    hall.work(second)
    assert hall.worth(hoa).points == Decimal("8.75")
    assert hall.worth(hoa) == regrading.Worth.of(hall.grades(hoa)[0])
