"""Entering papers, and sitting a test for somebody present: who may, what is stored, and that it counts once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.attempts import actions as online
from lms.attempts import answers, rules
from lms.attempts.entry import actions, proxy
from lms.attempts.entry.rules import HANDWRITTEN, ON_ONE_LINE, EntryRefused
from lms.attempts.models import AnswerEvent, Attempt, AttemptNote, Grade, Standing
from lms.audit.models import AuditEvent
from lms.courses.models import CourseCount, Enrolment
from lms.exams import paper
from lms.exams.models import Exam, Paper
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.vietnamese.dates import local
from tests.at_once import TIMES, at_once
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.conftest import KEY, Sitter
from tests.lms.attempts.test_entry_rules import typed_of
from tests.stage import Stage, of_every_type, right_answer, stage

pytestmark = pytest.mark.usefixtures("clock")
WRITTEN = NOW - timedelta(hours=3)


@pytest.fixture
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


def enrolment(database: Database, cast: Cast, key: str) -> int:
    with database.reading() as session:
        found = session.scalar(select(Enrolment.id).where(Enrolment.person_id == cast.people[key]))
        assert found is not None
        return found


def whole(database: Database, staged: Stage, number: int = 2) -> tuple[int, dict[int, Any], dict[str, str]]:
    """A paper's id, all right answers, and the fields in which a clerk types them."""
    with database.reading() as session:
        wanted = select(Paper.id).where(Paper.exam_id == staged.exam_id, Paper.number == number)
        paper_id = session.scalars(wanted).one()
        sat = paper.load(session, paper_id)
    right, fields = {}, {}
    for slot in sat.slots:
        right[slot.number] = HANDWRITTEN if slot.question.type == "essay" else right_answer(slot)
        for gap, text in enumerate(typed_of(slot.asked, right[slot.number])):
            fields[f"t-{slot.number}-{gap}"] = text
    return paper_id, right, fields


def head(number: int = 1, at: Any = WRITTEN, code: int = 2) -> dict[str, str]:
    return {"paper": str(code), "at": f"{local(at):%Y-%m-%dT%H:%M}", "number": str(number)}


def store(
    browser: FlaskClient, database: Database, staged: Stage, cast: Cast, key: str = "lan", **said: Any
) -> Any:
    url = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, key)}"
    return browser.post(url, data=head() | whole(database, staged)[2] | {"step": "store"} | said)


def test_a_paper_becomes_an_attempt_like_any_other_and_says_how(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    browser = client_of("dung")
    url = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, 'lan')}"
    paper_id, right, fields = whole(database, staged)
    asked = browser.post(url, data=head())
    assert asked.status_code == 200
    look = browser.post(url, data=head() | fields | {"step": "look"})
    assert "So lại với phiếu" in look.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0  # looked at, not stored
    hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', look.text)) | {"step": "store"}
    assert {name: hidden[name] for name in fields} == fields
    assert browser.post(url, data=hidden).status_code == 302
    with database.reading() as session:
        row = session.scalars(select(Attempt)).one()
        assert (row.person_id, row.paper_id, row.number) == (cast.people["lan"], paper_id, 1)
        assert (row.state, row.medium, row.entered_by) == ("submitted", "paper", cast.people["dung"])
        assert row.started_at == row.submitted_at == WRITTEN
        assert (row.finished_by, bool(row.receipt)) == ("clerk", True)
        events = answers.events_of(session, row.id)
        assert {event.tab for event in events} == {f"paper-{row.id}"}
        assert dict(rules.derive(events).values) == right
        grade = session.scalars(select(Grade)).one()
        assert grade.passed
        assert grade.scores.count(None) == 1  # the handwritten essay waits for a marker
        assert grade.scores.count(10_000) == len(right) - 1
        assert session.scalars(select(Standing)).one().attempts == 1
        note = session.scalars(select(AttemptNote)).one()
        assert (note.kind, note.attempt_id, note.by) == ("entered", row.id, cast.people["dung"])
        assert note.detail["paper"] == 2
        assert session.execute(
            select(func.sum(CourseCount.started), func.sum(CourseCount.attempts))
        ).one() == (1, 1)
        audited = session.scalars(select(AuditEvent).where(AuditEvent.action == "attempt.enter")).one()
        assert (audited.actor_id, audited.detail["medium"]) == (cast.people["dung"], "paper")
    assert "bài giấy" in browser.get(f"/entry/{staged.exam_id}").text


