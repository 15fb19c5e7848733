"""Imports: a file is read, looked at and corrected, then stored in one transaction, and can be undone as a whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from lms.audit.actions import record
from lms.banks import finding, queries
from lms.banks.models import (
    Bank,
    Citation,
    ImportedQuestion,
    Picture,
    Question,
    QuestionComment,
    QuestionImport,
    QuestionTag,
    QuestionVersion,
)
from lms.banks.transfer.mapping import sister_banks
from lms.banks.transfer.reading import FileRead
from lms.banks.transfer.storing import Row, Stored, citable_by_word, insert_rows, prepare, store_many
from lms.kit import jobs
from lms.questions.duplicates import stem_key
from lms.questions.likeness import Index
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question as Body
from lms.questions.reading import Reading, ReadQuestion
from lms.study.models import Topic
from lms.vietnamese.text import fold_words

JOB_READ, JOB_STORE = "questions.read", "questions.store"
NEAR = 0.75  # share of words in common from which an import says so
AT_ONCE = 300  # questions that are stored while the person waits; more of them are a job
MOST_LISTED = 20


class ImportGone(Exception):
    """The import is not (or no longer) in a state in which this can be done; nothing was changed."""


@dataclass(slots=True)
class Undone:
    """What undoing an import did: how many questions vanished, and the codes of those that were only retired."""

    removed: int = 0
    retired: list[str] = field(default_factory=list)


def begin(
    session: Session,
    bank: Bank,
    *,
    file_name: str,
    file_key: str,
    wanted: str,
    back: str,
    by: int,
    now: datetime,
) -> QuestionImport:
    """Take a file in; a job reads it."""
    found = QuestionImport(
        bank_id=bank.id,
        state="reading",
        file_name=file_name,
        format=wanted,
        file_key=file_key,
        decisions={},
        counts={},
        created_by=by,
        created_at=now,
    )
    session.add(found)
    session.flush()
    job = jobs.ask_for(session, JOB_READ, {"import": found.id, "back": back}, by=by, now=now)
    found.job_id = job.id
    record(session, "import.begin", "import", found.id, actor_id=by, now=now, bank=bank.slug, file=file_name)
    return found


def was_taken_in(
    session: Session,
    bank: Bank,
    read: FileRead,
    *,
    file_name: str,
    kept: tuple[str, str],
    by: int,
    now: datetime,
) -> QuestionImport:
    """A file that was read already, by a command; `kept`: keys of the file and of what it gave."""
    found = QuestionImport(
        bank_id=bank.id,
        state="read",
        file_name=file_name,
        format=read.format,
        file_key=kept[0],
        reading_key=kept[1],
        decisions={},
        counts={"questions": len(read.reading.questions)} | dict(read.reading.counts()),
        created_by=by,
        created_at=now,
    )
    session.add(found)
    session.flush()
    return found


def import_by_id(session: Session, import_id: int) -> QuestionImport | None:
    """An import with its bank; every trainer may see every bank for now, as in lms.banks.queries."""
    return session.scalar(
        select(QuestionImport).where(QuestionImport.id == import_id).options(joinedload(QuestionImport.bank))
    )


def imports_of(session: Session, bank_id: int) -> Sequence[QuestionImport]:
    """The latest imports into a bank."""
    return session.scalars(
        select(QuestionImport)
        .where(QuestionImport.bank_id == bank_id)
        .order_by(QuestionImport.id.desc())
        .limit(MOST_LISTED)
    ).all()


def with_bank(session: Session, reading: Reading, bank: Bank) -> Reading:
    """The reading with what the bank adds: questions it already asks, and passages that are cited but not there."""
    keys = {read.number: stem_key(read.question) for read in reading.questions}
    asked = _asked(session, bank, [key for key in keys.values() if key.strip(" |")])
    near = _near(session, reading, bank, but=asked)
    known = citable_by_word(queries.citable(session, bank.topic.resolution_id))
    problems: list[Problem] = []
    for read in reading.questions:
        where: dict[str, int | str] = {**read.place, "question": read.number}
        if code := asked.get(keys[read.number]):
            problems.append(error("asked_in_bank", "stem", known=code).at(**where))
        if read.number in near:
            problems.append(near[read.number].at(**where))
        problems += [
            warning("passage_not_found", "cites", passage=slug).at(**where)
            for slug in read.question.cites
            if fold_words(slug) not in known
        ]
    if any(read.points is not None for read in reading.questions):
        problems.append(warning("points_left_out"))
    return replace(reading, problems=(*reading.problems, *problems))


def _near(session: Session, reading: Reading, bank: Bank, *, but: Mapping[str, str]) -> dict[int, Problem]:
    """The nearest question of the banks or of the file itself, for questions that are not the very same, by number."""
    stored = finding.all_of(session, [each.id for each in sister_banks(session, bank)])
    others: dict[int | str, Body] = {shown.question.code: shown.body for shown in stored}
    others |= {read.number: read.question for read in reading.questions}
    index = Index(others.items(), NEAR)
    found: dict[int, Problem] = {}
    for read in reading.questions:
        if stem_key(read.question) in but:
            continue
        alike = index.like(read.question)
        earlier = [(place, like) for place, like in alike if isinstance(place, str) or place < read.number]
        for place, like in earlier[:1]:
            told = {"id": place, "percent": round(100 * like.degree), "stem": others[place].stem}
            found[read.number] = warning("nearly_the_same", "stem", None, **told)
    return found


def _asked(session: Session, bank: Bank, keys: Sequence[str]) -> dict[str, str]:
    """Code of a question that is in use or on its way in the bank's resolution, by stem key."""
    found: dict[str, str] = {}
    for start in range(0, len(keys), 500):
        rows = session.execute(
            select(Question.stem_key, Question.code)
            .join(Bank, Bank.id == Question.bank_id)
            .join(Topic, Topic.id == Bank.topic_id)
            .where(
                Question.stem_key.in_(keys[start : start + 500]),
                Question.state != "retired",
                Topic.resolution_id == bank.topic.resolution_id,
            )
        )
        found |= dict(rows.all())
    return found


