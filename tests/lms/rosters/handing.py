"""Handing a list in, having it read, stored and taken back, as the worker does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.kit.storage import Storage
from lms.organisation.models import Membership, Person, Unit
from lms.rosters import actions
from lms.rosters import jobs as roster_jobs
from lms.rosters.models import Roster
from lms.rosters.plan_file import PlanFile
from lms.rosters.rules import Planned
from tests.cast import Cast
from tests.lms.organisation.roster.books import workbook

HANDLERS: dict[str, Callable[[jobs.Run], dict[str, Any]]] = {
    actions.JOB_READ: roster_jobs.read,
    actions.JOB_STORE: roster_jobs.store,
    actions.JOB_UNDO: roster_jobs.undo,
}
HEAD = ("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Chi bộ", "Số thẻ ĐV", "SĐT", "Ghi chú")
Rows = Sequence[Sequence[object]]


@dataclass
class Office:
    """A desk at which lists are handed in for units of the cast."""

    database: Database
    storage: Storage
    cast: Cast

    def hand_in(self, sheets: Mapping[str, Rows] | bytes, unit: str = "ward_a", by: str = "dung") -> int:
        """A list, read and planned; its id."""
        data = sheets if isinstance(sheets, bytes) else workbook(sheets)
        with self.storage.writing() as (key, file):
            file.write(data)
        with self.database.writing() as session:
            roster = actions.begin(
                session,
                session.get_one(Unit, self.cast.units[unit]),
                file_name="ds.xlsx",
                file_key=key,
                back="/rosters/",
                by=self.cast.people[by],
                now=clock.now(),
            )
        self.work()
        return roster.id

    def people(self, *rows: Sequence[object], **asked: Any) -> int:
        """A list of one sheet whose rows are those of HEAD without the number."""
        numbered = [(number, *row) for number, row in enumerate(rows, 1)]
        return self.hand_in({"DS": [HEAD, *numbered]}, **asked)

    def store(self, roster_id: int) -> Roster:
        """What became of it."""
        self._ask(actions.ask_to_store, roster_id)
        return self.roster(roster_id)

    def undo(self, roster_id: int) -> Roster:
        """The list after it was taken back."""
        self._ask(actions.ask_to_undo, roster_id)
        return self.roster(roster_id)

    def choose(self, roster_id: int, **choices: Any) -> None:
        """Decisions by place of the row, or `left`: those whose membership ends."""
        with self.database.writing() as session:
            roster = session.get_one(Roster, roster_id)
            actions.decide(session, roster, choices.get("rows", {}))
            actions.choose_left(session, roster, shown=(), chosen=choices.get("left", ()))

    def roster(self, roster_id: int) -> Roster:
        with self.database.reading() as session:
            return session.get_one(Roster, roster_id)

    def tab(self, roster_id: int, name: str) -> list[Planned]:
        """The first page of a tab."""
        with PlanFile(self.storage, self.roster(roster_id).plan_key) as plan:
            return plan.page(name, 0)

    def left(self, roster_id: int) -> list[dict[str, Any]]:
        with PlanFile(self.storage, self.roster(roster_id).plan_key) as plan:
            return plan.left(0)

    def counts(self, roster_id: int) -> dict[str, int]:
        """How many rows each tab has, those that have any."""
        return {tab: count for tab, count in self.roster(roster_id).summary["counts"].items() if count}

    def work(self) -> None:
        """Run what was asked for, as the worker does."""
        with self.database.reading() as session:
            waiting = jobs.runnable(session, clock.now())
        for job_id in waiting:
            jobs.run(job_id, HANDLERS, self.database, self.storage)
            with self.database.reading() as session:
                assert session.get_one(Job, job_id).state == "done"

    def everybody(self) -> dict[int, tuple[object, ...]]:
        """By id: name, card, phone, birth, member, key, then every membership: what is as before after an undo."""
        with self.database.reading() as session:
            people = session.query(Person).order_by(Person.id).all()
            return {
                person.id: (
                    person.full_name,
                    person.card_number,
                    person.phone,
                    person.born,
                    person.member,
                    person.sort_key,
                    *(
                        (one.unit_id, one.position, one.main, one.valid_to)
                        for one in session.query(Membership)
                        .filter_by(person_id=person.id)
                        .order_by(Membership.id)
                    ),
                )
                for person in people
            }

    def named(self, name: str) -> list[tuple[object, ...]]:
        """Of `everybody` those of this name."""
        return [values for values in self.everybody().values() if values[0] == name]

    def _ask(self, asking: Any, roster_id: int) -> None:
        now: datetime = clock.now()
        with self.database.writing() as session:
            asking(session, session.get_one(Roster, roster_id), back="", by=self.cast.people["dung"], now=now)
        self.work()
