"""Taking up what a file carries in tags and in the last line of its feedback: the reading side of `carried`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from lms.questions.formats.shared.carried import (
    FIELD,
    NO_LEVEL,
    SCORED,
    SYNONYMS,
    TOLERANCE,
    bare_level,
    split_source,
)
from lms.questions.formats.shared.plain_numbers import read_plain, same_number
from lms.questions.levels import read_level
from lms.questions.problem import Problem, warning
from lms.questions.question import SCORINGS, Blank, Statement, Stimulus
from lms.questions.reading import ReadQuestion
from lms.questions.truths import read_truth
from lms.vietnamese.text import clean


@dataclass(slots=True)
class _Taken:
    """A question while its tags are taken up."""

    read: ReadQuestion
    stimuli: Mapping[str, Stimulus]
    tags: list[str] = field(default_factory=list)
    found: list[Problem] = field(default_factory=list)
    level_said: bool = False

    def change(self, **fields: object) -> bool:
        self.read = replace(self.read, question=replace(self.read.question, **fields))  # type: ignore[arg-type]
        return True


def take_up(
    read: ReadQuestion, tags: Sequence[str], stimuli: Mapping[str, Stimulus]
) -> tuple[ReadQuestion, list[Problem]]:
    """The question with what its tags and its general feedback carry; tags that say nothing more stay tags."""
    explanation, source = split_source(read.question.explanation)
    taken = _Taken(
        replace(read, question=replace(read.question, explanation=explanation, source=source)), stimuli
    )
    for tag in filter(None, map(clean, tags)):
        said = FIELD.fullmatch(tag)
        if said is None or not _take(taken, said[1].casefold(), said[2]):
            taken.tags.append(tag)
    _bare_levels(taken)
    return replace(taken.read, tags=tuple(taken.tags)), taken.found


def _take(taken: _Taken, name: str, value: str) -> bool:
    return _FIELDS[SYNONYMS.get(name, name)](taken, value)


def _level(taken: _Taken, value: str) -> bool:
    level = read_level(value)
    if taken.level_said or not (level or value == NO_LEVEL):
        return False
    taken.level_said = True
    return taken.change(level=level)


def _points(taken: _Taken, value: str) -> bool:
    points = read_plain(value)
    if points is None or points < 0 or taken.read.points is not None:
        return False
    taken.read = replace(taken.read, points=points)
    return True


def _expires(taken: _Taken, value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value and taken.change(expires=value)
    except ValueError:
        return False


def _cites(taken: _Taken, value: str) -> bool:
    return bool(value) and taken.change(cites=(*taken.read.question.cites, value))


def _scoring(taken: _Taken, value: str) -> bool:
    return value in SCORINGS and taken.read.question.type in SCORED and taken.change(scoring=value)


def _type(taken: _Taken, value: str) -> bool:
    pairs = [pair for pair in taken.read.question.pairs if pair.left]
    judged = [(pair.left, read_truth(pair.right)) for pair in pairs]
    statements = tuple(Statement(text, truth) for text, truth in judged if truth is not None)
    if value != "true_false_group" or not statements or len(statements) < len(pairs):
        return False
    return taken.change(type=value, pairs=(), statements=statements, scoring="all_or_nothing")


def _stimulus(taken: _Taken, value: str) -> bool:
    stimulus = taken.stimuli.get(value)
    if stimulus is None:
        taken.found.append(warning("stimulus_missing", "stimulus", key=value))
        return False
    return taken.change(stimulus=stimulus)


def _diacritics(taken: _Taken, value: str) -> bool:
    q = taken.read.question
    if q.type == "short_answer":
        return value == "strict" and taken.change(fold=False)
    strict = set(value.split(","))
    held = [
        replace(blank, fold=False) if str(number) in strict and blank.kind == "text" else blank
        for number, blank in enumerate(q.blanks, start=1)
    ]
    return bool(held) and taken.change(blanks=tuple(held))


def _unit(taken: _Taken, value: str) -> bool:
    if taken.read.question.type in {"short_answer", "numeric"}:
        return bool(value) and taken.change(unit=value)
    number, _, unit = value.partition("=")
    return _change_blank(taken, number, lambda blank: replace(blank, unit=unit))


def _written_as(taken: _Taken, value: str) -> bool:
    path, _, text = value.partition("=")
    q = taken.read.question
    if q.type == "numeric":
        spelt = _respelt(path, text, q.answers, q.tolerance, q.unit)
        return spelt is not None and taken.change(answers=spelt[0], tolerance=spelt[1])
    number, _, path = path.partition(".")

    def respell(blank: Blank) -> Blank:
        spelt = _respelt(path, text, blank.answers, blank.tolerance, blank.unit)
        return blank if spelt is None else replace(blank, answers=spelt[0], tolerance=spelt[1])

    return _change_blank(taken, number, respell)


def _respelt(
    path: str, text: str, answers: tuple[str, ...], tolerance: str, unit: str
) -> tuple[tuple[str, ...], str] | None:
    """Answers and tolerance with one of them in its own spelling, if it is still the same number."""
    if path == TOLERANCE:
        return (answers, text) if same_number(text, tolerance) else None
    place = int(path) - 1 if path.isascii() and path.isdigit() else -1
    if not 0 <= place < len(answers) or not same_number(text, answers[place], unit):
        return None
    return (*answers[:place], text, *answers[place + 1 :]), tolerance


def _change_blank(taken: _Taken, number: str, change: Callable[[Blank], Blank]) -> bool:
    held = list(taken.read.question.blanks)
    place = int(number) - 1 if number.isascii() and number.isdigit() else -1
    if not 0 <= place < len(held) or held[place].kind != "number":
        return False
    held[place] = change(held[place])
    return taken.change(blanks=tuple(held))


_FIELDS: dict[str, Callable[[_Taken, str], bool]] = {
    "level": _level,
    "points": _points,
    "expires": _expires,
    "cites": _cites,
    "scoring": _scoring,
    "type": _type,
    "stimulus": _stimulus,
    "diacritics": _diacritics,
    "unit": _unit,
    "written": _written_as,
}


def _bare_levels(taken: _Taken) -> None:
    """A tag that is nothing but a level ("Nhận biết") is the level, unless tags disagree or the level is said."""
    named = {tag: level for tag in taken.tags if (level := bare_level(tag))}
    if taken.level_said or not named:
        return
    if len(set(named.values())) > 1:
        taken.found.append(warning("levels_differ", "level"))
        return
    taken.change(level=next(iter(named.values())))
    taken.tags = [tag for tag in taken.tags if tag not in named]


def stimulus_key(tags: Sequence[str]) -> str:
    """The key of the text that several questions are about, if the tags of a description say that it is one."""
    named = (tag.removeprefix("stimulus:") for tag in tags if tag.startswith("stimulus:"))
    return next(named, "")


def says_scoring(tags: Sequence[str]) -> bool:
    """Whether the tags say how to score, so that the weights need not."""
    return any(tag.startswith("scoring:") for tag in tags)


def points_of(text: str) -> Decimal | None:
    """Points as a file says them; None for what is no number."""
    points = read_plain(text)
    return points if points is not None and points >= 0 else None
