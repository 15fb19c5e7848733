"""Mail as rows: whoever wants to send adds a row in the own transaction; the worker's sweep sends what waits.

So nothing is sent of what was rolled back, and nothing is lost with a server that is out of order. A row is claimed
before it is sent (its next try is put off in a committed transaction of its own), so that no two workers send it. One
edge remains, and no program can close it: when the process dies, or the connection breaks, between the server's taking
the message and our noting it, the message is sent again at the next try. It then has the same Message-ID, by which
mail servers and programs recognise it. Better twice than never.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import PurePath

from sqlalchemy import Index, delete, exists, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms.config import ADDRESS, MailServer, Settings
from lms.kit.db import Base, Database, sparse_index
from lms.kit.storage import Storage

# pauses between tries; together a day, after which a message is given up
PAUSES = tuple(timedelta(minutes=n) for n in (1, 5, 15, 30, 60, 120, 240, 480, 480))
PATIENCE = 10  # seconds for each answer of the server
AT_A_TIME = 500  # messages a sweep
LONGEST_SWEEP = 20.0  # seconds; other sweeps wait meanwhile, the next one goes on
LONGEST_SUBJECT, LONGEST_ERROR = 200, 300  # characters
LONGEST_ADDRESS = 254  # RFC 5321
MARK = "mail"  # of files that no row names yet
KEPT = timedelta(days=30)  # a message that was sent or given up; then the row goes, and the file with it
CLEARED = 500  # rows a sweep looks through for old ones
FILE_GONE = "the file to be sent is no longer there"


class Mail(Base):
    """A message to one address, with at most one file."""

    __tablename__ = "mail"
    __table_args__ = (
        Index(
            "ix_mail_waiting",
            "next_try_at",
            sqlite_where=text("sent_at IS NULL AND given_up_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND given_up_at IS NULL"),
        ),
        sparse_index("ix_mail_given_up", "given_up_at"),
        Index(
            "ix_mail_file",
            "file_key",
            sqlite_where=text("sent_at IS NULL AND file_key <> ''"),
            postgresql_where=text("sent_at IS NULL AND file_key <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    file_key: Mapped[str] = mapped_column(default="")
    file_name: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


WAITING = Mail.sent_at.is_(None) & Mail.given_up_at.is_(None)


def is_address(given: str) -> bool:
    """Whether mail can be sent there."""
    return len(given) <= LONGEST_ADDRESS and ADDRESS.fullmatch(given) is not None


def one_line(words: str) -> str:
    """A subject: one line, however it was written; nothing in it begins another header."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", words).split())[:LONGEST_SUBJECT]


def post(
    session: Session,
    to: str,
    subject: str,
    body: str,
    *,
    now: datetime,
    file_key: str = "",
    file_name: str = "",
    not_before: datetime | None = None,
) -> Mail:
    """Have a message sent, in the caller's transaction. Raises ValueError for what is no address."""
    if not is_address(to):
        raise ValueError("there is no such address of mail")
    mail = Mail(
        to=to,
        subject=one_line(subject),
        body=body,
        file_key=file_key,
        file_name=file_name,
        created_at=now,
        next_try_at=not_before or now,
    )
    session.add(mail)
    return mail


# ------------------------------------------------------------------------------------------------- the message


def message(mail: Mail, server: MailServer, content: bytes | None) -> EmailMessage:
    """The message as it travels: plain text in UTF-8, nothing in it is fetched from anywhere."""
    made = EmailMessage(policy=SMTP)
    domain = server.sender.partition("@")[2]
    made["From"] = _address(server.sender)
    made["To"] = _address(mail.to)
    made["Subject"] = one_line(mail.subject)
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = f"<{mail.id}.{round(mail.created_at.timestamp() * 1000)}@{domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: no automatic answers, please
    made.set_content(mail.body)
    if content is not None:
        made.add_attachment(
            content,
            maintype="application",
            subtype=_subtype(mail.file_name),
            filename=one_line(mail.file_name),
        )
    return made


def _address(given: str) -> Address:
    user, _at, domain = given.partition("@")
    return Address(username=user, domain=domain)


_OFFICE = "vnd.openxmlformats-officedocument"
_SUBTYPES = {
    ".pdf": "pdf",
    ".json": "json",
    ".zip": "zip",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
}


def _subtype(name: str) -> str:
    return _SUBTYPES.get(PurePath(name).suffix.lower(), "octet-stream")


