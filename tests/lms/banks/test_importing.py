"""Importing: read, looked at, corrected by a click, stored in one go, undone as a whole; and who may."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import RGBColor
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.banks import actions, versions
from lms.banks.models import (
    Bank,
    Citation,
    ImportedQuestion,
    Question,
    QuestionImport,
    QuestionTag,
    QuestionVersion,
)
from lms.banks.transfer import storing
from lms.kit.db import Database
from lms.questions.question import Option
from lms.questions.question import Question as Body
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.study.shop import data_folder, run_jobs
from tests.stage import Stage, stage

BANK = "/banks/hanoi_xviii/targets_2030"
AIKEN = """Đại hội thông qua bao nhiêu chỉ tiêu?
A. 20
B. 43
C. 51
ANSWER: B

Có mấy khâu đột phá?
A. Hai
B. Ba
C. Bốn
ANSWER: B
"""
GIFT = """Đại hội có bao nhiêu đại biểu {
~500
~550
~600
}

Phương châm có mấy cụm từ {=Năm ~Bốn ~Sáu}
"""


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@pytest.fixture
def trainer(client_of: ClientOf, staged: Stage) -> FlaskClient:
    return client_of("tuan")


class Importing:
    """One import, by the addresses that its page has."""

    def __init__(self, client: FlaskClient, database: Database, tmp_path: Path) -> None:
        self.client, self.database, self.storage = client, database, data_folder(tmp_path)
        self.address = ""

    def upload(self, data: str | bytes, name: str, **fields: str) -> str:
        """Upload a file and let it be read; the page that follows."""
        content = data.encode() if isinstance(data, str) else data
        sent = fields | {"file": (io.BytesIO(content), name)}
        answer = self.client.post(f"{BANK}/import", data=sent)
        assert answer.status_code == 302, answer.text
        self.address = answer.headers["Location"]
        run_jobs(self.database, self.storage)
        return self.page()

    def page(self) -> str:
        return self.client.get(self.address).text

    def decide(self, number: int, act: str, **fields: str) -> str:
        self.client.post(f"{self.address}/decide", data={"number": str(number), "act": act} | fields)
        return self.page()

    def press(self, what: str) -> str:
        answer = self.client.post(f"{self.address}/{what}", follow_redirects=True)
        run_jobs(self.database, self.storage)
        return answer.text


@pytest.fixture
def importing(trainer: FlaskClient, database: Database, tmp_path: Path) -> Importing:
    return Importing(trainer, database, tmp_path)


def fresh(database: Database) -> list[Question]:
    """The questions that imports stored."""
    with database.reading() as session:
        ids = select(ImportedQuestion.question_id)
        return list(session.scalars(select(Question).where(Question.id.in_(ids)).order_by(Question.id)))


def test_nothing_is_stored_before_it_is_confirmed(importing: Importing, database: Database) -> None:
    page = importing.upload(AIKEN, "cau-hoi.txt")
    assert "Nhận diện 2 câu hỏi" in page
    assert "Đại hội thông qua bao nhiêu chỉ tiêu?" in page
    assert "Lưu 2 câu" in page
    assert fresh(database) == []
    importing.press("store")
    stored = fresh(database)
    assert [question.state for question in stored] == ["draft", "draft"]
    assert all(question.search_text and question.stem_key for question in stored)
    assert "Đã lưu 2 câu hỏi vào ngân hàng" in importing.page()


def test_the_key_is_set_by_a_click(importing: Importing, database: Database) -> None:
    page = importing.upload(GIFT, "cau-hoi.gift")
    assert "Chưa có đáp án" in page
    assert "Lưu 1 câu" in page
    page = importing.decide(1, "key-1")
    assert "Lưu 2 câu" in page
    importing.press("store")
    with database.reading() as session:
        bodies = [
            version.body
            for version in session.scalars(
                select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(2)
            )
        ]
    answers = {body["stem"]: body["options"][body["correct"][0]] for body in bodies}
    assert answers["Đại hội có bao nhiêu đại biểu"] == "550"


def test_a_decision_is_answered_with_its_question_alone(importing: Importing) -> None:
    importing.upload(GIFT, "cau-hoi.gift")
    sent = {"number": "1", "act": "key-2"}
    part = importing.client.post(
        f"{importing.address}/decide", data=sent, headers={"X-Part": "question"}
    ).text
    assert part.lstrip().startswith("<article")
    assert 'data-taken="2"' in part


def test_questions_can_be_left_out_and_taken_back(importing: Importing, database: Database) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    assert "Lưu 1 câu" in importing.decide(1, "leave")
    assert "Lưu 2 câu" in importing.decide(1, "again")
    importing.decide(2, "leave")
    importing.press("store")
    assert len(fresh(database)) == 1


def test_what_the_bank_asks_already_is_left_out_unless_it_is_wanted(
    importing: Importing, database: Database
) -> None:
    asked = "Tốc độ tăng trưởng giai đoạn 3?\nA. 9%\nB. 11%\nANSWER: B\n"
    page = importing.upload(asked, "cau-hoi.txt")
    assert "Trùng" in page
    assert "/store" not in page
    importing.decide(1, "take")
    importing.press("store")
    assert len(fresh(database)) == 1


def test_a_nearly_equal_question_is_named(importing: Importing) -> None:
    near = AIKEN + "\nĐại hội đã thông qua bao nhiêu chỉ tiêu?\nA. 20\nB. 43\nC. 51\nANSWER: B\n"
    page = importing.upload(near, "cau-hoi.txt")
    assert "gần giống" in page or "Trùng" in page


def test_an_import_is_undone_as_a_whole(importing: Importing, database: Database, cast: Cast) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("store")
    first, second = fresh(database)
    with database.writing() as session:
        session.get_one(Question, second.id).state = "approved"
    page = importing.press("undo")
    assert second.code in page
    with database.reading() as session:
        assert session.get(Question, first.id) is None
        assert session.get_one(Question, second.id).state == "retired"
        assert not session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == first.id)
        ).all()
    assert "vừa được xử lý" in importing.press("undo")


def test_an_import_is_stored_once(importing: Importing, database: Database) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("store")
    assert "vừa được xử lý" in importing.press("store")
    assert "vừa được xử lý" in importing.press("drop")
    assert len(fresh(database)) == 2


def test_a_file_put_aside_leaves_nothing(importing: Importing, database: Database) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("drop")
    assert fresh(database) == []
    assert "gác lại" in importing.page()


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x00\x01\x02 nothing", "x.bin"),
        (b"PK\x03\x04 broken", "x.docx"),
        (b"", "x.docx"),
        (b"<quiz>", "x.xml"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(
    data: bytes, name: str, importing: Importing, database: Database
) -> None:
    page = importing.upload(data, name)
    assert "Không đọc được tệp này" in page
    assert "Traceback" not in page
    assert fresh(database) == []


def test_pasted_text_is_read(importing: Importing) -> None:
    answer = importing.client.post(f"{BANK}/import", data={"text": AIKEN})
    importing.address = answer.headers["Location"]
    run_jobs(importing.database, importing.storage)
    assert "Nhận diện 2 câu hỏi" in importing.page()


def test_many_questions_are_stored_by_a_job(importing: Importing, database: Database) -> None:
    many = "".join(f"Câu số {n} hỏi gì?\nA. Việc {n}\nB. Không\nANSWER: A\n" for n in range(1, 402))
    page = importing.upload(many, "cau-hoi.txt")
    assert "Nhận diện 401 câu hỏi" in page
    importing.decide(7, "take")
    importing.press("store")
    assert len(fresh(database)) >= 390


def test_nothing_is_computed_while_the_database_is_held(
    importing: Importing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = "".join(f"Câu số {n} hỏi gì?\nA. Việc {n}\nB. Không\nANSWER: A\n" for n in range(1, 402))
    importing.upload(many, "cau-hoi.txt")
    computed: list[int] = []

    def while_somebody_else_writes(body: Body) -> dict[str, Any]:
        if not computed:
            with database.writing() as other:  # is refused when the job holds the database
                other.execute(update(Question).values(state=Question.state))
        computed.append(1)
        return versions.columns(body)

    monkeypatch.setattr(storing, "columns", while_somebody_else_writes)
    importing.press("store")
    assert len(fresh(database)) == len(computed) >= 390


def test_questions_are_added_before_and_after_an_import(
    importing: Importing, database: Database, staged: Stage
) -> None:
    for _time in range(2):
        importing.upload(AIKEN, "cau-hoi.txt")
        importing.decide(1, "take")
        importing.decide(2, "take")
        importing.press("store")
        with database.writing() as session:
            bank = session.get_one(Bank, staged.banks["targets_2030"])
            body = Body("single_choice", "Câu viết trên màn hình?", (Option("Có"), Option("Không")), (0,))
            actions.store_question(session, bank, body, cites=[], by=None, now=NOW)
    with database.reading() as session:
        versioned = session.scalars(select(QuestionVersion.question_id)).all()
        assert len(versioned) == len(set(versioned)) == len(session.scalars(select(Question.id)).all())
    assert len(fresh(database)) == 4


def test_a_code_that_is_taken_is_replaced(
    importing: Importing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = iter(["ct-01", "ct-01", "moi-01", "ct-01", "ct-02"])
    with database.writing() as session:
        first, *_others = session.scalars(select(Question).order_by(Question.id))
        first.code = "ct-01"
    monkeypatch.setattr(storing, "new_code", lambda _bank: next(taken))
    importing.upload(AIKEN, "cau-hoi.txt")
    importing.press("store")
    assert sorted(question.code for question in fresh(database)) == ["ct-02", "moi-01"]


def test_what_was_marked_in_the_file_is_shown_marked(importing: Importing) -> None:
    document = docx.Document()
    document.add_paragraph("Câu 1. Đại hội thông qua bao nhiêu <b>chỉ tiêu</b>?")
    document.add_paragraph("A. 20")
    right = document.add_paragraph()
    right.add_run("B").underline = True
    looks = right.add_run(". 43")
    looks.font.color.rgb, looks.font.highlight_color = RGBColor(255, 0, 0), WD_COLOR_INDEX.YELLOW
    document.add_paragraph("C. 51")
    kept = io.BytesIO()
    document.save(kept)
    page = importing.upload(kept.getvalue(), "cau-hoi.docx")
    shown = page.partition('class="import-original">')[2].partition("</div>")[0]
    assert '<span class="visually-hidden">(gạch chân) </span><u>B</u>' in shown
    assert '(chữ đỏ, tô nền) </span><mark><span class="import-red">' in shown
    assert "43</span></mark>" in shown
    assert "&lt;b&gt;chỉ tiêu&lt;/b&gt;" in shown
    words = unescape(re.sub("<[^>]*>", "", re.sub('<span class="visually-hidden">.*?</span>', "", shown)))
    assert words.endswith("bao nhiêu <b>chỉ tiêu</b>?\nA. 20\nB. 43\nC. 51")


def test_ids_tags_and_citations_come_along(importing: Importing, database: Database, staged: Stage) -> None:
    yaml = """schema: 1
