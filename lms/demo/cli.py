"""`lms demo`: a fresh demonstration in a folder of its own, served on this machine only."""

from __future__ import annotations

import os
import random
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from lms.config import PROJECT, Settings, read_settings
from lms.kit.i18n import _

PEOPLE = 600
FOLDER = PROJECT / ".demo"
READY = "ready"  # a file: the data were made to the end


@click.command()
@click.option("--port", default=8000, show_default=True, help="Port on the loopback address.")
@click.option(
    "--people", default=PEOPLE, show_default=True, help="How many people a fresh demonstration has."
)
@click.option("--fresh", is_flag=True, help="Start over, throwing the former data away.")
@click.option("--no-serve", is_flag=True, help="Only make the data.")
def demo(port: int, people: int, fresh: bool, no_serve: bool) -> None:
    """Set up a demonstration and serve it."""
    folder = Path(os.environ.get("LMS_DATA_DIR", FOLDER))
    if fresh or not (folder / READY).exists():
        shutil.rmtree(folder, ignore_errors=True)
    env = _environment(folder, port)
    settings = read_settings(env)
    if not (folder / READY).exists():
        _make(settings, people)
        (folder / READY).touch()
    if not no_serve:
        _serve(env, settings, port)


def _environment(folder: Path, port: int) -> dict[str, str]:
    """The settings of the demonstration, for this process and its children; the secret is kept with the data."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_hex(32))
    return {
        **os.environ,
        "LMS_DATA_DIR": str(folder),
        "LMS_SECRET_KEY": secret.read_text(),
        "LMS_BASE_URL": f"http://127.0.0.1:{port}",
        "LMS_LOG_FORMAT": os.environ.get("LMS_LOG_FORMAT", "console"),
    }


def _make(settings: Settings, people: int) -> None:
    """Database, content, organisation, an open course, and what people did in it so far."""
    from lms.attempts.rules import receipt_key
    from lms.banks.content import read_content
    from lms.banks.loading import load
    from lms.demo import city, doubts, essays, office, room, story
    from lms.kit import clock, migrations
    from lms.kit.db import Database
    from lms.kit.storage import Storage

    began = time.monotonic()
    _say(_("Making the database and loading the content …"))
    migrations.upgrade(settings.database_url)
    database, now, rng = Database(settings.database_url), clock.now(), random.Random(2026)  # noqa: S311 - made-up data
    with database.writing() as session:
        load(session, read_content(PROJECT / "question_banks"), by=None, now=now)
        _say(_("Making {count} people and letting some of them study …", count=people))
        made = city.build(session, people, now=now, rng=rng)
        key, top = receipt_key(settings.secret_key), made.units[city.CITY[0]]
        course, exam = story.open_course(session, top, by=None, now=now)
        story.sit(session, exam, made.people, key=key, now=now, rng=rng)
        doubts.challenge(session, exam, key=key, now=now, rng=rng)
        essay = essays.open_course(session, top, made.units[city.WRITING], by=None, now=now)
        storage = Storage(settings.data_dir / "files")
        at_work = essays.write(session, essay, made.people, storage=storage, key=key, now=now, rng=rng)
        essays.mark(session, essay, made.accounts["chambai"], now=now, rng=rng)
        office.work(session, made, course, now=now)
        for attempt_id in at_work[:1]:
            room.lose_contact(session, attempt_id, now=now)
    database.engine.dispose()
    _say(_("Done in {seconds} s.", seconds=round(time.monotonic() - began)))


def _serve(env: Mapping[str, str], settings: Settings, port: int) -> None:
    """The server and the worker as child processes; the first that ends ends the other."""
    from lms.kit import migrations

    migrations.upgrade(settings.database_url)
    command = [sys.executable, "-m", "lms"]
    children = [
        subprocess.Popen([*command, "serve", "--port", str(port)], env=dict(env)),  # noqa: S603 - our own command
        subprocess.Popen([*command, "worker", "--processes", "1"], env=dict(env)),  # noqa: S603
    ]
    signal.signal(signal.SIGTERM, lambda *_caught: sys.exit(0))
    try:
        _wait_until_it_answers(settings.base_url, children[0])
        _welcome(settings.base_url)
        _until_one_ends(children, settings)
    except KeyboardInterrupt:
        pass
    finally:
        _stop(children)
    failed = [
        child.returncode for child in children if child.returncode not in (0, -signal.SIGTERM, -signal.SIGINT)
    ]
    sys.exit(failed[0] if failed else 0)


def _until_one_ends(children: list[subprocess.Popen[bytes]], settings: Settings) -> None:
    """Meanwhile people who do not exist are at work."""
    from lms.demo import room
    from lms.kit import clock
    from lms.kit.db import Database

    database, told_at = Database(settings.database_url), clock.now() - room.EVERY
    while all(child.poll() is None for child in children):
        if clock.now() - told_at >= room.EVERY:
            told_at = clock.now()
            room.tell_of(database, told_at)
        time.sleep(0.5)


def _wait_until_it_answers(base_url: str, server: subprocess.Popen[bytes]) -> None:
    import urllib.error
    import urllib.request

    for _try in range(150):
        if server.poll() is not None:
            _say(_("The server did not start. Is the port in use? Choose another one: make demo PORT=8001"))
            sys.exit(2)
        try:
            urllib.request.urlopen(f"{base_url}/healthz", timeout=1).read()  # noqa: S310 - our own loopback address
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return


def _stop(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(timeout=10)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _welcome(base_url: str) -> None:
    from lms.demo.city import PASSWORD, ROLES
    from lms.organisation.rules import ROLE_NAMES

    _say("")
    _say(_("The demonstration is ready: {url}", url=base_url))
    _say(_("Password of every account: {password}", password=PASSWORD))
    for sign_in_name, full_name, role, _code in ROLES:
        title = _(ROLE_NAMES[role]) if role else _("Cadre")
        _say(f"  {sign_in_name:<12} {title} – {full_name}")
    _say(_("Ctrl+C stops it; the data are kept. Start over: make demo FRESH=1"))


def _say(sentence: str) -> None:
    click.echo(sentence)
    sys.stdout.flush()
