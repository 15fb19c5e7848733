"""What is true of stored questions: their names for people, their fingerprint, and what differs between versions."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from lms.kit.i18n import N_
from lms.questions.levels import SCHEMES
from lms.questions.question import LEVELS, Question
from lms.questions.question_type import TruthWords
from lms.questions.types import TYPES

STATES = ("draft", "in_review", "approved", "retired")
STATE_NAMES = {
    "draft": N_("Draft"),
    "in_review": N_("In review"),
    "approved": N_("Approved"),
    "retired": N_("Retired"),
}
LEVEL_NAMES = dict(
    zip(LEVELS, (N_("Recall"), N_("Comprehension"), N_("Application"), N_("Analysis")), strict=True)
)
SCHEME_NAMES = {
    "four": N_("Four levels: recall, comprehension, application, analysis"),
    "three": N_("Three levels: knowing, understanding, applying"),
    "hardness": N_("Easy, medium, hard"),
}
_LEVEL_WORDS = (  # of the schemes in lms.questions.levels, which translates nothing
    N_("Knowing"), N_("Understanding"), N_("Applying"), N_("Easy"), N_("Medium"), N_("Hard"),
)  # fmt: skip
TYPE_NAMES = {
    "single_choice": N_("One right option"),
    "multiple_choice": N_("Several right options"),
    "true_false": N_("True or false"),
    "true_false_group": N_("Several statements, true or false"),
    "short_answer": N_("Short answer"),
    "numeric": N_("A number"),
    "matching": N_("Matching"),
    "ordering": N_("Ordering"),
    "cloze": N_("Filling blanks"),
    "essay": N_("Essay, reflection paper"),
}
TYPE_HINTS = {
    "single_choice": N_("Options, of which exactly one is right."),
    "multiple_choice": N_("Options, of which any number is right; partial credit is possible."),
    "true_false": N_("One statement to be judged."),
    "true_false_group": N_("One matter, usually four statements: 0.1, 0.25, 0.5 or 1 of the points."),
    "short_answer": N_("A few words to be typed, compared without looking at case and diacritics."),
    "numeric": N_("A number to be typed, in Vietnamese notation: 12.000 or 11,5."),
    "matching": N_("Two columns; what belongs together is to be found."),
    "ordering": N_("Items to be put in the right order."),
    "cloze": N_("A text with blanks to be typed or chosen."),
    "essay": N_("A text to be written, marked by a person with a rubric."),
}
SCORING_NAMES = {
    "all_or_nothing": N_("All or nothing: only exactly the right options count"),
    "partial": N_("Partial: (right − wrong) of the right options, never below 0"),
}
_SCORING_OF = {  # where the general words do not fit, because there are no options to choose
    "matching": {
        "all_or_nothing": N_("All or nothing: only when everything is matched rightly"),
        "partial": N_("Partial: the share of the left sides that are matched rightly"),
    },
    "ordering": {
        "all_or_nothing": N_("All or nothing: only exactly the right order counts"),
        "partial": N_("Partial: the share of the items that are followed by the right one"),
    },
}
BLANK_NAMES = {"text": N_("typed words"), "number": N_("a typed number"), "choice": N_("one of a list")}

LONGEST_TAG = 40
MOST_TAGS = 20
LONGEST_COMMENT = 2000

_WORDS = re.compile(r"\n|[^\S\n]+|\S+[^\S\n]*")


def content_hash(question: Question) -> str:
    """The fingerprint of what a question says, key and citations included; equal content, equal hash."""
    canonical = json.dumps(question.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def scoring_names(kind: str) -> dict[str, str]:
    """The ways of scoring a type, each with what it means there (an msgid)."""
    return _SCORING_OF.get(kind, SCORING_NAMES)


def level_names(scheme: str) -> dict[str, str]:
    """The levels of a bank by its scheme, each with its name (an msgid), from the easiest up."""
    return SCHEMES.get(scheme, SCHEMES["four"]).levels


def expiry_of(question: Question) -> date | None:
    """The last day on which a paper may draw it; None for no end, or for text that is no date."""
    try:
        return date.fromisoformat(question.expires) if question.expires else None
    except ValueError:
        return None


def read_tags(text: str) -> list[str]:
    """Tags as typed, apart by commas: each once, one blank between words. Raises ValueError for what is too much."""
    found = list(dict.fromkeys(filter(None, (" ".join(tag.split()) for tag in text.split(",")))))
    if len(found) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in found):
        raise ValueError(f"at most {MOST_TAGS} tags of {LONGEST_TAG} characters")
    return found


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
    earlier: Question,
    later: Question,
    say: Callable[[str], str],
    passages: Mapping[str, str],
    scheme: str = "four",
) -> list[Difference]:
    """Word by word what changed from one well-formed question to the other, field by field.

    `say` translates an msgid; `passages` names passages by the slugs in `cites`; `scheme` names levels.
    """
    levels = LEVEL_NAMES | level_names(scheme)
    before, after = (dict(_fields(question, say, passages, levels)) for question in (earlier, later))
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
    question: Question, say: Callable[[str], str], passages: Mapping[str, str], levels: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """A question as named texts, one line for each option, statement, pair or blank."""
    truth = TruthWords(say("True"), say("False"))
    yield N_("Type"), say(TYPE_NAMES[question.type])
    yield N_("Shared text"), question.stimulus.text if question.stimulus else ""
    yield N_("Question text"), question.stem
    yield N_("Options"), _lines(option.text for option in question.options)
    yield N_("Kept in place"), _lines(option.text for option in question.options if option.fixed)
    yield N_("Pairs"), _lines(f"{pair.left or '–'} → {pair.right}" for pair in question.pairs)
    yield N_("Blanks"), _lines(_blank_lines(question, say))
    yield N_("Right answer"), _lines(TYPES[question.type].describe_key(question, truth))
    yield N_("Unit of measure"), question.unit
    yield N_("Accepted deviation"), "" if question.tolerance == "0" else question.tolerance
    yield N_("Scoring"), say(scoring_names(question.type)[question.scoring])
    yield N_("Diacritics"), "" if question.fold else say("Diacritics must be right")
    yield N_("Rubric"), _lines(f"{line.text}: {line.points}" for line in question.rubric)
    yield N_("Words at least"), str(question.least_words or "")
    yield N_("Words at most"), str(question.most_words or "")
    yield N_("Files accepted"), ", ".join(question.file_types)
    yield N_("For markers"), question.guide
    yield N_("Images"), _lines(_image_lines(question))
    yield N_("Level"), say(levels[question.level]) if question.level else ""
    yield N_("Expires"), question.expires
    yield N_("Explanation"), question.explanation
    yield N_("Other source"), question.source
    yield N_("Passages"), _lines(passages.get(slug, slug) for slug in question.cites)


def _lines(texts: Iterable[str]) -> str:
    return "\n".join(texts)


def _blank_lines(question: Question, say: Callable[[str], str]) -> Iterator[str]:
    for number, blank in enumerate(question.blanks, 1):
        texts: Sequence[str] = blank.options if blank.kind == "choice" else blank.answers
        kind = say(BLANK_NAMES.get(blank.kind, blank.kind))
        rest = "" if blank.tolerance == "0" else f" ± {blank.tolerance}"
        strict = "" if blank.fold else f", {say('Diacritics must be right')}"
        yield f"[[{number}]] {kind}: {' | '.join(texts)}{rest} {blank.unit}".rstrip() + strict


def _image_lines(question: Question) -> Iterator[str]:
    """Each picture by its words and the beginning of its name, so that another picture is a difference."""
    stimulus = question.stimulus.images if question.stimulus else ()
    inside = (option.image for option in question.options if option.image)
    for image in (*stimulus, *question.images, *inside):
        yield f"{image.alt} ({image.name[:8]})"
