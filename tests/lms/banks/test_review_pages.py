"""A review on the screen: two trainers, what each may press, what each is told."""

from __future__ import annotations

import html

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.banks import actions, queries
from lms.banks.models import Bank, Question
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load


@pytest.fixture
def here(load_shelf: Load, database: Database, cast: Cast) -> str:
    """The page of a question that Tuấn wrote; it says the same as tn-01 and names its source in words."""
    load_shelf()
    with database.writing() as session:
        first = session.scalars(select(Question.id).where(Question.code == "tn-01")).one()
        shown = queries.in_force(session, [first])[0]
        bank = session.get_one(Bank, shown.question.bank_id)
        passages = queries.citable(session, bank.topic.resolution_id)[:1]
        own = actions.store_question(
            session, bank, shown.body, cites=passages, by=cast.people["tuan"], now=NOW, tags=["đợt 1"]
        )
        return f"/banks/question/{own.id}"


def page(client: FlaskClient, path: str, **fields: str) -> str:
    answer = client.post(path, data=fields, follow_redirects=True) if fields else client.get(path)
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_from_a_draft_to_an_approved_question(
    here: str, client_of: ClientOf, mais_browser: FlaskClient
) -> None:
    tuan = client_of("tuan")
    assert "Bản nháp: không đề nào lấy câu này" in page(tuan, here)
    asked = page(tuan, f"{here}/ask-for-review", go="1")
    assert "Người viết câu hỏi không tự duyệt câu của mình" in asked
    assert f'action="{here}/approve"' not in asked
    assert "không tự duyệt" in page(tuan, f"{here}/approve", version="1")
    assert f'action="{here}/approve"' in page(mais_browser, here)
    back = page(mais_browser, f"{here}/send-back", text="Nên ghi rõ <b>nhiệm kỳ</b>.")
    assert "<b>nhiệm kỳ</b>" not in mais_browser.get(here).text
    assert "Bản nháp</span>" in back
    assert "có người vừa làm trước" in page(mais_browser, f"{here}/send-back", text="Lần nữa").lower()
    assert "Gửi duyệt" in page(tuan, here)
    page(tuan, f"{here}/ask-for-review", go="1")
    assert "Còn 1 ý kiến chưa xử lý" in page(mais_browser, here)
    approved = page(mais_browser, f"{here}/approve", version="1")
    assert "Đã duyệt</span>" in approved
    assert "Còn 1 ý kiến chưa xử lý" in approved, "said, not in the way"
    assert "trạng thái của câu hỏi vừa thay đổi" in page(mais_browser, f"{here}/approve", version="1")


def test_what_nobody_has_read_is_not_approved(
    here: str, client_of: ClientOf, mais_browser: FlaskClient
) -> None:
    page(client_of("tuan"), f"{here}/ask-for-review", go="1")
    for version in ("2", "", "x"):
        assert "Câu hỏi vừa được sửa" in page(mais_browser, f"{here}/approve", version=version)
    assert "Chờ duyệt</span>" in page(mais_browser, here)


def test_comments_and_tags_on_the_page(here: str, client_of: ClientOf, mais_browser: FlaskClient) -> None:
    assert "viết ý kiến trước" in page(mais_browser, f"{here}/comment", text="  ")
    said = page(mais_browser, f"{here}/comment", text="Câu này tốt.\nGiữ nguyên.")
    assert "Câu này tốt.\nGiữ nguyên." in said
    settled = page(client_of("tuan"), f"{here}/comment/1/settle", go="1")
    assert "Đặng Anh Tuấn đã xử lý" in settled
    assert "đã xử lý</span>" not in page(mais_browser, f"{here}/comment/1/open", go="1")
    assert mais_browser.post("/banks/question/1/comment/1/settle").status_code == 404, "of another question"
    assert 'value="đợt 1"' in page(mais_browser, here)
    assert "#số liệu" in page(mais_browser, f"{here}/tags", tags=" số   liệu, đợt 2 ,đợt 2")
    assert "Nhiều nhất 20 thẻ" in page(mais_browser, f"{here}/tags", tags="x" * 41)


def test_whoever_hides_the_key_sees_no_comments_either(here: str, client_of: ClientOf) -> None:
    tuan = client_of("tuan")
    page(tuan, f"{here}/comment", text="Đáp án là 43.")
    assert "Đáp án là 43." in page(tuan, here)
    assert "Đáp án là 43." not in page(tuan, f"{here}?key=0")
