"""What an item declares of its answers: response declarations with right answers and mapped points."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lms.questions.formats.qti.names import text_of
from lms.questions.formats.shared.plain_numbers import spelled
from lms.vietnamese.text import clean

if TYPE_CHECKING:
    from lxml.etree import _Element

_NEARLY = Decimal("0.001")  # thirds are written with some decimals only
_LARGEST = 30  # of the exponent of a number: beyond it is no number of a question


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a mapping: an answer (an identifier, a pair "A B" or a text) and its points."""

    key: str
    value: Decimal
    case_sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One answer that an item asks for: how many values of which type, the right ones, and points for single ones."""

    identifier: str
    cardinality: str = "single"
    base_type: str = ""
    correct: tuple[str, ...] = ()
    mapping: tuple[Entry, ...] = ()
    default: Decimal = Decimal(0)
    lower: Decimal | None = None

    @property
    def best(self) -> tuple[Entry, ...]:
        """The entries with the most points, when that is more than nothing."""
        most = max((entry.value for entry in self.mapping), default=Decimal(0))
        return tuple(e for e in self.mapping if most - e.value < _NEARLY) if most > 0 else ()

    @property
    def right(self) -> tuple[Entry, ...]:
        """The entries that earn something."""
        return tuple(entry for entry in self.mapping if entry.value > 0)

    @property
    def wrong(self) -> tuple[Entry, ...]:
        """The entries that cost something."""
        return tuple(entry for entry in self.mapping if entry.value < 0)

    @property
    def is_number(self) -> bool:
        return self.base_type in {"integer", "float"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One result that an item sets: its type and what it is at first."""

    identifier: str
    base_type: str = ""
    default: tuple[str, ...] = ()
    most: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Declarations:
    """All that an item declares, by identifier."""

    responses: dict[str, Response] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)

    def response(self, identifier: str) -> Response:
        """The declaration of an answer; one that is missing declares nothing."""
        return self.responses.get(identifier, Response(identifier))

    @property
    def points(self) -> Decimal | None:
        """What the item is worth by its own word: MAXSCORE, or the normal maximum of SCORE."""
        most = self.outcomes.get("MAXSCORE")
        score = self.outcomes.get("SCORE")
        stated = decimal(most.default[0]) if most and most.default else None
        points = stated if stated is not None else (score.most if score else None)
        return points if points is not None and points > 0 else None


def read_declarations(item: _Element) -> Declarations:
    """What an item (in names of 2.x) declares."""
    responses = (_response(element) for element in item.findall("responseDeclaration"))
    outcomes = (_outcome(element) for element in item.findall("outcomeDeclaration"))
    return Declarations(
        {response.identifier: response for response in responses},
        {outcome.identifier: outcome for outcome in outcomes},
    )


def _response(element: _Element) -> Response:
    mapping = element.find("mapping")
    entries = [] if mapping is None else [_entry(entry) for entry in mapping.findall("mapEntry")]
    return Response(
        element.get("identifier", ""),
        element.get("cardinality", "single"),
        element.get("baseType", ""),
        values(element.findall("correctResponse/value")),
        tuple(entry for entry in entries if entry),
        (decimal(mapping.get("defaultValue", "0")) if mapping is not None else None) or Decimal(0),
        decimal(mapping.get("lowerBound", "")) if mapping is not None else None,
    )


def _entry(element: _Element) -> Entry | None:
    value = decimal(element.get("mappedValue", ""))
    if value is None:
        return None
    return Entry(clean(element.get("mapKey", "")), value, element.get("caseSensitive") == "true")


def _outcome(element: _Element) -> Outcome:
    return Outcome(
        element.get("identifier", ""),
        element.get("baseType", ""),
        values(element.findall("defaultValue/value")),
        decimal(element.get("normalMaximum", "")),
    )


def values(elements: Iterable[_Element]) -> tuple[str, ...]:
    """The texts of value elements, without the empty ones."""
    texts = (clean(text_of(element)) for element in elements)
    return tuple(text for text in texts if text)


def decimal(text: str) -> Decimal | None:
    """A number as XML writes it (12000, 0.5, 1e3), or None."""
    try:
        value = Decimal(clean(text))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < _LARGEST else None


def typed(text: str) -> str:
    """A number of XML as questions keep it (decimal comma, no grouping); other text as it is."""
    value = decimal(text)
    return text if value is None else spelled(value)
