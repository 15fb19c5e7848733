"""Changes to many questions at once: in one transaction, named when left out, undone where nothing happened since."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.banks import actions, bulk, finding, queries
from lms.banks.approval import REFUSALS
from lms.banks.deeds import NotPossible, Outcome
from lms.banks.models import Bank, BulkChange, Citation, Question
from lms.kit.db import Database
from lms.study.models import Passage
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.banks.conftest import Load

BANK = "/banks/thu_nghiem/goals"
GOALS = ("tn-01", "tn-02", "tn-03")


@pytest.fixture
def by(cast: Cast, load_shelf: Load) -> int:
    load_shelf()
    return cast.people["tuan"]


def bank(session: Session, topic: str = "goals") -> Bank:
    return session.scalars(select(Bank).where(Bank.slug == f"thu_nghiem/{topic}")).one()


def question(session: Session, code: str) -> Question:
    return session.scalars(
        select(Question).where(Question.code == code).execution_options(populate_existing=True)
    ).one()


def ids(session: Session, *codes: str) -> list[int]:
    return [question(session, code).id for code in codes]


def change(session: Session, kind: str, by: int, *codes: str, value: str = "") -> Outcome:
    chosen = ids(session, *(codes or GOALS))
    return bulk.change(session, bank(session), kind, chosen, value=value, by=by, now=NOW)


def undo(session: Session, by: int) -> Outcome:
    outcome = bulk.undo(session, bulk.last_changes(session, bank(session).id)[0][0], by=by, now=NOW)
    assert outcome is not None
    return outcome


def facts(session: Session) -> dict[str, tuple[Any, ...]]:
    """What a change can touch of every question, but for the version."""
    questions = session.scalars(select(Question).execution_options(populate_existing=True)).all()
    tags = finding.tags_of(session, [each.id for each in questions])
    bodies = {each.question.id: each.body for each in queries.in_force(session, [q.id for q in questions])}
    return {
        each.code: (
            each.state, each.bank_id, each.level, each.expires_on, tags[each.id], bodies[each.id], each.retired_from
        )
        for each in questions
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "value", "changed"),
    [
        ("level", "analysis", 3),
        ("level", "recall", 2),
        ("level", "", 2),
        ("tag", "đợt 1", 3),
        ("move", "thu_nghiem/tasks", 3),
        ("retire", "", 3),
        ("expiry", "2026-12-31", 3),
    ],
)
def test_a_change_can_be_undone_wholly(
    kind: str, value: str, changed: int, by: int, database: Database
) -> None:
    with database.writing() as session:
        before = facts(session)
        outcome = change(session, kind, by, value=value)
        assert (outcome.changed, outcome.unchanged, outcome.skipped) == (changed, 3 - changed, [])
        assert facts(session) != before
        assert undo(session, by).changed == changed
        assert facts(session) == before
        assert bulk.last_changes(session, bank(session).id) == []
        counted = select(func.count()).where(AuditEvent.action.in_(("bank.bulk", "bank.bulk_undo")))
        assert session.scalar(counted) == 2


def test_what_the_changes_do(by: int, database: Database) -> None:
    with database.writing() as session:
        change(session, "level", by, value="analysis")
        change(session, "expiry", by, "tn-01", value="2026-12-31")
        change(session, "tag", by, "tn-01", "tn-02", value="đợt 1")
        assert change(session, "untag", by, value="đợt 1").changed == 2
        change(session, "move", by, "tn-03", value="thu_nghiem/tasks")
        first, third = question(session, "tn-01"), question(session, "tn-03")
        assert (first.level, first.expires_on, first.state) == ("analysis", date(2026, 12, 31), "approved")
        assert queries.in_force(session, [first.id])[0].body.expires == "2026-12-31"
        assert third.bank_id == bank(session, "tasks").id
        assert change(session, "retire", by, "tn-03").changed == 0, "it is in another bank now"


def test_filing_many_confirms_nothing(by: int, database: Database) -> None:
    with database.writing() as session:
        session.scalars(select(Passage).where(Passage.slug == "p01")).one().content_hash = "another"
        session.flush()
        change(session, "level", by, "tn-01", value="analysis")
        version = queries.in_force(session, ids(session, "tn-01"))[0].version
        assert version.number == 2
        hashes = session.scalars(select(Citation.passage_hash).where(Citation.version_id == version.id)).all()
        assert hashes != ["another"]
        assert len(hashes) == 1
        waiting = session.scalars(select(Question.code).where(queries.to_be_checked())).all()
        assert "tn-01" in waiting


def test_undoing_leaves_what_was_changed_since_and_names_it(by: int, database: Database) -> None:
    with database.writing() as session:
        change(session, "level", by, value="analysis")
        second = queries.in_force(session, ids(session, "tn-02"))[0]
        actions.new_version(session, second.question, second.body, cites=[], started_from=2, by=by, now=NOW)
        outcome = undo(session, by)
        assert (outcome.changed, [code for code, _reason in outcome.skipped]) == (2, ["tn-02"])
        assert question(session, "tn-01").level == "recall"
        assert question(session, "tn-02").level == "analysis"


def test_undoing_twice_is_told(by: int, database: Database) -> None:
    with database.writing() as session:
        change(session, "retire", by)
        done = session.scalars(select(BulkChange)).one()
        assert bulk.undo(session, done, by=by, now=NOW) is not None
        assert bulk.undo(session, done, by=by, now=NOW) is None


def drafts(session: Session, author: int) -> list[str]:
    found = []
    for number, shown in enumerate(queries.in_force(session, ids(session, *GOALS))):
        passages = session.scalars(select(Passage).where(Passage.slug.in_(shown.body.cites))).all()
        own = actions.store_question(
            session,
            bank(session),
            shown.body,
            cites=passages if number else [],
            by=author,
            now=NOW,
            code=f"own-{number}",
        )
        found.append(own.code)
    return found


def test_a_review_of_many_skips_and_names_what_is_not_allowed(by: int, mai: int, database: Database) -> None:
    with database.writing() as session:
        own = drafts(session, by)
        asked = change(session, "review", by, *own, "tn-01")
        assert (asked.changed, [code for code, _reason in asked.skipped]) == (3, ["tn-01"])
        alone = change(session, "approve", by, *own)
        assert alone.changed == 0
        assert {reason for _code, reason in alone.skipped} == {REFUSALS["own_work"]}
        by_mai = change(session, "approve", mai, *own, "tn-01")
        assert (by_mai.changed, by_mai.unchanged) == (2, 1)
        assert by_mai.skipped == [("own-0", REFUSALS["no_source"])]
        assert question(session, "own-1").state == "approved"
        undo(session, mai)
        assert question(session, "own-1").state == "in_review"
        assert change(session, "approve", by, "own-1").changed == 0, "an undone approval clears no author"


def test_a_value_that_means_nothing_is_refused(by: int, database: Database) -> None:
    with database.writing() as session:
        for kind, value in (
            ("level", "nonsense"), ("tag", ""), ("untag", ""), ("move", "thu_nghiem/goals"), ("move", "x/y"),
            ("expiry", "2026-02-31"),
        ):  # fmt: skip
            with pytest.raises(NotPossible):
                change(session, kind, by, value=value)
        assert session.scalar(select(func.count()).select_from(BulkChange)) == 0


def test_a_bank_without_such_a_level_does_not_take_the_question(by: int, database: Database) -> None:
    with database.writing() as session:
        change(session, "level", by, "tn-01", value="analysis")
        bank(session, "tasks").scheme = "three"
        outcome = change(session, "move", by, value="thu_nghiem/tasks")
        assert (outcome.changed, [code for code, _reason in outcome.skipped]) == (2, ["tn-01"])


def chosen_ids(client: FlaskClient) -> list[str]:
    return re.findall(r'name="chosen" value="(\d+)"', client.get(f"{BANK}/").text)


def post(client: FlaskClient, **fields: Any) -> str:
    return html.unescape(client.post(f"{BANK}/bulk", data=fields, follow_redirects=True).text)


def test_the_page_changes_what_is_ticked_and_offers_to_undo(
    by: int, client_of: ClientOf, database: Database
) -> None:
    client = client_of("tuan")
    first, second, _third = chosen_ids(client)
    page = post(client, chosen=[first, second], deed="tag", tag="đợt 1", view="list", filter="")
    assert "Thêm thẻ: 2 câu" in page
    assert "Hoàn tác" in page
    assert "data-table" in page, "the list stays a list"
    found = html.unescape(client.get(f"{BANK}/?tag=đợt+1").text)
    assert re.findall(r'<h2 id="question-\d+"><a [^>]*>([^<]+)<', found) == ["tn-01", "tn-02"]
    undo_url = re.search(r'action="([^"]+/undo)"', page)
    assert undo_url
    assert "Đã hoàn tác cho 2 câu" in html.unescape(client.post(undo_url[1], follow_redirects=True).text)
    with database.reading() as session:
        assert finding.tags_in_use(session) == []


def test_all_that_the_filter_finds_can_be_changed_at_once(
    by: int, client_of: ClientOf, database: Database
) -> None:
    page = post(client_of("tuan"), all="1", deed="expiry", expiry="31/12/2026", filter="level=recall")
    assert "Đặt ngày hết hạn: 1 câu" in page
    assert "tn-01" in page
    assert "tn-02" not in page, "the filter is kept"
    with database.reading() as session:
        assert question(session, "tn-01").expires_on == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"deed": "retire"}, "Đồng chí chọn câu hỏi trước"),
        ({"deed": "expiry", "expiry": "31/02/2026", "all": "1"}, "điền vào ô bên cạnh nút"),
        ({"deed": "expiry", "expiry": "12/2026", "all": "1"}, "điền vào ô bên cạnh nút"),
        ({"deed": "tag", "tag": "", "all": "1"}, "điền vào ô bên cạnh nút"),
        ({"deed": "tag", "tag": "x" * 50, "all": "1"}, "điền vào ô bên cạnh nút"),
        ({"deed": "", "all": "1"}, "Mục tiêu"),
        ({"deed": "nonsense", "all": "1", "filter": "level=%00&author=99999999999999999999"}, "Mục tiêu"),
    ],
)
def test_what_cannot_be_done_changes_nothing(
    fields: dict[str, str], told: str, by: int, client_of: ClientOf, database: Database
) -> None:
    with database.reading() as session:
        before = facts(session)
    assert told in post(client_of("tuan"), **fields)
    with database.reading() as session:
        assert facts(session) == before


def test_only_trainers_change_many(by: int, client_of: ClientOf, database: Database) -> None:
    with database.writing() as session:
        change(session, "retire", by, "tn-01")
        number = session.scalars(select(BulkChange.id)).one()
    assert client_of("lan").post(f"{BANK}/bulk", data={"all": "1", "deed": "retire"}).status_code == 403
    assert client_of("lan").post(f"{BANK}/bulk/{number}/undo").status_code == 403
    assert client_of("tuan").post(f"/banks/thu_nghiem/tasks/bulk/{number}/undo").status_code == 404
    with database.reading() as session:
        assert question(session, "tn-01").state == "retired"
