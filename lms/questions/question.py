"""The one shape that all questions share, and what of it a candidate may see."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

from lms.vietnamese.text import tidy

LEVELS = ("recall", "comprehension", "application", "analysis")
SCORINGS = ("all_or_nothing", "partial")
BLANKS = ("text", "number", "choice")  # kinds of blanks in a cloze
Kind = TypeVar("Kind")
_TEXTS = (
    "type",
    "stem",
    "tolerance",
    "unit",
    "scoring",
    "level",
    "explanation",
    "source",
    "guide",
    "expires",
)
_COUNTS = ("least_words", "most_words")


class QuestionUnreadable(ValueError):
    """Stored JSON is not a question; the message says which field and why."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by the name under which it is kept ("<sha256 of its bytes>.png"), and what it shows, in words."""

    name: str
    alt: str


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, or one item of an ordering. `fixed`: it keeps its place when the others are shuffled."""

    text: str
    fixed: bool = False
    image: Image | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One of the statements of a true_false_group, and whether it is true."""

    text: str
    correct: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """What belongs together in a matching. An empty `left`: a right side that belongs to nothing (a distractor)."""

    left: str
    right: str


@dataclass(frozen=True, slots=True)
class Blank:
    """One gap of a cloze; the n-th stands in the stem as [[n]], counted from 1.

    - text: `answers`, `fold`, compared as in a short_answer;
    - number: `answers`, `tolerance`, `unit`, compared as in a numeric;
    - choice: `options` to choose from, `correct` the position of the right one.
    """

    kind: str
    answers: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    correct: int = 0
    fold: bool = True
    tolerance: str = "0"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of an essay's rubric: what is looked for, and its points (a decimal number as text)."""

    text: str
    points: str


@dataclass(frozen=True, slots=True)
class Stimulus:
    """What several questions are about: one text, shown above each. Questions with an equal `key` belong together."""

    key: str
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its key. Which fields apply depends on `type`; the others keep their defaults.

    - choice types: `options`, `correct` (0-based), and for multiple_choice `scoring`;
    - true_false: `correct` is (0,) for true (Đúng), (1,) for false (Sai); no options;
    - true_false_group: `statements`;
    - short_answer: `answers`, `fold` (accept without diacritics), `unit`;
    - numeric: `answers`, `tolerance` (absolute), `unit`; numbers in Vietnamese notation;
    - matching: `pairs`, at least two with a left side; `scoring`;
    - ordering: `options` in the right order (their `fixed` is not used); `scoring`;
    - cloze: the stem with [[1]], [[2]] … and `blanks` in that order;
    - essay: `rubric`, `least_words` and `most_words` (0: no limit), `file_types` that may be handed in besides
      typing ("docx"), `guide` for markers.

    Every type: `images` below the stem, `stimulus`, `expires` (the ISO date of the last day on which it may enter a
    paper, "" for ever). `cites` are ids of passages. A question may be ill-formed: `TYPES[type].check` says what is
    wrong.
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
    pairs: tuple[Pair, ...] = ()
    blanks: tuple[Blank, ...] = ()
    rubric: tuple[Criterion, ...] = ()
    least_words: int = 0
    most_words: int = 0
    file_types: tuple[str, ...] = ()
    guide: str = ""
    images: tuple[Image, ...] = ()
    stimulus: Stimulus | None = None
    expires: str = ""

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
            options=tuple(_tidy_option(option) for option in self.options),
            statements=tuple(replace(statement, text=tidy(statement.text)) for statement in self.statements),
            answers=tuple(tidy(answer) for answer in self.answers),
            tolerance=tidy(self.tolerance),
            unit=tidy(self.unit),
            explanation=tidy(self.explanation),
            source=tidy(self.source),
            pairs=tuple(Pair(tidy(pair.left), tidy(pair.right)) for pair in self.pairs),
            blanks=tuple(_tidy_blank(blank) for blank in self.blanks),
            rubric=tuple(Criterion(tidy(line.text), tidy(line.points)) for line in self.rubric),
            guide=tidy(self.guide),
            images=_tidy_images(self.images),
            stimulus=self.stimulus
            and replace(
                self.stimulus, text=tidy(self.stimulus.text), images=_tidy_images(self.stimulus.images)
            ),
        )

    @property
    def pictures(self) -> tuple[Image, ...]:
        """Every image of the question, wherever it stands."""
        of_options = tuple(option.image for option in self.options if option.image)
        return (*(self.stimulus.images if self.stimulus else ()), *self.images, *of_options)


