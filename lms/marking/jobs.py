"""Looking for texts that resemble each other: a job for each exam, asked for by the sweep when answers have come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from lms.attempts import answers, rules
from lms.attempts.models import Attempt, HandedFile
from lms.attempts.sheet import answer_in
from lms.exams import paper
from lms.exams.paper import Slot
from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.jobs import Job, Run
from lms.marking.likeness import Pair, alike
from lms.marking.models import Likeness, MarkingTask
from lms.marking.texts import FileTexts, joined, kept_texts

JOB = "marking.likeness"
PAUSE = timedelta(hours=1)  # between two looks at the same exam while answers are coming in
BATCH = 200
TELLING = 20  # answers between two signs of life: reading files takes its time
Place = tuple[int, int]  # attempt and slot


def ask_due(database: Database, now: datetime) -> int:
    """The sweep: ask for a look at every exam whose answers have come since the last one; returns how many."""
    with database.reading() as session:
        due = _due(session, now)
    for exam_id in due:
        with database.writing() as session:
            jobs.ask_for(session, JOB, {"exam": exam_id}, by=None, now=now)
    return len(due)


def _due(session: Session, now: datetime) -> list[int]:
    rows = session.execute(
        select(MarkingTask.exam_id, func.max(MarkingTask.created_at)).group_by(MarkingTask.exam_id)
    )
    newest: dict[int, datetime] = {row[0]: row[1] for row in rows}
    last = {exam_id: job for exam_id, job in _last_jobs(session).items() if exam_id in newest}
    return [
        exam_id for exam_id, at in newest.items() if exam_id not in last or _is_due(last[exam_id], at, now)
    ]


def _is_due(job: Job, newest: datetime, now: datetime) -> bool:
    return (
        job.state not in ("waiting", "running") and job.created_at <= newest and job.created_at + PAUSE <= now
    )


def _last_jobs(session: Session) -> dict[int, Job]:
    """The latest job of each exam."""
    found = session.scalars(select(Job).where(Job.kind == JOB).order_by(Job.id))
    return {int(job.params["exam"]): job for job in found}


def find_alike(run: Run) -> dict[str, Any]:
    """The job's handler. Compares the answers to each question of the exam, and replaces what was found before."""
    exam_id = int(run.params["exam"])
    with run.database.reading() as session:
        former = last_texts(session, exam_id, before=run.job_id)
        ids = session.scalars(
            select(MarkingTask.attempt_id)
            .join(Attempt, Attempt.id == MarkingTask.attempt_id)
            .where(MarkingTask.exam_id == exam_id, Attempt.state == "submitted")
            .distinct()
        ).all()
    of_files = FileTexts(run.storage, kept_texts(run.storage, former))
    by_question: dict[int, list[tuple[Place, str]]] = defaultdict(list)
    asked: dict[int, str] = {}
    for number, (place, slot, text) in enumerate(_texts(run, sorted(ids), of_files)):
        by_question[slot.version_id].append((place, text))
        asked[slot.version_id] = asked_words(slot)
        if number % TELLING == 0:
            run.progress(number, 0)
    done = sum(map(len, by_question.values()))
    pairs = [
        pair
        for version_id, texts in by_question.items()
        for pair in alike(texts, asked[version_id], tick=lambda: run.progress(done, 0))
    ]
    with run.database.writing() as session:
        people = _people(session, exam_id)
        found = [pair for pair in pairs if people[pair.first[0]] != people[pair.second[0]]]
        _replace(session, ids, found, clock.now())
    key = of_files.keep()
    if former:
        run.storage.remove(former)
    return {"pairs": len(found), "texts": key}


def last_texts(session: Session, exam_id: int, *, before: int | None) -> str:
    """The key under which the last run for an exam (before a job) left the texts of files; "" if there is none."""
    wanted = select(Job).where(Job.kind == JOB, Job.state == "done").order_by(Job.id.desc())
    done = session.scalars(wanted if before is None else wanted.where(Job.id < before))
    return next(
        (str(job.result["texts"]) for job in done if job.params["exam"] == exam_id and job.result), ""
    )


def asked_words(slot: Slot) -> str:
    """What everybody may quote: the question's stem and the text that belongs to it."""
    stimulus = slot.asked.stimulus
    return f"{slot.asked.stem}\n{stimulus.text if stimulus else ''}"


def _people(session: Session, exam_id: int) -> dict[int, int]:
    """Whose attempt each is: what somebody wrote again resembles what they wrote, and says nothing."""
    rows = session.execute(select(Attempt.id, Attempt.person_id).where(Attempt.exam_id == exam_id))
    return {row.id: row.person_id for row in rows}


def _texts(run: Run, ids: Sequence[int], of_files: FileTexts) -> Iterator[tuple[Place, Slot, str]]:
    for at in range(0, len(ids), BATCH):
        with run.database.reading() as session:
            yield from texts_of(session, ids[at : at + BATCH], of_files)


def texts_of(
    session: Session, attempt_ids: Sequence[int], of_files: FileTexts
) -> Iterator[tuple[Place, Slot, str]]:
    """Every essay of these attempts with what stands in it, files included."""
    events = answers.events_of_each(session, attempt_ids)
    rows = session.execute(select(Attempt.id, Attempt.paper_id).where(Attempt.id.in_(attempt_ids)))
    papers: dict[int, int] = {row.id: row.paper_id for row in rows}
    handed = _files(session, attempt_ids)
    for attempt_id in attempt_ids:
        held = rules.derive(events[attempt_id])
        for slot in paper.load(session, papers[attempt_id]).slots:
            if slot.question.type in paper.BY_PERSON:
                typed = answer_in(slot, held)
                files = [of_files.text(file) for file in handed.get((attempt_id, slot.number), ())]
                text = joined(typed if isinstance(typed, str) else "", files)
                if text:
                    yield (attempt_id, slot.number), slot, text


def _files(session: Session, attempt_ids: Sequence[int]) -> Mapping[Place, list[HandedFile]]:
    found: dict[Place, list[HandedFile]] = defaultdict(list)
    for file in session.scalars(
        select(HandedFile)
        .where(HandedFile.attempt_id.in_(attempt_ids), HandedFile.removed_at.is_(None))
        .order_by(HandedFile.id)
    ):
        found[file.attempt_id, file.slot].append(file)
    return found


def _replace(session: Session, ids: Sequence[int], pairs: Sequence[Pair[Place]], now: datetime) -> None:
    for at in range(0, len(ids), BATCH):
        session.execute(delete(Likeness).where(Likeness.attempt_id.in_(ids[at : at + BATCH])))
    session.add_all(
        Likeness(
            attempt_id=pair.second[0],
            slot=pair.second[1],
            other_attempt_id=pair.first[0],
            other_slot=pair.first[1],
            share=pair.share,
            found_at=now,
        )
        for pair in pairs
    )
