"""Roles and their meaning, who may hand them on, and when the tree of units may be changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from lms.kit.i18n import N_

ROLES = ("officer", "secretary", "trainer", "marker", "auditor", "administrator")
ROLE_NAMES = {
    "officer": N_("Unit officer"),
    "secretary": N_("Unit secretary"),
    "trainer": N_("Trainer"),
    "marker": N_("Marker"),
    "auditor": N_("Auditor"),
    "administrator": N_("Administrator"),
}
DELEGATED = ("officer", "secretary", "marker")  # what an officer hands on, below the own unit only
STYLES = ("party", "state", "mass", "enterprise")
STYLE_NAMES = {
    "party": N_("Party"),
    "state": N_("State body"),
    "mass": N_("Mass organisation"),
    "enterprise": N_("Enterprise"),
}
DEEDS = {  # what made a unit succeed another
    "move": N_("moved"),
    "merge": N_("merged"),
    "split": N_("split"),
}
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,39}")


def roles_to_hand_on(administrator: int | None, officer: int | None) -> tuple[str, ...]:
    """The roles over a unit that somebody may give and take away.

    `administrator`, `officer`: how many levels above the unit the nearest such role of theirs is held; 0 over the unit
    itself, None not at all. Roles go downwards only: nobody gives what reaches beyond their own part of the tree.
    """
    if administrator is not None:
        return ROLES
    return DELEGATED if officer is not None and officer > 0 else ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why the tree is not changed: a code of MESSAGES, and what its sentence says."""

    code: str
    params: tuple[tuple[str, Any], ...] = ()

    @property
    def message(self) -> str:
        """The sentence, as a msgid with {params}."""
        return MESSAGES[self.code]


class TreeRefused(Exception):
    """The tree is not changed, and nothing else is."""

    def __init__(self, *refusals: Refusal) -> None:
        super().__init__(", ".join(refusal.code for refusal in refusals))
        self.refusals = refusals


MESSAGES: dict[str, str] = {
    "into_itself": N_("A unit cannot be put below itself or below a unit of its own part."),
    "already_there": N_("{unit} already stands directly below that unit."),
    "root": N_("{unit} is the top of a tree: it can be renamed, but not moved, merged, split or closed."),
    "ended": N_("{unit} ended on {day}: only a unit that exists can be changed."),
    "before_latest": N_("The day must not be before {day}: that day something changed in {unit}."),
    "future": N_("The day lies in the future. Enter today or an earlier day."),
    "code_taken": N_("Another unit has the code {code}."),
    "code_twice": N_("Two of the new units would have the code {code}."),
    "bad_code": N_("A code has letters without marks, digits, dots and hyphens."),
    "no_name": N_("Enter the name of the unit."),
    "too_few": N_("Choose at least one other unit to merge with."),
    "nested": N_("{unit} cannot be merged with a unit of its own part."),
    "too_few_parts": N_("Enter at least two new units."),
    "units_below": N_("{units} units still stand below {unit}: move or close them first."),
    "organises": N_(
        "{unit} organises courses that are not closed: close them, or let another unit organise them."
    ),
    "same_tree": N_(
        "{unit} is in the same tree as the unit the person belongs to: transfer the person instead."
    ),
    "there_already": N_("The person belongs to {unit} already."),
    "same_name": N_("The unit has this name already."),
}


def refuse(why: str, **params: Any) -> Refusal:
    """One of MESSAGES, with what its sentence names."""
    return Refusal(why, tuple(params.items()))


def day_refusals(on: date, *, today: date, latest: date, unit: str) -> list[Refusal]:
    """Whether a deed may take effect on a day; `latest`: the last day on which something changed in `unit`."""
    if on > today:
        return [refuse("future")]
    return [refuse("before_latest", day=latest, unit=unit)] if on < latest else []


def code_refusals(code: str, *, taken: bool, before: tuple[str, ...] = ()) -> list[Refusal]:
    """Whether a new unit may bear a code; `before`: the codes of the other new units of the same deed."""
    if not CODE.fullmatch(code):
        return [refuse("bad_code")]
    if taken:
        return [refuse("code_taken", code=code)]
    return [refuse("code_twice", code=code)] if code in before else []