@dataclass(frozen=True, slots=True)
class AskedBlank:
    """A gap as a page shows it: its kind, the unit behind it, and for a choice the options in displayed order."""

    kind: str
    options: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """All that a candidate's page receives of a question. It has no place for a key, on purpose.

    `choices` and `statements` stand in the order in which they are displayed. A matching asks for one of `choices`
    for each of `statements`; an ordering gives its items as `choices`. `choice_images` is empty or as long as
    `choices`.
    """

    type: str
    stem: str
    choices: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    unit: str = ""
    blanks: tuple[AskedBlank, ...] = ()
    least_words: int = 0
    most_words: int = 0
    file_types: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    choice_images: tuple[Image | None, ...] = ()
    stimulus: Stimulus | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data for the page; the fields are named here one by one, as an allow-list."""
        return {
            "type": self.type,
            "stem": self.stem,
            "choices": list(self.choices),
            "statements": list(self.statements),
            "unit": self.unit,
            "blanks": [{"kind": b.kind, "options": list(b.options), "unit": b.unit} for b in self.blanks],
            "least_words": self.least_words,
            "most_words": self.most_words,
            "file_types": list(self.file_types),
            "images": [_plain(image) for image in self.images],
            "choice_images": [_plain(image) for image in self.choice_images],
            "stimulus": _plain(self.stimulus),
        }


def _plain(value: object) -> object:
    """JSON data of a field: parts of their own become objects without what stands at its default."""
    match value:
        case tuple():
            return [_plain(part) for part in value]
        case Option(text, False, None):
            return text
        case Option() | Image() | Statement() | Pair() | Blank() | Criterion() | Stimulus():
            given = ((field, getattr(value, field.name)) for field in fields(value))
            return {field.name: _plain(held) for field, held in given if held != field.default}
        case _:
            return value


def _tidy_images(images: tuple[Image, ...]) -> tuple[Image, ...]:
    return tuple(replace(image, alt=tidy(image.alt)) for image in images)


def _tidy_option(option: Option) -> Option:
    image, text = option.image and replace(option.image, alt=tidy(option.image.alt)), tidy(option.text)
    return (
        option if text == option.text and image == option.image else replace(option, text=text, image=image)
    )


def _tidy_blank(blank: Blank) -> Blank:
    return replace(
        blank,
        answers=tuple(tidy(answer) for answer in blank.answers),
        options=tuple(tidy(option) for option in blank.options),
        tolerance=tidy(blank.tolerance),
        unit=tidy(blank.unit),
    )


def _read(name: str, value: object) -> object:
    if name in _TEXTS:
        return _text(name, value)
    if name in _COUNTS:
        return _count(name, value)
    if name == "fold":
        return _typed(name, value, bool)
    if name == "stimulus":
        return _stimulus(value)
    items = _typed(name, value, list)
    return tuple(_ITEMS.get(name, _text_of(name))(item) for item in items)


def _text_of(name: str) -> Callable[[object], object]:
    return lambda item: _text(name, item)


def _option(item: object) -> Option:
    if isinstance(item, str):
        return Option(item)
    item = _object("options", item, Option)
    image = _image(item["image"]) if "image" in item else None
    return Option(
        _text("options", item.get("text")), _typed("options", item.get("fixed", False), bool), image
    )


def _image(item: object) -> Image:
    item = _object("images", item, Image)
    return Image(_text("images", item.get("name")), _text("images", item.get("alt")))


def _statement(item: object) -> Statement:
    item = _object("statements", item, Statement)
    return Statement(_text("statements", item.get("text")), _typed("statements", item.get("correct"), bool))


def _pair(item: object) -> Pair:
    item = _object("pairs", item, Pair)
    return Pair(_text("pairs", item.get("left")), _text("pairs", item.get("right")))


def _blank(item: object) -> Blank:
    item = _object("blanks", item, Blank)
    return Blank(
        _text("blanks", item.get("kind")),
        tuple(_text("blanks", text) for text in _typed("blanks", item.get("answers", []), list)),
        tuple(_text("blanks", text) for text in _typed("blanks", item.get("options", []), list)),
        _count("blanks", item.get("correct", 0)),
        _typed("blanks", item.get("fold", True), bool),
        _text("blanks", item.get("tolerance", "0")),
        _text("blanks", item.get("unit", "")),
    )


def _criterion(item: object) -> Criterion:
    item = _object("rubric", item, Criterion)
    return Criterion(_text("rubric", item.get("text")), _text("rubric", item.get("points")))


def _stimulus(item: object) -> Stimulus:
    item = _object("stimulus", item, Stimulus)
    images = tuple(_image(image) for image in _typed("stimulus", item.get("images", []), list))
    return Stimulus(_text("stimulus", item.get("key")), _text("stimulus", item.get("text")), images)


def _count(name: str, value: object) -> int:
    if isinstance(value, bool):
        raise QuestionUnreadable(f"{name}: a whole number, not true or false")
    return _typed(name, value, int)


def _index(item: object) -> int:
    if isinstance(item, bool):
        raise QuestionUnreadable("correct: a position is a number, not true or false")
    return _typed("correct", item, int)


def _text(name: str, value: object) -> str:
    return _typed(name, value, str)


def _object(name: str, value: object, part: type[Any]) -> dict[str, object]:
    item: dict[str, object] = _typed(name, value, dict)
    unknown = set(item) - {field.name for field in fields(part)}
    if unknown:
        raise QuestionUnreadable(f"{name}: unknown fields {sorted(unknown)}")
    return item


def _typed(name: str, value: object, kind: type[Kind]) -> Kind:
    if not isinstance(value, kind):
        raise QuestionUnreadable(f"{name}: expected {kind.__name__}, found {type(value).__name__}")
    return value


_ITEMS: dict[str, Callable[[object], object]] = {
    "options": _option,
    "statements": _statement,
    "correct": _index,
    "pairs": _pair,
    "blanks": _blank,
    "rubric": _criterion,
    "images": _image,
}
