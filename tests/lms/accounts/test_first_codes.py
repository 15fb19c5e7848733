"""Codes on slips of paper: one use, thirty days, a slip of the pen told from a wrong code, nothing kept but a hash."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.accounts import actions, first_codes
from lms.accounts.first_codes import LETTERS, check_letter, make_slips, new_code, read_code, wished_names
from lms.accounts.models import Credential, FirstCode, SignIn
from lms.accounts.passwords import EASY_LETTERS
from lms.accounts.rules import FREE_TRIES
from lms.audit.models import AuditEvent
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation.actions import create_person
from lms.organisation.models import Unit
from tests.cast import PASSWORD, Cast
from tests.conftest import ClientOf

CODES = st.text(EASY_LETTERS, min_size=LETTERS, max_size=LETTERS)
NEW = "Mua xuân nhớ bác 7"


def slip_of(database: Database, cast: Cast, key: str = "lan") -> first_codes.Slip:
    with database.writing() as session:
        (slip,) = make_slips(session, [cast.people[key]], by=cast.people["dung"], now=clock.now())
    return slip


def use(client: object, slip: first_codes.Slip, **other: str) -> object:
    data = {"sign_in_name": slip.sign_in_name, "code": slip.code, "new": NEW, "again": NEW, **other}
    return client.post("/first-sign-in", data=data)  # type: ignore[attr-defined]


def test_a_code_has_at_least_sixty_random_bits() -> None:
    assert len(EASY_LETTERS) ** LETTERS > 2**60
    assert len({new_code() for _ in range(100)}) == 100


@given(CODES, st.data())
def test_one_wrong_letter_is_noticed(body: str, data: st.DataObject) -> None:
    code = body + check_letter(body)
    assert read_code(first_codes.grouped(code).upper()) == code
    place = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from([letter for letter in EASY_LETTERS if letter != code[place]]))
    assert read_code(code[:place] + other + code[place + 1 :]) is None


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_refused(text: str) -> None:
    assert read_code(text) is None or len(read_code(text) or "") == LETTERS + 1


def test_with_the_code_one_chooses_a_password_and_is_signed_in(
    app: Flask, database: Database, cast: Cast
) -> None:
    slip = slip_of(database, cast)
    client = app.test_client()
    assert use(client, slip).status_code == 302  # type: ignore[attr-defined]
    assert client.get("/account/sign-ins").status_code == 200
    assert (
        app.test_client()
        .post("/sign-in", data={"sign_in_name": slip.sign_in_name, "password": NEW})
        .status_code
        == 302
    )
    assert use(app.test_client(), slip).status_code == 401  # type: ignore[attr-defined]


def test_the_old_password_and_sign_ins_end_with_a_new_slip(
    app: Flask, client_of: ClientOf, database: Database, cast: Cast
) -> None:
    signed_in = client_of("lan")
    slip_of(database, cast)
    assert signed_in.get("/account/sign-ins").status_code == 302
    answer = app.test_client().post("/sign-in", data={"sign_in_name": "lan", "password": PASSWORD})
    assert answer.status_code == 401
    assert app.test_client().post("/sign-in", data={"sign_in_name": "lan", "password": ""}).status_code == 200


def test_a_newer_slip_makes_the_older_one_worthless(app: Flask, database: Database, cast: Cast) -> None:
    first, second = slip_of(database, cast), slip_of(database, cast)
    assert use(app.test_client(), first).status_code == 401  # type: ignore[attr-defined]
    assert use(app.test_client(), second).status_code == 302  # type: ignore[attr-defined]


def test_a_code_is_good_for_thirty_days_and_for_one_person(database: Database, cast: Cast) -> None:
    slip, now = slip_of(database, cast), clock.now()
    with database.writing() as session:
        check = first_codes.check_code
        assert check(session, "minh", slip.code, now=now) == (None, "wrong")
        assert check(session, "lan", slip.code, now=now + timedelta(days=29))[0] is not None
        assert check(session, "lan", slip.code, now=now + timedelta(days=30, minutes=1)) == (None, "over")
        assert check(session, "lan", "abc", now=now) == (None, "typing")


def test_wrong_codes_are_throttled_as_wrong_passwords_are(database: Database, cast: Cast) -> None:
    slip, now = slip_of(database, cast), clock.now()
    with database.writing() as session:
        for _ in range(FREE_TRIES):
            assert first_codes.check_code(session, "lan", new_code(), now=now) == (None, "wrong")
        assert first_codes.check_code(session, "lan", slip.code, now=now) == (None, "wait")
        assert actions.check_password(session, "lan", "whatever", now=now)[1] == "wait"
        credential, _ = first_codes.check_code(session, "lan", slip.code, now=now + timedelta(minutes=10))
        assert credential is not None


def test_of_two_who_use_a_code_at_once_one_is_too_late(database: Database, cast: Cast) -> None:
    slip, now = slip_of(database, cast), clock.now()
    with database.writing() as session:
        credential, _ = first_codes.check_code(session, "lan", slip.code, now=now)
        assert credential is not None
        assert first_codes.use_code(session, credential, password=NEW, now=now)
        assert not first_codes.use_code(session, credential, password="Another one 9", now=now)


def test_no_code_is_kept_logged_or_in_the_trail(
    app: Flask,
    database: Database,
    cast: Cast,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    slip = slip_of(database, cast)
    use(app.test_client(), slip, new="12345678", again="12345678")
    use(app.test_client(), slip)
    plain = read_code(slip.code) or ""
    with database.reading() as session:
        kept = session.scalar(select(FirstCode))
        trail = session.scalars(select(AuditEvent)).all()
        assert kept is not None
        told = repr([(event.action, event.object_id, event.detail) for event in trail]) + kept.code_hash
    out = capsys.readouterr()
    for text in (told, caplog.text, out.out, out.err, repr(slip)):
        assert plain not in text
        assert slip.code not in text


def test_names_are_made_from_card_telephone_or_name_and_are_never_two_peoples(
    database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        unit = session.get_one(Unit, cast.units["cell_a1"])
        people = [
            create_person(
                session, full_name="Đặng Văn Ân", unit=unit, by=None, now=clock.now(), since=clock.now().date(),
                card_number=card, phone=phone,
            )
            for card, phone in (("00000077", "0912345678"), (None, "0912345678"), (None, "0912345678"), (None, None))
        ]  # fmt: skip
        slips = make_slips(session, [one.id for one in people], by=None, now=clock.now())
    assert [slip.sign_in_name for slip in slips] == ["00000077", "0912345678", "andv", "andv2"]
    assert wished_names("Lan", None, None) == ["lan"]


def test_nobody_gets_in_with_the_slip_of_somebody_locked(app: Flask, database: Database, cast: Cast) -> None:
    from lms.organisation.models import Person

    slip = slip_of(database, cast)
    with database.writing() as session:
        session.get_one(Person, cast.people["lan"]).disabled_at = clock.now()
    assert use(app.test_client(), slip).status_code == 401  # type: ignore[attr-defined]
    with database.reading() as session:
        assert session.get_one(Credential, cast.people["lan"]).password_hash == ""
        assert session.scalar(select(SignIn.id).where(SignIn.ended_at.is_(None))) is None
