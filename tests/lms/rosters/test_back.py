"""The unit's own file back: what it sent, as it sent it, with the results beside."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from python_calamine import load_workbook
from sqlalchemy import insert, select

from lms.attempts.models import Attempt, Grade, Standing
from lms.courses.models import Enrolment
from lms.exams.models import Paper
from lms.kit import clock, jobs
from lms.kit.jobs import Job
from lms.rosters.back import write_back
from lms.rosters.jobs import JOB_BACK
from tests.conftest import ClientOf
from tests.lms.organisation.roster.books import workbook
from tests.lms.rosters.handing import Office
from tests.stage import Stage, stage

RISKY = '=HYPERLINK("http://evil.example")'


def as_units_send_it(book: Any, sheet: Any) -> None:
    sheet.merge_range(0, 0, 0, 5, "DANH SÁCH ĐẢNG VIÊN THAM GIA HỌC TẬP")
    sheet.write_string(5, 5, RISKY)
    sheet.merge_range(2, 0, 3, 0, "TT")
    sheet.merge_range(2, 1, 2, 2, "Họ và tên")
    sheet.merge_range(2, 3, 3, 3, "Ngày sinh")
    sheet.merge_range(2, 4, 3, 4, "Số thẻ ĐV")
    sheet.merge_range(2, 5, 3, 5, "Ghi chú")


ROWS = (
    (),
    (),
    (),
    ("", "Họ, chữ đệm", "Tên"),
    ("I. Chi bộ số 1",),
    (1, "Nguyễn Thị", "Lan", "1970", "00000011", RISKY),
    (2, "Phan Văn", "Mới", "05/03/1980", "01234567", "+84 mới về"),
    ("Cộng: 2 đồng chí",),
)


def the_file(office: Office, client_of: ClientOf, staged: Stage) -> bytes:
    data = workbook({"Chi bộ số 1": ROWS}, as_units_send_it)
    roster = office.hand_in(data)
    stored = office.store(roster)
    assert stored.summary["stored"]["added"] == 1
    finish(office, staged)
    answer = client_of("dung").post(f"/rosters/{roster}/back", data={"course": staged.course_id})
    assert answer.status_code == 302
    with office.database.reading() as session:
        job_id = session.scalar(select(Job.id).where(Job.kind == JOB_BACK))
    assert job_id is not None
    jobs.run(job_id, {JOB_BACK: write_back}, office.database, office.storage)
    with office.database.reading() as session:
        result = session.get_one(Job, job_id).result or {}
    assert result["name"] == "ds-ket-qua.xlsx"
    return office.storage.path(result["file"]).read_bytes()


def finish(office: Office, staged: Stage) -> None:
    """Lan has passed the exam with 9.25 points."""
    now, lan = clock.now(), office.cast.people["lan"]
    with office.database.writing() as session:
        enrolment = session.scalar(select(Enrolment).where(Enrolment.person_id == lan))
        assert enrolment is not None
        enrolment.started_at = enrolment.finished_at = now
        paper = session.scalar(select(Paper.id))
        values: dict[str, Any] = {
            "exam_id": staged.exam_id, "person_id": lan, "paper_id": paper, "number": 1, "started_at": now,
            "deadline_at": now, "submitted_at": now, "unit_id": enrolment.unit_id, "enrolment_id": enrolment.id,
            "state": "submitted", "medium": "online", "seed": "x",
        }  # fmt: skip
        known = {column.name for column in Attempt.__table__.columns}
        attempt_id = session.execute(
            insert(Attempt).values({k: v for k, v in values.items() if k in known}).returning(Attempt.id)
        ).scalar_one()
        session.add(
            Grade(
                attempt_id=attempt_id, number=1, points=Decimal("9.25"), most_points=Decimal(10),
                percent=Decimal("92.5"), passed=True, right=8, band="excellent", scores=[], engine=1,
                reason="submitted", at=now,
            )
        )  # fmt: skip
        session.add(
            Standing(
                exam_id=staged.exam_id, person_id=lan, attempts=1, best_attempt_id=attempt_id,
                best_percent=Decimal("92.5"), passed_at=now,
            )
        )  # fmt: skip


@pytest.fixture
def staged(office: Office) -> Stage:
    with office.database.writing() as session:
        return stage(session, office.cast, clock.now())


def test_it_has_the_units_own_rows_and_the_results(
    office: Office, client_of: ClientOf, staged: Stage
) -> None:
    data = the_file(office, client_of, staged)
    with load_workbook(io.BytesIO(data)) as book:
        assert book.sheet_names == ["Chi bộ số 1"]
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
        merged = set(sheet.merged_cell_ranges or ())
    assert rows[0][0] == "DANH SÁCH ĐẢNG VIÊN THAM GIA HỌC TẬP"
    assert rows[2][:2] == ["TT", "Họ và tên"]
    assert rows[4][0] == "I. Chi bộ số 1"
    lan, new = rows[5], rows[6]
    assert lan[:6] == [1.0, "Nguyễn Thị", "Lan", "1970", "00000011", RISKY]
    assert lan[7] == 9.25
    assert lan[6] != ""
    assert new[:6] == [2.0, "Phan Văn", "Mới", "05/03/1980", "01234567", "+84 mới về"]
    assert new[6:8] == ["", ""]
    assert rows[7][0] == "Cộng: 2 đồng chí"
    assert ((0, 0), (0, 5)) in merged
    assert ((2, 0), (3, 0)) in merged
    assert len(rows[2]) == 6 + 5


def test_no_cell_of_it_is_a_formula(office: Office, client_of: ClientOf, staged: Stage) -> None:
    data = the_file(office, client_of, staged)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"<hyperlink" not in sheet


def test_the_results_of_a_course_that_is_not_the_units_are_not_given(
    office: Office, client_of: ClientOf, staged: Stage
) -> None:
    roster = office.people(("Phan Văn Mới", "5/3/1980", "", "Chi bộ số 1", "", "", ""))
    client = client_of("dung")
    assert (
        client.post(f"/rosters/{roster}/back", data={"course": staged.course_id}).status_code == 404
    )  # not stored yet
    office.store(roster)
    assert client.post(f"/rosters/{roster}/back", data={"course": staged.course_id + 7}).status_code == 404
