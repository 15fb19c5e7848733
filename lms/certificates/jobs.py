"""Certificates in bulk: the regular sweep that issues what was earned, and the bundle of a unit."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import IO, Any

from lms.certificates import actions, document, queries
from lms.certificates.queries import Issued
from lms.config import Settings
from lms.kit.clock import now as clock_now
from lms.kit.db import Database
from lms.kit.jobs import Run

PAGE = 200
FIXED_TIME = (2026, 1, 1, 0, 0, 0)  # of members of a zip: the same certificates give the same file
MANIFEST = ("STT", "Tệp", "Họ và tên", "Đơn vị", "Số", "Kết quả", "Xếp loại", "Mã tra cứu")


def issue_earned(database: Database, now: datetime, settings: Settings) -> int:
    """Issue every certificate that was earned and not asked for yet; returns how many."""
    return _issue_missing(database, settings.base_url, now)


def _issue_missing(database: Database, base_url: str, now: datetime, **where: Any) -> int:
    issued = 0
    while True:
        with database.writing() as session:
            missing = queries.without_certificate(session, most=PAGE, **where)
            for exam_id, person_id in missing:
                actions.issue(session, exam_id, person_id, base_url=base_url, by=None, now=now)
        issued += len(missing)
        if len(missing) < PAGE:
            return issued


def bundle(run: Run) -> dict[str, Any]:
    """Job: the certificates of a unit and all below as one zip or one PDF.

    Parameters: exam_ids, unit_id, unit (its name), kind ("zip" or "pdf"), base_url.
    """
    params = run.params
    where = {"exam_ids": params["exam_ids"], "unit_id": params["unit_id"]}
    _issue_missing(run.database, params["base_url"], clock_now(), **where)
    with run.database.reading() as session:
        total = queries.count_to_bundle(session, **where)
    run.progress(0, total)
    with run.storage.writing() as (key, file):
        writer = {"zip": _write_zip, "pdf": _write_pdf}[params["kind"]]
        writer(file, _counted(run, total, _all(run.database, **where)))
    media_type = {"zip": "application/zip", "pdf": "application/pdf"}[params["kind"]]
    return {"file": key, "name": f"{params['unit']} - giấy chứng nhận.{params['kind']}", "type": media_type}


def _all(database: Database, *, exam_ids: list[int], unit_id: int) -> Iterator[Issued]:
    """Every certificate of the bundle in order, read page by page, without holding a transaction open."""
    after: tuple[str, int] | None = None
    while True:
        with database.reading() as session:
            page = queries.issued_in(session, exam_ids, unit_id, after=after, most=PAGE)
        yield from (issued for _key, issued in page)
        if len(page) < PAGE:
            return
        after = page[-1][0], page[-1][1].id


def _counted(run: Run, total: int, certificates: Iterator[Issued]) -> Iterator[Issued]:
    """The same certificates; tells the progress on the way, and stops when the job was cancelled."""
    for done, issued in enumerate(certificates):
        if done % 10 == 0:
            run.progress(done, max(total, done))
        yield issued


def _write_zip(file: IO[bytes], certificates: Iterator[Issued]) -> None:
    listed: list[Issued] = []

    def facts() -> Iterator[document.Facts]:
        for issued in certificates:
            listed.append(issued)
            yield issued.facts

    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        names = []
        for order, pdf in enumerate(document.certificate_pdfs(facts()), 1):
            names.append(document.file_name(listed[order - 1].facts, order))
            archive.writestr(zipfile.ZipInfo(names[-1], FIXED_TIME), pdf)
        archive.writestr(zipfile.ZipInfo("danh-sach.csv", FIXED_TIME), _manifest(listed, names))


def _manifest(listed: list[Issued], names: list[str]) -> bytes:
    from lms.kit.tables.as_csv import harmless

    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(MANIFEST)
    for order, (issued, name) in enumerate(zip(listed, names, strict=True), 1):
        facts = issued.facts
        told = (facts["name"], issued.unit, facts["number"], facts["result"], facts["grade"], issued.code)
        writer.writerow([order, name, *(harmless(str(text)) for text in told)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _write_pdf(file: IO[bytes], certificates: Iterator[Issued]) -> None:
    try:
        file.write(document.certificates_in_one(issued.facts for issued in certificates))
    except ValueError as error:
        raise ValueError("nobody of the unit has a certificate yet") from error
