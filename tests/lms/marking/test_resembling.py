"""The job that looks for texts that resemble each other: typed ones and files, of different people, read once."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.attempts import actions, files, finishing
from lms.attempts.handed import MEDIA_TYPES, Taken
from lms.kit import jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.marking import jobs as marking_jobs
from lms.marking import texts
from lms.marking.models import Likeness
from tests.cast import NOW, Cast
from tests.lms.marking.desk import KEY, Desk, desk_of
from tests.lms.marking.test_likeness_of_texts import prose
from tests.stage import Stage, stage

HANDLERS: Mapping[str, jobs.Handler] = {marking_jobs.JOB: marking_jobs.find_alike}


@pytest.fixture
def desk(database: Database, cast: Cast) -> Desk:
    with database.writing() as session:
        staged: Stage = stage(session, cast, NOW)
    return desk_of(database, cast, staged)


def look(desk: Desk, storage: Storage, hours: int = 1) -> list[tuple[int, int]]:
    """What the sweep and the worker do; the pairs that are stored then."""
    marking_jobs.ask_due(desk.database, NOW + timedelta(hours=hours))
    with desk.database.reading() as session:
        for job_id in jobs.runnable(session, NOW + timedelta(hours=hours)):
            jobs.run(job_id, HANDLERS, desk.database, storage)
    return pairs(desk)


def pairs(desk: Desk) -> list[tuple[int, int]]:
    with desk.database.reading() as session:
        rows = session.scalars(select(Likeness).order_by(Likeness.attempt_id))
        return [(row.other_attempt_id, row.attempt_id) for row in rows]


def states(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Job.state).where(Job.kind == marking_jobs.JOB).order_by(Job.id)))


def word_file(text: str) -> bytes:
    from docx import Document

    document = Document()
    for line in text.split("\n"):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def hand_in_file(desk: Desk, storage: Storage, who: str, data: bytes) -> int:
    person_id = desk.cast.people[who]
    with desk.database.writing() as session:
        attempt = actions.start(session, desk.exam_id, person_id, key=KEY, now=NOW)
    slot = desk.essay_slot(attempt)
    with desk.database.writing() as session:
        taken = Taken("docx", data)
        files.hand_in(session, storage, attempt, person_id, slot=slot, taken=taken, name="b.docx", now=NOW)
        finishing.submit(session, attempt, person_id, tab="t", last_seq=0, key=KEY, now=NOW)
    return attempt


def test_two_that_copied_are_found_and_others_are_not(desk: Desk, storage: Storage) -> None:
    lan = desk.write("lan", prose(1))
    desk.write("minh", prose(2))
    hoa = desk.write("hoa", prose(1, 60) + prose(3, 60))
    desk.make()
    assert look(desk, storage) == [(lan, hoa)]


def test_a_file_is_compared_with_what_was_typed_and_read_once(
    desk: Desk, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lan = desk.write("lan", prose(1))
    hoa = hand_in_file(desk, storage, "hoa", word_file(prose(1)))
    desk.make()
    assert look(desk, storage) == [(lan, hoa)]
    monkeypatch.setattr(texts, "text_of_file", lambda *_args: pytest.fail("it has been read"))
    minh = desk.write("minh", prose(1), now=NOW + timedelta(hours=1))
    desk.make(NOW + timedelta(hours=2))
    assert set(look(desk, storage, hours=3)) == {(lan, hoa), (lan, minh), (hoa, minh)}


def test_what_somebody_wrote_twice_says_nothing(desk: Desk, storage: Storage) -> None:
    desk.write("lan", prose(1))
    desk.write("lan", prose(1), now=NOW + timedelta(hours=1))
    desk.make()
    assert look(desk, storage) == []


def test_a_look_is_asked_for_only_when_answers_have_come(desk: Desk, storage: Storage) -> None:
    assert marking_jobs.ask_due(desk.database, NOW) == 0
    desk.write("lan", prose(1))
    desk.make()
    assert marking_jobs.ask_due(desk.database, NOW) == 1
    assert marking_jobs.ask_due(desk.database, NOW + timedelta(hours=5)) == 0  # it is still waiting
    look(desk, storage)
    assert states(desk) == ["done"]
    desk.write("hoa", prose(1), now=NOW + timedelta(minutes=10))
    desk.make(NOW + timedelta(minutes=20))
    assert marking_jobs.ask_due(desk.database, NOW + timedelta(minutes=30)) == 0  # not so soon again
    assert marking_jobs.ask_due(desk.database, NOW + timedelta(hours=2)) == 1
    look(desk, storage, hours=2)
    assert marking_jobs.ask_due(desk.database, NOW + timedelta(hours=9)) == 0


def test_files_that_cannot_be_read_have_no_text() -> None:
    for kind in ("docx", "odt", "pdf"):
        assert texts.text_of_file(b"nothing of the kind", MEDIA_TYPES[kind]) == ""
    assert texts.text_of_file(b"\xff\xd8\xff", "image/jpeg") == ""


def test_the_text_of_word_and_pdf_files_is_read() -> None:
    from weasyprint import HTML

    said = "Đảng bộ phường quyết tâm."
    assert texts.text_of_file(word_file(said + "\nHai"), MEDIA_TYPES["docx"]) == said + "\nHai"
    pdf = HTML(string=f"<p>{said}</p>").write_pdf()
    assert said in texts.text_of_file(pdf, MEDIA_TYPES["pdf"])
