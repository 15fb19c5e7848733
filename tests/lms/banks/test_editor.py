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
    "matching": (
        {
            "stem": "Ghép cho đúng.",
            "pairs-left": ["2025", "2030", "", ""],
            "pairs-right": ["Đại hội XVIII", "Mục tiêu gần", "Không thuộc về năm nào", ""],
            "scoring": "partial",
        },
        {
            "pairs": [
                {"left": "2025", "right": "Đại hội XVIII"},
                {"left": "2030", "right": "Mục tiêu gần"},
                {"left": "", "right": "Không thuộc về năm nào"},
            ],
            "scoring": "partial",
        },
    ),
    "ordering": (
        {"stem": "Sắp xếp theo thời gian.", "options": ["1930", "", "1945", "1975"]},
        {"options": ["1930", "1945", "1975"]},
    ),
    "cloze": (
        {
            "stem": "Có [[1]] chỉ tiêu và [[2]] khâu [[3]].",
            "blanks": ["0", "1", "2"],
            "blank-0-kind": "number",
            "blank-0-answers": ["43", "", ""],
            "blank-0-tolerance": "1",
            "blank-0-unit": "chỉ tiêu",
            "blank-1-kind": "choice",
            "blank-1-options": ["hai", "", "ba", "bốn"],
            "blank-1-correct": "2",
            "blank-2-kind": "text",
            "blank-2-answers": ["đột phá", "bứt phá"],
            "blank-2-exact": "y",
        },
        {
            "blanks": [
                {"kind": "number", "answers": ["43"], "tolerance": "1", "unit": "chỉ tiêu"},
                {"kind": "choice", "options": ["hai", "ba", "bốn"], "correct": 1},
                {"kind": "text", "answers": ["đột phá", "bứt phá"], "fold": False},
            ]
        },
    ),
    "essay": (
        {
            "stem": "Viết bài thu hoạch.",
            "rubric-text": ["Nêu được ba khâu", "Liên hệ bản thân", ""],
            "rubric-points": ["4", "6,0", ""],
            "least_words": "300",
            "most_words": "1.500",
            "file_types": ["docx", "pdf"],
            "guide": "Chấm rộng tay.",
        },
        {
            "rubric": [
                {"text": "Nêu được ba khâu", "points": "4"},
                {"text": "Liên hệ bản thân", "points": "6,0"},
            ],
            "least_words": 300,
            "most_words": 1500,
            "file_types": ["docx", "pdf"],
            "guide": "Chấm rộng tay.",
        },
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


def state_of(database: Database, question_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Question, question_id).state


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
    form = page[page.index("data-editor") : page.index("bank-preview")]
    fields: Fields = {}

    def add(name: str, value: str) -> None:
        fields.setdefault(name, []).append(html.unescape(value).removeprefix("\n"))

    for tag in re.findall(r"<input [^>]*>", form):
        given = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if given.get("type") == "file" or "name" not in given:
            continue
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
        assert (shown.question.state, shown.version.author_id) == ("draft", cast.people["tuan"])

    as_it_is = as_filled_in(trainer, question_id)
    unchanged = trainer.post(
        f"/banks/question/{question_id}/edit", data={**as_it_is, "go": "save"}, follow_redirects=True
    )
    assert "không tạo phiên bản mới" in said(unchanged)
    other_stem = f"{posted['stem']} Trả lời ngay."
    changed = trainer.post(
        f"/banks/question/{question_id}/edit",
        data={**as_it_is, "stem": other_stem, "go": "save"},
        follow_redirects=True,
    )
    assert "Đã lưu thành phiên bản 2" in said(changed)
    first, second = bodies(database, question_id)
    assert (first["stem"], second) == (posted["stem"], {**first, "stem": other_stem})


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_preview_is_what_a_candidate_sees(kind: str, trainer: FlaskClient, database: Database) -> None:
    answer = trainer.post(
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
        return re.findall(r'<textarea [^>]*name="options"[^>]*>\n(.*?)</textarea>', page)

    assert rows("add") == ["Một", "Hai", "Ba", "Bốn", ""]
    assert rows("up-2") == ["Một", "Ba", "Hai", "Bốn"]
    assert rows("remove-0") == ["Hai", "Ba", "Bốn", ""]
    assert rows("remove-99") == ["Một", "Hai", "Ba", "Bốn"]
    moved = said(trainer.post(NEW.format("single_choice"), data={**fields, "go": "up-2"}))
    assert re.search(r'name="correct" value="1" checked', moved), "the key moves with its option"


@pytest.mark.parametrize(("go", "state"), [("save", "draft"), ("ask", "in_review")])
def test_a_new_question_is_a_draft_or_goes_to_review_at_once(
    go: str, state: str, trainer: FlaskClient, database: Database
) -> None:
    made = trainer.post(NEW.format("true_false"), data={"stem": "Nháp?", "correct": "0", "go": go})
    with database.reading() as session:
        question = session.get_one(Question, int(made.headers["Location"].rpartition("/")[2]))
        assert question.state == state


def test_a_changed_question_can_be_sent_to_review_even_when_nothing_is_left_to_change(
    trainer: FlaskClient, database: Database
) -> None:
    question_id = id_of(database, "tn-03")
    fields = {**as_filled_in(trainer, question_id), "stem": "Đã sửa.", "go": "save"}
    trainer.post(f"/banks/question/{question_id}/edit", data=fields)
    assert state_of(database, question_id) == "draft", "what was approved has to be approved again"
    fields = {**as_filled_in(trainer, question_id), "go": "ask"}
    trainer.post(f"/banks/question/{question_id}/edit", data=fields)
    assert state_of(database, question_id) == "in_review"


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


def test_what_every_type_has_is_stored_and_shown_again(trainer: FlaskClient, database: Database) -> None:
    fields = {
        "stem": "Ai giữ chức vụ này?",
        "correct": "0",
        "expires": "31/12/2027",
        "source": "Báo cáo chính trị, mục II",
        "tags": "khối phường, 2026 ,khối  phường,",
        "stimulus": "new",
        "stimulus_shown": "",
        "stimulus_text": "Một đoạn dẫn.",
    }
    made = trainer.post(NEW.format("true_false"), data={**fields, "go": "save"})
    question_id = int(made.headers["Location"].rpartition("/")[2])
    (body,) = bodies(database, question_id)
    assert (body["expires"], body["source"]) == ("2027-12-31", "Báo cáo chính trị, mục II")
    assert body["stimulus"]["text"] == "Một đoạn dẫn."
    assert body["stimulus"]["key"] not in ("", "new")
    again = as_filled_in(trainer, question_id)
    assert again["tags"] == ["2026, khối phường"]
    assert again["expires"] == ["31/12/2027"]
    assert again["stimulus"] == [body["stimulus"]["key"]]
    assert again["stimulus_text"] == ["Một đoạn dẫn."]


def test_tags_alone_make_no_version(trainer: FlaskClient, database: Database) -> None:
    question_id = id_of(database, "tn-03")
    here = f"/banks/question/{question_id}/edit"
    fields = {**as_filled_in(trainer, question_id), "tags": "ôn tập", "go": "save"}
    assert "Đã lưu thẻ" in said(trainer.post(here, data=fields, follow_redirects=True))
    assert len(bodies(database, question_id)) == 1
    assert as_filled_in(trainer, question_id)["tags"] == ["ôn tập"]
    assert state_of(database, question_id) == "approved"


def on_one_text(trainer: FlaskClient, database: Database, count: int = 2) -> list[int]:
    """Questions that share a text, made one after the other in the editor."""
    ids: list[int] = []
    for number in range(count):
        key = bodies(database, ids[0])[0]["stimulus"]["key"] if ids else "new"
        made = trainer.post(
            NEW.format("true_false"),
            data={
                "stem": f"Câu {number}?",
                "correct": "0",
                "stimulus": key,
                "stimulus_shown": key,
                "stimulus_text": "Đoạn dẫn chung.",
                "go": "save",
            },
        )
        ids.append(int(made.headers["Location"].rpartition("/")[2]))
    return ids


def test_a_shared_text_changes_in_all_its_questions_or_in_none(
    trainer: FlaskClient, database: Database
) -> None:
    first, second, third = on_one_text(trainer, database, 3)
    here = f"/banks/question/{first}/edit"
    assert "Có 2 câu hỏi khác dùng ngữ liệu này" in said(trainer.get(here))
    fields = {**as_filled_in(trainer, first), "stimulus_text": "Đoạn dẫn đã sửa.", "go": "save"}
    page = said(trainer.post(here, data=fields, follow_redirects=True))
    assert "Ngữ liệu chung đã được sửa ở 2 câu hỏi khác" in page
    for question_id in (first, second, third):
        versions = bodies(database, question_id)
        assert [body["stimulus"]["text"] for body in versions] == ["Đoạn dẫn chung.", "Đoạn dẫn đã sửa."]
        assert versions[0]["stem"] == versions[1]["stem"]
    fields = {
        **as_filled_in(trainer, second),
        "started_from": "1",
        "stimulus_text": "Muộn rồi.",
        "go": "save",
    }
    assert trainer.post(f"/banks/question/{second}/edit", data=fields).status_code == 409
    assert [len(bodies(database, each)) for each in (first, second, third)] == [2, 2, 2]


def test_a_text_of_the_bank_is_taken_without_scripts(trainer: FlaskClient, database: Database) -> None:
    (first,) = on_one_text(trainer, database, 1)
    key = bodies(database, first)[0]["stimulus"]["key"]
    fields = {"stem": "Câu khác?", "correct": "1", "stimulus": key, "stimulus_shown": "", "go": "stimulus"}
    page = said(trainer.post(NEW.format("true_false"), data=fields))
    assert "Đoạn dẫn chung.</textarea>" in page
    assert "Có 1 câu hỏi khác dùng ngữ liệu này" in page
    made = trainer.post(NEW.format("true_false"), data={**fields, "go": "save"})
    second = int(made.headers["Location"].rpartition("/")[2])
    assert bodies(database, second)[0]["stimulus"] == {"key": key, "text": "Đoạn dẫn chung."}
    assert len(bodies(database, first)) == 1, "taking a text is no change of it"
    fields = {**as_filled_in(trainer, second), "stimulus": "", "go": "save"}
    trainer.post(f"/banks/question/{second}/edit", data=fields)
    assert "stimulus" not in bodies(database, second)[-1]
    assert len(bodies(database, first)) == 1


def test_blanks_are_inserted_and_taken_out_without_scripts(trainer: FlaskClient) -> None:
    def after(go: str, **fields: Any) -> tuple[str, list[str]]:
        page = said(trainer.post(NEW.format("cloze"), data={**fields, "go": go}))
        stem = re.search(r'<textarea[^>]*name="stem"[^>]*>\s*(.*?)</textarea>', page, re.DOTALL)
        assert stem
        assert "error-summary" not in page
        return stem[1], re.findall(r'name="blanks" value="(\d+)"', page)

    assert after("blank", stem="Có nhiều khâu") == ("Có nhiều khâu [[1]]", ["0"])
    assert after("blank", stem="Có [[1]] khâu [[2]]", blanks=["0"]) == ("Có [[1]] khâu [[2]]", ["0", "1"])
    assert after("unblank-0", stem="Có [[1]] và [[2]] rồi [[3]]", blanks=["0", "1", "2"]) == (
        "Có  và [[1]] rồi [[2]]",
        ["0", "1"],
    )
    assert after("unblank-9", stem="Có [[1]]", blanks=["0"]) == ("Có [[1]]", ["0"])
    assert after("more", stem="[[1]] và [[25]]", blanks=["0"])[1] == [str(n) for n in range(20)]


def test_the_kind_of_a_blank_can_change_and_nothing_typed_is_lost(trainer: FlaskClient) -> None:
    fields = {
        "stem": "Có [[1]]",
        "blanks": "0",
        "blank-0-kind": "choice",
        "blank-0-answers": ["43"],
        "blank-0-options": ["một", "hai"],
        "blank-0-correct": "1",
        "go": "more",
    }
    page = said(trainer.post(NEW.format("cloze"), data=fields))
    for text in ("43", "một", "hai"):
        assert f'value="{text}"' in page
    assert re.search(r'name="blank-0-correct" value="1" checked', page)


def test_rows_of_two_columns_move_together(trainer: FlaskClient) -> None:
    fields = {"stem": "?", "pairs-left": ["a", "b"], "pairs-right": ["1", "2"], "go": "down-0"}
    page = said(trainer.post(NEW.format("matching"), data=fields))
    texts = re.findall(r'name="pairs-(left|right)"[^>]*>\s*([^<]*)</textarea>', page)
    assert texts[:4] == [("left", "b"), ("right", "2"), ("left", "a"), ("right", "1")]


def test_levels_are_those_of_the_banks_scheme(trainer: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        bank = queries.bank_by_slug(session, "thu_nghiem/goals")
        assert bank
        bank.scheme = "three"

    def levels(path: str) -> list[str]:
        page = trainer.get(path).get_data(as_text=True)
        (options,) = re.findall(r'<select[^>]*name="level"[^>]*>(.*?)</select>', page, re.DOTALL)
        return re.findall(r'value="(\w+)"', options)

    assert levels(NEW.format("true_false")) == ["recall", "comprehension", "application"]


PREVIEW = "/banks/preview"
NASTY = '</textarea><script>alert(1)</script>"><img src=x onerror=alert(1)>{{ 7*7 }}'


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_piece_of_preview_is_what_a_candidate_sees_and_cannot_be_filled_in(
    kind: str, trainer: FlaskClient, database: Database
) -> None:
    posted = {**WRITTEN[kind][0], "type": kind, "explanation": "Vì một lẽ", "guide": "Chỉ người chấm"}
    piece = said(trainer.post(PREVIEW, data=posted))
    assert re.match(r'\s*<fieldset class="still" disabled data-phone>', piece)
    assert "<form" not in piece
    assert "checked" not in piece
    assert "Vì một lẽ" not in piece
    assert "Chỉ người chấm" not in piece
    with database.reading() as session:
        assert len(session.scalars(select(Question)).all()) == 6


@pytest.mark.parametrize("kind", WRITTEN)
def test_the_preview_draws_whatever_is_there_so_far(kind: str, trainer: FlaskClient) -> None:
    names = [*WRITTEN[kind][0], "level", "expires", "tags", "stimulus", "stimulus_text", "images-image"]
    for go in ("", NASTY, "[[1]] [[2]] [[99]]", "x" * 5000):
        answer = trainer.post(PREVIEW, data={"type": kind, **dict.fromkeys(names, go)})
        assert answer.status_code == 200, (kind, go[:20])
    assert trainer.post(PREVIEW, data={"type": kind}).status_code == 200


@pytest.mark.parametrize("kind", WRITTEN)
def test_markup_in_any_field_of_any_type_stays_text(kind: str, trainer: FlaskClient) -> None:
    fields: Fields = {
        name: [NASTY] * 3 if isinstance(value, list) else NASTY
        for name, value in WRITTEN[kind][0].items()
        if not name.endswith(("kind", "correct", "blanks")) and not name.startswith("truth")
    }
    keep = {k: v for k, v in WRITTEN[kind][0].items() if k not in fields}
    stimulus = {"stimulus": "new", "stimulus_shown": "new", "stimulus_text": NASTY}
    everything = {**fields, **keep, **stimulus, "stem": f"{NASTY} [[1]] [[2]] [[3]]", "type": kind}
    everything |= dict.fromkeys(("explanation", "source", "tags", "expires", "guide", "level", "unit"), NASTY)
    for path, go in ((PREVIEW, ""), (NEW.format(kind), "preview"), (NEW.format(kind), "add")):
        page = trainer.post(path, data={**everything, "go": go}).get_data(as_text=True)
        assert "<script>alert" not in page, (path, go)
        assert "<img src=x" not in page, (path, go)
        assert "49" not in re.findall(r"\{\{ 7\*7 \}\}|>49<", page), (path, go)


def test_only_trainers_write(client_of: ClientOf, load_shelf: Load) -> None:
    load_shelf()
    for person, expected in ((None, 302), ("lan", 403), ("dung", 403), ("an", 403)):
        client = client_of(person)
        for path in (
            NEW.format("cloze"),
            "/banks/question/1/edit",
            PREVIEW,
            "/banks/unsaved",
            "/banks/unsaved/drop",
        ):
            assert client.post(path, data={"type": "cloze"}).status_code == expected, (person, path)
