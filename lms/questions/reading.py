"""What reading a file of questions gives, whatever its format: neutral questions and problems."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lms.questions.problem import Problem, has_errors
from lms.questions.question import Question


@dataclass(frozen=True, slots=True)
class BankHeader:
    """Which bank a file is: slugs of its resolution and topic, and the topic's name for people."""

    resolution: str
    topic: str
    name: str


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question of a file: its number there (from 1), its own id ("" if it has none) and its line."""

    number: int
    id: str
    question: Question
    line: int | None = field(default=None, compare=False)

    def to_json(self) -> dict[str, Any]:
        """As `lms questions check --json` prints it."""
        return {"number": self.number, **({"id": self.id} if self.id else {}), **_contract(self.question)}


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file gave. `unreadable`: it could not be read as this format at all.

    Questions with problems that could still be built are among `questions`; look at `problems`.
    """

    questions: tuple[ReadQuestion, ...]
    problems: tuple[Problem, ...]
    header: BankHeader | None = None
    unreadable: bool = False

    @property
    def usable(self) -> bool:
        """Whether nothing forbids taking all of it."""
        return not has_errors(self.problems)


class Format(Protocol):
    """A file format of questions."""

    @property
    def name(self) -> str:
        """Its name on the command line and in lists."""

    def recognise(self, name: str, head: bytes) -> bool:
        """Whether a file of this name with these first bytes (some hundred) is probably of this format."""

    def read(self, data: bytes, name: str) -> Reading:
        """Read a whole file; `name` is for the problems' places. Never raises for bad content."""

    def write(self, header: BankHeader, questions: Sequence[ReadQuestion]) -> bytes:
        """A file that `read` reads back equal. Raises ValueError for what the format cannot hold."""


def _contract(question: Question) -> dict[str, Any]:
    data = question.to_json()
    if question.options:
        data["options"] = [option.text for option in question.options]
    if question.statements:
        data["statements"] = [[statement.text, statement.correct] for statement in question.statements]
    return data
