"""Photos of essays written by hand: from the clerk who entered the paper, until a marker has the answer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.attempts.models import Attempt, AttemptNote, HandedFile
from lms.audit.models import AuditEvent
from lms.kit.db import Database
from lms.marking import answers, tasks
from lms.marking.models import MarkingTask
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_entry import store, whole
from tests.lms.attempts.test_handing_in import PDF, docx, photo
from tests.stage import Stage, of_every_type, stage


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        found = stage(session, cast, NOW, questions=of_every_type(), drawn=10)
        unit = session.get_one(Unit, cast.units["cell_a1"])
        person = session.get_one(Person, cast.people["long"])
        organisation.grant_role(session, person, role="secretary", unit=unit, by=None, now=NOW)
        return found


@pytest.fixture
def sheet(client_of: ClientOf, database: Database, staged: Stage, cast: Cast) -> str:
    """The address of the photos of the essay in a paper of Lan's that Dung entered."""
    assert store(client_of("dung"), database, staged, cast).status_code == 302
    right = whole(database, staged)[1]
    slot = next(number for number, answer in right.items() if str(answer).startswith("[Bài viết tay"))
    with database.reading() as session:
        attempt = session.scalars(select(Attempt.id)).one()
    return f"/entry/papers/{attempt}/files/{slot}"


def bring(browser: FlaskClient, url: str, data: bytes, name: str = "to 1.jpg") -> Any:
    return browser.post(
        url,
        data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        follow_redirects=True,
    )


def kept(database: Database) -> list[HandedFile]:
    with database.reading() as session:
        return list(session.scalars(select(HandedFile).order_by(HandedFile.id)))


def place(sheet: str) -> tuple[int, int]:
    parts = sheet.split("/")
    return int(parts[3]), int(parts[5])


def test_the_clerk_finds_the_way_and_the_marker_sees_the_photo(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, sheet: str
) -> None:
    browser = client_of("dung")
    assert f'href="{sheet}"' in browser.get(f"/entry/{staged.exam_id}").text
    assert "Đã nộp “to 1.jpg”" in bring(browser, sheet, photo()).text
    assert "Đã nộp “to 2.pdf”" in bring(browser, sheet, PDF, "to 2.pdf").text
    first, _second = kept(database)
    attempt, slot = place(sheet)
    assert (first.attempt_id, first.slot, first.media_type) == (attempt, slot, "image/jpeg")
    with database.reading() as session:
        assert [file.name for file in answers.answered(session, attempt, slot).files] == [
            "to 1.jpg",
            "to 2.pdf",
        ]
        notes = session.scalars(select(AttemptNote).where(AttemptNote.kind == "file")).all()
        assert [(note.attempt_id, note.by, note.detail["slots"]) for note in notes] == [
            (attempt, cast.people["dung"], [slot])
        ] * 2
        audited = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "attempt.file").order_by(AuditEvent.id)
        ).all()
        assert {event.actor_id for event in audited} == {cast.people["dung"]}
    sent = browser.get(f"{sheet}/{first.id}")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert "to 1.jpg" in client_of("lan").get(f"/attempts/{attempt}/result").text  # it is theirs


def test_the_page_shows_no_question(client_of: ClientOf, staged: Stage, sheet: str) -> None:
    text = client_of("dung").get(sheet).text
    assert "Nguyễn Thị Lan" in text
    for question in staged.versions.values():
        assert question.stem.split("[[")[0] not in text


@pytest.mark.parametrize("data", [docx(), b"MZ\x90\x00", b"<svg onload=alert(1)>"])
def test_another_kind_of_file_is_refused_in_a_sentence(
    client_of: ClientOf, database: Database, sheet: str, data: bytes
) -> None:
    page = bring(client_of("dung"), sheet, data).text
    assert "Các loại nộp được: JPG, PNG, PDF" in page
    assert kept(database) == []


def test_a_wrong_photo_is_taken_back(client_of: ClientOf, database: Database, sheet: str) -> None:
    browser = client_of("dung")
    bring(browser, sheet, photo())
    (file,) = kept(database)
    for _ in range(2):
        assert browser.post(f"{sheet}/{file.id}/remove").status_code == 302
    assert kept(database)[0].removed_at == NOW
    assert browser.get(f"{sheet}/{file.id}").status_code == 404


def test_nothing_changes_while_a_marker_has_the_answer(
    client_of: ClientOf, database: Database, cast: Cast, sheet: str
) -> None:
    browser, by = client_of("dung"), cast.people["tuan"]
    tasks.make_all(database, NOW)
    bring(browser, sheet, photo())  # it waits: that hinders nothing
    with database.writing() as session:
        task = session.scalars(select(MarkingTask)).one()
        tasks.take(session, task, by, NOW, reconciles=False)
    (file,) = kept(database)
    page = browser.get(sheet).text
    assert "Đã có người nhận chấm" in page
    assert 'type="file"' not in page
    assert "Đã có người nhận chấm" in bring(browser, sheet, PDF).text
    browser.post(f"{sheet}/{file.id}/remove")
    assert [each.removed_at for each in kept(database)] == [None]
    with database.writing() as session:
        tasks.give_back(session, session.scalars(select(MarkingTask)).one(), by, NOW)
    bring(browser, sheet, PDF)
    assert len(kept(database)) == 2


@pytest.mark.parametrize(
    ("who", "status"),
    [("long", 404), ("binh", 404), ("lan", 403), ("tuan", 403)],  # Long may enter for Lan, but did not
)
def test_only_who_entered_the_paper_brings_photos(
    client_of: ClientOf, database: Database, sheet: str, who: str, status: int
) -> None:
    bring(client_of("dung"), sheet, photo())
    (file,) = kept(database)
    browser = client_of(who)
    assert browser.get(sheet).status_code == status
    assert browser.get(f"{sheet}/{file.id}").status_code == status
    assert bring(browser, sheet, PDF).status_code == status
    assert browser.post(f"{sheet}/{file.id}/remove").status_code == status
    assert [each.removed_at for each in kept(database)] == [None]


def test_only_for_an_answer_by_hand_in_a_paper_that_counts(
    client_of: ClientOf, database: Database, sheet: str
) -> None:
    browser, (attempt, slot) = client_of("dung"), place(sheet)
    other = f"/entry/papers/{attempt}/files/{slot % 10 + 1}"
    assert browser.get(other).status_code == 404
    assert bring(browser, other, photo()).status_code == 404
    with database.writing() as session:
        session.get_one(Attempt, attempt).state = "void"
    assert browser.get(sheet).status_code == 404
    assert bring(browser, sheet, photo()).status_code == 404
    assert kept(database) == []


def test_there_is_no_way_to_photos_in_somebody_elses_list(
    app: Flask, client_of: ClientOf, staged: Stage, sheet: str
) -> None:
    page = client_of("long").get(f"/entry/{staged.exam_id}").text
    assert "bài giấy" in page
    assert "/entry/papers/" not in page
