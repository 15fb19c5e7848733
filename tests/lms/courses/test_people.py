"""The people in a course, and exempting them: organisers see all, officers their own units."""

from __future__ import annotations

import pytest

from lms.courses import participants, queries
from lms.courses.models import Course, Enrolment
from lms.kit.db import Database
from tests.cast import LONG_NAME, Cast
from tests.conftest import ClientOf
from tests.stage import Stage


def enrolment_of(database: Database, staged: Stage, person_id: int) -> Enrolment:
    with database.reading() as session:
        found = queries.enrolment_of(session, staged.course_id, person_id)
    assert found is not None
    return found


def test_the_organiser_finds_people_by_part_of_a_name_and_by_obligation(
    client_of: ClientOf, staged: Stage
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/people"
    assert LONG_NAME in client.get(at).text
    found = client.get(f"{at}?q=nguyen thi").text
    assert "Nguyễn Thị Lan" in found
    assert "Lê Thị Hoa" not in found
    guests = client.get(f"{at}?obligation=guest").text
    assert "Trần Văn Minh" in guests
    assert "Nguyễn Thị Lan" not in guests
    assert "Không tìm thấy ai" in client.get(f"{at}?q=100%25").text
    assert client.get(f"{at}?obligation=sometimes").status_code == 400


def test_an_officer_sees_the_own_units_only(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    client, at = client_of("dung"), f"/courses/{staged.course_id}/people"
    page = client.get(at).text
    assert "Nguyễn Thị Lan" in page
    assert "Lê Thị Hoa" not in page
    hoa = enrolment_of(database, staged, cast.people["hoa"])
    assert client.get(f"{at}/{hoa.id}").status_code == 404
    assert client.post(f"{at}/{hoa.id}", data={"reason": "Nghỉ ốm"}).status_code == 404
    assert enrolment_of(database, staged, cast.people["hoa"]).obligation == "must"


@pytest.mark.parametrize("who", ["dung", "tuan"])
def test_exempting_needs_a_reason_and_can_be_taken_back(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, who: str
) -> None:
    client = client_of(who)
    lan = enrolment_of(database, staged, cast.people["lan"])
    at = f"/courses/{staged.course_id}/people/{lan.id}"
    assert "Ghi lý do được miễn" in client.post(at, data={"reason": "  "}).text
    assert client.post(at, data={"reason": "Nghỉ ốm dài ngày"}).status_code == 302
    assert enrolment_of(database, staged, lan.person_id).reason == "Nghỉ ốm dài ngày"
    assert "Nghỉ ốm dài ngày" in client.get(f"/courses/{staged.course_id}/people?obligation=exempt").text
    assert client.post(at).status_code == 302
    assert enrolment_of(database, staged, lan.person_id).obligation == "must"


def test_a_guest_cannot_be_exempted(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    minh = enrolment_of(database, staged, cast.people["minh"])
    answer = client_of("tuan").post(
        f"/courses/{staged.course_id}/people/{minh.id}", data={"reason": "Nghỉ ốm"}
    )
    assert "Chỉ miễn được cho người phải học" in answer.text
    assert enrolment_of(database, staged, minh.person_id).obligation == "guest"


def test_an_officer_does_not_find_a_course_in_preparation(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    with database.writing() as session:
        session.get_one(Course, staged.course_id).state = "draft"
    assert client_of("dung").get(f"/courses/{staged.course_id}/people").status_code == 404
    assert client_of("tuan").get(f"/courses/{staged.course_id}/people").status_code == 200


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("an", 403), (None, 302)])
def test_others_do_not_see_the_list(client_of: ClientOf, staged: Stage, who: str | None, status: int) -> None:
    assert client_of(who).get(f"/courses/{staged.course_id}/people").status_code == status


@pytest.mark.parametrize("most", [1, 2, 3])
def test_pages_of_names_follow_each_other_forth_and_back(
    database: Database, cast: Cast, staged: Stage, most: int
) -> None:
    everybody = participants.Seen(everybody=True)
    with database.reading() as session:
        whole = [p.enrolment.id for p in participants.participants(session, staged.course_id, everybody)]
        assert len(whole) == len(cast.people)
        forth: list[int] = []
        place: participants.Place | None = None
        while True:
            rows = participants.participants(session, staged.course_id, everybody, after=place, most=most)
            page = rows[:most]
            forth += [p.enrolment.id for p in page]
            if len(rows) <= most:
                break
            place = (page[-1].enrolment.sort_key, page[-1].enrolment.id)
        assert forth == whole
        last = participants.participants(session, staged.course_id, everybody)[-1].enrolment
        back = participants.participants(
            session, staged.course_id, everybody, before=(last.sort_key, last.id), most=most
        )
        assert [p.enrolment.id for p in back] == whole[-1 - len(back) : -1]
