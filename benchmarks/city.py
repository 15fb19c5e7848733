"""A whole city: half a million people in five thousand units who sat two exams, a quarter of them twice."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.office import Office, office_of
from benchmarks.unit_page import SMALLER, page_of
from lms.config import PROJECT

MOST_MB = 64  # above the process at rest


def city_page(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """As unit_page, of the topmost unit of the city; `growth` from a tenth of the people in the same units."""
    size = ground.size
    for kind in ground.size.kinds:
        large, small = (city(ground, kind, n) for n in (size.city_people, size.city_people // SMALLER))
        yield (
            f"city_page.{kind}",
            page_of(ground, kind, large, small, people=size.city_people, units=size.city_units),
        )


def reports(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Seconds for every report of the catalogue as csv, each in a process of its own, beside reading the attempts bare.

    <report>_s, its growth from a tenth of the people, and the memory of the largest above the process at rest.
    """
    size = ground.size
    for kind in ground.size.kinds:
        large, small = (city(ground, kind, n) for n in (size.city_people, size.city_people // SMALLER))
        runs = [_written(large) for _run in range(size.runs)]
        fewer = _written(small)
        more: dict[str, float | None] = {"peak_mb": max(run["peak_mb"] for run in runs)}
        for name in runs[0]["reports"]:
            seconds = sorted(run["reports"][name] for run in runs)[len(runs) // 2]
            more[f"{name}_s"] = seconds
            more[f"{name}_growth"] = seconds / fewer["reports"][name]
        yield (
            f"reports.{kind}",
            Figure(
                runs=[sum(run["reports"].values()) for run in runs],
                floors=[run["bare"] for run in runs],
                unit="s",
                database=kind,
                goals=(at_most("peak_mb", MOST_MB),),
                more=more | {"people": size.city_people, "units": size.city_units},
            ),
        )


def _written(office: Office) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.reporting",
            office.settings.database_url,
            str(office.course_id),
            str(office.top_id),
        ],
        check=True,
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    found: dict[str, Any] = json.loads(done.stdout.strip().rpartition("\n")[2])
    return found


def city(ground: Ground, kind: str, people: int) -> Office:
    """The city of so many people."""
    return office_of(ground, kind, ground.size.city_units, people)
