"""No report in any format makes a formula, a field or a link of what people are called, whoever named them so."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile

import pytest
from pypdf import PdfReader
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.courses.models import Course
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.kit.tables import TABLE_FORMATS, as_xlsx
from lms.organisation.models import Person, Unit, UnitPaper
from lms.reports.catalogue import REPORTS
from lms.reports.report import Asked
from tests.cast import Cast
from tests.lms.reports.sitters import CLOSE, Hall, gather_hall

TRAP = '=HYPERLINK("http://x.example";"a")|\' /C calc\'!A0'
LISTS_NAMES = {"completion", "unfinished", "results", "mastery", "attempts"}  # of people or units


@pytest.fixture
def hall(database: Database, cast: Cast) -> Hall:
    """A course in which everybody and everything has such a name."""
    with database.writing() as session:
        hall = gather_hall(session, cast, 1)
        session.add(UnitPaper(unit_id=cast.units["city"], symbol=TRAP, signer=TRAP, post=TRAP))
        for column in (Person.full_name, Unit.name, Exam.title, Course.title):
            session.execute(update(column.class_).values({column: TRAP}))
    return hall


def everything(session: Session, cast: Cast, hall: Hall) -> Asked:
    course, exam = session.get_one(Course, hall.stage.course_id), session.get_one(Exam, hall.stage.exam_id)
    return Asked(course, session.get_one(Unit, cast.units["city"]), CLOSE, exam=exam, levels=3)


def _safe_csv(data: bytes) -> bool:
    cells = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";") for cell in row]
    return not any(
        re.match(r"[\s\u200b]*[=+@-]", one) and not re.fullmatch(r"-[\d,%]+", one) for one in cells
    )


def _safe_office(data: bytes) -> bool:
    """No formula, no field and no link; the number of the page is the one field of a paper, in its head."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    bad = "|".join(
        (
            "<f[ >]", "<hyperlink", "<w:hyperlink", 'TargetMode="External"', "ddeLink",
            '<w:fldSimple(?! w:instr="PAGE")', r"<w:instrText(?![^>]*>\s*PAGE)",
        )
    )  # fmt: skip
    return not any(re.search(bad, text) for name, text in parts.items() if not name.endswith(".png"))


def _safe_pdf(data: bytes) -> bool:
    return not any("/Annots" in page for page in PdfReader(io.BytesIO(data)).pages)


def _safe_json(data: bytes) -> bool:
    return bool(json.loads(data)["columns"])


SAFE = {"csv": _safe_csv, "xlsx": _safe_office, "docx": _safe_office, "pdf": _safe_pdf, "json": _safe_json}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_no_format_of_any_report_a_name_becomes_a_formula(
    database: Database, cast: Cast, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert set(SAFE) == set(TABLE_FORMATS)
    named = set()
    for long in (False, True):
        if long:
            monkeypatch.setattr(as_xlsx, "LONG", 0)
        for name, report in REPORTS.items():
            for format_ in ["xlsx"] if long else TABLE_FORMATS:
                if format_ == "pdf" and name != "attempts":
                    continue  # texts only, laid out by one template: one is looked at
                made = io.BytesIO()
                with database.reading() as session:
                    report.write(session, everything(session, cast, hall), format_, made)
                assert SAFE[format_](made.getvalue()), (name, format_)
                if format_ == "json" and json.dumps(TRAP)[1:-1].encode() in made.getvalue():
                    named.add(name)
    assert named >= LISTS_NAMES
