"""A trainer's pages of courses: the way from making one to opening it, and who may not."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.courses import queries
from lms.courses.models import Course
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage

TITLE = "Học tập, quán triệt Nghị quyết Đại hội XVIII"


def form_of(cast: Cast, **other: str) -> dict[str, str]:
    return {
        "title": TITLE,
        "code": "",
        "unit": str(cast.units["city"]),
        "opens_at": "2026-11-23T07:30",
        "closes_at": "17:30 27/11/2026",
    } | other


def only_course(database: Database, code: str) -> Course:
    with database.reading() as session:
        return session.scalars(select(Course).where(Course.code == code)).one()


def test_a_trainer_makes_a_course_and_opens_it(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client = client_of("tuan")
    made = client.post("/courses/new", data=form_of(cast))
    course = only_course(database, "HTQTNQDH-2026")
    at = f"/courses/{course.id}/"
    assert made.headers["Location"] == at
    assert (course.opens_at.hour, course.closes_at.hour) == (0, 10)  # 7:30 and 17:30 in Viet Nam
    assert "Chọn ít nhất một chuyên đề" in client.get(at).text

    client.post(f"{at}modules", data={"module": staged.module_id, "deed": "add"})
    units = [cast.units["ward_a"], cast.units["cell_a1"]]
    client.post(f"{at}units", data={"unit": units, "shown": units})
    with database.reading() as session:
        assert queries.units_of(session, course.id) == [cast.units["ward_a"]]  # the cell is below it

    assert "Mở và ghi danh 4 người" in client.get(f"{at}open").text
    assert "4 người được ghi danh" in client.post(f"{at}open", follow_redirects=True).text
    assert only_course(database, "HTQTNQDH-2026").state == "open"
    with database.reading() as session:
        done = session.scalars(select(AuditEvent.action).where(AuditEvent.object_id == str(course.id))).all()
    assert {"course.create", "course.modules", "course.units", "course.open"} <= set(done)


def test_a_course_without_modules_or_units_is_not_opened(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("tuan")
    client.post("/courses/new", data=form_of(cast, code="c1"))
    course = only_course(database, "C1")
    answer = client.post(f"/courses/{course.id}/open")
    assert "Chọn ít nhất một chuyên đề" in answer.text
    assert only_course(database, "C1").state == "draft"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "Nhập tên"),
        ({"opens_at": "31/02/2026 7:30"}, "Chưa đúng ngày giờ"),
        ({"opens_at": "23/11/2026"}, "Nhập thêm giờ"),
        ({"closes_at": ""}, "Nhập giờ đóng đợt học tập"),
        ({"closes_at": "2026-11-23T07:30"}, "Giờ đóng phải sau giờ mở"),
        ({"closes_at": "2062-11-23T07:30"}, "dài hơn ba năm"),
        ({"code": "đợt 1"}, "Dùng 2 đến 32 chữ không dấu"),
        ({"code": "hn18"}, "Đợt học tập khác đã dùng mã này"),
        ({"unit": "987654"}, "Lựa chọn không hợp lệ"),
    ],
)
def test_wrong_input_is_told_and_kept(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, wrong: dict[str, str], sentence: str
) -> None:
    with database.writing() as session:
        session.get_one(Course, staged.course_id).code = "HN18"
    answer = client_of("tuan").post("/courses/new", data=form_of(cast, **wrong))
    assert answer.status_code == 200
    assert sentence in answer.text
    assert 'value="17:30 27/11/2026"' in answer.text or "closes_at" in wrong


def test_the_window_of_an_open_course_only_grows(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/edit"
    data = form_of(cast, code="HN18", opens_at="2026-11-20T07:00", closes_at="2026-11-25T17:30")
    assert "giờ đóng không thể trước" in client.post(at, data=data).text
    data["closes_at"] = "2026-12-31T17:30"
    assert client.post(at, data=data).status_code == 302
    assert only_course(database, "HN18").closes_at.month == 12


def test_newcomers_are_offered_and_enrolled(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/"
    assert "người mới về các đơn vị này" not in client.get(at).text
    with database.writing() as session:
        unit = session.get_one(Unit, cast.units["cell_a1"])
        organisation.create_person(
            session, full_name="Hà Văn Mới", unit=unit, by=None, now=NOW, since=NOW.date()
        )
    assert "Có thêm 1 người mới về các đơn vị này" in client.get(at).text
    assert "Đã ghi danh 1 người mới" in client.post(f"{at}open", follow_redirects=True).text


def test_modules_are_put_in_order_by_small_steps(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/modules"
    assert client.post(at, data={"module": staged.module_id, "deed": "remove"}).status_code == 302
    with database.reading() as session:
        assert queries.modules_of(session, staged.course_id) == []
    assert client.post(at, data={"module": staged.module_id, "deed": "explode"}).status_code == 400
    assert client.post(at, data={"module": 987654, "deed": "add"}).status_code == 400


def test_sending_the_units_changes_only_what_was_on_the_page(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client = client_of("tuan")
    client.post("/courses/new", data=form_of(cast, code="c1"))
    course, units = only_course(database, "C1"), cast.units
    at = f"/courses/{course.id}/units"
    client.post(at, data={"unit": [units["cell_a1"], units["cell_b1"]]})
    client.post(at, data={"unit": [], "shown": [units["cell_a1"]], "q": "chi bo so 1"})
    with database.reading() as session:
        assert queries.units_of(session, course.id) == [units["cell_b1"]]
    page = client.get(f"{at}?q=P-AB-02").text
    assert "Chi bộ số 2" in page
    assert "Cũng đã chọn" in page  # the other cell is not on the page, and still there


def test_units_of_an_open_course_are_added_not_taken_out(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client, city = client_of("tuan"), cast.units["city"]
    client.post(f"/courses/{staged.course_id}/units", data={"shown": [city]})
    with database.reading() as session:
        assert queries.units_of(session, staged.course_id) == [city]


@pytest.fixture
def trainer_of_ward_b(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        ward, binh = session.get_one(Unit, cast.units["ward_b"]), session.get_one(Person, cast.people["binh"])
        organisation.grant_role(session, binh, role="trainer", unit=ward, by=None, now=NOW)


@pytest.mark.usefixtures("trainer_of_ward_b")
def test_a_course_of_another_part_of_the_tree_is_not_found(client_of: ClientOf, staged: Stage) -> None:
    client, at = client_of("binh"), f"/courses/{staged.course_id}"
    assert "Học tập, quán triệt" not in client.get("/courses/").text
    for page in ("/", "/edit", "/modules", "/units", "/open", "/exams/", "/exams/new"):
        assert client.get(at + page).status_code == 404, page
    for page in ("/edit", "/modules", "/units", "/open", "/exams/new"):
        assert client.post(at + page).status_code == 404, page


@pytest.mark.usefixtures("trainer_of_ward_b")
def test_units_outside_the_own_part_cannot_be_chosen(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    client, units = client_of("binh"), cast.units
    assert "Lựa chọn không hợp lệ" in client.post("/courses/new", data=form_of(cast, code="b1")).text
    client.post("/courses/new", data=form_of(cast, code="b1", unit=str(units["ward_b"])))
    course = only_course(database, "B1")
    at = f"/courses/{course.id}/units"
    assert "Bình Minh" in client.get(at).text
    assert "An Bình" not in client.get(at).text
    assert "Không có đơn vị nào" in client.get(f"{at}?q=An Bình").text
    client.post(at, data={"unit": [units["ward_a"], units["city"], units["cell_b1"]]})
    with database.reading() as session:
        assert queries.units_of(session, course.id) == [units["cell_b1"]]


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("dung", 403), ("an", 403), (None, 302)])
def test_only_trainers_organise(client_of: ClientOf, staged: Stage, who: str | None, status: int) -> None:
    client = client_of(who)
    for page in (
        "/courses/",
        "/courses/new",
        f"/courses/{staged.course_id}/",
        f"/courses/{staged.course_id}/open",
    ):
        assert client.get(page).status_code == status, page
