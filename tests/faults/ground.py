"""What faults are done to: the server, its database, and the processes of both, all of them started by the test."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lms.kit import migrations
from tests.faults.server import PATIENCE, Server
from tests.postgres import running


@contextlib.contextmanager
def durable(dialect: str, folder: Path) -> Iterator[str]:
    """A migrated database that keeps what it has committed."""
    if dialect == "sqlite":
        url = f"sqlite:///{folder / 'lms.db'}"
        migrations.upgrade(url)
        yield url
    else:
        with running(durable=True) as url:
            migrations.upgrade(url)
            yield url


@dataclass
class Ground:
    """A server and its database, and how to lay hands on them."""

    server: Server
    url: str
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def dialect(self) -> str:
        return "sqlite" if self.url.startswith("sqlite") else "postgresql"

    @property
    def data(self) -> Path:
        """The folder of the PostgreSQL server."""
        return Path(parse_qs(urlsplit(self.url).query)["host"][0]) / "data"

    def postmaster(self) -> int:
        return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])

    def backends(self) -> list[int]:
        """The processes of PostgreSQL below its first one; none while it is down."""
        try:
            first = self.postmaster()
            return [int(pid) for pid in Path(f"/proc/{first}/task/{first}/children").read_text().split()]
        except (OSError, ValueError):
            return []

    def start_database(self) -> None:
        """Start PostgreSQL as it was started before. Raises RuntimeError when it does not come."""
        options = shlex.split((self.data / "postmaster.opts").read_text())
        at = options.index("-D")
        rest = shlex.join(options[1:at] + options[at + 2 :])
        command = [str(Path(options[0]).with_name("pg_ctl")), "-D", str(self.data), "-w"]
        command += ["-l", str(self.data.parent / "log"), "-o", rest, "start"]
        owner = pwd.getpwuid(self.data.stat().st_uid).pw_name if os.geteuid() == 0 else None
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:  # what was killed leaves its memory a moment later
            done = subprocess.run(
                command,
                check=False,
                user=owner,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                capture_output=True,
            )
            if done.returncode == 0:
                return
            time.sleep(0.2)
        raise RuntimeError(f"PostgreSQL does not start again: {done.stdout!r} {done.stderr!r}")

    def writers(self) -> list[int]:
        """The processes that write the database's files."""
        return self.server.workers() if self.dialect == "sqlite" else self.backends()


def send(pids: Sequence[int], what: signal.Signals) -> None:
    """A signal to processes of the test's own; who has ended meanwhile does not get it."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, what)


def limit_files(pids: Sequence[int], size: int | None) -> None:
    """No file of these processes may grow beyond `size` bytes: writing fails as on a full disk. None: no limit.

    Only who owns a process may do that, so the program that does it runs as its owner. Who has ended is left out.
    """
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            owner = Path(f"/proc/{pid}").stat().st_uid
            limit = f"--fsize={'unlimited' if size is None else size}:"
            command = ["prlimit", f"--pid={pid}", limit]
            subprocess.run(
                command, user=owner if os.geteuid() == 0 else None, check=False, capture_output=True
            )
