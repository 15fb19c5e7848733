"""Long work of the banks: reading an uploaded file, and storing what was read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lms.banks import near
from lms.banks.models import Bank, Picture, QuestionImport
from lms.banks.transfer import exports, imports, keeping, papers
from lms.banks.transfer.mapping import banks_by_topic
from lms.banks.transfer.reading import FileRead, read_file
from lms.banks.transfer.rules import judge
from lms.kit.clock import now as clock_now
from lms.kit.jobs import Run
from lms.questions.formats import by_name
from lms.vietnamese.dates import local


def read_import(run: Run) -> dict[str, Any]:
    """Job: read the file of an import. Parameters: import (its id), back."""
    import_id = run.params["import"]
    with run.database.reading() as session:
        found = session.get_one(QuestionImport, import_id)
        path, name, wanted = run.storage.path(found.file_key), found.file_name, found.format
    run.progress(0, 3)
    read = read_file(path.read_bytes(), name, wanted)
    run.progress(1, 3)
    with run.database.reading() as session:
        bank = session.get_one(QuestionImport, import_id).bank
        reading = imports.with_bank(session, read.reading, bank)
    run.progress(2, 3)
    key = keeping.keep(run.storage, FileRead(read.format, reading, read.sizes))
    with run.database.writing() as session:
        imports.was_read(
            session, import_id, format_name=read.format, reading_key=key, reading=reading, now=clock_now()
        )
    return {}


def store_import(run: Run) -> dict[str, Any]:
    """Job: store what was read and decided. Parameters: import (its id), by, back.

    Everything is computed before the database is written to: others save their answers meanwhile.
    """
    by, now = run.params["by"], clock_now()
    with run.database.reading() as session:
        found = session.get_one(QuestionImport, run.params["import"])
        if found.state != "read" or found.reading_key is None:
            return {}
        read = keeping.kept(run.storage, found.reading_key)
        judged = judge(read.reading, found.decisions, found.bank.scheme)
        taken = [one.read for one in judged if one.taken]
        rows = imports.prepared(session, found.bank, taken, banks_by_topic(session, found))
    run.progress(1, 2)
    with run.database.writing() as session:
        found = session.get_one(QuestionImport, run.params["import"])
        imports.store(session, found, rows, pictures_of(read, by, now), by=by, now=now)
    return {}


def write_export(run: Run) -> dict[str, Any]:
    """Job: write the questions of a bank into a file. Parameters: bank (its id), format, states, back."""
    known = by_name(run.params["format"])
    if known is None:
        raise LookupError(f"no format {run.params['format']!r}")
    run.progress(0, 2)
    with run.database.reading() as session:
        bank = session.get_one(Bank, run.params["bank"])
        slug, export = bank.slug, exports.of_bank(session, bank, run.params["states"])
    run.progress(1, 2)
    data = export.write(known)
    with run.storage.writing() as (key, file):
        file.write(data)
    return {"file": key, "name": f"{slug.replace('/', '-')}{known.suffix}", "type": known.media_type}


def write_paper(run: Run) -> dict[str, Any]:
    """Job: write a printed paper. Parameters: bank (its id), states, paper (`papers.Wanted`), back."""
    wanted = papers.Wanted(**run.params["paper"])
    run.progress(0, 2)
    with run.database.reading() as session:
        bank = session.get_one(Bank, run.params["bank"])
        source = papers.source(session, bank, run.params["states"], local(clock_now()).date())
        name = papers.file_stem(bank)
    run.progress(1, 2)
    made = papers.in_one_file(papers.write(source.questions, source.export.pictures, wanted), name)
    with run.storage.writing() as (key, file):
        file.write(made.data)
    return {"file": key, "name": f"{name}{made.ending}", "type": made.media_type}


def compare_questions(run: Run) -> dict[str, Any]:
    """Job: look for near-duplicates among the questions of a resolution. Parameters: resolution (its id), degree."""
    with run.database.reading() as session:
        return near.compare(session, run.params["resolution"], run.params["degree"]).to_json()


def pictures_of(read: FileRead, by: int | None, now: datetime) -> Mapping[str, Picture]:
    """The pictures of a file as rows that are not stored yet."""
    return {
        name: Picture(
            name=name,
            media_type=read.sizes[name][0],
            width=read.sizes[name][1],
            height=read.sizes[name][2],
            data=data,
            created_by=by,
            created_at=now,
        )
        for name, data in read.reading.pictures.items()
    }
