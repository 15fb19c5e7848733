"""Child processes that do not outlive the process that started them, not even when it is killed."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def children_die_with_us() -> None:
    """Every process forked from this one from now on is killed by the kernel when this one is gone.

    Without it, killing the server's first process leaves the others serving, on the port that the next start
    needs. Until it sets handlers of its own, a child also obeys signals to stop, instead of inheriting handlers that
    mean something only in this process: otherwise one that is told to stop while it starts goes on for ever.
    Grandchildren are not touched. Linux only; elsewhere it does nothing.
    """
    parent = os.getpid()
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        prctl = libc.prctl
    except (OSError, AttributeError):
        return

    def bind_to_parent() -> None:
        if os.getppid() == parent:
            for stop in (signal.SIGTERM, signal.SIGINT):
                signal.signal(stop, signal.SIG_DFL)
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != parent:  # it died in between
                os._exit(1)

    os.register_at_fork(after_in_child=bind_to_parent)