def was_read(
    session: Session, import_id: int, *, format_name: str, reading_key: str, reading: Reading, now: datetime
) -> None:
    """Keep what the file gave. An import that was dropped meanwhile stays dropped."""
    counts: dict[str, Any] = {"questions": len(reading.questions)} | dict(reading.counts())
    session.execute(
        update(QuestionImport)
        .where(QuestionImport.id == import_id, QuestionImport.state == "reading")
        .values(
            state="unreadable" if reading.unreadable else "read",
            format=format_name,
            reading_key=reading_key,
            counts=counts,
            settled_at=now if reading.unreadable else None,
        )
    )


def decide(session: Session, found: QuestionImport, changes: Mapping[str, Any]) -> None:
    """Remember decisions on questions ({number: decision}); None takes a decision back. Raises ImportGone."""
    if found.state != "read":
        raise ImportGone(f"import {found.id} is {found.state}")
    decisions = {**found.decisions}
    for number, change in changes.items():
        if change is None:
            decisions.pop(number, None)
        else:
            decisions[number] = {**decisions.get(number, {}), **change}
    found.decisions = decisions
    session.flush()


def drop(session: Session, found: QuestionImport, *, by: int, now: datetime) -> None:
    """Give an import up before anything of it was stored. Raises ImportGone."""
    _settle(session, found, ("reading", "read", "unreadable"), "dropped", by=by, now=now)
    session.flush()


def prepared(
    session: Session, bank: Bank, taken: Iterable[ReadQuestion], banks: Mapping[str, Bank]
) -> list[Row]:
    """Questions as rows to be stored; for thousands of them to be made before anything is written.

    `banks`: where questions of a topic of the file go; all others go to `bank`.
    """
    return prepare(taken, bank, banks, citable_by_word(queries.citable(session, bank.topic.resolution_id)))


