"""Reports that are sent by themselves: on their days, once, to whom was said, and no longer than they may be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from lms import worker
from lms.audit.models import AuditEvent
from lms.config import Settings
from lms.courses.models import Course
from lms.kit import clock, jobs
from lms.kit import mail as mailing
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.mail import Mail
from lms.kit.storage import Storage
from lms.organisation.models import Person, RoleGrant, Unit
from lms.reports import schedule_jobs, schedules
from lms.reports.models import ReportSchedule
from lms.reports.timing import addresses, last_due, next_due, not_at_night
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.post_office import PostOffice, open_post_office, text_of
from tests.stage import Stage, stage

FRIDAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)  # 15:00 in Viet Nam, of the week of NOW
FORM = {"weekdays": ["4"], "hour": "15", "format": "docx", "recipients": "bithu@example.vn, vp@example.vn"}


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW)


@pytest.fixture
def time_machine(monkeypatch: pytest.MonkeyPatch) -> Any:
    def travel(to: datetime) -> datetime:
        monkeypatch.setattr(clock, "now", lambda: to)
        monkeypatch.setattr(jobs, "clock_now", lambda: to)
        return to

    travel(NOW)
    return travel


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


def page(staged: Stage, cast: Cast, unit: str = "ward_a", report: str = "completion") -> str:
    return f"/reports/{staged.course_id}/units/{cast.units[unit]}/{report}/schedules"


def set_up(client_of: ClientOf, staged: Stage, cast: Cast, **other: object) -> None:
    answer = client_of("dung").post(page(staged, cast), data=FORM | other)
    assert answer.status_code == 302, answer.text


def run_jobs(database: Database, storage: Storage) -> int:
    """What the worker does with the jobs that wait."""
    with database.reading() as session:
        waiting = jobs.runnable(session, clock.now())
    for job_id in waiting:
        jobs.run(job_id, worker._handlers(), database, storage)
    return len(waiting)


def only(database: Database) -> ReportSchedule:
    with database.reading() as session:
        return session.scalars(select(ReportSchedule)).one()


def mails(database: Database) -> list[Mail]:
    with database.reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.to, Mail.id)))


def test_a_report_is_sent_on_its_day_at_its_hour_once(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, storage: Storage,
    settings: Settings, office: PostOffice, time_machine: Any,
) -> None:  # fmt: skip
    """From the officer's form to what arrives at a mail server, over two weeks, minute sweeps repeated."""
    set_up(client_of, staged, cast)
    sending = replace(settings, mail=office.server)
    for moment in (
        FRIDAY - timedelta(minutes=1),
        FRIDAY,
        FRIDAY + timedelta(minutes=1),
        FRIDAY + timedelta(days=3),
    ):
        now = time_machine(moment)
        schedule_jobs.ask_due(database, now)
        schedule_jobs.ask_due(database, now)
        run_jobs(database, storage)
        mailing.send_waiting(sending, database, now)
        assert len(office.letters) == (0 if moment < FRIDAY else 2)
    letter = office.to("bithu@example.vn")[0]
    assert "Kết quả hoàn thành theo đơn vị – Đảng ủy phường An Bình" in letter["Subject"]
    assert "đồng chí Phạm Tiến Dũng đặt" in text_of(letter)
    assert "15:00 thứ Sáu, 27/11/2026" in text_of(letter)
    (attachment,) = letter.iter_attachments()
    assert str(attachment.get_filename()).endswith("2026-11-27.docx")
    paper = docx.Document(io.BytesIO(attachment.get_content()))
    assert paper.tables[1].rows[-1].cells[1].text == "Tổng cộng"

    now = time_machine(FRIDAY + timedelta(days=7))
    schedule_jobs.ask_due(database, now)
    run_jobs(database, storage)
    mailing.send_waiting(sending, database, now)
    assert len(office.letters) == 4
    assert only(database).last_sent_at == FRIDAY + timedelta(days=7)
    assert list(Path(storage.folder).iterdir()) == [], "files that were sent are not kept"


def test_what_was_missed_while_nothing_ran_is_sent_once(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, storage: Storage, time_machine: Any
) -> None:
    set_up(client_of, staged, cast, weekdays=["0", "2", "4"])
    now = time_machine(FRIDAY + timedelta(days=20))
    assert schedule_jobs.ask_due(database, now) == 1
    run_jobs(database, storage)
    assert schedule_jobs.ask_due(database, now) == 0
    assert len(mails(database)) == 2


