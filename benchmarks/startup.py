"""How fast the command answers, and how much memory a web process has at rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.rounds import in_turns, timed
from benchmarks.serving import product
from lms.config import PROJECT

GOALS = (at_most("value", 300), at_most("rss_mb", 120))
AT_LEAST = 7  # runs: each is short


def startup(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds of `lms --help`, beside Python importing Click; `rss_mb`: a web process after its first request."""
    help_ = [sys.executable, "-c", "from lms.cli import main; main()", "--help"]
    bare = [sys.executable, "-c", "import click"]
    for command in (help_, bare):
        _run(command)
    runs, floors = in_turns(
        max(ground.size.runs, AT_LEAST), lambda: timed(lambda: _run(help_)), lambda: timed(lambda: _run(bare))
    )
    with product(ground.settings("sqlite")) as server:
        at_rest = server.rss_mb()
    yield "startup", Figure(runs=runs, floors=floors, unit="ms", goals=GOALS, more={"rss_mb": at_rest})


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, cwd=PROJECT, stdout=subprocess.DEVNULL)
