"""Clients that keep their connections: each sends its next request when the last one was answered.

`python -m benchmarks.clients` is a process of its own on raw sockets, because what a client costs is taken from the
server on a small machine. It reads a pickled Plan and writes a pickled Load and how often which status came.
"""

from __future__ import annotations

import pickle
import selectors
import socket
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.load import PATIENCE, Load, Plan


@dataclass(slots=True)
class _Client:
    """One connection: what is left to send, and what has come of the answer."""

    requests: Sequence[bytes]
    connection: socket.socket
    sent: int = 0
    began: float = 0.0
    body_ends: int = 0  # where the answer ends in `received`; 0 while its head is not there
    received: bytearray = field(default_factory=bytearray)

    def send(self) -> bool:
        if self.sent == len(self.requests):
            return False
        self.began = time.perf_counter()
        self.connection.sendall(self.requests[self.sent])
        self.sent += 1
        return True

    def receive(self) -> int | None:
        """The answer's status once it is whole."""
        part = self.connection.recv(262_144)
        if not part:
            raise ConnectionError("the server closed a connection")
        self.received += part
        if not self.body_ends:
            head = self.received.find(b"\r\n\r\n")
            if head < 0:
                return None
            self.body_ends = head + 4 + _length(bytes(self.received[:head]))
        if len(self.received) < self.body_ends:
            return None
        status = int(self.received[9:12])
        self.received.clear()
        self.body_ends = 0
        return status


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    if at < 0:
        raise ValueError(f"an answer without a length: {head!r}")
    return int(head[at + 15 :].split(b"\r\n", 1)[0])


def _run(plan: Plan) -> tuple[Load, Counter[int]]:
    clients = [
        _Client(lane, socket.create_connection(("127.0.0.1", plan.port), PATIENCE)) for lane in plan.lanes
    ]
    waiting = selectors.DefaultSelector()
    for client in clients:
        client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(client.connection, selectors.EVENT_READ, client)
    latencies: list[float] = []
    statuses: Counter[int] = Counter()
    began = time.perf_counter()
    started = [client.send() for client in clients]
    ending = not all(started)
    while len(latencies) < sum(client.sent for client in clients):
        for key, _events in waiting.select(PATIENCE):
            client = key.data
            status = client.receive()
            if status is None:
                continue
            now = time.perf_counter()
            latencies.append(now - client.began)
            statuses[status] += 1
            ending = ending or now - began > plan.seconds or not client.send()
    seconds = time.perf_counter() - began
    return Load(len(latencies), seconds, sorted(latencies), time.process_time()), statuses


if __name__ == "__main__":
    sys.stdout.buffer.write(pickle.dumps(_run(pickle.loads(sys.stdin.buffer.read()))))
