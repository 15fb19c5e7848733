"""Look at the result of an attempt that was handed in: thirty questions with the own answers."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from benchmarks.figures import Figure
from benchmarks.ground import KINDS, Ground
from benchmarks.population import QUESTIONS
from benchmarks.rounds import Round, figure, in_turns, put_load
from benchmarks.serving import Server
from benchmarks.world import KNOWS, TAB, Candidate, World, worlds
from lms.attempts import finishing
from lms.kit import clock

FASTEST = 6_000


def review(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Requests a second beside a bare route that reads the signed cookie and one row and answers a ready page."""
    for kind in KINDS:
        yield f"review.{kind}", _measure(ground, worlds(ground, kind))


def _measure(ground: Ground, world: World) -> Figure:
    size = ground.size
    candidates = world.take(size.candidates)
    attempts = handed_in(world, candidates)

    def run(server: Server, path: str) -> Round:
        pages = [
            c.browser.get(server.port, path.format(attempt_id))
            for attempt_id, c in zip(attempts, candidates, strict=True)
        ]
        each = int(FASTEST * size.seconds / size.clients)
        requests = [
            list(itertools.islice(itertools.cycle(pages[lane :: size.clients]), each))
            for lane in range(size.clients)
        ]
        return put_load(world, server, requests, seconds=size.seconds)

    def ours() -> Round:
        return run(world.product, "/attempts/{}/result")

    def floor() -> Round:
        return run(world.floors, "/read/{}")

    ours()
    floor()
    return figure(world, *in_turns(size.runs, ours, floor))


def handed_in(world: World, candidates: Sequence[Candidate]) -> list[int]:
    """A submitted attempt of each, with every question answered."""
    attempts, now = world.begin(candidates, knows=KNOWS), clock.now()
    with world.database.writing() as session:
        for attempt_id, candidate in zip(attempts, candidates, strict=True):
            finishing.submit(
                session, attempt_id, candidate.person_id, tab=TAB, last_seq=QUESTIONS, key=world.key, now=now
            )
    return attempts
