"""Writing how answers are scored: declarations with right values and mappings, templates, and rules where none fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from lms.questions.formats.qti.build import make
from lms.questions.formats.qti.versions import Version
from lms.questions.formats.shared.plain_numbers import plain
from lms.vietnamese.numbers import NumberUnreadable

if TYPE_CHECKING:
    from lxml.etree import _Element

_GRAIN = Decimal("0.000001")
_TEMPLATES = {"match": "match_correct", "map": "map_response"}


@dataclass(frozen=True, slots=True)
class Mapped:
    """What single values earn: the right ones an equal share of 1 (`whole`: 1 each), wrong ones cost a share."""

    right: tuple[str, ...]
    wrong: tuple[str, ...] = ()
    whole: bool = False

    def element(self) -> _Element:
        shares = ["1"] * len(self.right) if self.whole else shares_of_one(len(self.right))
        mapping = make("mapping", defaultValue="0")
        if self.wrong:
            mapping.set("lowerBound", "0")
        if not self.whole:
            mapping.set("upperBound", "1")
        for key, value in [
            *zip(self.right, shares, strict=True),
            *((key, f"-{shares[0]}") for key in self.wrong),
        ]:
            mapping.append(make("mapEntry", mapKey=key, mappedValue=value, **self._case()))
        return mapping

    def _case(self) -> dict[str, str]:
        return {"caseSensitive": "false"} if self.whole else {}


@dataclass(frozen=True, slots=True)
class Scored:
    """One answer of an item: its declaration, and the way it earns points.

    - `match`: the right value; `map`: by its mapping; `parts`: each place of an order on its own;
    - `text` and `number`: any of `accepted`, numbers within `tolerance`; "": a person marks it.
    """

    identifier: str
    cardinality: str
    base_type: str
    right: tuple[str, ...] = ()
    mapped: Mapped | None = None
    way: str = ""
    accepted: tuple[str, ...] = ()
    tolerance: str = "0"

    def declaration(self) -> _Element:
        declared = make(
            "responseDeclaration",
            identifier=self.identifier,
            cardinality=self.cardinality,
            baseType=self.base_type,
        )
        if self.right:
            declared.append(make("correctResponse", *(make("value", text=value) for value in self.right)))
        if self.mapped:
            declared.append(self.mapped.element())
        return declared


def number(response: str, answers: Sequence[str], tolerance: str, unit: str, *, alone: bool = True) -> Scored:
    """A number to be typed. `alone`: its item has no other answer, so that a template may do."""
    values = tuple(_number(answer, unit) for answer in answers)
    around = _number(tolerance, "")
    way = "match" if alone and len(values) == 1 and around == "0" else "number"
    return Scored(response, "single", "float", values[:1], way=way, accepted=values, tolerance=around)


def _number(text: str, unit: str) -> str:
    """The number as XML writes it; what is none stays as it is."""
    try:
        return plain(text, unit)
    except NumberUnreadable:
        return text


def shares_of_one(count: int) -> list[str]:
    """Equal shares that add up to exactly 1; the last one takes what rounding leaves."""
    share = (Decimal(1) / count).quantize(_GRAIN, ROUND_DOWN) if count else Decimal(0)
    last = 1 - share * (count - 1)
    return [_short(share)] * (count - 1) + [_short(last)] * bool(count)


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"


# ------------------------------------------------------------------------------------------------- rules


def processing(scored: Sequence[Scored], version: Version) -> _Element:
    """How an item is scored: a standard template for one answer, else a rule for each answer or place."""
    if len(scored) == 1 and scored[0].way in _TEMPLATES:
        return make("responseProcessing", template=version.template(_TEMPLATES[scored[0].way]))
    conditions = [condition for each in scored for condition in _conditions(each)]
    shares = shares_of_one(len(conditions))
    rules = (_rule(condition, share) for condition, share in zip(conditions, shares, strict=True))
    return make("responseProcessing", *rules)


def _rule(condition: _Element, share: str) -> _Element:
    earned = make(
        "sum", make("variable", identifier="SCORE"), make("baseValue", text=share, baseType="float")
    )
    step = make("setOutcomeValue", earned, identifier="SCORE")
    return make("responseCondition", make("responseIf", condition, step))


def _conditions(scored: Scored) -> list[_Element]:
    if scored.way == "parts":
        return [_place(scored, place) for place in range(1, len(scored.right) + 1)]
    if scored.way == "match":
        return [make("match", _variable(scored), make("correct", identifier=scored.identifier))]
    accepted = [_accepted(scored, value) for value in scored.accepted]
    return [accepted[0] if len(accepted) == 1 else make("or", *accepted)]


def _place(scored: Scored, place: int) -> _Element:
    given = make("index", _variable(scored), n=str(place))
    right = make("index", make("correct", identifier=scored.identifier), n=str(place))
    return make("match", given, right)


def _accepted(scored: Scored, value: str) -> _Element:
    literal = make("baseValue", text=value, baseType=scored.base_type)
    if scored.way == "text":
        return make("stringMatch", _variable(scored), literal, caseSensitive="false")
    if scored.tolerance == "0":
        return make("equal", _variable(scored), literal, toleranceMode="exact")
    around = f"{scored.tolerance} {scored.tolerance}"
    return make("equal", _variable(scored), literal, toleranceMode="absolute", tolerance=around)


def _variable(scored: Scored) -> _Element:
    return make("variable", identifier=scored.identifier)
