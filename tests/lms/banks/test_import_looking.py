"""Looking at an import before it is stored: keys by a click, what is left out, duplicates, marks, topics."""

from __future__ import annotations

import io
import re
from html import unescape

import docx
import pytest
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import RGBColor
from sqlalchemy import select, update

from lms.banks.models import (
    Bank,
    QuestionImport,
    QuestionVersion,
)
from lms.banks.transfer import keeping
from lms.banks.transfer.reading import FileRead
from lms.kit.db import Database
from lms.kit.storage import Storage
from tests.lms.banks.importing import AIKEN, GIFT, Importing, fresh
from tests.stage import Stage


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


def test_others_write_while_a_file_is_looked_over(
    importing: Importing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite has one write lock: a click on a question of a long file must not hold up those who sit an exam."""
    importing.upload(AIKEN, "cau-hoi.txt")
    written: list[int] = []

    def while_others_write(storage: Storage, key: str) -> FileRead:
        with database.writing() as session:
            changed = session.scalars(update(Bank).values(name=Bank.name).returning(Bank.id))
            written.append(len(changed.all()))
        return kept(storage, key)

    kept = keeping.kept
    monkeypatch.setattr(keeping, "kept", while_others_write)
    assert "Lưu 1 câu" in importing.decide(1, "leave")
    importing.press("store")
    assert len(written) >= 3
    assert len(fresh(database)) == 1
    assert "1 câu trong tệp không được lưu" in importing.page()


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
