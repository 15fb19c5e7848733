"""A question on its way from raw lines to what it means: what the steps of judging hand on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from lms.questions.formats.word import values
from lms.questions.formats.word.raw import RawQuestion, joined
from lms.questions.problem import Problem, warning
from lms.questions.question import Image, Stimulus
from lms.vietnamese.text import fold_words

QUOTE = 80  # letters of a text that a problem quotes


@dataclass(slots=True)
class Draft:
    """What is known so far. Steps take from `stem` what is no text of it, and add to `problems`."""

    raw: RawQuestion
    stimuli: Mapping[str, Stimulus]
    problems: list[Problem] = field(default_factory=list)
    stem: str = ""
    images: list[Image] = field(default_factory=list)
    level: str | None = None  # of a tag in brackets
    points: Decimal | None = None
    source: str = ""
    bracket: str = ""  # an answer in brackets behind the stem
    asks: str = ""  # the kind of questions that the heading above announces

    @classmethod
    def of(cls, raw: RawQuestion, stimuli: Mapping[str, Stimulus]) -> Draft:
        """The draft with which judging begins."""
        section = raw.source.section
        return cls(
            raw,
            stimuli,
            list(raw.problems),
            joined(raw.stem, literal=raw.own is not None),
            [image for line in raw.stem for _, image in line.images],
            asks=section.asks if section else "",
        )

    def key_texts(self) -> list[str]:
        """Everything that is said as the key, in lines and in lists."""
        raw = self.raw
        return [
            label.text for label in raw.labels if label.name in {"key", "answer"} and label.text
        ] + raw.listed_keys

    def answer_texts(self) -> list[str]:
        """Accepted answers as they are written, each once."""
        found: list[str] = [self.bracket] if self.bracket else []
        for text in self.key_texts():
            found.extend(values.entries(text) if self.raw.own else values.entries(text.strip().rstrip(".;")))
        return list(dict.fromkeys(answer for answer in found if answer))

    def text(self, name: str) -> str:
        """The values of all labels of this name, as text."""
        literal = self.raw.own is not None
        return "\n".join(
            filter(None, (joined(label.lines, literal=literal) for label in self.raw.values(name)))
        )

    def not_understood(self, name: str, text: str) -> None:
        """Note a label whose value means nothing."""
        self.problems.append(warning("label_not_understood", name, text=text[:QUOTE]))

    def take_images_of_options(self) -> None:
        """Where options cannot have pictures, they belong to the question."""
        self.images.extend(image for option in self.raw.options for image in option.images)

    def scoring(self) -> dict[str, str]:
        """The field of types that know partial credit."""
        text = self.raw.value("scoring")
        words = fold_words(text)
        if not words or words in values.WHOLE:
            return {}
        if words in values.PARTIAL:
            return {"scoring": "partial"}
        self.not_understood("scoring", text)
        return {}
