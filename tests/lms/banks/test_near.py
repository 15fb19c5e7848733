"""Near-duplicates are worked out once for what the banks say, and again as soon as they say something else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.banks import actions, near, queries
from lms.banks.jobs import compare_questions
from lms.banks.models import Bank, Question
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.questions.likeness import alike
from tests.cast import NOW
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load

GOALS, TASKS = "thu_nghiem/goals", "thu_nghiem/tasks"


@pytest.fixture
def trainer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    load_shelf()
    return client_of("tuan")


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many questions were compared, each time that they were."""
    counts: list[int] = []

    def counted(questions: Iterable[Any], threshold: float) -> Any:
        given = list(questions)
        counts.append(len(given))
        return alike(given, threshold)

    monkeypatch.setattr(near, "alike", counted)
    return counts


def page(client: FlaskClient, slug: str = GOALS, degree: float = 0.5) -> str:
    answer = client.get(f"/banks/{slug}/alike?degree={degree}")
    assert answer.status_code == 200
    return answer.text


def store_again(database: Database, stem: str, code: str, slug: str = TASKS) -> None:
    with database.writing() as session:
        first = session.scalars(select(Question.id).where(Question.code == "tn-01")).one()
        body = queries.in_force(session, [first])[0].body
        bank = session.scalars(select(Bank).where(Bank.slug == slug)).one()
        actions.store_question(session, bank, replace(body, stem=stem), cites=[], by=None, now=NOW, code=code)


def test_a_second_look_compares_nothing(trainer: FlaskClient, compared: list[int]) -> None:
    assert "Đã so sánh 6 câu" in page(trainer)
    assert "Đã so sánh 6 câu" in page(trainer)
    assert compared == [6]


def test_the_sister_banks_share_what_was_worked_out(
    trainer: FlaskClient, compared: list[int], database: Database
) -> None:
    store_again(database, "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2030?", "tn-99")
    for slug in (GOALS, TASKS):
        shown = page(trainer, slug)
        assert "tn-01" in shown
        assert "tn-99" in shown
    assert compared == [7]


def test_every_degree_is_kept_for_itself(trainer: FlaskClient, compared: list[int]) -> None:
    for degree in (0.5, 0.9, 0.5, 0.9):
        page(trainer, degree=degree)
    assert compared == [6, 6]


def test_a_new_question_is_compared(trainer: FlaskClient, compared: list[int], database: Database) -> None:
    assert "tn-99" not in page(trainer)
    store_again(database, "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2030?", "tn-99")
    assert "tn-99" in page(trainer)
    assert compared == [6, 7]


def test_a_changed_question_is_compared_again(
    trainer: FlaskClient, compared: list[int], database: Database
) -> None:
    store_again(database, "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2030?", "tn-99")
    assert "tn-99" in page(trainer)
    with database.writing() as session:
        question = session.scalars(select(Question).where(Question.code == "tn-99")).one()
        body = queries.in_force(session, [question.id])[0].body
        other = replace(body, stem="Ai lãnh đạo việc thực hiện?", options=tuple(
            replace(option, text=f"Tổ chức {n} của thành phố") for n, option in enumerate(body.options)
        ))  # fmt: skip
        actions.new_version(session, question, other, cites=[], started_from=1, by=None, now=NOW)
    assert "tn-99" not in page(trainer)
    assert compared == [7, 7]


@pytest.mark.parametrize("state", ["retired"])
def test_a_retired_question_is_left_out(
    trainer: FlaskClient, compared: list[int], database: Database, state: str
) -> None:
    store_again(database, "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2030?", "tn-99")
    assert "tn-99" in page(trainer)
    with database.writing() as session:
        session.execute(update(Question).where(Question.code == "tn-99").values(state=state))
    assert "tn-99" not in page(trainer)
    assert compared == [7, 6]


def test_what_another_database_holds_is_not_mixed_up(database: Database, load_shelf: Load) -> None:
    load_shelf()
    with database.reading() as session:
        bank = session.scalars(select(Bank).where(Bank.slug == GOALS)).one()
        assert near.near_duplicates(session, bank, 0.5).looked_at == 6


def test_many_questions_are_compared_by_the_worker_and_shown_as_far_as_they_still_stand(
    trainer: FlaskClient,
    compared: list[int],
    database: Database,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(near, "AT_ONCE", 5)
    store_again(database, "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2030?", "tn-98", GOALS)
    store_again(database, "Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2029?", "tn-99")
    assert "Có 8 câu cần so sánh" in page(trainer)
    for _press in (1, 2):
        trainer.post(f"/banks/{GOALS}/alike", data={"degree": "0.5"})
    with database.reading() as session:
        (job_id,) = session.scalars(select(Job.id)).all()
    assert "data-job=" in page(trainer)
    assert compared == [], "no page has compared anything"
    jobs.run(job_id, {near.KIND: compare_questions}, database, storage)
    shown = page(trainer)
    assert "Đã so sánh 8 câu" in shown
    assert "tn-98" in shown
    assert "tn-99" in shown
    with database.writing() as session:
        session.execute(update(Question).where(Question.code == "tn-99").values(state="retired"))
    after = page(trainer)
    assert "tn-98" in after
    assert "tn-99" not in after
    assert "So sánh lại" in after
    assert compared == [8]
