"""Start an attempt: everybody comes at once, each for the first time, to papers drawn before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.browsers import Browser
from benchmarks.figures import Figure
from benchmarks.ground import KINDS, Ground
from benchmarks.rounds import Requests, Round, figure, in_turns, put_load
from benchmarks.world import World, worlds
from lms.attempts.models import Attempt


def start(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Requests a second beside a bare route with one insert."""
    for kind in KINDS:
        yield f"start.{kind}", _measure(ground, worlds(ground, kind))


def _measure(ground: Ground, world: World) -> Figure:
    size = ground.size

    def ours(count: int = size.starts) -> Round:
        browsers = [candidate.browser for candidate in world.take(count)]
        path = f"/exams/{world.exam_id}/start"
        requests = by_client([b.post_form(world.product.port, path) for b in browsers], size.clients)
        return put_load(world, world.product, requests, seconds=60, expected=302)

    def floor() -> Round:
        return bare_inserts(world, some, size.clients, size.seconds)

    some = [candidate.browser for candidate in world.take(size.clients)]
    ours(size.clients * 2)
    floor()
    before = world.count(Attempt.id)
    rounds, floors = in_turns(size.runs, ours, floor)
    if world.count(Attempt.id) - before != sum(one.load.operations for one in rounds):
        raise RuntimeError("not every start began an attempt")
    return figure(world, rounds, floors)


def bare_inserts(world: World, browsers: Sequence[Browser], clients: int, seconds: float) -> Round:
    """The floor of what writes: a bare route with one insert, under the same kind of request."""
    port = world.floors.port
    one = [browser.post_form(port, "/insert") for browser in browsers]
    requests = [[one[lane % len(one)]] * int(6_000 * seconds) for lane in range(clients)]
    return put_load(world, world.floors, requests, seconds=seconds)


def by_client(requests: Sequence[bytes], clients: int) -> Requests:
    return [requests[lane::clients] for lane in range(clients)]
