"""A question of every type as it is filled in, and what is stored of it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from lms.banks import queries
from lms.banks.models import Question
from lms.kit.db import Database

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
