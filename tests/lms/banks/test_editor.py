"""The editor: every type can be written and changed, problems stand at their fields, and nobody's work is lost."""

from __future__ import annotations

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
from tests.lms.banks.editing import NEW, WRITTEN, Fields, as_filled_in, bodies, id_of, said, state_of


def passage_id(client: FlaskClient) -> str:
    page = client.get(NEW.format("true_false")).get_data(as_text=True)
    found = re.search(r'name="cites"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def test_the_examples_cover_every_type() -> None:
    assert set(WRITTEN) == set(TYPES)


@pytest.mark.parametrize("kind", WRITTEN)
def test_a_question_of_every_type_can_be_written_and_changed(
    kind: str, writer: FlaskClient, database: Database, cast: Cast
) -> None:
    posted, expected = WRITTEN[kind]
    common = {"level": "application", "explanation": "Vì sao.\r\nHai dòng.", "cites": passage_id(writer)}
    made = writer.post(NEW.format(kind), data={**posted, **common, "go": "save"})
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
        assert (shown.question.state, shown.version.author_id) == ("draft", cast.people["tuan"])

    as_it_is = as_filled_in(writer, question_id)
    unchanged = writer.post(
        f"/banks/question/{question_id}/edit", data={**as_it_is, "go": "save"}, follow_redirects=True
    )
    assert "không tạo phiên bản mới" in said(unchanged)
    other_stem = f"{posted['stem']} Trả lời ngay."
    changed = writer.post(
        f"/banks/question/{question_id}/edit",
        data={**as_it_is, "stem": other_stem, "go": "save"},
        follow_redirects=True,
    )
    assert "Đã lưu thành phiên bản 2" in said(changed)
    first, second = bodies(database, question_id)
    assert (first["stem"], second) == (posted["stem"], {**first, "stem": other_stem})


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_preview_is_what_a_candidate_sees(kind: str, writer: FlaskClient, database: Database) -> None:
    answer = writer.post(
        NEW.format(kind), data={**WRITTEN[kind][0], "explanation": "Vì một lẽ", "go": "preview"}
    )
    page = said(answer)
    phone = page[page.index('class="phone"') : page.index("</section>", page.index('class="phone"'))]
    assert WRITTEN[kind][0]["stem"].partition("[[")[0] in phone
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
    "an unknown limit": ("essay", {"least_words": "vài"}, "Đồng chí ghi một số nguyên"),
    "limits the wrong way round": ("essay", {"least_words": "9", "most_words": "5"}, 'href="#most_words"'),
    "points that are none": (
        "essay",
        {"rubric-text": ["Ý"], "rubric-points": ["nhiều"]},
        'href="#row-0"',
    ),
    "one pair": ("matching", {"pairs-left": ["a", ""], "pairs-right": ["b", "c"]}, 'href="#rows"'),
    "a blank without answer": (
        "cloze",
        {"stem": "Có [[1]] điều", "blanks": ["0"]},
        "Chỗ trống 1: Chưa có đáp án",
    ),
    "a choice without key": (
        "cloze",
        {"stem": "Có [[1]]", "blanks": ["0"], "blank-0-kind": "choice", "blank-0-options": ["a", "b"]},
        "Chỗ trống 1: Hãy đánh dấu phương án đúng.",
    ),
    "a mark without fields": ("cloze", {"stem": "Có [[1]]"}, "Chỗ trống 1: Chưa có đáp án"),
    "no day": ("true_false", {"correct": "1", "expires": "hôm qua"}, 'href="#expires"'),
    "too many tags": (
        "true_false",
        {"correct": "1", "tags": ",".join(map(str, range(30)))},
        "Nhiều nhất 20 thẻ",
    ),
    "an empty shared text": (
        "true_false",
        {"correct": "1", "stimulus": "new", "stimulus_shown": "new", "stimulus_text": " "},
        'href="#stimulus_text"',
    ),
    "stem too long": ("true_false", {"stem": "a" * 4001, "correct": "1"}, "Nội dung quá dài."),
}