def test_a_job_that_runs_twice_sends_once(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, storage: Storage, time_machine: Any
) -> None:
    """As after a worker that was killed between the mail and the end of its job."""
    set_up(client_of, staged, cast)
    schedule_jobs.ask_due(database, time_machine(FRIDAY))
    run_jobs(database, storage)
    with database.writing() as session:
        session.execute(update(Job).values(state="waiting"))
    run_jobs(database, storage)
    assert len(mails(database)) == 2
    assert len(list(storage.folder.iterdir())) == 1, "the file of the second run is gone"


def test_a_job_that_failed_is_not_asked_for_every_minute(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    set_up(client_of, staged, cast)
    schedule_jobs.ask_due(database, time_machine(FRIDAY))
    with database.writing() as session:
        session.execute(update(Job).values(state="failed"))
    assert schedule_jobs.ask_due(database, time_machine(FRIDAY + timedelta(minutes=5))) == 0
    assert schedule_jobs.ask_due(database, time_machine(FRIDAY + timedelta(days=7))) == 1


@pytest.mark.parametrize("why", ["role", "locked", "course", "unit"])
@pytest.mark.parametrize("late", [False, True])
def test_it_stops_when_it_may_not_be_sent_any_more(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, storage: Storage, time_machine: Any,
    why: str, late: bool,
) -> None:  # fmt: skip
    """Before it was asked for, or (late) between the asking and the sending."""
    set_up(client_of, staged, cast)
    now = time_machine(FRIDAY)
    if late:
        assert schedule_jobs.ask_due(database, now) == 1
    with database.writing() as session:
        if why == "role":
            session.execute(delete(RoleGrant).where(RoleGrant.person_id == cast.people["dung"]))
        elif why == "locked":
            session.get_one(Person, cast.people["dung"]).disabled_at = NOW
        elif why == "course":
            session.get_one(Course, staged.course_id).state = "closed"
        else:
            session.get_one(Unit, cast.units["ward_a"]).valid_to = local(now).date()
    assert schedule_jobs.ask_due(database, now) == 0
    run_jobs(database, storage)
    assert mails(database) == []
    assert only(database).stopped_at == now
    with database.reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "schedule.stop")).one()
        reason = "role" if why == "locked" else why
        assert (told.actor_id, told.detail["why"]) == (None, reason)
        found = session.scalars(select(ReportSchedule)).all()
        assert schedules.stops(session, found) == {found[0].id: schedules.Stopped(reason, "")}


