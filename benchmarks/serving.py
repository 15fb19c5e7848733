"""The product and the floors as servers: granian with the settings of production, and what they cost.

`python -m benchmarks.serving PORT` serves the floors; the product is served by its own command.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks import machine
from lms.config import PROJECT, Settings

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its first process and its port."""

    process: subprocess.Popen[bytes]
    port: int

    def workers(self) -> list[int]:
        return machine.tree(self.process.pid)[1:]

    def rss_mb(self) -> float:
        """Of the largest web process."""
        return max(machine.rss_mb(pid) for pid in self.workers())


@contextlib.contextmanager
def product(settings: Settings) -> Iterator[Server]:
    """`lms serve` as many would start it."""
    with _running(settings, lambda port: ["-m", "lms", "serve", "--port", str(port)], "/healthz") as server:
        yield server


@contextlib.contextmanager
def floors(settings: Settings) -> Iterator[Server]:
    with _running(settings, lambda port: ["-m", "benchmarks.serving", str(port)], "/read/0") as server:
        yield server


@contextlib.contextmanager
def _running(settings: Settings, command: Callable[[int], list[str]], ping: str) -> Iterator[Server]:
    port = machine.free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    env |= {"LMS_SECRET_KEY": settings.secret_key, "LMS_DATA_DIR": str(settings.data_dir)}
    env |= {"LMS_DATABASE_URL": settings.database_url}
    log = settings.data_dir / f"log-{port}"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, *command(port)], env=env, cwd=PROJECT, stdout=file, stderr=file
        )
    try:
        _wait(process, port, ping, log)
        yield Server(process, port)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("GET", path)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError(f"a server did not start; its last words: {log.read_text()[-2000:]}")


def _serve_floors(port: int) -> None:
    from lms.kit import processes
    from lms.server import granian

    processes.children_die_with_us()
    server: Any = granian(host="127.0.0.1", port=port, workers=os.cpu_count() or 1)
    server.target = "benchmarks.serving:floor_app"
    server.serve()


def __getattr__(name: str) -> Any:
    """`floor_app`, made when a worker of the server asks for it."""
    if name != "floor_app":
        raise AttributeError(name)
    from benchmarks.floor_app import create

    return create()


if __name__ == "__main__":
    _serve_floors(int(sys.argv[1]))
