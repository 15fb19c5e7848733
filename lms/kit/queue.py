"""Messages to the worker, by Huey: where they are kept, and the processes that act on them.

They are kept beside the data, in the kind of database that the data is in. SQLite: a file of its own, so that
messages never wait for, or hold up, the writers of the product. PostgreSQL: tables of Huey's own (`queue_*`) in the
same database, so that web processes on several machines reach the worker without one more server.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from huey.api import Huey
from huey.consumer import Consumer, Scheduler
from huey.registry import Message
from huey.serializer import Serializer
from huey.storage import PostgresStorage, SqliteStorage
from sqlalchemy import make_url

from lms.config import Settings

NAME = "lms"
PATIENCE = 3  # seconds that a request waits for the queue before the job is left to the sweep
SLOWEST = 1.0  # seconds between looks at an idle queue
EVERY = 60.0  # seconds between sweeps
STOPPING = 30  # seconds a running job is given to end when the worker is told to stop


class AsJson(Serializer):  # type: ignore[misc]  # Huey has no types
    """Messages as JSON. Huey's own way is pickle, which runs whatever code is written into the queue."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        found = json.loads(bytes(data))
        return Message(*found) if isinstance(found, list) else found


class Queue:
    """The queue of one installation, with its one message: run this job.

    `create` makes its tables where they are missing; that is for the worker, the queue's owner.
    """

    def __init__(self, settings: Settings, run_job: Callable[[int], None], *, create: bool) -> None:
        postgresql = settings.database_url.startswith("postgresql")
        options = _postgresql(settings) if postgresql else _sqlite(settings)
        self._huey = Huey(NAME, results=False, serializer=AsJson(), create_tables=create, **options)
        self._run = self._huey.task(name="run_job")(run_job)

    def add(self, job_id: int) -> None:
        """Ask for the job to be run."""
        self._run(job_id)

    def waiting(self) -> set[int]:
        """The jobs whose messages nobody has taken yet."""
        return {task.args[0] for task in self._huey.pending()}

    def work(self, processes: int, sweep: Callable[[], None]) -> None:
        """Act on messages in `processes` processes and call `sweep` every minute in one more, until told to stop.

        SIGTERM lets running jobs end for half a minute, SIGINT does not. Jobs that are cut off keep their rows.
        """

        class Sweeper(Scheduler):  # type: ignore[misc]
            """Takes the place of Huey's scheduler: nothing is scheduled, what is due is found in the database."""

            def loop(self, _now: object = None) -> None:
                sweep()
                self.stop_flag.wait(EVERY)

        class Minder(Consumer):  # type: ignore[misc]
            scheduler_class = Sweeper

        Minder(
            self._huey,
            workers=processes,
            worker_type="process",
            max_delay=SLOWEST,
            graceful_signal="TERM",
            shutdown_timeout=STOPPING,
        ).run()


def _sqlite(settings: Settings) -> dict[str, Any]:
    file = str(settings.data_dir / "queue.db")
    return {"storage_class": SqliteStorage, "filename": file, "timeout": PATIENCE, "cache_mb": 1}


def _postgresql(settings: Settings) -> dict[str, Any]:
    url = make_url(settings.database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    return {
        "storage_class": PostgresStorage,
        "dsn": url,
        "table_prefix": "queue",
        "connect_timeout": PATIENCE,
    }
