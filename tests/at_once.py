"""The same work done at the same moment, in threads of two processes."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from functools import cache
from typing import Any

from lms.kit.db import Database

PROCESSES, THREADS = 2, 20
TIMES = PROCESSES * THREADS


def at_once(work: Callable[..., Any], url: str, *args: Any) -> list[Any]:
    """What `work(database, *args)` gives in each of TIMES threads that begin together; an error as its repr."""
    orders, found, _begin = _crowd()
    for queue in orders:
        queue.put((work, url, args))
    return [found.get(timeout=60) for _ in range(TIMES)]


@cache
def _crowd() -> tuple[list[Any], Any, Any]:
    """Processes that wait for orders until the tests end; begun once, because beginning takes longest."""
    spawn = multiprocessing.get_context("spawn")
    begin, found = spawn.Barrier(TIMES), spawn.Queue()
    orders: list[Any] = [spawn.Queue() for _ in range(PROCESSES)]
    for queue in orders:
        spawn.Process(target=_wait_for_orders, args=(queue, begin, found), daemon=True).start()
    return orders, found, begin  # whoever lets go of the barrier ends it for all


def _wait_for_orders(orders: Any, begin: Any, found: Any) -> None:
    while True:
        work, url, args = orders.get()
        database = Database(url, pool_size=THREADS)
        threads = [
            threading.Thread(target=_one, args=(work, database, args, begin, found)) for _ in range(THREADS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        database.engine.dispose()


def _one(work: Callable[..., Any], database: Database, args: tuple[Any, ...], begin: Any, found: Any) -> None:
    begin.wait(60)
    try:
        found.put(work(database, *args))
    except Exception as error:  # noqa: BLE001 - told to the test
        found.put(repr(error))
