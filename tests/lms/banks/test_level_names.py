"""Levels are named by the scheme of their bank, scoring by what it means for the type."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.banks import actions, queries
from lms.banks.models import Bank, Question
from lms.banks.rules import differences, scoring_names
from lms.kit.db import Database
from lms.questions.question import Option, Pair
from lms.questions.question import Question as Body
from tests.cast import NOW
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load


@pytest.fixture
def trainer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    load_shelf()
    return client_of("tuan")


def choose(database: Database, **schemes: str) -> None:
    with database.writing() as session:
        for topic, scheme in schemes.items():
            session.execute(update(Bank).where(Bank.slug == f"thu_nghiem/{topic}").values(scheme=scheme))


def heads(client: FlaskClient) -> list[str]:
    """The columns of the table of banks."""
    table = client.get("/banks/").text.partition("</thead>")[0]
    return [
        re.sub("<[^>]+>", "", head).strip() for head in re.findall("<th[^>]*>(.*?)</th>", table, re.DOTALL)
    ]


def cells(client: FlaskClient, topic: str) -> dict[str, str]:
    page = client.get("/banks/").text
    row = page[page.index(f"{topic}</a>") :].partition("</tr>")[0]
    found = re.findall(r'data-label="([^"]+)"[^>]*>(.*?)</td>', row)
    return {label: re.sub("<[^>]+>", "", value) for label, value in found}


def test_one_scheme_names_the_columns(trainer: FlaskClient, database: Database) -> None:
    choose(database, goals="hardness", tasks="hardness")
    with database.writing() as session:
        session.execute(update(Question).where(Question.level == "analysis").values(level=None))
    assert heads(trainer)[:5] == ["Chủ đề", "Đang dùng", "Dễ", "Trung bình", "Khó"]
    assert "Vận dụng cao" not in heads(trainer)
    assert cells(trainer, "Mục tiêu")["Dễ"] == "1"


def test_schemes_that_differ_share_a_column_under_both_names(
    trainer: FlaskClient, database: Database
) -> None:
    choose(database, goals="three")
    assert heads(trainer)[2:6] == ["Biết / Nhận biết", "Hiểu / Thông hiểu", "Vận dụng", "Vận dụng cao"]
    assert cells(trainer, "Mục tiêu")["Biết / Nhận biết"] == "1"
    assert cells(trainer, "Nhiệm vụ")["Vận dụng cao"] == "1"


def test_a_level_that_no_scheme_has_is_shown_while_questions_have_it(
    trainer: FlaskClient, database: Database
) -> None:
    choose(database, goals="three", tasks="three")
    assert "Vận dụng cao" in heads(trainer)
    assert cells(trainer, "Nhiệm vụ")["Vận dụng cao"] == "1"


def test_the_history_of_a_question_names_levels_by_the_scheme(
    trainer: FlaskClient, database: Database
) -> None:
    choose(database, goals="hardness")
    with database.writing() as session:
        question = session.scalars(select(Question).where(Question.code == "tn-01")).one()
        body = queries.in_force(session, [question.id])[0].body
        actions.new_version(
            session, question, replace(body, level="application"), cites=[], started_from=1, by=None, now=NOW
        )
    page = trainer.get(f"/banks/question/{question.id}").text
    changed = {(kind, text) for kind, text in re.findall(r"<(ins|del)[^>]*>(.*?)</\1>", page, re.DOTALL)}
    assert {("del", "bỏ: Dễ"), ("ins", "thêm: Khó")} <= {
        (kind, re.sub("<[^>]+>", "", text)) for kind, text in changed
    }


def test_differences_name_levels_by_the_scheme_and_others_by_their_general_name() -> None:
    easy = Body("true_false", "a", correct=(0,), level="recall")
    for scheme, name in (("three", "Knowing"), ("hardness", "Easy"), ("four", "Recall")):
        (found,) = differences(easy, replace(easy, level="analysis"), str, {}, scheme)
        assert [(part.kind, part.text) for part in found.parts] == [("removed", name), ("added", "Analysis")]


@pytest.mark.parametrize(
    ("kind", "word"), [("multiple_choice", "options"), ("matching", "left sides"), ("ordering", "followed")]
)
def test_partial_credit_is_told_as_the_type_gives_it(kind: str, word: str) -> None:
    names = scoring_names(kind)
    assert set(names) == {"all_or_nothing", "partial"}
    assert word in names["partial"]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("multiple_choice", "Điểm từng phần: (số ý đúng − số ý sai) trên số ý đúng, không dưới 0"),
        ("matching", "theo tỷ lệ số mục cột trái được ghép đúng"),
        ("ordering", "theo tỷ lệ số mục có mục đứng ngay sau đúng"),
    ],
)
def test_the_editor_tells_it_as_the_type_gives_it(kind: str, said: str, trainer: FlaskClient) -> None:
    assert said in trainer.get(f"/banks/thu_nghiem/goals/new?type={kind}").text


def test_a_changed_scoring_is_told_in_the_words_of_the_type() -> None:
    pairs = (Pair("a", "1"), Pair("b", "2"))
    for asked in (
        Body("matching", "x", pairs=pairs),
        Body("ordering", "x", options=(Option("a"), Option("b"))),
    ):
        (found,) = differences(asked, replace(asked, scoring="partial"), str, {})
        assert "options" not in "".join(part.text for part in found.parts)
