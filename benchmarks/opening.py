"""Open the exam page with thirty questions, all answered."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.ground import KINDS, Ground
from benchmarks.rounds import Round, figure, in_turns, put_load
from benchmarks.serving import Server
from benchmarks.world import KNOWS, World, worlds

FASTEST = 6_000


def opening(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Requests a second beside a bare route that reads the signed cookie and one row and answers a ready page."""
    for kind in KINDS:
        yield f"open.{kind}", _measure(ground, worlds(ground, kind))


def _measure(ground: Ground, world: World) -> Figure:
    size = ground.size
    candidates = world.take(size.candidates)
    sitting = list(zip(world.begin(candidates, knows=KNOWS), candidates, strict=True))

    def run(server: Server, path: str, seconds: float = size.seconds) -> Round:
        pages = [c.browser.get(server.port, path.format(attempt_id)) for attempt_id, c in sitting]
        each = int(FASTEST * seconds / size.clients)
        requests = [
            list(itertools.islice(itertools.cycle(pages[lane :: size.clients]), each))
            for lane in range(size.clients)
        ]
        return put_load(world, server, requests, seconds=seconds)

    def ours() -> Round:
        return run(world.product, "/attempts/{}")

    def floor() -> Round:
        return run(world.floors, "/read/{}")

    ours()  # to warm up: every process draws the papers once
    floor()
    return figure(world, *in_turns(size.runs, ours, floor))
