"""Reading files of questions and documents, beside what the library below needs to open the same file.

Each reading is in a process of its own that has read a small file before. `rss_mb` is the most memory it ever had.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from statistics import median

from benchmarks.figures import Figure, Goal, at_least
from benchmarks.ground import Ground
from benchmarks.parsing import Parsed, Plan, parse
from benchmarks.question_files import question_file
from benchmarks.rounds import in_turns
from benchmarks.typed_word import document

Bench = Callable[[Ground], Iterator[tuple[str, Figure]]]
SMALL = 20  # questions of the file by which a process gets warm
GOALS = {"word": (at_least("ratio", 0.333),)}  # three times the time python-docx needs


def questions_read(kind: str) -> Bench:
    """The benchmark `<kind>_import`: questions a second."""

    def bench(ground: Ground) -> Iterator[tuple[str, Figure]]:
        count = ground.size.questions
        small, full = question_file(kind, SMALL), question_file(kind, count)
        plan = Plan(kind, full.data, small.data)
        yield f"{kind}_import", _measure(ground, plan, count, "questions", GOALS.get(kind, ()), found=count)

    return bench


def document_read(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Pages a second from a Word file to passages."""
    pages = ground.size.document_pages
    plan = Plan("document", document(pages), document(2))
    yield "document_read", _measure(ground, plan, pages, "pages")


def _measure(
    ground: Ground, plan: Plan, count: int, what: str, goals: tuple[Goal, ...] = (), found: int | None = None
) -> Figure:
    bare = Plan(plan.kind, plan.data, plan.small, floor=True)
    ours, floors = in_turns(ground.size.runs, lambda: parse(plan), lambda: parse(bare))
    if any(one.found != (found or ours[0].found) or not one.found for one in ours):
        raise RuntimeError(f"found {[one.found for one in ours]} in {count} {what}")
    return Figure(
        unit=f"{what}/s",
        more_is_better=True,
        runs=[count / one.seconds for one in ours],
        floors=[count / one.seconds for one in floors],
        goals=goals,
        more=_more(ours, floors, count) | {what: count, "kb": len(plan.data) / 1024},
    )


def _more(ours: Sequence[Parsed], floors: Sequence[Parsed], count: int) -> dict[str, float]:
    return {
        "cpu_ms": median(one.cpu for one in ours) * 1000 / count,
        "floor_cpu_ms": median(one.cpu for one in floors) * 1000 / count,
        "ratio_cpu": median(f.cpu / o.cpu for o, f in zip(ours, floors, strict=True)),
        "rss_mb": max(one.peak_mb for one in ours),
        "floor_rss_mb": max(one.peak_mb for one in floors),
    }
