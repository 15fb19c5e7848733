"""All certificates of a unit in one zip, by the job that the worker runs."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.diplomas import Bare, certificates, graduates
from benchmarks.figures import Figure, at_least, at_most
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent
from benchmarks.world import World
from lms.certificates.jobs import bundle as make
from lms.kit import clock, jobs
from lms.kit.storage import Storage

KIND = "certificates.bundle"
RUNS = 3  # a run is long enough
GOALS = (at_least("ratio", 10), at_most("growth", 1.3), at_most("grown_mb", 300))


def bundle(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds a certificate, beside bare WeasyPrint rendering one after the other.

    `growth`: how many times the CPU time that one takes in a bundle a tenth as large.
    """
    count, tenth = ground.size.certificates, max(1, ground.size.certificates // 10)
    world, smaller, bare = graduates(ground), graduates(ground, tenth), Bare()
    some = certificates(world, ground.size.single_certificates)

    def ours() -> Spent:
        return spent(lambda: _bundle(world, count), times=count)

    def of_a_tenth() -> Spent:
        return spent(lambda: _bundle(smaller, tenth), times=tenth)

    def floor() -> Spent:
        return spent(lambda: bare.render(some), times=len(some))

    bare.render(some[:1])
    _bundle(world, count)
    rest = machine.rss_mb(os.getpid())
    runs, floors, tenths = in_turns(RUNS, ours, floor, of_a_tenth)
    grown_mb = machine.peak_mb(os.getpid()) - rest
    growth = median(one.cpu_ms / (less.cpu_ms or 0.001) for one, less in zip(runs, tenths, strict=True))
    told = {"certificates": count, "grown_mb": grown_mb, "growth": growth}
    yield "bundle", spending("ms each", runs, floors, goals=GOALS, **told)


def _bundle(world: World, count: int) -> None:
    storage = Storage(world.settings.data_dir / "files")
    where = {"exam_ids": [world.exam_id], "unit_id": world.top_id, "unit": "Thành ủy"}
    params: dict[str, Any] = where | {"kind": "zip", "base_url": world.settings.base_url}
    with world.database.writing() as session:
        job_id = jobs.ask_for(session, KIND, params, by=None, now=clock.now()).id
    jobs.run(job_id, {KIND: make}, world.database, storage)
    with world.database.reading() as session:
        job = session.get_one(jobs.Job, job_id)
    if job.result is None:
        raise RuntimeError(f"the bundle was not made: {job.state}")
    with zipfile.ZipFile(storage.path(job.result["file"])) as archive:
        if len(archive.namelist()) != count + 3:  # and the lists of them
            raise RuntimeError(f"{len(archive.namelist())} files in a bundle of {count}")
