"""Lists of people in words, for the templates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lms.kit import words
from lms.kit.i18n import N_, _
from lms.organisation.roster.messages import sentence
from lms.questions.problem import Problem
from lms.rosters.messages import FIELD_NAMES, MESSAGES
from lms.rosters.planning import unit_name
from lms.rosters.rules import FIELDS, Planned, possible

STATE_NAMES = {
    "reading": N_("being read"),
    "ready": N_("to be looked at"),
    "unreadable": N_("not readable"),
    "storing": N_("being stored"),
    "stored": N_("stored"),
    "undoing": N_("being undone"),
    "undone": N_("undone"),
    "discarded": N_("put aside"),
}
COLUMN_NAMES = {
    "other": N_("no meaning, is left aside"),
    "number": N_("number of the row"),
    "name": N_("family and given name"),
    "family": N_("family and middle name"),
    "given": N_("given name"),
    "born": N_("date of birth"),
    "male": N_("date of birth, men’s column"),
    "female": N_("date of birth, women’s column"),
    "born_day": N_("day of birth"),
    "born_month": N_("month of birth"),
    "born_year": N_("year of birth"),
    "sex": N_("man or woman"),
    "position": N_("position"),
    "unit": N_("unit"),
    "card": N_("Party card number"),
    "phone": N_("telephone number"),
    "email": N_("e-mail address"),
    "note": N_("note"),
    "member": N_("Party member or not"),
    "members": N_("mark for Party members"),
    "guests": N_("mark for those who are not members"),
    "citizen": N_("citizen number: is never kept"),
}
KEPT_WHY = {
    "active": N_("has signed in, sat an exam, holds a role or stands in another list"),
    "changed": N_("was corrected or transferred since"),
}
_SURE = ("added", "changed")


def row_words(row: Planned, frame: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    """A row with what it says, what would change, and what can be chosen."""
    names = frame["names"]
    code = row.fault or row.why
    values = {**row.now, **row.new}
    return {
        "place": row.place,
        "where": place_words(frame["sheets"][row.sheet], row.row),
        "name": str(values.get("name", "")),
        "says": [
            (_(FIELD_NAMES[name]), value_words(name, values.get(name), names))
            for name in FIELDS
            if name != "name"
        ],
        "changes": [
            (_(FIELD_NAMES[name]), value_words(name, row.now.get(name), names), value_words(name, new, names))
            for name, new in row.new.items()
        ]
        if row.kind == "changed"
        else [],
        "why": _(MESSAGES[code], **row.said) if code else "",
        "maybe": [
            {
                "choice": str(one.person_id),
                "name": str(one.now["name"]),
                "says": ", ".join(
                    filter(
                        None,
                        (
                            value_words(name, one.now[name], names)
                            for name in ("born", "unit", "position", "card")
                        ),
                    )
                ),
            }
            for one in row.maybe
        ]
        if row.kind == "doubtful"
        else [],
        "choices": [choice for choice in possible(row) if not choice.isdecimal()],
        "loses": row.fault in {"bad_date", "bad_card"},  # what is taken all the same, is taken without that
        "chosen": chosen,
    }


def value_words(name: str, value: object, units: Mapping[str, str]) -> str:
    """A value as people read it; "" when there is none."""
    if name == "unit":
        return units.get(str(value), "")
    if name == "born":
        return words.born(str(value or "") or None)
    if name == "member":
        return _("yes") if value else _("no")
    return str(value or "")


def place_words(sheet: str, row: int) -> str:
    """Where in the file something stands."""
    if not row:
        return sheet
    return _("sheet “{sheet}”, row {row}", sheet=sheet, row=row) if sheet else _("row {row}", row=row)


def problem_words(problems: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    """What was found while reading, with its place."""
    return [
        {
            "text": sentence(Problem(severity, code, where, params)),
            "place": place_words(str(where.get("sheet", "")), int(where.get("row", 0))),
        }
        for severity, code, where, params in problems
    ]


def unit_words(unit: Mapping[str, Any]) -> dict[str, Any]:
    """A unit that the list names and nobody knows."""
    return {
        "path": unit_name(unit["path"]),
        "name": unit["path"][-1] if unit["path"] else "",
        "above": unit_name(unit["path"][:-1]),
        "where": place_words(unit["sheet"], unit["row"]),
        "count": unit["count"],
        "maybe": set(unit["maybe"]),
    }


def decided_counts(choices: Mapping[str, Any], counts: Mapping[str, int]) -> dict[str, int]:
    """How many rows will be stored, how many doubtful ones wait, how many people leave."""
    rows, tabs = choices.get("rows", {}), choices.get("tabs", {})
    will = sum(counts[tab] for tab in _SURE)
    decided = 0
    for place, choice in rows.items():
        if tabs.get(place) in _SURE:
            will -= choice == "leave"
        else:
            will += choice != "leave"
            decided += tabs.get(place) == "doubtful"
    left = choices.get("left", [])
    return {"will": will, "waiting": counts["doubtful"] - decided, "left": len(left)}


def kept_words(kept: Sequence[Sequence[Any]]) -> list[dict[str, str]]:
    """Those whom the undoing left as they are."""
    return [{"name": name, "why": _(KEPT_WHY[why])} for _person, _sheet, _row, name, why in kept]