@contextlib.contextmanager
def connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A conversation with the server, encrypted and signed in as the settings say; certificates are checked.

    Raises OSError (smtplib's errors and those of ssl are among its kinds).
    """
    secure = ssl.create_default_context() if server.tls != "none" else None
    conversation = (
        smtplib.SMTP_SSL(server.host, server.port, timeout=PATIENCE, context=secure)
        if server.tls == "tls"
        else smtplib.SMTP(server.host, server.port, timeout=PATIENCE)
    )
    try:
        if server.tls == "starttls":
            conversation.starttls(context=secure)
        if server.user:
            conversation.login(server.user, server.password)
        yield conversation
    finally:
        with contextlib.suppress(OSError):
            conversation.quit()
        conversation.close()


# --------------------------------------------------------------------------------------------------- sending


@dataclass(frozen=True, slots=True)
class _Post:
    """What sending needs at hand."""

    database: Database
    storage: Storage
    server: MailServer
    now: datetime


def send_waiting(settings: Settings, database: Database, now: datetime) -> int:
    """Send what is due; the number of messages sent. Without a mail server everything waits, untouched.

    A message that the server refuses for good is given up at once, any other failure is tried again for a day.
    """
    storage = Storage(settings.data_dir / "files")
    _drop_unnamed(database, storage, now)
    _drop_old(database, storage, now)
    if settings.mail is None:
        return 0
    due = _due(database, now)
    if not due:
        return 0
    work = _Post(database, storage, settings.mail, now)
    with contextlib.ExitStack() as stack:
        try:
            conversation = stack.enter_context(connected(settings.mail))
        except (OSError, smtplib.SMTPException) as error:
            _nobody_there(work, due, reason_of(error))
            return 0
        return _send_all(work, conversation, due)


def _nobody_there(work: _Post, due: list[int], reason: str) -> None:
    """The server cannot be spoken with: a failed try of everything that is due."""
    for mail_id in due:
        mail = _claim(work, mail_id)
        if mail is not None:
            _failed(work, mail, reason, for_good=False)


def _due(database: Database, now: datetime) -> list[int]:
    with database.reading() as session:
        asked = select(Mail.id).where(WAITING, Mail.next_try_at <= now).order_by(Mail.next_try_at, Mail.id)
        return list(session.scalars(asked.limit(AT_A_TIME)))


def _send_all(work: _Post, conversation: smtplib.SMTP, due: list[int]) -> int:
    """One message after the other, until the time of a sweep is over or the connection breaks."""
    began, sent = time.monotonic(), 0
    for mail_id in due:
        if time.monotonic() - began > LONGEST_SWEEP:
            break
        mail = _claim(work, mail_id)
        if mail is None:
            continue
        sent += _send(work, conversation, mail)
        if conversation.sock is None:
            break  # the rest is still due and goes with the next sweep
    return sent


def _claim(work: _Post, mail_id: int) -> Mail | None:
    """Put off the next try, so that nobody else takes the message up; None when somebody has."""
    with work.database.writing() as session:
        mail = session.get(Mail, mail_id)
        if mail is None:
            return None
        free = update(Mail).where(
            Mail.id == mail_id, WAITING, Mail.next_try_at <= work.now, Mail.tries == mail.tries
        )
        pause = PAUSES[min(mail.tries, len(PAUSES) - 1)]
        taken = session.execute(
            free.values(tries=Mail.tries + 1, next_try_at=work.now + pause, error="").returning(Mail.id)
        ).first()
        if taken is None:
            return None
        session.refresh(mail)
        session.expunge(mail)
        return mail


def _send(work: _Post, conversation: smtplib.SMTP, mail: Mail) -> bool:
    try:
        content = work.storage.path(mail.file_key).read_bytes() if mail.file_key else None
    except KeyError:
        _failed(work, mail, FILE_GONE, for_good=True)
        return False
    try:
        conversation.send_message(message(mail, work.server, content))
    except (OSError, smtplib.SMTPException) as error:
        _failed(work, mail, reason_of(error), for_good=_for_good(error))
        with contextlib.suppress(OSError, smtplib.SMTPException):
            conversation.rset()
        return False
    except (ValueError, MessageError) as error:  # a row that holds what no header may hold
        _failed(work, mail, reason_of(error), for_good=True)
        return False
    _close(work, mail, sent_at=work.now, error="")
    return True


def _for_good(error: Exception) -> bool:
    """Whether the server will say the same of this message tomorrow: a code of 500 and more about it."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    about_it = isinstance(error, smtplib.SMTPDataError | smtplib.SMTPNotSupportedError)
    return about_it and getattr(error, "smtp_code", 500) >= 500


def _failed(work: _Post, mail: Mail, reason: str, *, for_good: bool) -> None:
    if for_good or mail.tries > len(PAUSES):
        _close(work, mail, given_up_at=work.now, error=reason)
        return
    with work.database.writing() as session:
        session.execute(update(Mail).where(Mail.id == mail.id).values(error=reason))


def _close(work: _Post, mail: Mail, **values: object) -> None:
    """Note what came of it; a file that no other message waits for, or may be sent with again, is deleted."""
    wanted = True
    with work.database.writing() as session:
        session.execute(update(Mail).where(Mail.id == mail.id).values(**values))
        if mail.file_key:
            unsent = Mail.sent_at.is_(None) & (Mail.file_key == mail.file_key)
            wanted = bool(session.scalar(select(exists().where(unsent))))
    if not wanted:
        work.storage.remove(mail.file_key)


def reason_of(error: Exception) -> str:
    """One line that says what happened, kept with the message for the administrator."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        said = "; ".join(f"{code} {_words(words)}" for code, words in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        said = f"{error.smtp_code} {_words(error.smtp_error)}"
    else:
        said = str(error)
    return one_line(f"{type(error).__name__}: {said}")[:LONGEST_ERROR]


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _drop_unnamed(database: Database, storage: Storage, now: datetime) -> None:
    """Delete the files that were written to be sent and whose message never came to be."""
    for key in storage.marked(MARK, now - timedelta(hours=1)):
        with database.reading() as session:
            named = session.scalar(select(exists().where(Mail.file_key == key)))
        if not named:
            storage.remove(key)
        storage.unmark(MARK, key)


def _drop_old(database: Database, storage: Storage, now: datetime) -> None:
    """Forget what was settled long ago, the oldest rows first, each with its file."""
    with database.reading() as session:
        oldest = session.execute(
            select(Mail.id, Mail.file_key, Mail.created_at, WAITING).order_by(Mail.id).limit(CLEARED)
        ).all()
    old = [row for row in oldest if row[2] < now - KEPT and not row[3]]
    if not old:
        return
    with database.writing() as session:
        session.execute(delete(Mail).where(Mail.id.in_([row[0] for row in old]), ~WAITING))
        keys = {row[1] for row in old if row[1]}
        named = set(session.scalars(select(Mail.file_key).where(Mail.file_key.in_(keys))) if keys else ())
    for key in keys - named:
        storage.remove(key)
