"""The same work done at the same moment, in threads of two processes."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from typing import Any

from lms.kit.db import Database

PROCESSES, THREADS = 2, 10
TIMES = PROCESSES * THREADS


def at_once(work: Callable[..., Any], url: str, *args: Any) -> list[Any]:
    """What `work(database, *args)` gives in each of TIMES threads that begin together."""
    spawn = multiprocessing.get_context("spawn")
    begin, found = spawn.Barrier(TIMES), spawn.Queue()
    processes = [
        spawn.Process(target=_crowd, args=(work, url, args, begin, found), daemon=True)
        for _ in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    results = [found.get(timeout=60) for _ in range(TIMES)]
    for process in processes:
        process.join(30)
    return results


def _crowd(work: Callable[..., Any], url: str, args: tuple[Any, ...], begin: Any, found: Any) -> None:
    database = Database(url, pool_size=THREADS)

    def one() -> None:
        begin.wait(60)
        try:
            found.put(work(database, *args))
        except Exception as error:  # noqa: BLE001 - told to the test
            found.put(repr(error))

    threads = [threading.Thread(target=one) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.engine.dispose()
