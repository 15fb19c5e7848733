"""Serving as in production: granian in processes of its own, which die and come back."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from lms.config import Settings

PATIENCE = 60.0
SECRET = "test-secret-" * 4
MOST_MEMORY = 120 * 1024  # KiB, a web process at rest


@dataclass
class Served:
    """A running server: its first process, its port, what it logged."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def workers(self) -> list[int]:
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    """On SQLite, because what granian does has nothing to do with the database; one test uses both."""
    shutil.copy(sqlite_template, tmp_path / "lms.db")
    url = f"sqlite:///{tmp_path / 'lms.db'}"
    with serving(Settings(SECRET, tmp_path, url, base_url="")) as server:
        yield server


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("LMS_")},
        "LMS_SECRET_KEY": settings.secret_key,
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_DATABASE_URL": settings.database_url,
    }
    command = [
        sys.executable,
        "-c",
        "from lms.cli import main; main()",
        "serve",
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    log = settings.data_dir / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=env, cwd=settings.data_dir, stdout=file, stderr=file)
    server = Served(process, port, log)
    try:
        wait_for(server.answers)
        yield server
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        print(log.read_text())  # noqa: T201 - shown when the test fails


def test_it_is_up_and_ready_on_either_database(settings: Settings) -> None:
    with serving(settings) as server:
        assert server.get("/healthz")[0] == 200
        assert server.get("/readyz")[0] == 200


def test_the_log_is_lines_of_json_without_the_query(served: Served) -> None:
    served.get("/?name=Nguyen")
    wait_for(lambda: '"request"' in served.log.read_text())
    lines = [json.loads(line) for line in served.log.read_text().splitlines()]
    assert {line["event"] for line in lines} == {"request"}
    assert "Nguyen" not in served.log.read_text()


def test_a_web_process_at_rest_is_small(served: Served) -> None:
    for _ in range(10):
        assert served.get("/")[0] in {200, 302}
    assert len(served.workers()) == 2
    assert max(memory(pid) for pid in served.workers()) < MOST_MEMORY


def test_processes_that_die_again_and_again_are_replaced(served: Served) -> None:
    """Granian alone would end the whole server at the second death within 5.5 seconds."""
    for _ in range(4):
        victims = served.workers()
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda victims=victims: served.workers() and not set(victims) & set(served.workers()))  # type: ignore[misc]
        wait_for(served.answers)
    assert served.process.poll() is None
    wait_for(lambda: len(served.workers()) == 2)


def test_nobody_is_left_behind_when_the_server_is_killed(served: Served) -> None:
    workers = served.workers()
    served.process.kill()
    wait_for(lambda: not any(alive(pid) for pid in workers))
    assert not served.answers()


def test_it_ends_when_told(served: Served) -> None:
    served.process.terminate()
    assert served.process.wait(PATIENCE) == 0


def memory(pid: int) -> int:
    """Resident memory in KiB."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found
    return int(found[1])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
