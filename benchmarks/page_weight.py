"""What a phone must fetch before the first question of an exam can be answered, nothing being kept from before."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from urllib.parse import urljoin

from sqlalchemy import select

from benchmarks.browsers import Browser
from benchmarks.diplomas import graduates
from benchmarks.figures import Figure, at_most
from benchmarks.ground import Ground
from benchmarks.slow_phone import seconds_to_answer
from benchmarks.world import World
from lms.attempts.models import Attempt
from lms.exams import paper

LINKED = re.compile(r'(?:href|src)="(/[^"#]+\.(?:css|js|svg)[^"]*)"')
IMPORTED = re.compile(r'from "(\./[^"]+)"')
GOALS = (at_most("value", 120),)
LEVEL = 6  # of gzip, as servers use it


def page_weight(ground: Ground) -> Iterator[tuple[str, Figure]]:
    """Kilobytes of the exam page with thirty questions and all it links to, compressed; `sent_kb` is what our own
    server sends to a browser that takes gzip, `usable_s` the seconds until a slow phone on a slow network (see
    slow_phone) can answer. Beside them: the questions alone, as compressed data.
    """
    world = graduates(ground)
    (candidate,) = world.take(1)
    (attempt_id,) = world.begin([candidate], knows=0.8)
    page = f"/attempts/{attempt_id}"
    found = _fetch_all(world.product.port, candidate.browser, page)
    weights = {path: len(_pressed(fetched.body)) / 1024 for path, fetched in found.items()}
    sent = sum(fetched.sent for fetched in found.values()) / 1024
    usable = seconds_to_answer(world.product.port, candidate.browser.cookie, page)
    yield (
        "page_weight",
        Figure(
            runs=[sum(weights.values())],
            floors=[len(_pressed(_questions(world, attempt_id))) / 1024],
            unit="KB gzip",
            goals=GOALS,
            more={
                "html_kb": weights[page],
                "sent_kb": sent,
                "files": len(found),
                "usable_s": usable,
            },
        ),
    )


@dataclass(frozen=True, slots=True)
class _Fetched:
    """A file's content, and how many bytes of it were on the wire."""

    body: bytes
    sent: int


def _fetch_all(port: int, browser: Browser, page: str) -> dict[str, _Fetched]:
    """The page and, file by file, what it and its scripts ask for."""
    found: dict[str, _Fetched] = {}
    wanted = [page]
    while wanted:
        path = wanted.pop()
        if path in found:
            continue
        found[path] = _fetch(port, browser, path)
        text = found[path].body.decode()
        wanted += LINKED.findall(text) if path == page else []
        wanted += [urljoin(path, name) for name in IMPORTED.findall(text)] if ".js" in path else []
    return found


def _fetch(port: int, browser: Browser, path: str) -> _Fetched:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Cookie": browser.cookie, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        data = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path} answered {answer.status}")
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return _Fetched(gzip.decompress(data) if packed else data, len(data))


def _pressed(data: bytes) -> bytes:
    return gzip.compress(data, LEVEL, mtime=0)


def _questions(world: World, attempt_id: int) -> bytes:
    """What the candidate is asked, as JSON."""
    with world.database.reading() as session:
        paper_id = session.scalars(select(Attempt.paper_id).where(Attempt.id == attempt_id)).one()
        asked = [asdict(slot.asked) for slot in paper.load(session, paper_id).slots]
    return json.dumps(asked, ensure_ascii=False).encode()
