"""What a ruling would change, before it does: every attempt with the question scored anew, and nothing written.

An attempt's grade that counts is compared with what grading it now would give, by the same pure rules
(lms.attempts.grading) that regrading uses afterwards. What matters to people is what counts of their attempts, so the
changes are then told person by person. Read in batches; 20,000 attempts take some ten seconds.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.attempts import answers, grading, returned, rules, standing
from lms.attempts.models import Attempt, Grade, HandedFile, SlotMark
from lms.attempts.regrading import Worth
from lms.attempts.sheet import answer_in
from lms.exams import paper
from lms.exams.models import Exam, Paper
from lms.exams.paper import LoadedPaper, Slot
from lms.exams.rulings import Rulings

BATCH = 500  # attempts
EMPTY = ""  # in a distribution: not answered
_NO_WORDS = ("essay",)  # types whose answers are too long to be counted

Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Difference:
    """An attempt whose grade would not be what it is."""

    attempt_id: int
    person_id: int
    before: Worth | None
    after: Worth


@dataclass(slots=True)
class Pass:
    """What one pass over the attempts found."""

    looked: int = 0
    differences: list[Difference] = field(default_factory=list)
    given: Counter[str] = field(default_factory=Counter)  # what was answered, in words; EMPTY: nothing
    right: int = 0  # of the answers to the question, by the key that it was graded with


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What counts for a person, before and after."""

    person_id: int
    attempt_id: int  # that counts afterwards
    before: Worth
    after: Worth
    percent_before: Decimal  # by the exam's policy: of `mean` it is the mean of all attempts
    percent_after: Decimal
    passed_before: bool
    passed_after: bool

    @property
    def direction(self) -> str:
        """down · up (across the pass mark) · lose · gain · same (other points, the same percentage)"""
        if self.passed_before != self.passed_after:
            return "up" if self.passed_after else "down"
        if self.percent_before == self.percent_after:
            return "same"
        return "gain" if self.percent_after > self.percent_before else "lose"


DIRECTIONS = ("down", "up", "lose", "gain", "same")  # in the order in which they are listed


def papers_with(session: Session, exam_id: int, version_id: int) -> list[int]:
    """The exam's papers that have the question version."""
    rows = session.execute(select(Paper.id, Paper.slots).where(Paper.exam_id == exam_id))
    return [paper_id for paper_id, slots in rows if any(slot["version"] == version_id for slot in slots)]


def attempts_to_look_at(session: Session, exam_id: int, version_id: int | None) -> int:
    """How many attempts a pass will look at."""
    return session.scalar(_attempts(session, exam_id, version_id, func.count())) or 0


def look(
    session: Session,
    exam: Exam,
    ruled: Rulings,
    *,
    version_id: int | None = None,
    newest: int | None = None,
    tell: Tell = lambda _looked: None,
) -> Pass:
    """Score every submitted attempt of the exam by `ruled` and compare; only those with `version_id`, if one is named.

    `newest`: no more than so many attempts, the latest ones. `tell` is called with how many have been looked at.
    """
    found, papers = Pass(), _Papers(session, version_id)
    bands = rules.Bands(exam.excellent_percent, exam.good_percent)
    for rows in _batches(session, exam.id, version_id, newest):
        ids = [row.id for row in rows]
        events, grades = answers.events_of_each(session, ids), _grades(session, ids)
        marks, files = _marks(session, ids), _files(session, ids)
        for row in rows:
            sat, held = papers[row.paper_id], rules.derive(events[row.id])
            given = grading.Given(ruled, marks[row.id], frozenset(files[row.id]), bands)
            after = Worth.of(grading.grade(sat, held.values, exam.pass_percent, given))
            before = grades.get(row.id)
            if before != after:
                found.differences.append(Difference(row.id, row.person_id, before, after))
            slot = papers.slot(row.paper_id)
            if slot is not None:
                _count_answer(found, slot, held, before)
        found.looked += len(rows)
        tell(found.looked)
    return found


def _count_answer(found: Pass, slot: Slot, held: rules.Answers, before: Worth | None) -> None:
    answer = answer_in(slot, held)
    said: Sequence[str] = ()
    if answer is not None:
        said = (
            ("…",)
            if slot.question.type in _NO_WORDS
            else slot.type.describe(slot.question, slot.order, answer)
        )
    found.given.update(said or (EMPTY,))
    found.right += before is not None and before.scores[slot.number - 1] == 10_000


class _Papers(dict[int, LoadedPaper]):
    """The papers of a pass, and where each has the question that it is about."""

    def __init__(self, session: Session, version_id: int | None) -> None:
        super().__init__()
        self.session, self.version_id = session, version_id
        self.slots: dict[int, Slot | None] = {}

    def __missing__(self, paper_id: int) -> LoadedPaper:
        self[paper_id] = found = paper.load(self.session, paper_id)
        matching = (slot for slot in found.slots if slot.version_id == self.version_id)
        self.slots[paper_id] = next(matching, None)
        return found

    def slot(self, paper_id: int) -> Slot | None:
        return self.slots[paper_id]


