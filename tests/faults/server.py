"""The real server for tests that hurt it: granian as in `lms serve`, on its own port, whose processes can be killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from lms.app import create_app
from lms.config import PROJECT, Settings

SECRET = "fault-secret-" * 4
PATIENCE = 30.0


@dataclass(frozen=True)
class Server:
    """A running server: where it listens and its main process."""

    port: int
    pid: int

    def workers(self) -> list[int]:
        """The processes that answer requests: granian's own children."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [int(pid) for pid in children if b"resource_tracker" not in _command(int(pid))]


def _command(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    return b""


@contextlib.contextmanager
def serving(database_url: str, folder: Path, workers: int = 2) -> Iterator[Server]:
    """The server on a free port until the block ends."""
    port = _free_port()
    env = {
        **os.environ,
        "LMS_SECRET_KEY": SECRET,
        "LMS_DATABASE_URL": database_url,
        "LMS_DATA_DIR": str(folder),
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "tests.faults.serve", str(port), str(workers)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            env=env,
            cwd=PROJECT,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(port, process)
            yield Server(port, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}; see server.log")
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            with contextlib.closing(connection):
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
        time.sleep(0.05)
    raise RuntimeError("the server does not get ready")


class Killer(threading.Thread):
    """Kills a worker of the server every second or two, until it is told to stop."""

    def __init__(self, server: Server, pause: tuple[float, float], seed: int) -> None:
        super().__init__(daemon=True)
        self.server, self.pause, self.rng = server, pause, random.Random(seed)
        self.over = threading.Event()
        self.killed = 0

    def run(self) -> None:
        while not self.over.wait(self.rng.uniform(*self.pause)):
            workers = self.server.workers()
            if workers:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.rng.choice(workers), signal.SIGKILL)
                    self.killed += 1

    def stop(self) -> None:
        self.over.set()
        self.join()


def headers_of(database_url: str, folder: Path, sign_in_id: str) -> dict[str, str]:
    """Cookie and token of a browser in which this sign-in was begun."""
    app = create_app(
        Settings(SECRET, folder, database_url, "http://127.0.0.1", log_format="console", testing=True)
    )
    app.extensions["database"].engine.dispose()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    if signer is None:
        raise RuntimeError("the application has no secret key")
    cookie = signer.dumps({"_user_id": sign_in_id, "_fresh": True, "csrf_token": "0" * 40})
    token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps("0" * 40)
    return {
        "Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie}",
        "X-CSRFToken": str(token),
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
