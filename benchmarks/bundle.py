"""All certificates of a unit in one zip, by the job that the worker runs."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from typing import Any

from benchmarks import machine
from benchmarks.diplomas import Bare, certificates, graduates
from benchmarks.figures import Figure, at_least
from benchmarks.ground import Ground
from benchmarks.rounds import Spent, in_turns, spending, spent
from benchmarks.world import World
from lms.certificates.jobs import bundle as make
from lms.kit import clock, jobs
from lms.kit.storage import Storage

KIND = "certificates.bundle"
RUNS = 3  # a run is long enough
GOALS = (at_least("ratio", 10),)


def bundle(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Milliseconds a certificate, beside bare WeasyPrint rendering one after the other."""
    world, bare = graduates(ground), Bare()
    count = ground.size.certificates
    some = certificates(world, ground.size.single_certificates)

    def ours() -> Spent:
        return spent(lambda: _bundle(world, count), times=count)

    def floor() -> Spent:
        return spent(lambda: bare.render(some), times=len(some))

    bare.render(some[:1])
    _bundle(world, count)
    rest = machine.rss_mb(os.getpid())
    runs, floors = in_turns(RUNS, ours, floor)
    grown = machine.peak_mb(os.getpid()) - rest
    yield "bundle", spending("ms each", runs, floors, goals=GOALS, certificates=count, grown_mb=grown)


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
        if len(archive.namelist()) != count + 2:  # and the two lists of them
            raise RuntimeError(f"{len(archive.namelist())} files in a bundle of {count}")
