"""News of a running attempt, who was heard of, and what the receipt says of answers that came too late."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, select, update

from lms.attempts import answers, presence, rules
from lms.attempts.late import too_late
from lms.attempts.models import AcceptedEvent, AnswerEvent, Attempt, AttemptNote, Presence
from lms.attempts.rules import CONFLICT, LATE, OK, Event
from lms.exams.models import Exam
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_pages import begin, send
from tests.lms.attempts.test_pages import event as answer
from tests.stage import Stage


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def ask(client: FlaskClient, attempt: int, since: int = 0, tab: str = "t1") -> Any:
    return client.get(f"/attempts/{attempt}/news?since={since}&tab={tab}")


def say(database: Database, exam_id: int, attempt_id: int | None, text: str, at: datetime) -> int:
    with database.writing() as session:
        note = AttemptNote(
            exam_id=exam_id, attempt_id=attempt_id, kind="message", text=text, detail={}, by=None, at=at
        )
        session.add(note)
        session.flush()
        return note.id


def test_news_say_how_long_and_what_the_organisers_said(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    lan, hoa = client_of("lan"), client_of("hoa")
    say(database, staged.exam_id, None, "Cho lượt trước", NOW - timedelta(minutes=5))
    mine, other = begin(lan, staged.exam_id), begin(hoa, staged.exam_id)
    clock.shift(timedelta(minutes=2))
    first = say(database, staged.exam_id, mine, "Câu 3: đọc là “khâu”", NOW + timedelta(minutes=1))
    to_all = say(database, staged.exam_id, None, "Phòng được thêm điện", NOW + timedelta(minutes=2))
    told = ask(lan, mine).json
    assert told["state"] == "open"
    assert told["remaining_ms"] == 28 * 60_000
    assert told["holder"] is True
    assert told["served_at"] == (NOW + timedelta(minutes=2)).isoformat()
    assert [(m["id"], m["text"]) for m in told["messages"]] == [
        (first, "Câu 3: đọc là “khâu”"),
        (to_all, "Phòng được thêm điện"),
    ]
    assert [m["id"] for m in ask(hoa, other).json["messages"]] == [to_all]
    assert ask(lan, mine, since=to_all).json["messages"] == []


def test_the_page_itself_shows_messages_to_whoever_runs_no_scripts(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    say(database, staged.exam_id, attempt, "Đọc kỹ <câu 3>", NOW)
    page = lan.get(f"/attempts/{attempt}").text
    assert "Đọc kỹ &lt;câu 3&gt;" in page
    assert "Thông báo của ban tổ chức" in page


def test_news_are_for_the_candidate_alone(client_of: ClientOf, staged: Stage) -> None:
    attempt = begin(client_of("lan"), staged.exam_id)
    assert ask(client_of("hoa"), attempt).status_code == 404
    assert ask(client_of("binh"), attempt).status_code == 404
    assert ask(client_of(None), attempt).status_code == 401
    assert ask(client_of("lan"), 999_999).status_code == 404


@pytest.mark.parametrize(
    "query", ["", "tab=", "tab=a%20b", "tab=t1&since=-1", "tab=t1&since=1e3", "tab=t1&since=²"]
)
def test_a_question_that_the_page_cannot_have_asked_is_refused(
    client_of: ClientOf, staged: Stage, query: str
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    assert lan.get(f"/attempts/{attempt}/news?{query}").status_code == 400


def test_a_longer_deadline_another_holder_and_the_end_are_news(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    lan.post(f"/attempts/{attempt}/lease", json={"tab": "t2", "take": True})
    assert ask(lan, attempt).json["holder"] is False
    assert ask(lan, attempt, tab="t2").json["holder"] is True
    later = NOW + timedelta(minutes=45)
    with database.writing() as session:
        session.execute(update(Attempt).where(Attempt.id == attempt).values(deadline_at=later))
    told = ask(lan, attempt).json
    assert told["deadline"] == later.isoformat()
    assert told["remaining_ms"] == 45 * 60_000
    clock.shift(timedelta(minutes=46))
    over = ask(lan, attempt).json
    assert (over["state"], over["remaining_ms"]) == ("submitted", 0)
    with database.reading() as session:
        assert session.get_one(Attempt, attempt).finished_by == "reader"


def test_a_void_attempt_is_told_as_such(client_of: ClientOf, staged: Stage, database: Database) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    with database.writing() as session:
        session.execute(
            update(Attempt)
            .where(Attempt.id == attempt)
            .values(state="void", voided_at=NOW, voided_reason="Nhầm phòng", submitted_at=NOW)
        )
    assert ask(lan, attempt).json["state"] == "void"
    page = lan.get(f"/attempts/{attempt}/receipt")
    assert page.status_code == 200
    assert "đã bị hủy" in page.text


def test_news_are_two_statements(client_of: ClientOf, staged: Stage, app: Any) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    ask(lan, attempt)  # writes who was heard of
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE")):
            statements.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    assert ask(lan, attempt).status_code == 200
    event.remove(engine, "before_cursor_execute", note)
    assert len(statements) == 2, statements


# ------------------------------------------------------------------------------------------------ who was heard of


def seen(database: Database) -> dict[int, datetime]:
    with database.reading() as session:
        return {row.attempt_id: row.seen_at for row in session.scalars(select(Presence))}


def test_saves_and_news_are_written_together_and_rarely(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    lan, hoa = client_of("lan"), client_of("hoa")
    mine, other = begin(lan, staged.exam_id), begin(hoa, staged.exam_id)
    ask(lan, mine)
    assert seen(database) == {mine: NOW}
    clock.shift(timedelta(seconds=5))
    send(hoa, other, answer(1))
    ask(lan, mine)
    assert seen(database) == {mine: NOW}, "written a moment ago"
    clock.shift(timedelta(seconds=10))
    ask(lan, mine)
    assert seen(database) == {mine: NOW + timedelta(seconds=15), other: NOW + timedelta(seconds=5)}


def test_an_older_moment_never_takes_the_place_of_a_newer_one(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    attempt = begin(client_of("lan"), staged.exam_id)
    presence.heard(database, attempt, NOW)
    assert presence.write(database, NOW) == 1
    presence.heard(database, attempt, NOW - timedelta(minutes=1))  # of another process, late
    assert presence.write(database, NOW + timedelta(minutes=1)) == 1
    assert seen(database) == {attempt: NOW}


def test_an_attempt_that_does_not_exist_does_not_hold_up_the_others(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    attempt = begin(client_of("lan"), staged.exam_id)
    presence.heard(database, attempt, NOW)
    presence.heard(database, 999_999, NOW)
    assert presence.write(database, NOW) == 2
    assert seen(database) == {attempt: NOW}


def test_a_save_costs_no_further_statement(client_of: ClientOf, staged: Stage, app: Any) -> None:
    from lms.attempts import saver

    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    send(lan, attempt, answer(1))
    way: Any = saver._way_of(app.extensions["database"])
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement.split(maxsplit=1)[0])

    event.listen(way.engine, "before_cursor_execute", note)
    assert send(lan, attempt, answer(2)).json["statuses"] == {"2": "ok"}
    event.remove(way.engine, "before_cursor_execute", note)
    assert [word for word in statements if word != "BEGIN"] == ["INSERT"]


# ------------------------------------------------------------------------------------------------ too late


def said(seq: int, slot: int, value: str | None, status: str, op: str = "set") -> Event:
    return Event("t", seq, slot, op, value, 1, status, NOW)


def test_only_what_would_change_an_answer_came_too_late() -> None:
    assert too_late([said(1, 1, "2", OK), said(2, 1, "2", LATE)]) == ()
    assert too_late([said(1, 1, "2", OK), said(2, 1, "3", LATE), said(3, 4, "1", LATE)]) == (1, 4)
    assert too_late([said(1, 1, "2", OK), said(2, 1, None, LATE, "clear")]) == (1,)
    assert too_late([said(1, 1, None, LATE, "flag"), said(2, 2, "1", CONFLICT)]) == ()


def test_the_receipt_names_what_came_too_late_until_it_is_accepted(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    send(lan, attempt, answer(1, 1, 2))
    lan.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": 1})
    assert "đến muộn (câu" not in lan.get(f"/attempts/{attempt}/receipt").text
    assert send(lan, attempt, answer(2, 4, 1)).json["statuses"] == {"2": "late"}
    page = lan.get(f"/attempts/{attempt}/receipt").text
    assert "Có 1 câu trả lời đến muộn (câu 4)" in page
    with database.writing() as session:
        assert session.get(AnswerEvent, (attempt, "t1", 2)) is not None
        session.add(
            AcceptedEvent(
                attempt_id=attempt, tab="t1", seq=2, reason="Mất điện", by=cast.people["binh"], at=NOW
            )
        )
    assert "đến muộn (câu" not in lan.get(f"/attempts/{attempt}/receipt").text


def test_an_exam_that_goes_only_forward_takes_every_answer_and_counts_none_that_goes_back(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    lan = client_of("lan")
    with database.writing() as session:
        session.execute(update(Exam).where(Exam.id == staged.exam_id).values(navigation="forward"))
    attempt = begin(lan, staged.exam_id)
    page = lan.get(f"/attempts/{attempt}").text
    assert 'data-navigation="forward"' in page
    assert "một chiều" in page
    send(lan, attempt, answer(1, 8, 1))
    send(lan, attempt, answer(3, 9, 1))
    assert send(lan, attempt, answer(4, 1, 2)).json["statuses"] == {"4": "ok"}  # it has arrived, and is kept
    assert send(lan, attempt, answer(2, 8, 2)).json["statuses"] == {"2": "ok"}  # on its way for longer
    with database.reading() as session:
        events = answers.events_of(session, attempt)
        assert {(event.seq, event.status) for event in events} == {(1, OK), (2, OK), (3, OK), (4, "back")}
        assert rules.derive(events).values == {8: 2, 9: 1}
        session.add(AcceptedEvent(attempt_id=attempt, tab="t1", seq=4, reason="Máy hỏng", by=1, at=NOW))
        assert rules.derive(answers.events_of(session, attempt)).values == {1: 2, 8: 2, 9: 1}
        session.rollback()
    page = lan.get(f"/attempts/{attempt}").text
    hidden = dict(re.findall(r'<input type="hidden" name="(tab|seq)" value="([^"]*)"', page))
    slot = min(re.findall(r'type="radio" name="a-([1-7])"', page))
    back = {**hidden, f"a-{slot}": "1" if f'name="a-{slot}" value="1"' in page else "true"}
    lan.post(f"/attempts/{attempt}", data=back)
    notices = lan.get(f"/attempts/{attempt}").text.split('id="paper"')[0]
    assert (
        notices.count("đã rời một câu thì không quay lại được") == 2
    )  # what it always says, and once for this
    with database.reading() as session:
        assert rules.derive(answers.events_of(session, attempt)).values == {8: 2, 9: 1}
