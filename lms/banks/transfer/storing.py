"""Storing many questions at once: a few statements for thousands of them, so that the database is held only briefly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.banks.actions import new_code
from lms.banks.models import Bank, Citation, Question, QuestionTag, QuestionVersion
from lms.banks.rules import content_hash
from lms.banks.versions import columns, with_cites
from lms.questions.question import Question as Body
from lms.questions.reading import ReadQuestion
from lms.study.models import Passage

BATCH = 500
Item = TypeVar("Item")


@dataclass(slots=True)
class Row:
    """One question on its way into the tables."""

    bank: Bank
    read: ReadQuestion
    code: str
    cites: list[Passage] = field(default_factory=list)

    @property
    def body(self) -> Body:
        return with_cites(self.read.question, self.cites)


def store_many(
    session: Session, rows: Sequence[Row], *, state: str, by: int | None, now: datetime
) -> list[int]:
    """Store new questions with their first versions, tags and citations; their ids in the order of `rows`."""
    ids: list[int] = []
    for some in _batches(rows):
        ids += _store(session, some, state, by, now)
    return ids


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _store(session: Session, rows: Sequence[Row], state: str, by: int | None, now: datetime) -> list[int]:
    bodies = [row.body for row in rows]
    questions = [
        {"bank_id": row.bank.id, "code": row.code, "state": state, "version": 1, "created_at": now}
        | columns(body)
        for row, body in zip(rows, bodies, strict=True)
    ]
    ids = list(
        session.scalars(insert(Question).returning(Question.id, sort_by_parameter_order=True), questions)
    )
    versions = [
        {
            "question_id": question_id,
            "number": 1,
            "body": body.to_json(),
            "content_hash": content_hash(body),
            "author_id": by,
            "created_at": now,
        }
        for question_id, body in zip(ids, bodies, strict=True)
    ]
    version_ids = list(
        session.scalars(
            insert(QuestionVersion).returning(QuestionVersion.id, sort_by_parameter_order=True), versions
        )
    )
    _insert(session, QuestionTag, _tags(rows, ids))
    _insert(session, Citation, _citations(rows, version_ids))
    return ids


def _tags(rows: Iterable[Row], ids: Iterable[int]) -> list[dict[str, Any]]:
    pairs = zip(rows, ids, strict=True)
    return [{"question_id": id_, "tag": tag} for row, id_ in pairs for tag in dict.fromkeys(row.read.tags)]


def _citations(rows: Iterable[Row], version_ids: Iterable[int]) -> list[dict[str, Any]]:
    return [
        {"version_id": version_id, "passage_id": passage.id, "passage_hash": passage.content_hash}
        for row, version_id in zip(rows, version_ids, strict=True)
        for passage in row.cites
    ]


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(table), rows)


def free_codes(session: Session, bank: Bank, reads: Sequence[ReadQuestion]) -> tuple[list[str], set[int]]:
    """A code for each: its own id where that is free, else a new one; and the numbers whose id was taken."""
    wanted = [read.id for read in reads if read.id]
    taken = {
        code
        for some in _batches(wanted)
        for code in session.scalars(select(Question.code).where(Question.code.in_(some)))
    }
    given: list[str] = []
    renamed: set[int] = set()
    for read in reads:
        if read.id and read.id not in taken:
            taken.add(read.id)
            given.append(read.id)
        else:
            renamed |= {read.number} if read.id else set()
            given.append(new_code(bank))
    return given, renamed


def citable_by_word(passages: Iterable[Passage]) -> Mapping[str, Passage]:
    """The passages of a resolution by all that a file may call them: slug, "đoạn 3", "mục II.3"."""
    from lms.vietnamese.text import fold_words

    found: dict[str, Passage] = {}
    for passage in passages:
        for word in (passage.slug, passage.reference, f"đoạn {passage.number}"):
            if word:
                found.setdefault(fold_words(word), passage)
    return found
