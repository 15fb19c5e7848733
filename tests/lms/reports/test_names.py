"""The names of those who have not finished: complete, in Vietnamese order, with how far each of them is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.attempts.models import Grade, Standing
from lms.courses import actions as courses
from lms.courses import counting
from lms.courses.models import Course, Enrolment
from lms.exams.models import Paper
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Unit
from lms.reports import queries
from lms.reports.report import Asked
from lms.reports.views import unit as unit_page
from lms.study.models import Reading
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.reports.crowd import submitted
from tests.stage import Stage, second_exam, stage

IN_ORDER = [  # tên, then họ, then đệm; a ă â … d đ … o ô ơ, and ngang huyền hỏi ngã sắc nặng
    "Nguyễn Văn An",
    "Trần Thị An",
    "Lê Ánh",
    "Phạm Thị Ân",
    "Vũ Bình",
    "Hoàng Dũng",
    "Đặng Đạt",
    "Nguyễn Hoà",
    "Ôn Như Ơn",
    "Đỗ Thị Yến",
]


def grow(session: Session, cast: Cast, names: list[str]) -> Stage:
    """The staged course with these people in cell A2, where nobody else must finish."""
    cell = session.get_one(Unit, cast.units["cell_a2"])
    for name in names:
        organisation.create_person(
            session, full_name=name, unit=cell, by=None, now=NOW, since=date(2025, 7, 1), position="Bí thư"
        )
    return stage(session, cast, NOW)


def names_on(page: str) -> list[str]:
    table = page[page.index('id="missing"') :]
    return re.findall(r'<th scope="row"[^>]*><div>([^<]+)</div>', table)


def link(page: str, rel: str) -> str | None:
    found = re.search(rf'rel="{rel}" href="([^"#]+)', page)
    return found[1].replace("&amp;", "&") if found else None


def walk(client: FlaskClient, address: str | None, rel: str) -> list[list[str]]:
    pages = []
    while address:
        page = client.get(address).text
        pages.append(names_on(page))
        address = link(page, rel)
    return pages


def test_pages_of_names_forwards_and_backwards(
    client_of: ClientOf, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit_page, "A_PAGE", 4)
    with database.writing() as session:
        staged = grow(session, cast, IN_ORDER[::-1])
    client = client_of("dung")
    address = f"/reports/{staged.course_id}/units/{cast.units['cell_a2']}"
    assert walk(client, address, "next") == [IN_ORDER[:4], IN_ORDER[4:8], IN_ORDER[8:]]
    last = client.get(address).text
    while following := link(last, "next"):
        last = client.get(following).text
    back = link(last, "prev")
    assert walk(client, back, "prev") == [IN_ORDER[4:8], IN_ORDER[:4]]


def test_a_place_of_somebody_elsewhere_is_no_place(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        staged = grow(session, cast, IN_ORDER)
        hoa = session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast.people["hoa"])).one()
    address = f"/reports/{staged.course_id}/units/{cast.units['cell_a2']}"
    for place in (hoa, 0, -1, "x", 10**30):
        assert names_on(client_of("dung").get(f"{address}?after={place}").text) == IN_ORDER


def test_the_file_is_in_the_order_of_units_then_names(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        staged = grow(session, cast, IN_ORDER)
    rows = (
        client_of("dung")
        .get(f"/reports/{staged.course_id}/units/{cast.units['ward_a']}/unfinished.json")
        .json
    )
    assert rows is not None
    assert [(row["name"], row["unit"]) for row in rows["rows"]] == [
        ("Phạm Tiến Dũng", "Đảng ủy phường An Bình"),
        ("Nguyễn Thị Lan", "Chi bộ số 1"),
        ("Nguyễn Phúc Hoàng Bảo Tôn Nữ Công Tằng Huyền Trân", "Chi bộ số 1"),
        *((name, "Chi bộ số 2") for name in IN_ORDER),
    ]
    assert [row["number"] for row in rows["rows"]] == list(range(1, 14))


def test_how_far_everybody_is(client_of: ClientOf, cast: Cast, database: Database) -> None:
    """Deeds are put into the rows where they leave their traces; each person is one step further."""
    with database.writing() as session:
        staged = grow(session, cast, IN_ORDER)
        second_exam(session, staged, NOW)
        people = session.scalars(
            select(Enrolment)
            .where(Enrolment.unit_id == cast.units["cell_a2"], Enrolment.obligation == "must")
            .order_by(Enrolment.sort_key)
        ).all()
        _, read, sat, failed, partly, finished, exempt, waits = people[:8]
        session.add(
            Reading(
                person_id=read.person_id,
                module_id=staged.module_id,
                passage_id=staged.passages[0],
                updated_at=NOW,
            )
        )
        paper = session.scalars(select(Paper.id).where(Paper.exam_id == staged.exam_id)).first()
        for one in (sat, failed, partly, finished, waits):
            one.started_at = NOW
        for one in (failed, partly, finished, waits):
            attempt = submitted(staged, one, paper or 0, 1)
            session.add(attempt)
            session.flush()
            session.add(graded(attempt.id, 1, "waiting"))
            if one is not waits:
                session.add(graded(attempt.id, 2, "failed" if one is failed else "passed"))
            passed = None if one in (failed, waits) else NOW
            session.add(standing(staged, one.person_id, attempt.id, passed is not None))
        finished.finished_at = NOW
        courses.exempt(session, exempt, reason="Ốm dài ngày", by=cast.people["tuan"], now=NOW)
        counting.rebuild_enrolled(session, staged.course_id)
    client = client_of("dung")
    address = f"/reports/{staged.course_id}/units/{cast.units['cell_a2']}"
    rows = client.get(f"{address}/unfinished.json").json
    assert rows is not None
    assert [(row["name"], row["how_far"], row["note"]) for row in rows["rows"]] == [
        ("Nguyễn Văn An", "Chưa đọc", ""),
        ("Trần Thị An", "Đang đọc", ""),
        ("Lê Ánh", "Đã bắt đầu thi", ""),
        ("Phạm Thị Ân", "Đã thi, chưa đạt", ""),
        ("Vũ Bình", "Đạt một phần, còn bài khác", ""),
        ("Nguyễn Hoà", "Đã nộp bài, chờ chấm", ""),
        ("Ôn Như Ơn", "Chưa đọc", ""),
        ("Đỗ Thị Yến", "Chưa đọc", ""),
        ("Đặng Đạt", "Được miễn", "Ốm dài ngày"),
    ]
    with database.reading() as session:  # found anew from the grades of then it is the same
        course, cell = session.get_one(Course, staged.course_id), session.get_one(Unit, cast.units["cell_a2"])
        then = Asked(course, cell, NOW + timedelta(days=1), moment=NOW)
        lines = queries.unfinished_and_exempt(session, then)
        assert [line.name for line in lines if line.how_far == "waiting"] == ["Nguyễn Hoà"]
    page = client.get(address).text
    assert names_on(page) == [row["name"] for row in rows["rows"] if row["how_far"] != "Được miễn"]
    for words in ("Đang đọc", "Đã bắt đầu thi", "Đã thi, chưa đạt", "Đạt một phần, còn bài khác"):
        assert words in page


def graded(attempt_id: int, number: int, band: str) -> Grade:
    passed = band == "passed"
    return Grade(
        attempt_id=attempt_id, number=number, points=Decimal(8 if passed else 2), most_points=Decimal(10),
        percent=Decimal(80 if passed else 20), passed=passed, right=0, band=band, scores=[], engine=1,
        reason="marked", at=NOW,
    )  # fmt: skip


def standing(staged: Stage, person_id: int, attempt_id: int, passed: bool) -> Standing:
    return Standing(
        exam_id=staged.exam_id,
        person_id=person_id,
        attempts=1,
        best_attempt_id=attempt_id,
        best_percent=Decimal(80 if passed else 20),
        passed_at=NOW if passed else None,
    )


def test_when_everybody_has_finished_that_is_said(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        session.execute(update(Enrolment).values(started_at=NOW, finished_at=NOW + timedelta(hours=1)))
        counting.rebuild_enrolled(session, session.scalars(select(Course.id)).one())
    page = client_of("dung").get(f"/reports/{staged.course_id}/units/{cast.units['ward_a']}").text
    assert "100,00%" in page
    assert "không còn ai" in page
    assert "Tất cả những người phải học đã hoàn thành" in page


def test_where_nobody_must_there_is_no_percentage(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW)
    page = client_of("dung").get(f"/reports/{staged.course_id}/units/{cast.units['cell_a2']}").text
    assert "Đơn vị này không có ai phải học đợt này" in page
    assert "%" not in page[page.index("figure-number") : page.index("figure-notes")]
