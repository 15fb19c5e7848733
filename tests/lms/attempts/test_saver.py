"""Saves of a process that are committed together: each is answered as if it had been alone."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError

from lms.attempts.answers import NotTheirs, Saved, SignedOut
from lms.attempts.models import AnswerEvent
from lms.attempts.saver import Turn, save_now
from lms.kit import db
from lms.kit.db import Database
from tests.lms.attempts.conftest import Sitter, SitterOf, said

THREADS = 24


def save_all(database: Database, turns: list[Turn]) -> list[Saved | Exception]:
    """What each of the turns, taken at the same moment in a thread of its own, gives."""
    found: list[Saved | Exception | None] = [None] * len(turns)
    begin = threading.Barrier(len(turns))

    def one(n: int) -> None:
        begin.wait()
        try:
            found[n] = save_now(database, turns[n])
        except Exception as error:  # noqa: BLE001 - told to the test
            found[n] = error

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(turns))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [result for result in found if result is not None]


def test_each_of_many_saves_at_once_gets_its_own_answer(lan: Sitter, sitter_of: SitterOf) -> None:
    hoa = sitter_of("hoa")
    attempts = {lan.person_id: lan.start(), hoa.person_id: hoa.start()}
    turns = []
    for n in range(THREADS):
        whose, sitter = (lan, hoa)[n % 2], (lan, hoa)[n // 2 % 2]
        token = "gone" if n % 5 == 4 else sitter.sign_in_id
        turns.append(Turn(attempts[whose.person_id], token, f"t{n}", [said(1, 1, str(n))], lan.now))
    results = save_all(lan.database, turns)
    for n, result in enumerate(results):
        if n % 5 == 4:
            assert isinstance(result, SignedOut)
        elif n % 2 != n // 2 % 2:
            assert isinstance(result, NotTheirs)
        else:
            assert isinstance(result, Saved)
            assert result.statuses == {1: "ok"}
    with lan.database.reading() as session:
        stored = session.scalars(select(AnswerEvent.tab)).all()
    assert sorted(stored) == sorted(f"t{n}" for n, r in enumerate(results) if isinstance(r, Saved))


def test_trouble_with_one_is_not_everybodys(lan: Sitter) -> None:
    attempt = lan.start()
    turns = [Turn(attempt, lan.sign_in_id, f"t{n}", [said(1)], lan.now) for n in range(THREADS)]
    turns[7].events = [said(1, op=None)]  # type: ignore[arg-type]  # the database refuses it
    results = save_all(lan.database, turns)
    assert isinstance(results[7], IntegrityError)
    assert [n for n, r in enumerate(results) if not isinstance(r, Saved)] == [7]
    with lan.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AnswerEvent)) == THREADS - 1
    assert save_now(lan.database, turns[3]).statuses == {1: "ok"}


@pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # SQLite has no server to drop anything
def test_a_save_survives_that_the_server_dropped_its_connections(lan: Sitter) -> None:
    attempt = lan.start()
    save_now(lan.database, Turn(attempt, lan.sign_in_id, "t1", [said(1)], lan.now))
    with lan.database.writing() as session:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
        )
    saved = save_now(lan.database, Turn(attempt, lan.sign_in_id, "t1", [said(1), said(2)], lan.now))
    assert saved.statuses == {1: "ok", 2: "ok"}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_lay_unused_is_asked_whether_it_lives(
    lan: Sitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "FRESH_S", 0.0)
    with lan.database.reading() as session:
        gone = session.scalar(text("SELECT pg_backend_pid()"))
        level = session.scalar(text("SHOW transaction_isolation"))
    with lan.database.engine.connect() as connection:  # the same connection, of the other kind
        assert connection.scalar(text("SHOW transaction_isolation")) != level == "repeatable read"
        assert connection.scalar(text("SELECT pg_backend_pid()")) == gone
    killer = create_engine(lan.database.engine.url)
    with killer.connect() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": gone})
    killer.dispose()
    with lan.database.reading() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != gone
