"""The page of a unit that an officer looks at: twenty units below it, four levels, tens of thousands of people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from statistics import median

from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.office import Office, office_of
from benchmarks.rounds import in_turns

SMALLER = 10  # times fewer people in the same units
GOALS = (at_most("value", 10), at_most("growth", 1.3))


def unit_page(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds of the page's SQL, beside the one sum that it cannot do without; `page_ms` is the whole page.

    `growth` is how many times longer the SQL takes than with a tenth of the people in the same units.
    """
    for kind in ground.size.kinds:
        yield f"unit_page.{kind}", _measure(ground, kind)


def _measure(ground: Ground, kind: str) -> Figure:
    size = ground.size
    large, small = (office_of(ground, kind, size.units, n) for n in (size.people, size.people // SMALLER))
    return page_of(ground, kind, large, small, people=size.people, units=size.units)


def page_of(ground: Ground, kind: str, large: Office, small: Office, *, people: int, units: int) -> Figure:
    """The page of the topmost unit of the larger office, beside that of the smaller one."""
    size = ground.size

    def each(work: Callable[[], float]) -> Callable[[], float]:
        return lambda: median(work() for _ in range(size.pages))

    sql, floor, smaller, page, cpu = in_turns(
        size.runs,
        *(
            each(work)
            for work in (large.sql_ms, large.bare_ms, small.sql_ms, large.page_ms, large.page_cpu_ms)
        ),
    )
    growth = median(more / less for more, less in zip(sql, smaller, strict=True))
    more = {
        "page_ms": median(page),
        "cpu_ms": median(cpu),
        "queries": len(large.statements),
        "growth": growth,
    }
    return Figure(
        runs=sql,
        floors=floor,
        unit="ms of SQL",
        database=kind,
        goals=GOALS,
        more=more | {"people": people, "units": units},
    )
