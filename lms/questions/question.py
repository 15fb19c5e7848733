"""The one shape that all questions share, and what of it a candidate may see."""

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from lms.vietnamese.text import tidy

LEVELS = ("recall", "comprehension", "application", "analysis")
SCORINGS = ("all_or_nothing", "partial")
Kind = TypeVar("Kind")
_TEXTS = ("type", "stem", "tolerance", "unit", "scoring", "level", "explanation", "source")


class QuestionUnreadable(ValueError):
    """Stored JSON is not a question; the message says which field and why."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `fixed`: it keeps its place when the others are shuffled."""

    text: str
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the statements of a true_false_group, and whether it is true."""

    text: str
    correct: bool


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key. Which fields apply depends on `type`; the others keep their defaults.

    - choice types: `options`, `correct` (0-based), and for multiple_choice `scoring`;
    - true_false: `correct` is (0,) for true (Đúng), (1,) for false (Sai); no options;
    - true_false_group: `statements`;
    - short_answer: `answers`, `fold` (accept without diacritics), `unit`;
    - numeric: `answers`, `tolerance` (absolute), `unit`; numbers in Vietnamese notation.

    `cites` are ids of passages. A question may be ill-formed: `TYPES[type].check` says what is wrong.
    """

    type: str
    stem: str
    options: tuple[Option, ...] = ()
    correct: tuple[int, ...] = ()
    statements: tuple[Statement, ...] = ()
    answers: tuple[str, ...] = ()
    tolerance: str = "0"
    unit: str = ""
    fold: bool = True
    scoring: str = "all_or_nothing"
    level: str | None = None
    explanation: str = ""
    source: str = ""
    cites: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data; fields at their defaults are left out. `from_json` gives an equal question."""
        data: dict[str, Any] = {"type": self.type, "stem": self.stem}
        for field in fields(self)[2:]:
            value = getattr(self, field.name)
            if value != field.default:
                data[field.name] = _plain(value)
        return data

    @classmethod
    def from_json(cls, data: object) -> "Question":
        """The question that `to_json` wrote. Raises QuestionUnreadable, also for unknown fields."""
        if not isinstance(data, dict):
            raise QuestionUnreadable("a question is a JSON object")
        unknown = set(data) - {field.name for field in fields(cls)}
        missing = {"type", "stem"} - set(data)
        if unknown or missing:
            raise QuestionUnreadable(f"unknown fields {sorted(unknown)}, missing fields {sorted(missing)}")
        values: dict[str, Any] = {name: _read(name, value) for name, value in data.items()}
        return cls(**values)

    def tidied(self) -> "Question":
        """The same question with all its text as it is to be stored (NFC, nothing invisible)."""
        return replace(
            self,
            stem=tidy(self.stem),
            options=tuple(replace(option, text=tidy(option.text)) for option in self.options),
            statements=tuple(replace(statement, text=tidy(statement.text)) for statement in self.statements),
            answers=tuple(tidy(answer) for answer in self.answers),
            tolerance=tidy(self.tolerance),
            unit=tidy(self.unit),
            explanation=tidy(self.explanation),
            source=tidy(self.source),
        )


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """All that a candidate's page receives of a question. It has no place for a key, on purpose.

    `choices` and `statements` stand in the order in which they are displayed.
    """

    type: str
    stem: str
    choices: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    unit: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data for the page; the fields are named here one by one, as an allow-list."""
        return {
            "type": self.type,
            "stem": self.stem,
            "choices": list(self.choices),
            "statements": list(self.statements),
            "unit": self.unit,
        }


def _plain(value: object) -> object:
    match value:
        case tuple():
            return [_plain(part) for part in value]
        case Option(text, fixed):
            return {"text": text, "fixed": True} if fixed else text
        case Statement(text, correct):
            return {"text": text, "correct": correct}
        case _:
            return value


def _read(name: str, value: object) -> object:
    if name in _TEXTS:
        return _text(name, value)
    if name == "fold":
        return _typed(name, value, bool)
    items = _typed(name, value, list)
    match name:
        case "options":
            return tuple(_option(item) for item in items)
        case "statements":
            return tuple(_statement(item) for item in items)
        case "correct":
            return tuple(_index(item) for item in items)
        case _:
            return tuple(_text(name, item) for item in items)


def _option(item: object) -> Option:
    if isinstance(item, str):
        return Option(item)
    item = _object("options", item, {"text", "fixed"})
    return Option(_text("options", item.get("text")), _typed("options", item.get("fixed", False), bool))


def _statement(item: object) -> Statement:
    item = _object("statements", item, {"text", "correct"})
    return Statement(_text("statements", item.get("text")), _typed("statements", item.get("correct"), bool))


def _index(item: object) -> int:
    if isinstance(item, bool):
        raise QuestionUnreadable("correct: a position is a number, not true or false")
    return _typed("correct", item, int)


def _text(name: str, value: object) -> str:
    return _typed(name, value, str)


def _object(name: str, value: object, known: set[str]) -> dict[str, object]:
    item: dict[str, object] = _typed(name, value, dict)
    if set(item) - known:
        raise QuestionUnreadable(f"{name}: unknown fields {sorted(set(item) - known)}")
    return item


def _typed(name: str, value: object, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise QuestionUnreadable(f"{name}: expected {kind.__name__}, found {type(value).__name__}")
    return value
