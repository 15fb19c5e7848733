"""Keys of QTI 1.2: the conditions under which an item gives points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from lms.questions.formats.qti.names import text_of
from lms.questions.formats.qti.responses import decimal
from lms.questions.formats.shared.plain_numbers import spelled
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEAST, _MOST = {"vargte", "vargt"}, {"varlte", "varlt"}


@dataclass(slots=True)
class Rule:
    """One condition: what must be answered (by response), the points, and whether they add up."""

    equal: dict[str, list[str]] = field(default_factory=dict)
    least: Decimal | None = None
    most: Decimal | None = None
    points: Decimal = Decimal(0)
    adds: bool = False

    def values(self) -> list[str]:
        """All that must be answered."""
        return [value for values in self.equal.values() for value in values]


@dataclass(frozen=True, slots=True)
class Rules:
    """The conditions of an item that give points."""

    rules: tuple[Rule, ...]

    def right(self, response: str | None = None) -> list[str]:
        """What earns the most points, for one response or for any."""
        best = self._best()
        return list(dict.fromkeys(value for rule in best for value in _values(rule, response)))

    def every(self, response: str) -> list[str]:
        """What earns any points for one response."""
        return list(dict.fromkeys(value for rule in self.rules for value in _values(rule, response)))

    @property
    def uneven(self) -> bool:
        """Whether right answers earn different points."""
        return len(self._best()) < len(self.rules)

    @property
    def adding(self) -> bool:
        """Whether parts of the answer earn points on their own."""
        return len(self.rules) > 1 and all(rule.adds for rule in self.rules)

    def numbers(self) -> list[tuple[str, Decimal]]:
        """Each accepted number with its tolerance."""
        return [number for rule in self._best() for number in _numbers(rule)]

    def _best(self) -> list[Rule]:
        most = max((rule.points for rule in self.rules), default=Decimal(0))
        return [rule for rule in self.rules if most - rule.points < Decimal("0.02")]


def read_rules(item: _Element) -> Rules:
    """The conditions of an item that give points."""
    read = (_rule(condition) for condition in item.iterfind("resprocessing/respcondition"))
    return Rules(tuple(rule for rule in read if rule.points > 0))


def _rule(condition: _Element) -> Rule:
    rule = Rule()
    for step in condition.findall("setvar"):
        value = decimal(text_of(step))
        if value is not None and value > rule.points:
            rule.points, rule.adds = value, step.get("action", "Set") == "Add"
    for holder in condition.findall("conditionvar"):
        for element in holder.iter("*"):
            _compare(rule, element)
    return rule


def _compare(rule: Rule, element: _Element) -> None:
    name, value = str(element.tag), clean(text_of(element))
    if any(above.tag == "not" for above in element.iterancestors()) or not value:
        return
    if name in {"varequal", "varsubstring"}:
        rule.equal.setdefault(element.get("respident", ""), []).append(value)
    elif name in _LEAST:
        rule.least = decimal(value)
    elif name in _MOST:
        rule.most = decimal(value)


def _values(rule: Rule, response: str | None) -> Iterator[str]:
    for identifier, values in rule.equal.items():
        if response is None or identifier == response:
            yield from values


def _numbers(rule: Rule) -> Iterator[tuple[str, Decimal]]:
    """A number with a margin around it, bounds alone, or numbers alone."""
    texts = [text for values in rule.equal.values() for text in values]
    if rule.least is None or rule.most is None or rule.least > rule.most:
        yield from ((_spelt(text), Decimal(0)) for text in texts)
        return
    half, middle = (rule.most - rule.least) / 2, (rule.most + rule.least) / 2
    stated = decimal(texts[0]) if len(texts) == 1 else None
    near = stated is not None and abs(stated - middle) <= half / 10
    yield spelled(stated if near and stated is not None else middle), half


def _spelt(text: str) -> str:
    value = decimal(text)
    return text if value is None else spelled(value)


def smallest(numbers: Sequence[tuple[str, Decimal]]) -> Decimal:
    """The smallest of the tolerances."""
    return min((around for _, around in numbers), default=Decimal(0))
