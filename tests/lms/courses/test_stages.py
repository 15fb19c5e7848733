"""Stages: which units belong to which, the nearest one deciding; groups; the end of a course."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from lms.audit.models import AuditEvent
from lms.courses import actions, counting, queries, stages
from lms.courses.models import Course, Enrolment, Stage
from lms.exams import actions as exams
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage as Staged
from tests.stage import second_exam

DAY = timedelta(days=1)


def add(database: Database, staged: Staged, title: str, *unit_ids: int) -> int:
    with database.writing() as session:
        course = session.get_one(Course, staged.course_id)
        stage = stages.add(session, course, title=title, opens_at=NOW, closes_at=NOW + DAY, by=None, now=NOW)
        stages.choose_units(session, course, stage, unit_ids, by=None, now=NOW)
        return stage.id


def stage_of(database: Database, cast: Cast) -> dict[str, int | None]:
    with database.reading() as session:
        rows = session.execute(select(Enrolment.person_id, Enrolment.stage_id))
        by_person = dict(rows.all())
    return {key: by_person.get(person_id) for key, person_id in cast.people.items()}


def test_the_nearest_unit_decides_and_taking_it_away_falls_back(
    database: Database, staged: Staged, cast: Cast
) -> None:
    city = add(database, staged, "Toàn thành phố", cast.units["city"])
    cell = add(database, staged, "Chi bộ 1", cast.units["cell_a1"])
    ward = add(database, staged, "Phường", cast.units["ward_a"])
    found = stage_of(database, cast)
    assert (found["lan"], found["minh"], found["dung"], found["hoa"]) == (cell, ward, ward, city)
    with database.writing() as session:
        course = session.get_one(Course, staged.course_id)
        stages.remove(session, course, session.get_one(Stage, cell), by=None, now=NOW)
    assert stage_of(database, cast)["lan"] == ward


def test_a_unit_belongs_to_one_stage_of_a_course(database: Database, staged: Staged, cast: Cast) -> None:
    first = add(database, staged, "Một", cast.units["ward_a"], cast.units["ward_b"])
    second = add(database, staged, "Hai", cast.units["ward_a"])
    with database.reading() as session:
        assert stages.claimed(session, staged.course_id) == {
            cast.units["ward_a"]: second,
            cast.units["ward_b"]: first,
        }
    assert stage_of(database, cast)["lan"] == second


def test_newcomers_get_the_stage_of_their_unit(database: Database, staged: Staged, cast: Cast) -> None:
    ward = add(database, staged, "Phường", cast.units["ward_a"])
    with database.writing() as session:
        unit = session.get_one(Unit, cast.units["cell_a2"])
        new = organisation.create_person(
            session,
            full_name="Người Mới",
            unit=unit,
            by=None,
            now=NOW,
            since=NOW.date(),
            born="1980",
            member=True,
        )
        actions.open_course(session, session.get_one(Course, staged.course_id), by=None, now=NOW)
        found = queries.enrolment_of(session, staged.course_id, new.id)
        assert found is not None
        session.refresh(found)
        assert found.stage_id == ward


def test_however_many_people_it_is_one_statement(database: Database, staged: Staged, cast: Cast) -> None:
    add(database, staged, "Phường", cast.units["ward_a"])
    written: list[str] = []
    event.listen(database.write_engine, "before_cursor_execute", lambda *a: written.append(a[2]))
    with database.writing() as session:
        stages.assign(session, staged.course_id)
    assert len([text for text in written if text.startswith("UPDATE")]) == 1


@pytest.fixture
def at(staged: Staged) -> str:
    return f"/courses/{staged.course_id}"


def test_a_trainer_makes_corrects_and_removes_a_stage(
    client_of: ClientOf, database: Database, staged: Staged, cast: Cast, at: str
) -> None:
    client = client_of("tuan")
    form = {"title": "Giai đoạn 1", "opens_at": "2026-11-23T08:00", "closes_at": "2026-11-25T17:30"}
    made = client.post(f"{at}/stages/new", data=form)
    with database.reading() as session:
        one = session.scalars(select(Stage.id)).one()
    assert made.location == f"{at}/stages/{one}/units"
    shown = {"shown": [str(id_) for id_ in cast.units.values()], "unit": str(cast.units["ward_a"])}
    assert "giai đoạn có 4 người" in client.post(made.location, data=shown, follow_redirects=True).text
    assert "Đảng ủy phường An Bình" in client.get(f"{at}/stages").text
    assert "Giai đoạn 1" in client.get(f"{at}/").text
    assert "Giai đoạn: Giai đoạn 1" in client.get(f"{at}/people").text
    assert client.post(f"{at}/stages/{one}/edit", data=form | {"title": "Đầu"}).status_code == 302
    assert "Đảng ủy phường An Bình" in client.get(f"{at}/stages/{one}/units?q=an binh").text
    assert "Bỏ giai đoạn" in client.get(f"{at}/stages/{one}/remove").text
    assert "Đã bỏ giai đoạn" in client.post(f"{at}/stages/{one}/remove", follow_redirects=True).text
    assert set(stage_of(database, cast).values()) == {None}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Nhập tên"),
        ({"opens_at": ""}, "Nhập giờ mở giai đoạn"),
        ({"closes_at": "2026-11-22T08:00"}, "Giờ đóng phải sau giờ mở"),
        ({"closes_at": "2027-06-22T08:00"}, "Giai đoạn phải nằm trong đợt học tập"),
    ],
)
def test_a_wrong_stage_is_told(
    client_of: ClientOf, database: Database, at: str, wrong: dict[str, str], sentence: str
) -> None:
    form = {"title": "Giai đoạn 1", "opens_at": "2026-11-23T08:00", "closes_at": "2026-11-25T17:30"}
    assert sentence in client_of("tuan").post(f"{at}/stages/new", data=form | wrong).text
    with database.reading() as session:
        assert session.scalars(select(Stage)).all() == []


def test_the_organiser_puts_people_into_a_group(
    client_of: ClientOf, database: Database, staged: Staged, cast: Cast, at: str
) -> None:
    with database.reading() as session:
        ids = session.scalars(select(Enrolment.id).order_by(Enrolment.id).limit(3)).all()
    client = client_of("tuan")
    form = {"enrolment": [str(id_) for id_ in ids], "label": " khiếm  thị "}
    page = client.post(f"{at}/people/label", data=form, follow_redirects=True).text
    assert "Đã đổi nhóm của 3 người" in page
    assert "khiếm thị (3)" in page
    assert client.get(f"{at}/people?label=khiếm thị").text.count("Nhóm: khiếm thị") == 3
    assert (
        "Đánh dấu chọn người"
        in client.post(f"{at}/people/label", data={"label": "x"}, follow_redirects=True).text
    )
    long = client.post(f"{at}/people/label", data=form | {"label": "x" * 61}, follow_redirects=True)
    assert "Tên nhóm dài quá" in long.text
    client.post(f"{at}/people/label", data={"enrolment": str(ids[0]), "label": ""})
    with database.reading() as session:
        assert queries.labels_of(session, staged.course_id) == [("khiếm thị", 2)]
    assert 'name="enrolment"' not in client_of("dung").get(f"{at}/people").text  # an officer only looks


def test_closing_says_what_it_means_and_needs_the_code(
    client_of: ClientOf, database: Database, staged: Staged, at: str
) -> None:
    client, lan = client_of("tuan"), client_of("lan")
    page = client.get(f"{at}/close").text
    assert "không ai bắt đầu lượt mới được" in page
    assert "7 trong 7" in page
    assert "Mã chưa đúng" in client.post(f"{at}/close", data={"code": "x"}).text
    assert "Bắt đầu" in lan.get(f"/exams/{staged.exam_id}/start").text
    assert "Đã đóng đợt" in client.post(f"{at}/close", data={"code": " hn18 "}, follow_redirects=True).text
    assert "đã đóng" in lan.post(f"/exams/{staged.exam_id}/start", follow_redirects=True).text
    for page_ in ("close", "extend"):
        assert client.get(f"{at}/{page_}").status_code == 302
    with database.reading() as session:
        assert session.scalars(select(AuditEvent).where(AuditEvent.action == "course.close")).one()


def test_the_end_moves_later_only(client_of: ClientOf, database: Database, staged: Staged, at: str) -> None:
    client = client_of("tuan")
    assert (
        "giờ đóng không thể trước" in client.post(f"{at}/extend", data={"closes_at": "2026-11-24T08:00"}).text
    )
    assert client.post(f"{at}/extend", data={"closes_at": "31/12/2026 17:30"}).status_code == 302
    with database.reading() as session:
        assert session.get_one(Course, staged.course_id).closes_at.month == 12


def test_who_had_finished_has_not_once_another_exam_is_published(
    database: Database, staged: Staged, cast: Cast
) -> None:
    with database.writing() as session:
        one = queries.enrolment_of(session, staged.course_id, cast.people["lan"])
        assert one is not None
        one.started_at = one.finished_at = NOW
        session.flush()
        counting.rebuild_enrolled(session, staged.course_id)
        exam = session.get_one(Exam, second_exam(session, staged, NOW))
        exam.state = "draft"
        session.flush()
        assert queries.course_counts(session, staged.course_id)["finished"] == 1
    with database.writing() as session:
        exams.publish_exam(session, session.get_one(Exam, exam.id), by=None, now=NOW)
    with database.reading() as session:
        counts = queries.course_counts(session, staged.course_id)
        one = queries.enrolment_of(session, staged.course_id, cast.people["lan"])
        assert one is not None
        assert (one.finished_at, counts["finished"], counts["started"]) == (None, 0, 1)


def test_who_may_and_who_may_not(
    client_of: ClientOf, database: Database, staged: Staged, cast: Cast, at: str
) -> None:
    one = add(database, staged, "Phường", cast.units["ward_a"])
    with database.writing() as session:
        ward, binh = session.get_one(Unit, cast.units["ward_b"]), session.get_one(Person, cast.people["binh"])
        organisation.grant_role(session, binh, role="trainer", unit=ward, by=None, now=NOW)
    stage = f"/stages/{one}"
    pages = (
        "/stages",
        "/stages/new",
        f"{stage}/edit",
        f"{stage}/units",
        f"{stage}/remove",
        "/close",
        "/extend",
    )
    for who, status in (("binh", 404), ("lan", 403), ("dung", 403), ("an", 403), (None, 302)):
        client = client_of(who)
        for page in pages:
            assert client.get(at + page).status_code == status, (who, page)
        for page in (*pages[1:], "/people/label"):
            assert client.post(at + page).status_code == status, (who, page)
    assert client_of("tuan").get(f"{at}/stages/9999/edit").status_code == 404
