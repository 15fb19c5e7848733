"""Looks at everything an installation leans on and says, one finding each, whether it is well and what to do if not."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta

from lms.config import MailServer, Settings, Told, read_settings, unknown_settings
from lms.kit import clock
from lms.kit.explain import say
from lms.kit.i18n import N_, _, set_language

LEAST_FREE = 1024**3  # bytes: an examination of 20,000 answers needs far less, its reports and backups do not
PATIENCE = timedelta(minutes=5)  # a job that waits longer says that no worker runs


@dataclass(frozen=True, slots=True)
class Finding:
    """`what` was looked at (a fixed English word), whether it is `well`, and one sentence in the user's language."""

    what: str
    well: bool
    says: str

    def as_json(self) -> dict[str, object]:
        return asdict(self)


Look = Callable[[Settings], str]  # the sentence when all is well; raises Told otherwise


def examine(env: Mapping[str, str], more: Mapping[str, Look] | None = None) -> list[Finding]:
    """All findings, in the language of LMS_LANGUAGE, each sentence once. Nothing is changed by looking.

    `more` are looks at what stands above this floor, by their names.
    """
    set_language(env.get("LMS_LANGUAGE", "vi"))
    return list(_findings(env, LOOKS | dict(more or {})))


def check_start(settings: Settings) -> None:
    """What must be there before anything is served. Raises Told, with one sentence that says what to do."""
    for look in (_database, _libraries, _fonts):
        look(settings)


def _findings(env: Mapping[str, str], looks: Mapping[str, Look]) -> Iterator[Finding]:
    try:
        settings = read_settings(env)
    except Told as wrong:
        yield Finding("settings", False, say(wrong))
        return
    yield _settings(env)
    told: set[str] = set()  # one cause may stop several looks
    for what, look in looks.items():
        finding = _look(what, look, settings)
        if finding.says not in told:
            told.add(finding.says)
            yield finding


def _look(what: str, look: Look, settings: Settings) -> Finding:
    try:
        return Finding(what, True, look(settings))
    except Told as wrong:
        return Finding(what, False, say(wrong))


def _settings(env: Mapping[str, str]) -> Finding:
    unknown = ", ".join(unknown_settings(env))
    if unknown:
        says = _(
            "{names}: no such setting. Correct the name (docs/operations.md) or remove it.", names=unknown
        )
        return Finding("settings", False, says)
    return Finding("settings", True, _("All settings are complete."))


def _data(settings: Settings) -> str:
    folder = settings.data_dir
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        raise Told(
            N_(
                "The data folder {folder} cannot be written to. Change its owner, or set LMS_DATA_DIR to another."
            ),
            folder=folder,
        )
    free = shutil.disk_usage(existing).free
    if free < LEAST_FREE:
        raise Told(N_("Only {mib} MiB are free in {folder}. Make room."), mib=free // 1024**2, folder=folder)
    return _("{folder} can be written to.", folder=folder)


def _database(settings: Settings) -> str:
    from lms.kit.migrations import check_ready

    check_ready(settings.database_url)
    kind = "PostgreSQL" if settings.database_url.startswith("postgresql") else "SQLite"
    return _("{kind} is reachable and at the newest migration.", kind=kind)


def _jobs(settings: Settings) -> str:
    from sqlalchemy import func, select

    from lms.kit.db import Database
    from lms.kit.jobs import Job
    from lms.kit.migrations import check_ready

    check_ready(settings.database_url)
    database = Database(settings.database_url)
    since = clock.now() - PATIENCE
    with database.reading() as session:
        forgotten = func.count().filter(Job.state == "waiting", Job.created_at < since)
        waiting = session.scalar(select(forgotten).select_from(Job))
    database.engine.dispose()
    if waiting:
        raise Told(
            N_("{count} jobs have waited for more than five minutes. Start: lms worker"), count=waiting
        )
    return _("No job has been waiting for long.")


def _mail(settings: Settings) -> str:
    from lms.kit.db import Database
    from lms.kit.migrations import check_ready
    from lms.kit.outbox import outbox

    check_ready(settings.database_url)
    database = Database(settings.database_url)
    with database.reading() as session:
        box = outbox(session, clock.now() - timedelta(days=7))
    database.engine.dispose()
    if settings.mail is None:
        if box.waiting:
            raise Told(
                N_(
                    "{count} messages wait, because no mail server is set. Set LMS_MAIL_HOST and LMS_MAIL_FROM "
                    "(docs/operations.md)."
                ),
                count=box.waiting,
            )
        return _(
            "No mail server is set: nothing is sent by mail until LMS_MAIL_HOST and LMS_MAIL_FROM are set."
        )
    _speak_with(settings.mail)
    if box.failing or box.given_up:
        raise Told(
            N_(
                "{failing} messages could not be sent yet, {given_up} were given up in the last seven days. The last "
                "failure: {reason}"
            ),
            failing=box.failing,
            given_up=box.given_up,
            reason=box.reason,
        )
    return _("{host} takes our mail; {count} messages wait.", host=settings.mail.host, count=box.waiting)


def _speak_with(server: MailServer) -> None:
    """Greet the server and sign in, sending nothing. Raises Told."""
    import smtplib

    from lms.kit.mail import connected, reason_of

    try:
        with connected(server) as conversation:
            conversation.noop()
    except (OSError, smtplib.SMTPException) as error:
        raise Told(
            N_(
                "The mail server {host}:{port} cannot be used: {reason}. Check the settings LMS_MAIL_… and the server."
            ),
            host=server.host,
            port=server.port,
            reason=reason_of(error),
        ) from error


def _libraries(_settings: Settings) -> str:
    from lms.kit.libraries import check_libraries

    check_libraries()
    return _("The libraries that PDFs need are there.")


def _fonts(_settings: Settings) -> str:
    from lms.kit.fonts import faces

    found = faces()
    return _(
        "{official} and {display} have all Vietnamese letters.",
        official=found.official,
        display=found.display,
    )


def _catalogues(_settings: Settings) -> str:
    from lms.kit.i18n import FOLDER, read_catalogue

    count = sum(len(read_catalogue(path)) for path in (FOLDER / "vi").glob("*.po"))
    return _("{count} sentences are translated.", count=count)


LOOKS: dict[str, Look] = {
    "data": _data,
    "database": _database,
    "jobs": _jobs,
    "mail": _mail,
    "libraries": _libraries,
    "fonts": _fonts,
    "catalogues": _catalogues,
}
