"""`python -m benchmarks`: measure, print JSON and a table, and write the JSON to build/bench.json."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.figures import table
from benchmarks.ground import SMALL, Size, ground
from benchmarks.suite import BENCHES
from lms.config import PROJECT

OUT = PROJECT / "build" / "bench.json"


def main(arguments: list[str]) -> None:
    """Measure what is asked for. Raises SystemExit for a name that is none."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", default=",".join(BENCHES), help="names, separated by commas")
    parser.add_argument(
        "--small", action="store_true", help="in seconds, to see that it runs; figures mean nothing"
    )
    parser.add_argument("--out", type=Path, default=OUT, help="the JSON file")
    asked = parser.parse_args(arguments)
    names = [name.strip() for name in asked.only.split(",") if name.strip()]
    if unknown := sorted(set(names) - set(BENCHES)):
        parser.error(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    figures = measure(names, SMALL if asked.small else Size())
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(figures, ensure_ascii=False, indent=1)
    asked.out.write_text(written + "\n", encoding="utf-8")
    print(written)
    print(table(figures))
    print(f"\nwritten to {asked.out}")


def measure(names: list[str], size: Size) -> dict[str, Any]:
    """The figures of these benchmarks, by the names of the contract."""
    figures: dict[str, Any] = {}
    with ground(size) as stands_on:
        for name in names:
            began, load = time.monotonic(), os.getloadavg()[0]
            _say(f"{name} … (load average {load:.1f})")
            for key, figure in BENCHES[name](stands_on):
                figures[key] = figure.as_json()
                _say(f"  {key}: {figures[key]}")
            _say(f"  {time.monotonic() - began:.0f} s")
    return figures


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
