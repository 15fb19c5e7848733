"""The papers of an exam: what was expected of each, what came out, and in how many others its questions are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.banks.models import Question, QuestionVersion
from lms.exams import queries as exams
from lms.exams.models import Paper
from lms.questions.blueprint import Candidate
from lms.reports.reading import attempts
from lms.reports.report import Asked

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper. `expected`, `real`: shares from 0 to 1, None when it is worth nothing or nobody handed it in. `uses`:
    the most papers that one of its questions is in; `counted`: questions whose difficulty was counted from answers."""

    number: int
    questions: int
    counted: int
    expected: Decimal | None
    attempts: int
    real: Decimal | None
    uses: int


@dataclass(frozen=True, slots=True)
class Papers:
    """All papers of the exam by number, and how many different questions they have."""

    lines: tuple[PaperLine, ...] = ()
    questions: int = 0


def papers(session: Session, asked: Asked) -> Papers:
    """What came out is of the attempts in the unit and below; what was expected is known of the paper as it is."""
    if asked.exam is None:
        return Papers()
    stored = session.execute(
        select(Paper.id, Paper.number, Paper.slots)
        .where(Paper.exam_id == asked.exam.id)
        .order_by(Paper.number)
    ).all()
    of = _questions(session, {slot["version"] for paper in stored for slot in paper.slots})
    expected = exams.expectations(session, list({one.question_id: one for one in of.values()}.values()))
    worths = {
        paper.id: [(of[slot["version"]].question_id, Decimal(slot["points"])) for slot in paper.slots]
        for paper in stored
    }
    uses = Counter(question for pairs in worths.values() for question in {question for question, _p in pairs})
    came_out = attempts.by_paper(session, asked)
    lines = []
    for paper in stored:
        pairs, (number, percents) = worths[paper.id], came_out.get(paper.id, (0, 0))
        whole = sum((points for _question, points in pairs), Decimal(0))
        hoped = sum((expected[question].share * points for question, points in pairs), Decimal(0))
        lines.append(
            PaperLine(
                number=paper.number,
                questions=len(pairs),
                counted=sum(1 for question, _points in pairs if expected[question].counted),
                expected=hoped / whole if whole else None,
                attempts=number,
                real=Decimal(percents) / number / _WHOLE / 100 if number else None,
                uses=max((uses[question] for question, _points in pairs), default=0),
            )
        )
    return Papers(tuple(lines), len(uses))


def _questions(session: Session, versions: set[int]) -> dict[int, Candidate]:
    rows = session.execute(
        select(QuestionVersion.id, Question.id, Question.level)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions))
    )
    return {version_id: Candidate(question_id, "", level) for version_id, question_id, level in rows}
