"""Units as the lines of a report: which are listed, with figures summed over the tree, and how they are numbered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from lms.reports import figures, queries
from lms.reports.reading.tree import summed
from lms.reports.report import Asked
from lms.reports.rules import UnitLine, roman, with_own_people

DEEPEST = 2  # levels of units below the one reported on
MOST_LINES = 400  # with more units than this only the level directly below is listed
PEOPLE = ("must", "exempt", "guests")  # the obligations, as counts are named
OBLIGATION = {"must": "must", "exempt": "exempt", "guest": "guests"}


def levels_of(session: Session, asked: Asked) -> int:
    """How many levels below the unit are listed: as many as were asked for, otherwise as many as fit."""
    if asked.levels is not None:
        return asked.levels
    fits = queries.how_many_below(session, asked.unit.id, DEEPEST) <= MOST_LINES
    return DEEPEST if fits else 1


def lines_at_most(session: Session, asked: Asked) -> int:
    """The number of lines of a report by unit, without reading it."""
    return 1 + queries.how_many_below(session, asked.unit.id, levels_of(session, asked))


@dataclass(frozen=True, slots=True)
class Listing:
    """A unit with everything below it, and the units below that are listed, all with the same named numbers."""

    whole: UnitLine
    parts: tuple[UnitLine, ...]

    @property
    def first(self) -> list[UnitLine]:
        """The lines of the first level, with one for those who belong to the unit itself; they add up to the whole."""
        return with_own_people(self.whole, [part for part in self.parts if part.depth == 1])


def listing(
    session: Session,
    asked: Asked,
    own: Mapping[int, Mapping[str, int]],
    names: Sequence[str],
    *,
    levels: int | None = None,
) -> Listing:
    """The units that are counted in the course or take part in it, with their own numbers summed over the tree.

    `names` must hold those of PEOPLE, by which it is seen whether anybody is there.
    """
    wanted = levels_of(session, asked) if levels is None else levels
    whole, parts = figures.whole_and_parts(session, asked, levels=wanted)
    found = summed(session, [whole.unit_id, *(part.unit_id for part in parts)], own, names)
    return Listing(
        replace(whole, counts=found[whole.unit_id]),
        tuple(replace(part, counts=found[part.unit_id]) for part in parts),
    )


@dataclass(frozen=True, slots=True)
class Numbered:
    """A line with its number, how deep it stands, and whether it is one of the first level above others."""

    number: str
    line: UnitLine
    level: int
    strong: bool


def numbered(found: Listing) -> Iterator[Numbered]:
    """Every unit with what is listed below it: I. 1. 1.1; without a second level 1. 2. 3."""
    below: dict[int | None, list[UnitLine]] = {}
    for part in found.parts:
        below.setdefault(part.parent_id, []).append(part)
    deep = any(part.depth > 1 for part in found.parts)
    yield from _numbered(found.whole, below, deep, 0, "")


def _numbered(
    line: UnitLine, below: Mapping[int | None, Sequence[UnitLine]], deep: bool, level: int, above: str
) -> Iterator[Numbered]:
    for place, part in enumerate(with_own_people(line, below.get(line.unit_id, ())), 1):
        first = deep and level == 0
        number = roman(place) if first else f"{above}.{place}" if above else str(place)
        yield Numbered(number, part, level, first)
        if part.depth > 0 and below.get(part.unit_id):
            yield from _numbered(part, below, deep, level + 1, number if level else "")
