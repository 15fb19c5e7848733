"""An hour without a connection, and two devices at one attempt: on the real server, with its clock moved."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from lms.attempts import rules
from lms.attempts.answers import events_of
from lms.attempts.invigilation import actions as deeds
from lms.attempts.models import Attempt
from lms.kit import clock
from lms.kit.db import Database
from tests.faults.client import Client
from tests.faults.ground import durable
from tests.faults.promises import check_stored
from tests.faults.server import serving
from tests.faults.test_kill import DIALECTS, MINUTES, prepare

HOUR = 3600.0
PATIENCE = 60.0


def send_all(client: Client) -> None:
    """Until everything that was said is acknowledged."""
    until = time.monotonic() + PATIENCE
    while client.waiting and time.monotonic() < until:
        client.save_some()
    assert not client.waiting


@pytest.mark.faults
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_was_said_offline_and_elsewhere_is_kept_and_told_apart(
    dialect: str, tmp_path: Path, password_hash: str
) -> None:
    said = threading.Event()
    said.set()  # nobody says anything by itself
    with durable(dialect, tmp_path) as url, serving(url, tmp_path) as server:
        offline, desk, *_others = prepare(url, tmp_path, server.port, password_hash, said)
        database = Database(url)
        for client in (offline, desk):
            client.least = 0

        offline.say(30)
        send_all(offline)
        offline.say(20)  # the connection is gone
        server.shift_clock(HOUR)
        send_all(offline)  # in time all the same
        assert set(offline.acked.values()) == {"ok"}
        offline.say(20)
        server.shift_clock(MINUTES * 60 + HOUR)  # the time is over by an hour, and the sign-in still good
        send_all(offline)
        assert {seq for seq, status in offline.acked.items() if status == "late"} == set(range(51, 71))
        check_stored(database, [offline])
        reply = None
        while reply is None:
            reply = offline.post("submit", {"tab": offline.tab, "last_seq": 70})
        with database.writing() as session:
            row = session.get_one(Attempt, offline.attempt)
            assert (row.state, row.finished_by) == ("submitted", "reader")
            before = rules.derive(events_of(session, row.id))
            late = [("t1", seq) for seq in range(51, 71)]
            officer = desk_person(session.get_one(Attempt, desk.attempt))
            deeds.accept(session, row.id, late, reason="Mất mạng cả giờ", by=officer, now=clock.now())
            after = rules.derive(events_of(session, row.id))
        assert {offline.said(seq)["slot"] for seq in range(51, 71)} & set(after.values)
        assert after != before
        check_stored(database, [offline])  # the events themselves stay as they came

        server.shift_clock(0)
        phone = Client(
            server.port, desk.attempt, desk.headers, 77, 0, said, time.monotonic() + PATIENCE, tab="t2"
        )
        assert desk.post("lease", {"tab": "t1", "take": False})
        desk.say(10)
        send_all(desk)
        assert phone.post("lease", {"tab": "t2", "take": True})
        desk.say(10)  # does not know yet that the phone has taken over
        phone.say(10)
        send_all(phone)
        send_all(desk)
        assert set(phone.acked.values()) == {"ok"}
        assert [desk.acked[seq] for seq in range(1, 21)] == ["ok"] * 10 + ["conflict"] * 10
        check_stored(database, [desk, phone])
        for client in (offline, desk, phone):
            assert not client.problems
            client.hang_up()
        database.engine.dispose()


def desk_person(attempt: Attempt) -> int:
    """Somebody else than the one whose answers are accepted."""
    return attempt.person_id
