"""What processes cost, read from /proc: CPU time of whole trees of processes, memory, and how busy others are."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

import structlog

TICK = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


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
    found = re.search(r"^VmRSS:\s+(\d+) kB", (PROC / str(pid) / "status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def quiet() -> None:
    """From now on this process writes its log lines to nowhere: they are made, but do not disturb the table."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
