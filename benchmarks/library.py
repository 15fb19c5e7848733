"""An installation with the shipped banks and a trainer who imports files into one of them."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from benchmarks.ground import Ground
from benchmarks.population import RESOLUTION, add_people, unit
from benchmarks.world import tidy
from lms.banks import queries
from lms.banks.content import read_content
from lms.banks.jobs import read_import, store_import
from lms.banks.loading import load
from lms.banks.models import Bank, ImportedQuestion, QuestionImport, QuestionVersion
from lms.banks.transfer import imports
from lms.config import PROJECT
from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.organisation.models import Person
from lms.questions.question import Question
from lms.questions.reading import ReadQuestion

BANK = f"{RESOLUTION}/congress"
CHILD = "lms.banks.transfer.reading:in_child"  # by this word the command line of the bounded child is known
HANDLERS: dict[str, jobs.Handler] = {imports.JOB_READ: read_import, imports.JOB_STORE: store_import}


class Watched(Database):
    """A database that remembers how long its longest write transaction took, in seconds."""

    longest = 0.0

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        began = time.perf_counter()
        with super().writing() as session:
            yield session
        self.longest = max(self.longest, time.perf_counter() - began)


class Library:
    """Imports by the product's own jobs, in this process instead of the worker's."""

    def __init__(self, ground: Ground, kind: str) -> None:
        settings = ground.settings(kind)
        self.kind = kind
        self.database_pids = [ground.postmaster] if kind == "postgresql" else []
        self.database = Watched(settings.database_url, pool_size=2)
        self.storage = Storage(settings.data_dir / "files")
        with self.database.writing() as session:
            self.trainer = _furnish(session, clock.now())
        tidy(self.database)

    def close(self) -> None:
        self.database.engine.dispose()

    def read(self, data: bytes, name: str) -> int:
        """Upload a file and let the job read it; the import's id."""
        with self.storage.writing() as (key, file):
            file.write(data)
        with self.database.writing() as session:
            found = imports.begin(
                session, _bank(session), file_name=name, file_key=key, wanted="", back="/", by=self.trainer,
                now=clock.now(),
            )  # fmt: skip
            import_id, job_id = found.id, found.job_id
        assert job_id is not None
        jobs.run(job_id, HANDLERS, self.database, self.storage)
        return import_id

    def store(self, import_id: int) -> None:
        """Let the job store all that can be taken."""
        params = {"import": import_id, "by": self.trainer, "back": "/"}
        with self.database.writing() as session:
            job_id = jobs.ask_for(session, imports.JOB_STORE, params, by=self.trainer, now=clock.now()).id
        jobs.run(job_id, HANDLERS, self.database, self.storage)

    def check(self, import_id: int, questions: Sequence[ReadQuestion]) -> None:
        """Raises RuntimeError unless exactly these questions are stored."""
        mine = select(ImportedQuestion.question_id).where(ImportedQuestion.import_id == import_id)
        with self.database.reading() as session:
            bodies = session.scalars(
                select(QuestionVersion.body).where(QuestionVersion.question_id.in_(mine))
            ).all()
        stored = sorted(Question.from_json(body).stem for body in bodies)
        if stored != sorted(read.question.stem for read in questions):
            raise RuntimeError(f"{len(stored)} of {len(questions)} questions were stored, or others")

    def undo(self, import_id: int, count: int) -> None:
        """Take it back. Raises RuntimeError unless all of it vanishes."""
        with self.database.writing() as session:
            found = session.get_one(QuestionImport, import_id)
            undone = imports.undo(session, found, by=self.trainer, now=clock.now())
        if undone.removed != count:
            raise RuntimeError(f"{undone.removed} of {count} questions were removed")


def _furnish(session: Session, now: datetime) -> int:
    """The shipped banks and the trainer, whose id is returned."""
    load(session, read_content(PROJECT / "question_banks"), by=None, now=now)
    office = unit(session, "TU", "Thành ủy Hà Nội", None, now)
    add_people(session, 1, [office.id], now)
    return session.scalars(select(Person.id)).one()


def _bank(session: Session) -> Bank:
    found = queries.bank_by_slug(session, BANK)
    if found is None:
        raise LookupError(f"the content has no bank {BANK}")
    return found
