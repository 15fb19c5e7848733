"""Where the key, the token or a font is not usable: a plain sentence, nothing unsigned given out, nothing lost."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from lms.certificates import jobs
from lms.certificates.cli import certificates
from lms.certificates.models import Certificate, CertificateFile
from lms.config import PdfSigning, Told
from lms.exams.models import Exam
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.i18n import _
from lms.kit.jobs import Job, JobRefused, ask_for, run
from lms.kit.storage import Storage
from lms.organisation.models import Unit
from tests.cast import Cast
from tests.conftest import ClientOf
from tests.lms.certificates.test_certificates import let_pass
from tests.lms.certificates.test_office import text_of
from tests.stage import Stage

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = _(
    "Something on the server that certificates are made with is not ready. Nothing is lost: what was issued stands in "
    "the register and can be checked by its code. Please try again later."
)


def test_a_certificate_that_cannot_be_signed_is_issued_and_its_file_waits(
    app: Flask,
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    staged: Stage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signing = PdfSigning(Path("/nowhere/key.p12"), "geheim")
    app.extensions["settings"] = replace(app.extensions["settings"], pdf_signing=signing)
    let_pass(database, staged, cast.people["lan"])
    lan, officer = client_of("lan"), client_of("dung")
    assert lan.get(f"/certificates/exams/{staged.exam_id}").status_code == 200
    with database.reading() as session:
        made = session.scalars(select(Certificate)).one()
    answer = lan.get(f"/certificates/{made.id}.pdf")
    assert (answer.status_code, LATER in text_of(answer)) == (503, True)
    assert "/nowhere" not in answer.text, "what is on the server is for offices"
    told = text_of(officer.get(f"/certificates/{made.id}.pdf"))
    assert "/nowhere/key.p12" in told
    assert "geheim" not in told
    with database.reading() as session:
        assert session.scalars(select(CertificateFile)).all() == [], "nothing was given out unsigned"
    assert made.facts["number"] in text_of(client_of(None).get(f"/c/{made.code}"))

    app.extensions["settings"] = replace(app.extensions["settings"], pdf_signing=None)
    monkeypatch.setattr(
        "lms.certificates.press.plates.printed",
        _raising(Told("The font {family} is missing.", family="Tinos")),
    )
    answer = lan.get(f"/certificates/{made.id}.pdf")
    assert (answer.status_code, LATER in text_of(answer), "Tinos" in answer.text) == (503, True, False)
    assert "The font Tinos is missing." in text_of(officer.get(f"/certificates/{made.id}.pdf"))

    key = replace(app.extensions["settings"], signing_key=Path("/nowhere/seal.pem"))
    app.extensions["settings"] = key
    let_pass(database, staged, cast.people["hoa"])
    answer = client_of("hoa").get(f"/certificates/exams/{staged.exam_id}")
    assert (answer.status_code, LATER in text_of(answer)) == (503, True)
    with database.reading() as session:
        assert len(session.scalars(select(Certificate)).all()) == 1, "nothing is issued without a seal"


def _raising(error: Exception) -> Any:
    def refuse(*_: object) -> None:
        raise error

    return refuse


def test_a_bundle_that_cannot_be_signed_says_so_at_once_and_can_be_asked_for_again(
    database: Database,
    database_url: str,
    cast: Cast,
    staged: Stage,
    storage: Storage,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("LMS_PDF_SIGNING_KEY", "/nowhere/key.p12")
    monkeypatch.setenv("LMS_PDF_SIGNING_PASSWORD", "geheim")
    let_pass(database, staged, cast.people["lan"])
    where: dict[str, Any] = {"exam_ids": [staged.exam_id], "unit_id": cast.units["city"], "unit": "Thành ủy"}
    params = where | {"kind": "zip", "base_url": "http://localhost"}
    handlers = {"certificates.bundle": jobs.bundle}

    def job() -> Job:
        with database.writing() as session:
            job_id = ask_for(session, "certificates.bundle", params, by=None, now=clock.now()).id
        with contextlib.suppress(JobRefused):
            run(job_id, handlers, database, storage)
        with database.reading() as session:
            return session.get_one(Job, job_id)

    failed = job()
    assert (failed.state, failed.error, failed.tries) == ("failed", jobs.NOT_MADE, 1)
    place = {"SECRET_KEY": "0" * 64, "DATABASE_URL": database_url, "DATA_DIR": str(storage.folder.parent)}
    for name, value in place.items():
        monkeypatch.setenv(f"LMS_{name}", value)
    with database.reading() as session:
        codes = session.get_one(Exam, staged.exam_id).code, session.get_one(Unit, cast.units["city"]).code
    wanted = ["bundle", "--exam", codes[0], "--unit", codes[1], "-o", str(tmp_path / "x.zip")]
    told = CliRunner().invoke(certificates, wanted)
    assert (told.exit_code, "/nowhere/key.p12" in told.output) == (2, True), (
        "who sits at the server reads why"
    )
    monkeypatch.delenv("LMS_PDF_SIGNING_KEY")
    monkeypatch.delenv("LMS_PDF_SIGNING_PASSWORD")
    assert job().state == "done"
