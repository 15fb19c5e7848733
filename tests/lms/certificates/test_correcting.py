"""What follows from corrections: found by asking, decided by a person, done for all at once, with a line for each."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.attempts.invigilation import actions as invigilation
from lms.attempts.models import Attempt, Grade, Standing
from lms.audit.models import AuditEvent
from lms.certificates import correcting
from lms.certificates.correcting import Doubtful
from lms.certificates.models import Certificate
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.jobs import Job, run
from lms.kit.storage import Storage
from lms.organisation.models import Person
from tests.cast import Cast
from tests.conftest import SECRET, ClientOf
from tests.lms.certificates.holders import all_of, issued, revoked, states
from tests.lms.certificates.test_certificates import let_pass
from tests.stage import Stage

KEYS = ("lan", "long", "hoa")


@pytest.fixture
def holders(database: Database, cast: Cast, staged: Stage) -> dict[str, Certificate]:
    for key in KEYS:
        let_pass(database, staged, cast.people[key])
    return {key: issued(database, staged, cast.people[key]) for key in KEYS}


@pytest.fixture
def worker_settings(monkeypatch: pytest.MonkeyPatch, storage: Storage) -> None:
    """What the worker reads its key by."""
    monkeypatch.setenv("LMS_SECRET_KEY", SECRET)
    monkeypatch.setenv("LMS_DATA_DIR", str(storage.folder.parent))


def lose(database: Database, staged: Stage, person_id: int) -> None:
    with database.writing() as session:
        session.get_one(Standing, (staged.exam_id, person_id)).passed_at = None


def regrade(
    database: Database, person_id: int, points: str, *, after: timedelta = timedelta(minutes=1)
) -> None:
    """Another grade of the attempt that counts, as regrading appends it."""
    with database.writing() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.person_id == person_id)).one()
        last = session.scalars(
            select(Grade).where(Grade.attempt_id == attempt_id).order_by(Grade.number.desc())
        ).first()
        assert last
        names = [c.name for c in Grade.__table__.columns if c.name not in ("id", "number", "points", "at")]
        session.add(
            Grade(
                number=last.number + 1,
                points=Decimal(points),
                at=clock.now() + after,
                **{name: getattr(last, name) for name in names},
            )
        )


def found(database: Database, staged: Stage) -> tuple[list[Doubtful], list[Doubtful]]:
    with database.reading() as session:
        exam_ids = correcting.exams_of(session, staged.course_id)
        return correcting.lost(session, exam_ids), correcting.restated(session, exam_ids)


def work(database: Database, storage: Storage) -> Job:
    """Run the job that was asked for last, as the worker does."""
    with database.reading() as session:
        job_id = session.scalars(select(func.max(Job.id))).one()
    run(job_id, {correcting.KIND: correcting.correct}, database, storage)
    with database.reading() as session:
        job = session.get_one(Job, job_id)
    assert job.state == "done", job.error
    return job


def text_of(answer: Any) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def test_where_nothing_was_corrected_nothing_is_found(
    database: Database, staged: Stage, holders: dict[str, Certificate]
) -> None:
    assert found(database, staged) == ([], [])


def test_each_kind_of_correction_is_found(
    database: Database, cast: Cast, staged: Stage, holders: dict[str, Certificate]
) -> None:
    lose(database, staged, cast.people["lan"])
    regrade(database, cast.people["long"], "8.5")
    with database.writing() as session:
        session.get_one(Person, cast.people["hoa"]).full_name = "Lê Thị Hòa"
    lost, restated = found(database, staged)
    assert [(one.certificate_id, one.why, one.right) for one in lost] == [(holders["lan"].id, "lost", {})]
    assert {one.certificate_id: one.why for one in restated} == {
        holders["long"].id: "restated",
        holders["hoa"].id: "renamed",
    }
    assert {one.right["result"] for one in restated if one.why == "restated"} == {
        "8/9 câu đúng (8,5/10 điểm)"
    }


@pytest.mark.parametrize("born", ["1970-03-05", "1970-03", "1971", None])
def test_a_corrected_birth_date_is_found(
    database: Database, cast: Cast, staged: Stage, holders: dict[str, Certificate], born: str | None
) -> None:
    with database.writing() as session:
        session.get_one(Person, cast.people["hoa"]).born = born
    lost, restated = found(database, staged)
    assert lost == []
    assert [(one.certificate_id, one.why) for one in restated] == [(holders["hoa"].id, "renamed")]


def pass_again(database: Database, staged: Stage, person_id: int, points: str) -> None:
    """A second attempt that passes and counts from now on."""
    with database.writing() as session:
        first = session.scalars(select(Attempt).where(Attempt.person_id == person_id)).one()
        grade = session.scalars(select(Grade).where(Grade.attempt_id == first.id)).one()
        copied = {c.name: getattr(first, c.name) for c in Attempt.__table__.columns if c.name != "id"}
        second = Attempt(**(copied | {"number": first.number + 1}))
        session.add(second)
        session.flush()
        graded = {c.name: getattr(grade, c.name) for c in Grade.__table__.columns if c.name != "id"}
        session.add(Grade(**(graded | {"attempt_id": second.id, "points": Decimal(points)})))
        standing = session.get_one(Standing, (staged.exam_id, person_id))
        standing.best_attempt_id, standing.attempts = second.id, 2


def test_a_better_attempt_later_is_no_fault_until_the_certificate_s_own_counts_no_more(
    database: Database, cast: Cast, staged: Stage, holders: dict[str, Certificate]
) -> None:
    pass_again(database, staged, cast.people["lan"], "10")
    pass_again(database, staged, cast.people["long"], "10")
    assert found(database, staged) == ([], []), "it states what it was issued for"
    with database.writing() as session:
        session.get_one(Attempt, holders["lan"].attempt_id).voided_at = clock.now()
        session.get_one(Person, cast.people["long"]).full_name = "Trần Văn Lòng"
    _, restated = found(database, staged)
    assert {one.certificate_id: one.why for one in restated} == {
        holders["lan"].id: "restated",
        holders["long"].id: "renamed",
    }
    assert {one.right["result"] for one in restated} == {"8/9 câu đúng (10/10 điểm)"}, "what is issued anew"


def test_grading_again_to_the_same_result_touches_nothing(
    database: Database, cast: Cast, staged: Stage, holders: dict[str, Certificate]
) -> None:
    regrade(database, cast.people["long"], "9.25")
    assert found(database, staged) == ([], [])


def test_more_than_a_page_is_found_page_by_page(
    database: Database,
    cast: Cast,
    staged: Stage,
    holders: dict[str, Certificate],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(correcting, "AT_ONCE", 1)
    regrade(database, cast.people["lan"], "9.25")
    for key in ("long", "hoa"):
        regrade(database, cast.people[key], "8")
    with database.reading() as session:
        exam_ids = correcting.exams_of(session, staged.course_id)
        ids = list(correcting._all(session, correcting.restated, exam_ids))
    assert ids == [holders["long"].id, holders["hoa"].id]


def test_a_void_attempt_takes_the_certificate_s_ground_and_its_reason_is_told(
    database: Database, cast: Cast, staged: Stage, holders: dict[str, Certificate]
) -> None:
    with database.writing() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.person_id == cast.people["lan"])).one()
        invigilation.void(session, attempt_id, reason="Thi hộ.", by=cast.people["tuan"], now=clock.now())
    lost, _restated = found(database, staged)
    assert [(one.certificate_id, one.reason) for one in lost] == [(holders["lan"].id, "Thi hộ.")]


def test_one_click_revokes_all_that_are_no_longer_passed(
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    staged: Stage,
    storage: Storage,
    holders: dict[str, Certificate],
) -> None:
    for key in ("lan", "hoa"):
        lose(database, staged, cast.people[key])
    url = f"/certificates/courses/{staged.course_id}/corrections"
    tuan = client_of("tuan")
    shown = text_of(tuan.get(url))
    assert "Nguyễn Thị Lan" in shown
    assert "Lê Thị Hoa" in shown
    assert str(holders["long"].facts["number"]) not in shown
    assert tuan.post(url, data={"deed": "revoke"}).status_code == 422
    assert tuan.post(url, data={"deed": "burn", "burn-reason": "x"}).status_code == 400
    assert states(database) == ["valid"] * 3
    tuan.post(url, data={"deed": "revoke", "revoke-reason": "Đáp án câu 3 sai."})
    job = work(database, storage)
    assert job.result == {"changed": 2}
    assert states(database) == ["revoked", "valid", "revoked"]
    assert {one.revoked_by for one in all_of(database) if one.revoked_at} == {cast.people["tuan"]}
    with database.reading() as session:
        events = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "certificate.revoke").order_by(AuditEvent.id)
        ).all()
    assert [event.detail["reason"] for event in events] == ["Đáp án câu 3 sai."] * 2
    assert {event.actor_id for event in events} == {cast.people["tuan"]}
    assert "Mọi giấy chứng nhận đều đúng" in text_of(tuan.get(url))


@pytest.mark.usefixtures("worker_settings")
def test_one_click_issues_anew_all_that_say_something_else(
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    staged: Stage,
    storage: Storage,
    holders: dict[str, Certificate],
) -> None:
    regrade(database, cast.people["long"], "8.5", after=timedelta())
    with database.writing() as session:
        session.get_one(Person, cast.people["hoa"]).full_name = "Lê Thị Hòa"
    url = f"/certificates/courses/{staged.course_id}/corrections"
    client_of("tuan").post(url, data={"deed": "reissue", "reissue-reason": "Chấm lại."})
    assert work(database, storage).result == {"changed": 2}
    assert states(database) == ["valid", "superseded", "superseded", "valid", "valid"]
    new = all_of(database)[3:]
    assert [one.facts["name"] for one in new if one.person_id == cast.people["hoa"]] == ["Lê Thị Hòa"]
    assert all(one.seal and one.reason == "Chấm lại." for one in new)
    assert found(database, staged) == ([], [])


def test_what_is_in_order_again_when_the_job_comes_is_left_alone(
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    staged: Stage,
    storage: Storage,
    holders: dict[str, Certificate],
) -> None:
    lan = cast.people["lan"]
    lose(database, staged, lan)
    url = f"/certificates/courses/{staged.course_id}/corrections"
    client_of("tuan").post(url, data={"deed": "revoke", "revoke-reason": "Đáp án sai."})
    with database.writing() as session:
        session.get_one(Standing, (staged.exam_id, lan)).passed_at = clock.now()
    assert work(database, storage).result == {"changed": 0}
    assert states(database) == ["valid"] * 3


def test_who_passes_again_after_a_revocation_is_named_for_somebody_to_decide(
    client_of: ClientOf, database: Database, staged: Stage, holders: dict[str, Certificate]
) -> None:
    revoked(database, holders["lan"].id, "Đáp án câu 3 sai.")
    shown = client_of("tuan").get(f"/certificates/courses/{staged.course_id}/corrections")
    assert f"/certificates/{holders['lan'].id}" in shown.text
    assert "Đã thu hồi nhưng hiện nay đạt" in text_of(shown)


def test_only_who_issues_corrects(
    client_of: ClientOf, database: Database, staged: Stage, holders: dict[str, Certificate]
) -> None:
    url = f"/certificates/courses/{staged.course_id}/corrections"
    data = {"deed": "revoke", "revoke-reason": "x"}
    for who, status in (("dung", 404), ("binh", 404), ("lan", 403), ("an", 403), (None, 302)):
        assert client_of(who).get(url).status_code == status
        assert client_of(who).post(url, data=data).status_code == status
    assert client_of("tuan").get(url.replace("/courses/1/", "/courses/99/")).status_code == 404
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
