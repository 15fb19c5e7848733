"""How an item is scored: standard templates by the end of their address, and the common shapes of own rules.

Understood is "if the response matches the right one, set the score", for one response or each of several; a fixed text
or number as a right answer, within a tolerance or a range; and the points of a mapping. Every other rule that gives
points is named (`unknown`), for a person to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lms.questions.formats.qti.conditions import Processing, read_condition
from lms.questions.formats.qti.names import text_of
from lms.questions.formats.qti.responses import Declarations, decimal

if TYPE_CHECKING:
    from lxml.etree import _Element

_TEMPLATES = {
    "match_correct": "match",
    "cc2_match": "match",
    "cc2_match_basic": "match",
    "map_response": "map",
    "cc2_map_response": "map",
    "map_response_point": "point",
}
_BRANCHES = {"responseIf", "responseElseIf"}
_NOT_SCORES = ("MAXSCORE", "MINSCORE", "completionStatus", "numAttempts", "duration")


def read_processing(item: _Element, declared: Declarations) -> Processing:
    """How an item (in names of 2.x) is scored."""
    found = Processing()
    element = item.find("responseProcessing")
    address = "" if element is None else element.get("template") or element.get("templateLocation") or ""
    if element is None or not (len(element) or address):
        found.none = True
    elif address:
        _by_template(address, declared, found)
    else:
        _by_rules(element, declared, found)
    return found


def _by_template(address: str, declared: Declarations, found: Processing) -> None:
    name = address.rstrip("/").rpartition("/")[2].removesuffix(".xml")
    way = _TEMPLATES.get(name.casefold())
    found.told_when_right.add("correct")
    if way is None:
        found.unknown.setdefault(name or address)
        return
    for identifier in declared.responses:
        found.of(identifier).ways.add(way)


def _by_rules(element: _Element, declared: Declarations, found: Processing) -> None:
    for step in element.iter("setOutcomeValue"):
        identifier, expression = step.get("identifier", ""), next(iter(step), None)
        if expression is None:
            continue
        if _is_score(identifier, declared):
            _score_step(step, expression, found)
        elif _is_right_branch(step):
            found.told_when_right.update(_literals(expression))
    for kind in ("exitResponse", "lookupOutcomeValue", "responseProcessingFragment", "customOperator"):
        if next(element.iter(kind), None) is not None:
            found.unknown.setdefault(kind)


def _is_score(identifier: str, declared: Declarations) -> bool:
    outcome = declared.outcomes.get(identifier)
    numeric = outcome is None or outcome.base_type in {"float", "integer"}
    return (
        numeric and identifier.rpartition(".")[2] not in _NOT_SCORES and "FEEDBACK" not in identifier.upper()
    )


def _score_step(step: _Element, expression: _Element, found: Processing) -> None:
    """One rule that sets a score: which response earns it, and how."""
    mapped = list(expression.iter("mapResponse"))
    for element in mapped:
        found.of(element.get("identifier", "")).ways.add("map")
    if mapped or not _gives(expression):
        return
    branch = _branch(step)
    if branch is None:
        if not _only_sums(expression):
            found.unknown.setdefault(str(expression.tag))
    elif branch.tag == "responseElse":
        found.unknown.setdefault("responseElse")
    else:
        condition = next(iter(branch))
        unread = read_condition(condition, found)
        if unread:
            found.unknown.setdefault(unread)


def _gives(expression: _Element) -> bool:
    """Whether a value can be more than nothing."""
    name = str(expression.tag)
    if name == "baseValue":
        value = decimal(text_of(expression))
        return value is None or value > 0
    return name != "null"


def _only_sums(expression: _Element) -> bool:
    """Whether a value only adds up scores that were set before."""
    return all(str(part.tag) in {"sum", "variable", "testVariables"} for part in expression.iter("*"))


def _branch(step: _Element) -> _Element | None:
    parent = step.getparent()
    return parent if parent is not None and parent.tag in (_BRANCHES | {"responseElse"}) else None


def _is_right_branch(step: _Element) -> bool:
    branch = _branch(step)
    if branch is None or branch.tag == "responseElse":
        return False
    condition = next(iter(branch))
    if condition.tag == "not" or next(condition.iter("not"), None) is not None:
        return False
    return next(condition.iter("correct"), None) is not None or "correct" in _literals(condition)


def _literals(element: _Element) -> Iterator[str]:
    return (text_of(value).strip() for value in element.iter("baseValue"))
