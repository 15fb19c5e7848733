"""The editor: every type can be written and changed, problems stand at their fields, and nobody's work is lost."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.banks import queries
from lms.banks.models import Question
from lms.kit.db import Database
from lms.questions.types import TYPES
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load

NEW = "/banks/thu_nghiem/goals/new?type={}"
Fields = dict[str, Any]
WRITTEN: Mapping[str, tuple[Fields, Fields]] = {  # what is posted, what is stored
    "single_choice": (
        {
            "stem": "Chọn một?",
            "options": ["Một", "", "Hai", "Cả hai phương án trên"],
            "correct": "2",
            "fixed": "3",
        },
        {"options": ["Một", "Hai", {"text": "Cả hai phương án trên", "fixed": True}], "correct": [1]},
    ),
    "multiple_choice": (
        {"stem": "Chọn nhiều?", "options": ["Một", "Hai", "Ba"], "correct": ["0", "2"], "scoring": "partial"},
        {"options": ["Một", "Hai", "Ba"], "correct": [0, 2], "scoring": "partial"},
    ),
    "true_false": ({"stem": "Đúng?", "correct": "1"}, {"correct": [1]}),
    "true_false_group": (
        {
            "stem": "Mỗi nhận định sau đúng hay sai?",
            "statements": ["Một", "Hai", "Ba", "Bốn"],
            **{f"truth-{i}": "true" if i % 2 else "false" for i in range(4)},
        },
        {
            "statements": [
                {"text": text, "correct": bool(i % 2)} for i, text in enumerate(("Một", "Hai", "Ba", "Bốn"))
            ]
        },
    ),
    "short_answer": (
        {"stem": "Từ nào?", "answers": ["Đột phá", "bứt phá", ""], "exact": "y", "unit": ""},
        {"answers": ["Đột phá", "bứt phá"], "fold": False},
    ),
    "numeric": (
        {"stem": "Bao nhiêu?", "answers": ["12.000", ""], "tolerance": "0,5", "unit": "USD"},
        {"answers": ["12.000"], "tolerance": "0,5", "unit": "USD"},
    ),
}


@pytest.fixture
def trainer(load_shelf: Load, client_of: ClientOf) -> FlaskClient:
    load_shelf()
    return client_of("tuan")


def passage_id(client: FlaskClient) -> str:
    page = client.get(NEW.format("true_false")).get_data(as_text=True)
    found = re.search(r'name="cites"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def id_of(database: Database, code: str) -> int:
    with database.reading() as session:
        return session.scalars(select(Question.id).where(Question.code == code)).one()


def bodies(database: Database, question_id: int) -> list[Fields]:
    """What all versions say, the oldest first."""
    with database.reading() as session:
        return [written.version.body for written in queries.versions_of(session, question_id)][::-1]


def said(answer: Any) -> str:
    """The page as it is read."""
    return html.unescape(answer.get_data(as_text=True))


def as_filled_in(client: FlaskClient, question_id: int) -> Fields:
    """The fields of the editor as the browser would post them back."""
    page = client.get(f"/banks/question/{question_id}/edit").get_data(as_text=True)
    form = page[page.index('<form method="post" novalidate>') : page.index("bank-preview")]
    fields: Fields = {}

    def add(name: str, value: str) -> None:
        fields.setdefault(name, []).append(html.unescape(value).removeprefix("\n"))

    for tag in re.findall(r"<input [^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") not in {"radio", "checkbox"} or re.search(r"\bchecked\b", tag):
            add(given["name"], given.get("value", ""))
    for attributes, text in re.findall(r"<textarea ([^>]*)>(.*?)</textarea>", form, re.DOTALL):
        add(dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))["name"], text.strip("\r\n"))
    for name, options in re.findall(r'<select [^>]*name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        add(name, chosen[1] if chosen else "")
    return fields


def test_the_examples_cover_every_type() -> None:
    assert set(WRITTEN) == set(TYPES)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_question_of_every_type_can_be_written_and_changed(
    kind: str, trainer: FlaskClient, database: Database, cast: Cast
) -> None:
    posted, expected = WRITTEN[kind]
    common = {"level": "application", "explanation": "Vì sao.\r\nHai dòng.", "cites": passage_id(trainer)}
    made = trainer.post(NEW.format(kind), data={**posted, **common, "go": "save"})
    assert made.status_code == 302, said(made)
    question_id = int(made.headers["Location"].rpartition("/")[2])
    stored = {
        "type": kind,
        "stem": posted["stem"],
        "level": "application",
        "explanation": "Vì sao.\nHai dòng.",
    }
    assert bodies(database, question_id) == [{**stored, "cites": ["p01"], **expected}]
    with database.reading() as session:
        shown = queries.in_force(session, [question_id])[0]
        assert (shown.question.state, shown.version.author_id) == ("approved", cast.people["tuan"])

    as_it_is = as_filled_in(trainer, question_id)
    unchanged = trainer.post(
        f"/banks/question/{question_id}/edit", data={**as_it_is, "go": "save"}, follow_redirects=True
    )
    assert "không tạo phiên bản mới" in said(unchanged)
    changed = trainer.post(
        f"/banks/question/{question_id}/edit",
        data={**as_it_is, "stem": "Câu hỏi khác?", "go": "save"},
        follow_redirects=True,
    )
    assert "Đã lưu thành phiên bản 2" in said(changed)
    first, second = bodies(database, question_id)
    assert (first["stem"], second) == (posted["stem"], {**first, "stem": "Câu hỏi khác?"})


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_preview_is_what_a_candidate_sees(kind: str, trainer: FlaskClient, database: Database) -> None:
    answer = trainer.post(
        NEW.format(kind), data={**WRITTEN[kind][0], "explanation": "Vì một lẽ", "go": "preview"}
    )
    page = said(answer)
    phone = page[page.index('class="phone"') : page.index("</section>", page.index('class="phone"'))]
    assert WRITTEN[kind][0]["stem"] in phone
    assert "Vì một lẽ" not in phone
    assert "checked" not in phone
    with database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 6, "looking stores nothing"


WRONG: Mapping[str, tuple[str, Fields, str]] = {
    "no text": ("true_false", {"stem": " ", "correct": "0"}, "Nội dung câu hỏi: Câu hỏi chưa có nội dung."),
    "no key": ("single_choice", {"options": ["Một", "Hai"]}, "Chưa có đáp án đúng."),
    "two keys": ("single_choice", {"options": ["Một", "Hai"], "correct": ["0", "1"]}, "Có 2 phương án"),
    "equal options": ("multiple_choice", {"options": ["Một", " MỘT."], "correct": "0"}, "giống nhau."),
    "an empty right option": (
        "single_choice",
        {"options": ["Một", "Hai", ""], "correct": "2"},
        "Phương án 3 chưa có nội dung.",
    ),
    "one option": ("single_choice", {"options": ["Một"], "correct": "0"}, "Mới có 1 phương án"),
    "not judged": (
        "true_false_group",
        {"statements": ["a", "b"], "truth-0": "true"},
        "Nhận định 2: hãy chọn đúng hay sai.",
    ),
    "no judgement": ("true_false", {}, "Chưa có đáp án đúng."),
    "foreign judgement": ("true_false", {"correct": "7"}, "Chưa có đáp án đúng."),
    "no number": ("numeric", {"answers": ["nhiều"], "tolerance": "0"}, "(“nhiều”) không phải là số."),
    "bad tolerance": ("numeric", {"answers": ["1"], "tolerance": "ít"}, "Sai số cho phép: Sai số “ít”"),
    "no answer": ("short_answer", {"answers": ["", ""]}, "Chưa có đáp án đúng."),
    "too long": ("single_choice", {"options": ["a" * 1001, "b"], "correct": "1"}, "nhiều nhất 1000 ký tự"),
    "stem too long": ("true_false", {"stem": "a" * 4001, "correct": "1"}, "Nội dung quá dài."),
}


def test_what_is_wrong_is_said_and_what_was_typed_stays(trainer: FlaskClient, database: Database) -> None:
    for name, (kind, fields, words) in WRONG.items():
        answer = trainer.post(
            NEW.format(kind), data={"stem": "?", **fields, "explanation": "Gõ rồi.", "go": "save"}
        )
        page = said(answer)
        assert answer.status_code == 200, name
        assert words in page, name
        assert "<title>Lỗi: " in page, name
        assert "Gõ rồi." in page, name
        summary = page[page.index("error-summary") : page.index("</div>", page.index("error-summary"))]
        target = re.search(r'href="#([\w-]+)"', summary)
        assert target, name
        assert f'id="{target[1]}"' in page, name
    with database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 6


def test_rows_are_added_moved_and_removed_without_scripts(trainer: FlaskClient) -> None:
    fields: Fields = {"stem": "Chọn?", "options": ["Một", "Hai", "Ba", "Bốn"], "correct": "2"}

    def rows(go: str) -> list[str]:
        page = said(trainer.post(NEW.format("single_choice"), data={**fields, "go": go}))
        assert "error-summary" not in page
        return re.findall(r'<textarea [^>]*name="options"[^>]*>(.*?)</textarea>', page)

    assert rows("add") == ["Một", "Hai", "Ba", "Bốn", ""]
    assert rows("up-2") == ["Một", "Ba", "Hai", "Bốn"]
    assert rows("remove-0") == ["Hai", "Ba", "Bốn", ""]
    assert rows("remove-99") == ["Một", "Hai", "Ba", "Bốn"]
    moved = said(trainer.post(NEW.format("single_choice"), data={**fields, "go": "up-2"}))
    assert re.search(r'name="correct" value="1" checked', moved), "the key moves with its option"


def test_a_draft_is_not_in_use(trainer: FlaskClient, database: Database) -> None:
    made = trainer.post(NEW.format("true_false"), data={"stem": "Nháp?", "correct": "0", "go": "draft"})
    with database.reading() as session:
        question = session.get_one(Question, int(made.headers["Location"].rpartition("/")[2]))
        assert question.state == "draft"


def test_a_foreign_passage_is_not_cited(trainer: FlaskClient, database: Database) -> None:
    answer = trainer.post(
        NEW.format("true_false"), data={"stem": "?", "correct": "0", "cites": "999999", "go": "save"}
    )
    assert answer.status_code == 200
    with database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 6


def test_two_who_change_the_same_question_both_keep_their_work(
    trainer: FlaskClient, database: Database, client_of: ClientOf
) -> None:
    question_id = id_of(database, "tn-01")
    here = f"/banks/question/{question_id}/edit"
    mine = as_filled_in(trainer, question_id)
    theirs = as_filled_in(client_of("tuan"), question_id)
    assert trainer.post(here, data={**theirs, "explanation": "Bản thứ hai.", "go": "save"}).status_code == 302

    conflict = trainer.post(here, data={**mine, "stem": "Bản của tôi?", "go": "save"})
    page = said(conflict)
    assert conflict.status_code == 409
    assert "Đặng Anh Tuấn vừa lưu phiên bản 2" in page
    assert "Bản của tôi?</textarea>" in page.replace("\n", ""), "what was typed is still there"
    assert "Bản thứ hai." in page, "what the other one stored is shown"
    assert [body.get("explanation") for body in bodies(database, question_id)] == [
        "Đoạn 1 nêu 43 chỉ tiêu.",
        "Bản thứ hai.",
    ]

    assert 'name="started_from" type="hidden" value="2"' in page
    again = trainer.post(here, data={**mine, "stem": "Bản của tôi?", "started_from": "2", "go": "save"})
    assert again.status_code == 302
    assert [body["stem"] for body in bodies(database, question_id)][-1] == "Bản của tôi?"
    assert len(bodies(database, question_id)) == 3


@pytest.mark.parametrize("number", ["", "x", "-1", "99", "²"])
def test_a_made_up_version_to_start_from_is_a_conflict(
    number: str, trainer: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-03")
    fields = {**as_filled_in(trainer, question_id), "stem": "Khác?", "started_from": number, "go": "save"}
    assert trainer.post(f"/banks/question/{question_id}/edit", data=fields).status_code == 409
    assert len(bodies(database, question_id)) == 1


def test_the_versions_show_what_changed_word_by_word(trainer: FlaskClient, database: Database) -> None:
    question_id = id_of(database, "tn-01")
    fields = as_filled_in(trainer, question_id)
    trainer.post(
        f"/banks/question/{question_id}/edit",
        data={**fields, "correct": "1", "stem": "Nghị quyết có mấy chỉ tiêu chủ yếu?", "go": "save"},
    )
    page = said(trainer.get(f"/banks/question/{question_id}"))
    bare = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page)
    assert "<del>bao nhiêu </del><ins>mấy </ins>chỉ tiêu" in bare
    assert "<del>43</del><ins>30</ins>" in bare
    old = said(trainer.get(f"/banks/question/{question_id}?version=1"))
    assert "không còn hiệu lực" in old
    assert '<p class="bank-stem">Nghị quyết có bao nhiêu chỉ tiêu chủ yếu?</p>' in old


def test_asking_the_same_is_told_with_a_link(trainer: FlaskClient, database: Database) -> None:
    other = id_of(database, "tn-13")
    fields = {"stem": "số chỉ tiêu chủ yếu là bao nhiêu", "answers": ["43"], "tolerance": "0"}
    preview = said(trainer.post(NEW.format("numeric"), data={**fields, "go": "preview"}))
    assert f'<a href="/banks/question/{other}">tn-13</a> (Nhiệm vụ)' in preview
    stored = trainer.post(NEW.format("numeric"), data={**fields, "go": "save"}, follow_redirects=True)
    assert "Có câu hỏi khác trùng nội dung" in said(stored)
    trainer.post(f"/banks/question/{other}/retire")
    assert ">tn-13</a>" not in said(trainer.post(NEW.format("numeric"), data={**fields, "go": "preview"}))


def test_a_new_version_takes_up_the_text_of_its_passage(
    trainer: FlaskClient, database: Database, load_shelf: Load, shelf: Any
) -> None:
    question_id = id_of(database, "tn-12")
    shelf.change("module.md", "có ba khâu", "xác định ba khâu")
    assert "tn-12" in load_shelf().look_again
    here = f"/banks/question/{question_id}"
    assert "đoạn đã sửa sau đó" in said(trainer.get(here))
    fields = {**as_filled_in(trainer, question_id), "go": "save"}
    assert trainer.post(f"{here}/edit", data=fields).status_code == 302
    assert "đoạn đã sửa sau đó" not in said(trainer.get(here))
    assert "tn-12" not in load_shelf().look_again


def test_markup_in_a_question_stays_text(trainer: FlaskClient) -> None:
    nasty = '<script>alert(1)</script> "><img src=x onerror=alert(1)>'
    made = trainer.post(
        NEW.format("short_answer"),
        data={"stem": nasty, "answers": [nasty], "explanation": nasty, "unit": "", "go": "save"},
    )
    here = made.headers["Location"]
    for path in (here, f"{here}/edit", "/banks/thu_nghiem/goals/"):
        page = trainer.get(path).get_data(as_text=True)
        assert "<img" not in page.replace('<img src="/static', "")
        assert "<script>alert" not in page
