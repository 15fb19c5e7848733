"""Anybody who holds a receipt can check it, and learns nothing more than what it says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient

from lms.attempts.models import Attempt
from lms.attempts.receipt_check import masked
from lms.attempts.tries import Tries
from lms.kit.db import Database
from tests.cast import NOW
from tests.conftest import ClientOf
from tests.lms.attempts.test_pages import begin, event, send
from tests.stage import Stage

URL = "/receipts/check"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def handed_in(client_of: ClientOf, staged: Stage, database: Database) -> tuple[int, str]:
    """An attempt and its receipt's code."""
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    send(lan, attempt, event(1))
    lan.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": 1})
    with database.reading() as session:
        return attempt, str(session.get_one(Attempt, attempt).receipt)


def check(client: FlaskClient, number: object, code: str, status: int = 200) -> str:
    answer = client.post(URL, data={"number": str(number), "code": code})
    assert answer.status_code == status
    return answer.text


def test_a_right_receipt_is_confirmed_with_a_masked_name(
    client_of: ClientOf, handed_in: tuple[int, str]
) -> None:
    attempt, code = handed_in
    anybody = client_of(None)
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} "):
        page = check(anybody, attempt, typed)
        assert "Đúng: biên nhận này là của bài" in page
        assert "N••• T••• L•••" in page
        assert "Lan" not in page
    receipt = client_of("lan").get(f"/attempts/{attempt}/receipt").text
    assert f"{URL}?number={attempt}" in receipt
    assert f'value="{attempt}"' in anybody.get(f"{URL}?number={attempt}").text


def test_a_wrong_one_is_not_and_tells_nothing(client_of: ClientOf, handed_in: tuple[int, str]) -> None:
    attempt, code = handed_in
    anybody = client_of(None)
    other = ("B" if code[0] == "A" else "A") + code[1:]
    for number, typed in (
        (attempt, other),
        (attempt + 1, code),
        (attempt, ""),
        ("²", code),
        ("9" * 40, code),
    ):
        page = check(anybody, number, typed)
        assert "không khớp" in page
        assert "•••" not in page
        assert "Bài kiểm tra tìm hiểu" not in page


def test_an_attempt_that_is_open_has_no_receipt(client_of: ClientOf, staged: Stage) -> None:
    attempt = begin(client_of("lan"), staged.exam_id)
    assert "không khớp" in check(client_of(None), attempt, "")


def test_whoever_tries_too_often_has_to_wait(
    client_of: ClientOf, handed_in: tuple[int, str], clock: Any
) -> None:
    attempt, code = handed_in
    anybody = client_of(None)
    for _try in range(10):
        check(anybody, attempt, "AAAA-AAAA-AAAA-AAAA")
    assert "đợi một phút" in check(anybody, attempt, code, 429)
    clock.shift(timedelta(minutes=1))
    assert "Đúng:" in check(anybody, attempt, code)


def test_tries_of_an_address_do_not_count_for_another_and_are_forgotten() -> None:
    tries = Tries(most=2, remembered=2)
    for seconds in (0, 10):
        tries.wrong("a", NOW + timedelta(seconds=seconds))
    now = NOW + timedelta(seconds=20)
    assert tries.wait("a", now) == timedelta(seconds=40)
    assert not tries.wait("b", now)
    for address in ("b", "c"):
        tries.wrong(address, now)
    assert not tries.wait("a", now), "only so many addresses are remembered"


def test_waiting_ends_as_soon_as_one_try_is_long_ago() -> None:
    tries = Tries(most=2)
    for seconds in (0, 30):
        tries.wrong("a", NOW + timedelta(seconds=seconds))
    assert not tries.wait("a", NOW + timedelta(seconds=60))
    tries.wrong("a", NOW + timedelta(seconds=60))
    assert tries.wait("a", NOW + timedelta(seconds=60)) == timedelta(seconds=30)


def test_a_masked_name_has_first_letters_only() -> None:
    assert masked("Nguyễn Văn An") == "N••• V••• A•••"
    assert masked("Đỗ") == "Đ•••"
