"""The worker as it runs in production: its own processes, killed without warning, on both databases."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from lms import worker
from lms.config import PROJECT, Settings
from lms.kit import clock, jobs
from lms.kit.db import Database
from lms.kit.jobs import Job

PATIENCE = 60.0


@pytest.fixture
def hold(settings: Settings) -> Path:
    """While this file is there, a slow job goes on."""
    file = settings.data_dir / "hold"
    file.touch()
    return file


def test_a_job_is_run_as_soon_as_it_is_announced(settings: Settings, database: Database) -> None:
    with working(settings) as (process, _log):
        wait_for(lambda: announced(settings))
        job_id = ask(database, settings)
        worker.announce_job(settings, job_id)
        wait_for(lambda: state(database, job_id) == "done")
        assert process.poll() is None
    assert diary(settings) == ["begun", "ended"]


def test_a_job_that_was_never_announced_is_found(settings: Settings, database: Database) -> None:
    job_id = ask(database, settings)
    with working(settings):
        wait_for(lambda: state(database, job_id) == "done")
    assert diary(settings) == ["begun", "ended"]


def test_killing_the_worker_loses_no_job(settings: Settings, database: Database, hold: Path) -> None:
    job_id, second = ask(database, settings), ask(database, settings)
    with working(settings, "--processes", "1") as (process, _log):
        wait_for(lambda: diary(settings) == ["begun"])
        children = children_of(process.pid)
        assert len(children) == 2  # one that works, one that sweeps
        process.kill()
        wait_for(lambda: not any(alive(child) for child in children))
    assert state(database, job_id) == "running"
    assert state(database, second) == "waiting"

    hold.unlink()
    let_the_lease_run_out(database, job_id)
    with working(settings):
        wait_for(lambda: state(database, job_id) == state(database, second) == "done")
    assert diary(settings).count("ended") == 2
    assert diary(settings).count("begun") == 3
    with database.reading() as session:
        assert session.get_one(Job, job_id).tries == 2


def test_a_told_worker_lets_its_job_end(settings: Settings, database: Database, hold: Path) -> None:
    job_id = ask(database, settings)
    with working(settings) as (process, _log):
        wait_for(lambda: diary(settings) == ["begun"])
        process.terminate()
        time.sleep(0.5)
        assert process.poll() is None
        hold.unlink()
        assert process.wait(PATIENCE) == 0
    assert state(database, job_id) == "done"


def test_the_log_tells_where_a_job_failed_but_not_about_whom(settings: Settings, database: Database) -> None:
    with database.writing() as session:
        jobs.ask_for(session, "broken", {"person": "Nguyễn Văn An"}, by=None, now=clock.now())
    with working(settings) as (_process, log):
        wait_for(lambda: "ValueError" in log.read_text())
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    failed = next(line for line in lines if line["event"] == "failed")
    assert failed["error"] == "ValueError"
    assert any("slow_job.py" in place for place in failed["at"])
    assert "Nguyễn" not in log.read_text()


@pytest.mark.parametrize("url", ["sqlite:///lms.db", "postgresql+psycopg://lms@127.0.0.1:1/lms"])
def test_announcing_never_raises(url: str, tmp_path: Path) -> None:
    """Here there is no queue: no worker has ever run, the server does not answer."""
    nowhere = Settings(
        secret_key="", data_dir=tmp_path / "none", database_url=url, base_url="http://localhost"
    )
    with structlog.testing.capture_logs() as logs:
        worker.announce_job(nowhere, 7)
    assert [(entry["event"], entry["job"]) for entry in logs] == [("job_not_announced", 7)]


def test_a_failing_sweep_does_not_stop_the_next(
    settings: Settings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[datetime] = []

    def fails(_settings: Settings, _database: Database, _now: datetime) -> int:
        return 1 // 0

    def notes(_settings: Settings, _database: Database, now: datetime) -> int:
        seen.append(now)
        return 1

    monkeypatch.setattr(worker, "SWEEPS", [fails, notes])
    now = datetime(2026, 11, 27, 10, tzinfo=UTC)
    with structlog.testing.capture_logs() as logs:
        worker.sweep(settings, now)
    assert seen == [now]
    told = [(entry["event"], entry["sweep"], entry.get("error")) for entry in logs]
    assert told == [("failed", "fails", "ZeroDivisionError"), ("done", "notes", None)]


@pytest.mark.usefixtures("database")
def test_every_sweep_runs_on_an_empty_database(settings: Settings) -> None:
    with structlog.testing.capture_logs() as logs:
        worker.sweep(settings, clock.now())
    assert logs == []


def test_every_kind_of_job_has_its_handler() -> None:
    for place in worker.HANDLERS.values():
        assert callable(worker._load(place))


def ask(database: Database, settings: Settings) -> int:
    with database.writing() as session:
        folder = str(settings.data_dir)
        return jobs.ask_for(session, "slow", {"folder": folder}, by=None, now=clock.now()).id


def announced(settings: Settings) -> bool:
    """Whether the worker is up: a message about no job at all gets into its queue."""
    with structlog.testing.capture_logs() as logs:
        worker.announce_job(settings, 0)
    return not logs


def state(database: Database, job_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Job, job_id).state


def let_the_lease_run_out(database: Database, job_id: int) -> None:
    """A minute later."""
    with database.writing() as session:
        session.get_one(Job, job_id).lease_until = clock.now() - timedelta(seconds=1)


def diary(settings: Settings) -> list[str]:
    file = settings.data_dir / "diary"
    return file.read_text().splitlines() if file.exists() else []


@contextlib.contextmanager
def working(settings: Settings, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A worker, and the file it logs to; it is killed at the end if it still runs."""
    env = {
        **os.environ,
        "LMS_SECRET_KEY": settings.secret_key,
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_DATABASE_URL": settings.database_url,
        "LMS_LOG_FORMAT": "json",
    }
    log = settings.data_dir / "log"
    with log.open("ab") as file:
        command = [sys.executable, "-m", "tests.lms.slow_job", *arguments]
        process = subprocess.Popen(command, env=env, cwd=PROJECT, stderr=file)
    try:
        yield process, log
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)
        print(log.read_text())  # noqa: T201 - shown when the test fails


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_for(holds: Callable[[], Any]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
