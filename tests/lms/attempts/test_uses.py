"""Where a question is used: every exam whose papers hold one of its versions, for trainers."""

from __future__ import annotations

import html

from sqlalchemy import select

from lms.attempts.uses import uses_of
from lms.banks.models import Question, QuestionVersion
from lms.exams.models import Paper
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.conftest import Sitter
from tests.stage import Stage, second_exam


def test_papers_and_attempts_are_counted(database: Database, staged: Stage, cast: Cast, lan: Sitter) -> None:
    lan.start()
    with database.writing() as session:
        second_exam(session, staged, NOW)
        city = [cast.units["city"]]
        versions = {
            row[0]: row[1] for row in session.execute(select(QuestionVersion.question_id, QuestionVersion.id))
        }
        for question_id, version in versions.items():
            holding: dict[int, int] = {}
            for paper in session.scalars(select(Paper)):
                if any(slot["version"] == version for slot in paper.slots):
                    holding[paper.exam_id] = holding.get(paper.exam_id, 0) + 1
            found = uses_of(session, question_id, city)
            assert {use.exam_id: use.with_it for use in found} == holding
            for use in found:
                first = use.exam_id == staged.exam_id
                assert (use.papers, use.attempts, use.mine) == ((6, 1, True) if first else (3, 0, True))
        assert not any(use.mine for use in uses_of(session, min(versions), [cast.units["ward_a"]]))
        assert uses_of(session, 999_999, city) == []


def test_papers_with_a_former_version_count(database: Database, staged: Stage) -> None:
    with database.writing() as session:
        question = session.scalars(select(Question).order_by(Question.id)).first()
        assert question
        before = uses_of(session, question.id, [])
        session.add(
            QuestionVersion(question_id=question.id, number=2, body={}, content_hash="2", created_at=NOW)
        )
        question.version = 2
        session.flush()
        assert uses_of(session, question.id, []) == before != []


def test_the_page_names_the_exams_to_trainers_only(
    database: Database, staged: Stage, client_of: ClientOf
) -> None:
    with database.reading() as session:
        number = session.scalars(select(Question.id).order_by(Question.id)).first()
    here = f"/banks/question/{number}/uses"
    page = html.unescape(client_of("tuan").get(here).text)
    assert "Bài kiểm tra tìm hiểu Nghị quyết" in page
    assert "trên 6" in page
    assert client_of("lan").get(here).status_code == 403
    assert client_of(None).get(here).status_code == 302
