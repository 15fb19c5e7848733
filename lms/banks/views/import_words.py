"""Imports as the templates take them: plain words, no rows of the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from lms.banks.models import QuestionImport
from lms.banks.problems import sentence
from lms.banks.rules import LEVEL_NAMES, TYPE_NAMES
from lms.banks.transfer.looks import Piece, pieces
from lms.banks.transfer.rules import CHOICES, Judged
from lms.banks.views.pages import LETTERS, bank_words
from lms.kit.i18n import N_, _
from lms.questions.formats import by_name
from lms.questions.problem import Problem
from lms.questions.question import Image
from lms.questions.question_type import TruthWords
from lms.questions.reading import STATUSES, Mark
from lms.questions.types import TYPES

PAGE = 50
STATUS_NAMES = {
    "complete": N_("Complete"),
    "no_key": N_("No right answer"),
    "two_keys": N_("Two right answers"),
    "duplicate": N_("Asked already"),
    "doubtful": N_("Doubtful"),
}
STATE_NAMES = {
    "reading": N_("Being read"),
    "unreadable": N_("Not readable"),
    "read": N_("To be looked at"),
    "stored": N_("Stored"),
    "undone": N_("Undone"),
    "dropped": N_("Put aside"),
}
PLACES = {
    "sheet": N_("sheet {at}"),
    "row": N_("row {at}"),
    "column": N_("column {at}"),
    "paragraph": N_("paragraph {at}"),
    "line": N_("line {at}"),
    "page": N_("page {at}"),
    "member": N_("file {at}"),
}
MARK_NAMES: dict[Mark, str] = {  # said to those who do not see them; what is italic is seldom a key
    "bold": N_("bold"),
    "underline": N_("underlined"),
    "red": N_("red"),
    "colour": N_("in colour"),
    "highlight": N_("highlighted"),
}
Words = dict[str, Any]


def list_words(found: QuestionImport) -> Words:
    """An import in the list of earlier ones."""
    return {
        "url": url_for("banks.import_", import_id=found.id),
        "file": found.file_name,
        "at": found.created_at,
        "state": found.state,
        "state_name": _(STATE_NAMES[found.state]),
        "questions": found.counts.get("questions", 0),
        "stored": found.counts.get("stored", 0),
    }


def import_words(found: QuestionImport) -> Words:
    """An import with its bank."""
    known = by_name(found.format) if found.format else None
    resolution, _slash, topic = found.bank.slug.partition("/")
    import_url = url_for("banks.import_file", resolution=resolution, topic=topic)
    return list_words(found) | {
        "id": found.id,
        "bank": bank_words(found.bank) | {"import_url": import_url},
        "format": known.title if known else "",
        "file_gone": not found.file_key,
        "urls": {
            name: url_for(f"banks.import_{name}", import_id=found.id)
            for name in ("decide", "topics", "store", "drop", "undo")
        },
    }


def judged_words(judged: Sequence[Judged], problems: Sequence[Problem]) -> Words:
    """Counts and whatever concerns no single question."""
    counts = Counter(one.status for one in judged)
    numbers = {one.read.number for one in judged}
    general = [p for p in problems if p.where.get("question") not in numbers]
    return {
        "total": len(judged),
        "taken": sum(one.taken for one in judged),
        "left": sum(not one.taken for one in judged),
        "statuses": [(code, _(STATUS_NAMES[code]), counts[code]) for code in STATUSES],
        "general": [
            {"text": sentence(p), "severity": p.severity, "place": place_words(p.where)} for p in general
        ],
    }


def place_in(one: Judged, shown: Sequence[Judged], url: str, status: str) -> Words:
    """A question of an import, and where the next doubtful one of those shown is, on this page or a later one."""
    return _question(one) | {"next_doubtful": next_doubtful(shown, one.read.number, url, status)}


def next_doubtful(shown: Sequence[Judged], after: int, url: str, status: str) -> Words | None:
    """Number and address of the first question behind number `after` that is not complete."""
    for at, one in enumerate(shown):
        if one.read.number > after and one.status != "complete":
            page = page_url(url, status, at // PAGE * PAGE)
            return {"number": one.read.number, "url": f"{page}#q{one.read.number}"}
    return None


def page_url(url: str, status: str, start: int) -> str:
    """The address of a page of an import; what goes without saying is left out."""
    asked = {"status": status, "from": start}
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{url}?{said}" if said else url


def _question(one: Judged) -> Words:
    read, q = one.read, one.read.question
    return {
        "number": read.number,
        "id": read.id,
        "place": place_words(read.place or ({"line": read.line} if read.line else {})),
        "original": [_piece(piece) for piece in pieces(read.original, read.original_marks)],
        "status": one.status,
        "status_name": _(STATUS_NAMES[one.status]),
        "taken": one.taken,
        "sound": one.sound,
        "decided": one.decided,
        "problems": [{"text": sentence(p), "severity": p.severity} for p in one.problems],
        "type": q.type,
        "type_name": _(TYPE_NAMES[q.type]),
        "choice": q.type in CHOICES,
        "many": q.type == CHOICES[1],
        "level_name": _(LEVEL_NAMES[q.level]) if q.level else "",
        "topic": read.topic,
        "tags": read.tags,
        "stimulus": q.stimulus.text if q.stimulus else "",
        "stem": q.stem,
        "options": [
            {
                "letter": LETTERS[i],
                "text": o.text,
                "right": i in q.correct,
                "fixed": o.fixed,
                "image": o.image and _image(o.image),
            }
            for i, o in enumerate(q.options)
        ],
        "truth": (q.correct[0] == 0 if q.correct else None) if q.type == "true_false" else None,
        "statements": [
            {"letter": LETTERS[i].lower(), "text": s.text, "truth": s.correct}
            for i, s in enumerate(q.statements)
        ],
        "key": _key(one),
        "explanation": q.explanation,
        "source": q.source,
        "images": [_image(image) for image in (*(q.stimulus.images if q.stimulus else ()), *q.images)],
    }


def _piece(piece: Piece) -> Words:
    said = ", ".join(_(MARK_NAMES[mark]) for mark in piece.begins if mark in MARK_NAMES)
    return {"text": piece.text, "marks": piece.marks, "said": said}


def _key(one: Judged) -> tuple[str, ...]:
    """The right answer in words, for types whose key is not set by a click."""
    q = one.read.question
    if q.type in CHOICES or q.statements or q.type == "true_false" or not one.sound:
        return q.answers
    return TYPES[q.type].describe_key(q, TruthWords(_("True"), _("False")))


def _image(image: Image) -> Words:
    return {"name": image.name, "alt": image.alt}


def place_words(where: Any) -> str:
    """Where something stands in its file: "trang tính DS, dòng 12"."""
    return ", ".join(_(words, at=where[name]) for name, words in PLACES.items() if name in where)
