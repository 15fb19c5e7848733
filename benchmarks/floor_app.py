"""The floors: the least that Flask and SQLAlchemy Core can do for the same purpose, under the same server and database.

`/insert` is a bare route that does one insert and commits. `/designed` is a save as the design has it and nothing
more: signed cookie, one checked statement, JSON, commit. `/read` reads the signed cookie and one row and answers a
ready page. Connections are those of `lms.kit.db`, so that durability is the same.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime

from flask import Flask, Response, request
from flask import session as cookie
from sqlalchemy import BigInteger, Column, MetaData, Table, Text, bindparam, insert, select, text
from sqlalchemy.engine import Connection

from lms.kit.db import Database, Id, Moment

PAGE_BYTES = 60_000  # about what the exam page has
metadata = MetaData()
floor_event = Table(
    "floor_event",
    metadata,
    Column("id", Id, primary_key=True),
    Column("attempt_id", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("value", Text),
    Column("received_at", Moment, nullable=False),
)
floor_answer = Table(
    "floor_answer",
    metadata,
    Column("attempt_id", BigInteger, primary_key=True),
    Column("tab", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("slot", BigInteger, nullable=False),
    Column("value", Text),
    Column("received_at", Moment, nullable=False),
)
CHECKED = text(
    """
INSERT INTO floor_answer (attempt_id, tab, seq, slot, value, received_at)
SELECT attempt.id, :tab, :seq, :slot, :value, :now
FROM attempt JOIN sign_in ON sign_in.person_id = attempt.person_id
WHERE attempt.id = :attempt AND attempt.state = 'open' AND attempt.deadline_at > :now
      AND sign_in.id = :sign_in AND sign_in.ended_at IS NULL AND sign_in.expires_at > :now
ON CONFLICT DO NOTHING
RETURNING seq
"""
).bindparams(
    *(bindparam(name, type_=BigInteger) for name in ("attempt", "seq", "slot")),
    *(bindparam(name, type_=Text) for name in ("tab", "value", "sign_in")),
    bindparam("now", type_=Moment),
)


def create() -> Flask:
    """The application; settings as the product's."""
    app = Flask("floor")
    app.config["SECRET_KEY"] = os.environ["LMS_SECRET_KEY"]
    app.config["SESSION_COOKIE_NAME"] = "lms"
    engine = Database(os.environ["LMS_DATABASE_URL"]).write_engine
    reading = Database(os.environ["LMS_DATABASE_URL"]).engine
    page = "<p>một câu hỏi</p>" * (PAGE_BYTES // 22)

    @app.post("/insert")
    def bare_insert() -> str:
        with engine.begin() as connection:
            row = {"attempt_id": 1, "seq": 1, "value": "2", "received_at": datetime.now(UTC)}
            connection.execute(insert(floor_event).values(row))
        return "ok"

    @app.post("/designed/<int:attempt_id>")
    def designed(attempt_id: int) -> Response:
        body = request.get_json()
        with engine.begin() as connection:
            acked = _save(connection, attempt_id, body["tab"], body["events"][0])
        return Response(json.dumps({"acked": acked}), mimetype="application/json")

    @app.get("/read/<int:attempt_id>")
    def read(attempt_id: int) -> str:
        with reading.connect() as connection:
            row = connection.execute(
                select(floor_event.c.value).where(floor_event.c.id == attempt_id)
            ).first()
        return page if cookie.get("_user_id") and row is None else ""

    return app


def _save(connection: Connection, attempt_id: int, tab: str, event: dict[str, int]) -> list[int]:
    who = {"attempt": attempt_id, "sign_in": cookie["_user_id"], "tab": tab, "now": datetime.now(UTC)}
    what = {"seq": event["seq"], "slot": event["slot"], "value": json.dumps(event["value"])}
    return [row.seq for row in connection.execute(CHECKED, who | what)]
