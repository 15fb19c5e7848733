"""The trainers' pages: who may see them, what they show, and that a key can be left out."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.banks import actions, queries
from lms.banks.models import Bank, Question
from lms.kit.db import Database
from lms.questions.question import Blank, Criterion, Image, Option, Pair, Stimulus
from lms.questions.question import Question as Body
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load

PAGES = (
    "/banks/",
    "/banks/thu_nghiem/goals/",
    "/banks/thu_nghiem/goals/?view=list",
    "/banks/search?text=chi+tieu",
    "/banks/thu_nghiem/goals/lint",
    "/banks/thu_nghiem/goals/alike",
    "/banks/thu_nghiem/goals/checks",
    "/banks/thu_nghiem/goals/settings",
    "/banks/question/{id}/check",
    "/banks/question/{id}/uses",
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
            assert "chỉ tiêu" not in answer.get_data(as_text=True), page


def test_only_trainers_change_a_state(question_id: int, client_of: ClientOf) -> None:
    deeds = (
        "approve",
        "retire",
        "restore",
        "ask-for-review",
        "send-back",
        "comment",
        "tags",
        "comment/1/settle",
    )
    for deed in deeds:
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
        "question/999999/check",
        "question/999999/uses",
        "thu_nghiem/nothing/lint",
        "thu_nghiem/nothing/alike",
        "thu_nghiem/nothing/checks",
        "thu_nghiem/nothing/settings",
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
    "text=so+99": ["tn-02"],
    "text=Cả+ba+phương+án": ["tn-01"],
    "look=no_level": ["tn-03"],
    "look=usable": ["tn-01", "tn-02", "tn-03"],
    "look=check": [],
    "look=expired": [],
    "author=0": ["tn-01", "tn-02", "tn-03"],
    "author=7": [],
    "tag=nothing": [],
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
    from lms.banks import finding

    load_shelf()
    with database.reading() as session:
        bank = queries.bank_by_slug(session, "thu_nghiem/goals")
        assert bank is not None

        def page(**place: int) -> finding.Page:
            return finding.page_of(session, finding.Filter(bank=bank.id), NOW.date(), size=2, **place)

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
    assert "Đã duyệt</span>" in text_of(client, here)


def test_a_draft_is_a_draft_again_after_retiring_and_back(
    question_id: int, client_of: ClientOf, database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        shown = queries.in_force(session, [question_id])[0]
        bank = session.get_one(Bank, shown.question.bank_id)
        mine = actions.store_question(session, bank, shown.body, cites=[], by=cast.people["tuan"], now=NOW)
        here = f"/banks/question/{mine.id}"
    client = client_of("tuan")
    for deed, words in (("retire", "Ngừng dùng"), ("restore", "Bản nháp"), ("restore", "Bản nháp")):
        client.post(f"{here}/{deed}")
        assert f"{words}</span>" in text_of(client, here), deed


EVERY_TYPE = [
    Body(
        "matching", "Ghép:", pairs=(Pair("2030", "Hiện đại"), Pair("2045", "Toàn cầu"), Pair("", "Không đâu"))
    ),
    Body("ordering", "Sắp:", options=(Option("Trước hết"), Option("Sau đó"), Option("Cuối cùng"))),
    Body(
        "cloze",
        "Có [[1]] chỉ tiêu, [[2]] khâu, tên là [[3]].",
        blanks=(
            Blank("number", answers=("43",), unit="chỉ tiêu"),
            Blank("choice", options=("hai", "ba"), correct=1),
            Blank("text", answers=("đột phá",)),
        ),
    ),
    Body(
        "essay",
        "Liên hệ bản thân.",
        rubric=(Criterion("Nêu được hai ý", "2"),),
        least_words=300,
        most_words=900,
        file_types=("docx",),
        guide="Chấm theo ý.",
    ),
]
KEYS = {
    "matching": "bank-pairs",
    "ordering": "Thứ tự đúng",
    "cloze": "bank-key",
    "essay": "Nêu được hai ý",
}
SHOWN = {
    "matching": ("2030", "Toàn cầu", "Không đâu"),
    "ordering": ("Trước hết", "Sau đó", "Cuối cùng"),
    "cloze": ("[[1]]", "hai", "ba", "chỉ tiêu"),
    "essay": ("ít nhất 300 từ", "nhiều nhất 900 từ", "docx"),
}


@pytest.mark.parametrize("body", EVERY_TYPE, ids=lambda body: str(body.type))
def test_the_newer_types_are_shown_with_and_without_their_key(
    body: Body, question_id: int, client_of: ClientOf, database: Database
) -> None:
    name = "a" * 64 + ".png"
    body = replace(
        body, images=(Image(name, "Bản đồ"),), stimulus=Stimulus("k", "Đọc đoạn sau."), explanation="Vì thế."
    )
    with database.writing() as session:
        bank = queries.bank_by_slug(session, "thu_nghiem/goals")
        assert bank is not None
        stored = actions.store_question(session, bank, body, cites=[], by=None, now=NOW)
        here = f"/banks/question/{stored.id}"
    client = client_of("tuan")
    page, bare = html.unescape(text_of(client, here)), html.unescape(text_of(client, f"{here}?key=0"))
    for words in (*SHOWN[body.type], "Đọc đoạn sau.", 'alt="Bản đồ"', name):
        assert words in page, words
        assert words in bare, words
    assert KEYS[body.type] in page
    for telling in (KEYS[body.type], "Vì thế.", "Chấm theo ý.", "bank-right"):
        assert telling not in bare, telling
    assert bare.index("Cuối cùng") < bare.index("Trước hết") if body.type == "ordering" else True
    assert body.stem.partition("[")[0] in html.unescape(text_of(client, "/banks/thu_nghiem/goals/?view=list"))


def test_all_banks_are_searched_by_everything_a_question_says(question_id: int, client_of: ClientOf) -> None:
    client = client_of("tuan")

    def found(asked: str) -> list[str]:
        page = text_of(client, f"/banks/search?{asked}")
        return re.findall(r'<h2 id="question-\d+"><a [^>]*>([^<]+)<', page)

    assert found("") == []
    assert found("text=co+43+chi+tieu") == ["tn-01", "tn-11"]
    assert found("text=ĐỘT+PHÁ") == ["tn-03", "tn-11", "tn-12"]
    assert found("text=đột+phá&type=short_answer") == ["tn-12"]
    assert found("text=zzz") == []


def test_the_scheme_of_levels_is_chosen_where_it_fits(
    question_id: int, client_of: ClientOf, database: Database
) -> None:
    client, here = client_of("tuan"), "/banks/thu_nghiem/goals/settings"
    assert client.post(here, data={"scheme": "hardness"}).status_code == 302
    page = text_of(client, "/banks/thu_nghiem/goals/")
    assert "Dễ</span>" in page
    assert "Nhận biết" not in page
    refused = client.post("/banks/thu_nghiem/tasks/settings", data={"scheme": "three"}).get_data(as_text=True)
    assert "1 câu có mức độ mà thang này không có" in html.unescape(refused)
    assert client.post(here, data={"scheme": "nonsense"}).status_code == 200
    with database.reading() as session:
        schemes = {row[0]: row[1] for row in session.execute(select(Bank.slug, Bank.scheme))}
    assert schemes == {"thu_nghiem/goals": "hardness", "thu_nghiem/tasks": "four"}


def test_looking_over_a_bank_names_what_is_doubtful(question_id: int, client_of: ClientOf) -> None:
    page = html.unescape(text_of(client_of("tuan"), "/banks/thu_nghiem/goals/lint"))
    assert "Chưa có giải thích vì sao đáp án đúng" in page
    assert "tn-02" in page
    assert "Không có gì phải sửa" not in page


def test_nearly_the_same_questions_stand_side_by_side(
    question_id: int, client_of: ClientOf, database: Database
) -> None:
    client, here = client_of("tuan"), "/banks/thu_nghiem/goals/alike"
    assert "Không có hai câu nào gần giống" in text_of(client, here)
    with database.writing() as session:
        shown = queries.in_force(session, [question_id])[0]
        bank = queries.bank_by_slug(session, "thu_nghiem/tasks")
        assert bank is not None
        near = replace(shown.body, stem="Nghị quyết có bao nhiêu chỉ tiêu chủ yếu đến năm 2030?")
        actions.store_question(session, bank, near, cites=[], by=None, now=NOW, code="tn-99")
    page = html.unescape(text_of(client, f"{here}?degree=0.5"))
    assert "tn-01" in page
    assert "tn-99" in page
    assert "đến · năm · 2030" in page
    assert "khác số liệu" in page
