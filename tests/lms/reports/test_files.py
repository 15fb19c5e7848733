"""Reports as files: what Excel, an office and a machine read in them, and the line each leaves behind."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update

from lms import worker
from lms.audit.models import AuditEvent
from lms.config import PROJECT, Settings
from lms.courses import actions as courses
from lms.courses import counting
from lms.courses.models import Course, CourseCount, Enrolment
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.tables import TABLE_FORMATS
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from lms.reports import jobs as report_jobs
from lms.reports import report as base
from tests.cast import LONG_NAME, NOW, Cast
from tests.conftest import SECRET, ClientOf
from tests.stage import Stage, stage

TRAP = '=HYPERLINK("http://x","Lan")'


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    """The course; of ward A's three who must, one has finished and one is exempt."""
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        by_person = {one.person_id: one for one in session.scalars(select(Enrolment))}
        done = by_person[cast.people["dung"]]
        done.started_at = done.finished_at = NOW
        courses.exempt(session, by_person[cast.people["long"]], reason="-Ốm", by=cast.people["tuan"], now=NOW)
        counting.rebuild_enrolled(session, staged.course_id)
        cell = session.get_one(Unit, cast.units["cell_a2"])
        since = NOW.date()
        organisation.create_person(
            session, full_name=TRAP, unit=cell, by=None, now=NOW, since=since, position="@x", born="1958"
        )
        courses.open_course(session, session.get_one(Course, staged.course_id), by=None, now=NOW)
        return staged


def address(staged: Stage, cast: Cast, unit: str = "ward_a") -> str:
    return f"/reports/{staged.course_id}/units/{cast.units[unit]}"


