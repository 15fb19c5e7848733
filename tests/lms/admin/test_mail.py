"""Mail that could not be sent: who sees it, why it failed in words, and sending it again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEvent
from lms.config import Settings
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.mail import FILE_GONE, KEPT, Mail, post, send_waiting
from lms.kit.outbox import OTHERWISE, PAGE, why
from lms.kit.storage import Storage
from lms.organisation import actions
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.post_office import open_post_office


def write(database: Database, to: str, **more: str) -> int:
    with database.writing() as session:
        mail = post(session, to, "Nhắc học tập", "Kính gửi", now=NOW, **more)  # type: ignore[arg-type]
        session.flush()
        return mail.id


def test_what_was_refused_is_seen_with_its_reason_and_sent_again_with_its_file(
    client_of: ClientOf, settings: Settings, database: Database, storage: Storage
) -> None:
    with storage.writing() as (key, file):
        file.write(b"%PDF-1.7")
    with open_post_office() as office:
        sending = replace(settings, mail=office.server)
        refused = write(database, "nobody@example.vn", file_key=key, file_name="Báo cáo.pdf")
        write(database, "later@example.vn")
        write(database, "fine@example.vn", file_key=key, file_name="Báo cáo.pdf")
        send_waiting(sending, database, NOW)
        client = client_of("an")
        page = client.get("/admin/mail/").text
        assert "nobody@example.vn" in page
        assert "later@example.vn" in page
        assert "fine@example.vn" not in page
        assert "Không có địa chỉ này" in page
        assert "fine@example.vn" in client.get("/admin/mail/?kind=sent").text
        client.post("/admin/mail/again", data={"id": refused})
        with database.writing() as session:
            again = session.get_one(Mail, refused)
            assert (again.given_up_at, again.tries, again.error) == (None, 0, "")
            again.to = "now@example.vn"
        send_waiting(sending, database, clock.now() + timedelta(seconds=1))
        (letter,) = office.to("now@example.vn")
        (attached,) = letter.iter_attachments()
        assert attached.get_content() == b"%PDF-1.7"
    with pytest.raises(KeyError):
        storage.path(key)
    with database.reading() as session:
        told = session.scalars(select(AuditEvent).where(AuditEvent.action == "mail.again")).one()
        assert (told.object_id, told.detail) == (str(refused), {"count": 1})


def test_all_that_failed_are_sent_again_but_not_what_is_under_way(
    client_of: ClientOf, database: Database
) -> None:
    states = {
        "refused": "550 5.1.1 x",
        "tried": "ConnectionRefusedError: x",
        "gone": FILE_GONE,
        "under_way": "",
    }
    ids = {name: write(database, f"{name}@example.vn") for name in states}
    with database.writing() as session:
        for name, error in states.items():
            mail = session.get_one(Mail, ids[name])
            mail.tries, mail.error, mail.next_try_at = 1, error, NOW + timedelta(days=999)
            mail.given_up_at = NOW if name in {"refused", "gone"} else None
    client = client_of("an")
    assert client.post("/admin/mail/again", data={}).status_code == 400
    client.post("/admin/mail/again", data={"all": "1"})
    with database.reading() as session:
        again = session.scalars(select(Mail.to).where(Mail.tries == 0).order_by(Mail.id)).all()
    assert again == ["refused@example.vn", "tried@example.vn"]


def test_only_administrators_of_a_whole_tree_see_mail(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        ward, dung = session.get_one(Unit, cast.units["ward_a"]), session.get_one(Person, cast.people["dung"])
        actions.grant_role(session, dung, role="administrator", unit=ward, by=None, now=NOW)
    for who, status in (("an", 200), ("dung", 404), ("lan", 403)):
        client = client_of(who)
        assert client.get("/admin/mail/").status_code == status
        assert ("/admin/mail/" in client.get("/admin/units/").text) == (status == 200)
        if status != 200:
            assert client.post("/admin/mail/again", data={"all": "1"}).status_code == status


def test_many_messages_come_page_by_page_and_old_ones_are_forgotten(
    client_of: ClientOf, settings: Settings, database: Database, storage: Storage
) -> None:
    with storage.writing() as (key, _file):
        pass
    old = write(database, "old@example.vn", file_key=key, file_name="x.pdf")
    for n in range(PAGE + 1):
        write(database, f"p{n}@example.vn")
    with database.writing() as session:
        for mail in session.scalars(select(Mail)):
            mail.given_up_at, mail.error = NOW, "550 x"
    client = client_of("an")
    first = client.get("/admin/mail/").text
    assert f"p{PAGE}@example.vn" in first
    assert "old@example.vn" not in first
    assert "old@example.vn" in client.get(f"/admin/mail/?before={old + 2}").text
    send_waiting(settings, database, NOW + KEPT)
    assert storage.path(key).exists()
    with database.writing() as session:
        session.get_one(Mail, old).created_at = NOW - timedelta(seconds=1)
    send_waiting(settings, database, NOW + KEPT)
    with database.reading() as session:
        assert len(session.scalars(select(Mail.id)).all()) == PAGE + 1
    with pytest.raises(KeyError):
        storage.path(key)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("SMTPRecipientsRefused: 550 5.1.1 <a@x>: Recipient address rejected", "no such address"),
        ("SMTPRecipientsRefused: 452 4.2.2 mailbox full", "mailbox is full"),
        ("SMTPAuthenticationError: 535 5.7.8 Error", "sign-in name and password"),
        ("SSLCertVerificationError: certificate verify failed", "safe connection"),
        ("SMTPNotSupportedError: STARTTLS extension not supported by server.", "safe connection"),
        ("gaierror: [Errno -2] Name or service not known", "cannot be reached"),
        ("TimeoutError: timed out", "cannot be reached"),
        ("SMTPDataError: 451 4.3.0 Come back later", "later"),
        ("SMTPDataError: 554 5.6.0 Spam", OTHERWISE),
        (FILE_GONE, "file to be sent"),
    ],
)
def test_what_servers_say_is_told_in_words(error: str, words: str) -> None:
    assert words in why(error)
