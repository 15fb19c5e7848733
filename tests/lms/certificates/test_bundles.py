"""Bundles: a folder a unit, a list with hashes, taken up again after a killed worker without anything made twice."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update

from lms.certificates import bundles, document, jobs
from lms.certificates.bundles import places_of
from lms.certificates.models import Certificate, CertificateFile
from lms.certificates.queries import Issued
from lms.certificates.seal import keys, payload
from lms.certificates.seal.sealing import Seal
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.jobs import Job, Run, ask_for, cancel, run
from lms.kit.storage import Storage
from tests.cast import NOW, Cast
from tests.lms.certificates.test_certificates import let_pass
from tests.stage import Stage, stage

HANDLERS = {"certificates.bundle": jobs.bundle}
PEOPLE = ("lan", "long", "hoa")
Ask = Callable[[str], int]


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, clock.now())


@pytest.fixture
def ask(database: Database, cast: Cast, staged: Stage) -> Ask:
    """Ask for a bundle of the whole city, in which three have passed."""
    for key in PEOPLE:
        let_pass(database, staged, cast.people[key])

    def asked(kind: str) -> int:
        where = {"exam_ids": [staged.exam_id], "unit_id": cast.units["city"], "unit": "Thành ủy"}
        params: dict[str, Any] = where | {"kind": kind, "base_url": "http://localhost"}
        with database.writing() as session:
            return ask_for(session, "certificates.bundle", params, by=None, now=NOW).id

    return asked


def finished(database: Database, storage: Storage, job_id: int) -> bytes:
    run(job_id, HANDLERS, database, storage)
    with database.reading() as session:
        job = session.get_one(Job, job_id)
        assert job.state == "done"
        assert job.done == job.total == len(PEOPLE)
        assert job.result
        return storage.path(job.result["file"]).read_bytes()


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_has_a_folder_a_unit_and_lists_with_hashes(
    database: Database, storage: Storage, ask: Ask
) -> None:
    found = members(finished(database, storage, ask("zip")))
    pdfs = {name: data for name, data in found.items() if name.endswith(".pdf")}
    assert len(pdfs) == 3
    told = json.loads(found["danh-sach.json"])["certificates"]
    for row in told:
        data = pdfs[f"{row['folder']}/{row['file']}"]
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert row["file"].startswith(f"{row['order']:06d} - ")
        assert PdfReader(io.BytesIO(data)).pages
    assert [row["order"] for row in told] == [1, 2, 3]
    rows = list(csv.reader(io.StringIO(found["danh-sach.csv"].decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == list(bundles.COLUMNS)
    assert [row[3] for row in rows[1:]] == [row["name"] for row in told]
    assert [row[-1] for row in rows[1:]] == [row["sha256"] for row in told]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(found["danh-sach.xlsx"])).get_sheet_by_index(0)
    assert [[str(cell) for cell in line[1:]] for line in sheet.to_python()[-4:]] == [row[1:] for row in rows]
    with database.reading() as session:
        given = set(session.scalars(select(CertificateFile.sha256)))
    assert given == {row["sha256"] for row in told}


def test_the_same_bundle_twice_is_the_same_file_and_books_nothing_twice(
    database: Database, storage: Storage, ask: Ask
) -> None:
    one, other = (finished(database, storage, ask("zip")) for _ in range(2))
    assert one == other
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CertificateFile)) == 3
        assert session.scalar(select(func.count()).select_from(Certificate)) == 3


def test_what_the_sweep_issues_is_sealed_and_its_file_proves_it(
    database: Database, storage: Storage, ask: Ask
) -> None:
    found = members(finished(database, storage, ask("zip")))
    with database.reading() as session:
        public = keys.public_keys(session)
        issued = session.scalars(select(Certificate)).all()
    for each in issued:
        digits = Seal.read(each.seal).digits
        facts = payload.unseal(digits, each.code, public)
        assert facts.name == each.facts["name"]
        assert str(each.facts["check_url"]).endswith(f"/c/{each.code}#{digits}")
        assert document.certificate_pdf(each) in found.values(), "one by one the same bytes"


def test_one_pdf_for_printing_has_a_page_a_person(database: Database, storage: Storage, ask: Ask) -> None:
    pages = PdfReader(io.BytesIO(finished(database, storage, ask("pdf")))).pages
    with database.reading() as session:
        names = {str(facts["name"]) for facts in session.scalars(select(Certificate.facts))}
    texts = [" ".join(page.extract_text().split()) for page in pages]
    assert len(texts) == 3
    assert all(sum(name in text for text in texts) == 1 for name in names)


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_a_killed_worker_costs_no_finished_part_and_nobody_is_in_it_twice(
    database: Database,
    database_url: str,
    storage: Storage,
    ask: Ask,
    parts: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job_id = ask("zip")
    arguments = (database_url, str(storage.folder), str(job_id), str(parts))
    command = [sys.executable, "-m", "tests.lms.certificates.killed_bundle", *arguments]
    killed = subprocess.run(command, capture_output=True, check=False)
    assert killed.returncode == -9, killed.stderr.decode()
    with database.writing() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.done) == ("running", (parts and parts - 1) or 0) or job.done <= parts
        reached = min(parts + 1, 3)  # it had told of one more than it had finished
        told_before = {"done": reached, "total": 3} if parts else {}
        session.execute(update(Job).values(lease_until=clock.now() - timedelta(seconds=1), **told_before))
    made: list[int] = []
    real = document.signed_pdf
    monkeypatch.setattr(bundles, "PART", 1)

    def counted(*given: Any) -> bytes:
        made.append(1)
        return real(*given)

    monkeypatch.setattr(document, "signed_pdf", counted)
    said: list[int] = []
    tell = Run.progress

    def noted(self: Run, done: int, total: int) -> None:
        said.append(done)
        tell(self, done, total)

    monkeypatch.setattr(Run, "progress", noted)
    found = members(finished(database, storage, job_id))
    assert len(made) == 3 - parts
    assert said == sorted(said)
    assert said[0] >= (reached if parts else 0), "progress never goes back"
    told = json.loads(found["danh-sach.json"])["certificates"]
    assert len({row["code"] for row in told}) == 3
    assert all(
        row["sha256"] == hashlib.sha256(found[f"{row['folder']}/{row['file']}"]).hexdigest() for row in told
    )
    assert bundles.workshops(storage) == []


def test_a_cancelled_bundle_stops_and_its_parts_are_cleared(
    database: Database, storage: Storage, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = ask("zip")
    monkeypatch.setattr(bundles, "PART", 1)
    monkeypatch.setattr(jobs, "STEP", 1)
    real, made = document.signed_pdf, []

    def cancelling(*given: Any) -> bytes:
        made.append(1)
        if len(made) == 2:
            with database.writing() as session:
                cancel(session, job_id, clock.now())
        return real(*given)

    monkeypatch.setattr(document, "signed_pdf", cancelling)
    run(job_id, HANDLERS, database, storage)
    assert len(made) == 2
    assert bundles.workshops(storage) == [job_id]
    assert jobs.clear_workshops(database, storage) == 1
    assert jobs.clear_workshops(database, storage) == 0


def test_the_parts_of_a_running_bundle_are_left_alone(database: Database, storage: Storage, ask: Ask) -> None:
    job_id = ask("zip")
    bundles.Workshop(storage, job_id).plan([])
    assert jobs.clear_workshops(database, storage) == 0


def test_who_is_revoked_after_the_plan_is_not_in_the_bundle(
    database: Database, storage: Storage, ask: Ask
) -> None:
    finished(database, storage, ask("zip"))
    job_id = ask("zip")
    with database.reading() as session:
        ids = list(session.scalars(select(Certificate.id).order_by(Certificate.id)))
    bundles.Workshop(storage, job_id).plan([bundles.Place(each, n, "x") for n, each in enumerate(ids, 1)])
    with database.writing() as session:
        session.execute(
            update(Certificate)
            .where(Certificate.id == ids[0])
            .values(revoked_at=clock.now(), revoked_reason="Cấp nhầm")
        )
    found = members(finished(database, storage, job_id))
    assert len([name for name in found if name.endswith(".pdf")]) == 2


def issued(number: int, unit: str, unit_id: int, code: str) -> Issued:
    return Issued(number, "", {}, unit, NOW, unit_id=unit_id, unit_code=code)


def test_units_of_one_name_have_folders_of_their_own() -> None:
    places = places_of(
        [issued(1, "Chi bộ 2", 5, "HK-2"), issued(2, "Chi bộ 1", 6, "HK-1"), issued(3, "Chi bộ 1", 7, "HM-1")]
    )
    assert [(place.id, place.order, place.folder) for place in places] == [
        (2, 1, "Chi bo 1 (HK 1)"),
        (3, 2, "Chi bo 1 (HM 1)"),
        (1, 3, "Chi bo 2"),
    ]


def test_a_folder_never_leads_out_of_the_zip() -> None:
    places = places_of([issued(1, "../../etc", 5, "x"), issued(2, "///", 6, "y")])
    assert [place.folder for place in places] == ["Don vi", "etc"]
