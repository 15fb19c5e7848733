"""Adding rows in bulk: whatever people and spreadsheets write arrives as it was, on both databases."""

from __future__ import annotations

import json

import psycopg
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from lms.kit import clock
from lms.kit.db import Database, table_of
from lms.organisation.models import Person
from lms.rosters import bulk
from lms.rosters.models import Roster
from tests.cast import Cast

PERSON, ROSTER = table_of(Person), table_of(Roster)
COLUMNS = ("full_name", "sort_key", "search_key", "born", "card_number", "phone", "email", "member")
AWKWARD = st.sampled_from(
    ["\t", "\n", "\r", "\r\n", "\\", "\\N", "\\.", "\\t", '"', "'", "''", ",", "{", "}", "\x01", "\x1f", "\u2028",
     "đ", "Ử", "ặ", "e\u0302\u0301", "o\u031b\u0323", "🙂", "N", "."]
)  # fmt: skip
TEXTS = st.lists(
    AWKWARD | st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8
).map("".join)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, st.none() | TEXTS, st.booleans()), min_size=1, max_size=5))
@example([("\\N", "\t\n\\", "", True), ("\\.", "a\\", None, False)])
def test_any_text_arrives_as_it_was(
    database: Database, rows: list[tuple[str, str, str | None, bool]]
) -> None:
    full = [
        (name, key, key, phone, f"card{n}", phone, name, yes)
        for n, (name, key, phone, yes) in enumerate(rows)
    ]
    with database.writing() as session:
        session.execute(delete(PERSON).where(PERSON.c.card_number.startswith("card")))
        now = clock.now()
        bulk.add(session, PERSON, COLUMNS, full, created_at=now)
        found = session.execute(
            select(*(PERSON.c[name] for name in COLUMNS), PERSON.c.created_at)
            .where(PERSON.c.card_number.startswith("card"))
            .order_by(PERSON.c.id)
        ).all()
        assert [tuple(row) for row in found] == [(*row, now) for row in full]
        session.rollback()


def test_json_and_what_all_rows_have_arrive_as_they_were(database: Database, cast: Cast) -> None:
    told = {"was": {"name": 'Lò "Thị" \\N\t\n Mỷ'}, "empty": []}
    same = "O'Neil's \\N \t list ? :x %s"
    columns = ("unit_id", "file_key", "state", "mapping", "choices", "summary")
    row = (cast.units["ward_a"], "k", "ready", "{}", "{}", json.dumps(told, ensure_ascii=False))
    with database.writing() as session:
        bulk.add(session, ROSTER, columns, [row], file_name=same, plan_key="", at=clock.now())
        (found,) = session.scalars(select(Roster))
        assert (found.file_name, found.summary) == (same, told)


def test_what_a_database_refuses_is_an_error_and_nothing_is_added(database: Database) -> None:
    row = ("A", "1", "a", None, "00000001", None, None, True)
    with pytest.raises(IntegrityError), database.writing() as session:
        bulk.add(session, PERSON, COLUMNS, [row, row], created_at=clock.now())
    if (
        database.engine.dialect.name == "postgresql"
    ):  # its text has no NUL; the reader takes it out of every cell
        nul = ("A\x00B", *row[1:])
        with pytest.raises(psycopg.DataError, match="NUL"), database.writing() as session:
            bulk.add(session, PERSON, COLUMNS, [nul], created_at=clock.now())
    with database.reading() as session:
        assert session.scalar(select(PERSON.c.id)) is None
