"""Reading a file in a process of its own, so that its memory is that of the reading alone: see `reader`."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass

from lms.config import PROJECT

PATIENCE = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What is read: a file of a kind, by us or by its floor. `small` is one of the same kind, to be warm."""

    kind: str
    data: bytes
    small: bytes
    floor: bool = False


@dataclass(frozen=True, slots=True)
class Parsed:
    """What one reading took in seconds, the most memory the process ever had, and how much was found."""

    seconds: float
    cpu: float
    peak_mb: float
    found: int


def parse(plan: Plan) -> Parsed:
    """Read it. Raises CalledProcessError when that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reader"],
        input=pickle.dumps(plan),
        stdout=subprocess.PIPE,
        cwd=PROJECT,
        check=True,
        timeout=PATIENCE,
    )
    parsed = pickle.loads(done.stdout)
    assert isinstance(parsed, Parsed)
    return parsed
