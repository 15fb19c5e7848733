"""Certificates: earned once, numbered without gaps, checked by anybody, seen by those whom they concern."""

from __future__ import annotations

import csv
import io
import json
import threading
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from sqlalchemy import select
from structlog.testing import capture_logs

from lms.attempts.models import Attempt, Grade, Standing
from lms.certificates import actions, jobs, queries, rules
from lms.certificates.models import Certificate, Register
from lms.courses.models import Enrolment
from lms.exams.models import Paper
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.jobs import Job, ask_for, run
from lms.kit.storage import Storage
from tests.cast import LONG_NAME, NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage

BASE = "http://localhost"


def let_pass(
    database: Database, staged: Stage, person_id: int, *, passed: bool = True, number: int = 1
) -> None:
    """Put a passed (or failed) attempt into the books, as submitting does."""
    now = clock.now()
    with database.writing() as session:
        enrolment = session.scalars(
            select(Enrolment).where(Enrolment.course_id == staged.course_id, Enrolment.person_id == person_id)
        ).one()
        paper = session.scalars(select(Paper).where(Paper.exam_id == staged.exam_id)).first()
        assert paper
        attempt = Attempt(
            exam_id=staged.exam_id,
            person_id=person_id,
            enrolment_id=enrolment.id,
            unit_id=enrolment.unit_id,
            paper_id=paper.id,
            number=number,
            state="submitted",
            started_at=now,
            deadline_at=now + timedelta(minutes=30),
            submitted_at=now,
            finished_by="candidate",
            receipt="x",
            epoch=0,
        )
        session.add(attempt)
        session.flush()
        session.add(
            Grade(
                attempt_id=attempt.id,
                number=1,
                points=Decimal("9.25"),
                most_points=Decimal(10),
                percent=Decimal("92.5"),
                passed=passed,
                right=8,
                band="excellent",
                scores=[10_000] * 9,
                engine=1,
                reason="submitted",
                at=now,
            )
        )
        session.add(
            Standing(
                exam_id=staged.exam_id,
                person_id=person_id,
                attempts=1,
                best_attempt_id=attempt.id,
                best_percent=Decimal("92.5"),
                passed_at=now if passed else None,
            )
        )


def code_of(database: Database, person_id: int) -> str:
    with database.reading() as session:
        return session.scalars(select(Certificate.code).where(Certificate.person_id == person_id)).one()


def test_who_passed_sees_and_downloads_the_certificate(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["long"])
    client = client_of("long")
    page = client.get(f"/certificates/exams/{staged.exam_id}")
    assert page.status_code == 200
    assert LONG_NAME in page.text
    with database.reading() as session:
        certificate = session.scalars(select(Certificate)).one()
    answer = client.get(f"/certificates/{certificate.id}.pdf")
    assert answer.mimetype == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    assert "Huyền Trân" in text
    assert answer.data == client.get(f"/certificates/{certificate.id}.pdf").data


