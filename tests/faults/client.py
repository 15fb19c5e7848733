"""A browser on a bad network: replies get lost, requests overtake each other, some come twice."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from lms.attempts import rules

SLOTS = 9
LOST_ACKS, OVERTAKEN, TWICE = 0.05, 0.10, 0.03


@dataclass(eq=False)
class Client(threading.Thread):
    """Saves numbered answers, at least `least` and until `enough`, repeating each until it is acknowledged; then hands
    in. What is not acknowledged at `ends_at` (monotonic) is left."""

    port: int
    attempt: int
    headers: dict[str, str]
    seed: int
    least: int
    enough: threading.Event
    ends_at: float
    tab: str = "t1"
    acked: dict[int, str] = field(default_factory=dict)  # number and status, as the server said
    made: int = 0
    requests: int = 0
    troubles: int = 0
    problems: list[str] = field(default_factory=list)
    receipts: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)
        self.rng = random.Random(self.seed)
        self.connection: http.client.HTTPConnection | None = None
        self.waiting: list[int] = []

    def said(self, seq: int) -> dict[str, Any]:
        """Event number `seq`; a repeat says the same again."""
        rng = random.Random(self.seed * 100_003 + seq)
        op = rng.choices(rules.OPS, (80, 8, 6, 6))[0]
        value = f"{self.seed}/{seq} Đột phá" if op == rules.SET else None
        return {"seq": seq, "slot": 1 + rng.randrange(SLOTS), "op": op, "value": value, "ms": seq}

    def run(self) -> None:
        while (not self._all_said() or self.waiting) and time.monotonic() < self.ends_at:
            self.save_some()
        while not self.receipts and not self.waiting and time.monotonic() < self.ends_at:
            self._hand_in()
        self.hang_up()

    def _all_said(self) -> bool:
        return self.made >= self.least and self.enough.is_set()

    def say(self, count: int) -> None:
        """The person answers; nothing is sent yet."""
        self.waiting += range(self.made + 1, self.made + count + 1)
        self.made += count

    def save_some(self) -> None:
        """Send a few of what waits; what is not acknowledged waits again."""
        if not self._all_said() and len(self.waiting) < 20:
            self.say(20)
        batch = self._next()
        reply = self.post("answers", {"tab": self.tab, "events": [self.said(seq) for seq in batch]})
        if reply is None or self.rng.random() < LOST_ACKS:  # the answer got lost: it is all to be said again
            self.waiting = sorted({*self.waiting, *batch})
            return
        self._take(reply, batch)
        if self.rng.random() < TWICE:
            self.waiting = sorted({*self.waiting, *self.rng.sample(sorted(self.acked), 1)})

    def _hand_in(self) -> None:
        reply = self.post("submit", {"tab": self.tab, "last_seq": self.made})
        if reply and reply.get("missing"):
            self.problems.append(f"acknowledged and missing: {reply['missing']}")
            self.receipts.add("none")
        elif reply and self.rng.random() > 0.5:  # else the answer got lost, and it is handed in once more
            self.receipts.add(reply["receipt"])

    def _next(self) -> list[int]:
        """The next few numbers, now and then leaving some for later."""
        size = self.rng.choice((1, 1, 1, 2, 3))
        at = self.rng.randrange(1, 12) if self.rng.random() < OVERTAKEN and len(self.waiting) > 15 else 0
        batch = self.waiting[at : at + size]
        del self.waiting[at : at + size]
        return batch

    def _take(self, reply: dict[str, Any], batch: list[int]) -> None:
        told = {int(seq): status for seq, status in reply["statuses"].items()}
        if not set(batch) <= set(reply["acked"]) or not set(batch) <= set(told):
            self.problems.append(f"sent {batch}, answered {reply}")
        for seq, status in told.items():
            if self.acked.setdefault(seq, status) != status:
                self.problems.append(f"{seq} was {self.acked[seq]} and is {status}")
        self.waiting = [seq for seq in self.waiting if seq not in told]

    def post(self, what: str, body: dict[str, Any]) -> dict[str, Any] | None:
        """The reply, or None when there was none."""
        self.requests += 1
        try:
            self.connection = self.connection or http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=10
            )
            self.connection.request(
                "POST", f"/attempts/{self.attempt}/{what}", json.dumps(body), self.headers
            )
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            self.hang_up()
            self._trouble()
            return None
        if answer.status == 200:
            reply: dict[str, Any] = json.loads(content)
            return reply
        if answer.status < 500:
            self.problems.append(f"{answer.status}: {content[:200]!r}")
        self._trouble()
        return None

    def _trouble(self) -> None:
        self.troubles += 1
        time.sleep(0.05)

    def hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None
