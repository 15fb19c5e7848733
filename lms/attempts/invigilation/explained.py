"""Every point of a result explained: the paper, the rules that were applied, the answers with their times, how each was
scored and by whom, and every change of the grade.

Who sees how much of it is a `Reader`: the questions and the key are held back from whom they must not reach yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.attempts import answers, grading, history, queries, regrading, review, rules, sheet
from lms.attempts.files import files_of
from lms.attempts.invigilation import evidence, story
from lms.attempts.invigilation.story import Told
from lms.attempts.models import Attempt, Grade, HandedFile, SlotMark, Standing
from lms.courses.models import Enrolment
from lms.exams import paper
from lms.exams.models import Exam, Override, Paper
from lms.exams.overrides import concerns
from lms.exams.policy import Policy
from lms.organisation.models import Person
from lms.questions.score import Reason


@dataclass(frozen=True, slots=True)
class Reader:
    """What somebody may see of a result: its points, the questions themselves, the key."""

    score: bool
    questions: bool
    key: bool
    explanation: bool


TRAINER = Reader(score=True, questions=True, key=True, explanation=True)


def officer(policy: Policy, now: datetime) -> Reader:
    """What the officer of a unit may see: who may still sit the exam reads neither its questions nor its key."""
    over = policy.ended or now > rules.released_at(policy)
    return Reader(score=True, questions=over, key=over, explanation=over)


def candidate(policy: Policy, used: int, now: datetime) -> Reader:
    """What is released to the person whose result it is."""
    shown = rules.shown(policy, used, now)
    return Reader(shown.score, shown.answers, shown.key, shown.explanation)


@dataclass(frozen=True, slots=True)
class Marked:
    """What a marker gave an answer."""

    by: str  # "" for the candidate: markers are not named to them
    at: datetime
    correctness: Decimal
    comment: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One question of the paper. `item` is None while its text must not be seen."""

    slot: int
    item: review.Item | None
    answer: str  # in short; "" for none
    points: Decimal | None  # None while the score must not be seen
    most_points: Decimal
    planned_points: Decimal  # before any ruling
    reasons: Sequence[Reason]
    rulings: Sequence[tuple[int, str]]  # number and kind
    saved_at: datetime | None  # when what counts came
    times_saved: int
    not_counted: int  # late or conflicting events that count for nothing
    mark: Marked | None
    files: Sequence[HandedFile]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole page."""

    attempt: Attempt
    person: str
    entered_by: str
    unit: str
    exam: Exam
    paper_number: int
    paper_seed: str
    engine: int
    policy: Policy  # as it holds for the person
    overrides: Sequence[Override]
    others: Sequence[Attempt]  # the person's attempts at the exam, this one too
    standing: Standing | None
    slots: Sequence[Explained]  # empty while nothing of them must be seen
    grades: Sequence[history.Given]
    graded_by: Mapping[int, str]  # by number of the grade, where somebody's deed brought it about
    right: int
    agrees: bool  # whether the grade that counts is what comes out when it is calculated anew


def explain(session: Session, attempt: Attempt, reader: Reader, *, names: bool) -> Explanation:
    """Everything about a result. `names`: whether markers and officers are named (to those who work here)."""
    row = queries.sitting(session, attempt.id, attempt.person_id)
    whose, exam = evidence.whose(session, attempt), session.get_one(Exam, attempt.exam_id)
    sat, kept = paper.load(session, attempt.paper_id), session.get_one(Paper, attempt.paper_id)
    given, held = regrading.given(session, row), rules.derive(answers.events_of(session, attempt.id))
    result = grading.grade(sat, held.values, exam.pass_percent, given)
    latest = regrading.latest_grade(session, attempt.id)
    return Explanation(
        attempt=attempt,
        person=whose.name,
        entered_by=whose.entered_by,
        unit=row.unit,
        exam=exam,
        paper_number=kept.number,
        paper_seed=kept.seed,
        engine=latest.engine if latest else grading.ENGINE,
        policy=queries.policy_of(session, row, exam.id, attempt.person_id),
        overrides=_overrides(session, attempt),
        others=session.scalars(
            select(Attempt)
            .where(Attempt.exam_id == exam.id, Attempt.person_id == attempt.person_id)
            .order_by(Attempt.number)
        ).all(),
        standing=session.get(Standing, (exam.id, attempt.person_id)),
        slots=_slots(session, attempt, sat, held, given, reader=reader, names=names),
        grades=history.grades_of(session, attempt.id, released=reader.key) if reader.score else [],
        graded_by=_graders(session, attempt.id) if names else {},
        right=result.right,
        agrees=latest is None or regrading.Worth.of(latest) == regrading.Worth.of(result),
    )


def _overrides(session: Session, attempt: Attempt) -> list[Override]:
    """What was different for the person, withdrawn overrides as well."""
    rows = session.scalars(
        select(Override)
        .join(Enrolment, Enrolment.id == attempt.enrolment_id)
        .where(Override.exam_id == attempt.exam_id, concerns())
        .order_by(Override.id)
    )
    return list(rows)


def _graders(session: Session, attempt_id: int) -> dict[int, str]:
    rows = session.execute(
        select(Grade.number, Person.full_name)
        .join(Person, Person.id == Grade.by)
        .where(Grade.attempt_id == attempt_id)
    )
    return dict(rows.all())


def _slots(
    session: Session,
    attempt: Attempt,
    sat: paper.LoadedPaper,
    held: rules.Answers,
    given: grading.Given,
    *,
    reader: Reader,
    names: bool,
) -> list[Explained]:
    if not (reader.score or reader.questions):
        return []
    shown = rules.Shown(reader.score, reader.questions, reader.key, reader.explanation)
    items = {item.slot: item for item in review.items(sat, held, {}, shown=shown, given=given)}
    told, marks = evidence.events(session, attempt.id), _marks(session, attempt.id, names=names)
    files: dict[int, list[HandedFile]] = {}
    for file in files_of(session, attempt.id) if sat.by_person else ():
        files.setdefault(file.slot, []).append(file)
    found = []
    for slot in sat.slots:
        judged = grading.judge(slot, held.values, given)
        own = [event for event in told if event.slot == slot.number and event.op in ("set", "clear")]
        answer = sheet.answer_in(slot, held)
        found.append(
            Explained(
                slot=slot.number,
                item=items.get(slot.number),
                answer="" if answer is None else story.in_short(answer),
                points=judged.points if reader.score else None,
                most_points=judged.most_points if reader.score else slot.points,
                planned_points=slot.points,
                reasons=judged.score.reasons if reader.score else (),
                rulings=_ruled(slot, given) if reader.score else (),
                saved_at=_saved_at(own, held.values.get(slot.number)),
                times_saved=sum(event.counts for event in own),
                not_counted=sum(not event.counts for event in own),
                mark=marks.get(slot.number) if reader.score else None,
                files=files.get(slot.number, ()),
            )
        )
    return found


def _ruled(slot: paper.Slot, given: grading.Given) -> list[tuple[int, str]]:
    return [(one.ruling_id, one.kind) for one in given.rulings.get(slot.version_id, ())]


def _saved_at(events: Sequence[Told], value: object) -> datetime | None:
    """When the answer that counts came: the last time that it was said."""
    same = [
        event.received_at
        for event in events
        if event.counts and event.op == "set" and json.loads(event.value or "null") == value
    ]
    return max(same) if same and value is not None else None


def _marks(session: Session, attempt_id: int, *, names: bool) -> dict[int, Marked]:
    rows = session.execute(
        select(SlotMark, Person.full_name)
        .join(Person, Person.id == SlotMark.by)
        .where(SlotMark.attempt_id == attempt_id)
    )
    return {
        mark.slot: Marked(name if names else "", mark.at, mark.correctness, mark.comment)
        for mark, name in rows
    }
