"""The load on a server: what clients send, and what came of it. They run in a process of their own, see `clients`."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from lms.config import PROJECT

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What each client sends, one request after the other; it ends when one of them has no more, or time is up."""

    port: int
    lanes: Sequence[Sequence[bytes]]
    seconds: float
    expected: int = 200  # status of every answer


@dataclass(frozen=True, slots=True)
class Load:
    """What came of it. `cpu` is the clients' own CPU time."""

    operations: int
    seconds: float
    latencies: list[float]  # seconds, in order
    cpu: float

    @property
    def rate(self) -> float:
        return self.operations / self.seconds

    def percentile_ms(self, share: float) -> float:
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1000


def drive(plan: Plan) -> Load:
    """Put the load on the server. Raises RuntimeError when an answer was not the one expected."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.clients"],
        input=pickle.dumps(plan),
        stdout=subprocess.PIPE,
        cwd=PROJECT,
        check=True,
        timeout=PATIENCE + plan.seconds,
    )
    load, statuses = pickle.loads(done.stdout)
    if set(statuses) != {plan.expected}:
        raise RuntimeError(f"answers were {dict(statuses)}, expected {plan.expected}")
    assert isinstance(load, Load)
    return load
