"""Serving the product, and looking whether an installation is sound."""

from __future__ import annotations

import json
import os
import socket
import sys
import time
from ipaddress import ip_address
from typing import Any

import click

from lms.config import PROJECT, SettingsError, Told, read_settings

MOST_THREADS = 8  # a process; enough to wait for the database in parallel
STOPPING = 20  # seconds that a request is given to end when the server is told to stop
DYING_FAST = (5, 10.0)  # so many deaths within so many seconds: something is wrong, start slower


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=0, help="Processes; 0: one a processor.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the product with granian. The database must be migrated first: lms db upgrade."""
    os.environ["LMS_BASE_URL"] = _public_address(host, port)
    settings = read_settings(os.environ)
    from lms.kit import logs, processes
    from lms.kit.doctor import check_start

    check_start(settings)
    _check_port(host, port)
    logs.configure(settings.log_format)
    processes.children_die_with_us()
    granian(host=host, port=port, workers=workers or os.cpu_count() or 1).serve()


def _public_address(host: str, port: int) -> str:
    """LMS_BASE_URL, or where we listen if only this machine can reach it. Raises SettingsError."""
    given = os.environ.get("LMS_BASE_URL")
    if given:
        return given
    if host != "localhost" and not ip_address(host).is_loopback:
        raise SettingsError(
            "LMS_BASE_URL is missing: others can reach {host}, so set the address that people type in, for example "
            "https://hoctap.example.vn.",
            host=host,
        )
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _check_port(host: str, port: int) -> None:
    """Granian shares a port with whoever listens there already; then each gets half of the requests."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Told(
                "The server cannot listen at {host}, port {port} ({reason}). Choose another with --port, or stop the "
                "program that uses it.",
                host=host,
                port=port,
                reason=error.strerror,
            ) from error


def granian(*, host: str, port: int, workers: int) -> Any:
    """The server, as it runs in production: WSGI, a few threads a process, a dead process replaced at once."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    class Lasting(Server):  # type: ignore[misc,valid-type]  # granian chooses the class at import
        """Granian gives up when one process dies twice within 5.5 seconds; an examination must go on."""

        deaths: list[float] = []  # noqa: RUF012 - there is one server in a process

        def _respawn_workers(self, *args: Any, **options: Any) -> None:
            now = time.monotonic()
            most, within = DYING_FAST
            self.deaths[:] = [moment for moment in self.deaths if now - moment < within] + [now]
            if len(self.deaths) > most:
                time.sleep(1)
            super()._respawn_workers(*args, **options)
            self.respawned_wrks.clear()

    return Lasting(
        f"{PROJECT / 'wsgi.py'}:app",  # from whichever folder it is started
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=min(MOST_THREADS, 2 * (os.cpu_count() or 1) + 1),
        backlog=2048,
        log_level=LogLevels.warning,
        log_dictconfig=_logging(),
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOPPING,
    )


def _logging() -> dict[str, Any]:
    """Granian's own lines, written by us."""
    ours = {"handlers": ["ours"], "level": "WARNING", "propagate": False}
    return {
        "handlers": {"ours": {"class": "lms.kit.foreign_logs.ForeignLogs"}},
        "loggers": {"_granian": ours, "granian.access": ours},
    }


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def doctor(as_json: bool) -> None:
    """Check settings, database, migrations, fonts, libraries and keys; each finding says what to do."""
    from lms.certificates.seal import ready
    from lms.kit.doctor import examine

    findings = examine(os.environ, {"certificates": ready.look})
    if as_json:
        click.echo(json.dumps([finding.as_json() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(f"{'ok ' if finding.well else 'BAD'} {finding.what}: {finding.says}")
    sys.exit(0 if all(finding.well for finding in findings) else 1)
