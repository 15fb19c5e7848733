"""What must hold after any fault: nothing that was acknowledged is lost, doubled or wrong."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from lms.attempts import rules
from lms.attempts.answers import events_of
from lms.attempts.models import AnswerEvent, Attempt, Grade, Standing
from lms.kit.db import Database
from tests.faults.client import Client
from tests.faults.server import SECRET


def check_stored(database: Database, clients: Sequence[Client]) -> None:
    """What is stored of an attempt is exactly what its devices said and were told. `clients`: all its devices."""
    attempt_id = clients[0].attempt
    with database.reading() as session:
        rows = session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == attempt_id)).all()
    assert {(row.tab, row.seq): row.status for row in rows} == {
        (client.tab, seq): status for client in clients for seq, status in client.acked.items()
    }
    assert len(rows) == sum(len(client.acked) for client in clients)
    of = {client.tab: client for client in clients}
    for row in rows:
        said = of[row.tab].said(row.seq)
        stored = json.loads(row.value) if row.value else None
        assert (row.slot, row.op, stored) == (said["slot"], said["op"], said["value"])


def check_handed_in(database: Database, client: Client) -> None:
    """One device that said everything in time: the last word on each slot holds, and was handed in once."""
    assert set(client.acked) == set(range(1, client.made + 1)), "not everything was acknowledged in time"
    assert set(client.acked.values()) == {"ok"}
    check_stored(database, [client])
    with database.reading() as session:
        attempt = session.get_one(Attempt, client.attempt)
        grades = session.scalars(select(Grade).where(Grade.attempt_id == client.attempt)).all()
        held = rules.derive(events_of(session, client.attempt))
        of = session.scalars(select(Standing).where(Standing.person_id == attempt.person_id)).one()
    values: dict[int, Any] = {}
    flagged: set[int] = set()
    for said in map(client.said, range(1, client.made + 1)):
        if said["op"] in ("set", "clear"):
            values[said["slot"]] = said["value"]
        else:
            (flagged.add if said["op"] == "flag" else flagged.discard)(said["slot"])
    expected = {slot: value for slot, value in values.items() if value is not None}
    assert (held.values, held.flagged) == (expected, frozenset(flagged))
    assert (attempt.state, len(grades), of.attempts) == ("submitted", 1, 1)
    assert len(client.receipts) == 1
    assert attempt.submitted_at is not None
    key = rules.receipt_key(SECRET)
    assert attempt.receipt == rules.receipt_code(key, attempt.id, held, attempt.submitted_at)
