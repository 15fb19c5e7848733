"""The demonstration has something to look at for everybody, and what is written in it is not all the same."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.accounts.models import Credential
from lms.attempts.models import Attempt, HandedFile, Presence
from lms.courses.models import Enrolment
from lms.demo import city, essays, office, room, story
from lms.demo.cli import demo
from lms.demo.reflections import DIFFERENT, reflection
from lms.exams.models import Exam
from lms.kit import clock
from lms.kit.db import Database
from lms.marking import likeness
from lms.marking.models import Challenge, MarkingTask
from lms.reports.models import FrozenReport


def test_two_texts_have_one_paragraph_in_common_at_most() -> None:
    texts = [reflection(number) for number in range(DIFFERENT)]
    assert len(set(texts)) == DIFFERENT >= essays.WROTE + essays.AT_WORK
    for one, other in combinations(texts, 2):
        assert len(set(one.split("\n\n")) & set(other.split("\n\n"))) <= 1


def test_only_the_copy_resembles_another_text() -> None:
    texts = [(number, reflection(number % (essays.WROTE - 1))) for number in range(essays.WROTE)]
    found = likeness.alike(texts)
    assert {frozenset((pair.first, pair.second)) for pair in found} == {frozenset((0, essays.WROTE - 1))}


def test_a_fresh_demonstration_has_something_for_everybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LMS_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("LMS_DATABASE_URL", raising=False)
    made = CliRunner().invoke(demo, ["--no-serve", "--people", "200"])
    assert made.exit_code == 0, made.output
    database = Database(f"sqlite:///{tmp_path / 'lms.db'}")
    with database.reading() as session:
        names = set(session.scalars(select(Credential.sign_in_name)))
        exams = {exam.code: exam for exam in session.scalars(select(Exam))}
        first, essay = exams[story.EXAM], exams[essays.EXAM]
        states = dict(
            session.execute(
                select(MarkingTask.state, func.count())
                .where(MarkingTask.exam_id == essay.id)
                .group_by(MarkingTask.state)
            ).all()
        )
        asked = session.scalars(select(Challenge)).all()
        files = session.scalars(select(HandedFile)).all()
        opened = session.scalars(select(Attempt.id).where(Attempt.state == "open")).all()
        lost = session.scalars(select(Presence.attempt_id)).all()
        finished = select(func.count()).where(
            Enrolment.course_id == first.course_id, Enrolment.finished_at.is_not(None)
        )
        moved = session.scalars(select(Enrolment.now_unit_id).where(Enrolment.elsewhere)).all()
        sent_up = session.scalars(select(FrozenReport.printed_number)).all()
        assert session.scalar(finished)  # the essays are no hindrance for whoever passed the test
    assert names == {name for name, *_rest in city.ROLES}
    assert len(moved) >= office.MOVED
    assert sent_up == ["01-BC/ĐU"]
    assert essay.minutes == 0
    assert states == {"marked": essays.MARKED, "waiting": essays.WROTE - essays.MARKED}
    assert [(each.exam_id, each.kind, each.state) for each in asked] == [(first.id, "question", "open")]
    assert len(files) == essays.WITH_FILE
    assert all((tmp_path / "files" / file.file_key).is_file() for file in files)
    assert len(opened) == essays.AT_WORK
    assert list(lost) == [min(opened)]

    now = clock.now()
    room.tell_of(database, now)
    with database.reading() as session:
        seen = {row.attempt_id: row.seen_at for row in session.scalars(select(Presence))}
    assert set(seen) == set(opened)
    assert {attempt for attempt, at in seen.items() if at < now} == set(lost)
    database.engine.dispose()
