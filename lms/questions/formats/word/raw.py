"""A question as it stands in the file, before anybody judges what it means."""

from __future__ import annotations

from dataclasses import dataclass, field

from lms.files.word import Run
from lms.questions.formats.word.grammar import Head, Label
from lms.questions.formats.word.lines import Item, Line
from lms.questions.formats.word.sections import Section
from lms.questions.problem import Problem
from lms.questions.question import Criterion, Image, Pair, Stimulus


@dataclass(slots=True)
class Source:
    """The lines that belong to one question: from its head to the next."""

    head: Head | None
    items: list[Item]
    section: Section | None = None
    paragraph: int = 0
    listed: bool = False  # from a row of a table of questions
    topic: str = ""
    level: str | None = None  # of a heading that names nothing else


@dataclass(slots=True)
class RawOption:
    """An option or statement: its lines without the letter, and how the letter itself looked."""

    label: Label | None
    lines: list[Line]
    letter_look: Run | None  # None for automatic letters and for options without one
    paragraph: int
    table: int = 0
    number: int = 0  # where options are counted and have no letters

    @property
    def letter(self) -> str:
        """Its letter as a capital, "" without one."""
        return self.label.letter.upper() if self.label else ""

    @property
    def text(self) -> str:
        """Its text; soft breaks are line ends, what was wrapped is one line."""
        return joined(self.lines)

    @property
    def images(self) -> list[Image]:
        return [image for line in self.lines for _, image in line.images]


@dataclass(slots=True)
class RawLabel:
    """A label and its value, by lines."""

    name: str
    lines: list[Line]
    paragraph: int

    @property
    def text(self) -> str:
        """The value with its line ends kept."""
        return "\n".join(line.text for line in self.lines).strip()


@dataclass(slots=True)
class RawBlank:
    """The line that says what belongs into a gap of a cloze."""

    number: int
    kind: str
    marks: bool
    value: str


@dataclass(slots=True)
class RawQuestion:
    """What was found between two heads."""

    source: Source
    stem: list[Line] = field(default_factory=list)
    options: list[RawOption] = field(default_factory=list)
    labels: list[RawLabel] = field(default_factory=list)
    blanks: list[RawBlank] = field(default_factory=list)
    items: list[list[Line]] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    pairs_by_key: bool = False  # two columns that a key joins, not pairs
    rubric: list[Criterion] = field(default_factory=list)
    truths: dict[int, bool | None] = field(default_factory=dict)  # of statements in a table
    listed_keys: list[str] = field(default_factory=list)  # from lists of keys elsewhere in the file
    all_lines: list[Line] = field(default_factory=list)
    left_over: list[Line] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    stimulus: Stimulus | None = None
    own: str | None = None  # the type that a label names
    bulleted: bool = False

    @property
    def number(self) -> int | None:
        """The number as the file writes it."""
        return self.source.head.number if self.source.head else None

    @property
    def paragraph(self) -> int:
        return self.source.paragraph or (self.all_lines[0].paragraph if self.all_lines else 0)

    def values(self, name: str) -> list[RawLabel]:
        """All labels of this name."""
        return [label for label in self.labels if label.name == name]

    def value(self, name: str) -> str:
        """The text of the last label of this name, "" without one."""
        return next((label.text for label in reversed(self.labels) if label.name == name), "")


def joined(lines: list[Line], *, literal: bool = False) -> str:
    """Lines as text: a soft break is a line end; a paragraph that goes on in the middle of a sentence is not.

    `literal`: every line is a line.
    """
    if len(lines) == 1:
        return lines[0].text
    parts: list[str] = []
    before = ""
    for line in lines:
        if not line.text:
            continue
        if before:
            wrapped = not literal and not line.soft and _goes_on(before, line.text)
            parts.append(" " if wrapped else "\n")
        parts.append(line.text)
        before = line.text
    return "".join(parts)


def _goes_on(before: str, after: str) -> bool:
    """Whether text was wrapped here, as it comes from PDF files."""
    last = before.rstrip()[-1:]
    return last not in ".?!:;…" and (after[0].islower() or last in ",-–(")
