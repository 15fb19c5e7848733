"""The list of the benchmarks: one line each. A benchmark yields figures by their names in build/bench.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.bundle import bundle
from benchmarks.certificate import certificate
from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.opening import opening
from benchmarks.page_weight import page_weight
from benchmarks.save import save
from benchmarks.start import start
from benchmarks.startup import startup
from benchmarks.submit import submit
from benchmarks.unit_page import unit_page

Bench = Callable[[Ground], Iterator[tuple[str, Figure]]]

BENCHES: dict[str, Bench] = {
    "save": save,
    "start": start,
    "open": opening,
    "submit": submit,
    "unit_page": unit_page,
    "certificate": certificate,
    "bundle": bundle,
    "startup": startup,
    "page_weight": page_weight,
}
