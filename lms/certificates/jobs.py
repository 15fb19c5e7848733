"""Certificates in bulk: the regular sweep that issues what was earned, and the bundle of a unit."""

from __future__ import annotations

import hashlib
import os
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms.certificates import actions, bundles, document, files, queries
from lms.certificates.bundles import Place, Told, Workshop
from lms.certificates.press import plates, printable
from lms.certificates.queries import Issued
from lms.certificates.seal import keys
from lms.config import Settings, Signing, pdf_signing
from lms.config import Told as Unusable
from lms.kit.clock import now as clock_now
from lms.kit.db import Database
from lms.kit.i18n import N_
from lms.kit.jobs import Job, JobRefused, Run
from lms.kit.storage import Storage

PAGE = 200
PLANNED = 2000  # certificates of a plan in one statement
STEP = 10  # certificates between two words about the progress, and in one transaction
LONGEST_BREATH = 0.2  # seconds
NOT_MADE = N_(
    "The certificates could not be made: the key, the token or a font on the server is not usable. The administrator "
    "finds the reason in the log of the worker; please ask again when it is mended. Nothing is lost."
)
log = structlog.get_logger(__name__)
TYPES = {"zip": "application/zip", "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the worker that runs a job finds the key of the seals."""

    data_dir: Path
    signing_key: Path | None


def issue_earned(database: Database, now: datetime, settings: Settings) -> int:
    """Issue every certificate that was earned and not asked for yet; returns how many."""
    return _Issuing(database, settings, settings.base_url, now).all()


@dataclass(frozen=True, slots=True)
class _Issuing:
    """Issues what was earned and has no certificate yet, in short transactions (see _breathe)."""

    database: Database
    place: keys.KeyPlace
    base_url: str
    now: datetime

    def all(self, told: Callable[[], None] | None = None, **where: Any) -> int:
        """Returns how many; `told` is called between the transactions. What cannot be issued is logged and does not
        hold up the others. Raises KeyUnusable, SettingsError."""
        issued, left, key = 0, set[tuple[int, int]](), None
        while True:
            with self.database.reading() as session:
                rows = queries.without_certificate(session, most=PAGE + len(left), **where)
                missing = [(row[0], row[1]) for row in rows if (row[0], row[1]) not in left]
            if missing and key is None:
                key = self._key()
            for at in range(0, len(missing), STEP):
                began, some = time.monotonic(), missing[at : at + STEP]
                made = self._some(some, key)
                left |= set(some) - made
                issued += len(made)
                if told:
                    told()
                _breathe(self.database, time.monotonic() - began)
            if len(missing) < PAGE:
                return issued

    def _key(self) -> keys.SealKey:
        with self.database.writing() as session:
            return keys.enter(session, keys.own_key(self.place), self.now)

    def _some(self, some: Sequence[tuple[int, int]], key: keys.SealKey | None) -> set[tuple[int, int]]:
        """Those of them who have one now: all in one transaction, or each alone where one cannot be issued."""
        try:
            with self.database.writing() as session:
                there = queries.holding(session, some)  # somebody else issues too
                return there | {each for each in some if each not in there and self._one(session, *each, key)}
        except OperationalError:  # the database, not one of them: the next sweep goes on
            raise
        except Exception:
            if len(some) > 1:
                return set().union(*(self._some([each], key) for each in some))
            log.exception("certificate_not_issued", exam=some[0][0], person=some[0][1])
            return set()

    def _one(self, session: Session, exam_id: int, person_id: int, key: keys.SealKey | None) -> bool:
        made = actions.issue(
            session, exam_id, person_id, base_url=self.base_url, by=None, now=self.now, key=key
        )
        return made is not None


def _breathe(database: Database, held: float) -> None:
    """SQLite has one writer at a time, and who waits for it looks only now and then whether it is free: whoever writes
    much has to leave it to others again and again, or answers of people who sit an exam are not stored."""
    if database.engine.dialect.name == "sqlite":
        time.sleep(min(held / 2, LONGEST_BREATH))


def bundle(run: Run) -> dict[str, Any]:
    """Job: the certificates of a unit and all below, as a zip with a folder for each unit or as one PDF for printing.

    Parameters: exam_ids, unit_id, unit (its name), kind ("zip" or "pdf"), base_url. May be run again after a crash:
    the plan and the finished parts are kept.
    """
    try:
        return _bundled(run)
    except Unusable as error:
        log.error("bundle_not_made", job=run.job_id, reason=str(error))  # noqa: TRY400 - the sentence says it all
        raise JobRefused(NOT_MADE) from error


def _bundled(run: Run) -> dict[str, Any]:
    workshop, kind = Workshop(run.storage, run.job_id), run.params["kind"]
    places = workshop.planned()
    if places is None:
        places = workshop.plan(_planned(run))
    make = {"zip": _make_zip, "pdf": _make_pdf}[kind]
    progress = _Progress(run, len(places))
    told: list[Told] = []
    for number, chunk in enumerate(bundles.chunks(places)):
        finished = workshop.told(number)
        told += finished if finished is not None else _make_part(run, number, chunk, make, progress)
        progress.at(min((number + 1) * bundles.PART, len(places)))
    plates.forget()
    parts = [workshop.part(number) for number in range(len(bundles.chunks(places)))]
    with run.storage.writing() as (key, file):
        if kind == "zip":
            bundles.join_zips(parts, told, file, progress.still_here)
        else:
            bundles.join_pdfs(parts, cast("BinaryIO", file))
    workshop.clear()
    return {"file": key, "name": f"{run.params['unit']} - giấy chứng nhận.{kind}", "type": TYPES[kind]}


def clear_workshops(database: Database, storage: Storage) -> int:
    """Throw away the parts of bundles that nobody makes any more; returns of how many."""
    lying = bundles.workshops(storage)
    cleared = 0
    for job_id in lying:
        with database.reading() as session:
            job = session.get(Job, job_id)
            wanted = job is not None and job.state in ("waiting", "running")
        if not wanted:
            Workshop(storage, job_id).clear()
            cleared += 1
    return cleared


def _planned(run: Run) -> list[Place]:
    """Who is in the bundle, those who have earned one and have none yet included."""
    params = run.params
    where = {"exam_ids": params["exam_ids"], "unit_id": params["unit_id"]}
    own = os.environ.get("LMS_SIGNING_KEY")
    place = _Place(run.storage.folder.parent, Path(own) if own else None)
    issuing = _Issuing(run.database, place, params["base_url"], clock_now())
    with run.database.reading() as session:
        expected = queries.count_to_bundle(session, **where)

    def still_here() -> None:
        run.progress(0, expected)

    issuing.all(told=still_here, **where)
    return bundles.places_of(list(_all(run.database, still_here, **where)))


def _all(
    database: Database, told: Callable[[], None], *, exam_ids: list[int], unit_id: int
) -> Iterator[Issued]:
    """Every certificate of the bundle in order, read page by page, without holding a transaction open."""
    after: tuple[str, int] | None = None
    while True:
        with database.reading() as session:
            page = queries.issued_in(session, exam_ids, unit_id, after=after, most=PLANNED)
        told()
        yield from (issued for _key, issued in page)
        if len(page) < PLANNED:
            return
        after = page[-1][0], page[-1][1].id


class _Progress:
    """Tells now and then how far it is, and stops when the job was cancelled; it never goes back, not even where a
    worker that was killed had got further than its last finished part."""

    def __init__(self, run: Run, total: int) -> None:
        self._run, self._total, self._told = run, total, -STEP
        with run.database.reading() as session:
            self._reached = session.get_one(Job, run.job_id).done

    def at(self, done: int) -> None:
        """Raises JobCancelled."""
        if done - self._told >= STEP or done == self._total != self._told:
            self._told = done
            self._reached = max(self._reached, done)
            self.still_here()

    def still_here(self) -> None:
        """Keep the job; nothing is new. Raises JobCancelled."""
        self._run.progress(self._reached, self._total)


Make = Callable[[Run, BinaryIO, Sequence[tuple[Place, Issued]]], Iterator[tuple[Place, Issued, str]]]


def _make_part(run: Run, number: int, chunk: Sequence[Place], make: Make, progress: _Progress) -> list[Told]:
    with run.database.reading() as session:
        found = queries.issued_by_id(session, [place.id for place in chunk])
    pairs = [(place, found[place.id]) for place in chunk if place.id in found]  # without those revoked since
    with Workshop(run.storage, run.job_id).making(number) as (file, told):
        for place, issued, sha256 in make(run, file, pairs):
            told.append(_told(place, issued, sha256))
            progress.at(number * bundles.PART + len(told))
    given = [(each.id, line.sha256) for (_, each), line in zip(pairs, told, strict=True) if line.sha256]
    with run.database.writing() as session:
        files.note_many(session, given, now=clock_now(), by=None)
    return told


def _told(place: Place, issued: Issued, sha256: str) -> Told:
    facts = issued.facts
    return Told(
        order=place.order,
        folder=place.folder,
        file=document.file_name(facts, place.order),
        name=str(facts["name"]),
        unit=issued.unit,
        number=str(facts["number"]),
        result=str(facts["result"]),
        grade=str(facts["grade"]),
        code=issued.code,
        sha256=sha256,
    )


def _make_zip(
    run: Run, file: BinaryIO, pairs: Sequence[tuple[Place, Issued]]
) -> Iterator[tuple[Place, Issued, str]]:
    """The files of a part, each with its hash."""
    signing = pdf_signing(os.environ)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for place, issued in pairs:
            pdf = _file_of(run.storage, issued, signing)
            name = f"{place.folder}/{document.file_name(issued.facts, place.order)}"
            archive.writestr(zipfile.ZipInfo(name, bundles.FIXED_TIME), pdf)
            yield place, issued, hashlib.sha256(pdf).hexdigest()


def _file_of(storage: Storage, issued: Issued, signing: Signing | None) -> bytes:
    """The file that was signed outside, or our own."""
    if issued.signed_key:
        return storage.path(issued.signed_key).read_bytes()
    return document.signed_pdf(issued, signing)


def _make_pdf(
    run: Run, file: BinaryIO, pairs: Sequence[tuple[Place, Issued]]
) -> Iterator[tuple[Place, Issued, str]]:
    """The pages of a part; nobody gets a file of their own, so there are no hashes."""
    pages = printable.Pages()
    for place, issued in pairs:
        if issued.signed_key:
            pages.add_file(run.storage.path(issued.signed_key))
        else:
            pages.add(document.sheet_of(issued))
        yield place, issued, ""
    pages.save(file)
