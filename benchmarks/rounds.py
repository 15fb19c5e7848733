"""Measuring in turns: ours and the floor, one after the other, again and again."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

from benchmarks import machine
from benchmarks.figures import Figure, Goal
from benchmarks.load import Load, Plan, drive
from benchmarks.serving import Server
from benchmarks.world import World

Result = TypeVar("Result")
Requests = Sequence[Sequence[bytes]]  # by client


def in_turns(runs: int, *contenders: Callable[[], Result]) -> list[list[Result]]:
    """Each contender's results; every other round begins with the last, so that none is always first."""
    results: list[list[Result]] = [[] for _ in contenders]
    for run in range(runs):
        order = list(enumerate(contenders))
        for place, contender in order if run % 2 == 0 else reversed(order):
            results[place].append(contender())
    return results


def timed(work: Callable[[], object]) -> float:
    """Milliseconds it takes."""
    return spent(work).ms


@dataclass(frozen=True, slots=True)
class Spent:
    """What work in this process took: time, and CPU time, which tells the same on a busy machine."""

    ms: float
    cpu_ms: float


def spent(work: Callable[[], object], *, times: int = 1) -> Spent:
    """The work done once, by the clock, divided by `times`."""
    began, cpu = time.perf_counter(), time.process_time()
    work()
    cpu, whole = time.process_time() - cpu, time.perf_counter() - began
    return Spent(whole * 1000 / times, cpu * 1000 / times)


def spending(
    unit: str, ours: Sequence[Spent], floors: Sequence[Spent], *, goals: tuple[Goal, ...] = (), **more: float
) -> Figure:
    """Milliseconds in this process beside the floor's, with CPU time."""
    return Figure(
        unit=unit,
        runs=[one.ms for one in ours],
        floors=[one.ms for one in floors],
        goals=goals,
        more={
            "cpu_ms": median(one.cpu_ms for one in ours),
            "floor_cpu_ms": median(one.cpu_ms for one in floors),
            # a clock of hundredths may see nothing of a very short run
            "ratio_cpu": median(f.cpu_ms / (o.cpu_ms or 0.001) for o, f in zip(ours, floors, strict=True)),
            **more,
        },
    )


@dataclass(frozen=True, slots=True)
class Round:
    """One run of clients against a server. `others`: the share of the machine that neither side used."""

    load: Load
    cpu_ms: float  # of server and database, for one operation
    others: float


def put_load(
    world: World, server: Server, requests: Requests, *, seconds: float, expected: int = 200
) -> Round:
    """Let clients send these requests, and see what that cost."""
    pids = (server.process.pid, *world.database_pids)
    began, cpu, busy = time.perf_counter(), machine.cpu_seconds(*pids), machine.busy_seconds()
    load = drive(Plan(server.port, requests, seconds, expected))
    cpu, busy = machine.cpu_seconds(*pids) - cpu, machine.busy_seconds() - busy
    whole = (time.perf_counter() - began) * (os.cpu_count() or 1)
    return Round(load, cpu * 1000 / load.operations, max(busy - cpu - load.cpu, 0.0) / whole)


def figure(
    world: World,
    ours: Sequence[Round],
    floors: Sequence[Round],
    *,
    goals: tuple[Goal, ...] = (),
    **more: float | None,
) -> Figure:
    """Requests a second beside the floor's, with CPU time, memory and the slowest in a hundred."""
    return Figure(
        unit="req/s",
        database=world.kind,
        more_is_better=True,
        runs=[one.load.rate for one in ours],
        floors=[one.load.rate for one in floors],
        goals=goals,
        more={
            "cpu_ms": median(one.cpu_ms for one in ours),
            "floor_cpu_ms": median(one.cpu_ms for one in floors),
            "ratio_cpu": median(f.cpu_ms / o.cpu_ms for o, f in zip(ours, floors, strict=True)),
            "p50_ms": median(one.load.percentile_ms(0.5) for one in ours),
            "p99_ms": median(one.load.percentile_ms(0.99) for one in ours),
            "floor_p99_ms": median(one.load.percentile_ms(0.99) for one in floors),
            "rss_mb": world.product.rss_mb(),
            "others": median(one.others for one in (*ours, *floors)),
            **more,
        },
    )
