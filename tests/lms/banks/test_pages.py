"""The trainers' pages: who may see them, what they show, and that a key can be left out."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.banks.models import Question
from lms.kit.db import Database
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load

PAGES = (
    "/banks/",
    "/banks/thu_nghiem/goals/",
    "/banks/thu_nghiem/goals/new",
    "/banks/thu_nghiem/goals/new?type=numeric",
    "/banks/question/{id}",
    "/banks/question/{id}/edit",
)


@pytest.fixture
def question_id(load_shelf: Load, database: Database) -> int:
    load_shelf()
    return id_of(database, "tn-01")


def id_of(database: Database, code: str) -> int:
    with database.reading() as session:
        return session.scalars(select(Question.id).where(Question.code == code)).one()


def text_of(client: FlaskClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("who", "status"), [("tuan", 200), ("lan", 403), ("dung", 403), ("an", 403), (None, 302)]
)
def test_only_trainers_see_banks(who: str | None, status: int, question_id: int, client_of: ClientOf) -> None:
    client = client_of(who)
    for page in PAGES:
        answer = client.get(page.format(id=question_id))
        assert answer.status_code == status, page
        if status != 200:
            assert "43" not in answer.get_data(as_text=True), page


def test_only_trainers_change_a_state(question_id: int, client_of: ClientOf) -> None:
    for deed in ("approve", "retire", "restore"):
        assert client_of("lan").post(f"/banks/question/{question_id}/{deed}").status_code == 403
        assert client_of("tuan").get(f"/banks/question/{question_id}/{deed}").status_code == 405


def test_what_is_not_there_is_not_found(question_id: int, client_of: ClientOf) -> None:
    client = client_of("tuan")
    for path in (
        "thu_nghiem/nothing/",
        "nothing/goals/",
        "thu_nghiem/nothing/new",
        "question/999999",
        "question/999999/edit",
        "question/0",
        f"question/{question_id}?version=2",
        f"question/{question_id}?version=0",
    ):
        assert client.get(f"/banks/{path}").status_code == 404, path


def test_the_index_counts_by_level(question_id: int, client_of: ClientOf) -> None:
    page = text_of(client_of("tuan"), "/banks/")
    assert "Nghị quyết thử nghiệm" in page
    row = page[page.index("Mục tiêu</a>") :].partition("</tr>")[0]
    cells = re.findall(r'data-label="([^"]+)"[^>]*>(.*?)</td>', row)
    assert {label: re.sub("<[^>]+>", "", value) for label, value in cells} == {
        "Đang dùng": "3",
        "Nhận biết": "1",
        "Thông hiểu": "1",
        "Vận dụng": "–",
        "Vận dụng cao": "–",
        "Chưa ghi mức độ": "1",
    }


def test_a_bank_shows_questions_in_full(question_id: int, client_of: ClientOf) -> None:
    page = text_of(client_of("tuan"), "/banks/thu_nghiem/goals/")
    for words in (
        "bao nhiêu chỉ tiêu chủ yếu?",
        "Cả ba phương án trên",
        "giữ nguyên vị trí",
        "Đoạn 1 nêu",
        "1. Đoạn thứ nhất",
    ):
        assert words in page, words
    assert page.count("bank-right") == 3  # one right option of the first question, two of the second


def test_the_key_can_be_left_out(question_id: int, client_of: ClientOf) -> None:
    client = client_of("tuan")
    for path in ("/banks/thu_nghiem/goals/?key=0", f"/banks/question/{question_id}?key=0"):
        page = text_of(client, path)
        assert "Nghị quyết có bao nhiêu chỉ tiêu" in page
        for telling in ("bank-right", "Đoạn 1 nêu", "Đáp án đúng", "Đoạn thứ nhất"):
            assert telling not in page, (path, telling)


FILTERS = {
    "": ["tn-01", "tn-02", "tn-03"],
    "level=recall": ["tn-01"],
    "type=true_false": ["tn-03"],
    "state=retired": [],
    "text=KHAU+dot+pha": ["tn-03"],
    "text=100%25": [],
    "level=recall&type=true_false": [],
    "level=nonsense&type=nonsense": ["tn-01", "tn-02", "tn-03"],
}


def test_a_bank_is_filtered(question_id: int, client_of: ClientOf) -> None:
    client = client_of("tuan")
    for asked, found in FILTERS.items():
        page = text_of(client, f"/banks/thu_nghiem/goals/?{asked}")
        assert re.findall(r'<h2 id="question-\d+"><a [^>]*>([^<]+)<', page) == found, asked


def test_pages_of_a_bank_go_forth_and_back(
    load_shelf: Load, database: Database, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lms.banks import queries

    load_shelf()
    with database.reading() as session:
        bank = queries.bank_by_slug(session, "thu_nghiem/goals")
        assert bank is not None

        def page(**place: int) -> queries.Page:
            return queries.questions_of(session, bank.id, queries.Filter(), size=2, **place)

        first = page()
        assert [shown.question.code for shown in first.items] == ["tn-01", "tn-02"]
        assert (first.total, first.before) == (3, None)
        assert first.after is not None
        second = page(after=first.after)
        assert [shown.question.code for shown in second.items] == ["tn-03"]
        assert second.after is None
        assert second.before is not None
        back = page(before=second.before)
        assert [shown.question.code for shown in back.items] == ["tn-01", "tn-02"]
        assert (back.before, back.after) == (None, first.after)
        assert not page(after=999_999).items


def test_a_bank_takes_the_same_few_statements_however_long_it_is(
    question_id: int, client_of: ClientOf, app: object, database: Database
) -> None:
    client = client_of("tuan")
    engine = app.extensions["database"].engine  # type: ignore[attr-defined]
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *event_: statements.append(event_[2]))
    client.get("/banks/thu_nghiem/goals/?level=recall")
    one = len(statements)
    client.get("/banks/thu_nghiem/goals/")
    assert len(statements) - one == one


def test_retiring_can_be_undone(question_id: int, client_of: ClientOf) -> None:
    client, here = client_of("tuan"), f"/banks/question/{question_id}"
    assert "Câu hỏi này đã ngừng dùng" not in text_of(client, here)
    assert client.post(f"{here}/retire").status_code == 302
    page = text_of(client, here)
    assert "Câu hỏi này đã ngừng dùng" in page
    assert f'action="{here}/restore"' in page
    client.post(f"{here}/restore")
    assert "Đang dùng" in text_of(client, here)


def test_a_draft_is_a_draft_again_after_retiring_and_back(
    question_id: int, client_of: ClientOf, database: Database
) -> None:
    client = client_of("tuan")
    fields = {"stem": "Đúng hay sai?", "correct": "0", "go": "draft"}
    made = client.post("/banks/thu_nghiem/goals/new?type=true_false", data=fields)
    here = made.headers["Location"]
    for deed, words in (
        ("retire", "Ngừng dùng"),
        ("restore", "Bản nháp"),
        ("approve", "Đang dùng"),
        ("approve", "Đang dùng"),
    ):
        client.post(f"{here}/{deed}")
        assert f"{words}</span>" in text_of(client, here), deed
