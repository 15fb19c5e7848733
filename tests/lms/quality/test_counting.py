"""Exams and questions counted by the job: the textbook's figures, the published ones, and what counts at all."""

from __future__ import annotations

import random
import statistics as textbook
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.attempts.models import Attempt, AttemptNote
from lms.banks.models import Question, QuestionStatistic, QuestionVersion
from lms.exams.models import Paper, Ruling
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.quality import reading
from lms.quality.jobs import JOB, MOST_WAITING, ask_due
from lms.quality.models import ExamAnalysis
from lms.quality.rules import PAUSE
from tests.cast import NOW
from tests.lms.quality.conftest import Room
from tests.questions.published import QUIZ, rows_of
from tests.stage import Stage, second_exam

LATER = NOW + PAUSE


def in_bank(database: Database) -> dict[int, QuestionStatistic]:
    with database.reading() as session:
        return {row.question_id: row for row in session.scalars(select(QuestionStatistic))}


def question_of(session: Session) -> dict[int, int]:
    rows = session.execute(select(QuestionVersion.id, QuestionVersion.question_id))
    return {row[0]: row[1] for row in rows}


def by_the_book(
    questions: dict[int, int], told: list[tuple[Paper, list[int]]]
) -> dict[int, list[tuple[float, float]]]:
    """Of every question the correctness with the share of the other slots' points, an answer at a time."""
    seen: dict[int, list[tuple[float, float]]] = {}
    for paper, scores in told:
        worth = [float(slot["points"]) for slot in paper.slots]
        got = [points * score / 10_000 for points, score in zip(worth, scores, strict=True)]
        for at, slot in enumerate(paper.slots):
            rest = (sum(got) - got[at]) / (sum(worth) - worth[at])
            seen.setdefault(questions[slot["version"]], []).append((scores[at] / 10_000, rest))
    return seen


def correlation(groups: list[list[tuple[float, float]]]) -> float | None:
    """Pearson's, of deviations from the mean of each group."""
    pairs = []
    for group in groups:
        own, rest = textbook.mean(x for x, _r in group), textbook.mean(r for _x, r in group)
        pairs += [(x - own, r - rest) for x, r in group]
    xs, rests = [x for x, _r in pairs], [r for _x, r in pairs]
    if max(xs) - min(xs) < 1e-9 or max(rests) - min(rests) < 1e-9:
        return None
    spread: float = (sum(x * x for x in xs) * sum(r * r for r in rests)) ** 0.5
    return sum(x * r for x, r in pairs) / spread


def made(
    room: Room, session: Session, exam_id: int, attempts: int, seed: int
) -> Iterator[tuple[Paper, list[int]]]:
    rng = random.Random(seed)
    pool = list(session.scalars(select(Paper).where(Paper.exam_id == exam_id).order_by(Paper.id)))
    for _ in range(attempts):
        paper, able = rng.choice(pool), rng.random()
        scores = [rng.choice([10_000, 5_000]) if rng.random() < able else 0 for _slot in paper.slots]
        room.sat(session, paper, scores)
        yield paper, scores


