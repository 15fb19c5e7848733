"""The reports on quality: what officers may know of questions, and of how their units answered."""

from __future__ import annotations

import io
import json
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from lms.banks.models import Question, QuestionVersion
from lms.courses.models import Course
from lms.kit.db import Database
from lms.kit.i18n import speaking
from lms.kit.tables import TABLE_FORMATS
from lms.organisation.models import Unit
from lms.quality import reading
from lms.questions.quality.analysis import analyse
from lms.reports.catalogue.answering import ANSWERING
from lms.reports.catalogue.question_quality import QUESTION_QUALITY
from lms.reports.report import Asked, Report
from tests.cast import NOW
from tests.lms.quality.conftest import Room
from tests.stage import Stage

LATER = NOW + timedelta(days=9)


@pytest.fixture
def sat(room: Room, database: Database) -> list[int]:
    """Forty attempts in ward A, twelve in ward B, on two days; counted. The versions of the paper."""
    rng = random.Random(5)
    with database.writing() as session:
        versions = room.singles(session, 4)
        paper = room.fixed(session, versions)
        keys = [session.get_one(QuestionVersion, version).body["correct"][0] for version in versions]
        for n in range(52):
            able = rng.random()
            scores = [10_000 * (rng.random() < 0.2 + 0.7 * able) for _ in versions]
            unit, day = ("cell_a1" if n < 40 else "cell_b1"), NOW + timedelta(days=n % 2)
            attempt = room.sat(session, paper, scores, unit=unit, at=day)
            said = {
                slot: (key if score else (key + 1 + n % 3) % 4, 30 if n < 40 else 1)
                for slot, (key, score) in enumerate(zip(keys, scores, strict=True), 1)
            }
            room.answered(session, attempt, said)
    room.count()
    return versions


def told(room: Room, staged: Stage, report: Report, unit: str, **more: Any) -> dict[str, Any]:
    with room.database.reading() as session:
        course, here = session.get_one(Course, staged.course_id), session.get_one(Unit, room.cast.units[unit])
        asked = Asked(course, here, LATER, exam=room.exam(session), **more)
        out = io.BytesIO()
        report.write(session, asked, "json", out)
        found: dict[str, Any] = json.loads(out.getvalue())
        assert report.size(session, asked) >= 0
    return found


def by_code(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for row in found["rows"]}


@pytest.mark.parametrize(("unit", "answers"), [("city", 52), ("ward_a", 40), ("cell_b1", 12)])
def test_an_officer_reads_the_figures_of_the_own_part_of_the_tree(
    room: Room, staged: Stage, database: Database, sat: list[int], unit: str, answers: int
) -> None:
    rows = by_code(told(room, staged, QUESTION_QUALITY, unit))
    with database.reading() as session:
        part = reading.Part(room.cast.units[unit])
        truth = reading.read(session, room.exam_id, lambda _done: None, part)
        codes = {row[0]: row[1] for row in session.execute(select(Question.id, Question.code))}
    expected = {codes[one.question]: one for one in analyse(truth.papers, truth.results).questions}
    assert set(rows) == set(expected)
    for code, row in rows.items():
        assert row["answers"] == expected[code].answers == answers
        assert row["facility"] == pytest.approx(expected[code].facility, abs=1e-4)
        if expected[code].discrimination is not None:
            assert row["discrimination"] == pytest.approx(expected[code].discrimination, abs=0.006)


def test_the_figures_of_an_earlier_moment_are_of_the_attempts_of_then(
    room: Room, staged: Stage, sat: list[int]
) -> None:
    then = told(room, staged, QUESTION_QUALITY, "city", moment=NOW + timedelta(hours=1))
    assert {row["answers"] for row in then["rows"]} == {26}
    before = told(room, staged, QUESTION_QUALITY, "city", moment=NOW - timedelta(hours=1))
    assert before["rows"] == []


def test_no_report_holds_a_stem_an_option_or_a_key(
    room: Room, staged: Stage, database: Database, sat: list[int]
) -> None:
    with database.reading() as session:
        bodies = [session.get_one(QuestionVersion, version).body for version in sat]
    secret = [body["stem"] for body in bodies] + [
        str(option) for body in bodies for option in body["options"]
    ]
    for report in (QUESTION_QUALITY, ANSWERING):
        for unit in ("city", "ward_a"):
            text = json.dumps(told(room, staged, report, unit), ensure_ascii=False)
            assert not [words for words in secret if words in text]
            assert "Nguyễn Thị Lan" not in text


def test_how_units_answered_is_told_of_the_units_below_only(
    room: Room, staged: Stage, sat: list[int]
) -> None:
    whole = {row["unit"]: row for row in told(room, staged, ANSWERING, "city")["rows"]}
    assert len(whole) == 2
    fast = whole["Chi bộ số 1 – Đảng ủy phường Bình Minh"]
    assert (fast["attempts"], fast["timed"], fast["rapid"]) == (12, 36, 36)
    slow = whole["Chi bộ số 1 – Đảng ủy phường An Bình"]
    assert (slow["attempts"], slow["rapid"]) == (40, 0)
    part = told(room, staged, ANSWERING, "ward_b")
    assert [row["unit"] for row in part["rows"]] == ["Chi bộ số 1 – Đảng ủy phường Bình Minh"]
    with room.database.reading() as session, speaking("vi"):
        course, ward = (
            session.get_one(Course, staged.course_id),
            session.get_one(Unit, room.cast.units["ward_b"]),
        )
        note = ANSWERING.content(session, Asked(course, ward, LATER, exam=room.exam(session))).note
    assert "không nói gì về bất kỳ ai" in note


@pytest.mark.parametrize("format_", sorted(TABLE_FORMATS))
def test_every_format_is_written(
    room: Room, staged: Stage, database: Database, sat: list[int], format_: str
) -> None:
    for report in (QUESTION_QUALITY, ANSWERING):
        with database.reading() as session:
            course, city = (
                session.get_one(Course, staged.course_id),
                session.get_one(Unit, room.cast.units["city"]),
            )
            out = io.BytesIO()
            report.write(session, Asked(course, city, LATER, exam=room.exam(session)), format_, out)
        assert len(out.getvalue()) > 200


def test_without_an_exam_or_a_result_the_reports_say_so(
    room: Room, staged: Stage, database: Database
) -> None:
    for report in (QUESTION_QUALITY, ANSWERING):
        assert told(room, staged, report, "city")["rows"] == []
        with database.reading() as session, speaking("vi"):
            course, city = (
                session.get_one(Course, staged.course_id),
                session.get_one(Unit, room.cast.units["city"]),
            )
            asked = Asked(course, city, LATER)
            assert report.size(session, asked) == 0
            assert list(report.content(session, asked).rows) == []