def rows_of(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig")), delimiter=";"))


def test_csv_opens_in_vietnamese_excel(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    answer = client_of("dung").get(f"{address(staged, cast)}/completion.csv")
    assert answer.data.startswith(b"\xef\xbb\xbfSTT;")
    rows = rows_of(answer.data)
    assert rows[0][:5] == ["STT", "Đơn vị", "Tổng số", "Được miễn", "Phải học"]
    assert rows[-1][1:10] == ["Tổng cộng", "4", "1", "3", "1", "1", "33,33%", "2", "1"]


def test_no_name_becomes_a_formula(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    rows = rows_of(client_of("dung").get(f"{address(staged, cast)}/unfinished.csv").data)
    trapped = next(row for row in rows if "HYPERLINK" in row[1])
    assert trapped[1:4] == [f"'{TRAP}", "1958", "'@x"]
    assert next(row for row in rows if row[1] == LONG_NAME)[6] == "'-Ốm"
    book = client_of("dung").get(f"{address(staged, cast)}/unfinished.xlsx").data
    cells = [cell for row in sheet(book) for cell in row]
    assert TRAP in cells
    assert b"<f>" not in unpacked(book)


def sheet(data: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def unpacked(data: bytes) -> bytes:
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if "sheet" in name)


def test_xlsx_holds_real_numbers_and_says_whose_report_it_is(
    client_of: ClientOf, cast: Cast, staged: Stage
) -> None:
    book = client_of("dung").get(f"{address(staged, cast)}/completion.xlsx").data
    rows = sheet(book)
    texts = [str(cell) for row in rows for cell in row]
    for words in ("ĐẢNG ỦY PHƯỜNG AN BÌNH", "ĐẢNG CỘNG SẢN VIỆT NAM", "BÁO CÁO", "T/M CẤP ỦY"):
        assert words in texts
    total = next(row for row in rows if row[1] == "Tổng cộng")
    assert total[2:10] == [4, 1, 3, 1, 1, pytest.approx(1 / 3), 2, 1]
    assert all(isinstance(cell, float) for cell in total[2:10])
    assert CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names == ["Kết quả hoàn thành theo đơn vị"]


def pdf_text(client: FlaskClient, where: str) -> str:
    answer = client.get(where)
    assert answer.mimetype == "application/pdf"
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
    return re.sub(r"\s+", " ", text)


def test_pdf_of_a_party_unit(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    text = pdf_text(client_of("dung"), f"{address(staged, cast)}/completion.pdf")
    for words in (
        "THÀNH ỦY HÀ NỘI",
        "ĐẢNG ỦY PHƯỜNG AN BÌNH",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Số …………",
        "Hà Nội, ngày",
        "(Số liệu tính đến",
        "Đơn vị tính: người",
        "(8)=(7)/(5)",
        "Tổng cộng",
        "33,33",
        "T/M CẤP ỦY BÍ THƯ",
        "NGƯỜI LẬP BIỂU",
    ):
        assert words in text
    assert "Độc lập" not in text


def test_pdf_of_a_state_unit(client_of: ClientOf, cast: Cast, staged: Stage, database: Database) -> None:
    with database.writing() as session:
        session.execute(
            update(Unit)
            .where(Unit.id == cast.units["ward_a"])
            .values(style="state", name="UBND phường An Bình")
        )
    text = pdf_text(client_of("dung"), f"{address(staged, cast)}/unfinished.pdf")
    for words in (
        "UBND PHƯỜNG AN BÌNH",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: …………",
        "THỦ TRƯỞNG ĐƠN VỊ",
        LONG_NAME,
        "Được miễn",
    ):
        assert words in text
    assert "ĐẢNG CỘNG SẢN" not in text


def test_a_file_is_vietnamese_also_for_who_reads_english(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    from lms.accounts.models import Preference

    with database.writing() as session:
        session.add(Preference(person_id=cast.people["dung"], language="en"))
    client = client_of("dung")
    assert "Must finish" in client.get(f"{address(staged, cast)}/completion").text
    assert "33.33%" in client.get(address(staged, cast)).text
    rows = rows_of(client.get(f"{address(staged, cast)}/completion.csv").data)
    assert rows[0][4] == "Phải học"
    assert rows[-1][7] == "33,33%"


def test_every_download_leaves_a_line_and_has_a_speaking_name(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client = client_of("dung")
    for ending in ("csv", "xlsx", "json"):
        answer = client.get(f"{address(staged, cast, 'cell_a1')}/unfinished.{ending}")
        name = unquote(answer.headers["Content-Disposition"].partition("UTF-8''")[2])
        assert re.fullmatch(
            rf"Danh sách chưa hoàn thành - hn18 - Chi bộ số 1 - \d{{4}}-\d\d-\d\d\.{ending}", name
        )
        assert answer.headers["Content-Disposition"].startswith("attachment")
    client.get(f"{address(staged, cast, 'cell_a1')}/unfinished")  # the screen is no download
    with database.reading() as session:
        told = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "report.download").order_by(AuditEvent.id)
        ).all()
        assert [(one.actor_id, one.unit_id, one.detail["report"], one.detail["format"]) for one in told] == [
            (cast.people["dung"], cast.units["cell_a1"], "unfinished", ending)
            for ending in ("csv", "xlsx", "json")
        ]


# ------------------------------------------------------------------------------------------------ long ones


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of more than two lines are long."""
    monkeypatch.setattr(base, "AT_ONCE", 2)
    monkeypatch.setattr(base, "AT_ONCE_PDF", 2)


def make(app: Flask, database: Database) -> None:
    """What the worker does when it is told of waiting jobs."""
    with database.reading() as session:
        waiting = list(session.scalars(select(Job.id).where(Job.state == "waiting")))
    for job_id in waiting:
        jobs.run(job_id, worker._handlers(), database, app.extensions["storage"])


def test_a_long_file_is_made_by_the_worker_and_only_for_who_asked(
    app: Flask, client_of: ClientOf, cast: Cast, staged: Stage, database: Database, little: None
) -> None:
    client, where = client_of("dung"), f"{address(staged, cast)}/unfinished.csv"
    page = client.get(where)
    assert page.mimetype == "text/html"
    assert f'action="{where}"' in page.text
    assert f'action="{where}"' in client.get(address(staged, cast)).text
    job = client.post(where).headers["Location"]
    assert client.get(f"{job}/file").status_code == 404
    assert client.get(f"{job}/status").json == {
        "done": 0,
        "left": "",
        "state": "waiting",
        "text": "",
        "total": 0,
    }
    make(app, database)
    shown = client.get(job).text
    assert "Danh sách chưa hoàn thành - hn18 - Đảng ủy phường An Bình" in shown
    assert f'href="{address(staged, cast)}"' in shown
    file = client.get(f"{job}/file")
    assert [row[1] for row in rows_of(file.data)[1:]] == ["Nguyễn Thị Lan", f"'{TRAP}", LONG_NAME]
    assert file.headers["Content-Disposition"].startswith("attachment")
    for other in ("binh", "an", "lan"):
        for part in ("", "/status", "/file"):
            assert client_of(other).get(f"{job}{part}").status_code == 404
        assert client_of(other).post(f"{job}/cancel").status_code == 404
    with database.reading() as session:
        told = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "report.download").order_by(AuditEvent.id)
        ).all()
        assert [one.actor_id for one in told] == [cast.people["dung"]]


def test_a_long_pdf_is_made_by_the_worker(
    app: Flask, client_of: ClientOf, cast: Cast, staged: Stage, database: Database, little: None
) -> None:
    client = client_of("dung")
    job = client.post(f"{address(staged, cast)}/completion.pdf").headers["Location"]
    make(app, database)
    assert "ĐẢNG ỦY PHƯỜNG AN BÌNH" in pdf_text(client, f"{job}/file")


def test_the_lease_is_renewed_while_pages_are_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []

    class Quiet:
        """A run that only notes what it is told."""

        def progress(self, done: int, total: int) -> None:
            told.append((done, total))

    monkeypatch.setattr(report_jobs, "LEASE", timedelta(milliseconds=60))
    with report_jobs.progress_of(Quiet(), 10) as tell:  # type: ignore[arg-type]
        tell(10)
        time.sleep(0.5)
    after = len(told)
    assert after > 2
    assert set(told) == {(9, 10)}
    time.sleep(0.1)
    assert len(told) == after


def test_a_stopped_job_makes_no_file(
    app: Flask, client_of: ClientOf, cast: Cast, staged: Stage, database: Database, little: None
) -> None:
    client = client_of("dung")
    job = client.post(f"{address(staged, cast)}/unfinished.csv").headers["Location"]
    assert client.post(f"{job}/cancel").headers["Location"] == job
    make(app, database)
    assert "Đã dừng" in client.get(job).text
    assert client.get(f"{job}/file").status_code == 404
    assert client.get(f"{job}/status").json["state"] == "cancelled"  # type: ignore[index]


def test_a_file_that_was_cleared_away_is_not_found(
    app: Flask, client_of: ClientOf, cast: Cast, staged: Stage, database: Database, little: None
) -> None:
    client = client_of("dung")
    job = client.post(f"{address(staged, cast)}/unfinished.csv").headers["Location"]
    make(app, database)
    for file in app.extensions["storage"].folder.iterdir():
        file.unlink()
    assert client.get(f"{job}/file").status_code == 404


def test_a_pdf_that_nobody_would_read_is_not_made(
    client_of: ClientOf, cast: Cast, staged: Stage, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    monkeypatch.setitem(TABLE_FORMATS, "pdf", replace(TABLE_FORMATS["pdf"], longest=2))
    client, where = client_of("dung"), f"{address(staged, cast)}/unfinished.pdf"
    for answer in (client.get(where), client.post(where)):
        assert answer.status_code == 409
        assert "quá dài để làm tệp PDF" in answer.text
    assert where not in client.get(address(staged, cast)).text
    with database.reading() as session:
        assert session.scalars(select(Job)).all() == []


# ------------------------------------------------------------------------------------------------ the command


def lms(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    ready = {
        "LMS_SECRET_KEY": SECRET,
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_DATA_DIR": str(settings.data_dir),
    }
    command = [sys.executable, "-m", "lms.cli", *arguments]
    command[1:3] = ["-c", "from lms.cli import main; main()"]
    return subprocess.run(
        command, env=clean | ready, cwd=PROJECT, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_command_writes_the_same_report(
    settings: Settings, tmp_path: Path, cast: Cast, staged: Stage, client_of: ClientOf, database: Database
) -> None:
    target = tmp_path / "report.csv"
    wanted = (
        "report",
        "completion",
        "--course",
        "hn18",
        "--unit",
        "P-AB",
        "--format",
        "csv",
        "-o",
        str(target),
    )
    done = lms(settings, *wanted)
    assert (done.returncode, done.stdout) == (0, f"Đã ghi: {target}\n"), done.stderr
    assert target.read_bytes() == client_of("dung").get(f"{address(staged, cast)}/completion.csv").data
    with database.reading() as session:
        told = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "report.download").order_by(AuditEvent.id)
        ).all()
        assert [one.actor_id for one in told] == [None, cast.people["dung"]]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nothing", "--course", "hn18", "--unit", "P-AB"), "Không có báo cáo 'nothing'"),
        (("completion", "--course", "hn99", "--unit", "P-AB"), "Không có đợt học tập nào mang mã 'hn99'"),
        (("completion", "--course", "hn18", "--unit", "P-XX"), "Không có đơn vị nào mang mã 'P-XX'"),
    ],
)
def test_the_command_says_what_is_not_there(
    settings: Settings, tmp_path: Path, staged: Stage, arguments: tuple[str, ...], says: str
) -> None:
    done = lms(settings, "report", *arguments, "-o", str(tmp_path / "x.xlsx"))
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x.xlsx").exists()
    assert not list(tmp_path.glob("*.part"))


def test_the_command_checks_what_is_kept_and_puts_counts_right(
    settings: Settings, cast: Cast, staged: Stage, database: Database
) -> None:
    with database.writing() as session:  # whom the stage calls finished has passed nothing
        session.execute(update(Enrolment).values(started_at=None, finished_at=None))
        counting.rebuild_enrolled(session, staged.course_id)
    well = lms(settings, "report", "--check")
    assert (well.returncode, well.stdout) == (0, "Số liệu của 1 đợt học tập đều khớp.\n")
    with database.writing() as session:
        session.execute(
            update(CourseCount).where(CourseCount.unit_id == cast.units["cell_b1"]).values(must=7)
        )
    wrong = lms(settings, "report", "--check", "--course", "hn18")
    assert wrong.returncode == 1
    assert "hn18, Chi bộ số 1: must đang lưu 7, đếm lại được 1." in wrong.stdout
    repaired = lms(settings, "report", "--check", "--repair")
    assert repaired.returncode == 0
    assert "Đã sửa lại 1 số liệu." in repaired.stdout
    assert lms(settings, "report", "--check").returncode == 0
    with database.writing() as session:
        session.execute(update(Enrolment).values(started_at=NOW))
        counting.rebuild_enrolled(session, staged.course_id)
    found = lms(settings, "report", "--check")
    assert found.returncode == 1
    assert "ghi là đã thi nhưng không có lượt làm bài nào" in found.stdout
    assert lms(settings, "report", "--repair").returncode == 2