def test_the_pages_for_entering_show_no_question_and_no_key(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    browser = client_of("dung")
    url = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, 'lan')}"
    _paper, _right, fields = whole(database, staged)
    empty = dict.fromkeys(fields, "")
    texts = [browser.get(url).text, browser.post(url, data=head()).text]
    texts.append(browser.post(url, data=head() | empty | {"step": "look"}).text)
    for question in staged.versions.values():
        for text in texts:
            assert question.stem.split("[[")[0] not in text
            assert not question.explanation or question.explanation not in text


def test_a_line_of_letters_is_shown_as_it_was_read(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    browser = client_of("dung")
    url = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, 'lan')}"
    _paper, _right, fields = whole(database, staged)
    with database.reading() as session:
        sat = paper.load(session, whole(database, staged)[0])
    lettered = [slot.number for slot in sat.slots if slot.question.type in ON_ONE_LINE]
    line = " ".join(fields[f"t-{number}-0"] for number in lettered)
    look = browser.post(url, data=head() | {"line": line, "step": "look"}).text
    hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', look))
    assert all(hidden[f"t-{number}-0"] == fields[f"t-{number}-0"] for number in lettered)
    long = browser.post(url, data=head() | {"line": "A " * 30, "step": "look"})
    assert 'href="#line"' in long.text


def test_nothing_is_stored_while_an_answer_cannot_be_read(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    with database.reading() as session:
        sat = paper.load(session, whole(database, staged)[0])
    single = next(slot.number for slot in sat.slots if slot.question.type == "single_choice")
    answer = store(client_of("dung"), database, staged, cast, **{f"t-{single}-0": "AB"})
    assert answer.status_code == 200
    assert f'href="#t-{single}-0"' in answer.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"paper": "999"}, "mã đề này"),
        ({"paper": "hai"}, "số nguyên"),
        ({"at": ""}, "ngày"),
        ({"at": f"{local(NOW + timedelta(hours=1)):%Y-%m-%dT%H:%M}"}, "tương lai"),
        ({"at": f"{local(NOW - timedelta(days=40)):%Y-%m-%dT%H:%M}"}, "Đợt học tập"),
    ],
)
def test_the_paper_and_its_moment_are_looked_at(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, said: dict[str, str], words: str
) -> None:
    answer = store(client_of("dung"), database, staged, cast, **said)
    assert answer.status_code == 200
    assert words in answer.text
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


@pytest.mark.parametrize(
    ("who", "whom", "status"),
    [
        ("dung", "lan", 302),
        ("dung", "minh", 302),
        ("long", "lan", 302),  # the secretary of the cell
        ("long", "minh", 404),  # of another cell
        ("long", "long", 404),  # oneself
        ("dung", "dung", 404),
        ("dung", "hoa", 404),
        ("binh", "lan", 404),
        ("tuan", "lan", 403),
        ("an", "lan", 403),
        ("lan", "lan", 403),
        (None, "lan", 302),  # to sign in
    ],
)
def test_only_the_units_own_secretary_or_officer_enters_and_never_for_oneself(
    client_of: ClientOf,
    database: Database,
    staged: Stage,
    cast: Cast,
    who: str | None,
    whom: str,
    status: int,
) -> None:
    browser = client_of(who)
    assert store(browser, database, staged, cast, whom).status_code == status
    page = browser.get(f"/entry/{staged.exam_id}/people/{enrolment(database, cast, whom)}")
    assert page.status_code == (200 if status == 302 and who else status)
    with database.reading() as session:
        made = session.scalar(select(func.count()).select_from(Attempt))
    assert made == (1 if status == 302 and who else 0)


def test_attempts_are_limited_and_the_same_form_is_stored_once(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    browser = client_of("dung")
    store(browser, database, staged, cast)
    store(browser, database, staged, cast)  # sent again
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1
    store(browser, database, staged, cast, number="2")
    store(browser, database, staged, cast, number="3")
    with database.reading() as session:
        assert [row.number for row in session.scalars(select(Attempt).order_by(Attempt.number))] == [1, 2]
    assert "đã dùng hết" in browser.get(f"/entry/{staged.exam_id}").text


def test_what_was_entered_wrongly_and_declared_void_is_entered_again(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    browser = client_of("dung")
    for number in ("1", "2"):
        store(browser, database, staged, cast, number=number)
    with database.writing() as session:
        wrong = session.scalars(select(Attempt).where(Attempt.number == 2)).one()
        wrong.state, wrong.voided_at, wrong.voided_by = "void", NOW, cast.people["dung"]
    store(browser, database, staged, cast, number="3")
    store(browser, database, staged, cast, number="4")
    with database.reading() as session:
        states = session.execute(select(Attempt.number, Attempt.state).order_by(Attempt.number)).all()
        assert [tuple(row) for row in states] == [(1, "submitted"), (2, "void"), (3, "submitted")]


def test_no_paper_is_entered_while_the_person_sits_online(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, lan: Sitter
) -> None:
    attempt = lan.start()
    browser = client_of("dung")
    store(browser, database, staged, cast, number="2")
    with database.reading() as session:
        row = session.scalars(select(Attempt)).one()
        assert (row.id, row.state, row.medium) == (attempt, "open", "online")
    begin = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, 'lan')}/proxy"
    browser.post(begin, data={"reason": "Mắt kém"})
    assert lan.get(Attempt, attempt).medium == "online"


