"""Storing many questions at once, computed before the database is held: a transaction then only inserts rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session

from lms.banks.actions import new_code
from lms.banks.models import Bank, Citation, Question, QuestionTag, QuestionVersion
from lms.banks.rules import content_hash
from lms.banks.versions import columns, with_cites
from lms.questions.reading import ReadQuestion
from lms.study.models import Passage
from lms.vietnamese.text import fold_words

BATCH = 500  # codes looked for by one statement
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Row:
    """One question on its way into the tables, to the last column but for what only the database can say.

    `wanted`: its id in the file, "" without; `cites`: ids and hashes of passages.
    """

    bank: Bank
    number: int
    wanted: str
    columns: Mapping[str, Any]
    version: Mapping[str, Any]
    tags: tuple[str, ...]
    cites: tuple[tuple[int, str], ...]
    pictures: frozenset[str]


@dataclass(slots=True)
class Stored:
    """What storing did: ids of the questions in the order given, and the numbers whose own id was taken."""

    ids: list[int] = field(default_factory=list)
    renamed: set[int] = field(default_factory=set)


def prepare(
    reads: Iterable[ReadQuestion], bank: Bank, banks: Mapping[str, Bank], known: Mapping[str, Passage]
) -> list[Row]:
    """All that can be computed without the database: columns, search text, JSON, citations.

    `banks`: where questions of a topic of the file go; all others go to `bank`. `known`: of `citable_by_word`.
    """
    return [_row(read, banks.get(read.topic, bank), known) for read in reads]


def _row(read: ReadQuestion, bank: Bank, known: Mapping[str, Passage]) -> Row:
    cites = _cited(read, known)
    body = with_cites(read.question, cites)
    return Row(
        bank,
        read.number,
        read.id,
        columns(body),
        {"number": 1, "body": body.to_json(), "content_hash": content_hash(body)},
        tuple(dict.fromkeys(read.tags)),
        tuple((passage.id, passage.content_hash) for passage in cites),
        frozenset(image.name for image in body.pictures),
    )


def _cited(read: ReadQuestion, known: Mapping[str, Passage]) -> list[Passage]:
    """The passages that the question cites by name, or that its source is word for word."""
    words = [*read.question.cites, read.question.source]
    cited = (known.get(fold_words(word)) for word in words if word)
    return list({passage.id: passage for passage in cited if passage}.values())


def store_many(session: Session, rows: Sequence[Row], *, state: str, by: int | None, now: datetime) -> Stored:
    """Store new questions with their first versions, tags and citations."""
    codes, renamed = _free_codes(session, rows)
    ids, versions = (_free_ids(session, kind, len(rows)) for kind in (Question, QuestionVersion))
    alike = {"state": state, "version": 1, "created_at": now}
    questions = [
        {"id": id_, "bank_id": row.bank.id, "code": code, **alike, **row.columns}
        for row, id_, code in zip(rows, ids, codes, strict=True)
    ]
    told = {"author_id": by, "created_at": now}
    firsts = [
        {"id": version_id, "question_id": id_, **told, **row.version}
        for row, version_id, id_ in zip(rows, versions, ids, strict=True)
    ]
    insert_rows(session, Question, questions)
    insert_rows(session, QuestionVersion, firsts)
    insert_rows(session, QuestionTag, _tags(rows, ids))
    insert_rows(session, Citation, _citations(rows, versions))
    return Stored(list(ids), renamed)


def _free_ids(session: Session, kind: type[Question | QuestionVersion], count: int) -> Sequence[int]:
    """So many ids that nobody else gets: rows that know theirs are inserted in one go, without asking back.

    SQLite numbers on from the largest id, and nobody else writes in this transaction; PostgreSQL has a sequence.
    """
    if session.get_bind().dialect.name == "sqlite":
        last = session.scalar(select(func.max(kind.id))) or 0
        return range(last + 1, last + 1 + count)
    sequence = func.pg_get_serial_sequence(kind.__tablename__, "id")
    numbers = func.generate_series(1, count).table_valued("number")
    return session.scalars(select(func.nextval(sequence)).select_from(numbers)).all()


def insert_rows(session: Session, kind: type[Any], rows: list[dict[str, Any]]) -> None:
    """Insert rows of a table, all at once and without objects to keep in step; no rows are nothing."""
    if rows:
        table: Table = kind.__table__
        session.execute(insert(table), rows)


def _tags(rows: Iterable[Row], ids: Iterable[int]) -> list[dict[str, Any]]:
    return [{"question_id": id_, "tag": tag} for row, id_ in zip(rows, ids, strict=True) for tag in row.tags]


def _citations(rows: Iterable[Row], version_ids: Iterable[int]) -> list[dict[str, Any]]:
    return [
        {"version_id": version_id, "passage_id": passage_id, "passage_hash": passage_hash}
        for row, version_id in zip(rows, version_ids, strict=True)
        for passage_id, passage_hash in row.cites
    ]


def _free_codes(session: Session, rows: Sequence[Row]) -> tuple[list[str], set[int]]:
    """A code for each: its own id where that is free, else a new one; and the numbers whose id was taken."""
    wished = [row.wanted or new_code(row.bank) for row in rows]
    taken = {
        code
        for some in _batches(wished)
        for code in session.scalars(select(Question.code).where(Question.code.in_(some)))
    }
    given: list[str] = []
    renamed: set[int] = set()
    for row, wish in zip(rows, wished, strict=True):
        code = wish
        while code in taken:
            code = new_code(row.bank)
        if row.wanted and code != row.wanted:
            renamed.add(row.number)
        taken.add(code)
        given.append(code)
    return given, renamed


def _batches(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def citable_by_word(passages: Iterable[Passage]) -> Mapping[str, Passage]:
    """The passages of a resolution by all that a file may call them: slug, "đoạn 3", "mục II.3"."""
    found: dict[str, Passage] = {}
    for passage in passages:
        for word in (passage.slug, passage.reference, f"đoạn {passage.number}"):
            if word:
                found.setdefault(fold_words(word), passage)
    return found
