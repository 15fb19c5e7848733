"""A whole sitting, step by step as a browser asks: what it costs the server and the database in CPU time.

Sign-in page, signing in, home, the exam's page, start, the paper, three saves, handing in, the result. Each step is
done by all candidates, one after the other, before the next one begins. Checking the password is slow on purpose, so
its cost is measured by itself and left out of the sum.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from sqlalchemy import select, update

from benchmarks.browsers import Browser
from benchmarks.figures import Figure, at_most
from benchmarks.ground import KINDS, Ground
from benchmarks.rounds import Round, in_turns, put_load
from benchmarks.start import bare_inserts
from benchmarks.world import TAB, Candidate, World, worlds
from lms.accounts import passwords
from lms.accounts.models import Credential
from lms.attempts.models import Attempt, Grade

PASSWORD = "Khu-vuon-mua-thu-1"
HASHES = 10  # that are measured
READS, WRITES = 5, 6  # of the steps: pages, and what is written
GOALS = (at_most("value", 8),)
Step = tuple[str, int, Callable[[Candidate], bytes]]  # name, status, request


def sitting(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """CPU milliseconds of one sitting without the password's hash, beside as many bare reads and inserts."""
    hashed = passwords.hash_password(PASSWORD)
    began = time.process_time()
    for _ in range(HASHES):
        passwords.matches(hashed, PASSWORD)
    hash_ms = (time.process_time() - began) * 1000 / HASHES
    for kind in KINDS:
        yield f"sitting.{kind}", _measure(ground, worlds(ground, kind), hashed, hash_ms)


def _measure(ground: Ground, world: World, hashed: str, hash_ms: float) -> Figure:
    size = ground.size
    steps: dict[str, list[float]] = {}

    def ours() -> float:
        whole = 0.0
        for name, one in _sit(world, world.take(size.sittings), hashed):
            cost = one.cpu_ms - (hash_ms if name == "sign_in" else 0)
            steps.setdefault(f"{name}_cpu_ms", []).append(cost)
            whole += cost
        return whole

    def floor() -> float:
        browsers = [candidate.browser for candidate in some]
        reading = [[b.get(world.floors.port, "/read/0")] * size.sittings for b in browsers]
        read = put_load(world, world.floors, reading, seconds=size.seconds)
        insert = bare_inserts(world, browsers, size.clients, size.seconds)
        return READS * read.cpu_ms + WRITES * insert.cpu_ms

    some = world.take(size.clients)
    ours()
    floor()
    steps.clear()
    before = world.count(Grade.id)
    runs, floors = in_turns(size.runs, ours, floor)
    if world.count(Grade.id) - before != size.runs * size.sittings:
        raise RuntimeError("not every sitting ended with a grade")
    return Figure(
        unit="ms CPU",
        database=world.kind,
        runs=runs,
        floors=floors,
        goals=GOALS,
        more={
            "cpu_ms": median(runs),
            "hash_cpu_ms": hash_ms,
            **{name: median(values) for name, values in steps.items()},
            "rss_mb": world.product.rss_mb(),
        },
    )


def _sit(world: World, candidates: Sequence[Candidate], hashed: str) -> Iterator[tuple[str, Round]]:
    people = [candidate.person_id for candidate in candidates]
    with world.database.writing() as session:
        session.execute(
            update(Credential).where(Credential.person_id.in_(people)).values(password_hash=hashed)
        )
    port, exam = world.product.port, f"/exams/{world.exam_id}/start"
    found: dict[int, int] = {}

    def at(candidate: Candidate) -> str:
        return f"/attempts/{found[candidate.person_id]}"

    for name, status, request in _steps(port, exam, at, world.visitor):
        requests = [request(candidate) for candidate in candidates]
        yield name, put_load(world, world.product, [requests], seconds=60, expected=status)
        if name == "start":
            with world.database.reading() as session:
                asked = select(Attempt.person_id, Attempt.id).where(Attempt.person_id.in_(people))
                found.update((person_id, id_) for person_id, id_ in session.execute(asked))


def _steps(port: int, exam: str, at: Callable[[Candidate], str], visitor: Browser) -> list[Step]:
    def save(seq: int) -> Callable[[Candidate], bytes]:
        event = {"seq": seq, "slot": seq, "op": "set", "value": seq % 4, "ms": 60_000 * seq}
        return lambda c: c.browser.post_json(port, f"{at(c)}/answers", {"tab": TAB, "events": [event]})

    return [
        ("sign_in_page", 200, lambda _: visitor.get(port, "/sign-in")),
        ("sign_in", 302, lambda c: visitor.post_form(port, "/sign-in", _who(c))),
        ("home", 200, lambda c: c.browser.get(port, "/")),
        ("exam_page", 200, lambda c: c.browser.get(port, exam)),
        ("start", 302, lambda c: c.browser.post_form(port, exam)),
        ("open", 200, lambda c: c.browser.get(port, at(c))),
        ("save_1", 200, save(1)),
        ("save_2", 200, save(2)),
        ("save_3", 200, save(3)),
        ("submit", 200, lambda c: c.browser.post_json(port, f"{at(c)}/submit", {"tab": TAB, "last_seq": 3})),
        ("review", 200, lambda c: c.browser.get(port, f"{at(c)}/result")),
    ]


def _who(candidate: Candidate) -> dict[str, str]:
    return {"sign_in_name": f"b{candidate.person_id}", "password": PASSWORD, "next": ""}