def test_an_exam_that_has_not_opened_is_not_there(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    with database.writing() as session:
        session.get_one(Exam, staged.exam_id).opens_at = NOW + timedelta(hours=1)
    browser = client_of("dung")
    assert browser.get(f"/entry/{staged.exam_id}").status_code == 404
    assert str(staged.exam_id) not in re.findall(r"/entry/(\d+)", browser.get("/entry/").text)


def test_people_are_found_with_and_without_marks(client_of: ClientOf, staged: Stage) -> None:
    browser = client_of("dung")
    for wanted in ("Thị Lan", "thi lan"):
        text = browser.get(f"/entry/{staged.exam_id}", query_string={"q": wanted}).text
        assert "Nguyễn Thị Lan" in text
        assert "Trần Văn Minh" not in text
    assert "Lê Thị Hoa" not in browser.get(f"/entry/{staged.exam_id}").text


def enter(database: Database, exam_id: int, person_id: int, paper_id: int, by: int) -> str:
    try:
        with database.writing() as session:
            actions.enter_paper(
                session,
                exam_id,
                person_id,
                paper_id=paper_id,
                number=1,
                at=WRITTEN,
                answered={1: None},
                by=by,
                key=KEY,
                now=NOW,
            )
    except EntryRefused as refused:
        return refused.code
    return "stored"


def test_two_clerks_who_enter_the_same_paper_at_once_store_it_once(
    database: Database, staged: Stage, cast: Cast, database_url: str
) -> None:
    paper_id = whole(database, staged)[0]
    told = at_once(enter, database_url, staged.exam_id, cast.people["lan"], paper_id, cast.people["dung"])
    assert sorted(told) == ["meanwhile"] * (TIMES - 1) + ["stored"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1
        assert session.scalar(select(func.count()).select_from(Grade)) == 1
        assert session.scalar(select(func.sum(CourseCount.attempts))) == 1


# ------------------------------------------------------------------------------------------------ for a person present


def begin(browser: FlaskClient, database: Database, staged: Stage, cast: Cast, whom: str = "lan") -> Any:
    url = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, whom)}/proxy"
    return browser.post(url, data={"reason": "Đồng chí mắt kém, không dùng được điện thoại"})


def fields_of(database: Database, attempt_id: int) -> dict[str, Any]:
    """Every right answer of the attempt's paper as the plain form of the exam sends it."""
    with database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
    fields: dict[str, Any] = {}
    for slot in sat.slots:
        answer = right_answer(slot)
        if isinstance(answer, dict):
            fields |= {f"a-{slot.number}-{row}": _plain(said) for row, said in answer.items()}
        elif isinstance(answer, list) and slot.question.type == "ordering":
            fields |= {f"a-{slot.number}-{item}": str(place) for place, item in enumerate(answer)}
        elif isinstance(answer, list):
            fields[f"a-{slot.number}"] = [str(place) for place in answer]
        else:
            fields[f"a-{slot.number}"] = _plain(answer)
    return fields


def _plain(said: Any) -> str:
    return str(said).lower() if isinstance(said, bool) else str(said)


