"""Reminders: who is reminded of what, once a day, by mail and on the first page; and who may ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select

from lms.audit.models import AuditEvent
from lms.config import Settings
from lms.courses import actions as courses
from lms.courses.models import Course, Enrolment
from lms.kit import clock
from lms.kit import mail as mailing
from lms.kit.db import Database
from lms.kit.mail import Mail
from lms.organisation.models import Person, RoleGrant
from lms.reports import reminders
from lms.reports.models import Reminded, Reminder
from lms.reports.schedules import holds
from tests.cast import LONG_NAME, NOW, Cast
from tests.conftest import ClientOf
from tests.post_office import PostOffice, open_post_office, text_of
from tests.stage import Stage, stage

TEXT = "Đề nghị đồng chí hoàn thành trước thứ Sáu."


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    """In ward A: Lan and Dũng have not finished and have an address, the one with the long name has none; Minh is a
    guest."""
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        for key in ("lan", "dung", "hoa", "minh"):
            session.get_one(Person, cast.people[key]).email = f"{key}@example.vn"
        return staged


@pytest.fixture
def time_machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    def travel(to: Any) -> Any:
        monkeypatch.setattr(clock, "now", lambda: to)
        return to

    travel(NOW)
    return travel


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


def page(staged: Stage, cast: Cast, unit: str = "ward_a") -> str:
    return f"/reports/{staged.course_id}/units/{cast.units[unit]}/reminders"


def remind(client_of: ClientOf, staged: Stage, cast: Cast, key: str = "dung", unit: str = "ward_a") -> None:
    answer = client_of(key).post(page(staged, cast, unit), data={"text": TEXT, "step": "send"})
    assert answer.status_code == 302, answer.text


def mails(database: Database) -> list[Mail]:
    with database.reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.to, Mail.id)))


def finish(database: Database, cast: Cast, *keys: str) -> None:
    with database.writing() as session:
        for key in keys:
            one = session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people[key])).one()
            one.started_at = one.finished_at = NOW


def test_looking_sends_nothing_and_shows_who_and_what(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    client = client_of("dung")
    first = client.get(page(staged, cast)).text
    for words in (
        "Nguyễn Thị Lan",
        "lan@example.vn",
        "Phạm Tiến Dũng",
        "Đồng chí chưa hoàn thành",
        "http://localhost",
    ):
        assert words in first
    assert LONG_NAME not in first
    preview = client.post(page(staged, cast), data={"text": TEXT, "step": ""}).text
    assert "Kính gửi đồng chí" in preview
    assert TEXT in preview
    assert "Nhắc 3 người" in preview
    back = client.post(page(staged, cast), data={"text": TEXT, "step": "edit"}).text
    assert TEXT in back
    assert "Nhắc 3 người" not in back
    with database.reading() as session:
        assert session.scalars(select(Reminder)).all() == []
    assert mails(database) == []


def test_those_who_have_not_finished_are_reminded_and_nobody_else(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, settings: Settings,
    office: PostOffice, time_machine: Any,
) -> None:  # fmt: skip
    finish(database, cast, "dung")
    remind(client_of, staged, cast)
    assert reminders.send_waiting(database, NOW) == 2
    assert mailing.send_waiting(replace(settings, mail=office.server), database, NOW) == 1
    (letter,) = office.letters
    assert letter["To"] == "lan@example.vn"
    assert letter["Subject"].startswith("Đề nghị hoàn thành:")
    said = text_of(letter)
    for words in ("Kính gửi đồng chí Nguyễn Thị Lan,", TEXT, "Đảng ủy phường An Bình"):
        assert words in said
    with database.reading() as session:
        reminder = session.scalars(select(Reminder)).one()
        assert (reminder.state, reminder.people) == ("sent", 2)
        told = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "reminder")).all()
    assert [one.action for one in told] == ["reminder.ask", "reminder.send"]


def test_at_most_once_a_day_whoever_asks(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    with database.writing() as session:
        session.add(
            RoleGrant(
                person_id=cast.people["binh"], role="officer", unit_id=cast.units["city"], granted_at=NOW
            )
        )
    remind(client_of, staged, cast)
    reminders.send_waiting(database, NOW)
    later = time_machine(NOW + timedelta(hours=3))
    shown = client_of("dung").get(page(staged, cast)).text
    assert "Hiện không có ai cần nhắc" in shown
    remind(client_of, staged, cast, "binh", "city")
    reminders.send_waiting(database, later)
    assert [mail.to for mail in mails(database)] == ["dung@example.vn", "hoa@example.vn", "lan@example.vn"]
    tomorrow = time_machine(NOW + timedelta(days=1))
    remind(client_of, staged, cast)
    reminders.send_waiting(database, tomorrow)
    assert len([mail for mail in mails(database) if mail.to == "lan@example.vn"]) == 2


def test_two_reminders_at_the_same_time_reach_everybody_once(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    remind(client_of, staged, cast)
    remind(client_of, staged, cast, unit="cell_a1")
    reminders.send_waiting(database, NOW)
    assert [mail.to for mail in mails(database)] == ["dung@example.vn", "lan@example.vn"]
    with database.reading() as session:
        people = {one.people for one in session.scalars(select(Reminder))}
        assert people == {3, 0}


def test_sending_again_after_a_crash_goes_on_where_it_was(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(reminders, "CHUNK", 1)
    remind(client_of, staged, cast)
    finish_it = reminders._finish

    def crash(*_arguments: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(reminders, "_finish", crash)
    with pytest.raises(RuntimeError):
        reminders.send_waiting(database, NOW)
    assert len(mails(database)) == 2
    monkeypatch.setattr(reminders, "_finish", finish_it)
    assert reminders.send_waiting(database, NOW) == 0
    assert len(mails(database)) == 2
    with database.reading() as session:
        assert session.scalars(select(Reminder)).one().people == 3


def test_the_reminded_see_it_on_their_first_page_until_they_finish(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    remind(client_of, staged, cast)
    assert TEXT not in client_of("long").get("/").text
    reminders.send_waiting(database, NOW)
    for key, sees in (("lan", True), ("long", True), ("minh", False), ("hoa", False)):
        assert (TEXT in client_of(key).get("/").text) is sees, key
    finish(database, cast, "lan")
    assert TEXT not in client_of("lan").get("/").text
    time_machine(NOW + timedelta(days=reminders.SHOWN_DAYS + 1))
    with database.reading() as session:
        assert reminders.notices(session, cast.people["long"], clock.now()) == []


def test_at_night_mail_waits_for_the_morning(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    night = time_machine(NOW + timedelta(hours=14))  # 22:00
    preview = client_of("dung").post(page(staged, cast), data={"text": TEXT, "step": ""}).text
    assert "07:00 thứ Ba" in preview
    remind(client_of, staged, cast)
    reminders.send_waiting(database, night)
    assert {mail.next_try_at for mail in mails(database)} == {NOW + timedelta(hours=23)}


def test_those_without_an_address_are_listed_for_print(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    shown = client_of("dung").get(f"{page(staged, cast)}/print").text
    assert LONG_NAME in shown
    assert "Nguyễn Thị Lan" not in shown


def test_exempt_and_locked_people_are_not_reminded(
    cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    with database.writing() as session:
        lan = session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["lan"])).one()
        courses.exempt(session, lan, reason="Ốm", by=cast.people["tuan"], now=NOW)
        session.get_one(Person, cast.people["long"]).disabled_at = NOW
    with database.reading() as session:
        found = reminders.missing(session, staged.course_id, cast.units["ward_a"], NOW)
    assert (found.by_mail, found.without, found.reminded, found.all) == (1, 0, 0, 1)


def test_an_address_that_is_none_keeps_nobody_from_mail(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    with database.writing() as session:
        session.get_one(Person, cast.people["lan"]).email = "lan@\r\nBcc: x@example.vn"
    remind(client_of, staged, cast)
    reminders.send_waiting(database, NOW)
    assert [mail.to for mail in mails(database)] == ["dung@example.vn"]


@pytest.mark.parametrize("why", ["role", "course", "stopped"])
def test_it_stops_when_it_may_not_be_sent_any_more_or_somebody_stops_it(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any, why: str
) -> None:
    remind(client_of, staged, cast)
    with database.reading() as session:
        reminder_id = session.scalars(select(Reminder.id)).one()
    if why == "role":
        with database.writing() as session:
            session.execute(delete(RoleGrant).where(RoleGrant.person_id == cast.people["dung"]))
            assert not holds(session, cast.people["dung"], "officer", cast.units["ward_a"])
    elif why == "course":
        with database.writing() as session:
            session.get_one(Course, staged.course_id).state = "closed"
    else:
        client_of("dung").post(f"/reports/reminders/{reminder_id}/stop")
    assert reminders.send_waiting(database, NOW) == 0
    with database.reading() as session:
        assert session.scalars(select(Reminder.state)).one() == "stopped"
        assert session.scalars(select(Reminded)).all() == []


def test_of_a_closed_course_nobody_is_reminded(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    with database.writing() as session:
        session.get_one(Course, staged.course_id).state = "closed"
    answer = client_of("dung").post(page(staged, cast), data={"text": TEXT, "step": "send"})
    assert "Đợt học tập không mở nên không nhắc ai" in answer.text
    with database.reading() as session:
        assert session.scalars(select(Reminder)).all() == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 2001])
def test_a_reminder_says_something_and_not_too_much(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, text: str
) -> None:
    assert client_of("dung").post(page(staged, cast), data={"text": text, "step": "send"}).status_code == 400
    with database.reading() as session:
        assert session.scalars(select(Reminder)).all() == []


def test_only_an_officer_of_the_unit_may(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    data = {"text": TEXT, "step": "send"}
    for key, status in (("binh", 404), ("lan", 403), ("tuan", 403), ("an", 403), (None, 302)):
        assert client_of(key).get(page(staged, cast)).status_code == status, key
        assert client_of(key).post(page(staged, cast), data=data).status_code == status, key
        assert client_of(key).get(f"{page(staged, cast)}/print").status_code == status, key
    remind(client_of, staged, cast)
    with database.reading() as session:
        reminder_id = session.scalars(select(Reminder.id)).one()
    assert client_of("binh").post(f"/reports/reminders/{reminder_id}/stop").status_code == 404
    with database.reading() as session:
        assert session.scalars(select(Reminder.state)).one() == "waiting"


def test_without_a_mail_server_the_screen_says_so(
    app: Flask, client_of: ClientOf, cast: Cast, staged: Stage, settings: Settings, office: PostOffice
) -> None:
    assert "Chưa có máy chủ thư" in client_of("dung").get(page(staged, cast)).text
    app.extensions["settings"] = replace(settings, mail=office.server)
    assert "Chưa có máy chủ thư" not in client_of("dung").get(page(staged, cast)).text


def test_a_mailbox_that_stands_for_many_is_warned_of_before_anything_is_sent(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    def share(*keys: str) -> str:
        with database.writing() as session:
            for key in keys:
                session.get_one(
                    Person, cast.people[key]
                ).email = f"{'VP' if key == 'lan' else 'vp'}@example.vn"
        return client_of("dung").post(page(staged, cast), data={"text": TEXT, "step": ""}).text

    assert "đang ghi cho" not in share("lan", "dung", "minh")  # Minh is a guest: he is not reminded
    assert "Hộp thư vp@example.vn đang ghi cho 3 người" in share("long")
    finish(database, cast, "lan")
    assert "đang ghi cho" not in client_of("dung").get(page(staged, cast)).text
