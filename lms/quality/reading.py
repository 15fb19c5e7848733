"""Reading the results of an exam for its analysis: packed scores of everybody, the answers themselves of a selection.

Of each submitted attempt the latest grade counts; open and void ones do not. A question that was dropped by a ruling is
worth nothing here too; what other rulings changed is in the grades already. One row an attempt comes from the database,
its scores as the text they are stored as, so that memory holds two bytes a slot and no lists.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Text, cast, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms.attempts import answers, rules
from lms.attempts.models import AnswerEvent, Attempt, Grade
from lms.attempts.rules import FLAG, UNFLAG
from lms.attempts.sheet import answer_in
from lms.banks.models import QuestionVersion
from lms.exams import paper, rulings
from lms.exams.models import Paper
from lms.kit.db import Database
from lms.organisation.queries import below
from lms.quality.rules import fingerprint, key_of, options_of
from lms.questions.quality.results import UNKNOWN, Ints, Results, Slot, gather_texts
from lms.questions.question import Question
from lms.vietnamese.dates import local

BATCH = 5_000  # rows fetched at a time
ANSWERS_BATCH = 250  # attempts whose answers are read at a time
FACTS = 3  # of an attempt: itself, its unit, its day
Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of the exam: the newest of its versions that papers hold, and what was ruled about it."""

    version_id: int
    body: Question
    about: str  # fingerprint
    ruled: str  # kind of the last ruling in force, or ""

    @property
    def key(self) -> tuple[int, ...]:
        return key_of(self.body)


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What was read: attempts by id, ascending; `units` as of the start; `days` are ordinals of the day in Viet Nam."""

    attempts: Ints
    units: Ints
    days: Ints
    results: Results
    papers: Mapping[int, Sequence[Slot]]
    asked: Mapping[int, Asked]  # by question
    last_grade_id: int  # of all exams, before anything was read


def count(session: Session, exam_id: int) -> int:
    """How many attempts an analysis of the exam would count now."""
    wanted = (Attempt.exam_id == exam_id, Attempt.state == "submitted")
    return session.scalar(select(func.count()).where(*wanted)) or 0


@dataclass(frozen=True, slots=True)
class Part:
    """Which attempts are read: of one unit and all below it (as of the start), and as they were at a moment."""

    unit_id: int | None = None
    until: datetime | None = None


WHOLE = Part()


def read(session: Session, exam_id: int, tick: Tick, part: Part = WHOLE) -> Read:
    """The latest grade of every submitted attempt; `tick` is told how many were read so far."""
    newest = session.scalar(select(func.max(Grade.id))) or 0
    asked, papers = _papers(session, exam_id)
    facts = array("q")
    results = gather_texts(_rows(session, _wanted(exam_id, part), facts, tick))
    known = np.array(facts, dtype=np.int64).reshape(-1, FACTS)
    order = np.argsort(known[:, 0], kind="stable")
    if not (order == np.arange(len(order))).all():
        results = Results(results.papers[order], results.scores[order])
        known = known[order]
    return Read(known[:, 0], known[:, 1], known[:, 2], results, papers, asked, newest)


def _rows(
    session: Session, wanted: Sequence[ColumnElement[bool]], facts: array[int], tick: Tick
) -> Iterator[tuple[int, str]]:
    """(paper, scores) of each attempt, while `facts` gets attempt, unit and day of it, one after the other."""
    rows = session.execute(
        select(
            Attempt.id, Attempt.unit_id, func.coalesce(Attempt.submitted_at, Attempt.started_at),
            Attempt.paper_id, cast(Grade.scores, Text),
        )
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(*wanted)
        .execution_options(yield_per=BATCH)
    )  # fmt: skip
    for part in rows.partitions():
        for attempt_id, unit_id, ended_at, paper_id, scores in part:
            facts.extend((attempt_id, unit_id, local(ended_at).toordinal()))
            yield paper_id, scores
        tick(len(facts) // FACTS)


def _wanted(exam_id: int, part: Part) -> list[ColumnElement[bool]]:
    """Which rows count: attempts, each with its latest grade."""
    later = aliased(Grade)
    after = [later.attempt_id == Grade.attempt_id, later.number > Grade.number]
    wanted = [Attempt.exam_id == exam_id]
    if part.until is None:
        wanted.append(Attempt.state == "submitted")
    else:
        void_later = (Attempt.state == "void") & (Attempt.voided_at > part.until)
        wanted += [or_(Attempt.state == "submitted", void_later), Attempt.submitted_at <= part.until]
        wanted.append(Grade.at <= part.until)
        after.append(later.at <= part.until)
    if part.unit_id is not None:
        wanted.append(Attempt.unit_id.in_(below([part.unit_id])))
    return [*wanted, ~exists().where(*after)]


def _papers(session: Session, exam_id: int) -> tuple[dict[int, Asked], dict[int, list[Slot]]]:
    stored = session.execute(select(Paper.id, Paper.slots).where(Paper.exam_id == exam_id)).all()
    versions = {slot["version"] for _paper_id, slots in stored for slot in slots}
    rows = session.execute(
        select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.body).where(
            QuestionVersion.id.in_(versions)
        )
    )
    bodies = {row[0]: (row[1], Question.from_json(row[2])) for row in rows}
    ruled = rulings.in_force(session, exam_id)
    asked: dict[int, Asked] = {}
    for version_id in sorted(bodies):  # the newest last
        question_id, body = bodies[version_id]
        asked[question_id] = _asked(version_id, body, ruled.get(version_id, ()))
    papers = {paper_id: [_slot(slot, bodies, asked, ruled) for slot in slots] for paper_id, slots in stored}
    return asked, papers


def _asked(version_id: int, body: Question, decisions: Sequence[rulings.Decision]) -> Asked:
    """A new key that was ruled counts as the question's own."""
    keys = [each.question for each in decisions if each.kind == "new_key" and each.question]
    body = keys[-1] if keys else body
    return Asked(version_id, body, fingerprint(body), decisions[-1].kind if decisions else "")


