"""What reading a file of questions gives, whatever its format: neutral questions and problems."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol, get_args

from lms.questions.problem import Problem, has_errors
from lms.questions.question import Question

Status = Literal["complete", "no_key", "two_keys", "duplicate", "doubtful"]
STATUSES: tuple[Status, ...] = ("complete", "no_key", "two_keys", "duplicate", "doubtful")
Mark = Literal["bold", "italic", "underline", "red", "colour", "highlight"]
MARKS: tuple[Mark, ...] = get_args(Mark)
_STATUS_OF: dict[str, Status] = {
    "no_key": "no_key",
    "several_keys": "two_keys",
    "repeated_stem": "duplicate",
    "stem_used_elsewhere": "duplicate",
    "asked_in_bank": "duplicate",
    "nearly_the_same": "duplicate",
}


@dataclass(frozen=True, slots=True)
class BankHeader:
    """Which bank a file is: slugs of its resolution and topic, and the topic's name for people."""

    resolution: str
    topic: str
    name: str


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question of a file: its number there (from 1), its own id ("" if it has none) and its line.

    - `points`, `topic` (category, part or heading it stands under, "a/b" when nested) and `tags` as the file says,
      for whoever stores it; None, "" and () when it says nothing;
    - `place`: where it stands, in the words of `Problem.where` ({"sheet": "Bank", "row": 12}, {"paragraph": 40});
    - `original`: what stood in the file, as plain text, for showing it beside what was recognised;
    - `original_marks`: how parts of it looked there: first letter, the one behind the last, and how, in order. Parts
      may overlap. Empty for formats that know no looks.
    """

    number: int
    id: str
    question: Question
    line: int | None = field(default=None, compare=False)
    points: Decimal | None = None
    topic: str = ""
    tags: tuple[str, ...] = ()
    place: Mapping[str, int | str] = field(default_factory=dict, compare=False)
    original: str = field(default="", compare=False)
    original_marks: tuple[tuple[int, int, Mark], ...] = field(default=(), compare=False)

    def to_json(self) -> dict[str, Any]:
        """As `lms questions check --json` prints it."""
        told: dict[str, Any] = {"number": self.number, **({"id": self.id} if self.id else {})}
        if self.points is not None:
            told["points"] = int(self.points) if self.points == int(self.points) else float(self.points)
        if self.topic:
            told["topic"] = self.topic
        if self.tags:
            told["tags"] = list(self.tags)
        return told | _contract(self.question)


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a file gave. `unreadable`: it could not be read as this format at all.

    Questions with problems that could still be built are among `questions`; look at `problems`. A problem of a
    question has its number in `where["question"]`. `pictures`: the bytes of every Image that questions name, by name.
    `format`: the name of the format it really was, from a reader that knows several; else "".
    """

    questions: tuple[ReadQuestion, ...]
    problems: tuple[Problem, ...]
    header: BankHeader | None = None
    unreadable: bool = False
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    format: str = ""

    @property
    def usable(self) -> bool:
        """Whether nothing forbids taking all of it."""
        return not has_errors(self.problems)

    def statuses(self) -> dict[int, Status]:
        """For each question's number whether it can be taken as it is, or the first reason to look at it."""
        found: dict[int, Status] = {}
        for problem in self.problems:
            number = problem.where.get("question")
            if isinstance(number, int):
                status = _STATUS_OF.get(problem.code, "doubtful")
                earlier = found.get(number, status)
                found[number] = min(earlier, status, key=_URGENCY.index)
        return {read.number: found.get(read.number, "complete") for read in self.questions}

    def counts(self) -> Counter[Status]:
        """How many questions there are of each status."""
        return Counter(self.statuses().values())


_URGENCY: tuple[Status, ...] = ("no_key", "two_keys", "duplicate", "doubtful", "complete")


class Format(Protocol):
    """A file format of questions."""

    @property
    def name(self) -> str:
        """Its name on the command line and in lists: "gift"."""

    @property
    def title(self) -> str:
        """Its name for people, the same in all languages: "GIFT (Moodle)"."""

    @property
    def suffix(self) -> str:
        """The ending of its files, with the dot."""

    @property
    def media_type(self) -> str:
        """Its media type, for downloads."""

    def recognise(self, name: str, head: bytes) -> bool:
        """Whether a file of this name with these first bytes (up to 4,096) is probably of this format."""

    def read(self, data: bytes, name: str) -> Reading:
        """Read a whole file; `name` is for the problems' places. Never raises for bad content."""

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        """What the format cannot carry, named before anything is written, with `where["question"]`.

        An error: `write` leaves the whole question out. A warning: a part of it (named) is not written.
        """

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        """A file that `read` reads back equal, but for what `losses` names. `pictures` as in Reading."""


def numbered(problems: Iterable[Problem], read: ReadQuestion) -> list[Problem]:
    """Findings of one question with its number and place."""
    place = {"line": read.line, **read.place} if read.line is not None else dict(read.place)
    return [problem.at(question=read.number, **place) for problem in problems]


def _contract(question: Question) -> dict[str, Any]:
    data = question.to_json()
    if question.options:
        data["options"] = [option.text for option in question.options]
    if question.statements:
        data["statements"] = [[statement.text, statement.correct] for statement in question.statements]
    if question.pairs:
        data["pairs"] = [[pair.left, pair.right] for pair in question.pairs]
    return data
