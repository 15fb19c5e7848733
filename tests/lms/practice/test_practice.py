"""Practising what was missed: only what is released, at once with its key, and without anything being counted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, update

from lms.attempts import actions as attempts
from lms.attempts import finishing, rules
from lms.attempts.models import AnswerEvent, Attempt, Grade, Standing
from lms.audit.models import AuditEvent
from lms.banks.models import Question as StoredQuestion
from lms.banks.models import QuestionVersion
from lms.courses.models import CourseCount
from lms.exams import paper
from lms.exams.models import Exam, Paper
from lms.kit.db import Database
from lms.practice import actions, queries
from lms.practice.models import PracticeCard
from lms.practice.rules import A_ROUND, order_of
from lms.questions.types import TYPES
from tests.at_once import at_once
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, of_every_type, right_answer, second_exam, stage

KEY = rules.receipt_key("secret of the tests")
MARK = "KHOAQ7"  # part of what only the key's holders may see
DRAWN = 10


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        return stage(session, cast, NOW, questions=of_every_type(mark=MARK), drawn=DRAWN, attempts_allowed=1)


def sit(
    database: Database,
    exam_id: int,
    person_id: int,
    *,
    right: frozenset[str] = frozenset(),
    hand_in: bool = True,
) -> int:
    """An attempt that answers the questions of these types rightly and leaves the others empty."""
    with database.writing() as session:
        attempt_id = attempts.start(session, exam_id, person_id, key=KEY, now=NOW)
        sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
        for slot in sat.slots:
            if slot.question.type in right:
                value = json.dumps(right_answer(slot))
                session.add(_event(attempt_id, slot.number, value))
        session.flush()
        if hand_in:
            finishing.submit(session, attempt_id, person_id, tab="t", last_seq=0, key=KEY, now=NOW)
    return attempt_id


def _event(attempt_id: int, slot: int, value: str) -> AnswerEvent:
    return AnswerEvent(
        attempt_id=attempt_id, tab="t", seq=slot, slot=slot, op="set", value=value, client_ms=0,
        received_at=NOW, epoch=0, status="ok",
    )  # fmt: skip


def cards(database: Database, person_id: int) -> dict[int, PracticeCard]:
    with database.reading() as session:
        rows = session.scalars(select(PracticeCard).where(PracticeCard.person_id == person_id))
        return {card.question_id: card for card in rows}


def next_card(database: Database, person_id: int, now: Any = NOW) -> queries.Card:
    with database.reading() as session:
        deck = queries.deck(session, person_id, now)
        card = queries.next_due(session, person_id, deck.question_ids, now)
        assert card is not None
        return card


def fields(card: queries.Card, person_id: int, answer: Any) -> dict[str, Any]:
    """What the page sends for an answer in displayed positions; None answers nothing."""
    sent: dict[str, Any] = {"version": str(card.version_id), "asked": str(card.asked), "n": "1"}
    if answer is None:
        return sent
    if isinstance(answer, dict):
        return sent | {f"a-1-{row}": _plain(said) for row, said in answer.items()}
    if card.question.type == "ordering":
        return sent | {f"a-1-{item}": str(place) for place, item in enumerate(answer)}
    return sent | {"a-1": [str(place) for place in answer] if isinstance(answer, list) else _plain(answer)}


def _plain(said: Any) -> str:
    return str(said).lower() if isinstance(said, bool) else str(said)


def right(card: queries.Card, person_id: int) -> Any:
    order = order_of(card.question, person_id, card.question_id, card.asked)
    key = TYPES[card.question.type].key(card.question, order)
    if isinstance(key, dict):
        return {row: said[0] if isinstance(said, tuple) else said for row, said in key.items()}
    return key[0] if isinstance(key, tuple) else key


def send(browser: FlaskClient, card: queries.Card, person_id: int, answer: Any) -> Any:
    return browser.post(f"/practice/question/{card.question_id}", data=fields(card, person_id, answer))


def test_cards_are_made_of_what_was_missed_once_and_essays_are_left_out(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan = cast.people["lan"]
    attempt_id = sit(database, staged.exam_id, lan, right=frozenset({"single_choice", "true_false"}))
    browser = client_of("lan")
    for _ in range(2):
        assert browser.get("/practice/").status_code == 200
    with database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt_id).paper_id)
        types = {question.id: question.type for question in session.scalars(select(StoredQuestion))}
    found = cards(database, lan)
    missed = [s for s in sat.slots if s.question.type not in ("single_choice", "true_false", "essay")]
    assert sorted(types[question_id] for question_id in found) == sorted(s.question.type for s in missed)
    assert {(card.box, card.asked, card.due_at) for card in found.values()} == {(0, 0, NOW)}


def test_nothing_of_a_key_is_shown_before_its_release(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, clock: Any
) -> None:
    lan = cast.people["lan"]
    with database.writing() as session:
        session.execute(update(Exam).values(attempts_allowed=2))
    sit(database, staged.exam_id, lan)
    browser = client_of("lan")
    with database.writing() as session:  # cards from before, as if the release had been taken back
        ids = session.scalars(select(StoredQuestion.id)).all()
        actions.make_cards(session, lan, ids, NOW)
    texts = [browser.get("/practice/").text, browser.get("/practice/question").get_data(as_text=True)]
    assert browser.get("/practice/question").status_code == 302
    for question_id in ids:
        answer = browser.post(f"/practice/question/{question_id}", data={"version": "1", "asked": "0"})
        assert answer.status_code == 404
        texts.append(answer.text)
    assert MARK not in "".join(texts)
    assert "passage" not in texts[0] or "Ba khâu đột phá" not in texts[0]
    assert {card.asked for card in cards(database, lan).values()} == {0}
    clock.shift(timedelta(days=6))
    assert client_of("lan").get("/practice/question").status_code == 200  # the exam has closed


def test_a_question_in_a_paper_under_way_is_withheld_though_another_exam_released_it(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan = cast.people["lan"]
    with database.writing() as session:
        other = second_exam(session, staged, NOW)
    sit(database, staged.exam_id, lan)
    open_one = sit(database, other, lan, hand_in=False)
    with database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, open_one).paper_id)
        hidden = set(
            session.scalars(
                select(QuestionVersion.question_id).where(
                    QuestionVersion.id.in_([slot.version_id for slot in sat.slots])
                )
            )
        )
        deck = queries.deck(session, lan, NOW)
    assert hidden
    assert hidden.isdisjoint(deck.question_ids)
    client_of("lan").get("/practice/")
    assert hidden.isdisjoint(cards(database, lan))


def test_a_right_answer_moves_the_card_up_and_a_wrong_one_back_with_the_key_at_once(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, clock: Any
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    sit(database, staged.exam_id, lan)
    browser.get("/practice/")
    seen = set()
    while True:
        page = browser.get("/practice/question")
        if page.status_code == 302:
            break
        card = next_card(database, lan)
        assert "<script" not in page.text
        assert MARK not in page.text
        seen.add(card.question.type)
        said = send(browser, card, lan, right(card, lan))
        assert "judged judged-good" in said.text, card.question.type
        if card.question.explanation:
            assert card.question.explanation in said.text
            assert "/study/" in said.text
        moved = cards(database, lan)[card.question_id]
        assert (moved.box, moved.asked, moved.right) == (1, 1, 1)
        assert moved.due_at == NOW + timedelta(days=3)
    assert seen == set(TYPES) - {"essay"}
    clock.shift(timedelta(days=3, minutes=1))
    card = next_card(database, lan, NOW + timedelta(days=3, minutes=1))
    assert card.box == 1
    browser = client_of("lan")
    send(browser, card, lan, None)
    moved = cards(database, lan)[card.question_id]
    assert (moved.box, moved.asked, moved.right) == (0, 2, 1)


def test_a_form_sent_twice_is_one_answer_and_what_is_not_due_does_not_move(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    sit(database, staged.exam_id, lan)
    browser.get("/practice/")
    card = next_card(database, lan)
    for _ in range(3):
        assert send(browser, card, lan, right(card, lan)).status_code == 200
    browser.post(
        f"/practice/question/{card.question_id}",
        data=fields(card, lan, None) | {"asked": "1"},  # not due yet
    )
    moved = cards(database, lan)[card.question_id]
    assert (moved.box, moved.asked, moved.right) == (1, 1, 1)


def test_practice_counts_for_nothing(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    sit(database, staged.exam_id, lan)
    kept = (Attempt, Grade, Standing, AnswerEvent, CourseCount, Paper, AuditEvent)

    def everything() -> list[Any]:
        with database.reading() as session:
            return [[dict(row) for row in session.execute(select(*m.__table__.c)).mappings()] for m in kept]

    before = everything()
    browser.get("/practice/")
    for _ in range(A_ROUND):
        card = next_card(database, lan)
        browser.get("/practice/question")
        send(browser, card, lan, right(card, lan))
        if len([1 for c in cards(database, lan).values() if c.asked == 0]) == 0:
            break
    assert everything() == before


def test_what_the_bank_no_longer_uses_is_not_asked_and_a_new_version_is(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    sit(database, staged.exam_id, lan)
    browser.get("/practice/")
    card = next_card(database, lan)
    with database.writing() as session:
        old = session.get_one(QuestionVersion, card.version_id)
        body = old.body | {"stem": "Câu hỏi đã được viết lại?"}
        session.add(
            QuestionVersion(
                question_id=card.question_id, number=2, body=body, content_hash="neu", created_at=NOW
            )
        )
        session.get_one(StoredQuestion, card.question_id).version = 2
    refused = send(browser, card, lan, right(card, lan))
    assert refused.status_code == 302
    assert cards(database, lan)[card.question_id].asked == 0
    assert "Câu hỏi đã được viết lại?" in browser.get("/practice/question").text
    with database.writing() as session:
        session.get_one(StoredQuestion, card.question_id).state = "retired"
    assert next_card(database, lan).question_id != card.question_id
    assert send(browser, card, lan, None).status_code == 404


def test_others_cards_are_nobodys_business(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan = cast.people["lan"]
    sit(database, staged.exam_id, lan)
    client_of("lan").get("/practice/")
    card = next_card(database, lan)
    for other in ("hoa", "dung", "tuan", "an"):
        assert send(client_of(other), card, lan, None).status_code == 404
    assert client_of(None).get("/practice/").status_code == 302
    assert cards(database, lan)[card.question_id].asked == 0


def test_what_to_read_again_stands_by_module_and_the_navigation_shows_practice_once_there_is_some(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    nothing = browser.get("/practice/")
    assert "Chưa có gì để ôn lại" in nothing.text
    assert '<a class="nav-link" href="/practice/"' not in browser.get("/study/").text
    sit(database, staged.exam_id, lan)
    text = browser.get("/practice/").text
    assert "Chuyên đề: Nghị quyết Đại hội XVIII" in text
    assert re.search(r'href="/study/hanoi_xviii/p0\d"', text)
    assert '<a class="nav-link" href="/practice/"' in browser.get("/study/").text


def test_the_explanation_waits_for_its_own_release(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    with database.writing() as session:
        session.execute(update(Exam).values(release_explanation="never"))
    sit(database, staged.exam_id, lan)
    browser.get("/practice/")
    while browser.get("/practice/question").status_code == 200:
        card = next_card(database, lan)
        said = send(browser, card, lan, right(card, lan))
        assert not card.question.explanation or card.question.explanation not in said.text


def answer_once(database: Database, person_id: int, question_id: int) -> bool:
    with database.writing() as session:
        deck = queries.deck(session, person_id, NOW)
        card = queries.card_of(session, person_id, question_id, deck.question_ids, NOW)
        assert card is not None
        return actions.note_answer(session, person_id, card, asked=0, right=True, now=NOW)


def make_all(database: Database, person_id: int) -> int:
    with database.writing() as session:
        deck = queries.deck(session, person_id, NOW)
        wanted = queries.without_card(session, person_id, deck.question_ids, NOW)
        actions.make_cards(session, person_id, wanted, NOW)
    return len(cards(database, person_id))


def test_many_answers_at_once_are_one(
    client_of: ClientOf, database: Database, staged: Stage, cast: Cast, database_url: str
) -> None:
    lan = cast.people["lan"]
    sit(database, staged.exam_id, lan)
    client_of("lan").get("/practice/")
    first = min(cards(database, lan))
    assert at_once(answer_once, database_url, lan, first).count(True) == 1
    card = cards(database, lan)[first]
    assert (card.box, card.asked, card.right) == (1, 1, 1)


def test_a_card_is_made_once_however_many_pages_are_opened(
    database: Database, staged: Stage, cast: Cast, database_url: str
) -> None:
    lan = cast.people["lan"]
    sit(database, staged.exam_id, lan)
    told = set(at_once(make_all, database_url, lan))
    assert told == {len(cards(database, lan))}


def test_the_page_asks_the_database_the_same_number_of_times_however_much_was_missed(
    client_of: ClientOf, app: Any, database: Database, staged: Stage, cast: Cast
) -> None:
    lan, browser = cast.people["lan"], client_of("lan")
    with database.writing() as session:
        session.execute(update(Exam).values(attempts_allowed=3, release="after_attempt"))

    def asked() -> int:
        statements: list[str] = []

        def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
            statements.append(statement)

        engine = app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert browser.get("/practice/").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    sit(database, staged.exam_id, lan, right=frozenset(TYPES) - {"numeric"})
    browser.get("/practice/")
    few = asked()
    sit(database, staged.exam_id, lan)
    sit(database, staged.exam_id, lan)
    browser.get("/practice/")
    assert asked() == few
    with database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(PracticeCard)) or 0) > 1
