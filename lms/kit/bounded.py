"""Parsing what strangers upload, in a child process with little memory and little time.

`run` starts a fresh Python that imports one function, gives it the bytes and sends back its answer. The child may use
512 MB and 20 s of processor time, opens no more than a few files and starts no process; whatever happens to it, the
caller gets an answer or BoundedFailure. Nothing is pickled: the answer is JSON, and bytes travel beside it by name.
"""

from __future__ import annotations

import importlib
import json
import os
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, cast

from lms.kit.i18n import N_

MOST_MEMORY = 512 * 1024 * 1024
MOST_CPU = 20  # seconds of processor time
MOST_WAIT = 90  # seconds by the clock: on a busy machine the processor is shared
MOST_ANSWER = 256 * 1024 * 1024

MESSAGES = {
    "too_much_time": N_("Reading this file takes too long; it is refused. Divide it into smaller files."),
    "too_much_memory": N_(
        "Reading this file takes too much memory; it is refused. Divide it into smaller files."
    ),
    "reader_failed": N_(
        "This file could not be read. Open it in its program, save it again and upload the new file; "
        "if it fails again, send it to the administrator."
    ),
}


class BoundedFailure(Exception):
    """The child ended without an answer; `code` is one of MESSAGES, the text says what is known for the log."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function returned: JSON data, and bytes by name."""

    told: Any
    blobs: Mapping[str, bytes] = field(default_factory=dict)


Work = Callable[[bytes, Mapping[str, Any]], Answer]


def run(place: str, data: bytes, /, **params: Any) -> Answer:
    """The answer of the function at "module:function" to (data, params). Raises BoundedFailure."""
    child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-I", "-c", _CHILD, os.pathsep.join(sys.path), place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"},
        close_fds=True,
    )
    head = json.dumps(params).encode()
    try:
        out, said = child.communicate(struct.pack(">Q", len(head)) + head + data, timeout=MOST_WAIT)
    except subprocess.TimeoutExpired as late:
        child.kill()
        child.communicate()
        raise BoundedFailure("too_much_time", f"{place}: {MOST_WAIT} s by the clock") from late
    if child.returncode == 0 and len(out) <= MOST_ANSWER:
        return _unpack(out)
    raise BoundedFailure(_why(child.returncode, said), f"{place}: status {child.returncode}: {_tail(said)}")


def _why(status: int, said: bytes) -> str:
    if status in (-24, -9) or b"_CpuTimeOver" in said:  # SIGXCPU, then SIGKILL
        return "too_much_time"
    if b"MemoryError" in said or b"out of memory" in said.lower() or status in (-6, -11):
        return "too_much_memory"
    return "reader_failed"


def _tail(said: bytes) -> str:
    return said.decode("utf-8", "replace").strip()[-500:]


def _unpack(out: bytes) -> Answer:
    try:
        (length,) = struct.unpack(">Q", out[:8])
        told = json.loads(out[8 : 8 + length])
        rest, blobs = memoryview(out)[8 + length :], {}
        for name, size in told["blobs"]:
            blobs[name] = bytes(rest[:size])
            rest = rest[size:]
        return Answer(told["answer"], blobs)
    except (struct.error, ValueError, KeyError, TypeError) as broken:
        raise BoundedFailure("reader_failed", f"the child's answer cannot be read: {broken}") from broken


# ----------------------------------------------------------------------------------------------- inside the child

_CHILD = (
    "import sys; sys.path[:0] = [p for p in sys.argv[1].split(__import__('os').pathsep) if p]; "
    "from lms.kit import bounded; bounded.child(sys.argv[2])"
)


def child(place: str) -> None:
    """The child's whole life: limits first, then the work, then its answer on standard output."""
    _limit()
    answer_to = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is not our answer
    given = sys.stdin.buffer.read()
    (length,) = struct.unpack(">Q", given[:8])
    params, data = json.loads(given[8 : 8 + length]), given[8 + length :]
    del given
    module, name = place.split(":")
    work = cast("Work", getattr(importlib.import_module(module), name))
    _send(answer_to, work(data, params))
    os._exit(0)  # no clean-up of a mind full of somebody's file


def _send(answer_to: IO[bytes], answer: Answer) -> None:
    blobs = [(name, len(blob)) for name, blob in answer.blobs.items()]
    head = json.dumps({"answer": answer.told, "blobs": blobs}, ensure_ascii=False).encode()
    with answer_to:
        answer_to.write(struct.pack(">Q", len(head)) + head)
        for blob in answer.blobs.values():
            answer_to.write(blob)


def _limit() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
