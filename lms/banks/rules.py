"""What is true of stored questions: their names for people, their fingerprint, and what differs between versions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from lms.kit.i18n import N_
from lms.questions.question import LEVELS, Question
from lms.questions.question_type import TruthWords
from lms.questions.types import TYPES

STATES = ("approved", "draft", "retired")
STATE_NAMES = {"approved": N_("In use"), "draft": N_("Draft"), "retired": N_("Retired")}
LEVEL_NAMES = dict(
    zip(LEVELS, (N_("Recall"), N_("Comprehension"), N_("Application"), N_("Analysis")), strict=True)
)
TYPE_NAMES = {
    "single_choice": N_("One right option"),
    "multiple_choice": N_("Several right options"),
    "true_false": N_("True or false"),
    "true_false_group": N_("Several statements, true or false"),
    "short_answer": N_("Short answer"),
    "numeric": N_("A number"),
}
TYPE_HINTS = {
    "single_choice": N_("Options, of which exactly one is right."),
    "multiple_choice": N_("Options, of which any number is right; partial credit is possible."),
    "true_false": N_("One statement to be judged."),
    "true_false_group": N_("One matter, usually four statements: 0.1, 0.25, 0.5 or 1 of the points."),
    "short_answer": N_("A few words to be typed, compared without looking at case and diacritics."),
    "numeric": N_("A number to be typed, in Vietnamese notation: 12.000 or 11,5."),
}
SCORING_NAMES = {
    "all_or_nothing": N_("All or nothing: only exactly the right options count"),
    "partial": N_("Partial: (right − wrong) of the right options, never below 0"),
}

_WORDS = re.compile(r"\n|[^\S\n]+|\S+[^\S\n]*")


def content_hash(question: Question) -> str:
    """The fingerprint of what a question says, key and citations included; equal content, equal hash."""
    canonical = json.dumps(question.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text that both versions have, or only the later (added) or the earlier (removed) one."""

    kind: Literal["same", "added", "removed"]
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs; `name` is an English msgid."""

    name: str
    parts: tuple[Part, ...]


def differences(
    earlier: Question, later: Question, say: Callable[[str], str], passages: Mapping[str, str]
) -> list[Difference]:
    """Word by word what changed from one well-formed question to the other, field by field.

    `say` translates an msgid; `passages` names passages by the slugs in `cites`.
    """
    before, after = (dict(_fields(question, say, passages)) for question in (earlier, later))
    return [
        Difference(name, compare(before[name], after[name])) for name in after if before[name] != after[name]
    ]


def compare(before: str, after: str) -> tuple[Part, ...]:
    """Two texts word by word; the blank after a word stays with it, so that changed words stand together."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(
        None, [word.rstrip(" ") for word in old], [word.rstrip(" ") for word in new], False
    )
    parts: list[Part] = []
    for kind, i, j, m, n in matcher.get_opcodes():
        if kind == "equal":
            same = zip(old[i:j], new[m:n], strict=True)
            parts.append(Part("same", "".join(max(pair, key=len) for pair in same)))
            continue
        if i < j:
            parts.append(Part("removed", "".join(old[i:j])))
        if m < n:
            parts.append(Part("added", "".join(new[m:n])))
    return tuple(parts)


def _fields(
    question: Question, say: Callable[[str], str], passages: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """A question as named texts, one line for each option or statement."""
    truth = TruthWords(say("True"), say("False"))
    yield N_("Type"), say(TYPE_NAMES[question.type])
    yield N_("Question text"), question.stem
    yield N_("Options"), "\n".join(option.text for option in question.options)
    yield N_("Kept in place"), "\n".join(option.text for option in question.options if option.fixed)
    yield N_("Right answer"), "\n".join(TYPES[question.type].describe_key(question, truth))
    yield N_("Unit of measure"), question.unit
    yield N_("Scoring"), say(SCORING_NAMES[question.scoring])
    yield N_("Diacritics"), "" if question.fold else say("Diacritics must be right")
    yield N_("Level"), say(LEVEL_NAMES[question.level]) if question.level else ""
    yield N_("Explanation"), question.explanation
    yield N_("Other source"), question.source
    yield N_("Passages"), "\n".join(passages.get(slug, slug) for slug in question.cites)
