"""Rows, blanks, shared texts, tags and levels in the editor."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient

from lms.banks import queries
from lms.kit.db import Database
from tests.lms.banks.editing import NEW, as_filled_in, bodies, id_of, said, state_of


def test_what_every_type_has_is_stored_and_shown_again(writer: FlaskClient, database: Database) -> None:
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
    made = writer.post(NEW.format("true_false"), data={**fields, "go": "save"})
    question_id = int(made.headers["Location"].rpartition("/")[2])
    (body,) = bodies(database, question_id)
    assert (body["expires"], body["source"]) == ("2027-12-31", "Báo cáo chính trị, mục II")
    assert body["stimulus"]["text"] == "Một đoạn dẫn."
    assert body["stimulus"]["key"] not in ("", "new")
    again = as_filled_in(writer, question_id)
    assert again["tags"] == ["2026, khối phường"]
    assert again["expires"] == ["31/12/2027"]
    assert again["stimulus"] == [body["stimulus"]["key"]]
    assert again["stimulus_text"] == ["Một đoạn dẫn."]


def test_tags_alone_make_no_version(writer: FlaskClient, database: Database) -> None:
    question_id = id_of(database, "tn-03")
    here = f"/banks/question/{question_id}/edit"
    fields = {**as_filled_in(writer, question_id), "tags": "ôn tập", "go": "save"}
    assert "Đã lưu thẻ" in said(writer.post(here, data=fields, follow_redirects=True))
    assert len(bodies(database, question_id)) == 1
    assert as_filled_in(writer, question_id)["tags"] == ["ôn tập"]
    assert state_of(database, question_id) == "approved"


def on_one_text(writer: FlaskClient, database: Database, count: int = 2) -> list[int]:
    """Questions that share a text, made one after the other in the editor."""
    ids: list[int] = []
    for number in range(count):
        key = bodies(database, ids[0])[0]["stimulus"]["key"] if ids else "new"
        made = writer.post(
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
    writer: FlaskClient, database: Database
) -> None:
    first, second, third = on_one_text(writer, database, 3)
    here = f"/banks/question/{first}/edit"
    assert "Có 2 câu hỏi khác dùng ngữ liệu này" in said(writer.get(here))
    fields = {**as_filled_in(writer, first), "stimulus_text": "Đoạn dẫn đã sửa.", "go": "save"}
    page = said(writer.post(here, data=fields, follow_redirects=True))
    assert "Ngữ liệu chung đã được sửa ở 2 câu hỏi khác" in page
    for question_id in (first, second, third):
        versions = bodies(database, question_id)
        assert [body["stimulus"]["text"] for body in versions] == ["Đoạn dẫn chung.", "Đoạn dẫn đã sửa."]
        assert versions[0]["stem"] == versions[1]["stem"]
    fields = {
        **as_filled_in(writer, second),
        "started_from": "1",
        "stimulus_text": "Muộn rồi.",
        "go": "save",
    }
    assert writer.post(f"/banks/question/{second}/edit", data=fields).status_code == 409
    assert [len(bodies(database, each)) for each in (first, second, third)] == [2, 2, 2]


def test_a_text_of_the_bank_is_taken_without_scripts(writer: FlaskClient, database: Database) -> None:
    (first,) = on_one_text(writer, database, 1)
    key = bodies(database, first)[0]["stimulus"]["key"]
    fields = {"stem": "Câu khác?", "correct": "1", "stimulus": key, "stimulus_shown": "", "go": "stimulus"}
    page = said(writer.post(NEW.format("true_false"), data=fields))
    assert "Đoạn dẫn chung.</textarea>" in page
    assert "Có 1 câu hỏi khác dùng ngữ liệu này" in page
    made = writer.post(NEW.format("true_false"), data={**fields, "go": "save"})
    second = int(made.headers["Location"].rpartition("/")[2])
    assert bodies(database, second)[0]["stimulus"] == {"key": key, "text": "Đoạn dẫn chung."}
    assert len(bodies(database, first)) == 1, "taking a text is no change of it"
    fields = {**as_filled_in(writer, second), "stimulus": "", "go": "save"}
    writer.post(f"/banks/question/{second}/edit", data=fields)
    assert "stimulus" not in bodies(database, second)[-1]
    assert len(bodies(database, first)) == 1


def test_blanks_are_inserted_and_taken_out_without_scripts(writer: FlaskClient) -> None:
    def after(go: str, **fields: Any) -> tuple[str, list[str]]:
        page = said(writer.post(NEW.format("cloze"), data={**fields, "go": go}))
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


def test_the_kind_of_a_blank_can_change_and_nothing_typed_is_lost(writer: FlaskClient) -> None:
    fields = {
        "stem": "Có [[1]]",
        "blanks": "0",
        "blank-0-kind": "choice",
        "blank-0-answers": ["43"],
        "blank-0-options": ["một", "hai"],
        "blank-0-correct": "1",
        "go": "more",
    }
    page = said(writer.post(NEW.format("cloze"), data=fields))
    for text in ("43", "một", "hai"):
        assert f'value="{text}"' in page
    assert re.search(r'name="blank-0-correct" value="1" checked', page)


def test_rows_of_two_columns_move_together(writer: FlaskClient) -> None:
    fields = {"stem": "?", "pairs-left": ["a", "b"], "pairs-right": ["1", "2"], "go": "down-0"}
    page = said(writer.post(NEW.format("matching"), data=fields))
    texts = re.findall(r'name="pairs-(left|right)"[^>]*>\s*([^<]*)</textarea>', page)
    assert texts[:4] == [("left", "b"), ("right", "2"), ("left", "a"), ("right", "1")]


def test_levels_are_those_of_the_banks_scheme(writer: FlaskClient, database: Database) -> None:
    with database.writing() as session:
        bank = queries.bank_by_slug(session, "thu_nghiem/goals")
        assert bank
        bank.scheme = "three"

    def levels(path: str) -> list[str]:
        page = writer.get(path).get_data(as_text=True)
        (options,) = re.findall(r'<select[^>]*name="level"[^>]*>(.*?)</select>', page, re.DOTALL)
        return re.findall(r'value="(\w+)"', options)

    assert levels(NEW.format("true_false")) == ["recall", "comprehension", "application"]