def test_a_role_over_a_unit_above_is_enough(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        dung = cast.people["dung"]
        held = [key for key, id_ in cast.units.items() if schedules.holds(session, dung, "officer", id_)]
        assert sorted(held) == ["cell_a1", "cell_a2", "ward_a"]
        assert not schedules.holds(session, dung, "administrator", cast.units["ward_a"])
        assert not schedules.holds(session, None, "officer", cast.units["ward_a"])


def test_too_long_for_its_format_goes_as_a_spreadsheet(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, storage: Storage, time_machine: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    set_up(client_of, staged, cast, format="pdf")
    monkeypatch.setattr(schedule_jobs, "too_long", lambda _lines, format_: format_ == "pdf")
    schedule_jobs.ask_due(database, time_machine(FRIDAY))
    run_jobs(database, storage)
    assert [mail.file_name.rpartition(".")[2] for mail in mails(database)] == ["xlsx", "xlsx"]


# -------------------------------------------------------------------------------------------------- the screen


def test_the_officer_sees_what_is_set_up_and_stops_it(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, time_machine: Any
) -> None:
    set_up(client_of, staged, cast, weekdays=["0", "4"])
    shown = client_of("dung").get(page(staged, cast)).text
    for words in ("thứ Hai, thứ Sáu", "15:00", "Word", "bithu@example.vn", "Phạm Tiến Dũng", "Dừng"):
        assert words in shown
    assert "Chưa có máy chủ thư" in shown
    schedule = only(database)
    assert (schedule.weekdays, schedule.hour, schedule.recipients) == (
        "04",
        15,
        "bithu@example.vn\nvp@example.vn",
    )
    client_of("dung").post(f"/reports/schedules/{schedule.id}/stop")
    assert only(database).stopped_at == NOW
    stopped = client_of("dung").get(page(staged, cast)).text
    assert "đã dừng" in stopped
    assert "người dừng: Phạm Tiến Dũng" in stopped
    with database.reading() as session:
        told = session.scalars(
            select(AuditEvent).where(AuditEvent.object_type == "schedule").order_by(AuditEvent.id)
        ).all()
    assert [(one.action, one.actor_id) for one in told] == [
        ("schedule.create", cast.people["dung"]),
        ("schedule.stop", cast.people["dung"]),
    ]
    assert "example.vn" not in str([one.detail for one in told])


def test_with_a_mail_server_nothing_is_said_about_it(
    app: Flask, client_of: ClientOf, cast: Cast, staged: Stage, settings: Settings, office: PostOffice
) -> None:
    app.extensions["settings"] = replace(settings, mail=office.server)
    assert "Chưa có máy chủ thư" not in client_of("dung").get(page(staged, cast)).text


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"weekdays": []}, "Hãy chọn ít nhất một ngày"),
        ({"recipients": ""}, "ít nhất một địa chỉ"),
        ({"recipients": "bithu@example.vn\nlan"}, "Đây không phải địa chỉ thư điện tử: lan"),
        ({"recipients": "\n".join(f"a{n}@example.vn" for n in range(21))}, "Nhiều nhất 20 người nhận"),
        ({"hour": "24"}, "Giờ"),
        ({"weekdays": ["7"]}, "Các ngày"),
        ({"format": "json"}, "Tệp"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_set_up(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, wrong: dict[str, object], says: str
) -> None:
    answer = client_of("dung").post(page(staged, cast), data=FORM | wrong)
    assert answer.status_code == 400
    assert says in answer.text
    with database.reading() as session:
        assert session.scalars(select(ReportSchedule)).all() == []


def test_only_an_officer_of_the_unit_may(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    for key, status in (("binh", 404), ("lan", 403), ("tuan", 403), ("an", 403), (None, 302)):
        for answer in (
            client_of(key).get(page(staged, cast)),
            client_of(key).post(page(staged, cast), data=FORM),
        ):
            assert answer.status_code == status, key
    assert client_of("dung").get(page(staged, cast, "ward_b")).status_code == 404
    assert client_of("dung").get(page(staged, cast, report="nothing")).status_code == 404
    with database.reading() as session:
        assert session.scalars(select(ReportSchedule)).all() == []
    set_up(client_of, staged, cast)
    schedule_id = only(database).id
    assert client_of("binh").post(f"/reports/schedules/{schedule_id}/stop").status_code == 404
    assert only(database).stopped_at is None


def test_an_auditor_sees_reports_and_schedules_none(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    with database.writing() as session:
        session.add(
            RoleGrant(
                person_id=cast.people["hoa"], role="auditor", unit_id=cast.units["city"], granted_at=NOW
            )
        )
    assert client_of("hoa").post(page(staged, cast), data=FORM).status_code == 403


# ----------------------------------------------------------------------------------------------------- the times


@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 23),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_due_moments_are_on_their_days_and_next_to_now(days: set[int], hour: int, now: datetime) -> None:
    weekdays = "".join(map(str, sorted(days)))
    before, after = last_due(weekdays, hour, now), next_due(weekdays, hour, now)
    assert before is not None
    assert after is not None
    assert before <= now < after <= before + timedelta(days=7)
    for due in (before, after):
        assert (local(due).weekday() in days, local(due).hour, local(due).minute) == (True, hour, 0)
    between = [before + timedelta(hours=n) for n in range(1, int((after - before).total_seconds() // 3600))]
    assert not [one for one in between if local(one).weekday() in days and local(one).hour == hour]


@pytest.mark.parametrize(("hour", "leaves"), [(6, 7), (7, 7), (20, 20), (21, 7 + 24), (23, 7 + 24), (0, 7)])
def test_nobody_is_disturbed_at_night(hour: int, leaves: int) -> None:
    midnight = datetime(2026, 11, 22, 17, tzinfo=UTC)
    assert not_at_night(midnight + timedelta(hours=hour)) == midnight + timedelta(hours=leaves)


def test_addresses_are_read_however_they_are_separated() -> None:
    assert addresses(" a@x.vn;b@x.vn,\r\n a@x.vn\tc@x.vn ") == ["a@x.vn", "b@x.vn", "c@x.vn"]


def test_the_worker_leads_from_the_schedule_to_the_mail(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, storage: Storage,
    settings: Settings, office: PostOffice, time_machine: Any,
) -> None:  # fmt: skip
    """Every step is one of its sweeps or jobs, in an order in which one round is enough for each."""
    set_up(client_of, staged, cast)
    now, sending = time_machine(FRIDAY), replace(settings, mail=office.server)
    wanted = [worker.ask_scheduled_reports, worker.send_reminders, worker.take_up_jobs, worker.send_mail]
    assert [one for one in worker.SWEEPS if one in wanted] == wanted
    assert worker.ask_scheduled_reports(sending, database, now) == 1
    assert worker.send_reminders(sending, database, now) == 0
    run_jobs(database, storage)
    assert worker.send_mail(sending, database, now) == 2
    assert len(office.letters) == 2
