"""Questions of a resolution that say almost the same, worked out once for what its banks say at a time.

Comparing a thousand questions takes a fraction of a second, comparing some thousands takes seconds; asking which
questions there are, and in which versions, takes milliseconds. So up to AT_ONCE a process compares when somebody looks,
keeps the nearest pairs together with the versions that they were found in, for one database each, and compares again
only when a question was added, changed, retired or taken back. More are compared by the worker, when somebody asks for
it; what it found is kept with its job, and of that everything is shown that still stands as it was compared.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from lms.banks import finding
from lms.banks.models import Bank, Question
from lms.kit.jobs import Job, ask_for
from lms.kit.lru import Lru
from lms.questions.likeness import Likeness, alike
from lms.study.models import Topic

MOST_PAIRS = 50  # of a bank: more are not looked through
MOST_KEPT = 40  # resolutions, each once for every degree that was asked for
AT_ONCE = 1_000  # questions that are compared while somebody waits for the page
KIND = "questions.compare"
LATEST = 50  # jobs of this kind that are looked through for one of the resolution


@dataclass(frozen=True, slots=True)
class NearPair:
    """Ids of two questions, the one added first before the other, in which versions, and what they share."""

    first: int
    second: int
    likeness: Likeness
    versions: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest pairs of a bank: `total` of them there are, `looked_at` questions were compared. `compared_at`: when
    the worker did, if something has changed since. `job`: of the worker, while it compares."""

    pairs: tuple[NearPair, ...] = ()
    total: int = 0
    looked_at: int = 0
    compared_at: datetime | None = None
    job: Job | None = None
    to_compare: int = 0  # so many questions, and nobody has asked for it yet


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of comparing the questions of a resolution."""

    stand: str  # the questions and versions that were compared
    looked_at: int
    pairs: dict[int, tuple[NearPair, ...]]  # by the id of the bank
    totals: Counter[int]

    def to_json(self) -> dict[str, Any]:
        pairs = {str(bank_id): [asdict(pair) for pair in found] for bank_id, found in self.pairs.items()}
        totals = {str(bank_id): total for bank_id, total in self.totals.items()}
        return {"stand": self.stand, "looked_at": self.looked_at, "pairs": pairs, "totals": totals}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Compared:
        pairs = {int(bank_id): tuple(map(_pair, found)) for bank_id, found in kept["pairs"].items()}
        totals = Counter({int(bank_id): total for bank_id, total in kept["totals"].items()})
        return cls(kept["stand"], kept["looked_at"], pairs, totals)


def _pair(kept: dict[str, Any]) -> NearPair:
    said = kept["likeness"]
    words = {name: tuple(said[name]) for name in ("shared", "only_first", "only_second")}
    likeness = Likeness(degree=said["degree"], numbers_differ=said["numbers_differ"], **words)
    return NearPair(kept["first"], kept["second"], likeness, tuple(kept["versions"]))


@dataclass(frozen=True, slots=True)
class _Stand:
    """Which versions are in force: by question, in which banks, and their fingerprint."""

    versions: dict[int, int]
    banks: list[int]
    told: str


def near_duplicates(session: Session, bank: Bank, degree: float) -> Near:
    """Pairs of which at least one question is of the bank, and both of its resolution and not retired."""
    resolution_id = bank.topic.resolution_id
    stand = _stand(session, resolution_id)
    kept, key = _kept_of(session), (resolution_id, degree)
    found = kept.get(key)
    if found is not None and found.stand == stand.told:
        return _of_bank(found, bank.id)
    if len(stand.versions) > AT_ONCE:
        return _by_the_worker(session, bank, degree, stand)
    found = _compare(session, stand, degree)
    kept.put(key, found)
    return _of_bank(found, bank.id)


def ask(session: Session, bank: Bank, degree: float, *, by: int, now: datetime) -> None:
    """Have the worker compare the questions of the bank's resolution, unless it is at it."""
    running = [job for job in _jobs(session, bank, degree) if job.state in ("waiting", "running")]
    if not running:
        params = {"resolution": bank.topic.resolution_id, "degree": degree}
        ask_for(session, KIND, params, by=by, now=now)


def compare(session: Session, resolution_id: int, degree: float) -> Compared:
    """What the worker does."""
    return _compare(session, _stand(session, resolution_id), degree)


def _of_bank(found: Compared, bank_id: int) -> Near:
    return Near(found.pairs.get(bank_id, ()), found.totals[bank_id], found.looked_at)


def _by_the_worker(session: Session, bank: Bank, degree: float, stand: _Stand) -> Near:
    """What it found last, as far as that still stands, and whether it compares again."""
    jobs = _jobs(session, bank, degree)
    done = next((job for job in jobs if job.state == "done" and job.result), None)
    under_way = next((job for job in jobs if job.state in ("waiting", "running")), None)
    if done is None or done.result is None:
        return Near(job=under_way, to_compare=len(stand.versions))
    found = Compared.from_json(done.result)
    if found.stand == stand.told:
        return _of_bank(found, bank.id)
    pairs = tuple(pair for pair in found.pairs.get(bank.id, ()) if _stands(pair, stand))
    total = found.totals[bank.id] - len(found.pairs.get(bank.id, ())) + len(pairs)
    return Near(pairs, total, found.looked_at, done.created_at, under_way)


def _stands(pair: NearPair, stand: _Stand) -> bool:
    now = stand.versions.get
    return (now(pair.first), now(pair.second)) == pair.versions


def _jobs(session: Session, bank: Bank, degree: float) -> list[Job]:
    """The latest comparisons of the bank's resolution at this degree, newest first."""
    latest = session.scalars(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(LATEST))
    wanted = {"resolution": bank.topic.resolution_id, "degree": degree}
    return [job for job in latest if job.params == wanted]


def _stand(session: Session, resolution_id: int) -> _Stand:
    rows = session.execute(
        select(Question.id, Question.version, Question.bank_id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(Topic, Topic.id == Bank.topic_id)
        .where(Topic.resolution_id == resolution_id, Question.state != "retired")
        .order_by(Question.id)
    ).all()
    told = ";".join(f"{question_id},{version},{bank_id}" for question_id, version, bank_id in rows)
    versions = {question_id: version for question_id, version, _bank_id in rows}
    return _Stand(versions, sorted({row[2] for row in rows}), sha256(told.encode()).hexdigest())


def _compare(session: Session, stand: _Stand, degree: float) -> Compared:
    shown = finding.all_of(session, stand.banks)
    bank_of = {each.question.id: each.question.bank_id for each in shown}
    version_of = {each.question.id: each.version.number for each in shown}
    nearest: dict[int, list[NearPair]] = defaultdict(list)
    totals: Counter[int] = Counter()
    for pair in alike(((each.question.id, each.body) for each in shown), degree):
        versions = (version_of[pair.first], version_of[pair.second])
        for bank_id in {bank_of[pair.first], bank_of[pair.second]}:
            totals[bank_id] += 1
            if len(nearest[bank_id]) < MOST_PAIRS:
                nearest[bank_id].append(NearPair(pair.first, pair.second, pair.likeness, versions))
    pairs = {bank_id: tuple(found) for bank_id, found in nearest.items()}
    return Compared(stand.told, len(shown), pairs, totals)


_kept: weakref.WeakKeyDictionary[Pool, Lru[tuple[int, float], Compared]] = weakref.WeakKeyDictionary()
_kept_lock = threading.Lock()


def _kept_of(session: Session) -> Lru[tuple[int, float], Compared]:
    with _kept_lock:
        return _kept.setdefault(session.get_bind().engine.pool, Lru(MOST_KEPT))
