"""The answer file: what a browser could not send, carried by hand as the last resort.

The exam page writes the events it still owes into a file, encrypted with a key that only this attempt's page and the
server have, so that nobody else can read, make or change one. Whoever brings it, its events are saved like any others:
what is late stays late, what is there already changes nothing.

The file is JSON: {"version": 1, "attempt": "12", "iv": base64, "data": base64}; `data` is AES-256-GCM (NIST SP 800-38D)
over JSON, {"tabs": [{"tab", "events": [{seq, slot, op, value, ms}]}]}, bound to "version|attempt".
"""

from __future__ import annotations

import base64
import hmac
import json
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.attempts import answers, forms
from lms.attempts.models import Attempt, AttemptNote
from lms.attempts.rules import CONFLICT, LATE, OK
from lms.audit.actions import record
from lms.courses.models import Course
from lms.exams.models import Exam
from lms.kit.i18n import N_
from lms.organisation.queries import below

VERSION = 1
_IV_BYTES = 12
MOST_BYTES = 2 * 1024 * 1024
MOST_TABS = 100
MOST_EVENTS = 20_000
MESSAGES = {
    "answer_file_missing": N_("Choose a file first."),
    "answer_file_huge": N_("This file is too large to be an answer file. Nothing of it was stored."),
    "answer_file_broken": N_(
        "This is not an answer file, or it is damaged. Choose the file whose name begins with “bai-lam”."
    ),
    "answer_file_foreign": N_(
        "This answer file belongs to another attempt. Each file can be handed in only for its own attempt."
    ),
    "answer_file_altered": N_("This answer file was changed after it was made, so it cannot be taken."),
}


class AnswerFileRefused(ValueError):
    """The file is not taken; `code` is one of MESSAGES."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: how many of its events count, came late, or were said while another device had the test."""

    ok: int
    late: int
    conflict: int

    @property
    def events(self) -> int:
        return self.ok + self.late + self.conflict


def key_of(secret: str, attempt_id: int, person_id: int) -> str:
    """The key of an attempt's answer file as hex; the person's page may hold it, as the answers are their own."""
    root = hmac.digest(secret.encode(), b"lms.attempts.answer_file.1", "sha256")
    return hmac.digest(root, f"{attempt_id}|{person_id}".encode(), "sha256").hex()


def seal(key: str, attempt_id: int, payload: str) -> str:
    """A file with this payload, as the exam page makes it."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    iv = secrets.token_bytes(_IV_BYTES)
    data = AESGCM(bytes.fromhex(key)).encrypt(iv, payload.encode(), _bound_to(attempt_id))
    words = {name: base64.b64encode(part).decode() for name, part in (("iv", iv), ("data", data))}
    return json.dumps({"version": VERSION, "attempt": str(attempt_id), **words})


def _bound_to(attempt_id: int) -> bytes:
    return f"{VERSION}|{attempt_id}".encode()


def read(data: bytes, attempt_id: int, keys: Sequence[str]) -> list[forms.Batch]:
    """The events of a file for this attempt, in portions that a save takes. Raises AnswerFileRefused.

    `keys`: `key_of` with the installation's secret and with former ones, as the file may be older than a new secret.
    """
    if len(data) > MOST_BYTES:
        raise AnswerFileRefused("answer_file_huge")
    file = _object(data.decode("utf-8", "replace"))
    iv, hidden = _bytes(file.get("iv")), _bytes(file.get("data"))
    if file.get("version") != VERSION or len(iv) != _IV_BYTES:
        raise AnswerFileRefused("answer_file_broken")
    if file.get("attempt") != str(attempt_id):
        raise AnswerFileRefused("answer_file_foreign")
    opened = next(filter(None, (_opened(key, attempt_id, iv, hidden) for key in keys)), None)
    if opened is None:
        raise AnswerFileRefused("answer_file_altered")
    return list(_batches(_object(opened)))


def _opened(key: str, attempt_id: int, iv: bytes, hidden: bytes) -> str | None:
    """The payload; None when this is not its key, or when it was changed."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return (
            AESGCM(bytes.fromhex(key)).decrypt(iv, hidden, _bound_to(attempt_id)).decode("utf-8", "replace")
        )
    except InvalidTag:
        return None


