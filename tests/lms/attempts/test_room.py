"""Deeds of invigilators: each rule, what each leaves behind, and what the counts then say."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.attempts import actions as attempts
from lms.attempts import finishing, rules
from lms.attempts.invigilation import actions, evidence, queries, story
from lms.attempts.invigilation.queries import WHOLE, Wish
from lms.attempts.invigilation.rules import DEEDS, Counts, DeedRefused, why_not
from lms.attempts.invigilation.sight import Sight, attempt_seen, sight
from lms.attempts.models import AnswerEvent, Attempt, AttemptNote, Grade, Presence, Standing
from lms.audit.models import AuditEvent
from lms.courses.models import CourseCount, Enrolment
from lms.exams import paper
from lms.exams.models import Exam, Override
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.lms.attempts.conftest import KEY, Sitter, SitterOf, said
from tests.lms.attempts.test_life import right_answers
from tests.stage import Stage, second_exam

WHY = "Mất điện 5 phút"


def seen(database: Database, staged: Stage, cast: Cast, unit: str = "") -> Sight:
    """What the organiser sees, or the officer of a unit."""
    with database.reading() as session:
        found = sight(
            session,
            staged.course_id,
            staged.exam_id,
            trainer=() if unit else (cast.units["city"],),
            officer=(cast.units[unit],) if unit else (),
        )
    assert found is not None
    return found


def do(lan: Sitter, deed: Any, *args: Any, **values: Any) -> Any:
    """One deed in a transaction of its own, by the trainer."""
    values = {"by": 7, "now": lan.now} | values
    with lan.database.writing() as session:
        return deed(session, *args, **values)


def notes(lan: Sitter, attempt_id: int | None) -> list[AttemptNote]:
    with lan.database.reading() as session:
        return list(
            session.scalars(
                select(AttemptNote).where(AttemptNote.attempt_id == attempt_id).order_by(AttemptNote.id)
            )
        )


def audited(lan: Sitter, action: str) -> int:
    with lan.database.reading() as session:
        return session.scalar(select(func.count()).where(AuditEvent.action == action)) or 0


def counted(lan: Sitter) -> tuple[int, int]:
    """Attempts and finished people by the kept counts."""
    with lan.database.reading() as session:
        return session.execute(select(func.sum(CourseCount.attempts), func.sum(CourseCount.finished))).one()


def standing(lan: Sitter) -> Standing | None:
    with lan.database.reading() as session:
        return session.get(Standing, (lan.exam_id, lan.person_id))


def handed_in(lan: Sitter, *, right: bool = True) -> int:
    attempt = lan.start()
    if right:
        lan.save(attempt, "t1", *right_answers(lan, attempt))
        lan.submit(attempt, "t1")
    else:
        lan.submit(attempt)
    return attempt


# ------------------------------------------------------------------------------------------------ pure rules


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("state", ["open", "submitted", "void"])
def test_a_deed_is_possible_in_its_states_and_never_to_oneself(deed: str, state: str) -> None:
    assert why_not(deed, state, own=False) == (None if state in DEEDS[deed] else "not_now")
    if deed not in ("incident", "message"):
        assert why_not(deed, state, own=True) == "own"


def test_the_parts_of_a_bar_are_the_whole() -> None:
    shares = Counts(must=10, waiting=4, working=3, offline=1, submitted=2, void=5).shares()
    assert sum(shares.values()) == pytest.approx(100)
    assert shares == {"submitted": 20, "working": 30, "offline": 10, "waiting": 40}
    assert set(Counts().shares().values()) == {0}


# ------------------------------------------------------------------------------------------------ time


def test_more_time_moves_the_deadline_and_is_on_record(lan: Sitter, cast: Cast) -> None:
    attempt = lan.start()
    lan.later(minutes=29)
    until = do(lan, actions.extend, attempt, minutes=10, reason=WHY, by=cast.people["tuan"])
    assert until == NOW + timedelta(minutes=40) == lan.get(Attempt, attempt).deadline_at
    [note] = notes(lan, attempt)
    assert (note.kind, note.text, note.by, note.detail["minutes"]) == (
        "extended", WHY, cast.people["tuan"], 10,
    )  # fmt: skip
    assert audited(lan, "attempt.extended") == 1
    lan.later(minutes=5)
    assert lan.save(attempt, "t1", said(1)).statuses == {1: "ok"}


def test_whose_time_is_over_gets_minutes_from_now_on(lan: Sitter, cast: Cast) -> None:
    attempt = lan.start()
    lan.later(minutes=45)
    until = do(lan, actions.extend, attempt, minutes=10, reason=WHY, by=cast.people["tuan"])
    assert until == lan.now + timedelta(minutes=10)


def test_everybody_in_sight_gets_more_time_but_never_oneself(
    lan: Sitter, sitter_of: SitterOf, staged: Stage, cast: Cast
) -> None:
    officer, hoa = sitter_of("dung"), sitter_of("hoa")
    mine, hers, other = lan.start(), officer.start(), hoa.start()
    ward = seen(lan.database, staged, cast, "ward_a")
    by = cast.people["dung"]
    moved = do(lan, actions.extend_all, ward, minutes=7, reason=WHY, by=by)
    assert moved == [NOW + timedelta(minutes=37)]
    assert lan.get(Attempt, mine).deadline_at == NOW + timedelta(minutes=37)
    assert {lan.get(Attempt, id_).deadline_at for id_ in (hers, other)} == {NOW + timedelta(minutes=30)}
    assert [note.detail["minutes"] for note in notes(lan, mine)] == [7]
    assert notes(lan, other) == []
    everybody = seen(lan.database, staged, cast)
    assert len(do(lan, actions.extend_all, everybody, minutes=5, reason=WHY, by=cast.people["tuan"])) == 3
    assert audited(lan, "exam.extend_all") == 2


# ------------------------------------------------------------------------------------------------ state


def test_reopening_keeps_the_grade_and_the_next_one_is_appended(lan: Sitter, cast: Cast) -> None:
    attempt = handed_in(lan)
    before = lan.get(Attempt, attempt)
    assert counted(lan) == (1, 1)
    lan.later(minutes=3)
    by = cast.people["tuan"]
    do(lan, actions.reopen, attempt, minutes=15, reason=WHY, by=by)
    row = lan.get(Attempt, attempt)
    assert (row.state, row.deadline_at) == ("open", lan.now + timedelta(minutes=15))
    assert (row.submitted_at, row.receipt, row.holder) == (None, None, None)
    assert standing(lan) is None
    assert counted(lan) == (0, 0)
    assert lan.start() == attempt
    lan.save(attempt, "t2", said(1, 1, "null", "clear"))
    lan.submit(attempt, "t2", 1)
    with lan.database.reading() as session:
        grades = session.scalars(select(Grade).order_by(Grade.number)).all()
    assert [grade.number for grade in grades] == [1, 2]
    assert grades[1].points < grades[0].points  # the fresh tab's word counts more than what was said before
    assert lan.get(Attempt, attempt).receipt not in (None, before.receipt)
    assert counted(lan)[0] == 1
    [note] = notes(lan, attempt)
    assert note.detail["receipt"] == before.receipt


def test_no_attempt_is_reopened_beside_an_open_one(lan: Sitter, cast: Cast) -> None:
    first = handed_in(lan)
    second = lan.start()
    with pytest.raises(DeedRefused, match="another_open"):
        do(lan, actions.reopen, first, minutes=15, reason=WHY, by=cast.people["tuan"])
    assert lan.get(Attempt, first).state == "submitted"
    lan.submit(second)
    do(lan, actions.reopen, first, minutes=15, reason=WHY, by=cast.people["tuan"])
    assert lan.start() == first


def test_a_void_attempt_does_not_count_until_that_is_taken_back(lan: Sitter, cast: Cast) -> None:
    attempt, by = handed_in(lan), cast.people["tuan"]
    kept = standing(lan)
    do(lan, actions.void, attempt, reason=WHY, by=by)
    row = lan.get(Attempt, attempt)
    assert (row.state, row.voided_by, row.voided_reason, row.voided_at) == ("void", by, WHY, lan.now)
    assert standing(lan) is None
    assert counted(lan) == (0, 0)
    with lan.database.reading() as session:
        assert (
            session.scalars(select(Enrolment.finished_at).where(Enrolment.person_id == lan.person_id)).one()
            is None
        )
    assert do(lan, actions.restore, attempt, reason="Nhầm người", by=by) == "submitted"
    back = standing(lan)
    assert back is not None
    assert kept is not None
    assert (back.best_attempt_id, back.best_percent) == (kept.best_attempt_id, kept.best_percent)
    assert counted(lan) == (1, 1)
    assert lan.get(Attempt, attempt).voided_at is None
    assert [note.kind for note in notes(lan, attempt)] == ["voided", "restored"]


def test_an_open_attempt_ends_when_void_and_goes_on_with_the_time_that_was_left(
    lan: Sitter, cast: Cast
) -> None:
    attempt, by = lan.start(), cast.people["tuan"]
    lan.save(attempt, "t1", said(1))
    lan.later(minutes=10)
    do(lan, actions.void, attempt, reason=WHY, by=by)
    assert lan.save(attempt, "t1", said(2)).statuses == {2: "late"}
    assert finishing_of(lan, attempt) is None
    lan.later(minutes=30)
    assert do(lan, actions.restore, attempt, reason="Nhầm", by=by) == "open"
    assert lan.get(Attempt, attempt).deadline_at == lan.now + timedelta(minutes=20)
    assert lan.held(attempt).values == {1: 2}
    assert counted(lan) == (0, 0)


def finishing_of(lan: Sitter, attempt: int) -> str | None:
    with lan.database.writing() as session:
        return finishing.submit(
            session, attempt, lan.person_id, tab="t1", last_seq=0, key=KEY, now=lan.now
        ).receipt


def test_another_attempt_is_granted_on_top_of_what_was_given(lan: Sitter, cast: Cast) -> None:
    by = cast.people["tuan"]
    for expected in (1, 2):
        for _n in range(2 if expected == 1 else 1):
            attempt = handed_in(lan, right=False)
        with pytest.raises(attempts.StartRefused):
            lan.start()
        do(lan, actions.void, attempt, reason=WHY, by=by, again=True)
        with lan.database.reading() as session:
            assert (
                session.scalars(select(Override.extra_attempts).order_by(Override.id)).all()[-1] == expected
            )
            assert session.get_one(Exam, lan.exam_id).has_overrides
    assert lan.start()


def test_ending_for_the_candidate_grades_what_was_saved(lan: Sitter, cast: Cast) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", *right_answers(lan, attempt))
    lan.later(minutes=4)
    do(lan, actions.end, attempt, reason=WHY, key=KEY, by=cast.people["tuan"])
    row = lan.get(Attempt, attempt)
    assert (row.state, row.finished_by, row.submitted_at) == ("submitted", "officer", lan.now)
    assert row.receipt == rules.receipt_code(KEY, attempt, lan.held(attempt), lan.now)
    found = standing(lan)
    assert found is not None
    assert found.best_percent == 100


def test_nobody_decides_about_their_own_attempt(sitter_of: SitterOf) -> None:
    officer = sitter_of("dung")
    attempt = officer.start()
    by = officer.person_id
    for deed, values in (
        (actions.extend, {"minutes": 5}),
        (actions.end, {"key": KEY}),
        (actions.void, {"again": True}),
    ):
        with pytest.raises(DeedRefused, match="own"):
            do(officer, deed, attempt, reason=WHY, by=by, **values)
    officer.submit(attempt)
    with pytest.raises(DeedRefused, match="own"):
        do(officer, actions.reopen, attempt, minutes=5, reason=WHY, by=by)
    with officer.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Override)) == 0
        assert session.scalar(select(func.count()).select_from(AttemptNote)) == 0


# ------------------------------------------------------------------------------------------------ late answers


def test_accepted_answers_count_and_the_result_is_calculated_anew(lan: Sitter, cast: Cast) -> None:
    attempt, by = lan.start(), cast.people["tuan"]
    right = right_answers(lan, attempt)
    lan.save(attempt, "t1", *right[:1])
    lan.later(minutes=31)
    lan.save(attempt, "t1", *right[1:])
    lan.submit(attempt, "t1", len(right))
    before = standing(lan)
    assert before is not None
    assert before.passed_at is None
    with pytest.raises(DeedRefused, match="nothing_chosen"):
        do(lan, actions.accept, attempt, [("t1", right[0].seq), ("t9", 1)], reason=WHY, by=by)
    with pytest.raises(DeedRefused, match="own"):
        do(lan, actions.accept, attempt, [("t1", right[1].seq)], reason=WHY, by=lan.person_id)
    chosen = [("t1", one.seq) for one in right]
    count, change = do(lan, actions.accept, attempt, chosen, reason=WHY, by=by)
    assert count == len(right) - 1
    assert change.after.percent == 100
    after = standing(lan)
    assert after is not None
    assert after.passed_at is not None
    assert counted(lan) == (1, 1)
    with lan.database.reading() as session:
        grades = session.scalars(select(Grade).order_by(Grade.number)).all()
        assert [(grade.reason, grade.by) for grade in grades] == [("submitted", None), ("accepted", by)]
        stored = session.scalars(select(AnswerEvent.status)).all()
    assert sorted(stored) == ["late"] * (len(right) - 1) + ["ok"]  # the events stay as they came
    with pytest.raises(DeedRefused, match="nothing_chosen"):
        do(lan, actions.accept, attempt, chosen, reason=WHY, by=by)


def test_answers_from_a_device_that_did_not_hold_the_attempt_can_be_accepted_while_it_is_open(
    lan: Sitter, cast: Cast
) -> None:
    attempt = lan.start()
    lan.lease(attempt, "t1")
    assert lan.save(attempt, "t2", said(1, 3, "1")).statuses == {1: "conflict"}
    count, change = do(lan, actions.accept, attempt, [("t2", 1)], reason=WHY, by=cast.people["tuan"])
    assert (count, change) == (1, None)
    assert lan.held(attempt).values == {3: 1}


# ------------------------------------------------------------------------------------------------ words


def test_a_message_of_an_officer_reaches_the_own_people_only(
    lan: Sitter, sitter_of: SitterOf, staged: Stage, cast: Cast
) -> None:
    mine, other = lan.start(), sitter_of("hoa").start()
    ward = seen(lan.database, staged, cast, "ward_a")
    assert do(lan, actions.tell_all, ward, text="Còn 5 phút", by=cast.people["dung"]) == 1
    assert [note.text for note in notes(lan, mine)] == ["Còn 5 phút"]
    assert notes(lan, other) == []
    assert notes(lan, None) == []
    everybody = seen(lan.database, staged, cast)
    assert do(lan, actions.tell_all, everybody, text="Giữ trật tự", by=cast.people["tuan"]) == 2
    assert [note.text for note in notes(lan, None)] == ["Giữ trật tự"]


def test_an_incident_of_other_units_is_not_read(lan: Sitter, staged: Stage, cast: Cast) -> None:
    ward_a, ward_b = (seen(lan.database, staged, cast, unit) for unit in ("ward_a", "ward_b"))
    do(lan, actions.note_incident, ward_a, None, text="Mất điện", by=cast.people["dung"])
    with lan.database.reading() as session:
        assert [note.text for note in queries.notes_of_exam(session, ward_a)] == ["Mất điện"]
        assert queries.notes_of_exam(session, ward_b) == []
        assert len(queries.notes_of_exam(session, seen(lan.database, staged, cast))) == 1


# ------------------------------------------------------------------------------------------------ counts and people


def test_the_counts_say_who_is_where(lan: Sitter, sitter_of: SitterOf, staged: Stage, cast: Cast) -> None:
    by = cast.people["tuan"]
    everybody = seen(lan.database, staged, cast)
    working, gone, done, void = lan, sitter_of("long"), sitter_of("hoa"), sitter_of("binh")
    for one in (gone, done, void):
        one.start()
    done.submit(1 + 1)
    do(lan, actions.void, 3, reason=WHY, by=by)
    later = NOW + timedelta(minutes=5)
    working.now = later
    heard = working.start()
    with lan.database.writing() as session:
        session.add(Presence(attempt_id=heard, seen_at=later))
    with lan.database.reading() as session:
        must = session.scalar(select(func.sum(CourseCount.must))) or 0
        units = [WHOLE, cast.units["city"], cast.units["ward_a"], cast.units["ward_b"]]
        found = queries.figures(session, everybody, units, later).by_unit
        names = {
            state: [line.name for line in queries.people(
                session, everybody, WHOLE, Wish(state=state), many=False, now=later, most=50,
            )]
            for state in ("working", "offline", "submitted", "void")
        }  # fmt: skip
    assert found[WHOLE] == found[cast.units["city"]]
    assert found[WHOLE] == Counts(must, must - 4, 1, 1, 1, 1)
    assert found[cast.units["ward_a"]].open == 2
    assert (found[cast.units["ward_b"]].submitted, found[cast.units["ward_b"]].void) == (1, 1)
    assert [len(one) for one in names.values()] == [1, 1, 1, 1]
    assert names["submitted"] == ["Lê Thị Hoa"]


def test_of_several_exams_each_is_counted_for_itself(lan: Sitter, staged: Stage, cast: Cast) -> None:
    with lan.database.writing() as session:
        other = second_exam(session, staged, NOW)
    handed_in(lan)
    lan.exam_id = other
    lan.start()
    city = (cast.units["city"],)
    with lan.database.reading() as session:
        counts = {}
        for exam_id in (staged.exam_id, other):
            found = sight(session, staged.course_id, exam_id, trainer=city, officer=())
            assert found is not None
            counts[exam_id] = queries.figures(session, found, [WHOLE, *city], NOW).by_unit
    first, second = counts[staged.exam_id][WHOLE], counts[other][WHOLE]
    assert (first.submitted, first.working, first.must - first.waiting) == (1, 0, 1)
    assert (second.submitted, second.working, second.must - second.waiting) == (0, 1, 1)
    assert counts[other][city[0]] == second


def test_an_officer_sees_the_people_of_the_own_units(
    lan: Sitter, sitter_of: SitterOf, staged: Stage, cast: Cast
) -> None:
    mine, other = lan.start(), sitter_of("hoa").start()
    ward = seen(lan.database, staged, cast, "ward_a")
    with lan.database.reading() as session:
        assert attempt_seen(session, ward, mine) is not None
        assert attempt_seen(session, ward, other) is None
        lines = queries.people(session, ward, -1, Wish(), many=False, now=NOW, most=50)
        assert "Lê Thị Hoa" not in {line.name for line in lines}
        assert {"Nguyễn Thị Lan", "Phạm Tiến Dũng"} <= {line.name for line in lines}
        by_name = queries.people(session, ward, -1, Wish("nguyễn thị"), many=True, now=NOW, most=50)
        assert [line.name for line in by_name] == ["Nguyễn Thị Lan"]


# ------------------------------------------------------------------------------------------------ races


def at_once(*works: Any) -> list[Any]:
    begin = threading.Barrier(len(works))
    found: list[Any] = [None] * len(works)

    def one(at: int, work: Any) -> None:
        begin.wait(20)
        try:
            found[at] = work()
        except Exception as error:  # noqa: BLE001 - told to the test
            found[at] = error

    threads = [threading.Thread(target=one, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


@pytest.mark.parametrize("round_", range(3))
def test_reopening_while_another_attempt_begins_leaves_one_open(lan: Sitter, cast: Cast, round_: int) -> None:
    first = handed_in(lan, right=False)
    by = cast.people["tuan"]
    reopened, begun = at_once(
        lambda: do(lan, actions.reopen, first, minutes=15, reason=WHY, by=by), lan.start
    )
    with lan.database.reading() as session:
        rows = session.scalars(select(Attempt)).all()
        assert sum(row.state == "open" for row in rows) == 1
    if isinstance(reopened, Exception):
        assert isinstance(reopened, DeedRefused), reopened
        assert begun != first
    else:
        assert begun == first
    total, _finished = counted(lan)
    assert total == sum(row.state == "submitted" for row in rows)


@pytest.mark.parametrize("round_", range(3))
def test_what_is_acknowledged_while_an_attempt_becomes_void_stays(
    lan: Sitter, cast: Cast, round_: int
) -> None:
    attempt, by = lan.start(), cast.people["tuan"]
    works = [lambda n=n: lan.save(attempt, f"t{n}", said(1, n)) for n in range(1, 7)]
    *saved, _voided, ended = at_once(
        *works,
        lambda: do(lan, actions.void, attempt, reason=WHY, by=by),
        lambda: lan.submit(attempt),
    )
    assert not any(isinstance(one, Exception) for one in (*saved, ended)), (saved, ended)
    with lan.database.reading() as session:
        stored = {event.tab: event.status for event in session.scalars(select(AnswerEvent))}
        row = session.get_one(Attempt, attempt)
    assert stored == {f"t{n}": one.statuses[1] for n, one in enumerate(saved, 1)}
    assert row.state == "void"
    assert standing(lan) is None
    assert counted(lan)[0] == 0


# ------------------------------------------------------------------------------------------------ story


def told(lan: Sitter, attempt_id: int) -> list[story.Line]:
    with lan.database.reading() as session:
        attempt = session.get_one(Attempt, attempt_id)
        return story.tell(evidence.facts(session, attempt), lan.now)


def ms(lan: Sitter) -> int:
    return int(lan.now.timestamp() * 1000)


def single(lan: Sitter, attempt: int) -> int:
    """The first slot of the paper with a single choice."""
    with lan.database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt).paper_id)
    return next(slot.number for slot in sat.slots if slot.question.type == "single_choice")


def test_the_story_tells_what_happened_in_plain_words(lan: Sitter, cast: Cast) -> None:
    by = cast.people["tuan"]
    attempt = lan.start()
    slot = single(lan, attempt)
    lan.later(seconds=40)
    lan.lease(attempt, "t1")
    lan.save(attempt, "t1", said(1, slot, "1", ms=ms(lan)))
    lan.later(seconds=20)
    lan.save(attempt, "t1", said(2, slot, "2", ms=ms(lan)))
    made = ms(lan) + 60_000
    lan.later(minutes=4)
    lan.save(attempt, "t1", said(3, slot, "0", ms=made))
    lan.later(minutes=1)
    lan.lease(attempt, "t2", take=True)
    do(lan, actions.extend, attempt, minutes=5, reason=WHY, by=by)
    lan.later(minutes=40)
    lan.save(attempt, "t1", said(4, slot, "3", ms=ms(lan)))
    lan.submit(attempt, "t1", 4)
    lines = told(lan, attempt)
    words = [(line.kind, line.text) for line in lines]
    assert words[0] == ("start", "Bắt đầu làm bài; thời gian đến 08:30:00")
    assert (
        "saved",
        f"Lưu câu {slot} = C (thiết bị 1)",
    ) not in words  # one device said something, so no number
    assert ("saved", f"Lưu: câu {slot} = C") in words
    assert ("offline", "Mất kết nối: 1 thao tác chờ trên máy") in words
    assert any(kind == "device" for kind, _text in words)
    extended = next(line for line in lines if line.kind == "deed")
    assert (extended.text, extended.reason, extended.by) == (
        "Thêm 5 phút; giờ kết thúc mới là 08:35:00", WHY, "Đặng Anh Tuấn",
    )  # fmt: skip
    assert any(kind == "apart" and text.endswith("= D") for kind, text in words)
    assert [kind for kind, _text in words][-2:] == ["end", "grade"] or words[-1][0] in (
        "end",
        "grade",
        "apart",
    )
    assert [line.at for line in lines] == sorted(line.at for line in lines)


def test_a_run_of_saves_is_one_line(lan: Sitter) -> None:
    attempt = lan.start()
    right = right_answers(lan, attempt)
    for one in right:
        lan.later(seconds=5)
        lan.save(attempt, "t1", one)
    saved = [line for line in told(lan, attempt) if line.kind == "saved"]
    assert len(saved) == 1
    assert saved[0].until == lan.now
    assert "và 3 câu khác" in saved[0].text
