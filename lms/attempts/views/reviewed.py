"""The questions of the result page: laid out once for all who answered alike, then put together for each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from markupsafe import Markup, escape

from lms.attempts import grading, queries, review
from lms.attempts.marked import Marked
from lms.attempts.rules import Answers, Shown
from lms.exams.paper import LoadedPaper, Slot
from lms.web import edge
from lms.web.fragments import Own, filled, kept, part, sign

GROUPS = {
    "right": "fine",
    "waiting": "waiting",
    "dropped": "dropped",
}  # of an outcome; every other one: "again"
LONGEST_KEPT = 200  # characters of an answer: longer ones are nobody else's


@dataclass(frozen=True, slots=True)
class Sat:
    """An attempt that is over, with all that counts of it and what was said about it."""

    paper: LoadedPaper
    answers: Answers
    given: grading.Given
    shown: Shown
    ask_url: str  # where a look at a question is asked for, or "" while that is too early
    marked: Mapping[int, Marked] = field(default_factory=dict)
    handed: Mapping[int, Sequence[dict[str, Any]]] = field(default_factory=dict)


def groups(sat: Sat, own: Own) -> dict[str, dict[str, Any]]:
    """The questions as templates/attempts/result.html wants them; none while the own answers are not released."""
    if not sat.shown.answers:
        return {}
    found: dict[str, list[Markup]] = {}
    all_ = [(slot, _came(slot, sat)) for slot in sat.paper.slots]
    missed = [slot.version_id for slot, came in all_ if _group(came) == "again"]
    cited = queries.rereads(edge.session(), missed) if missed else {}
    for slot, came in all_:
        name = _group(came)
        links = cited.get(slot.version_id, []) if name == "again" else []
        found.setdefault(name, []).append(_laid_out(slot, sat, came, tuple(links)))
    return {name: {"count": len(some), "html": own(Markup("").join(some))} for name, some in found.items()}


def _came(slot: Slot, sat: Sat) -> review.Came:
    return review.came(slot, sat.answers, shown=sat.shown, given=sat.given)


def _group(came: review.Came) -> str:
    return GROUPS.get(came.outcome, "again") if came.outcome else "plain"


def _laid_out(slot: Slot, sat: Sat, came: review.Came, links: tuple[queries.Reread, ...]) -> Markup:
    """The question as it is kept for all who answered alike, unless only this person can have said it."""
    number, said, given = slot.number, repr(sat.answers.values.get(slot.number)), sat.given
    own = number in sat.marked or number in sat.handed or number in given.marks or number in given.files
    shown = (sat.shown.key, sat.shown.explanation, bool(sat.ask_url))
    ruled = given.rulings.get(slot.version_id, ())
    facts = None if own or len(said) > LONGEST_KEPT else (slot.known, said, ruled, came, shown, links)
    pieces = kept("reviewed", facts, lambda: _draw(slot, sat, came, links))
    return filled(pieces, {"number": str(number), "ask": escape(f"{sat.ask_url}?slot={number}")})


def _draw(slot: Slot, sat: Sat, came: review.Came, links: tuple[queries.Reread, ...]) -> str:
    """The question with its answer in the frame that is the same for all that came out alike."""
    mark, handed = sat.marked.get(slot.number), sat.handed.get(slot.number)
    signs = {name: sign(name) for name in ("number", "ask", "body", "tail")}
    frame = part(
        "attempts/reviewed.html",
        None if mark or handed else (came, bool(sat.ask_url)),
        None,
        **signs | {"ask": signs["ask"] if sat.ask_url else ""},
        item=came,
        mark=mark,
        handed=handed,
    )
    return filled(frame, signs | {"body": _body(slot, sat), "tail": _tail(slot, sat, links)})


def _body(slot: Slot, sat: Sat) -> Markup:
    item = review.item(slot, sat.answers, [], sat.shown, sat.given)
    values = {"asked": item.asked, "answer": item.answer, "key": item.key}
    return filled(part(f"questions/{item.type}/review.html", None, item=item, **values), {})


def _tail(slot: Slot, sat: Sat, links: tuple[queries.Reread, ...]) -> Markup:
    explanation = slot.question.explanation or None if sat.shown.explanation else None
    if not explanation and not links:
        return Markup("")

    def made() -> dict[str, Any]:
        return {"links": [_link(passage) for passage in links]}

    facts = (explanation, links)
    return filled(part("attempts/reread.html", facts, made, explanation=explanation), {})


def _link(passage: queries.Reread) -> dict[str, str]:
    url = url_for("study.passage", slug=passage.module, passage_slug=passage.passage)
    return {"heading": f"{passage.number}. {passage.heading}", "url": url}