def _attempts(session: Session, exam_id: int, version_id: int | None, *columns: Any) -> Any:
    wanted = select(*columns).where(Attempt.exam_id == exam_id, Attempt.state == "submitted")
    if version_id is None:
        return wanted
    return wanted.where(Attempt.paper_id.in_(papers_with(session, exam_id, version_id)))


def _batches(
    session: Session, exam_id: int, version_id: int | None, newest: int | None
) -> Iterator[Sequence[Any]]:
    wanted = _attempts(session, exam_id, version_id, Attempt.id, Attempt.person_id, Attempt.paper_id)
    if newest is not None:
        yield session.execute(wanted.order_by(Attempt.id.desc()).limit(newest)).all()
        return
    after = 0
    while rows := session.execute(wanted.where(Attempt.id > after).order_by(Attempt.id).limit(BATCH)).all():
        yield rows
        after = rows[-1].id


_COLUMNS = tuple(getattr(Grade, name) for name in Worth.__slots__)


def _grades(session: Session, ids: Sequence[int]) -> dict[int, Worth]:
    """The grade that counts of each attempt."""
    rows = session.execute(
        select(Grade.attempt_id, *_COLUMNS)
        .where(Grade.attempt_id.in_(ids))
        .order_by(Grade.attempt_id, Grade.number)
    )
    return {attempt_id: Worth(*worth) for attempt_id, *worth in rows}


def _marks(session: Session, ids: Sequence[int]) -> Mapping[int, dict[int, Decimal]]:
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    rows = session.execute(
        select(SlotMark.attempt_id, SlotMark.slot, SlotMark.correctness).where(SlotMark.attempt_id.in_(ids))
    )
    for attempt_id, slot, correctness in rows:
        found[attempt_id][slot] = correctness
    return found


def _files(session: Session, ids: Sequence[int]) -> Mapping[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = session.execute(
        select(HandedFile.attempt_id, HandedFile.slot).where(
            HandedFile.attempt_id.in_(ids), HandedFile.removed_at.is_(None)
        )
    )
    for attempt_id, slot in rows:
        found[attempt_id].add(slot)
    return found


def people(session: Session, exam: Exam, differences: Sequence[Difference]) -> list[PersonChange]:
    """What the differences mean for people, those who cross the pass mark first."""
    changed = {one.attempt_id: one for one in differences}
    whose = {one.person_id for one in differences if one.before is not None}
    found = [
        change
        for person_id, graded in _graded(session, exam.id).items()
        if person_id in whose
        for change in [_change(exam, person_id, graded, changed)]
        if change is not None
    ]
    return sorted(found, key=lambda one: (DIRECTIONS.index(one.direction), one.person_id))


_Graded = tuple[standing.Graded, Worth]


def _graded(session: Session, exam_id: int) -> Mapping[int, list[_Graded]]:
    """Every person's submitted attempts with the grade that counts for each, in one query."""
    rows = session.execute(
        select(
            Attempt.person_id,
            Attempt.id,
            Attempt.number,
            func.coalesce(Attempt.submitted_at, Attempt.deadline_at),
            returned.superseded(),
            *_COLUMNS,
        )
        .join(Grade, Grade.attempt_id == Attempt.id)
        .where(Attempt.exam_id == exam_id, Attempt.state == "submitted", standing.latest())
    )
    found: dict[int, list[_Graded]] = defaultdict(list)
    for person_id, attempt_id, number, at, superseded, *worth in rows:
        known = Worth(*worth)
        graded = standing.Graded(attempt_id, number, known.percent, known.passed, at, superseded)
        found[person_id].append((graded, known))
    return found


def _change(
    exam: Exam, person_id: int, graded: Sequence[_Graded], changed: Mapping[int, Difference]
) -> PersonChange | None:
    """None when what counts for the person stays wholly the same: another attempt counts."""
    known = {one.attempt_id: worth for one, worth in graded}
    later = {key: changed[key].after if key in changed else worth for key, worth in known.items()}
    anew = [
        replace(one, percent=after.percent, passed=after.passed)
        for one, _worth in graded
        for after in [later[one.attempt_id]]
    ]
    old = standing.counted([one for one, _worth in graded], exam.counts, exam.pass_percent)
    new = standing.counted(anew, exam.counts, exam.pass_percent)
    if old is None or new is None:
        return None
    before, after = known[old.attempt_id], later[new.attempt_id]
    same_counts = (old.percent, old.passed_at is None) == (new.percent, new.passed_at is None)
    if same_counts and before == after:
        return None
    return PersonChange(
        person_id, new.attempt_id, before, after, old.percent, new.percent,
        old.passed_at is not None, new.passed_at is not None,
    )  # fmt: skip


def effects(found: Pass, changes: Sequence[PersonChange]) -> dict[str, int]:
    """The counts of a dry run: attempts looked at and changed, and people in each direction.

    `restated`: people who had passed and still have, with another result than their certificates say.
    """
    ways = Counter(change.direction for change in changes)
    still = sum(change.passed_before and change.passed_after for change in changes)
    return {
        "attempts": found.looked,
        "changed": len(found.differences),
        "people": len(changes),
        **{direction: ways[direction] for direction in DIRECTIONS},
        "restated": still,
    }
