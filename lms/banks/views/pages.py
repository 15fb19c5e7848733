"""Banks and questions as the templates take them: plain words, no rows of the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from flask import url_for

from lms.banks import queries
from lms.banks.models import Bank, QuestionStatistic
from lms.banks.queries import Cited, Counts, Shown, Written
from lms.banks.rules import LEVEL_NAMES, STATE_NAMES, TYPE_NAMES, differences, expiry_of, level_names
from lms.banks.views.bodies import LETTERS, Words, body_words
from lms.banks.views.door import today
from lms.banks.views.flagged import flag_words
from lms.kit.i18n import N_, _
from lms.questions.quality.flags import ENOUGH
from lms.questions.question import LEVELS
from lms.questions.question import Question as Body
from lms.study.models import Resolution
from lms.web import edge

__all__ = [
    "LETTERS",
    "Words",
    "asking_the_same",
    "bank_words",
    "history_words",
    "index_words",
    "question_words",
]

RARE = {
    "without_level": N_("Without a level"),
    "drafts": STATE_NAMES["draft"],
    "in_review": STATE_NAMES["in_review"],
    "retired": STATE_NAMES["retired"],
    "check": N_("To be checked"),
}
TOOLS = (  # the other pages of a bank
    ("banks.import_file", N_("Import questions"), "upload"),
    ("banks.export", N_("Export questions"), "download"),
    ("banks.alike", N_("Nearly the same"), "half"),
    ("banks.lint", N_("Look over the bank"), "check"),
    ("banks.settings", N_("Settings"), "settings"),
)


def index_words(banks: Sequence[Bank], counts: Mapping[int, Counts]) -> list[Words]:
    """Banks under their resolutions, each with its counts; of the rare counts only those that occur."""
    shelves = groupby(banks, key=lambda bank: bank.topic.resolution)
    return [_shelf_words(resolution, list(group), counts) for resolution, group in shelves]


def _shelf_words(resolution: Resolution, banks: Sequence[Bank], counts: Mapping[int, Counts]) -> Words:
    levels = _levels_of(banks, counts)
    lines = [bank_words(bank) | _count_words(counts[bank.id], list(levels)) for bank in banks]
    return {
        "slug": resolution.slug,
        "title": resolution.title,
        "term": resolution.term,
        "banks": lines,
        "levels": list(levels.values()),
        "rare": [(name, words) for name, words in RARE.items() if any(line[name] for line in lines)],
    }


def _levels_of(banks: Sequence[Bank], counts: Mapping[int, Counts]) -> dict[str, str]:
    """The levels that these banks have, or have questions of, in the words of their schemes: "Knowing / Easy"."""
    found = {}
    for level in LEVELS:
        names = [level_names(bank.scheme)[level] for bank in banks if level in level_names(bank.scheme)]
        if names or any(counts[bank.id].by_level[level] for bank in banks):
            found[level] = " / ".join(dict.fromkeys(_(name) for name in names or [LEVEL_NAMES[level]]))
    return found


def _count_words(counts: Counts, levels: Sequence[str]) -> Words:
    return {
        "in_use": counts.by_state["approved"],
        "drafts": counts.by_state["draft"],
        "in_review": counts.by_state["in_review"],
        "retired": counts.by_state["retired"],
        "check": counts.to_be_checked,
        "levels": [counts.by_level[level] for level in levels],
        "without_level": counts.by_level[""],
    }


def bank_words(bank: Bank) -> Words:
    resolution, _slash, topic = bank.slug.partition("/")
    return {
        "name": bank.name,
        "resolution": bank.topic.resolution.title,
        "url": url_for("banks.bank", resolution=resolution, topic=topic),
        "new_url": url_for("banks.new", resolution=resolution, topic=topic),
        "check_url": url_for("banks.checks", resolution=resolution, topic=topic),
        "tools": [
            {"label": _(label), "sign": sign, "url": url_for(page, resolution=resolution, topic=topic)}
            for page, label, sign in TOOLS
        ],
    }


def question_words(
    shown: Shown, cited: Sequence[Cited], *, key: bool, scheme: str = "four", tags: Sequence[str] = ()
) -> Words:
    """A question in full; without `key` nothing that tells the answer is in it. `scheme` names its level."""
    question, body = shown.question, shown.body
    return body_words(body, key=key) | {
        "id": question.id,
        "code": question.code,
        "state": question.state,
        "state_name": _(STATE_NAMES[question.state]),
        "type_name": _(TYPE_NAMES[body.type]),
        "level_name": level_name(body.level, scheme),
        "version": shown.version.number,
        "tags": tags,
        "expires": expiry_of(body),
        "expired": is_over(body),
        "cites": [_cited_words(each) for each in cited] if key else [],
        "stale": any(each.changed or each.withdrawn for each in cited),
        "url": url_for("banks.question", question_id=question.id),
        "edit_url": url_for("banks.edit", question_id=question.id),
    }


def is_over(body: Body) -> bool:
    """Whether the last day on which a paper may draw it is past in Viet Nam."""
    last_day = expiry_of(body)
    return last_day is not None and last_day < today()


def level_name(level: str | None, scheme: str) -> str:
    """A level in the words of its bank; one that the scheme lacks by its general name."""
    return _(level_names(scheme).get(level, LEVEL_NAMES.get(level, level))) if level else ""


def figures_words(found: QuestionStatistic | None) -> Words | None:
    """How a question did, in words; None before there are enough answers."""
    if found is None or found.answers < ENOUGH:
        return None
    said = flag_words(found.flags)
    return {
        "answers": found.answers,
        "facility": found.facility * 100,
        "discrimination": found.discrimination,
        "flags": said,
        "suspicious": any(flag["look"] for flag in said),
        "counted_at": found.counted_at,
        "url": url_for("quality.of_question", question_id=found.question_id),
    }


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


def history_words(history: Sequence[Written], passages: Mapping[str, str], scheme: str) -> list[Words]:
    """The versions, the newest first, each with how it differs from the one before."""
    earlier = [*history[1:], None]
    return [
        {
            "number": written.version.number,
            "author": written.author,
            "at": written.version.created_at,
            "differences": differences(before.body, written.body, _, passages, scheme) if before else [],
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
