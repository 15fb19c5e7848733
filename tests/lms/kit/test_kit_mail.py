"""Mail as a real server receives it: whole, once, later when it must be later, and given up with the reason."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.config import MailServer, Settings, SettingsError, read_settings
from lms.kit import clock
from lms.kit import mail as mailing
from lms.kit.db import Database
from lms.kit.doctor import LOOKS, Finding, _look
from lms.kit.mail import PAUSES, Mail, is_address, message, one_line, post, send_waiting
from lms.kit.outbox import outbox
from lms.kit.storage import Storage
from tests.cast import NOW
from tests.post_office import PostOffice, open_post_office, text_of

BODY = "Kính gửi đồng chí,\n\nĐồng chí chưa hoàn thành. Ơ, ỷ, ữ, Đ.\n.\nHết thư.\n"
SECRET = {"LMS_SECRET_KEY": "0123456789abcdef" * 4}
A_SERVER = {"LMS_MAIL_HOST": "mail.example.vn", "LMS_MAIL_FROM": "hoctap@example.vn"}


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with open_post_office() as opened:
        yield opened


@pytest.fixture
def sending(settings: Settings, office: PostOffice) -> Settings:
    return replace(settings, mail=office.server)


def write(database: Database, to: str = "lan@example.vn", **more: str) -> int:
    with database.writing() as session:
        mail = post(session, to, more.pop("subject", "Nhắc học tập"), BODY, now=NOW, **more)  # type: ignore[arg-type]
        session.flush()
        return mail.id


def stored(database: Database, mail_id: int) -> Mail:
    with database.reading() as session:
        found = session.get_one(Mail, mail_id)
        session.expunge(found)
        return found


def test_a_message_arrives_as_it_was_written(
    sending: Settings, database: Database, office: PostOffice
) -> None:
    mail_id = write(database, subject="Đồng chí ơi: báo cáo tuần – kết quả học tập nghị quyết " * 2)
    assert send_waiting(sending, database, NOW) == 1
    letter = office.letters[0]
    assert (letter["To"], letter["From"]) == ("lan@example.vn", "hoctap@example.vn")
    assert letter["Subject"].startswith("Đồng chí ơi: báo cáo tuần – kết quả")
    assert text_of(letter).replace("\r\n", "\n") == BODY
    assert letter.get_content_type() == "text/plain"
    assert letter["X-Envelope-To"] == "lan@example.vn"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert stored(database, mail_id).sent_at == NOW


def test_a_message_is_sent_once(sending: Settings, database: Database, office: PostOffice) -> None:
    write(database)
    for minutes in (0, 1, 60, 60 * 30):
        send_waiting(sending, database, NOW + timedelta(minutes=minutes))
    assert len(office.letters) == 1


def test_two_workers_do_not_send_the_same(
    sending: Settings, database: Database, office: PostOffice, database_url: str
) -> None:
    for n in range(15):
        write(database, f"p{n}@example.vn")
    workers = [
        threading.Thread(target=send_waiting, args=(sending, Database(database_url), NOW)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(letter["To"] for letter in office.letters) == sorted(f"p{n}@example.vn" for n in range(15))


def test_the_file_goes_along_and_is_deleted_after_the_last_who_gets_it(
    sending: Settings, database: Database, office: PostOffice, storage: Storage
) -> None:
    with storage.writing() as (key, file):
        file.write(b"%PDF-1.7 \x00\xff")
    name = "Báo cáo - Đảng ủy phường An Bình.pdf"
    write(database, "a@example.vn", file_key=key, file_name=name)
    write(database, "later@example.vn", file_key=key, file_name=name)
    assert send_waiting(sending, database, NOW) == 1
    (attachment,) = office.letters[0].iter_attachments()
    assert attachment.get_filename() == name
    assert (attachment.get_content(), attachment.get_content_type()) == (
        b"%PDF-1.7 \x00\xff",
        "application/pdf",
    )
    assert storage.path(key).exists(), "somebody still waits for it"
    with database.writing() as session:
        session.scalars(select(Mail).where(Mail.to == "later@example.vn")).one().to = "b@example.vn"
    assert send_waiting(sending, database, NOW + PAUSES[0]) == 1
    with pytest.raises(KeyError):
        storage.path(key)


def test_a_file_that_is_gone_is_said(sending: Settings, database: Database, office: PostOffice) -> None:
    mail_id = write(database, file_key="0" * 32, file_name="x.pdf")
    assert send_waiting(sending, database, NOW) == 0
    found = stored(database, mail_id)
    assert (found.given_up_at, found.error) == (NOW, mailing.FILE_GONE)
    assert not office.letters


def test_files_whose_message_never_came_to_be_are_deleted(
    sending: Settings, database: Database, storage: Storage
) -> None:
    with storage.writing(mailing.MARK) as (orphan, _file):
        pass
    with storage.writing(mailing.MARK) as (named, _file):
        pass
    with database.writing() as session:
        mail = post(session, "later@example.vn", "x", "y", now=NOW, file_key=named, file_name="x.csv")
        mail.next_try_at = NOW + timedelta(days=999)
    send_waiting(sending, database, clock.now())
    assert storage.path(orphan).exists(), "it may still be on its way"
    send_waiting(sending, database, clock.now() + timedelta(hours=2))
    assert storage.path(named).exists()
    with pytest.raises(KeyError):
        storage.path(orphan)


def test_without_a_server_mail_waits_untouched(settings: Settings, database: Database) -> None:
    mail_id = write(database)
    assert send_waiting(settings, database, NOW) == 0
    found = stored(database, mail_id)
    assert (found.tries, found.sent_at, found.given_up_at, found.next_try_at) == (0, None, None, NOW)


def test_a_server_that_cannot_be_reached_is_tried_for_a_day(settings: Settings, database: Database) -> None:
    nobody = replace(settings, mail=MailServer("127.0.0.1", 9, "hoctap@example.vn", tls="none"))
    mail_id, now = write(database), NOW
    tried: list[timedelta] = []
    while (found := stored(database, mail_id)).given_up_at is None:
        assert len(tried) < 20
        now = max(found.next_try_at, now)
        assert send_waiting(nobody, database, now - timedelta(seconds=1)) == 0, "not before its time"
        send_waiting(nobody, database, now)
        tried.append(now - NOW)
    assert tried[1:4] == [timedelta(minutes=1), timedelta(minutes=6), timedelta(minutes=21)]
    assert timedelta(hours=20) < tried[-1] <= timedelta(days=1)
    assert "ConnectionRefusedError" in stored(database, mail_id).error
    assert send_waiting(nobody, database, now + timedelta(days=2)) == 0


def test_a_refusal_for_good_is_final_and_the_others_go_on(
    sending: Settings, database: Database, office: PostOffice
) -> None:
    nobody, later, fine = (write(database, f"{name}@example.vn") for name in ("nobody", "later", "fine"))
    assert send_waiting(sending, database, NOW) == 1
    assert [letter["To"] for letter in office.letters] == ["fine@example.vn"]
    refused, put_off = stored(database, nobody), stored(database, later)
    assert refused.given_up_at == NOW
    assert "550 5.1.1 No such person" in refused.error
    assert (put_off.given_up_at, put_off.next_try_at) == (None, NOW + PAUSES[0])
    assert "451" in put_off.error
    assert stored(database, fine).error == ""


def test_a_connection_that_breaks_leaves_the_rest_for_the_next_sweep(
    sending: Settings, database: Database, office: PostOffice
) -> None:
    """The one edge: taken by the server, and not known to us. It is sent again, with the same Message-ID."""
    office.hangs_up = True
    first, second = write(database, "a@example.vn"), write(database, "b@example.vn")
    assert send_waiting(sending, database, NOW) == 0
    assert stored(database, first).tries == 1
    assert stored(database, second).tries == 0, "it was not even tried"
    office.hangs_up = False
    assert send_waiting(sending, database, NOW + PAUSES[0]) == 2
    again = office.to("a@example.vn")
    assert len(again) == 2
    assert again[0]["Message-ID"] == again[1]["Message-ID"]
    assert len(office.to("b@example.vn")) == 1


def test_a_server_that_wants_a_password_gets_it(settings: Settings, database: Database) -> None:
    with open_post_office("lms", "right password") as office:
        knows = replace(office.server, user="lms", password="wrong password")
        mail_id = write(database)
        assert send_waiting(replace(settings, mail=knows), database, NOW) == 0
        assert "535" in stored(database, mail_id).error
        right = replace(knows, password="right password")
        assert "password" not in repr(right).replace("password=", "")
        assert send_waiting(replace(settings, mail=right), database, NOW + PAUSES[0]) == 1
        assert office.signed_in[-1]
        assert not any(office.signed_in[:-1])


def test_a_server_without_encryption_is_refused_when_it_is_wanted(
    sending: Settings, database: Database, office: PostOffice
) -> None:
    mail_id = write(database)
    strict = replace(sending, mail=replace(office.server, tls="starttls"))
    assert send_waiting(strict, database, NOW) == 0
    assert "STARTTLS" in stored(database, mail_id).error
    assert not office.letters


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "lan",
        "lan@",
        "@x.vn",
        "lan@x",
        "lan x@x.vn",
        "lan@x.vn\nBcc: a@x.vn",
        "Lan <lan@x.vn>",
        "ơ@x.vn",
        "a..b@x.vn",
        ".a@x.vn",
        "a@x..vn",
        "a@x.vn,b@x.vn",
        f"{'a' * 250}@x.vn",
    ],
)
def test_what_is_no_address_is_refused_when_it_is_asked_for(database: Database, wrong: str) -> None:
    assert not is_address(wrong)
    with database.writing() as session, pytest.raises(ValueError, match="address"):
        post(session, wrong, "x", "y", now=NOW)


def test_a_row_that_holds_no_address_is_given_up_and_the_others_go_on(
    sending: Settings, database: Database, office: PostOffice
) -> None:
    bad, good = write(database, "a@example.vn"), write(database, "b@example.vn")
    with database.writing() as session:
        session.get_one(Mail, bad).to = "a@example.vn\r\nBcc: thief@example.vn"
    assert send_waiting(sending, database, NOW) == 1
    assert stored(database, bad).given_up_at == NOW
    assert stored(database, good).sent_at == NOW
    assert [letter["X-Envelope-To"] for letter in office.letters] == ["b@example.vn"]


@given(st.text(max_size=300))
def test_no_subject_begins_another_header(words: str) -> None:
    mail = Mail(
        id=1,
        to="a@example.vn",
        subject=words,
        body=words.replace("\ud800", ""),
        created_at=NOW,
        next_try_at=NOW,
    )
    made = message(mail, MailServer("h", 25, "hoctap@example.vn"), None)
    head = made.as_bytes().partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n ", " ")
    names = [line.partition(":")[0] for line in head.split("\r\n")]
    own = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert set(names) == own | {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    assert len(names) == len(set(names))
    assert "\n" not in one_line(words)


# --------------------------------------------------------------------------------------------------- settings


def test_a_whole_mail_server_is_read() -> None:
    more = {"LMS_MAIL_USER": "u", "LMS_MAIL_PASSWORD": "p", "LMS_MAIL_TLS": "tls"}
    assert read_settings(SECRET | A_SERVER | more).mail == MailServer(
        "mail.example.vn", 465, "hoctap@example.vn", "tls", "u", "p"
    )
    assert read_settings(SECRET | A_SERVER).mail == MailServer("mail.example.vn", 587, "hoctap@example.vn")
    assert read_settings(SECRET).mail is None


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"LMS_MAIL_FROM": ""}, "LMS_MAIL_FROM"),
        ({"LMS_MAIL_HOST": ""}, "LMS_MAIL_HOST"),
        ({"LMS_MAIL_HOST": "", "LMS_MAIL_FROM": "", "LMS_MAIL_TLS": "tls"}, "LMS_MAIL_HOST"),
        ({"LMS_MAIL_USER": "u"}, "LMS_MAIL_PASSWORD"),
        ({"LMS_MAIL_PASSWORD": "topsecret"}, "LMS_MAIL_USER"),
        ({"LMS_MAIL_USER": "u", "LMS_MAIL_PASSWORD": "mật khẩu"}, "LMS_MAIL_PASSWORD"),
        ({"LMS_MAIL_PORT": "zero"}, "LMS_MAIL_PORT"),
        ({"LMS_MAIL_PORT": "65536"}, "LMS_MAIL_PORT"),
        ({"LMS_MAIL_TLS": "ssl"}, "LMS_MAIL_TLS"),
        ({"LMS_MAIL_FROM": "Học tập <hoctap@example.vn>"}, "LMS_MAIL_FROM"),
        ({"LMS_MAIL_TLS": "none", "LMS_MAIL_USER": "u", "LMS_MAIL_PASSWORD": "topsecret"}, "LMS_MAIL_TLS"),
    ],
)
def test_a_half_set_mail_server_is_refused(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(SECRET | A_SERVER | wrong)
    assert named in str(refused.value)
    assert "topsecret" not in str(refused.value)


# ----------------------------------------------------------------------------------------------------- doctor


def looked(settings: Settings) -> Finding:
    return _look("mail", LOOKS["mail"], settings)


def test_doctor_says_how_mail_stands(
    settings: Settings, sending: Settings, database: Database, office: PostOffice
) -> None:
    assert looked(settings).well
    assert "LMS_MAIL_HOST" in looked(settings).says
    write(database)
    assert not looked(settings).well
    assert "1" in looked(settings).says
    assert looked(sending).well
    assert office.letters == [], "looking sends nothing"
    gone = replace(sending, mail=replace(office.server, port=9))
    assert not looked(gone).well
    assert "127.0.0.1:9" in looked(gone).says


def test_what_failed_and_what_was_given_up_are_counted(
    sending: Settings, database: Database, office: PostOffice
) -> None:
    for name in ("nobody", "later", "fine"):
        write(database, f"{name}@example.vn")
    send_waiting(sending, database, NOW)
    with database.reading() as session:
        box = outbox(session, NOW - timedelta(days=7))
        assert (box.waiting, box.failing, box.given_up) == (1, 1, 1)
        assert "451" in box.reason
        assert outbox(session, NOW + timedelta(days=1)).given_up == 0
