"""Files handed in by a clerk for the person for whom the test is sat: in time only, and by that clerk alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.attempts.models import Attempt, AttemptNote, Grade, HandedFile
from lms.courses.models import Enrolment
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.questions.question import Question
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_handing_in import PDF
from tests.stage import Stage, exam_apart


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def exam(database: Database, cast: Cast, staged: Stage) -> int:
    asked = [
        Question("essay", "Đồng chí sẽ làm gì?", file_types=("pdf", "jpg")),
        Question("essay", "Không có tệp."),
    ]
    with database.writing() as session:
        return exam_apart(session, cast, staged, asked, NOW, code="thu-hoach")


@pytest.fixture
def place(client_of: ClientOf, database: Database, cast: Cast, exam: int) -> str:
    """The page of an attempt that Dung began for Lan."""
    with database.reading() as session:
        course_id = session.get_one(Exam, exam).course_id
        wanted = select(Enrolment.id).where(
            Enrolment.course_id == course_id, Enrolment.person_id == cast.people["lan"]
        )
        url = f"/entry/{exam}/people/{session.scalars(wanted).one()}/proxy"
    return str(client_of("dung").post(url, data={"reason": "Mắt kém"}).location)


def slot_with_files(page: str) -> int:
    return next(slot for slot in (1, 2) if f'value="files" formaction="?at={slot}"' in page)


def bring(browser: FlaskClient, url: str, data: bytes = PDF, name: str = "Bài của bác Lan.pdf") -> Any:
    return browser.post(
        url,
        data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def kept(database: Database) -> list[HandedFile]:
    with database.reading() as session:
        return list(session.scalars(select(HandedFile).order_by(HandedFile.id)))


def test_files_are_handed_in_for_the_person_and_what_was_typed_is_not_lost(
    client_of: ClientOf, database: Database, cast: Cast, place: str
) -> None:
    browser = client_of("dung")
    page = browser.get(place).text
    slot = slot_with_files(page)
    other = 3 - slot
    assert f'value="files" formaction="?at={other}"' not in page
    typed = {
        "tab": f"proxy-{cast.people['dung']}",
        "seq": "1",
        f"a-{other}": "Bác nói như sau.",
        "go": "files",
    }
    files = browser.post(f"{place}?at={slot}", data=typed).location
    assert files == f"{place}/files/{slot}"
    assert "Nguyễn Thị Lan" in browser.get(files).text
    assert "Bài của bác Lan.pdf" in bring(browser, files).text
    page = browser.get(place).text
    assert "<li>Bài của bác Lan.pdf</li>" in page
    assert "Bác nói như sau." in page
    assert 'class="jumps"' not in browser.get(f"{place}/check").text  # nothing is left empty
    (file,) = kept(database)
    assert browser.get(f"{files}/{file.id}").data == PDF
    browser.post(place, data={"go": "submit"})
    with database.reading() as session:
        assert session.scalars(select(Grade)).one().scores == [None, None]  # both to be marked
        note = session.scalars(select(AttemptNote).where(AttemptNote.kind == "file")).one()
        assert (note.by, note.detail["slots"]) == (cast.people["dung"], [slot])
        assert session.scalars(select(Attempt)).one().person_id == cast.people["lan"]
    assert browser.get(f"{files}/{file.id}").status_code == 404  # handed in: no longer the clerk's
    assert client_of("lan").get(f"/attempts/{file.attempt_id}/files/{slot}/{file.id}").data == PDF


def test_a_late_file_is_refused_in_a_plain_sentence_and_nothing_is_taken_back(
    client_of: ClientOf, database: Database, place: str, clock: Any
) -> None:
    browser = client_of("dung")
    files = f"{place}/files/{slot_with_files(browser.get(place).text)}"
    bring(browser, files)
    (file,) = kept(database)
    clock.shift(timedelta(minutes=31))
    assert "quá muộn" in bring(client_of("dung"), files, PDF + b"late").text
    client_of("dung").post(f"{files}/{file.id}/remove")
    assert [each.removed_at for each in kept(database)] == [None]


def test_a_file_of_another_kind_is_refused_and_a_wrong_one_taken_back(
    client_of: ClientOf, database: Database, place: str
) -> None:
    browser = client_of("dung")
    slot = slot_with_files(browser.get(place).text)
    page = bring(browser, f"{place}/files/{slot}", b"MZ\x90\x00").text
    assert "Các loại nộp được: PDF, JPG" in page
    assert bring(browser, f"{place}/files/{3 - slot}").status_code == 404
    assert kept(database) == []
    bring(browser, f"{place}/files/{slot}")
    (file,) = kept(database)
    browser.post(f"{place}/files/{slot}/{file.id}/remove")
    assert kept(database)[0].removed_at == NOW


@pytest.mark.parametrize(("who", "status"), [("binh", 404), ("lan", 403), ("minh", 403)])
def test_nobody_else_hands_in_through_the_clerks_pages(
    client_of: ClientOf, database: Database, place: str, who: str, status: int
) -> None:
    slot = slot_with_files(client_of("dung").get(place).text)
    bring(client_of("dung"), f"{place}/files/{slot}")
    (file,) = kept(database)
    browser, url = client_of(who), f"{place}/files/{slot}"
    assert browser.get(url).status_code == status
    assert browser.get(f"{url}/{file.id}").status_code == status
    assert bring(browser, url, PDF + b"more").status_code == status
    assert browser.post(f"{url}/{file.id}/remove").status_code == status
    assert [each.removed_at for each in kept(database)] == [None]
