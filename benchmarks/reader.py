"""`python -m benchmarks.reader` reads a file as a pickled Plan says and writes a pickled Parsed.

The libraries are imported by reading a small file first; a file that is read in no time is read again and again.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import time
from collections.abc import Callable

from benchmarks import machine
from benchmarks.parsing import Parsed, Plan

LONG_ENOUGH = 0.3  # seconds


def _work(plan: Plan) -> Callable[[bytes], int]:
    """What reads it and says how much it found."""
    if plan.floor:
        from benchmarks.bare_reading import FLOORS

        return FLOORS[plan.kind]
    if plan.kind == "document":
        from lms.study.reading.document import read_document

        return lambda data: len(read_document(data, "document.docx").passages)
    from benchmarks.question_files import FORMATS

    known = FORMATS[plan.kind]
    return lambda data: len(known.read(data, f"questions{known.suffix}").questions)


def _read(plan: Plan) -> Parsed:
    work = _work(plan)
    work(plan.small)
    gc.collect()
    times, found, began, cpu = 0, 0, time.perf_counter(), time.process_time()
    while not times or time.perf_counter() - began < LONG_ENOUGH:
        found = work(plan.data)
        times += 1
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    return Parsed(seconds / times, cpu / times, machine.peak_mb(os.getpid()), found)


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_read(pickle.loads(sys.stdin.buffer.read()))))
