"""Overrides: in force at once also in attempts under way, withdrawn, explained in the story; and who may give them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import event, select

from lms.attempts import actions, overrides, queries, rules
from lms.attempts.models import Attempt, AttemptNote
from lms.audit.models import AuditEvent
from lms.courses import actions as courses
from lms.courses.models import Course, Enrolment
from lms.exams.models import Exam, Override
from lms.exams.policy import Different
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.conftest import Sitter, SitterOf
from tests.stage import Stage

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def give(
    database: Database, staged: Stage, cast: Cast, different: Different, now: Any = NOW, **target: Any
) -> int:
    with database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        return overrides.add(
            session, exam, different, reason="Mắt kém", by=cast.people["tuan"], now=now, **target
        )


def withdraw(database: Database, staged: Stage, cast: Cast, now: Any) -> int:
    with database.writing() as session:
        exam = session.get_one(Exam, staged.exam_id)
        one = session.scalars(select(Override).order_by(Override.id.desc()).limit(1)).one()
        return overrides.withdraw(session, exam, one, by=cast.people["tuan"], now=now)


def deadline(sitter: Sitter, attempt: int) -> Any:
    return sitter.get(Attempt, attempt).deadline_at


@pytest.mark.parametrize("kind", ["person", "unit", "label"])
def test_more_time_reaches_those_it_concerns_and_nobody_else(
    database: Database, staged: Stage, cast: Cast, sitter_of: SitterOf, kind: str
) -> None:
    lan, hoa = sitter_of("lan"), sitter_of("hoa")
    working, other = lan.start(), hoa.start()
    target: dict[str, Any] = {"person_id": cast.people["lan"]}
    if kind == "unit":
        target = {"unit_id": cast.units["ward_a"]}  # two levels above Lan's cell is the city, one is the ward
    if kind == "label":
        target = {"label": "khiếm thị"}
        with database.writing() as session:
            course = session.get_one(Course, staged.course_id)
            one = session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast.people["lan"])).one()
            assert (
                courses.set_label(session, course, [one], " khiếm  thị ", by=cast.people["tuan"], now=NOW)
                == 1
            )
    assert give(database, staged, cast, Different(extra_minutes=15), **target) == 1
    assert deadline(lan, working) == NOW + 45 * MINUTE
    assert deadline(hoa, other) == NOW + 30 * MINUTE
    with database.reading() as session:
        (note,) = session.scalars(select(AttemptNote)).all()
        assert (note.attempt_id, note.kind, note.text) == (working, "extended", "Mắt kém")
        assert note.detail["after"] == (NOW + 45 * MINUTE).isoformat()
        assert session.get_one(Exam, staged.exam_id).has_overrides
        assert session.scalars(select(AuditEvent).where(AuditEvent.action == "exam.override")).one()
    lan.submit(working)
    lan.later(minutes=10)
    assert deadline(lan, lan.start()) == NOW + 55 * MINUTE  # also in the next attempt


def test_several_overrides_do_not_add_up_and_withdrawing_gives_back_what_the_others_leave(
    database: Database, staged: Stage, cast: Cast, lan: Sitter
) -> None:
    attempt = lan.start()
    give(database, staged, cast, Different(extra_minutes=20), unit_id=cast.units["city"])
    assert give(database, staged, cast, Different(extra_minutes=10), unit_id=cast.units["ward_a"]) == 0
    assert deadline(lan, attempt) == NOW + 50 * MINUTE
    give(database, staged, cast, Different(extra_minutes=25), person_id=cast.people["lan"])
    assert deadline(lan, attempt) == NOW + 55 * MINUTE
    assert withdraw(database, staged, cast, NOW) == 1
    assert deadline(lan, attempt) == NOW + 50 * MINUTE
    assert withdraw(database, staged, cast, NOW) == 0  # again: nothing


def test_withdrawing_leaves_two_minutes_to_whoever_works(
    database: Database, staged: Stage, cast: Cast, lan: Sitter
) -> None:
    attempt = lan.start()
    give(database, staged, cast, Different(extra_minutes=20), person_id=cast.people["lan"])
    late = NOW + 40 * MINUTE
    withdraw(database, staged, cast, late)
    assert deadline(lan, attempt) == late + 2 * MINUTE
    with database.reading() as session:
        assert not session.get_one(Exam, staged.exam_id).has_overrides


def test_what_has_been_handed_in_is_left_alone(
    database: Database, staged: Stage, cast: Cast, lan: Sitter
) -> None:
    attempt = lan.start()
    lan.submit(attempt)
    assert give(database, staged, cast, Different(extra_minutes=20), person_id=cast.people["lan"]) == 0
    assert deadline(lan, attempt) == NOW + 30 * MINUTE


def test_another_attempt_and_another_window(
    database: Database, staged: Stage, cast: Cast, sitter_of: SitterOf
) -> None:
    lan = sitter_of("lan")
    for _ in range(2):
        lan.submit(lan.start())
    with pytest.raises(actions.StartRefused, match="no_attempts"):
        lan.start()
    give(database, staged, cast, Different(extra_attempts=1), person_id=cast.people["lan"])
    third = lan.start()
    lan.submit(third)
    hoa = sitter_of("hoa")
    later = staged.closes_at + timedelta(hours=5)
    give(database, staged, cast, Different(closes_at=later), person_id=cast.people["hoa"])
    hoa.now = staged.closes_at + timedelta(hours=4, minutes=45)
    late = hoa.start()
    assert deadline(hoa, late) == later  # never beyond the closing that holds
    dung = sitter_of("dung")
    dung.now = hoa.now
    with pytest.raises(actions.StartRefused, match="closed"):
        dung.start()


def test_the_key_waits_for_whoever_may_still_sit(
    database: Database, staged: Stage, cast: Cast, client_of: ClientOf, lan: Sitter, clock: Any
) -> None:
    with database.writing() as session:
        session.get_one(Exam, staged.exam_id).release = "after_close"
    lan.submit(lan.start())
    later = staged.closes_at + timedelta(hours=5)
    give(database, staged, cast, Different(closes_at=later), person_id=cast.people["hoa"])
    for now, shown in ((staged.closes_at + MINUTE, False), (later, False), (later + MINUTE, True)):
        with database.reading() as session:
            found = queries.chance(session, staged.exam_id, lan.person_id)
            assert found is not None
            assert rules.shown(found.policy, found.used, now).key is shown


def test_an_exam_without_overrides_costs_one_query(database: Database, staged: Stage, cast: Cast) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *a: asked.append(a[2]))
    for expected, different in ((1, None), (3, Different(extra_attempts=1))):
        if different:
            give(database, staged, cast, different, label="nobody")
        with database.reading() as session:
            session.connection()
            asked.clear()
            assert queries.chance(session, staged.exam_id, cast.people["lan"]) is not None
            assert len([text for text in asked if text.lstrip().startswith("SELECT")]) == expected


@pytest.fixture
def at(staged: Stage) -> str:
    return f"/courses/{staged.course_id}/exams/{staged.exam_id}/overrides"


def test_an_organiser_gives_lists_and_withdraws(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, at: str, lan: Sitter
) -> None:
    attempt, client = lan.start(), client_of("tuan")
    assert "Mọi người như nhau" in client.get(at).text
    found = client.get(f"{at}/new?kind=person&q=thi lan").text
    assert "Nguyễn Thị Lan" in found
    form = {
        "target": str(cast.people["lan"]),
        "extra_minutes": "15",
        "extra_attempts": "0",
        "reason": "Mắt kém",
    }
    page = client.post(f"{at}/new?kind=person&q=thi lan", data=form, follow_redirects=True).text
    assert "Số lượt đang làm được đổi giờ hết hạn: 1" in page
    assert "thêm 15 phút" in page
    assert deadline(lan, attempt) == NOW + 45 * MINUTE
    with database.reading() as session:
        one = session.scalars(select(Override.id)).one()
    assert "ít nhất hai phút" in client.get(f"{at}/{one}/withdraw").text
    assert "Đã rút lại ngoại lệ" in client.post(f"{at}/{one}/withdraw", follow_redirects=True).text
    assert "đã được rút lại" in client.post(f"{at}/{one}/withdraw", follow_redirects=True).text
    assert deadline(lan, attempt) == NOW + 30 * MINUTE


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"extra_minutes": "0"}, "Nhập điều khác biệt"),
        ({"reason": " "}, "Nhập lý do"),
        ({"extra_minutes": "601"}, "Nhập số từ 0 đến 600"),
        ({"target": "999999"}, "Chọn người, đơn vị hoặc nhóm"),
        ({"target": "x"}, "Chọn người, đơn vị hoặc nhóm"),
        ({"closes_at": "2027-06-01T08:00"}, "Bài kiểm tra phải nằm trong đợt"),
        ({"closes_at": "2026-11-22T08:00"}, "Giờ đóng"),
    ],
)
def test_wrong_input_is_told_and_nothing_is_given(
    client_of: ClientOf, database: Database, cast: Cast, at: str, changed: dict[str, str], sentence: str
) -> None:
    form = {
        "target": str(cast.people["lan"]),
        "extra_minutes": "15",
        "extra_attempts": "0",
        "reason": "Mắt kém",
    }
    page = client_of("tuan").post(f"{at}/new?kind=person&q=lan", data=form | changed)
    assert page.status_code == 200
    assert sentence in page.text
    with database.reading() as session:
        assert session.scalars(select(Override)).all() == []


def test_a_unit_outside_the_course_and_an_unknown_group_are_no_targets(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, at: str
) -> None:
    with database.writing() as session:
        alone = organisation.create_unit(
            session, code="X-1", name="Đơn vị khác", parent=None, by=None, now=NOW, valid_from=NOW.date()
        )
        other = alone.id
    client = client_of("tuan")
    form = {"extra_minutes": "15", "extra_attempts": "0", "reason": "Mất điện"}
    assert client.post(f"{at}/new?kind=unit", data=form | {"target": str(other)}).status_code == 200
    assert "Chưa ai trong đợt thuộc nhóm nào" in client.get(f"{at}/new?kind=label").text
    client.post(f"{at}/new?kind=label", data=form | {"target": "nhóm lạ"})
    with database.reading() as session:
        assert session.scalars(select(Override)).all() == []
    assert (
        client.post(f"{at}/new?kind=unit", data=form | {"target": str(cast.units["ward_a"])}).status_code
        == 302
    )
    assert client.get(f"{at}/new?kind=town").status_code == 400


def test_who_may_and_who_may_not(
    client_of: ClientOf, database: Database, cast: Cast, staged: Stage, at: str
) -> None:
    with database.writing() as session:
        ward, binh = session.get_one(Unit, cast.units["ward_b"]), session.get_one(Person, cast.people["binh"])
        organisation.grant_role(session, binh, role="trainer", unit=ward, by=None, now=NOW)
    give(database, staged, cast, Different(extra_minutes=5), person_id=cast.people["lan"])
    with database.reading() as session:
        one = session.scalars(select(Override.id)).one()
    for who, status in (("binh", 404), ("lan", 403), ("dung", 403), ("an", 403), (None, 302)):
        client = client_of(who)
        for page in ("", "/new", f"/{one}/withdraw"):
            assert client.get(f"{at}{page}").status_code == status, (who, page)
        for page in ("/new", f"/{one}/withdraw"):
            assert client.post(f"{at}{page}").status_code == status, (who, page)