def store(
    session: Session,
    found: QuestionImport,
    rows: Sequence[Row],
    pictures: Mapping[str, Picture],
    *,
    by: int | None,
    now: datetime,
) -> Stored:
    """Store the questions of an import, as drafts, in the caller's transaction. Raises ImportGone."""
    _settle(session, found, ("read",), "stored", by=by, now=now)
    stored = store_read(session, rows, pictures, by=by, now=now)
    links = [
        {"import_id": found.id, "question_id": question_id, "number": row.number}
        for row, question_id in zip(rows, stored.ids, strict=True)
    ]
    insert_rows(session, ImportedQuestion, links)
    found.counts = {**found.counts, "stored": len(stored.ids)}
    session.flush()
    return stored


def store_read(
    session: Session,
    rows: Sequence[Row],
    pictures: Mapping[str, Picture],
    *,
    by: int | None,
    now: datetime,
) -> Stored:
    """Store questions as drafts with their pictures."""
    _add_pictures(session, rows, pictures)
    return store_many(session, rows, state="draft", by=by, now=now)


def _add_pictures(session: Session, rows: Sequence[Row], pictures: Mapping[str, Picture]) -> None:
    names: set[str] = set().union(*(row.pictures for row in rows))
    there = set(session.scalars(select(Picture.name).where(Picture.name.in_(names))))
    session.add_all(pictures[name] for name in sorted(names - there))
    session.flush()


def undo(session: Session, found: QuestionImport, *, by: int, now: datetime) -> Undone:
    """Take an import back: what nobody touched since vanishes, the rest is retired and named. Raises ImportGone.

    Only drafts at their first version vanish: no paper can have drawn them.
    """
    _settle(session, found, ("stored",), "undone", by=by, now=now)
    mine = select(ImportedQuestion.question_id).where(ImportedQuestion.import_id == found.id)
    commented = select(QuestionComment.question_id)
    untouched = list(
        session.scalars(
            select(Question.id).where(
                Question.id.in_(mine),
                Question.state == "draft",
                Question.version == 1,
                Question.id.not_in(commented),
            )
        )
    )
    for start in range(0, len(untouched), 500):
        _remove(session, untouched[start : start + 500])
    rest = session.scalars(
        select(Question).where(Question.id.in_(mine), Question.state != "retired").order_by(Question.id)
    ).all()
    for question in rest:
        question.retired_from, question.state, question.retired_by = question.state, "retired", by
        record(
            session, "question.retire", "question", question.id, actor_id=by, now=now, undone_import=found.id
        )
    session.flush()
    return Undone(len(untouched), [question.code for question in rest])


def _remove(session: Session, ids: Sequence[int]) -> None:
    versions = select(QuestionVersion.id).where(QuestionVersion.question_id.in_(ids))
    session.execute(delete(Citation).where(Citation.version_id.in_(versions)))
    for table in (QuestionTag, ImportedQuestion, QuestionVersion):
        session.execute(delete(table).where(table.question_id.in_(ids)))
    session.execute(delete(Question).where(Question.id.in_(ids)))


def _settle(
    session: Session,
    found: QuestionImport,
    before: Sequence[str],
    after: str,
    *,
    by: int | None,
    now: datetime,
) -> None:
    """Move the import on, once: of two who press at the same time the second gets ImportGone."""
    moved = session.execute(
        update(QuestionImport)
        .where(QuestionImport.id == found.id, QuestionImport.state.in_(before))
        .values(state=after, settled_at=now)
        .returning(QuestionImport.id)
    ).first()
    if moved is None:
        raise ImportGone(f"import {found.id} is no longer {' or '.join(before)}")
    session.refresh(found)
    record(session, f"import.{after}", "import", found.id, actor_id=by, now=now, file=found.file_name)


def stored_ids(session: Session, import_id: int) -> Sequence[int]:
    """The questions that an import stored and that are still there."""
    return session.scalars(
        select(ImportedQuestion.question_id)
        .where(ImportedQuestion.import_id == import_id)
        .order_by(ImportedQuestion.number)
    ).all()


def drafts_left(session: Session, import_id: int) -> int:
    """How many of the stored questions are still drafts."""
    return (
        session.scalar(
            select(func.count())
            .select_from(ImportedQuestion)
            .join(Question, Question.id == ImportedQuestion.question_id)
            .where(ImportedQuestion.import_id == import_id, Question.state == "draft")
        )
        or 0
    )
