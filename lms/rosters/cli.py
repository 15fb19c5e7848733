"""`lms people import`: reads and stores a list of people exactly as the screens do; `check` stands beside it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lms.kit.commands import bytes_of, fail
from lms.kit.i18n import _, set_language
from lms.organisation.cli import as_json as problem_as_json
from lms.organisation.cli import as_line as problem_as_line
from lms.organisation.cli import people

if TYPE_CHECKING:
    from lms.kit.db import Database
    from lms.kit.storage import Storage
    from lms.rosters.jobs import Made
    from lms.rosters.plan_file import PlanFile
    from lms.rosters.rules import Planned

__all__ = ["people"]
_HELD_BACK = ("doubtful", "duplicate", "faulty")
_MOST_TOLD = 1_000


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--unit", "code", required=True, help="Code of the unit that the list is for, with all below it."
)
@click.option("--yes", is_flag=True, help="Store what is sure although rows are doubtful, twice or faulty.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def import_(file: Path, code: str, yes: bool, as_json: bool) -> None:
    """Read a list of people and store it in a unit: all of it, or nothing while a row is not sure.

    Nobody who is not in the list is taken out of a unit: that is decided on the screen. There the import can be undone.

    Exit status: 0 stored, 1 refused because of rows that are not sure, 2 could not be read or there is no such unit.
    """
    from lms.config import read_settings
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready
    from lms.kit.storage import Storage

    settings = read_settings(os.environ)
    set_language(settings.language)
    data = bytes_of(file)
    check_ready(settings.database_url)
    done = _import(
        Database(settings.database_url),
        Storage(settings.data_dir / "files"),
        data,
        file.name,
        code,
        anyway=yes,
    )
    status = done.pop("status")
    if as_json:
        del done["lines"]
        click.echo(json.dumps(done, ensure_ascii=False))
    else:
        _print(done)
    sys.exit(status)


def _import(
    database: Database, storage: Storage, data: bytes, name: str, code: str, *, anyway: bool
) -> dict[str, Any]:
    """Take the list in, plan it, and store it or put it aside; what came of it."""
    from lms.kit import clock
    from lms.organisation.queries import unit_by_code
    from lms.rosters import actions
    from lms.rosters.jobs import Asked, plan_list
    from lms.rosters.models import Roster
    from lms.rosters.plan_file import PlanFile

    now = clock.now()
    with database.writing() as session:
        unit = unit_by_code(session, code)
        if unit is None or unit.valid_to is not None:
            fail(_("There is no unit with the code “{code}”.", code=code))
        with storage.writing() as (key, file):
            file.write(data)
        roster = actions.begin(session, unit, file_name=name, file_key=key, back=None, by=None, now=now)
    made = plan_list(database, storage, Asked(roster.id, unit.id, name, {}, {}), data, now=now)
    with database.writing() as session:
        found = session.get_one(Roster, roster.id)
        found.mapping = made.mapping
        session.flush()
        unreadable = made.reading.unreadable
        actions.was_read(session, roster.id, plan_key=made.key, summary=made.summary, unreadable=unreadable)
    with PlanFile(storage, made.key) as plan:
        held = sum(plan.counts[tab] for tab in _HELD_BACK)
        told = _told(made, plan)
    refused = made.reading.unreadable or not made.reading.people or (held > 0 and not anyway)
    if refused:
        with database.writing() as session:
            actions.discard(session, session.get_one(Roster, roster.id), by=None, now=now)
        return {"status": 2 if made.reading.unreadable else 1, "stored": None, **told}
    return {
        "status": 0,
        "roster": roster.id,
        "stored": _store(database, storage, roster.id, made.key),
        **told,
    }


def _store(database: Database, storage: Storage, roster_id: int, plan_key: str) -> dict[str, int]:
    from lms.kit import clock
    from lms.rosters import actions, storing
    from lms.rosters.jobs import keep_cells
    from lms.rosters.models import Roster
    from lms.rosters.plan_file import PlanFile

    with PlanFile(storage, plan_key) as plan:
        ready = storing.prepare(plan, {})
    with database.writing() as session:
        roster = session.get_one(Roster, roster_id)
        actions.claim(session, roster)
        stored = storing.store(session, roster, ready, by=None, now=clock.now()).to_json()
    keep_cells(database, storage, roster_id)
    return stored


def _told(made: Made, plan: PlanFile) -> dict[str, Any]:
    rows = [row for tab in _HELD_BACK for number in range(plan.pages(tab)) for row in plan.page(tab, number)]
    sheets = plan.frame["sheets"]
    return {
        "counts": plan.counts,
        "rows": [_row(row, sheets) for row in rows[:_MOST_TOLD]],
        "problems": [problem_as_json(problem) for problem in made.reading.problems],
        "lines": [problem_as_line(problem) for problem in made.reading.problems],
    }


def _row(row: Planned, sheets: list[str]) -> dict[str, Any]:
    from lms.rosters.messages import MESSAGES

    code = row.fault or row.why
    return {
        "tab": row.tab,
        "code": code,
        "where": {"sheet": sheets[row.sheet], "row": row.row},
        "name": row.now.get("name", row.new.get("name", "")),
        "message": _(MESSAGES[code], **row.said),
    }


def _print(done: dict[str, Any]) -> None:
    from lms.rosters.messages import TAB_NAMES

    for line in done["lines"]:
        click.echo(line, err=True)
    for row in done["rows"]:
        place = ":".join(str(part) for part in row["where"].values() if part)
        click.echo(f"{place}: {row['name']}: {row['message']}", err=True)
    for tab, count in done["counts"].items():
        if count:
            click.echo(f"{_(TAB_NAMES[tab])}: {count}")
    if done["stored"] is None:
        click.echo(_("Nothing was stored."))
    else:
        click.echo(_("Stored: {added} added, {changed} changed.", **done["stored"]))