def _bytes(words: object) -> bytes:
    """Base64 as bytes; empty for what is none."""
    try:
        return base64.b64decode(words, validate=True) if isinstance(words, str) else b""
    except ValueError:
        return b""


def _object(words: str) -> dict[str, Any]:
    try:
        found = json.loads(words)
    except (ValueError, RecursionError) as reason:
        raise AnswerFileRefused("answer_file_broken") from reason
    if not isinstance(found, dict):
        raise AnswerFileRefused("answer_file_broken")
    return found


def _batches(payload: dict[str, Any]) -> Iterator[forms.Batch]:
    tabs = payload.get("tabs")
    if not isinstance(tabs, list) or len(tabs) > MOST_TABS:
        raise AnswerFileRefused("answer_file_broken")
    left = MOST_EVENTS
    for tab in tabs:
        events = tab.get("events") if isinstance(tab, dict) else None
        if not isinstance(events, list) or len(events) > left:
            raise AnswerFileRefused("answer_file_broken")
        left -= len(events)
        for at in range(0, len(events), forms.MOST_EVENTS):
            portion = {"tab": tab.get("tab"), "events": events[at : at + forms.MOST_EVENTS]}
            try:
                yield forms.read_batch(portion)
            except forms.Malformed as reason:
                raise AnswerFileRefused("answer_file_broken") from reason


def take(
    session: Session,
    attempt_id: int,
    batches: list[forms.Batch],
    *,
    by: int,
    sign_in_id: str | None,
    now: datetime,
) -> Taken:
    """Save the events and note it in the attempt's story. `sign_in_id`: of the candidate; None when an officer brings
    the file, whom `attempt_for` has found entitled to. Taking a file again changes no answer."""
    statuses: Counter[str] = Counter()
    for batch in batches:
        saved = answers.save(
            session.connection(),
            attempt_id=attempt_id,
            sign_in_id=sign_in_id,
            tab=batch.tab,
            events=batch.events,
            now=now,
        )
        statuses.update(saved.statuses.values())
    taken = Taken(statuses[OK], statuses[LATE], statuses[CONFLICT])
    _note(session, attempt_id, taken, by, now)
    return taken


def _note(session: Session, attempt_id: int, taken: Taken, by: int, now: datetime) -> None:
    attempt = session.execute(select(Attempt.exam_id, Attempt.unit_id).where(Attempt.id == attempt_id)).one()
    detail = {"ok": taken.ok, "late": taken.late, "conflict": taken.conflict}
    session.execute(
        insert(AttemptNote).values(
            exam_id=attempt.exam_id, attempt_id=attempt_id, kind="file", text="", detail=detail, by=by, at=now
        )
    )
    record(
        session,
        "attempt.answer_file",
        "attempt",
        attempt_id,
        actor_id=by,
        now=now,
        unit_id=attempt.unit_id,
        **detail,
    )


def attempt_for(
    session: Session, attempt_id: int, person_id: int, trains: tuple[int, ...], leads: tuple[int, ...]
) -> Any:
    """The attempt (id, person_id, state, deadline_at, exam's title) if it is the person's own, if one of the units
    `trains` or one above it organises its course, or if it is counted below one of the units `leads`; else None."""
    return session.execute(
        select(Attempt.id, Attempt.person_id, Attempt.number, Attempt.state, Attempt.deadline_at, Exam.title)
        .join(Exam, Exam.id == Attempt.exam_id)
        .join(Course, Course.id == Exam.course_id)
        .where(
            Attempt.id == attempt_id,
            (Attempt.person_id == person_id)
            | Course.unit_id.in_(below(trains))
            | Attempt.unit_id.in_(below(leads)),
        )
    ).first()
