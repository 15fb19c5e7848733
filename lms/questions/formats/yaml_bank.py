"""Banks as YAML, one file a topic: the format of the content that ships (question_banks/bank.schema.json).

Reading goes in three steps, and each finding has its line: YAML, then the published JSON schema, then the
checks of the question types. A question that breaks the schema is left out; one that is only doubtful stays.
"""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from lms.questions.duplicates import repeated
from lms.questions.lined_yaml import LinedYaml, YamlUnreadable, load
from lms.questions.problem import Problem, error
from lms.questions.question import Question
from lms.questions.reading import BankHeader, Reading, ReadQuestion
from lms.questions.schema_problems import schema_problems
from lms.questions.types import TYPES

SCHEMA = Path(__file__).resolve().parents[3] / "question_banks" / "bank.schema.json"
VERSION = 1
MOST_MEGABYTES = 5
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
        return []

    def write(
        self, header: BankHeader, questions: Sequence[ReadQuestion], pictures: Mapping[str, bytes]
    ) -> bytes:
        bank = {
            "schema": VERSION,
            "resolution": header.resolution,
            "topic": header.topic,
            "name": header.name,
            "questions": [_entry(question) for question in questions],
        }
        refused = [problem for _, problem in schema_problems(bank, _schema())]
        if refused:
            raise ValueError(f"not a bank by its schema: {refused[0].code} {dict(refused[0].message_params)}")
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
        data = {field: value for field, value in entry.items() if field != "id"}
        if isinstance(data.get("correct"), bool):
            data["correct"] = [0 if data["correct"] else 1]
        question = Question.from_json(data).tidied()
        return ReadQuestion(index + 1, entry["id"], question, self.bank.line(("questions", index)))

    def _check_each(self, questions: Sequence[ReadQuestion]) -> None:
        for read in questions:
            for problem in TYPES[read.question.type].check(read.question):
                field = [problem.where[part] for part in ("field", "index") if part in problem.where]
                self.problems.append(self._placed(problem, ("questions", read.number - 1, *field)))

    def _check_repeated(self, questions: Sequence[ReadQuestion]) -> None:
        first: dict[str, int] = {}
        for read in questions:
            line = self.bank.line(("questions", read.number - 1, "id"))
            if first.setdefault(read.id, line) != line:
                problem = error("repeated_id", "id", id=read.id, line=first[read.id])
                self.problems.append(self._placed(problem, ("questions", read.number - 1, "id")))
        for earlier, later in repeated((read, read.question) for read in questions):
            problem = error("repeated_stem", "stem", id=earlier.id, line=earlier.line)
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
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


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
    return {"id": read.id, **data}
