"""Saving answers: what is acknowledged, what status an event gets, who may save at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from lms.accounts import actions as accounts
from lms.accounts.models import SignIn
from lms.attempts.answers import NotTheirs, SignedOut
from lms.attempts.models import AnswerEvent, Attempt
from lms.organisation.models import Person
from tests.cast import NOW
from tests.lms.attempts.conftest import Sitter, SitterOf, said


def test_a_save_is_acknowledged_and_there(lan: Sitter) -> None:
    attempt = lan.start()
    saved = lan.save(attempt, "t1", said(1, 1, "2"), said(2, 4, '{"0":true}'), said(3, 1, op="flag"))
    assert saved.statuses == {1: "ok", 2: "ok", 3: "ok"}
    assert (saved.state, saved.holder, saved.high) == ("open", True, 3)
    assert saved.deadline_at == NOW + timedelta(minutes=30)
    assert lan.held(attempt).values == {1: 2, 4: {"0": True}}
    assert lan.held(attempt).flagged == {1}


def test_repeats_are_acknowledged_and_change_nothing(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1, 1, "2"))
    again = lan.save(attempt, "t1", said(1, 1, "3"), said(2, 2, "0"))
    assert again.statuses == {1: "ok", 2: "ok"}
    assert again.high == 2
    assert lan.held(attempt).values == {1: 2, 2: 0}
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 2


def test_an_empty_batch_asks_where_the_attempt_stands(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(7))
    saved = lan.save(attempt, "t1")
    assert (saved.statuses, saved.state, saved.holder, saved.high) == ({}, "open", True, 7)
    assert lan.save(attempt, "t2").high == 0


@pytest.mark.parametrize(
    ("seconds", "status"), [(-1, "ok"), (0, "ok"), (30, "ok"), (31, "late"), (24 * 3600, "late")]
)
def test_the_servers_clock_decides_what_is_in_time(lan: Sitter, seconds: int, status: str) -> None:
    attempt = lan.start()
    lan.later(minutes=30, seconds=seconds)
    with lan.database.writing() as session:  # signed in for long enough in each case
        session.execute(update(SignIn).values(expires_at=NOW + timedelta(days=3)))
    saved = lan.save(attempt, "t1", said(1, 1, "2", ms=-(10**12)), said(2, 2, "1", ms=10**13))
    assert saved.statuses == {1: status, 2: status}
    assert lan.held(attempt).values == ({1: 2, 2: 1} if status == "ok" else {})


def test_a_tab_without_the_lease_is_kept_as_a_conflict(lan: Sitter) -> None:
    attempt = lan.start()
    assert lan.lease(attempt, "t1").holder
    other = lan.lease(attempt, "t2")
    assert (other.holder, other.since) == (False, NOW)
    assert lan.save(attempt, "t2", said(1, 1, "3")).statuses == {1: "conflict"}
    assert not lan.save(attempt, "t2").holder
    assert lan.save(attempt, "t1", said(1, 1, "0")).statuses == {1: "ok"}
    assert lan.lease(attempt, "t2", take=True).holder
    assert lan.save(attempt, "t2", said(2, 1, "3")).statuses == {2: "ok"}
    assert lan.save(attempt, "t1", said(2, 1, "1")).statuses == {2: "conflict"}
    assert lan.held(attempt).values == {1: 3}


def test_an_event_that_was_on_its_way_while_the_lease_moved_takes_nothing_back(lan: Sitter) -> None:
    attempt = lan.start()
    lan.lease(attempt, "t1")
    lan.save(attempt, "t1", said(2, 2, "0"))  # number 1 is still under way
    lan.lease(attempt, "t2", take=True)
    lan.save(attempt, "t2", said(1, 1, "3"))
    lan.lease(attempt, "t1", take=True)
    assert lan.save(attempt, "t1", said(1, 1, "0")).statuses == {1: "ok"}
    assert lan.held(attempt).values == {1: 3, 2: 0}
    lan.save(attempt, "t1", said(3, 1, "1"))
    assert lan.held(attempt).values == {1: 1, 2: 0}


def test_events_after_the_end_are_kept_as_late(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1, 1, "2"))
    lan.submit(attempt)
    saved = lan.save(attempt, "t1", said(2, 1, "3"))
    assert (saved.statuses, saved.state) == ({2: "late"}, "submitted")
    assert lan.held(attempt).values == {1: 2}


def test_a_sign_in_that_has_ended_saves_nothing_more(lan: Sitter) -> None:
    attempt = lan.start()
    lan.save(attempt, "t1", said(1))
    with lan.database.writing() as session:
        accounts.end_sign_in(session, lan.sign_in_id, person_id=lan.person_id, now=NOW)
    for batch in ([said(2)], [said(1)], []):
        with pytest.raises(SignedOut):
            lan.save(attempt, "t1", *batch)
    assert lan.held(attempt).values == {1: 2}


def test_an_expired_sign_in_and_a_disabled_person_save_nothing(lan: Sitter) -> None:
    attempt = lan.start()
    lan.later(hours=13)
    with pytest.raises(SignedOut):
        lan.save(attempt, "t1", said(1))
    lan.now = NOW
    with lan.database.writing() as session:
        session.execute(update(Person).where(Person.id == lan.person_id).values(disabled_at=NOW))
    with pytest.raises(SignedOut):
        lan.save(attempt, "t1", said(1))


def test_nobody_saves_in_an_attempt_of_somebody_else(lan: Sitter, sitter_of: SitterOf) -> None:
    attempt = lan.start()
    hoa = sitter_of("hoa")
    for batch in ([said(1)], []):
        with pytest.raises(NotTheirs):
            hoa.save(attempt, "t1", *batch)
        with pytest.raises(NotTheirs):
            hoa.save(attempt + 1000, "t1", *batch)
    with pytest.raises(LookupError):
        hoa.lease(attempt, "t1", take=True)
    with pytest.raises(LookupError):
        hoa.submit(attempt)
    assert lan.get(Attempt, attempt).state == "open"


def test_a_large_batch_is_one_statement(lan: Sitter) -> None:
    attempt = lan.start()
    events = [said(seq, 1 + seq % 9, f'"{"Đột phá " * 20}{seq}"') for seq in range(1, 201)]
    assert set(lan.save(attempt, "t1", *events).statuses.values()) == {"ok"}
    assert lan.held(attempt).values[3].endswith("200")
