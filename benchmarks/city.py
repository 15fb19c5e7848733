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

MOST_MB = 64  # above the process at rest, of what is streamed
STREAMED = ("unfinished", "attempts", "certificates")
FASTER = 1.3  # than linearly: so much more may ten times the people cost
LONG = 0.1  # CPU seconds of the smaller city, below which a clock of hundredths says nothing of growth


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
    """CPU seconds, the database's included, of every report of the catalogue as csv, of the topmost unit; beside them
    those of reading the attempts bare.

    Each report is written once, in a process apart, in the city and in one with a tenth of its people in the same
    units: a million lines repeat themselves often enough, and CPU time hardly depends on what else runs. <report>_s
    is by the clock, <report>_cpu_s in CPU time, <report>_growth how many times the tenth's: 10 is linear; `growth`, the
    most of the reports that take long enough to tell. `peak_mb`: the most memory of a register or list above what the
    process had before, <report>_mb of each; question_quality holds two bytes a slot of every attempt.
    """
    size = ground.size
    for kind in size.kinds:
        postmaster = ground.postmaster if kind == "postgresql" else 0
        large, fewer = (
            _written(city(ground, kind, n), postmaster)
            for n in (size.city_people, size.city_people // SMALLER)
        )
        more: dict[str, float | None] = {"people": size.city_people, "units": size.city_units}
        grown = {
            name: one["cpu_s"] / max(fewer["reports"][name]["cpu_s"], 0.001)
            for name, one in large["reports"].items()
        }
        for name, one in large["reports"].items():
            more |= {f"{name}_s": one["s"], f"{name}_cpu_s": one["cpu_s"], f"{name}_mb": one["peak_mb"]}
            more[f"{name}_growth"] = grown[name]
        told = [name for name in grown if fewer["reports"][name]["cpu_s"] >= LONG] or list(grown)
        more["growth"] = max(grown[name] for name in told)
        more["peak_mb"] = max(large["reports"][name]["peak_mb"] for name in STREAMED)
        yield (
            f"reports.{kind}",
            Figure(
                runs=[sum(one["cpu_s"] for one in large["reports"].values())],
                floors=[large["bare"]["cpu_s"]],
                unit="CPU s",
                database=kind,
                goals=(at_most("peak_mb", MOST_MB), at_most("growth", SMALLER * FASTER)),
                more=more,
            ),
        )


def _written(office: Office, postmaster: int) -> dict[str, Any]:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.reporting",
            office.settings.database_url,
            str(office.course_id),
            str(office.top_id),
            str(postmaster),
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
