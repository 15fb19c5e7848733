"""What a trainer decides about a reading before it is stored, applied to it: pure, and the same every time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lms.questions.levels import SCHEMES
from lms.questions.problem import Problem, has_errors, warning
from lms.questions.question import Image, Option, Question, Statement
from lms.questions.reading import Reading, ReadQuestion, Status, numbered
from lms.questions.types import TYPES

KEY_PROBLEMS = {"no_key", "several_keys", "key_out_of_range", "key_repeated", "no_truth"}
SAME = {"repeated_stem", "stem_used_elsewhere", "nearly_the_same", "asked_in_bank"}
IMAGE_PROBLEMS = {"no_alt_text"}
CHOICES = ("single_choice", "multiple_choice")

# English message ids by code, beside those of lms/questions/problem.py.
MESSAGES = {
    "asked_in_bank": "The bank already asks this: {known}.",
    "level_not_in_scheme": "The bank has no level “{level}”; the question is taken without a level.",
    "passage_not_found": "There is no passage “{passage}” to cite in this resolution; the citation is left out.",
    "points_left_out": "Points of the file are not kept: in a paper the blueprint says what a question is worth.",
    "picture_missing": "A picture of the question is not in the file; it is left out.",
    "id_taken": "The id “{id}” is already used by another question; this one gets a new id.",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One question as it stands with the decisions: what would be stored, what is wrong, whether it is taken."""

    read: ReadQuestion
    problems: tuple[Problem, ...]
    status: Status
    taken: bool
    decided: bool

    @property
    def sound(self) -> bool:
        """Whether it can be stored: nothing forbids it, or only that something like it exists."""
        return not has_errors(problem for problem in self.problems if problem.code not in SAME)


def judge(reading: Reading, decisions: Mapping[str, Any], scheme: str) -> list[Judged]:
    """Every question of a reading with the decisions on it, by number.

    A decision is {"correct": [0, 2]}, {"truths": [true, false]}, {"type": "multiple_choice"}, {"alts": {name: words}},
    {"take": true or false}, or several of them. Without a decision a question is taken if nothing is wrong with it.
    """
    said: dict[int, list[Problem]] = {}
    for problem in reading.problems:
        number = problem.where.get("question")
        if isinstance(number, int):
            said.setdefault(number, []).append(problem)
    return [
        _judge(read, said.get(read.number, []), decisions.get(str(read.number), {}), scheme)
        for read in reading.questions
    ]


def judge_one(reading: Reading, number: int, decisions: Mapping[str, Any], scheme: str) -> Judged | None:
    """The question of that number with the decisions on it, without looking at the others; None without one."""
    mine = tuple(read for read in reading.questions if read.number == number)
    judged = judge(replace(reading, questions=mine), decisions, scheme)
    return judged[0] if judged else None


def _judge(read: ReadQuestion, said: Sequence[Problem], decision: Mapping[str, Any], scheme: str) -> Judged:
    question, problems = _in_scheme(apply(read.question, decision), scheme)
    now = replace(read, question=question)
    settled = (KEY_PROBLEMS if {"correct", "truths", "type"} & set(decision) else set()) | (
        IMAGE_PROBLEMS if "alts" in decision else set()
    )
    checked = numbered(TYPES[question.type].check(question), read) if question.type in TYPES else []
    codes = {problem.code for problem in checked}
    kept = [p for p in said if p.code not in settled and p.code not in codes]
    found = tuple(_once([*kept, *checked, *numbered(problems, read)]))
    status = Reading((now,), found).statuses()[read.number]
    judged = Judged(now, found, status, taken=False, decided=bool(decision))
    wanted = decision.get("take", not has_errors(found))
    return replace(judged, taken=bool(wanted) and judged.sound)


def _once(problems: Sequence[Problem]) -> Iterator[Problem]:
    """Each finding once: readers and types may say the same."""
    seen = set()
    for problem in problems:
        mark = (
            problem.code,
            problem.where.get("field"),
            problem.where.get("index"),
            str(problem.message_params),
        )
        if mark not in seen:
            seen.add(mark)
            yield problem


def _in_scheme(question: Question, scheme: str) -> tuple[Question, list[Problem]]:
    if question.level is None or question.level in SCHEMES[scheme].levels:
        return question, []
    found = warning("level_not_in_scheme", "level", level=question.level)
    return replace(question, level=None), [found]


def apply(question: Question, decision: Mapping[str, Any]) -> Question:
    """The question with a decision on it; parts that do not fit the question are ignored."""
    if decision.get("type") in CHOICES and question.type in CHOICES:
        question = replace(question, type=decision["type"])
        if question.type == "single_choice":
            question = replace(question, scoring="all_or_nothing")
    if "correct" in decision and (question.options or question.type == "true_false"):
        most = len(question.options) or 2
        chosen = sorted({place for place in decision["correct"] if 0 <= place < most})
        question = replace(question, correct=tuple(chosen))
    if "truths" in decision and len(decision["truths"]) == len(question.statements):
        statements = zip(question.statements, decision["truths"], strict=True)
        question = replace(question, statements=tuple(Statement(s.text, bool(t)) for s, t in statements))
    return _with_alts(question, decision["alts"]) if "alts" in decision else question


def _with_alts(question: Question, alts: Mapping[str, str]) -> Question:
    def named(image: Image) -> Image:
        return replace(image, alt=alts.get(image.name, image.alt))

    def option(each: Option) -> Option:
        return replace(each, image=each.image and named(each.image))

    stimulus = question.stimulus
    return replace(
        question,
        images=tuple(map(named, question.images)),
        options=tuple(map(option, question.options)),
        stimulus=stimulus and replace(stimulus, images=tuple(map(named, stimulus.images))),
    )


def toggled(question: Question, place: int) -> list[int]:
    """The key after a click on an option: the only one, or for several right options one more or one less."""
    if question.type != "multiple_choice":
        return [place]
    return sorted(set(question.correct) ^ {place})