resolution: hanoi_xviii
topic: targets_2030
name: Chỉ tiêu
questions:
  - id: moi-01
    type: single_choice
    stem: "Có bao nhiêu nhóm chỉ tiêu?"
    options: ["10", "20"]
    correct: [1]
    cites: [p02, p99]
    tags: [số liệu]
"""
    page = importing.upload(yaml, "bank.yaml")
    assert "p99" in page
    importing.press("store")
    (question,) = fresh(database)
    assert question.code == "moi-01"
    with database.reading() as session:
        cited = session.scalars(
            select(Citation.passage_id)
            .join(QuestionVersion, QuestionVersion.id == Citation.version_id)
            .where(QuestionVersion.question_id == question.id)
        ).all()
        tags = session.scalars(select(QuestionTag.tag).where(QuestionTag.question_id == question.id)).all()
    assert cited == [staged.passages[1]]
    assert tags == ["số liệu"]


def test_topics_of_the_file_go_to_their_banks(
    importing: Importing, database: Database, staged: Stage
) -> None:
    gift = "$CATEGORY: Các khâu đột phá\n\nKhâu nào là khâu đầu {=Thể chế ~Hạ tầng}\n"
    page = importing.upload(gift, "cau-hoi.gift")
    assert "ghi chủ đề" in page
    sent = {"topic": "Các khâu đột phá", "bank": "hanoi_xviii/breakthroughs"}
    importing.client.post(f"{importing.address}/topics", data=sent)
    importing.press("store")
    (question,) = fresh(database)
    assert question.bank_id == staged.banks["breakthroughs"]


@pytest.mark.parametrize("person", ["lan", "dung", "an"])
def test_only_trainers_may_import(person: str, client_of: ClientOf, staged: Stage) -> None:
    client = client_of(person)
    assert client.get(f"{BANK}/import").status_code == 403
    assert client.get(f"{BANK}/export").status_code == 403
    assert client.get("/banks/import/1").status_code == 403


def test_what_is_not_there_is_not_found(trainer: FlaskClient) -> None:
    assert trainer.get("/banks/import/999").status_code == 404
    assert trainer.post("/banks/import/999/store").status_code == 404
    assert trainer.get("/banks/none/none/import").status_code == 404
    assert trainer.get("/banks/import/template/aiken").status_code == 404


@pytest.mark.parametrize("name", ["word", "excel"])
def test_templates_can_be_downloaded(name: str, trainer: FlaskClient) -> None:
    answer = trainer.get(f"/banks/import/template/{name}")
    assert answer.status_code == 200
    assert answer.data[:2] == b"PK"


def test_a_hostile_decision_changes_nothing(importing: Importing, database: Database) -> None:
    importing.upload(AIKEN, "cau-hoi.txt")
    decide = f"{importing.address}/decide"
    assert importing.client.post(decide, data={"number": "99", "act": "take"}).status_code == 404
    assert importing.client.post(decide, data={"number": "1", "act": "explode"}).status_code == 400
    importing.client.post(decide, data={"number": "1", "act": "key-77"})
    with database.reading() as session:
        decisions = session.scalars(select(QuestionImport.decisions)).one()
    assert set(decisions) <= {"1"}
    assert "Lưu 1 câu" in importing.page()
