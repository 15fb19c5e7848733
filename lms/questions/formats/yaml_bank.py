"""Banks as YAML, one file a topic: the format of the content that ships (question_banks/bank.schema.json).

Reading goes in three steps, and each finding has its line: YAML, then the published JSON schema, then the
checks of the question types. A question that breaks the schema is left out; one that is only doubtful stays.
Pictures are named, but their bytes are not in the file: they must be in the product already.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lms.questions.duplicates import repeated
from lms.questions.formats.shared.findings import told
from lms.questions.lined_yaml import LinedYaml, YamlUnreadable, load
from lms.questions.problem import Problem, error, warning
from lms.questions.question import Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.questions.schema_problems import schema_problems, unfolded
from lms.questions.types import TYPES
from lms.vietnamese.text import tidy

SCHEMA = Path(__file__).resolve().parents[3] / "question_banks" / "bank.schema.json"
VERSION = 1
MOST_MEGABYTES = 10  # 30,000 questions: what a bounded child reads within its 20 s of processor time
_ANY_HEADER = BankHeader("any", "any", "any")
_WHOLE = -1
_OF_READING = {"id", "points", "topic", "tags"}  # said beside the question, not in it
_FIRST_LINE = "# yaml-language-server: $schema=../bank.schema.json\n"


class YamlBank:
    name = "yaml"
    title = "YAML"
    suffix = ".yaml"
    media_type = "application/yaml"

    def recognise(self, name: str, head: bytes) -> bool:
        return name.lower().endswith((".yaml", ".yml")) and b"\x00" not in head

    def read(self, data: bytes, name: str) -> Reading:
        if len(data) > MOST_MEGABYTES * 1_000_000:
            return _unreadable(error("too_large", most=MOST_MEGABYTES), name)
        try:
            bank = load(data.decode("utf-8-sig"))
        except UnicodeDecodeError as broken:
            line = data.count(b"\n", 0, broken.start) + 1
            return _unreadable(error("not_utf8").at(line=line), name)
        except YamlUnreadable as broken:
            return _unreadable(broken.problem, name)
        return _Bank(bank, name).reading()

    def losses(self, questions: Sequence[ReadQuestion]) -> list[Problem]:
        refused = _refused(_bank(_ANY_HEADER, questions))
        return [
            problem.at(question=read.number)
            for at, read in enumerate(questions)
            for problem in (*refused.get(at, ()), *_pictures_elsewhere(read))
        ]

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        bank = _bank(header, questions)
        refused = _refused(bank)
        bank["questions"] = [entry for at, entry in enumerate(bank["questions"]) if at not in refused]
        as_a_whole = refused.get(_WHOLE, [] if bank["questions"] else [error("too_short", "questions")])
        if as_a_whole:
            raise ValueError(
                f"not a bank by its schema: {as_a_whole[0].code} {dict(as_a_whole[0].message_params)}"
            )
        text = yaml.safe_dump(bank, allow_unicode=True, sort_keys=False, width=110)
        return (_FIRST_LINE + text).encode()


FORMAT = YamlBank()


class _Bank:
    """One file on its way from data to questions."""

    def __init__(self, bank: LinedYaml, name: str) -> None:
        self.bank = bank
        self.name = name
        self.problems: list[Problem] = []

    def reading(self) -> Reading:
        self.problems = [problem.at(file=self.name) for problem in self.bank.problems]
        broken = self._follow_schema()
        questions = [
            self._question(index, entry)
            for index, entry in enumerate(_entries(self.bank.data))
            if index not in broken
        ]
        self._check_each(questions)
        self._check_repeated(questions)
        self.problems.sort(key=lambda problem: int(problem.where.get("line", 0)))
        return Reading(tuple(questions), tuple(self.problems), _header(self.bank.data))

    def _follow_schema(self) -> set[int]:
        """Note what breaks the schema; the indices of questions that do."""
        broken: set[int] = set()
        for path, problem in schema_problems(self.bank.data, _schema()):
            self.problems.append(self._placed(problem, path))
            if path[:1] == ("questions",) and len(path) > 1:
                broken.add(int(path[1]))
        return broken

    def _question(self, index: int, entry: dict[str, Any]) -> ReadQuestion:
        data = {field: value for field, value in entry.items() if field not in _OF_READING}
        if isinstance(data.get("correct"), bool):
            data["correct"] = [0 if data["correct"] else 1]
        question = Question.from_json(data).tidied()
        points, tags = entry.get("points"), (tidy(tag) for tag in entry.get("tags", []))
        return ReadQuestion(
            index + 1,
            entry["id"],
            question,
            self.bank.line(("questions", index)),
            points=None if points is None else Decimal(str(points).replace(",", ".")),
            topic=tidy(entry.get("topic", "")),
            tags=tuple(tags),
        )

    def _check_each(self, questions: Sequence[ReadQuestion]) -> None:
        for read in questions:
            for problem in TYPES[read.question.type].check(read.question):
                field = [problem.where[part] for part in ("field", "index") if part in problem.where]
                self.problems.append(self._placed(problem, ("questions", read.number - 1, *field)))
            for problem in _pictures_elsewhere(read):
                self.problems.append(self._placed(problem, ("questions", read.number - 1)))

    def _check_repeated(self, questions: Sequence[ReadQuestion]) -> None:
        first: dict[str, int] = {}
        for read in questions:
            if first.setdefault(read.id, read.number) != read.number:
                problem = error("repeated_id", "id", id=read.id, earlier=first[read.id])
                self.problems.append(self._placed(problem, ("questions", read.number - 1, "id")))
        for earlier, later in repeated((read, read.question) for read in questions):
            problem = error("repeated_stem", "stem", earlier=told(earlier))
            self.problems.append(self._placed(problem, ("questions", later.number - 1, "stem")))

    def _placed(self, problem: Problem, path: tuple[str | int, ...]) -> Problem:
        where: dict[str, int | str] = {"file": self.name, "line": self.bank.line(path)}
        if path[:1] == ("questions",) and len(path) > 1:
            where["question"] = int(path[1]) + 1
            own_id = _entries(self.bank.data)[int(path[1])]
            if isinstance(own_id, dict) and isinstance(own_id.get("id"), str):
                where["id"] = own_id["id"]
        return problem.at(**where)


@cache
def _schema() -> dict[str, Any]:
    return unfolded(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _unreadable(problem: Problem, name: str) -> Reading:
    return Reading((), (problem.at(file=name),), unreadable=True)


def _entries(data: object) -> list[Any]:
    entries = data.get("questions") if isinstance(data, dict) else None
    return entries if isinstance(entries, list) else []


def _header(data: object) -> BankHeader | None:
    fields = [data.get(field) for field in ("resolution", "topic", "name")] if isinstance(data, dict) else []
    texts = [field for field in fields if isinstance(field, str)]
    return BankHeader(*texts) if len(texts) == 3 else None


def _entry(read: ReadQuestion) -> dict[str, Any]:
    data = read.question.to_json()
    if read.question.type == "true_false":
        data["correct"] = read.question.correct == (0,)
    if read.points is not None:
        whole = read.points == int(read.points)
        data["points"] = int(read.points) if whole else f"{read.points:f}".replace(".", ",")
    if read.topic:
        data["topic"] = read.topic
    if read.tags:
        data["tags"] = list(read.tags)
    return {"id": read.id, **data}


def _bank(header: BankHeader, questions: Sequence[ReadQuestion]) -> dict[str, Any]:
    return {
        "schema": VERSION,
        "resolution": header.resolution,
        "topic": header.topic,
        "name": header.name,
        "questions": [_entry(read) for read in questions],
    }


def _refused(bank: dict[str, Any]) -> dict[int, list[Problem]]:
    """What breaks the schema: of each question by its index, of the rest of the file under _WHOLE."""
    found: defaultdict[int, list[Problem]] = defaultdict(list)
    for path, problem in schema_problems(bank, _schema()):
        of_question = path[:1] == ("questions",) and len(path) > 1
        found[int(path[1]) if of_question else _WHOLE].append(problem)
    return found


def _pictures_elsewhere(read: ReadQuestion) -> list[Problem]:
    count = len({image.name for image in read.question.pictures})
    return [warning("pictures_elsewhere", "images", count=count)] if count else []