def test_the_figures_of_an_exam_are_the_textbooks_whatever_paper_people_had(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        expected = by_the_book(question_of(session), list(made(room, session, room.exam_id, 60, 7)))
    figures = room.count()
    assert [row["question"] for row in figures["questions"]] == sorted(expected)
    bank = in_bank(database)
    for row in figures["questions"]:
        pairs = expected[row["question"]]
        assert row["answers"] == bank[row["question"]].answers == len(pairs)
        assert row["facility"] == pytest.approx(textbook.mean(x for x, _rest in pairs), abs=1e-5)
        weighed = correlation([pairs])
        stored = bank[row["question"]].discrimination
        if weighed is None:
            assert row["discrimination"] is None
            assert stored is None
        else:
            assert row["discrimination"] == pytest.approx(weighed, abs=1e-4)
            assert float(stored or 0) == pytest.approx(weighed, abs=1e-4), "there is one truth"


def test_a_question_of_two_exams_has_one_figure_pooled_within_exams(
    room: Room, database: Database, staged: Stage
) -> None:
    with database.writing() as session:
        other = second_exam(session, staged, NOW)
        questions = question_of(session)
        first = by_the_book(questions, list(made(room, session, room.exam_id, 40, 1)))
        second = by_the_book(questions, list(made(room, session, other, 25, 2)))
    room.count()
    room.count(other)
    bank = in_bank(database)
    assert set(bank) == set(first) | set(second)
    for question, row in bank.items():
        groups = [told[question] for told in (first, second) if question in told]
        weighed = correlation(groups)
        assert row.answers == sum(map(len, groups))
        assert float(row.facility) == pytest.approx(
            textbook.mean(x for one in groups for x, _r in one), abs=1e-4
        )
        assert (row.discrimination is None) == (weighed is None)
        if weighed is not None:
            assert float(row.discrimination or 0) == pytest.approx(weighed, abs=1e-4)


def test_the_published_quiz_stored_and_counted_has_the_published_figures(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        paper = room.fixed(session, room.singles(session, 7))
        for marks in rows_of(QUIZ):
            room.sat(session, paper, [round(mark * 10_000) for mark in marks])
        order = [question_of(session)[slot["version"]] for slot in paper.slots]
    figures = room.count()
    found = {row["question"]: row for row in figures["questions"]}
    rows = [found[question] for question in order]
    assert [row["facility"] for row in rows] == pytest.approx(
        [0.704, 0.48, 0.973333332, 0.68, 0.52, 0.64, 0.62], abs=1e-4
    )
    assert [row["deviation"] for row in rows] == pytest.approx(
        [0.4513682901, 0.5099019514, 0.13333334, 0.4760952286, 0.3055050463, 0.4898979486, 0.331662479],
        abs=1e-4,
    )
    assert [100 * row["discrimination"] for row in rows] == pytest.approx(
        [
            -7.0650767526,
            -28.8982125772,
            -9.1230674268,
            -22.6306444113,
            -17.6997047674,
            -45.3785178421,
            -5.6543166602,
        ],
        abs=0.01,
    )
    assert [100 * row["efficiency"] for row in rows] == pytest.approx(
        [
            -9.4550536967,
            -36.7834118938,
            -21.6545012165,
            -31.4411395613,
            -21.1794802584,
            -56.9365974439,
            -6.5043742058,
        ],
        abs=0.01,
    )
    assert figures["exam"]["same_questions"] is True
    assert figures["exam"]["attempts"] == 25


# --- what counts ---


def test_of_an_attempt_the_latest_grade_counts_and_open_and_void_ones_do_not(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        paper = room.papers()[0]
        attempt = room.sat(session, paper, [0] * 9)
        room.graded(session, attempt, [10_000] * 9, number=2)
        room.sat(session, paper, [0] * 9, state="open")
        room.sat(session, paper, [0] * 9, state="void")
    room.count()
    assert {(row.answers, row.facility, row.discrimination) for row in in_bank(database).values()} == {
        (1, Decimal(1), None)
    }


def test_when_the_only_attempt_becomes_void_the_figures_go(room: Room, database: Database) -> None:
    with database.writing() as session:
        attempt_id = room.sat(session, room.papers()[0], [0] * 9).id
    room.count()
    with database.writing() as session:
        session.get_one(Attempt, attempt_id).state = "void"
    figures = room.count()
    assert figures["questions"] == []
    assert in_bank(database) == {}


def test_versions_of_one_question_count_together_and_essays_once_somebody_marked_them(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        first, second, essay = room.singles(session, 3)
        questions = question_of(session)
        body = session.get_one(QuestionVersion, first).body
        session.get_one(Question, questions[essay]).type = "essay"
        newer = QuestionVersion(
            question_id=questions[first], number=2, body=body, content_hash="2", created_at=NOW
        )
        session.add(newer)
        session.flush()
        one, other = (
            room.fixed(session, [first, second, essay]),
            room.fixed(session, [newer.id, second, essay]),
        )
        room.sat(session, one, [10_000, 0, None])
        room.sat(session, other, [0, 0, 8_000])
    figures = {row["question"]: row for row in room.count()["questions"]}
    both = figures[questions[first]]
    assert (both["answers"], both["facility"], both["version"]) == (2, 0.5, newer.id)
    assert (figures[questions[essay]]["answers"], figures[questions[essay]]["facility"]) == (1, 0.8)


def test_figures_of_a_former_key_are_left_out_once_the_new_one_was_answered(
    room: Room, database: Database, staged: Stage
) -> None:
    with database.writing() as session:
        second = second_exam(session, staged, NOW)
        wanted = room.singles(session, 2)
        question = question_of(session)[wanted[0]]
        paper = room.fixed(session, wanted)
        for _ in range(3):
            room.sat(session, paper, [0, 10_000])
    room.count()
    assert in_bank(database)[question].facility == 0
    with database.writing() as session:
        body = dict(session.get_one(QuestionVersion, wanted[0]).body)
        body["correct"] = [3 if body["correct"] != [3] else 2]
        newer = QuestionVersion(question_id=question, number=2, body=body, content_hash="2", created_at=NOW)
        session.add(newer)
        session.get_one(Question, question).version = 2
        session.flush()
        other = room.fixed(session, [newer.id, wanted[1]])
        other.exam_id = second
        for _ in range(4):
            room.sat(session, other, [10_000, 10_000])
    room.count()
    assert in_bank(database)[question].facility == 0, "nobody has answered the new one in a counted exam"
    room.count(second)
    row = in_bank(database)[question]
    assert (row.answers, row.facility) == (4, Decimal(1))


# --- rulings ---


def ruled(session: Session, room: Room, version_id: int, kind: str) -> None:
    trainer = room.cast.people["tuan"]
    session.add(
        Ruling(
            exam_id=room.exam_id, version_id=version_id, kind=kind, body=None, reason="sai", state="applied",
            proposed_by=trainer, proposed_at=NOW, decided_by=trainer, decided_at=NOW, effects={},
        )
    )  # fmt: skip
    session.flush()


def test_a_dropped_question_is_worth_nothing_and_one_with_full_marks_says_nothing(
    room: Room, database: Database
) -> None:
    with database.writing() as session:
        versions = room.singles(session, 3)
        paper = room.fixed(session, versions, ["8", "1", "1"])
        dropped, given, plain = (question_of(session)[version] for version in versions)
        ruled(session, room, versions[0], "drop")
        ruled(session, room, versions[1], "full_marks")
        for n in range(40):
            room.sat(session, paper, [10_000 * (n % 2), 10_000, 10_000 * (n % 4 == 0)])
    figures = room.count()
    rows = {row["question"]: row for row in figures["questions"]}
    assert rows[dropped]["intended_weight"] == 0
    assert (rows[dropped]["ruled"], rows[given]["ruled"], rows[plain]["ruled"]) == ("drop", "full_marks", "")
    assert rows[dropped]["flags"] == rows[given]["flags"] == {}
    assert figures["exam"]["mean"] == pytest.approx((1 + 0.25) / 2)
    assert set(in_bank(database)) == {plain}


# --- the sweep ---


def asked(database: Database) -> list[dict[str, Any]]:
    with database.reading() as session:
        return [job.params for job in session.scalars(select(Job).where(Job.kind == JOB).order_by(Job.id))]


def done(database: Database) -> None:
    with database.writing() as session:
        for job in session.scalars(select(Job)):
            job.state = "done"


def test_the_sweep_asks_when_something_ended_and_not_more_often_than_it_pauses(
    room: Room, database: Database
) -> None:
    assert ask_due(database, NOW) == 0, "nobody has finished"
    with database.writing() as session:
        room.sat(session, room.papers()[0], [0] * 9)
    assert ask_due(database, NOW) == 1
    assert ask_due(database, NOW + 2 * PAUSE) == 0, "it waits to be counted"
    done(database)
    room.count()
    with database.writing() as session:
        room.sat(session, room.papers()[0], [0] * 9)
    assert ask_due(database, LATER - timedelta(seconds=1)) == 0, "it pauses"
    assert ask_due(database, LATER) == 1
    done(database)
    room.count()
    for hours in (1, 2, 24):
        assert ask_due(database, LATER + timedelta(hours=hours)) == 0, "nothing ended since"
    assert {params["exam"] for params in asked(database)} == {room.exam_id}


def test_the_sweep_notices_attempts_that_were_declared_void(room: Room, database: Database) -> None:
    with database.writing() as session:
        attempt_id = room.sat(session, room.papers()[0], [0] * 9).id
        room.sat(session, room.papers()[0], [0] * 9)
    assert ask_due(database, NOW) == 1
    done(database)
    room.count()
    with database.writing() as session:
        session.get_one(Attempt, attempt_id).state = "void"
        session.add(
            AttemptNote(
                exam_id=room.exam_id, attempt_id=attempt_id, kind="voided", text="", detail={}, by=None,
                at=NOW + timedelta(hours=3),
            )
        )  # fmt: skip
    assert ask_due(database, NOW + timedelta(hours=4)) == 1
    done(database)
    assert room.count()["exam"]["attempts"] == 1


def test_of_many_exams_only_some_are_asked_for_at_a_time_and_none_is_forgotten(
    room: Room, database: Database, staged: Stage
) -> None:
    with database.writing() as session:
        slots = room.papers()[0].slots
        ids = [second_exam(session, staged, NOW, code=f"x{n}") for n in range(MOST_WAITING + 2)]
        for exam_id in ids:
            paper = Paper(exam_id=exam_id, number=900, seed="x", slots=slots, created_at=NOW)
            session.add(paper)
            session.flush()
            room.sat(session, paper, [0] * 9)
    assert ask_due(database, NOW) == MOST_WAITING
    assert ask_due(database, NOW) == 0, "enough are waiting"
    done(database)
    for exam_id in ids[:MOST_WAITING]:
        room.count(exam_id)
    assert ask_due(database, NOW + timedelta(minutes=1)) == 2, "the rest need not wait for the pause"
    assert [params["exam"] for params in asked(database) if "seen" in params] == ids


def test_figures_of_older_grades_never_take_the_place_of_newer_ones(room: Room, database: Database) -> None:
    from lms.quality import actions

    with database.writing() as session:
        room.sat(session, room.papers()[0], [0] * 9)
    room.count()
    with database.writing() as session:
        newest = session.get_one(ExamAnalysis, room.exam_id).last_grade_id
        empty: dict[str, Any] = {"exam": None, "questions": [], "models": {}, "sums": {}}
        assert not actions.store(
            session, room.exam_id, empty, attempts=0, last_grade_id=newest - 1, now=LATER
        )
    with database.reading() as session:
        assert session.get_one(ExamAnalysis, room.exam_id).attempts == 1


def test_an_exam_that_nobody_sat_is_counted_too(room: Room, database: Database) -> None:
    assert room.count()["questions"] == []
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(QuestionStatistic)) == 0


def test_the_sweep_and_the_job_are_among_the_workers() -> None:
    from lms import worker

    assert worker.count_questions in worker.SWEEPS
    assert JOB in worker.HANDLERS


def test_a_selection_is_even_and_never_larger_than_asked() -> None:
    assert reading.selection(0, 5).tolist() == []
    assert reading.selection(4, 5).tolist() == [0, 1, 2, 3]
    picked = reading.selection(1000, 10).tolist()
    assert (len(picked), picked[0], picked[-1]) == (10, 0, 999)
    assert len(set(picked)) == 10
