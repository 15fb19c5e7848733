"""What was chosen, how long it took, and what units have in common: read from the events of attempts."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts.models import AnswerEvent, Attempt
from lms.banks.models import QuestionVersion
from lms.exams.models import Paper
from lms.kit.db import Database
from lms.quality import reading
from lms.quality.reading import bits
from lms.quality.rules import told_apart
from tests.cast import NOW
from tests.lms.quality.conftest import Room


def shuffled(session: Session, room: Room, versions: list[int], order: list[int]) -> Paper:
    paper = room.fixed(session, versions)
    paper.slots = [{**slot, "order": order} for slot in paper.slots]
    session.flush()
    return paper


def question_of(session: Session, version_id: int) -> int:
    return session.get_one(QuestionVersion, version_id).question_id


def key_of(session: Session, version_id: int) -> int:
    return int(session.get_one(QuestionVersion, version_id).body["correct"][0])


def test_answers_become_options_as_written() -> None:
    assert bits(None, (2, 0, 1)) == 0
    assert bits(0, (2, 0, 1)) == 0b100
    assert bits([0, 1], (2, 0, 1)) == 0b101
    assert bits(True, ()) == 0b01
    assert bits(False, ()) == 0b10


def test_options_are_counted_as_written_whatever_order_people_saw(room: Room, database: Database) -> None:
    with database.writing() as session:
        versions = room.singles(session, 2)
        as_written = shuffled(session, room, versions, [0, 1, 2, 3])
        turned = shuffled(session, room, versions, [3, 2, 1, 0])
        question, key = question_of(session, versions[0]), key_of(session, versions[0])
        wrong = (key + 1) % 4
        for paper, place in ((as_written, wrong), (turned, 3 - wrong)):
            for _ in range(20):
                attempt = room.sat(session, paper, [0, 0])
                room.answered(session, attempt, {1: (place, 20)})
        for _ in range(8):
            room.sat(session, as_written, [0, 0])  # nothing chosen
    row = next(row for row in room.count()["questions"] if row["question"] == question)
    assert {one["number"]: one["count"] for one in row["options"]} == {
        number: 40 * (number == wrong) for number in range(4)
    }
    assert (row["choices"], row["right"]) == (48, [key])
    assert row["blank"] == pytest.approx(8 / 48, abs=1e-4)


def test_a_wrong_key_is_flagged_in_the_exam_and_in_the_bank(room: Room, database: Database) -> None:
    from lms.banks.models import QuestionStatistic

    with database.writing() as session:
        versions = room.singles(session, 5)
        paper = room.fixed(session, versions)
        question, key = question_of(session, versions[0]), key_of(session, versions[0])
        better = (key + 1) % 4
        for n in range(60):
            able = n % 2
            attempt = room.sat(session, paper, [10_000 * (1 - able), *[10_000 * able] * 4])
            room.answered(session, attempt, {1: (better if able else key, 20)})
    row = next(row for row in room.count()["questions"] if row["question"] == question)
    assert {"key_may_be_wrong", "better_choose_wrong"} <= set(row["flags"])
    assert row["flags"]["better_choose_wrong"] == [{"letter": "ABCD"[better], "share": 50.0}]
    with database.reading() as session:
        assert set(session.get_one(QuestionStatistic, question).flags) == set(row["flags"])


def test_the_answers_of_a_selection_are_read_and_it_is_said_of_how_many(
    room: Room, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.quality import jobs

    monkeypatch.setattr(jobs, "SAMPLE", 7)
    with database.writing() as session:
        paper = room.fixed(session, room.singles(session, 2))
        for _ in range(20):
            room.answered(session, room.sat(session, paper, [0, 10_000]), {1: (0, 9)})
    figures = room.count()
    assert figures["choices"] == {"read": 7, "of": 20}
    assert {row["choices"] for row in figures["questions"]} == {7}
    assert {row["answers"] for row in figures["questions"]} == {20}


# --- time ---


def seconds_of(room: Room, database: Database) -> list[list[float | None]]:
    with database.reading() as session:
        found = reading.read(session, room.exam_id, lambda _done: None)
    places = reading.selection(len(found.results), 100)
    spent = reading.read_answers(database, found, places, lambda _done: None).seconds
    return [[None if cell != cell else round(float(cell), 1) for cell in row] for row in spent.tolist()]


def test_the_time_of_an_answer_is_since_the_word_before_on_the_same_page(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        paper = room.fixed(session, room.singles(session, 4))
        attempt = room.sat(session, paper, [0] * 4)
        room.answered(session, attempt, {1: (0, 99), 2: (1, 30), 3: (2, 4.5)})
        room.answered(session, attempt, {4: (2, 99)}, tab="t2")
    assert seconds_of(room, database) == [[None, 30.0, 4.5, None]]


def test_marks_and_changes_of_mind_add_to_the_time_and_a_clock_set_back_does_not(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        paper = room.fixed(session, room.singles(session, 3))
        attempt = room.sat(session, paper, [0] * 3)
        told = [(1, "set", 0), (2, "flag", 10), (2, "set", 25), (2, "set", 30), (3, "set", 5)]
        for seq, (slot, op, at) in enumerate(told, 1):
            session.add(
                AnswerEvent(
                    attempt_id=attempt.id, tab="t1", seq=seq, slot=slot, op=op, value="0" if op == "set" else None,
                    client_ms=at * 1000, received_at=NOW, epoch=0, status="ok",
                )
            )  # fmt: skip
    assert seconds_of(room, database) == [[None, 30.0, None]]


def test_what_somebody_entered_for_another_has_no_time(room: Room, database: Database) -> None:
    with database.writing() as session:
        paper = room.fixed(session, room.singles(session, 2))
        attempt = room.sat(session, paper, [0] * 2, medium="paper")
        room.answered(session, attempt, {1: (0, 1), 2: (1, 1)})
    assert seconds_of(room, database) == [[None, None]]


# --- units ---


def two_units(room: Room, database: Database) -> None:
    """Of two cells one answers at leisure, each in its own way; the other fast and all alike."""
    with database.writing() as session:
        versions = room.singles(session, 6)
        paper = room.fixed(session, versions)
        keys = [key_of(session, version) for version in versions]
        for n in range(90):
            attempt = room.sat(session, paper, [0] * 6, unit="cell_a1")
            said = {slot: ((keys[slot - 1] + 1 + (n + slot) % 3) % 4, 40) for slot in range(1, 7)}
            room.answered(session, attempt, said)
        for _ in range(24):
            attempt = room.sat(session, paper, [0] * 6, unit="cell_b1")
            room.answered(session, attempt, {slot: ((keys[slot - 1] + 1) % 4, 1) for slot in range(1, 7)})


def test_a_unit_that_answered_too_fast_and_alike_stands_out(room: Room, database: Database) -> None:
    two_units(room, database)
    figures = room.count()
    leisure, fast = room.cast.units["cell_a1"], room.cast.units["cell_b1"]
    rapid = {row[0]: row[1:] for row in figures["rapid"]}
    assert rapid[leisure] == [90, 450, 0, 0], "the first word of a page says nothing of its time"
    assert rapid[fast] == [24, 120, 120, 24]
    alike = {row[0]: row[1:] for row in figures["alike"]}
    assert alike[fast][2] == alike[fast][1] == 6 * 276, "all pairs are the same"
    assert alike[fast][4] > 3 > alike[leisure][4]


def test_small_units_are_added_up_and_never_named() -> None:
    rows = [[1, 10, 100, 7], [2, 9, 90, 1], [3, 4, 40, 2]]
    found = told_apart(rows)
    assert [(row.unit, row.counts, row.units) for row in found] == [
        (1, (10, 100, 7), 1),
        (None, (13, 130, 3), 2),
    ]
    assert [row.unit for row in told_apart(rows, {1, 2})] == [1], "a remainder of nine would be about persons"
    assert told_apart(rows, set()) == []


# --- parts ---


def test_a_part_of_the_tree_and_an_earlier_moment_are_read_by_themselves(
    room: Room, database: Database
) -> None:
    from datetime import timedelta

    with database.writing() as session:
        paper = room.fixed(session, room.singles(session, 2))
        room.sat(session, paper, [0, 0], unit="cell_a1")
        later = room.sat(session, paper, [10_000, 0], unit="cell_b1", at=NOW + timedelta(days=1))
        room.graded(session, later, [0, 10_000], number=2, at=NOW + timedelta(days=2))
        gone = room.sat(session, paper, [0, 0], unit="cell_b1")
        gone.state, gone.voided_at = "void", NOW + timedelta(days=3)

    def scores(**part: object) -> list[list[int]]:
        with database.reading() as session:
            found = reading.read(session, room.exam_id, lambda _done: None, reading.Part(**part))  # type: ignore[arg-type]
        return sorted(found.results.scores.tolist())

    assert scores() == [[0, 0], [0, 10_000]]
    assert scores(unit_id=room.cast.units["ward_b"]) == [[0, 10_000]]
    assert scores(unit_id=room.cast.units["ward_a"]) == [[0, 0]]
    assert scores(until=NOW + timedelta(days=1)) == [[0, 0], [0, 0], [10_000, 0]]
    assert scores(until=NOW + timedelta(days=2)) == [[0, 0], [0, 0], [0, 10_000]]
    with database.reading() as session:
        assert session.scalars(select(Attempt.id)).all()
