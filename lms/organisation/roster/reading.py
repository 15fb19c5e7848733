"""Reading a list of people where it can do no harm: in a bounded child (lms.kit.bounded)."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from datetime import date
from typing import Any

from lms.kit import bounded
from lms.kit.bounded import Answer, BoundedFailure
from lms.organisation.roster.duplicates import say_duplicates, say_shared_mailboxes
from lms.organisation.roster.findings import Findings
from lms.organisation.roster.kept import KeptSheet
from lms.organisation.roster.people import FIELDS, ListedPerson, Preview, Reading, Table
from lms.organisation.roster.sheets import MOST_MEGABYTES, ListUnreadable, sheets_of
from lms.organisation.roster.wire import from_wire, to_wire
from lms.questions.problem import Problem, error

_PLACE = "lms.organisation.roster.reading:in_child"


def read_file(
    data: bytes,
    name: str,
    *,
    today: date,
    mapping: Mapping[str, str] | None = None,
    letters: str = "",
    keep: bool = False,
) -> Reading:
    """What is in a list of people (.xlsx, .xls, .ods, .csv). Never raises for what is in it.

    `today` tells how old people are. `mapping`: fields (people.FIELDS) by heading as `Reading.mapping` gives them,
    or by the letter of the column. `letters`: the old letters (one of legacy.ENCODINGS) in which text in fonts of
    today is. `keep`: take the cells along (`Reading.kept`).
    What the child could not do is a reading that is `unreadable` with the reason.
    """
    if len(data) > MOST_MEGABYTES * 1_000_000:
        return _unreadable(error("too_large", most=MOST_MEGABYTES))
    try:
        answer = bounded.run(
            _PLACE,
            data,
            name=name,
            today=today.isoformat(),
            mapping=dict(mapping or {}),
            letters=letters,
            keep=keep,
        )
        return from_wire(answer.told, answer.blobs)
    except BoundedFailure as failed:
        return _unreadable(error(failed.code))
    except (KeyError, TypeError, ValueError):  # the child was made to say something else
        return _unreadable(error("reader_failed"))


def read_list(
    data: bytes,
    name: str,
    *,
    today: date,
    mapping: Mapping[str, str] | None = None,
    letters: str = "",
    keep: bool = False,
) -> Reading:
    """The same in this process: for trusted bytes, and for what the child does."""
    from lms.organisation.roster.listing import Asked, Listing

    asked = Asked(today, mapping or {}, letters)
    findings = Findings()
    people: list[ListedPerson] = []
    tables: list[Table] = []
    previews: list[Preview] = []
    kept: list[KeptSheet] = []
    for field in asked.mapping.values():
        if field not in FIELDS:
            findings.add("mapping_unknown", "", field=field)
    try:
        for sheet in sheets_of(data, name):
            if isinstance(sheet, Problem):
                findings.take([sheet])
                continue
            listing = Listing(sheet, asked, findings, keep=keep)
            listing.read()
            if listing.keeper is not None:
                kept.append(KeptSheet(sheet.name, sheet.merged, listing.keeper.end()))
            people += listing.people
            tables += listing.tables
            previews += [listing.preview] if listing.preview is not None else []
    except ListUnreadable as refused:
        return _unreadable(refused.problem)
    say_duplicates(people, findings)
    say_shared_mailboxes(people, findings)
    if not people:
        findings.take([error("no_people")])
    return Reading(people, findings.told(), tables, previews, kept=kept)


def _unreadable(problem: Problem) -> Reading:
    return Reading(problems=(problem,), unreadable=True)


# ----------------------------------------------------------------------------------------------- inside the child


def in_child(data: bytes, params: Mapping[str, Any]) -> Answer:
    """What the child does. It lives shortly; looking for garbage among a million cells takes a fifth of its time."""
    gc.disable()
    today = date.fromisoformat(params["today"])
    reading = read_list(
        data,
        params["name"],
        today=today,
        mapping=params["mapping"],
        letters=params["letters"],
        keep=params["keep"],
    )
    return Answer(*to_wire(reading))
