"""Save an answer: the hot path, with everything a browser sends."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from benchmarks.browsers import Browser
from benchmarks.figures import Figure, at_least
from benchmarks.ground import KINDS, Ground
from benchmarks.population import QUESTIONS
from benchmarks.rounds import Requests, Round, figure, in_turns, put_load
from benchmarks.serving import Server
from benchmarks.world import TAB, World, worlds
from lms.attempts.models import AnswerEvent

FASTEST = 6_000  # requests a second that are prepared
GOALS = (at_least("ratio", 0.5),)


def save(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Requests a second beside a bare route with one insert (`floor`) and beside a save as designed (`designed`)."""
    for kind in KINDS:
        yield f"save.{kind}", _measure(ground, worlds(ground, kind))


def _measure(ground: Ground, world: World) -> Figure:
    size = ground.size
    candidates = world.take(size.candidates)
    sitting = list(zip(world.begin(candidates), (c.browser for c in candidates), strict=True))
    sequence = itertools.count(1)  # one for everything, so that no event is ever a repeat
    rest = world.product.rss_mb()

    def contender(server: Server, path: str) -> Callable[[], Round]:
        def run(seconds: float = size.seconds) -> Round:
            requests = _requests(server.port, path, sitting, sequence, size.clients, seconds)
            return put_load(world, server, requests, seconds=seconds)

        run(size.seconds / 3)  # to warm up
        return run

    before = world.count(AnswerEvent.seq, AnswerEvent.tab == TAB)
    ours, bare, designed = in_turns(
        size.save_runs,
        contender(world.product, "/attempts/{}/answers"),
        contender(world.floors, "/insert"),
        contender(world.floors, "/designed/{}"),
    )
    kept = world.count(AnswerEvent.seq, AnswerEvent.tab == TAB) - before
    answered = sum(one.load.operations for one in ours)
    if kept < answered:
        raise RuntimeError(f"{answered} saves were acknowledged, {kept} are there")
    beside = Figure(
        runs=[one.load.rate for one in ours],
        floors=[one.load.rate for one in designed],
        unit="req/s",
        more_is_better=True,
    )
    more = {"designed": beside.floor, "ratio_designed": beside.ratio, "rss_rest_mb": rest}
    return figure(world, ours, bare, goals=GOALS, **more)


def _requests(
    port: int,
    path: str,
    sitting: list[tuple[int, Browser]],
    sequence: Iterator[int],
    clients: int,
    seconds: float,
) -> Requests:
    """Every client speaks for its share of the candidates, in turn."""
    each = int(FASTEST * seconds / clients)
    return [
        [
            _one(port, path, attempt_id, browser, next(sequence))
            for attempt_id, browser in itertools.islice(itertools.cycle(sitting[lane::clients]), each)
        ]
        for lane in range(clients)
    ]


def _one(port: int, path: str, attempt_id: int, browser: Browser, seq: int) -> bytes:
    event = {"seq": seq, "slot": 1 + seq % QUESTIONS, "op": "set", "value": seq % 4, "ms": 60_000 + seq}
    target = path.format(attempt_id) if "{}" in path else path
    return browser.post_json(port, target, {"tab": TAB, "events": [event]})