def test_what_is_wrong_is_said_and_what_was_typed_stays(writer: FlaskClient, database: Database) -> None:
    for name, (kind, fields, words) in WRONG.items():
        answer = writer.post(
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


def test_rows_are_added_moved_and_removed_without_scripts(writer: FlaskClient) -> None:
    fields: Fields = {"stem": "Chọn?", "options": ["Một", "Hai", "Ba", "Bốn"], "correct": "2"}

    def rows(go: str) -> list[str]:
        page = said(writer.post(NEW.format("single_choice"), data={**fields, "go": go}))
        assert "error-summary" not in page
        return re.findall(r'<textarea [^>]*name="options"[^>]*>\n(.*?)</textarea>', page)

    assert rows("add") == ["Một", "Hai", "Ba", "Bốn", ""]
    assert rows("up-2") == ["Một", "Ba", "Hai", "Bốn"]
    assert rows("remove-0") == ["Hai", "Ba", "Bốn", ""]
    assert rows("remove-99") == ["Một", "Hai", "Ba", "Bốn"]
    moved = said(writer.post(NEW.format("single_choice"), data={**fields, "go": "up-2"}))
    assert re.search(r'name="correct" value="1" checked', moved), "the key moves with its option"


@pytest.mark.parametrize(("go", "state"), [("save", "draft"), ("ask", "in_review")])
def test_a_new_question_is_a_draft_or_goes_to_review_at_once(
    go: str, state: str, writer: FlaskClient, database: Database
) -> None:
    made = writer.post(NEW.format("true_false"), data={"stem": "Nháp?", "correct": "0", "go": go})
    with database.reading() as session:
        question = session.get_one(Question, int(made.headers["Location"].rpartition("/")[2]))
        assert question.state == state


def test_a_changed_question_can_be_sent_to_review_even_when_nothing_is_left_to_change(
    writer: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-03")
    fields = {**as_filled_in(writer, question_id), "stem": "Đã sửa.", "go": "save"}
    writer.post(f"/banks/question/{question_id}/edit", data=fields)
    assert state_of(database, question_id) == "draft", "what was approved has to be approved again"
    fields = {**as_filled_in(writer, question_id), "go": "ask"}
    writer.post(f"/banks/question/{question_id}/edit", data=fields)
    assert state_of(database, question_id) == "in_review"


def test_a_foreign_passage_is_not_cited(writer: FlaskClient, database: Database) -> None:
    answer = writer.post(
        NEW.format("true_false"), data={"stem": "?", "correct": "0", "cites": "999999", "go": "save"}
    )
    assert answer.status_code == 200
    with database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 6


def test_two_who_change_the_same_question_both_keep_their_work(
    writer: FlaskClient, database: Database, client_of: ClientOf
) -> None:
    question_id = id_of(database, "tn-01")
    here = f"/banks/question/{question_id}/edit"
    mine = as_filled_in(writer, question_id)
    theirs = as_filled_in(client_of("tuan"), question_id)
    assert writer.post(here, data={**theirs, "explanation": "Bản thứ hai.", "go": "save"}).status_code == 302

    conflict = writer.post(here, data={**mine, "stem": "Bản của tôi?", "go": "save"})
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
    again = writer.post(here, data={**mine, "stem": "Bản của tôi?", "started_from": "2", "go": "save"})
    assert again.status_code == 302
    assert [body["stem"] for body in bodies(database, question_id)][-1] == "Bản của tôi?"
    assert len(bodies(database, question_id)) == 3


@pytest.mark.parametrize("number", ["", "x", "-1", "99", "²"])
def test_a_made_up_version_to_start_from_is_a_conflict(
    number: str, writer: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-03")
    fields = {**as_filled_in(writer, question_id), "stem": "Khác?", "started_from": number, "go": "save"}
    assert writer.post(f"/banks/question/{question_id}/edit", data=fields).status_code == 409
    assert len(bodies(database, question_id)) == 1


def test_the_versions_show_what_changed_word_by_word(writer: FlaskClient, database: Database) -> None:
    question_id = id_of(database, "tn-01")
    fields = as_filled_in(writer, question_id)
    writer.post(
        f"/banks/question/{question_id}/edit",
        data={**fields, "correct": "1", "stem": "Nghị quyết có mấy chỉ tiêu chủ yếu?", "go": "save"},
    )
    page = said(writer.get(f"/banks/question/{question_id}"))
    bare = re.sub(r'<span class="visually-hidden">[^<]*</span>', "", page)
    assert "<del>bao nhiêu </del><ins>mấy </ins>chỉ tiêu" in bare
    assert "<del>43</del><ins>30</ins>" in bare
    old = said(writer.get(f"/banks/question/{question_id}?version=1"))
    assert "không còn hiệu lực" in old
    assert '<p class="bank-stem">Nghị quyết có bao nhiêu chỉ tiêu chủ yếu?</p>' in old


def test_asking_the_same_is_told_with_a_link(writer: FlaskClient, database: Database) -> None:
    other = id_of(database, "tn-13")
    fields = {"stem": "số chỉ tiêu chủ yếu là bao nhiêu", "answers": ["43"], "tolerance": "0"}
    preview = said(writer.post(NEW.format("numeric"), data={**fields, "go": "preview"}))
    assert f'<a href="/banks/question/{other}">tn-13</a> (Nhiệm vụ)' in preview
    stored = writer.post(NEW.format("numeric"), data={**fields, "go": "save"}, follow_redirects=True)
    assert "Có câu hỏi khác trùng nội dung" in said(stored)
    writer.post(f"/banks/question/{other}/retire")
    assert ">tn-13</a>" not in said(writer.post(NEW.format("numeric"), data={**fields, "go": "preview"}))


def test_a_new_version_takes_up_the_text_of_its_passage(
    writer: FlaskClient, database: Database, load_shelf: Load, shelf: Any
) -> None:
    question_id = id_of(database, "tn-12")
    shelf.change("module.md", "có ba khâu", "xác định ba khâu")
    assert "tn-12" in load_shelf().look_again
    here = f"/banks/question/{question_id}"
    assert "đoạn đã sửa sau đó" in said(writer.get(here))
    fields = {**as_filled_in(writer, question_id), "go": "save"}
    assert writer.post(f"{here}/edit", data=fields).status_code == 302
    assert "đoạn đã sửa sau đó" not in said(writer.get(here))
    assert "tn-12" not in load_shelf().look_again


def test_markup_in_a_question_stays_text(writer: FlaskClient) -> None:
    nasty = '<script>alert(1)</script> "><img src=x onerror=alert(1)>'
    made = writer.post(
        NEW.format("short_answer"),
        data={"stem": nasty, "answers": [nasty], "explanation": nasty, "unit": "", "go": "save"},
    )
    here = made.headers["Location"]
    for path in (here, f"{here}/edit", "/banks/thu_nghiem/goals/"):
        page = writer.get(path).get_data(as_text=True)
        assert "<img" not in page.replace('<img src="/static', "")
        assert "<script>alert" not in page