def test_who_did_not_pass_has_none(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"], passed=False)
    assert client_of("lan").get(f"/certificates/exams/{staged.exam_id}").status_code == 404
    assert client_of("hoa").get(f"/certificates/exams/{staged.exam_id}").status_code == 404


def test_a_certificate_is_seen_by_its_owner_and_the_officers_above(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    client_of("lan").get(f"/certificates/exams/{staged.exam_id}")
    with database.reading() as session:
        url = f"/certificates/{session.scalars(select(Certificate.id)).one()}.pdf"
    assert client_of("dung").get(url).status_code == 200
    for other in ("binh", "hoa", "tuan"):
        assert client_of(other).get(url).status_code == 404
    assert client_of(None).get(url).status_code == 302


def test_anybody_checks_a_code_and_sees_every_printed_field(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    client_of("lan").get(f"/certificates/exams/{staged.exam_id}")
    code = code_of(database, cast.people["lan"])
    nobody = client_of(None)
    typed = nobody.get("/c/", query_string={"code": code.lower().replace("-", " ")})
    assert typed.headers["Location"] == f"/c/{code}"
    page = nobody.get(f"/c/{code}").text
    with database.reading() as session:
        facts = session.scalars(select(Certificate.facts)).one()
    for name in ("name", "exam", "result", "number", "grade", "issuer", "code"):
        assert str(facts[name]) in page, name
    assert "Hợp lệ" in page


def test_a_revoked_certificate_says_so_everywhere(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    client = client_of("lan")
    client.get(f"/certificates/exams/{staged.exam_id}")
    with database.writing() as session:
        certificate = session.scalars(select(Certificate)).one()
        certificate.revoked_at, certificate.revoked_reason = NOW, "Kết quả đã được chấm lại."
        code, certificate_id = certificate.code, certificate.id
    page = client_of(None).get(f"/c/{code}").text
    assert "Đã thu hồi" in page
    assert "Kết quả đã được chấm lại." in page
    assert "Hợp lệ" not in page
    assert client.get(f"/certificates/{certificate_id}.pdf").status_code == 404


@pytest.mark.parametrize("code", ["ABCD", "x" * 200, "0000-0000-0000-0000-0000-00", "../../etc/passwd"])
def test_what_is_no_code_of_ours_is_not_found(client_of: ClientOf, database: Database, code: str) -> None:
    answer = client_of(None).get("/c/", query_string={"code": code})
    assert answer.status_code in (302, 404)
    assert (
        "Không tìm thấy"
        in client_of(None).get("/c/", query_string={"code": code}, follow_redirects=True).text
    )


def test_numbers_have_no_gaps_and_nobody_gets_two_however_many_ask_at_once(
    database: Database, cast: Cast, staged: Stage
) -> None:
    people = [cast.people[key] for key in ("lan", "long", "hoa", "dung")]
    for person_id in people:
        let_pass(database, staged, person_id)
    errors: list[BaseException] = []

    def ask(person_id: int) -> None:
        try:
            with database.writing() as session:
                actions.issue(session, staged.exam_id, person_id, base_url=BASE, by=None, now=clock.now())
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=ask, args=(person_id,)) for person_id in people * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    with database.reading() as session:
        assert sorted(session.scalars(select(Certificate.number))) == [1, 2, 3, 4]
        assert session.scalars(select(Register.last)).one() == 4


def test_the_sweep_issues_what_was_earned_once(
    database: Database, cast: Cast, staged: Stage, settings: object
) -> None:
    let_pass(database, staged, cast.people["lan"])
    assert jobs.issue_earned(database, clock.now(), settings) == 1  # type: ignore[arg-type]
    assert jobs.issue_earned(database, clock.now(), settings) == 0  # type: ignore[arg-type]


def test_one_that_cannot_be_issued_is_logged_and_does_not_hold_up_the_others(
    database: Database, cast: Cast, staged: Stage, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("lan", "long", "hoa"):
        let_pass(database, staged, cast.people[key])
    issue = actions.issue

    def failing(session: object, exam_id: int, person_id: int, **rest: object) -> Certificate | None:
        made = issue(session, exam_id, person_id, **rest)  # type: ignore[arg-type]
        if person_id == cast.people["long"]:
            raise ValueError("a fact that nobody thought of")
        return made

    monkeypatch.setattr(actions, "issue", failing)
    monkeypatch.setattr(jobs, "PAGE", 2)
    with capture_logs() as logged:
        assert jobs.issue_earned(database, clock.now(), settings) == 2  # type: ignore[arg-type]
    assert [
        (each["event"], each["person"]) for each in logged if each["event"] == "certificate_not_issued"
    ] == [("certificate_not_issued", cast.people["long"])]
    with database.reading() as session:
        assert sorted(session.scalars(select(Certificate.number))) == [1, 2], "without a gap"


@pytest.mark.parametrize("kind", ["zip", "pdf"])
def test_a_bundle_holds_everybody_of_the_unit_in_order(
    client_of: ClientOf, cast: Cast, database: Database, staged: Stage, storage: Storage, kind: str
) -> None:
    for key in ("lan", "long", "hoa"):
        let_pass(database, staged, cast.people[key])
    officer = client_of("dung")
    url = f"/certificates/courses/{staged.course_id}/units/{cast.units['ward_a']}"
    assert officer.get(url).status_code == 200
    answer = officer.post(url, data={"kind": kind})
    assert answer.status_code == 302
    with database.reading() as session:
        job_id = session.scalars(select(Job.id)).one()
    run(job_id, {"certificates.bundle": jobs.bundle}, database, storage)
    with database.reading() as session:
        job = session.get_one(Job, job_id)
    assert job.state == "done", job.error
    assert job.result
    content = storage.path(job.result["file"]).read_bytes()
    if kind == "pdf":
        assert len(PdfReader(io.BytesIO(content)).pages) == 2
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        told = archive.read("danh-sach.csv").decode("utf-8-sig")
    assert [name.rpartition("/")[2][:6] for name in names] == [
        "000001",
        "000002",
        "danh-s",
        "danh-s",
        "danh-s",
    ]
    rows = list(csv.reader(io.StringIO(told), delimiter=";"))
    assert [row[3] for row in rows[1:]] == ["Nguyễn Thị Lan", LONG_NAME]


def test_a_bundle_of_another_unit_is_not_found(client_of: ClientOf, cast: Cast, staged: Stage) -> None:
    for unit in ("ward_b", "cell_b1", "city"):
        url = f"/certificates/courses/{staged.course_id}/units/{cast.units[unit]}"
        assert client_of("dung").get(url).status_code == 404
        assert client_of("dung").post(url, data={"kind": "zip"}).status_code == 404
    assert client_of("lan").get(url).status_code == 403


def test_a_cancelled_bundle_stops(database: Database, cast: Cast, staged: Stage, storage: Storage) -> None:
    from lms.kit.jobs import cancel

    let_pass(database, staged, cast.people["lan"])
    params = {
        "exam_ids": [staged.exam_id],
        "unit_id": cast.units["city"],
        "unit": "x",
        "kind": "zip",
        "base_url": BASE,
    }
    with database.writing() as session:
        job_id = ask_for(session, "certificates.bundle", params, by=None, now=NOW).id
        cancel(session, job_id, NOW)
    run(job_id, {"certificates.bundle": jobs.bundle}, database, storage)
    with database.reading() as session:
        assert session.get_one(Job, job_id).result is None


def test_who_has_earned_one_is_found_without_looking_at_those_who_have(
    database: Database, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    let_pass(database, staged, cast.people["hoa"], passed=False)
    with database.reading() as session:
        assert [tuple(row) for row in queries.without_certificate(session, most=10)] == [
            (staged.exam_id, cast.people["lan"])
        ]


@given(st.integers(0, 20), st.sampled_from(rules.LETTERS))
def test_one_wrong_letter_is_always_noticed(place: int, letter: str) -> None:
    code = rules.new_code().replace("-", "")
    changed = code[:place] + letter + code[place + 1 :]
    assert (rules.read_code(changed) is None) or changed == code or _same_class(code[place], letter)


def _same_class(one: str, other: str) -> bool:
    """The weights are taken modulo 31 and there are 32 letters: the first and the last count alike."""
    return (rules.LETTERS.index(one) - rules.LETTERS.index(other)) % 31 == 0


@given(st.text(max_size=80))
def test_any_text_is_read_as_a_code_or_refused(text: str) -> None:
    code = rules.read_code(text)
    assert code is None or rules.read_code(code) == code


def test_codes_are_told_apart_from_look_alikes() -> None:
    code = rules.new_code()
    assert rules.read_code(code.replace("0", "O").replace("1", "l")) == code


def test_facts_come_back_from_the_database_as_they_were(
    database: Database, cast: Cast, staged: Stage
) -> None:
    let_pass(database, staged, cast.people["lan"])
    with database.writing() as session:
        made = actions.issue(
            session, staged.exam_id, cast.people["lan"], base_url=BASE, by=None, now=clock.now()
        )
        assert made
        frozen = made.facts
    assert rules.to_json(rules.from_json(json.loads(json.dumps(frozen)))) == frozen
