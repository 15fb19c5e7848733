"""The list of the benchmarks: one line each. A benchmark yields figures by their names in build/bench.json."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from benchmarks.bounded_import import bounded_import
from benchmarks.bundle import bundle
from benchmarks.certificate import certificate
from benchmarks.city import city_page, reports
from benchmarks.figures import Figure
from benchmarks.ground import Ground
from benchmarks.item_analysis import item_analysis
from benchmarks.item_reading import item_reading
from benchmarks.opening import opening
from benchmarks.page_weight import page_weight
from benchmarks.parallel_papers import parallel_papers
from benchmarks.reading import document_read, questions_read
from benchmarks.regrade import regrade
from benchmarks.report_files import report_files
from benchmarks.review import review
from benchmarks.roster import roster
from benchmarks.save import save
from benchmarks.signing import signing
from benchmarks.sitting import sitting
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
    "review": review,
    "sitting": sitting,
    "regrade": regrade,
    "parallel_papers": parallel_papers,
    "item_analysis": item_analysis,
    "item_reading": item_reading,
    "unit_page": unit_page,
    "report_files": report_files,
    "city_page": city_page,
    "reports": reports,
    "certificate": certificate,
    "signing": signing,
    "bundle": bundle,
    "startup": startup,
    "page_weight": page_weight,
    "word_import": questions_read("word"),
    "gift_import": questions_read("gift"),
    "moodle_xml_import": questions_read("moodle_xml"),
    "excel_import": questions_read("excel"),
    "qti_import": questions_read("qti"),
    "canvas_import": questions_read("canvas"),
    "yaml_import": questions_read("yaml"),
    "aiken_import": questions_read("aiken"),
    "bounded_import": bounded_import,
    "document_read": document_read,
    "roster": roster,
}
