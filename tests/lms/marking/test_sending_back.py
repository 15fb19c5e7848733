"""Sending an answer back: one more attempt with the same paper and the former text, and the reason where it is seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lms.attempts import actions, answers, files, regrading, returned, rules, standing
from lms.attempts.actions import StartRefused
from lms.attempts.handed import Taken
from lms.attempts.models import AnswerEvent, Attempt, HandedFile, Standing
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.marking import sending_back
from lms.marking.models import MarkingTask
from lms.marking.sending_back import NotSentBack
from lms.marking.tasks import TaskGone
from tests.cast import NOW, Cast
from tests.lms.marking.desk import ESSAY, KEY, Desk, desk_of
from tests.stage import Stage, singles, stage

TEXT = "Bài viết lần đầu."
UNTIL = NOW + timedelta(days=3)


@pytest.fixture
def desk(database: Database, cast: Cast) -> Desk:
    with database.writing() as session:
        staged: Stage = stage(session, cast, NOW)
    made = desk_of(database, cast, staged, ESSAY, *singles(2))
    made.appoint("mot", "city")
    made.exam(attempts_allowed=1)
    return made


def back(
    desk: Desk, attempt: int, *, until: datetime = UNTIL, reason: str = "Viết rõ hơn.", now: datetime = NOW
) -> None:
    with desk.database.writing() as session:
        task = session.get_one(MarkingTask, desk.task(attempt).id)
        sending_back.send_back(session, task, reason, until=until, by=desk.cast.people["mot"], now=now)


def again(desk: Desk, who: str, now: datetime) -> int:
    with desk.database.writing() as session:
        return actions.start(session, desk.exam_id, desk.cast.people[who], key=KEY, now=now)


def sent_back(desk: Desk) -> int:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    back(desk, attempt)
    return attempt


def test_the_next_attempt_has_the_same_paper_and_begins_with_the_former_text(desk: Desk) -> None:
    first = sent_back(desk)
    second = again(desk, "lan", NOW + timedelta(hours=1))
    with desk.database.reading() as session:
        assert session.get_one(Attempt, second).paper_id == session.get_one(Attempt, first).paper_id
        held = rules.derive(answers.events_of(session, second))
        tabs = session.scalars(select(AnswerEvent.tab).where(AnswerEvent.attempt_id == second)).all()
        why = returned.before(session, second)
    assert held.values == {desk.essay_slot(first): TEXT}
    assert set(tabs) == {returned.TAB}
    assert why is not None
    assert why.reasons == {desk.essay_slot(first): "Viết rõ hơn."}


def test_what_is_written_again_takes_the_place_of_the_former_text(desk: Desk) -> None:
    sent_back(desk)
    second = desk.write("lan", "Bài viết lại, có số liệu.", now=NOW + timedelta(hours=1))
    desk.make(NOW + timedelta(hours=2))
    assert desk.mark(second, "mot", "6 4")
    with desk.database.reading() as session:
        held = rules.derive(answers.events_of(session, second))
    assert held.values == {desk.essay_slot(second): "Bài viết lại, có số liệu."}
    assert [task.state for task in desk.tasks()] == ["returned", "marked"]
    assert desk.grades(second)[-1].points == Decimal(1)


def test_files_are_there_again_and_can_be_taken_back_alone(desk: Desk, storage: Storage) -> None:
    first = again(desk, "lan", NOW)
    slot, lan = desk.essay_slot(first), desk.cast.people["lan"]
    with desk.database.writing() as session:
        files.hand_in(
            session, storage, first, lan, slot=slot, taken=Taken("pdf", b"%PDF-1"), name="a.pdf", now=NOW
        )
    desk.write("lan", None)  # hands in what is open
    desk.make()
    desk.take(first, "mot")
    back(desk, first)
    second = again(desk, "lan", NOW + timedelta(hours=1))
    with desk.database.writing() as session:
        (copy,) = files.files_of(session, second)
        files.take_back(session, second, lan, copy.id, now=NOW + timedelta(hours=1))
    with desk.database.reading() as session:
        assert not files.files_of(session, second)
        (file,) = files.files_of(session, first)
        assert storage.path(file.file_key).read_bytes() == b"%PDF-1"
        assert len(session.scalars(select(HandedFile)).all()) == 2


@pytest.mark.parametrize("policy", ["first", "mean"])
def test_what_was_sent_back_counts_until_it_is_written_again_and_then_not(desk: Desk, policy: str) -> None:
    desk.exam(counts=policy)
    first = desk.write("lan", TEXT)
    desk.make()
    desk.mark(first, "mot", "0 0")
    back(desk, first)
    assert standing_of(desk) == (1, first, desk.grades(first)[-1].percent)
    assert again(desk, "lan", NOW + timedelta(hours=1))
    assert standing_of(desk) == (1, first, desk.grades(first)[-1].percent), "begun is not written"
    second = desk.write("lan", "Bài viết lại, có số liệu.", now=NOW + timedelta(hours=1))
    desk.make(NOW + timedelta(hours=2))
    desk.mark(second, "mot", "6 4")
    assert desk.grades(second)[-1].percent > desk.grades(first)[-1].percent
    assert standing_of(desk) == (2, second, desk.grades(second)[-1].percent)
    with desk.database.writing() as session:  # as earlier versions of the product left it
        session.scalars(select(Standing)).one().best_attempt_id = first
    back(desk, second, until=UNTIL, now=NOW + timedelta(hours=3))
    assert standing_of(desk) == (2, second, desk.grades(second)[-1].percent)


def test_what_was_sent_back_counts_again_when_its_rewriting_is_void(desk: Desk) -> None:
    desk.exam(counts="first")
    first = sent_back(desk)
    second = desk.write("lan", "Bài viết lại.", now=NOW + timedelta(hours=1))
    assert standing_of(desk)[1] == second
    with desk.database.writing() as session:
        session.get_one(Attempt, second).state = "void"
        row = regrading.locked(session, second)
        standing.settle(session, row, attempts=-1, now=NOW + timedelta(hours=2))
    assert standing_of(desk)[:2] == (1, first)


def standing_of(desk: Desk) -> tuple[int, int, Decimal]:
    with desk.database.reading() as session:
        row = session.scalars(select(Standing)).one()
        return row.attempts, row.best_attempt_id, row.best_percent


def test_one_attempt_more_and_not_two(desk: Desk) -> None:
    sent_back(desk)
    desk.write("lan", "lần hai", now=NOW + timedelta(hours=1))
    with pytest.raises(StartRefused) as refused:
        again(desk, "lan", NOW + timedelta(hours=2))
    assert refused.value.code == "no_attempts"


def test_it_can_be_sent_back_a_second_time(desk: Desk) -> None:
    sent_back(desk)
    second = desk.write("lan", "lần hai", now=NOW + timedelta(hours=1))
    desk.make(NOW + timedelta(hours=2))
    desk.take(second, "mot")
    back(desk, second, now=NOW + timedelta(hours=2))
    third = again(desk, "lan", NOW + timedelta(hours=3))
    with desk.database.reading() as session:
        assert list(rules.derive(answers.events_of(session, third)).values.values()) == ["lần hai"]


def test_after_the_closing_only_whoever_writes_again_may_start(desk: Desk) -> None:
    first = desk.write("lan", TEXT)
    desk.make()
    with desk.database.reading() as session:
        closed = session.get_one(Exam, desk.exam_id).closes_at + timedelta(days=1)
    desk.take(first, "mot")
    back(desk, first, until=closed + timedelta(days=2), now=closed)
    assert again(desk, "lan", closed + timedelta(hours=1))
    with pytest.raises(StartRefused):
        again(desk, "minh", closed + timedelta(hours=1))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"until": NOW - timedelta(minutes=1)}, "too_early"),
        ({"until": NOW + timedelta(days=99)}, "too_late"),
        ({"reason": ""}, "no_reason"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, changed: dict[str, object], code: str) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    with pytest.raises(NotSentBack) as refused:
        back(desk, attempt, **changed)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert desk.task(attempt).state == "taken"


def test_a_closed_exam_sends_nothing_back(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    desk.exam(state="closed")
    with pytest.raises(NotSentBack) as refused:
        back(desk, attempt)
    assert refused.value.code == "ended"


def test_a_former_attempt_is_not_sent_back_once_another_has_begun(desk: Desk) -> None:
    desk.exam(attempts_allowed=2)
    attempt = desk.write("lan", TEXT)
    desk.make()
    desk.take(attempt, "mot")
    again(desk, "lan", NOW + timedelta(hours=1))
    with pytest.raises(NotSentBack) as refused:
        back(desk, attempt, now=NOW + timedelta(hours=2))
    assert refused.value.code == "newer"


def test_what_nobody_has_taken_is_not_sent_back(desk: Desk) -> None:
    attempt = desk.write("lan", TEXT)
    desk.make()
    with pytest.raises(TaskGone):
        back(desk, attempt)
