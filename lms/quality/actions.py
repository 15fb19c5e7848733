"""Keeping the figures of an exam, and with them those of its questions in the bank."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.banks.models import Question, QuestionVersion
from lms.banks.queries import is_in_force
from lms.banks.statistics import Counted, forget_statistics, store_statistics
from lms.quality.models import ExamAnalysis
from lms.quality.rules import Sums, fingerprint, key_of, pooled
from lms.questions.quality.flags import flags, pack
from lms.questions.question import Question as Body

_BATCH = 500


def store(
    session: Session,
    exam_id: int,
    figures: dict[str, Any],
    *,
    attempts: int,
    last_grade_id: int,
    now: datetime,
) -> int:
    """Put these figures in place of the exam's former ones; returns how many questions of banks got new figures.

    Figures of older grades than those kept are dropped: another run was faster. It is the machine's own counting, so
    there is no row in the audit trail.
    """
    kept = session.get(ExamAnalysis, exam_id, with_for_update=True)
    if kept is not None and kept.last_grade_id > last_grade_id:
        return 0
    touched = set(figures["sums"]) | (set(kept.figures.get("sums", {})) if kept else set())
    if kept is None:
        kept = ExamAnalysis(exam_id=exam_id)
        session.add(kept)
    kept.attempts, kept.last_grade_id, kept.counted_at, kept.figures = attempts, last_grade_id, now, figures
    session.flush()
    return _renew_bank(session, {int(question) for question in touched}, now)


def _renew_bank(session: Session, questions: Collection[int], now: datetime) -> int:
    parts = _parts(session, {str(question) for question in questions})
    counted, gone = [], []
    for question_id, body in _in_force(session, questions):
        found = pooled(question_id, parts.get(str(question_id), ()), fingerprint(body))
        if found is None:
            gone.append(question_id)
            continue
        weighed = None if found.discrimination is None else Decimal(str(round(found.discrimination, 6)))
        said = pack(flags(found, key_of(body)))
        facility = Decimal(str(round(found.facility, 6)))
        counted.append(Counted(question_id, found.answers, facility, weighed, said))
    store_statistics(session, counted, now=now)
    forget_statistics(session, gone)
    return len(counted)


def _parts(session: Session, wanted: Collection[str]) -> Mapping[str, list[Sums]]:
    """What each exam brings to these questions; of the other figures nothing is read."""
    found: dict[str, list[Sums]] = defaultdict(list)
    rows = session.scalars(
        select(ExamAnalysis.figures["sums"]).order_by(ExamAnalysis.exam_id).execution_options(yield_per=20)
    )
    for sums in rows:
        for question in wanted & (sums or {}).keys():
            found[question].append(Sums.from_json(sums[question]))
    return found


def _in_force(session: Session, questions: Collection[int]) -> Iterator[tuple[int, Body]]:
    ordered = sorted(questions)
    for start in range(0, len(ordered), _BATCH):
        rows = session.execute(
            select(Question.id, QuestionVersion.body)
            .join(QuestionVersion, is_in_force())
            .where(Question.id.in_(ordered[start : start + _BATCH]))
            .order_by(Question.id)
        )
        for question_id, body in rows:
            yield question_id, Body.from_json(body)
