"""Versions: never changed, one at a time, each with its author and its row in the audit trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.banks import actions, queries
from lms.banks.models import Question, QuestionVersion
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.lms.banks.conftest import Load


@pytest.fixture
def question_id(load_shelf: Load, database: Database) -> int:
    load_shelf()
    with database.reading() as session:
        return session.scalars(select(Question.id).where(Question.code == "tn-01")).one()


def change(
    session: Session, question_id: int, by: int, *, started_from: int = 1, stem: str = "Khác?"
) -> QuestionVersion:
    shown = queries.in_force(session, [question_id])[0]
    body = replace(shown.body, stem=stem, level="analysis")
    return actions.new_version(
        session, shown.question, body, cites=[], started_from=started_from, by=by, now=NOW
    )


def test_the_question_follows_its_version(question_id: int, database: Database, cast: Cast) -> None:
    with database.writing() as session:
        version = change(session, question_id, cast.people["tuan"])
        question = session.get_one(Question, question_id)
        assert (question.version, question.level, question.stem_key) == (2, "analysis", "khac")
        assert version.author_id == cast.people["tuan"]
    with database.reading() as session:
        newest, first = queries.versions_of(session, question_id)
        assert (newest.author, first.author) == ("Đặng Anh Tuấn", "")
        assert first.body.stem == "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu?"
        assert newest.body.cites == (), "what is cited is what was given"
        assert queries.citations(session, [newest.version.id]) == {newest.version.id: []}


def test_an_old_start_is_a_conflict_and_stores_nothing(
    question_id: int, database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        change(session, question_id, cast.people["tuan"])
    with database.writing() as session:
        with pytest.raises(actions.Conflict) as conflict:
            change(session, question_id, cast.people["tuan"], started_from=1, stem="Zu spät")
        assert conflict.value.version == 2
    with database.reading() as session:
        assert [written.version.number for written in queries.versions_of(session, question_id)] == [2, 1]
        assert session.get_one(Question, question_id).stem_key == "khac"


def test_of_those_who_save_at_the_same_moment_one_wins(
    question_id: int, database: Database, cast: Cast
) -> None:
    def save(number: int) -> bool:
        try:
            with database.writing() as session:
                change(session, question_id, cast.people["tuan"], stem=f"Bản {number}?")
        except actions.Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(save, range(4)))
    assert sum(saved) == 1
    with database.reading() as session:
        assert len(queries.versions_of(session, question_id)) == 2
        assert queries.in_force(session, [question_id])[0].body.stem == f"Bản {saved.index(True)}?"


def test_every_deed_is_in_the_audit_trail(question_id: int, database: Database, cast: Cast) -> None:
    by = cast.people["tuan"]
    with database.writing() as session:
        change(session, question_id, by)
        question = session.get_one(Question, question_id)
        for deed in (actions.retire, actions.retire, actions.restore, actions.restore):
            deed(session, question, by=by, now=NOW)
    with database.reading() as session:
        rows = select(AuditEvent.action, AuditEvent.actor_id).where(
            AuditEvent.object_type == "question", AuditEvent.object_id == str(question_id)
        )
        told = session.execute(rows.order_by(AuditEvent.id)).all()
        assert [tuple(row) for row in told] == [
            ("question.create", None),
            ("question.change", by),
            ("question.retire", by),
            ("question.restore", by),
        ]
        details = session.scalars(select(AuditEvent.detail))
        assert not any("chỉ tiêu" in str(detail) for detail in details), "no content, no key"
