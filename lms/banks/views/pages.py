"""Banks and questions as the templates take them: plain words, no rows of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from flask import url_for

from lms.banks import queries
from lms.banks.models import Bank
from lms.banks.queries import Cited, Counts, Shown, Written
from lms.banks.rules import LEVEL_NAMES, STATE_NAMES, TYPE_NAMES, differences
from lms.kit.i18n import N_, _
from lms.questions.question import LEVELS
from lms.questions.question import Question as Body
from lms.questions.question_type import TruthWords
from lms.questions.types import TYPES
from lms.web import edge

Words = dict[str, Any]
RARE = {
    "without_level": N_("Without a level"),
    "drafts": STATE_NAMES["draft"],
    "retired": STATE_NAMES["retired"],
}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def index_words(banks: Sequence[Bank], counts: Mapping[int, Counts]) -> list[Words]:
    """Banks under their resolutions, each with its counts; of the rare counts only those that occur."""
    return [
        {
            "title": resolution.title,
            "term": resolution.term,
            "banks": lines,
            "rare": [(name, words) for name, words in RARE.items() if any(line[name] for line in lines)],
        }
        for resolution, group in groupby(banks, key=lambda bank: bank.topic.resolution)
        for lines in [[bank_words(bank) | _count_words(counts[bank.id]) for bank in group]]
    ]


def _count_words(counts: Counts) -> Words:
    return {
        "in_use": counts.by_state["approved"],
        "drafts": counts.by_state["draft"],
        "retired": counts.by_state["retired"],
        "levels": [counts.by_level[level] for level in LEVELS],
        "without_level": counts.by_level[""],
    }


def bank_words(bank: Bank) -> Words:
    resolution, _slash, topic = bank.slug.partition("/")
    return {
        "name": bank.name,
        "resolution": bank.topic.resolution.title,
        "url": url_for("banks.bank", resolution=resolution, topic=topic),
        "new_url": url_for("banks.new", resolution=resolution, topic=topic),
    }


def question_words(shown: Shown, cited: Sequence[Cited], *, key: bool) -> Words:
    """A question in full; without `key` nothing that tells the answer is in it."""
    question, body = shown.question, shown.body
    return {
        "id": question.id,
        "code": question.code,
        "state": question.state,
        "state_name": _(STATE_NAMES[question.state]),
        "type_name": _(TYPE_NAMES[body.type]),
        "level_name": _(LEVEL_NAMES[body.level]) if body.level else "",
        "version": shown.version.number,
        "stem": body.stem,
        "options": [
            {"letter": LETTERS[i], "text": o.text, "fixed": o.fixed, "right": key and i in body.correct}
            for i, o in enumerate(body.options)
        ],
        "statements": [
            {"letter": LETTERS[i].lower(), "text": s.text, "truth": s.correct if key else None}
            for i, s in enumerate(body.statements)
        ],
        "key": _key_lines(body) if key else (),
        "partial": body.scoring == "partial",
        "explanation": body.explanation if key else "",
        "source": body.source if key else "",
        "cites": [_cited_words(each) for each in cited] if key else [],
        "url": url_for("banks.question", question_id=question.id),
        "edit_url": url_for("banks.edit", question_id=question.id),
    }


def _key_lines(body: Body) -> tuple[str, ...]:
    """The right answer in words where it does not already stand at the options or statements."""
    if body.options or body.statements:
        return ()
    return TYPES[body.type].describe_key(body, TruthWords(_("True"), _("False")))


def _cited_words(cited: Cited) -> Words:
    passage = cited.passage
    url = url_for("study.passage", slug=cited.module, passage_slug=passage.slug) if cited.module else ""
    return {
        "number": passage.number,
        "heading": passage.heading,
        "url": "" if cited.withdrawn else url,
        "changed": cited.changed,
        "withdrawn": cited.withdrawn,
    }


def history_words(history: Sequence[Written], passages: Mapping[str, str]) -> list[Words]:
    """The versions, the newest first, each with how it differs from the one before."""
    earlier = [*history[1:], None]
    return [
        {
            "number": written.version.number,
            "author": written.author,
            "at": written.version.created_at,
            "differences": differences(before.body, written.body, _, passages) if before else [],
            "url": url_for(
                "banks.question", question_id=written.version.question_id, version=written.version.number
            ),
        }
        for written, before in zip(history, earlier, strict=True)
    ]


def asking_the_same(key: str, *, but: int | None) -> list[Words]:
    """Other questions that ask the same, with where to find them."""
    if not key.strip(" |"):
        return []
    return [
        {"code": other.code, "bank": other.bank.name, "url": url_for("banks.question", question_id=other.id)}
        for other in queries.asking_the_same(edge.session(), key, but=but)
    ]
