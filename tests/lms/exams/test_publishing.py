"""Publishing by the check list, moving the closing time, closing; and what candidates find."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.banks.models import Citation, Question, QuestionVersion
from lms.courses.models import Course
from lms.exams import actions, queries
from lms.exams.blueprint import ANY, Entry
from lms.exams.models import Exam
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage

DAY = timedelta(days=1)


@pytest.fixture
def at(staged: Stage, draft: int) -> str:
    return f"/courses/{staged.course_id}/exams/{draft}"


def fill(database: Database, staged: Stage, draft: int, level: str = "recall", number: int = 3) -> None:
    with database.writing() as session:
        exam = session.get_one(Exam, draft)
        entries = [
            Entry(staged.topics["breakthroughs"], level, number, Decimal("0.5")),
            Entry(staged.topics["targets_2030"], ANY, 2, Decimal(1)),
        ]
        actions.set_blueprint(session, exam, entries, by=None, now=NOW)


def state_of(database: Database, exam_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Exam, exam_id).state


def test_publishing_draws_the_pool_and_leaves_an_audit_row(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    client = client_of("tuan")
    assert "Công bố cho 8 người" in client.get(f"{at}/publish").text
    assert "Đã công bố" in client.post(f"{at}/publish", data={"code": " kt2 "}, follow_redirects=True).text
    with database.reading() as session:
        assert session.get_one(Exam, draft).published_at == NOW
        assert queries.papers(session, draft) == 40
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "exam.publish")).one()
    assert (row.object_id, row.detail["people"], row.detail["papers"]) == (str(draft), 8, 40)
    assert "đã được công bố" in client.post(f"{at}/publish", data={"code": "KT2"}, follow_redirects=True).text


def test_essays_that_may_be_drawn_are_said_before(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    told = "phải do cán bộ chấm"
    client = client_of("tuan")
    assert told not in client.get(f"{at}/publish").text
    with database.writing() as session:
        in_bank = Question.bank_id == staged.banks["targets_2030"]
        first, *_others = session.scalars(select(Question).where(in_bank).order_by(Question.id))
        first.type = "essay"
    assert told not in client.get(f"{at}/publish").text  # no cell names essays
    with database.writing() as session:
        exam = session.get_one(Exam, draft)
        essay = Entry(staged.topics["targets_2030"], ANY, 1, Decimal(1), "essay")
        entries = [*queries.entries_of(session, draft), essay]
        actions.set_blueprint(session, exam, entries, by=None, now=NOW)
    page = client.get(f"{at}/publish").text
    assert f"1 câu có thể được rút {told}" in page
    assert "Công bố cho 8 người" in page


def test_publishing_is_refused_while_the_bank_is_short(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft, level="analysis")
    answer = client_of("tuan").post(f"{at}/publish", data={"code": "KT2"})
    assert "còn thiếu 3 trong 5 câu" in answer.text
    assert state_of(database, draft) == "draft"
    with database.writing() as session, pytest.raises(actions.NotReady, match="lack"):
        actions.publish_exam(session, session.get_one(Exam, draft), by=None, now=NOW)
    with database.reading() as session:
        assert queries.papers(session, draft) == 0


def test_publishing_needs_the_code(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    assert "Mã chưa đúng" in client_of("tuan").post(f"{at}/publish", data={"code": "KT1"}).text
    assert state_of(database, draft) == "draft"


def test_a_course_in_preparation_holds_publishing_back(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    with database.writing() as session:
        session.get_one(Course, staged.course_id).state = "draft"
    client = client_of("tuan")
    assert "Đợt học tập chưa mở" in client.get(f"{at}/publish").text
    client.post(f"{at}/publish", data={"code": "KT2"})
    assert state_of(database, draft) == "draft"


def test_a_topic_that_left_the_course_holds_publishing_back(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    client = client_of("tuan")
    client.post(f"/courses/{staged.course_id}/modules", data={"module": staged.module_id, "deed": "remove"})
    assert "5 câu thuộc chủ đề không học trong đợt này" in client.get(f"{at}/publish").text


def test_questions_without_explanation_or_citation_are_counted_as_warnings(
    client_of: ClientOf, staged: Stage, draft: int, at: str, database: Database
) -> None:
    fill(database, staged, draft)
    with database.writing() as session:
        versions = session.scalars(select(QuestionVersion).order_by(QuestionVersion.id)).all()
        for cited in session.scalars(select(Citation).where(Citation.version_id == versions[0].id)).all():
            session.delete(cited)
    page = client_of("tuan").get(f"{at}/publish").text
    assert "1 câu có thể được rút chưa dẫn đoạn" in page
    assert "8 câu có thể được rút chưa có giải thích" in page  # the single choices of the second topic
    assert "Công bố cho" in page


def test_a_published_exam_cannot_be_changed_by_actions_either(staged: Stage, database: Database) -> None:
    with database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        with pytest.raises(actions.ExamFixed):
            actions.set_blueprint(session, exam, [], by=None, now=NOW)
        with pytest.raises(actions.ExamFixed):
            actions.publish_exam(session, exam, by=None, now=NOW)
        assert len(queries.entries_of(session, exam.id)) == 3


def test_the_closing_time_moves_later_with_an_audit_row(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    client, exam_at = client_of("tuan"), f"/courses/{staged.course_id}/exams/{staged.exam_id}"
    refused = client.post(f"{exam_at}/extend", data={"closes_at": "2026-11-24T08:00"}).text
    assert "Giờ đóng mới phải sau giờ hiện nay" in refused
    assert (
        "Lùi giờ đóng của đợt trước đã"
        in client.post(f"{exam_at}/extend", data={"closes_at": "2027-01-01T08:00"}).text
    )
    assert client.post(f"{exam_at}/extend", data={"closes_at": "30/11/2026 17:30"}).status_code == 302
    with database.reading() as session:
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "exam.extend")).one()
        closes_at = session.get_one(Exam, staged.exam_id).closes_at
    assert (closes_at.day, closes_at.hour) == (30, 10)
    assert row.detail["after"] == "2026-11-30T17:30:00+07:00"


def test_closing_needs_the_code_and_ends_it_for_candidates(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client, exam_at = client_of("tuan"), f"/courses/{staged.course_id}/exams/{staged.exam_id}"
    assert "Mã chưa đúng" in client.post(f"{exam_at}/close", data={"code": ""}).text
    assert state_of(database, staged.exam_id) == "published"
    assert "liên quan 8 người" in client.get(f"{exam_at}/close").text
    closed = client.post(f"{exam_at}/close", data={"code": staged.exam_code}, follow_redirects=True)
    assert "đơn vị tổ chức đóng" in closed.text
    assert state_of(database, staged.exam_id) == "closed"
    for page in ("extend", "close"):
        assert client.get(f"{exam_at}/{page}").status_code == 302
    with database.reading() as session:
        assert queries.exam_for(session, staged.exam_id, cast.people["lan"]) is not None


def test_an_exam_in_preparation_is_neither_extended_nor_closed(client_of: ClientOf, at: str) -> None:
    client = client_of("tuan")
    assert "Chỉ lùi giờ được" in client.get(f"{at}/extend", follow_redirects=True).text
    assert "Chỉ đóng được" in client.post(f"{at}/close", data={"code": "KT2"}, follow_redirects=True).text


def test_candidates_find_published_exams_of_their_courses_only(
    cast: Cast, staged: Stage, draft: int, database: Database
) -> None:
    lan = cast.people["lan"]
    with database.reading() as session:
        found = queries.exam_for(session, staged.exam_id, lan)
        assert found is not None
        assert (found[0].id, found[1].person_id) == (staged.exam_id, lan)
        assert queries.exam_for(session, draft, lan) is None
        assert queries.exam_for(session, staged.exam_id, 987654) is None
        assert [exam.id for exam in queries.exams_of_courses(session, [staged.course_id])] == [staged.exam_id]
        assert [exam.id for exam in queries.exams_prepared(session, staged.course_id)] == [
            staged.exam_id,
            draft,
        ]


def test_an_exam_is_organised_from_the_unit_of_its_course_or_above(
    cast: Cast, staged: Stage, database: Database
) -> None:
    with database.reading() as session:
        assert queries.exam_organised(session, staged.exam_id, [cast.units["city"]]) is not None
        assert queries.exam_organised(session, staged.exam_id, [cast.units["ward_a"]]) is None
        assert queries.exam_organised(session, staged.exam_id, []) is None