def _slot(
    slot: Mapping[str, Any],
    bodies: Mapping[int, tuple[int, Question]],
    asked: Mapping[int, Asked],
    ruled: rulings.Rulings,
) -> Slot:
    version_id = slot["version"]
    question_id = bodies[version_id][0]
    dropped = any(decision.kind == "drop" for decision in ruled.get(version_id, ()))
    points = Decimal(0) if dropped else Decimal(slot["points"])
    return Slot(question_id, points, options_of(asked[question_id].body))


# ------------------------------------------------------------------------------------------------ answers


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Of some attempts (places in `Read`): the results with what was chosen, and seconds by slot, nan if unknown."""

    places: Ints
    results: Results
    seconds: NDArray[np.float32]


def selection(attempts: int, most: int) -> Ints:
    """Places of at most so many of the attempts, evenly over all of them, the same every time."""
    return (
        np.unique(np.linspace(0, attempts - 1, min(attempts, most)).astype(np.int64)) if attempts else _NONE
    )


_NONE: Ints = np.empty(0, np.int64)


def read_answers(database: Database, found: Read, places: Ints, tick: Tick) -> Chosen:
    """What these attempts chose and how long it took, a few attempts at a time."""
    width = found.results.scores.shape[1]
    chosen = np.full((len(places), width), UNKNOWN, dtype=np.int32)
    seconds = np.full((len(places), width), np.nan, dtype=np.float32)
    for start in range(0, len(places), ANSWERS_BATCH):
        rows = {
            int(found.attempts[at]): start + n for n, at in enumerate(places[start : start + ANSWERS_BATCH])
        }
        with database.reading() as session:
            _choose(session, found, rows, chosen)
            _time(session, rows, seconds)
        tick(start + len(rows))
    results = Results(found.results.papers[places], found.results.scores[places], chosen)
    return Chosen(places, results, seconds)


def _choose(session: Session, found: Read, rows: Mapping[int, int], chosen: NDArray[np.int32]) -> None:
    stored = session.execute(select(Attempt.id, Attempt.paper_id).where(Attempt.id.in_(list(rows))))
    papers: dict[int, int] = {row.id: row.paper_id for row in stored}
    for attempt_id, events in answers.events_of_each(session, list(rows)).items():
        held = rules.derive(events)
        loaded = paper.load(session, papers[attempt_id])
        kept = found.papers[loaded.id]
        for at, slot in enumerate(loaded.slots[: chosen.shape[1]]):
            asked = found.asked[kept[at].question]
            if kept[at].options and slot.question.options == asked.body.options:
                chosen[rows[attempt_id], at] = bits(answer_in(slot, held), slot.order)


def bits(answer: Any, order: Sequence[int]) -> int:
    """An answer to a choice question as bits of its options as written; 0 for none. True is the first option."""
    if isinstance(answer, bool):
        return 1 if answer else 2
    displayed = [answer] if isinstance(answer, int) else answer if isinstance(answer, list) else []
    return sum(1 << order[place] for place in displayed)


def _time(session: Session, rows: Mapping[int, int], seconds: NDArray[np.float32]) -> None:
    """Seconds between what a page said before and its last word on a slot, by the clock of the device.

    The first word of a page says nothing of the time before it. Marks are no answers, but they end a span of time.
    Papers that somebody entered for another are left out.
    """
    said = session.execute(
        select(
            AnswerEvent.attempt_id, AnswerEvent.tab, AnswerEvent.slot, AnswerEvent.op, AnswerEvent.client_ms
        )
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .where(AnswerEvent.attempt_id.in_(list(rows)), Attempt.medium == "online")
        .order_by(AnswerEvent.attempt_id, AnswerEvent.tab, AnswerEvent.seq)
    )
    spent: dict[tuple[int, int], float] = defaultdict(float)
    answered: set[tuple[int, int]] = set()
    page, before = None, 0
    for attempt_id, tab, slot, op, client_ms in said:
        span, place = client_ms - before, (attempt_id, slot)
        if page == (attempt_id, tab) and span >= 0:
            spent[place] += span / 1000
            if op not in (FLAG, UNFLAG):
                answered.add(place)
        page, before = (attempt_id, tab), client_ms
    for attempt_id, slot in answered:
        if 1 <= slot <= seconds.shape[1]:
            seconds[rows[attempt_id], slot - 1] = spent[attempt_id, slot]
