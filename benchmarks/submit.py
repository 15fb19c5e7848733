"""Hand in and score: thirty answers, graded, counted, with a receipt."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.figures import Figure
from benchmarks.ground import KINDS, Ground
from benchmarks.population import QUESTIONS
from benchmarks.rounds import Round, figure, in_turns, put_load
from benchmarks.start import bare_inserts, by_client
from benchmarks.world import KNOWS, TAB, World, worlds
from lms.attempts.models import Grade


def submit(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Requests a second beside a bare route with one insert."""
    for kind in KINDS:
        yield f"submit.{kind}", _measure(ground, worlds(ground, kind))


def _measure(ground: Ground, world: World) -> Figure:
    size = ground.size

    def ours(count: int = size.submissions) -> Round:
        candidates = world.take(count)
        body = {"tab": TAB, "last_seq": QUESTIONS}
        begun = world.begin(candidates, knows=KNOWS)
        requests = [
            candidate.browser.post_json(world.product.port, f"/attempts/{attempt_id}/submit", body)
            for attempt_id, candidate in zip(begun, candidates, strict=True)
        ]
        return put_load(world, world.product, by_client(requests, size.clients), seconds=60)

    def floor() -> Round:
        return bare_inserts(world, some, size.clients, size.seconds)

    some = [candidate.browser for candidate in world.take(size.clients)]
    ours(size.clients * 2)
    floor()
    before = world.count(Grade.id)
    rounds, floors = in_turns(size.runs, ours, floor)
    if world.count(Grade.id) - before != sum(one.load.operations for one in rounds):
        raise RuntimeError("not every attempt handed in has its grade")
    return figure(world, rounds, floors)
