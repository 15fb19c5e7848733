"""Conditions of rules that give points: which response they ask about, and what of it they accept."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.questions.formats.qti.names import text_of
from lms.questions.formats.qti.responses import decimal

if TYPE_CHECKING:
    from lxml.etree import _Element


@dataclass(slots=True)
class Judged:
    """How one response earns points: `match` its right value, `map` its mapping; `accepted` literals and their
    tolerance (None: not said); `parts`: each place of an ordered response on its own."""

    ways: set[str] = field(default_factory=set)
    accepted: list[str] = field(default_factory=list)
    tolerances: set[Decimal] = field(default_factory=set)
    relative: bool = False
    parts: bool = False


@dataclass(slots=True)
class Processing:
    """How an item is scored. `none`: nothing is said, so a person marks it."""

    none: bool = False
    unknown: dict[str, None] = field(default_factory=dict)
    by_response: dict[str, Judged] = field(default_factory=dict)
    told_when_right: set[str] = field(default_factory=set)

    def of(self, identifier: str) -> Judged:
        return self.by_response.setdefault(identifier, Judged())


def read_condition(condition: _Element, found: Processing) -> str:
    """Note which response a condition asks about; the name of what is not understood, or ""."""
    name, parts = str(condition.tag), list(condition)
    if name == "and" and _range(parts, found):
        return ""
    if name in {"and", "or"}:
        return next(filter(None, (read_condition(part, found) for part in parts)), "")
    if name == "not" and len(parts) == 1 and parts[0].tag == "isNull":
        return ""
    if name in {"match", "equal", "stringMatch", "equalRounded"} and len(parts) == 2:
        return "" if _compared(condition, parts, found) else _described(condition)
    return _described(condition)


def _described(condition: _Element) -> str:
    """A condition by the names of its parts: `match(variable, ordered)`."""
    parts = ", ".join(str(part.tag) for part in list(condition)[:4])
    return f"{condition.tag}({parts})" if parts else str(condition.tag)


def _compared(condition: _Element, parts: list[_Element], found: Processing) -> bool:
    """A response against its right value or a literal; False when it is something else."""
    asked = next((part for part in parts if part.tag in {"variable", "index"}), None)
    other = next((part for part in parts if part is not asked), None)
    if asked is None or other is None:
        return False
    if asked.tag == other.tag == "index":
        inner = [next(iter(part), None) for part in (asked, other)]
        if any(part is None for part in inner) or asked.get("n") != other.get("n"):
            return False
        asked, other = (part for part in inner if part is not None)
        found.of(asked.get("identifier", "")).parts = True
    identifier = asked.get("identifier", "")
    if other.tag == "correct" and other.get("identifier") == identifier and asked.tag == "variable":
        found.of(identifier).ways.add("match")
    elif other.tag == "baseValue" and asked.tag == "variable":
        found.of(identifier).accepted.append(text_of(other).strip())
    else:
        return False
    _tolerance(condition, found.of(identifier))
    return True


def _tolerance(condition: _Element, judged: Judged) -> None:
    mode = condition.get("toleranceMode", "exact")
    if condition.tag != "equal" or mode == "exact":
        judged.tolerances.add(Decimal(0))
        return
    given = [decimal(part) for part in condition.get("tolerance", "").split()]
    known = [part for part in given if part is not None]
    judged.relative = mode == "relative"
    judged.tolerances.add(min(known, default=Decimal(0)))


def _range(parts: list[_Element], found: Processing) -> bool:
    """At least this and at most that: the middle, with half the distance as its tolerance."""
    bounds: dict[str, Decimal] = {}
    identifiers = set()
    for part in parts:
        variable, literal = part.find("variable"), part.find("baseValue")
        side = str(part.tag)[:2]
        value = None if literal is None else decimal(text_of(literal))
        if side not in {"gt", "lt"} or variable is None or value is None or part[0] is not variable:
            return False
        bounds[side] = value
        identifiers.add(variable.get("identifier", ""))
    if set(bounds) != {"gt", "lt"} or len(identifiers) != 1 or bounds["gt"] > bounds["lt"]:
        return False
    judged = found.of(identifiers.pop())
    judged.accepted.append(str((bounds["gt"] + bounds["lt"]) / 2))
    judged.tolerances.add((bounds["lt"] - bounds["gt"]) / 2)
    return True
