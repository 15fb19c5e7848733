"""The coverage map, questions begun from a passage and its figures, and the topics of a resolution."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.banks.models import Bank, Citation, Question, QuestionVersion
from lms.kit.db import Database
from lms.study.actions import keep_text, text_hash
from lms.study.models import Passage, Topic
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, stage

FIGURES = "Nghị quyết đề ra 43 chỉ tiêu chủ yếu. Tăng trưởng đạt từ 11% trở lên; GRDP bình quân 12.000 USD."


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        passage = session.get_one(Passage, staged.passages[2])
        passage.body, passage.content_hash = FIGURES, text_hash("", FIGURES)
        keep_text(session, passage, NOW)
        return staged


@pytest.fixture
def trainer(client_of: ClientOf, staged: Stage) -> FlaskClient:
    return client_of("tuan")


def test_the_map_shows_what_nobody_asks(trainer: FlaskClient, staged: Stage, database: Database) -> None:
    page = trainer.get("/banks/coverage/hanoi_xviii").text
    with database.reading() as session:
        cited = set(
            session.scalars(
                select(Citation.passage_id).join(QuestionVersion, QuestionVersion.id == Citation.version_id)
            )
        )
    empty = [passage for passage in staged.passages if passage not in cited]
    assert f"{len(empty)} trong 3 đoạn chưa có câu hỏi" in page or not empty
    assert page.count("coverage-cell coverage-0") == len(empty) + 1  # and the one of the legend


def test_levels_are_called_as_the_banks_call_them(trainer: FlaskClient, database: Database) -> None:
    """All banks with one scheme: its levels; with several: every name of a level; without a level: said apart."""

    def levels() -> list[str]:
        page = trainer.get("/banks/coverage/hanoi_xviii").text
        return re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', page)[2:-2]

    with database.writing() as session:
        session.execute(update(Bank).values(scheme="hardness"))
        session.execute(update(Question).values(level="recall"))
    assert levels() == ["Dễ", "Trung bình", "Khó"]
    with database.writing() as session:
        first = session.scalars(select(Bank.id).order_by(Bank.id)).first()
        session.execute(update(Bank).where(Bank.id == first).values(scheme="four"))
        session.execute(update(Question).where(Question.bank_id == first).values(level=None))
    assert levels() == [
        "Nhận biết / Dễ",
        "Thông hiểu / Trung bình",
        "Vận dụng / Khó",
        "Vận dụng cao",
        "Chưa ghi mức độ",
    ]


def test_a_retired_question_covers_nothing(trainer: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        for question in session.scalars(select(Question)):
            question.state = "retired"
    assert "3 trong 3 đoạn chưa có câu hỏi" in trainer.get("/banks/coverage/hanoi_xviii").text


def test_figures_become_drafts_that_cite_their_passage(
    trainer: FlaskClient, staged: Stage, database: Database
) -> None:
    address = f"/banks/passage/{staged.passages[2]}"
    page = trainer.get(address).text
    offered = re.findall(r'name="draft" value="(\d+-\d+)"', page)
    assert offered
    with database.reading() as session:
        before = set(session.scalars(select(Question.id)))
    trainer.post(f"{address}/drafts", data={"bank": "hanoi_xviii/targets_2030", "draft": offered[:2]})
    with database.reading() as session:
        fresh = session.scalars(select(Question).where(Question.id.not_in(before))).all()
        cited = session.scalars(
            select(Citation.passage_id)
            .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
            .where(QuestionVersion.question_id.in_([question.id for question in fresh]))
        ).all()
    assert [question.state for question in fresh] == ["draft", "draft"]
    assert cited == [staged.passages[2]] * 2


def test_nothing_chosen_stores_nothing(trainer: FlaskClient, staged: Stage, database: Database) -> None:
    address = f"/banks/passage/{staged.passages[2]}/drafts"
    sent = {"bank": "hanoi_xviii/targets_2030", "draft": ["99-99"]}
    page = trainer.post(address, data=sent, follow_redirects=True).text
    assert "ít nhất một câu hỏi" in page
    assert trainer.post(address, data={"bank": "none/none", "draft": ["0-0"]}).status_code == 404


def test_a_question_begun_from_a_passage_cites_it(trainer: FlaskClient, staged: Stage) -> None:
    wanted = {"bank": "hanoi_xviii/breakthroughs", "type": "single_choice"}
    answer = trainer.get(f"/banks/passage/{staged.passages[1]}/write", query_string=wanted)
    editor = trainer.get(answer.headers["Location"]).text
    box = re.search(rf'<input[^>]*name="cites"[^>]*value="{staged.passages[1]}"[^>]*>', editor)
    assert box
    assert "checked" in box[0]


def test_topics_come_with_their_banks(trainer: FlaskClient, database: Database) -> None:
    change = "/banks/topics/hanoi_xviii/change"
    trainer.post(change, data={"act": "add", "name": "Tầm nhìn đến năm 2045"})
    with database.reading() as session:
        topic = session.scalars(select(Topic).where(Topic.name == "Tầm nhìn đến năm 2045")).one()
        bank = session.scalars(select(Bank).where(Bank.topic_id == topic.id)).one()
    assert topic.slug == "tam_nhin_den_nam_2045"
    assert bank.slug == "hanoi_xviii/tam_nhin_den_nam_2045"
    trainer.post(change, data={"act": f"rename-{topic.slug}", f"name-{topic.slug}": "Tầm nhìn 2045"})
    trainer.post(change, data={"act": f"up-{topic.slug}"})
    with database.reading() as session:
        order = session.scalars(select(Topic.name).order_by(Topic.position, Topic.id)).all()
    assert order[-2] == "Tầm nhìn 2045"
    assert "Tầm nhìn 2045" in trainer.get("/banks/").text
    assert trainer.post(change, data={"act": "rename-none", "name-none": "x"}).status_code == 404
    assert trainer.post(change, data={"act": "explode"}).status_code == 400


@pytest.mark.parametrize("person", ["lan", "dung", "an"])
def test_only_trainers_see_the_map(person: str, client_of: ClientOf, staged: Stage) -> None:
    client = client_of(person)
    for address in ("/banks/coverage/", "/banks/coverage/hanoi_xviii", "/banks/topics/hanoi_xviii"):
        assert client.get(address).status_code == 403
    assert client.get(f"/banks/passage/{staged.passages[0]}").status_code == 403


def test_what_is_not_there_is_not_found(trainer: FlaskClient) -> None:
    for address in ("/banks/coverage/none", "/banks/passage/999", "/banks/topics/none"):
        assert trainer.get(address).status_code == 404
