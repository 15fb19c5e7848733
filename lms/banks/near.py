"""Questions of a resolution that say almost the same, worked out once for what its banks say at a time.

Comparing a few thousand questions takes seconds; asking which questions there are, and in which versions, takes
milliseconds. So a process keeps the nearest pairs of each bank together with the versions that they were found in,
for one database each, and compares again only when a question was added, changed, retired or taken back.
"""

from __future__ import annotations

import threading
import weakref
from collections import Counter, defaultdict
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from lms.banks import finding
from lms.banks.models import Bank, Question
from lms.kit.lru import Lru
from lms.questions.likeness import Likeness, alike
from lms.study.models import Topic

MOST_PAIRS = 50  # of a bank: more are not looked through
MOST_KEPT = 40  # resolutions, each once for every degree that was asked for


@dataclass(frozen=True, slots=True)
class NearPair:
    """Ids of two questions, the one added first before the other, and what they share."""

    first: int
    second: int
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest pairs of a bank: `total` of them there are, `looked_at` questions were compared."""

    pairs: tuple[NearPair, ...]
    total: int
    looked_at: int


@dataclass(frozen=True, slots=True)
class _Compared:
    stand: str  # the questions and versions that were compared
    looked_at: int
    pairs: dict[int, tuple[NearPair, ...]]  # by the id of the bank
    totals: Counter[int]


def near_duplicates(session: Session, bank: Bank, degree: float) -> Near:
    """Pairs of which at least one question is of the bank, and both of its resolution and not retired."""
    resolution_id = bank.topic.resolution_id
    banks, stand = _stand(session, resolution_id)
    kept, key = _kept_of(session), (resolution_id, degree)
    found = kept.get(key)
    if found is None or found.stand != stand:
        found = _compare(session, banks, stand, degree)
        kept.put(key, found)
    return Near(found.pairs.get(bank.id, ()), found.totals[bank.id], found.looked_at)


def _stand(session: Session, resolution_id: int) -> tuple[list[int], str]:
    """The ids of the banks that have questions, and a fingerprint of which versions are in force."""
    rows = session.execute(
        select(Question.id, Question.version, Question.bank_id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(Topic, Topic.id == Bank.topic_id)
        .where(Topic.resolution_id == resolution_id, Question.state != "retired")
        .order_by(Question.id)
    ).all()
    told = ";".join(f"{question_id},{version},{bank_id}" for question_id, version, bank_id in rows)
    return sorted({bank_id for _, _, bank_id in rows}), sha256(told.encode()).hexdigest()


def _compare(session: Session, banks: list[int], stand: str, degree: float) -> _Compared:
    shown = finding.all_of(session, banks)
    bank_of = {each.question.id: each.question.bank_id for each in shown}
    nearest: dict[int, list[NearPair]] = defaultdict(list)
    totals: Counter[int] = Counter()
    for pair in alike(((each.question.id, each.body) for each in shown), degree):
        for bank_id in {bank_of[pair.first], bank_of[pair.second]}:
            totals[bank_id] += 1
            if len(nearest[bank_id]) < MOST_PAIRS:
                nearest[bank_id].append(NearPair(pair.first, pair.second, pair.likeness))
    return _Compared(stand, len(shown), {bank_id: tuple(pairs) for bank_id, pairs in nearest.items()}, totals)


_kept: weakref.WeakKeyDictionary[Pool, Lru[tuple[int, float], _Compared]] = weakref.WeakKeyDictionary()
_kept_lock = threading.Lock()


def _kept_of(session: Session) -> Lru[tuple[int, float], _Compared]:
    with _kept_lock:
        return _kept.setdefault(session.get_bind().engine.pool, Lru(MOST_KEPT))
