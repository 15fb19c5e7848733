"""To be checked: derived from the passages as they are, out of papers until somebody has looked."""

from __future__ import annotations

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.banks import queries, review, reviews
from lms.banks.models import Question
from lms.kit.db import Database
from lms.study.models import Passage, PassageText
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load

CHECKS = "/banks/thu_nghiem/goals/checks"


@pytest.fixture
def shelf_loaded(load_shelf: Load) -> None:
    load_shelf()


def reword(database: Database, slug: str, body: str) -> None:
    """Another text of a passage, the former one kept, as a new edition does it."""
    with database.writing() as session:
        passage = session.scalars(select(Passage).where(Passage.slug == slug)).one()
        if session.get(PassageText, (passage.id, passage.content_hash)) is None:
            session.add(
                PassageText(
                    passage_id=passage.id, content_hash=passage.content_hash, number=passage.number,
                    heading=passage.heading, body=passage.body, source=passage.source,
                    source_date=passage.source_date, reference="", since=NOW,
                )
            )  # fmt: skip
        passage.body, passage.content_hash = body, f"hash of {body}"


def withdraw(database: Database, slug: str) -> None:
    with database.writing() as session:
        session.scalars(select(Passage).where(Passage.slug == slug)).one().withdrawn_at = NOW


def waiting(database: Database) -> list[str]:
    with database.reading() as session:
        chosen = select(Question.code).where(queries.to_be_checked()).order_by(Question.code)
        return list(session.scalars(chosen))


def usable(session: Session) -> set[str]:
    return set(session.scalars(select(Question.code).where(queries.may_be_drawn(NOW.date()))))


def id_of(database: Database, code: str) -> int:
    with database.reading() as session:
        return session.scalars(select(Question.id).where(Question.code == code)).one()


@pytest.mark.usefixtures("shelf_loaded")
def test_a_reworded_or_withdrawn_passage_calls_its_questions_into_question(database: Database) -> None:
    assert waiting(database) == []
    reword(database, "p01", "Nghị quyết có 51 chỉ tiêu chủ yếu.")
    assert waiting(database) == ["tn-01", "tn-02", "tn-11", "tn-13"]
    withdraw(database, "p02")
    assert waiting(database) == ["tn-01", "tn-02", "tn-03", "tn-11", "tn-12", "tn-13"]
    with database.reading() as session:
        assert usable(session) == set()


@pytest.mark.usefixtures("shelf_loaded")
def test_the_page_shows_both_wordings_and_confirming_puts_the_question_back(
    database: Database, client_of: ClientOf, cast: Cast
) -> None:
    reword(database, "p01", "Nghị quyết có 51 chỉ tiêu chủ yếu.")
    client, question_id = client_of("tuan"), id_of(database, "tn-01")
    page = html.unescape(client.get(f"/banks/question/{question_id}/check").text)
    assert re.search(r"<del>.*?43 .*?</del>", page, re.DOTALL)
    assert re.search(r"<ins>.*?51 .*?</ins>", page, re.DOTALL)
    shown = html.unescape(client.get(f"/banks/question/{question_id}").text)
    assert "Cần xem lại" in shown
    assert "Đã duyệt, nhưng không đề mới nào lấy câu này" in shown
    told = client.post("/banks/thu_nghiem/goals/confirm", data=posted(client, "tn-01"), follow_redirects=True)
    assert "1 câu dẫn các đoạn như hiện nay" in html.unescape(told.text)
    assert "tn-01" not in waiting(database)
    with database.reading() as session:
        assert usable(session) == {"tn-01", "tn-03", "tn-12"}
        question = session.get_one(Question, question_id)
        assert (question.state, question.version) == ("approved", 2)
        row = session.scalars(select(AuditEvent).where(AuditEvent.action == "question.confirm")).one()
        assert (row.actor_id, row.detail) == (cast.people["tuan"], {"version": 2})


def posted(client: FlaskClient, *codes: str) -> dict[str, object]:
    """The form of the page of all to be checked, with these questions ticked."""
    page = client.get(CHECKS).text
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    ticked = [re.search(rf'question-(\d+)"><a [^>]*>{code}<', page)[1] for code in codes]  # type: ignore[index]
    return {**hidden, "chosen": ticked}


@pytest.mark.usefixtures("shelf_loaded")
def test_many_are_confirmed_at_once(database: Database, client_of: ClientOf) -> None:
    reword(database, "p01", "Khác.")
    client = client_of("tuan")
    client.post("/banks/thu_nghiem/goals/confirm", data=posted(client, "tn-01", "tn-02"))
    assert waiting(database) == ["tn-11", "tn-13"]
    assert "Không có câu nào cần xem lại" in client.get(CHECKS).text


@pytest.mark.usefixtures("shelf_loaded")
def test_what_nobody_has_seen_is_not_confirmed(database: Database, client_of: ClientOf) -> None:
    reword(database, "p01", "Khác.")
    client = client_of("tuan")
    form = posted(client, "tn-01")
    reword(database, "p01", "Lại khác nữa.")
    told = client.post("/banks/thu_nghiem/goals/confirm", data=form, follow_redirects=True)
    assert "lại vừa thay đổi" in html.unescape(told.text)
    assert "tn-01" in waiting(database)


@pytest.mark.usefixtures("shelf_loaded")
def test_withdrawn_passages_are_dropped_and_a_question_without_any_source_left_is_refused(
    database: Database, cast: Cast
) -> None:
    withdraw(database, "p02")
    by = cast.people["tuan"]
    with database.writing() as session:
        both, alone = (
            session.scalars(select(Question).where(Question.code == code)).one()
            for code in ("tn-02", "tn-03")
        )
        for question in (both, alone):
            seen = reviews.fingerprint(reviews.stale_citations(session, [question.id])[question.id])
            if question is both:
                version = review.confirm(session, question, version=1, seen=seen, by=by, now=NOW)
                assert version.body["cites"] == ["p01"]
            else:
                with pytest.raises(review.Refused) as refused:
                    review.confirm(session, question, version=1, seen=seen, by=by, now=NOW)
                assert refused.value.reasons == ("no_source",)
    assert waiting(database) == ["tn-03", "tn-11", "tn-12"]


@pytest.mark.usefixtures("shelf_loaded")
def test_confirming_twice_is_told(database: Database, client_of: ClientOf) -> None:
    reword(database, "p01", "Khác.")
    client = client_of("tuan")
    form = posted(client, "tn-01")
    client.post("/banks/thu_nghiem/goals/confirm", data=form)
    told = client.post("/banks/thu_nghiem/goals/confirm", data=form, follow_redirects=True)
    assert "Câu hỏi vừa được sửa" in html.unescape(told.text)


@pytest.mark.usefixtures("shelf_loaded")
def test_the_index_and_the_bank_count_what_is_to_be_checked(database: Database, client_of: ClientOf) -> None:
    client = client_of("tuan")
    assert "Cần xem lại" not in client.get("/banks/").text
    reword(database, "p01", "Khác.")
    assert "Cần xem lại" in client.get("/banks/").text
    assert "Cần xem lại (2)" in " ".join(client.get("/banks/thu_nghiem/goals/").text.split())
    found = client.get("/banks/thu_nghiem/goals/?look=check").text
    assert re.findall(r'<h2 id="question-\d+"><a [^>]*>([^<]+)<', found) == ["tn-01", "tn-02"]
