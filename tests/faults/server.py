"""The real server for tests that hurt it: granian as in `lms serve`, on its own port, whose processes can be killed."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
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


@dataclass
class Server:
    """A server: where it listens, its main process, and what the clock of its processes is made to say."""

    port: int
    pid: int
    command: list[str]
    env: dict[str, str]
    log: Path
    clock: Path
    process: subprocess.Popen[bytes] | None = None

    def workers(self) -> list[int]:
        """The processes that answer requests: granian's own children."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        except OSError:  # it is just being started again
            return []
        return [int(pid) for pid in children if b"resource_tracker" not in _command(int(pid))]

    def start(self) -> None:
        """Start it on its port and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.env, cwd=PROJECT, stdout=log, stderr=subprocess.STDOUT
            )
        self.pid = self.process.pid
        _wait_until_ready(self.port, self.process)

    def stop(self) -> None:
        """As a supervisor does: a request to stop, then force."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def shift_clock(self, seconds: float) -> None:
        """Let the server believe that it is later (or earlier) by this."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.replace(self.clock)


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
    clock = folder / "clock"
    server = Server(port, 0, command, {**env, "LMS_FAULTS_CLOCK": str(clock)}, folder / "server.log", clock)
    server.shift_clock(0)
    try:
        server.start()
        yield server
    finally:
        server.stop()


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
