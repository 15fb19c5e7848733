"""The life of a certificate: issued, issued anew, revoked, expired; never two in force, none ever deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.attempts.models import Standing
from lms.audit.models import AuditEvent
from lms.certificates import actions, jobs, queries, rules
from lms.certificates.actions import CertificateRefused
from lms.certificates.models import Certificate, CertificateStyle, Register
from lms.certificates.seal import keys
from lms.config import Settings
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation.models import Person
from tests.at_once import TIMES, at_once
from tests.cast import Cast
from tests.lms.certificates.holders import all_of, issued, reissued, revoked, states
from tests.lms.certificates.test_certificates import BASE, let_pass
from tests.stage import Stage


def test_a_corrected_name_is_issued_under_a_new_number_and_both_are_found(
    database: Database, cast: Cast, staged: Stage
) -> None:
    lan = cast.people["lan"]
    let_pass(database, staged, lan)
    first = issued(database, staged, lan)
    with database.writing() as session:
        session.get_one(Person, lan).full_name = "Nguyễn Thị Lân"
    second = reissued(database, first.id, "Ghi sai dấu của tên.", by=cast.people["an"])
    former, present = all_of(database)
    assert (former.facts["name"], present.facts["name"]) == ("Nguyễn Thị Lan", "Nguyễn Thị Lân")
    assert (former.revoked_reason, former.revoked_by) == (rules.SUPERSEDED, cast.people["an"])
    assert (present.supersedes_id, present.reason) == (former.id, "Ghi sai dấu của tên.")
    assert (former.number, present.number) == (1, 2)
    assert former.code != present.code
    assert states(database) == ["superseded", "valid"]
    with database.reading() as session:
        for one in (former, present):
            assert queries.certificate_by_code(session, one.code) is not None
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "certificate.reissue")).one()
    assert event.detail["reason"] == "Ghi sai dấu của tên."
    assert event.detail["in_place_of"] == former.facts["number"]
    assert event.object_id == str(second.id)


def test_asking_again_gives_the_one_in_force(database: Database, cast: Cast, staged: Stage) -> None:
    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    second = reissued(database, first.id)
    assert issued(database, staged, cast.people["lan"]).id == second.id
    assert len(all_of(database)) == 2


def test_what_was_revoked_does_not_come_back_by_itself(
    database: Database, cast: Cast, staged: Stage, settings: Settings
) -> None:
    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    revoked(database, first.id, "Thi hộ.", by=cast.people["an"])
    assert jobs.issue_earned(database, clock.now() + timedelta(days=3), settings) == 0
    assert issued(database, staged, cast.people["lan"]).id == first.id
    assert states(database) == ["revoked"]


def test_who_passes_after_a_revocation_has_earned_another_one(
    database: Database, cast: Cast, staged: Stage, settings: Settings
) -> None:
    lan = cast.people["lan"]
    let_pass(database, staged, lan)
    first = issued(database, staged, lan)
    revoked(database, first.id)
    with database.writing() as session:
        session.get_one(Standing, (staged.exam_id, lan)).passed_at = clock.now() + timedelta(minutes=5)
    assert jobs.issue_earned(database, clock.now() + timedelta(minutes=6), settings) == 1
    former, present = all_of(database)
    assert present.supersedes_id == former.id
    assert states(database) == ["revoked", "valid"]


def test_a_revocation_is_taken_back_by_issuing_anew(database: Database, cast: Cast, staged: Stage) -> None:
    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    revoked(database, first.id, "Nhầm người.")
    reissued(database, first.id, "Thu hồi nhầm.")
    former, _present = all_of(database)
    assert former.revoked_reason == "Nhầm người."
    assert states(database) == ["revoked", "valid"]


@pytest.mark.parametrize("reason", ["", "   ", "superseded", "x" * 1001])
def test_a_deed_without_a_fit_reason_is_refused_and_changes_nothing(
    database: Database, cast: Cast, staged: Stage, reason: str
) -> None:
    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    for deed in (reissued, revoked):
        with pytest.raises(CertificateRefused) as refused:
            deed(database, first.id, reason)
        assert refused.value.code in ("no_reason", "reason_long")
    assert states(database) == ["valid"]


def test_what_cannot_be_done_is_refused_with_its_sentence(
    database: Database, cast: Cast, staged: Stage
) -> None:
    lan = cast.people["lan"]
    let_pass(database, staged, lan)
    first = issued(database, staged, lan)
    second = reissued(database, first.id)

    def refusal(deed: Any, certificate_id: int) -> str:
        with pytest.raises(CertificateRefused) as refused:
            deed(database, certificate_id)
        assert actions.MESSAGES[refused.value.code]
        return str(refused.value.code)

    assert refusal(reissued, first.id) == "certificate_replaced"
    assert refusal(revoked, first.id) == "certificate_ended"
    revoked(database, second.id)
    assert refusal(revoked, second.id) == "certificate_ended"
    with database.writing() as session:
        session.get_one(Standing, (staged.exam_id, lan)).passed_at = None
    assert refusal(reissued, second.id) == "certificate_not_earned"
    with pytest.raises(LookupError):
        revoked(database, 4711)
    assert states(database) == ["superseded", "revoked"]


def test_an_older_one_is_not_issued_anew_beside_the_one_in_force(
    database: Database, cast: Cast, staged: Stage
) -> None:
    lan = cast.people["lan"]
    let_pass(database, staged, lan)
    first = issued(database, staged, lan)
    revoked(database, first.id)
    with database.writing() as session:  # a chain that does not name its predecessor, as old data may have
        standing = session.get_one(Standing, (staged.exam_id, lan))
        standing.passed_at = clock.now() + timedelta(minutes=1)
    second = issued(database, staged, lan, now=clock.now() + timedelta(minutes=2))
    with database.writing() as session:
        session.get_one(Certificate, second.id).supersedes_id = None
    with pytest.raises(CertificateRefused) as refused:
        reissued(database, first.id)
    assert refused.value.code == "certificate_in_force"


def test_a_course_s_certificates_expire_and_a_correction_does_not_lengthen_them(
    database: Database, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    with database.writing() as session:
        session.add(CertificateStyle(course_id=staged.course_id, design="plain", words={}, months=24))
    now = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    first = issued(database, staged, cast.people["lan"], now=now)
    assert (first.design, first.facts["expires"]) == ("plain", "21/11/2028")
    second = reissued(database, first.id, now=now + timedelta(days=300))
    assert second.expires_at == first.expires_at
    assert second.facts["expires"] == "21/11/2028"
    assert rules.state(None, "", second.expires_at, datetime(2028, 11, 21, 17, 0, tzinfo=UTC)) == "expired"


def test_with_a_key_a_certificate_is_sealed(
    database: Database, cast: Cast, staged: Stage, settings: Settings
) -> None:
    let_pass(database, staged, cast.people["lan"])
    with database.writing() as session:
        key = keys.enter(session, keys.own_key(settings), clock.now())
        made = actions.issue(
            session, staged.exam_id, cast.people["lan"], base_url=BASE, by=None, now=clock.now(), key=key
        )
        assert made is not None
    digits = made.seal.split()[0]
    assert made.facts["check_url"] == f"{BASE}/c/{made.code}#{digits}"


def ask(database: Database, exam_id: int, person_id: int) -> int:
    with database.writing() as session:
        made = actions.issue(session, exam_id, person_id, base_url=BASE, by=None, now=clock.now())
    assert made is not None
    return made.id


def issue_anew(database: Database, certificate_id: int) -> str:
    try:
        reissued(database, certificate_id)
    except CertificateRefused as refused:
        return refused.code
    return "done"


def end(database: Database, certificate_id: int) -> str:
    try:
        revoked(database, certificate_id)
    except CertificateRefused as refused:
        return refused.code
    return "done"


def test_however_many_ask_at_once_there_is_one(
    database: Database, database_url: str, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    found = at_once(ask, database_url, staged.exam_id, cast.people["lan"])
    assert found == [found[0]] * TIMES
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Certificate)) == 1
        assert session.scalars(select(Register.last)).one() == 1


def test_however_many_correct_at_once_one_does(
    database: Database, database_url: str, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    found = at_once(issue_anew, database_url, first.id)
    assert sorted(found) == sorted(["done"] + ["certificate_replaced"] * (TIMES - 1))
    assert states(database) == ["superseded", "valid"]


def test_however_many_revoke_at_once_one_does(
    database: Database, database_url: str, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    found = at_once(end, database_url, first.id)
    assert sorted(found) == sorted(["done"] + ["certificate_ended"] * (TIMES - 1))
    with database.reading() as session:
        told = select(func.count()).where(AuditEvent.action == "certificate.revoke")
        assert session.scalar(told) == 1


def test_the_database_itself_refuses_a_second_one_in_force(
    database: Database, cast: Cast, staged: Stage
) -> None:
    from sqlalchemy.exc import IntegrityError

    let_pass(database, staged, cast.people["lan"])
    first = issued(database, staged, cast.people["lan"])
    names = [column.name for column in Certificate.__table__.columns if column.name != "id"]
    copied = {name: getattr(first, name) for name in names}
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(Certificate(**{**copied, "code": rules.new_code(), "number": 99}))


def test_a_better_result_is_what_a_new_certificate_states(
    database: Database, cast: Cast, staged: Stage
) -> None:
    lan = cast.people["lan"]
    let_pass(database, staged, lan)
    first = issued(database, staged, lan)
    with database.writing() as session:
        from lms.attempts.models import Grade

        grade = session.scalars(select(Grade)).one()
        grade.points, grade.right = Decimal("10"), 9
    second = reissued(database, first.id, "Chấm lại.")
    assert first.facts["result"] == "8/9 câu đúng (9,25/10 điểm)"
    assert second.facts["result"] == "9/9 câu đúng (10/10 điểm)"
