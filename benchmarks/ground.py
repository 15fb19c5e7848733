"""What a run stands on: how large it is, a folder that is gone afterwards, and databases of both kinds."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import create_engine, text

from lms.config import Settings
from lms.kit import migrations

KINDS = ("sqlite", "postgresql")
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured. The full size takes minutes, the small one shows that everything runs."""

    kinds: tuple[str, ...] = KINDS  # of database, for what takes long to fill
    runs: int = 3  # pairs of ours and floor
    save_runs: int = 5  # of the path that matters most
    seconds: float = 2.5  # of one run
    clients: int = 8
    candidates: int = 400  # whose saves and pages are mixed in one run
    starts: int = 400  # in a run: everybody once
    submissions: int = 400
    sittings: int = 80
    regraded: int = 20_000  # attempts of an exam whose key changes
    parallel: int = 20  # papers of one blueprint
    analysed: int = 500_000  # attempts of thirty questions
    pages: int = 30  # of one kind, one after the other
    units: int = 1_000
    people: int = 50_000
    listed: int = 100_000  # people of a list that a unit sends
    report_lines: int = 500_000  # of one file
    apart: bool = True  # each file by a process of its own, whose memory is looked at
    city_units: int = 5_000
    city_people: int = 500_000  # who sat twice, most of them
    certificates: int = 1_000  # in one bundle
    single_certificates: int = 20
    questions: int = 1_000  # of a file of any format
    imported: int = 5_000  # in one import
    document_pages: int = 200


SMALL = Size(
    kinds=("sqlite",),
    runs=1,
    save_runs=1,
    seconds=0.2,
    clients=2,
    candidates=8,
    starts=8,
    submissions=8,
    sittings=4,
    regraded=6,
    parallel=4,
    analysed=400,
    pages=3,
    units=60,
    people=300,
    listed=300,
    report_lines=1_000,
    apart=False,
    city_units=60,
    city_people=300,
    certificates=6,
    single_certificates=2,
    questions=40,
    imported=60,
    document_pages=3,
)


@dataclass
class Ground:
    """One run's databases and what benchmarks share; `close` stops and removes everything."""

    size: Size
    stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    shared: dict[str, object] = field(default_factory=dict)

    @cached_property
    def folder(self) -> Path:
        return Path(self.stack.enter_context(tempfile.TemporaryDirectory(prefix="lms-bench-")))

    @cached_property
    def _postgresql(self) -> str:
        from tests.postgres import running

        return self.stack.enter_context(running(durable=True))

    @cached_property
    def postmaster(self) -> int:
        """The first process of the PostgreSQL server."""
        folder = parse_qs(urlsplit(self._postgresql).query)["host"][0]
        return int((Path(folder) / "data" / "postmaster.pid").read_text().split("\n", 1)[0])

    def settings(self, kind: str) -> Settings:
        """Of an installation of its own with a migrated, empty database that waits for the disk."""
        name = f"{kind}_{len(list(self.folder.iterdir()))}"
        folder = self.folder / name
        folder.mkdir()
        url = f"sqlite:///{folder / 'lms.db'}" if kind == "sqlite" else self._new_postgresql(name)
        migrations.upgrade(url)
        return Settings(secrets.token_hex(32), folder, url, base_url="http://127.0.0.1")

    def _new_postgresql(self, name: str) -> str:
        admin = create_engine(self._postgresql, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        return self._postgresql.replace("@/lms?", f"@/{name}?")

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """What several benchmarks share, made when the first one asks for it."""
        if name not in self.shared:
            self.shared[name] = make()
        found: Made = self.shared[name]  # type: ignore[assignment]
        return found


@contextlib.contextmanager
def ground(size: Size) -> Iterator[Ground]:
    made = Ground(size)
    with made.stack:
        yield made
