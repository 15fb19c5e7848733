"""The papers of an exam as a set: those that are stored, or before publishing a trial; how alike they are; to print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.banks.models import Picture, Question, QuestionVersion
from lms.exams import paper, printing, queries
from lms.exams.models import Exam, Paper
from lms.exams.parallel import Balance, balance_of
from lms.exams.printing import PapersToPrint
from lms.questions.blueprint import Candidate

TRIAL = 6  # papers of a trial, unless the exam says how many
_SEED = "trial"  # the same trial for everybody who looks; the papers that count come from secret seeds


@dataclass(frozen=True, slots=True)
class PaperSet:
    """Papers with their codes and slots. `draft`: a trial, not stored, made anew from what the banks have now."""

    papers: tuple[tuple[str, list[dict[str, Any]]], ...]
    draft: bool

    @property
    def codes(self) -> list[str]:
        return [code for code, _slots in self.papers]

    def first(self, number: int) -> PaperSet:
        return PaperSet(self.papers[:number], self.draft)


def set_of(session: Session, exam: Exam, now: datetime) -> PaperSet:
    """The stored papers of the exam in the order of their numbers; of a draft, a trial. Raises NoPaper."""
    if exam.state != "draft":
        rows = session.execute(
            select(Paper.number, Paper.slots).where(Paper.exam_id == exam.id).order_by(Paper.number)
        )
        return PaperSet(tuple((str(number), slots) for number, slots in rows), draft=False)
    made = paper.draw_together(session, exam, paper.pool_size(exam, TRIAL), _SEED, now)
    return PaperSet(tuple((str(n), slots) for n, slots in enumerate(made, 1)), draft=True)


def balance(session: Session, papers: PaperSet) -> Balance:
    """How alike the papers are, as far as it is known now how hard their questions are."""
    ids = {slot["version"] for _code, slots in papers.papers for slot in slots}
    rows = session.execute(
        select(QuestionVersion.id, Question.id, Question.level)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(ids))
    )
    of = {version_id: Candidate(question_id, "", level) for version_id, question_id, level in rows}
    expected = queries.expectations(session, list(of.values()))
    return balance_of(
        [
            [(of[slot["version"]].question_id, Decimal(slot["points"])) for slot in slots]
            for _code, slots in papers.papers
        ],
        expected,
    )


def to_print(session: Session, exam: Exam, papers: PaperSet) -> PapersToPrint:
    """These papers with everything that is printed of them."""
    loaded = [(code, paper.assemble(session, slots)) for code, slots in papers.papers]
    names = {image.name for _code, each in loaded for slot in each.slots for image in slot.question.pictures}
    unit = exam.course.unit
    return PapersToPrint(
        exam=exam.title,
        parent=unit.parent.name if unit.parent else "",
        issuer=unit.name,
        minutes=exam.minutes,
        papers=[(f"{printing.DRAFT} {code}" if papers.draft else code, each) for code, each in loaded],
        pictures=_pictures(session, sorted(names)),
        draft=papers.draft,
    )


def _pictures(session: Session, names: Sequence[str]) -> dict[str, bytes]:
    rows = session.execute(select(Picture.name, Picture.data).where(Picture.name.in_(names)))
    return dict(rows.all())