def test_a_test_sat_for_somebody_is_an_attempt_of_theirs_and_marked(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    browser = client_of("dung")
    answer = begin(browser, database, staged, cast)
    page = browser.get(answer.location)
    assert "Làm thay cho đồng chí Nguyễn Thị Lan" in page.text
    assert "<script" not in page.text
    with database.reading() as session:
        row = session.scalars(select(Attempt)).one()
    tab, seq = (re.search(rf'name="{name}" value="([^"]+)"', page.text) for name in ("tab", "seq"))
    assert tab is not None
    assert seq is not None
    sent = fields_of(database, row.id) | {"tab": tab[1], "seq": seq[1]}
    assert browser.post(answer.location, data=sent | {"go": "save"}).status_code == 302
    browser.post(answer.location, data=sent | {"go": "check"})  # sent again: nothing new
    assert 'class="jumps"' not in browser.get(f"{answer.location}/check").text
    assert browser.post(answer.location, data={"go": "submit"}).status_code == 302
    assert browser.post(answer.location, data={"go": "submit"}).status_code == 302
    with database.reading() as session:
        row = session.scalars(select(Attempt)).one()
        assert (row.person_id, row.medium, row.entered_by) == (
            cast.people["lan"],
            "proxy",
            cast.people["dung"],
        )
        assert (row.state, row.finished_by, row.submitted_at) == ("submitted", "clerk", NOW)
        grade = session.scalars(select(Grade)).one()
        assert grade.scores.count(10_000) == len(grade.scores) - 1
        assert set(session.scalars(select(AnswerEvent.status))) == {"ok"}
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == len(grade.scores)
        note = session.scalars(select(AttemptNote)).one()
        assert (note.kind, note.text[:8]) == ("entered", "Đồng chí")
    assert "nhập thay" in browser.get(f"/entry/{staged.exam_id}").text


def test_a_reason_must_be_given(client_of: ClientOf, database: Database, staged: Stage, cast: Cast) -> None:
    url = f"/entry/{staged.exam_id}/people/{enrolment(database, cast, 'lan')}/proxy"
    assert client_of("dung").post(url, data={"reason": "  "}).status_code == 200
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 0


@pytest.mark.parametrize(
    ("who", "whom", "begun"),
    [("long", "lan", True), ("long", "minh", False), ("long", "long", False), ("binh", "lan", False)],
)
def test_only_for_people_of_the_own_units_and_never_for_oneself(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, who: str, whom: str, begun: bool
) -> None:
    answer = begin(client_of(who), database, staged, cast, whom)
    assert answer.status_code == (302 if begun else 404)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == int(begun)


def test_nobody_else_touches_the_attempt_through_the_clerks_pages(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, lan: Sitter
) -> None:
    location = begin(client_of("dung"), database, staged, cast).location
    sent = {"tab": "x", "seq": "1", "a-1": "0", "go": "submit"}
    for other in ("long", "binh"):
        browser = client_of(other)
        assert browser.get(location).status_code == 404
        assert browser.get(f"{location}/check").status_code == 404
        assert browser.post(location, data=sent).status_code == 404
    with database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        assert attempt.state == "open"
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 0


def test_a_clerk_does_not_reach_what_the_person_began_themselves(
    client_of: ClientOf, lan: Sitter, staged: Stage
) -> None:
    attempt = lan.start()
    browser = client_of("dung")
    assert browser.get(f"/entry/attempts/{attempt}").status_code == 404
    assert browser.post(f"/entry/attempts/{attempt}", data={"go": "submit"}).status_code == 404
    assert lan.get(Attempt, attempt).state == "open"


def test_when_the_time_is_over_the_saved_answers_count_and_nothing_more(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, clock: Any
) -> None:
    browser = client_of("dung")
    location = begin(browser, database, staged, cast).location
    attempt_id = int(location.rpartition("/")[2])
    with database.writing() as session:
        change = [rules.Change(1, "set", "0")]
        assert proxy.hold_for(session, attempt_id, cast.people["dung"]) == []
        proxy.note_changes_for(
            session, attempt_id, by=cast.people["dung"], tab="proxy-1", changes=change, now=NOW
        )
    clock.shift(timedelta(minutes=31))
    browser.post(location, data={"tab": "proxy-1", "seq": "2", "a-2": "1", "go": "submit"})
    with database.reading() as session:
        row = session.get_one(Attempt, attempt_id)
        assert (row.state, row.finished_by, row.submitted_at) == ("submitted", "reader", row.deadline_at)
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 1


def test_the_limits_of_attempts_hold_for_both_ways(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, lan: Sitter
) -> None:
    lan.submit(lan.start())
    browser = client_of("dung")
    store(browser, database, staged, cast, number="2")
    begin(browser, database, staged, cast)
    with pytest.raises(online.StartRefused):
        lan.start()
    with database.reading() as session:
        assert [row.medium for row in session.scalars(select(Attempt).order_by(Attempt.number))] == [
            "online",
            "paper",
        ]


def start_for(database: Database, exam_id: int, person_id: int, by: int) -> str:
    try:
        with database.writing() as session:
            found = proxy.start_for(session, exam_id, person_id, reason="Mắt kém", by=by, key=KEY, now=NOW)
    except EntryRefused as refused:
        return refused.code
    return f"attempt {found}"


def test_many_who_begin_for_one_person_at_once_begin_one_attempt(
    database: Database, staged: Stage, cast: Cast, database_url: str
) -> None:
    told = at_once(start_for, database_url, staged.exam_id, cast.people["lan"], cast.people["dung"])
    assert told.count("open") == TIMES - 1
    with database.reading() as session:
        row = session.scalars(select(Attempt)).one()
        assert (row.number, row.medium) == (1, "proxy")
        assert session.scalar(select(func.count()).select_from(AttemptNote)) == 1
