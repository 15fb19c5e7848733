"""Keys listed apart, given to the questions they are for: by number, part by part where numbers begin anew."""

from __future__ import annotations

from collections.abc import Sequence

from lms.questions.formats.word.keys import KeyGroup, KeyLists
from lms.questions.formats.word.lines import Line, flat
from lms.questions.formats.word.raw import RawLabel, RawQuestion
from lms.questions.formats.word.sections import Section
from lms.questions.options import same_words
from lms.questions.problem import Problem, warning
from lms.vietnamese.text import fold_words

_ROMAN = {
    roman: str(at)
    for at, roman in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], 1)
}


def assign_keys(raws: Sequence[RawQuestion], lists: KeyLists) -> list[Problem]:
    """Give every listed key to its question; what could not be given is said."""
    problems: list[Problem] = []
    if not lists.groups:
        return problems
    runs = _runs(raws)
    groups = lists.groups
    if len(runs) == 1 or len({raw.number for raw in raws if raw.number is not None}) == sum(
        raw.number is not None for raw in raws
    ):
        for group in groups:
            _by_number(group, raws, problems)
        return problems
    pairs = _by_section(groups, runs)
    if pairs is None and len(groups) == len(runs):
        pairs = list(zip(groups, runs, strict=True))
    if pairs is not None:
        for group, run in pairs:
            _by_number(group, run, problems)
        return problems
    if len(groups) == 1 and list(groups[0].values) == list(range(1, len(raws) + 1)):
        problems.append(warning("keys_by_order").at(paragraph=groups[0].places[1]))
        for raw, number in zip(raws, groups[0].values, strict=True):
            _give(groups[0], number, raw)
        return problems
    for group in groups:
        _by_number(group, raws, problems)
    return problems


def _runs(raws: Sequence[RawQuestion]) -> list[list[RawQuestion]]:
    """Questions divided where their numbers begin anew."""
    runs: list[list[RawQuestion]] = []
    seen: set[int] = set()
    section: Section | None = None
    for raw in raws:
        number = raw.number
        fresh = number is not None and number in seen and (raw.source.section is not section or number == 1)
        if not runs or fresh:
            runs.append([])
            seen = set()
        section = raw.source.section
        runs[-1].append(raw)
        if number is not None:
            seen.add(number)
    return runs


def _by_section(
    groups: Sequence[KeyGroup], runs: Sequence[list[RawQuestion]]
) -> list[tuple[KeyGroup, list[RawQuestion]]] | None:
    """Groups and runs with the same heading; None unless every group finds one of its own."""
    found: list[tuple[KeyGroup, list[RawQuestion]]] = []
    for group in groups:
        words = fold_words(group.section)
        if not words:
            return None
        fitting = [run for run in runs if (section := run[0].source.section) and _same_part(words, section)]
        if len(fitting) != 1 or any(run is fitting[0] for _, run in found):
            return None
        found.append((group, fitting[0]))
    return found


def _same_part(words: str, section: Section) -> bool:
    """Whether a heading among keys is that of a part of the paper: `Phần 1` and `PHẦN I. LỊCH SỬ` are the same."""
    name, title = fold_words(section.name), fold_words(section.title)
    alone = title.removeprefix(name).strip()
    if words in {title, alone}:
        return True
    words, name = (_counted(each.removeprefix("phan ")) for each in (words, name))
    return bool(name) and (words == name or words.startswith(f"{name} "))


def _counted(words: str) -> str:
    """A part's number as digits: `ii kinh te` is `2 kinh te`."""
    first, blank, rest = words.partition(" ")
    return f"{_ROMAN.get(first, first)}{blank}{rest}"


def _by_number(group: KeyGroup, raws: Sequence[RawQuestion], problems: list[Problem]) -> None:
    numbered: dict[int | None, list[RawQuestion]] = {}
    for raw in raws:
        numbered.setdefault(raw.number, []).append(raw)
    for number, value in group.values.items():
        fitting = numbered.get(number, [])
        where = group.places[number]
        if not fitting:
            problems.append(warning("key_without_question", question=number).at(paragraph=where))
        elif len(fitting) > 1:
            problems.append(
                warning("key_list_doubtful", question=number, text=value[:80]).at(paragraph=where)
            )
        else:
            _give(group, number, fitting[0])


def _give(group: KeyGroup, number: int, raw: RawQuestion) -> None:
    if group.values[number]:
        raw.listed_keys.append(group.values[number])
    told = {same_words(option.text) for option in raw.options}  # "B. Hà Nội" explains nothing
    texts = [text for text in group.explanations.get(number, []) if text and same_words(text) not in told]
    if texts:
        lines = [Line(text, flat(text), paragraph=group.places[number]) for text in texts]
        raw.labels.append(RawLabel("explanation", lines, group.places[number]))
