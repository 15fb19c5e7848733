"""What processes cost, read from /proc: CPU time of whole trees of processes, memory, and how busy others are."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
LOOK_EVERY = 0.02  # seconds


def tree(pid: int) -> list[int]:
    """The process and all that it started, as far as they are alive."""
    try:
        tasks = [task / "children" for task in (PROC / str(pid) / "task").iterdir()]
        children = [int(child) for task in tasks for child in task.read_text().split()]
    except FileNotFoundError:
        return []
    return [pid, *(found for child in children for found in tree(child))]


def cpu_seconds(*roots: int) -> float:
    """CPU time used so far by these processes and their children, those included that have ended."""
    return sum(_ticks(pid) for root in roots for pid in tree(root)) / TICK


def _ticks(pid: int) -> int:
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except FileNotFoundError:
        return 0
    fields = stat.rpartition(")")[2].split()
    return sum(int(field) for field in fields[11:15])  # utime stime cutime cstime, proc(5)


def busy_seconds() -> float:
    """CPU time used so far by everything on this machine."""
    fields = [int(field) for field in (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]]
    user, nice, system, _idle, _wait, irq, soft, steal = fields[:8]
    return (user + nice + system + irq + soft + steal) / TICK


def rss_mb(pid: int) -> float:
    """Resident memory."""
    return _megabytes(pid, "VmRSS")


def peak_mb(pid: int) -> float:
    """The most resident memory it ever had; unlike getrusage without that of the process that started it."""
    return _megabytes(pid, "VmHWM")


def _megabytes(pid: int, field: str) -> float:
    found = re.search(rf"^{field}:\s+(\d+) kB", (PROC / str(pid) / "status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


@dataclass(slots=True)
class Most:
    """The most memory that a process ever had: resident, and addresses given to it, which is what limits count."""

    rss_mb: float = 0.0
    address_mb: float = 0.0


@contextlib.contextmanager
def watching(word: str) -> Iterator[Most]:
    """Look every few milliseconds at the processes below this one with `word` in their command line."""
    most, over = Most(), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_EVERY):
            for pid in tree(os.getpid())[1:]:
                with contextlib.suppress(OSError):
                    if word.encode() in (PROC / str(pid) / "cmdline").read_bytes():
                        most.rss_mb = max(most.rss_mb, peak_mb(pid))
                        most.address_mb = max(most.address_mb, _megabytes(pid, "VmPeak"))

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield most
    finally:
        over.set()
        watch.join()


def quiet() -> None:
    """From now on this process writes its log lines to nowhere: they are made, but do not disturb the table."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
