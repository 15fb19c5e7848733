"""An installation with many people in a course, and what the page of its topmost unit asks of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import event, text

from benchmarks.crowd import USUAL, Habits
from benchmarks.filling import fill
from benchmarks.ground import Ground
from benchmarks.machine import quiet
from benchmarks.rounds import spent, timed
from benchmarks.world import tidy
from lms.config import Settings
from lms.kit import clock
from lms.kit.db import Database

BARE = """
SELECT path.ancestor_id, sum(count.must), sum(count.started), sum(count.finished)
FROM unit_path AS path JOIN course_count AS count ON count.unit_id = path.descendant_id
WHERE path.ancestor_id IN (SELECT descendant_id FROM unit_path WHERE ancestor_id = :unit AND depth <= 1)
      AND count.course_id = :course
GROUP BY path.ancestor_id
"""


@dataclass(frozen=True, slots=True)
class _Statement:
    """What the page asked the database."""

    sql: str
    parameters: Any


class Office:
    """An installation with many people in a course, and the browser of the officer over all of them."""

    def __init__(self, settings: Settings, units: int, people: int, habits: Habits = USUAL) -> None:
        self.database = Database(settings.database_url, pool_size=2)
        city = fill(self.database, units, people, clock.now(), habits)
        self.top_id, self.course_id, self.exam_id = city.top_id, city.course_id, city.exam_ids[0]
        self.settings = settings
        tidy(self.database)
        self.app, self.client = _signed_in(settings, city.officer)
        with self.app.test_request_context(base_url=settings.base_url):
            self.url = url_for("reports.unit", course_id=self.course_id, unit_id=self.top_id)
        self.base_url = settings.base_url
        self.statements = self._asked()
        self.connection = self.database.engine.connect()

    def close(self) -> None:
        self.connection.close()
        self.database.engine.dispose()
        self.app.extensions["database"].engine.dispose()

    def page(self) -> None:
        answer = self.client.get(self.url, base_url=self.base_url)
        if answer.status_code != 200:
            raise RuntimeError(f"{self.url} answered {answer.status_code}")

    def page_ms(self) -> float:
        return timed(self.page)

    def page_cpu_ms(self) -> float:
        """Of this process alone."""
        return spent(self.page).cpu_ms

    def _asked(self) -> list[_Statement]:
        """The statements of one page, the second one, when everything is warm."""
        found: list[_Statement] = []

        def note(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_rest: Any) -> None:
            found.append(_Statement(sql, parameters))

        self.page()
        engine = self.app.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", note)
        self.page()
        event.remove(engine, "before_cursor_execute", note)
        return [one for one in found if one.sql.lstrip()[:6].upper() == "SELECT"]

    def sql_ms(self) -> float:
        """The same statements again, as the driver runs them, every row fetched."""
        cursor = self.connection.connection.cursor()

        def again() -> None:
            for statement in self.statements:
                cursor.execute(statement.sql, statement.parameters)
                cursor.fetchall()

        return timed(again)

    def bare_ms(self) -> float:
        wanted = {"unit": self.top_id, "course": self.course_id}
        return timed(lambda: self.connection.execute(text(BARE), wanted).all())


def office_of(ground: Ground, kind: str, units: int, people: int, habits: Habits = USUAL) -> Office:
    """The office over so many people, made when the first benchmark asks for it."""

    def made() -> Office:
        office = Office(ground.settings(kind), units, people, habits)
        ground.stack.callback(office.close)
        return office

    return ground.once(f"office.{kind}.{units}.{people}.{habits}", made)


def _signed_in(settings: Settings, sign_in_id: str) -> tuple[Flask, FlaskClient]:
    from lms.app import create_app

    app = create_app(settings)
    quiet()
    client = app.test_client()
    with client.session_transaction(base_url=settings.base_url) as cookie:
        cookie["_user_id"], cookie["_fresh"] = sign_in_id, True
    return app, client
