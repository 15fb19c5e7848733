"""The answer file: down from the page, up again by the candidate or an officer, and nothing else."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.attempts import answer_file
from lms.attempts.answer_file import AnswerFileRefused, key_of, read, seal
from lms.attempts.models import AnswerEvent, AttemptNote
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import SECRET, ClientOf
from tests.lms.attempts.test_pages import begin, event, held, send
from tests.stage import Stage

KEY = key_of(SECRET, 7, 1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def made(key: str, attempt: int, *tabs: dict[str, Any]) -> bytes:
    """A file as the exam page makes it."""
    payload = json.dumps({"tabs": list(tabs)}, ensure_ascii=False)
    return seal(key, attempt, payload).encode()


def altered(file: bytes) -> bytes:
    """The same file with one letter of what is hidden in it changed."""
    found = json.loads(file)
    first = found["data"][0]
    return json.dumps(found | {"data": ("A" if first != "A" else "B") + found["data"][1:]}).encode()


def tab(*events: dict[str, Any], name: str = "t1") -> dict[str, Any]:
    return {"tab": name, "events": list(events)}


def hand_in(client: FlaskClient, attempt: int, data: bytes, name: str = "bai-lam.lmsanswers") -> str:
    """What the page says after a file has been handed in."""
    answer = client.post(f"/attempts/{attempt}/file", data={"file": (io.BytesIO(data), name)})
    assert answer.status_code == 302, answer.text
    return client.get(answer.location).text


def key_in(page: str) -> str:
    """The key that the exam page got."""
    found = re.search(r'"key": "([0-9a-f]{64})"', page)
    assert found
    return found[1]


def statuses(database: Database, attempt: int) -> dict[int, str]:
    with database.reading() as session:
        rows = session.scalars(select(AnswerEvent).where(AnswerEvent.attempt_id == attempt))
        return {row.seq: row.status for row in rows}


def test_a_file_brings_what_could_not_be_sent(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    key = key_in(lan.get(f"/attempts/{attempt}").text)
    send(lan, attempt, event(1, 1, 2))
    file = made(key, attempt, tab(event(1, 1, 2), event(2, 2, 1), event(3, 3, "Một dòng\nhai “dòng”")))
    page = hand_in(lan, attempt, file)
    assert "có 3 mục" in page
    assert "được tính: 3" in page
    assert held(database, attempt).values == {1: 2, 2: 1, 3: "Một dòng\nhai “dòng”"}
    hand_in(lan, attempt, file)
    assert statuses(database, attempt) == {1: "ok", 2: "ok", 3: "ok"}
    with database.reading() as session:
        notes = session.scalars(select(AttemptNote).where(AttemptNote.kind == "file")).all()
    assert [(note.attempt_id, note.by, note.detail["ok"]) for note in notes] == [
        (attempt, cast.people["lan"], 3),
        (attempt, cast.people["lan"], 3),
    ]


def test_after_the_end_it_is_late_and_of_another_device_it_is_not_counted(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    key = key_in(lan.get(f"/attempts/{attempt}").text)
    lan.post(f"/attempts/{attempt}/lease", json={"tab": "t2", "take": True})
    page = hand_in(lan, attempt, made(key, attempt, tab(event(1, 1, 2))))
    assert "thiết bị khác: 1" in page
    clock.shift(timedelta(hours=1))
    page = hand_in(lan, attempt, made(key, attempt, tab(event(2, 2, 1))))
    assert "đến muộn: 1" in page
    assert statuses(database, attempt) == {1: "conflict", 2: "late"}
    assert held(database, attempt).values == {}


def test_officers_of_the_unit_and_trainers_of_the_exam_may_bring_it_and_nobody_else(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    key = key_in(lan.get(f"/attempts/{attempt}").text)
    for seq, person in enumerate(LOOK_AFTER, 1):
        page = hand_in(client_of(person), attempt, made(key, attempt, tab(event(seq, seq, 1))))
        assert "được tính: 1" in page, person
    assert statuses(database, attempt) == dict.fromkeys(range(1, len(LOOK_AFTER) + 1), "ok")
    for person in STRANGERS:
        stranger = client_of(person)
        assert stranger.get(f"/attempts/{attempt}/file").status_code == 404, person
        data = {"file": (io.BytesIO(made(key, attempt, tab(event(9)))), "x")}
        assert stranger.post(f"/attempts/{attempt}/file", data=data).status_code == 404, person
    assert client_of(None).get(f"/attempts/{attempt}/file").status_code == 302
    assert len(statuses(database, attempt)) == len(LOOK_AFTER)


LOOK_AFTER = ("dung", "tuan")  # the officer of the ward, the trainer of the city
STRANGERS = ("hoa", "binh", "an")


def test_whatever_is_not_this_attempts_file_is_refused_in_a_sentence(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    lan, hoa = client_of("lan"), client_of("hoa")
    attempt, other = begin(lan, staged.exam_id), begin(hoa, staged.exam_id)
    key = key_in(lan.get(f"/attempts/{attempt}").text)
    others = key_in(hoa.get(f"/attempts/{other}").text)
    good = made(key, attempt, tab(event(1, 1, 2)))
    wrong = {
        "là của lượt làm bài khác": made(others, other, tab(event(1))),
        "đã bị sửa": altered(good),
        "không phải tệp câu trả lời": good[:-9],
        "quá lớn": b" " * (answer_file.MOST_BYTES + 1),
    }
    for words, data in wrong.items():
        assert words in hand_in(lan, attempt, data), words
    assert "đã bị sửa" in hand_in(lan, attempt, made(others, attempt, tab(event(1))))
    answer = lan.post(f"/attempts/{attempt}/file")
    assert "chọn" in lan.get(answer.location).text.lower()
    assert statuses(database, attempt) == {}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"version": 2, "attempt": "7", "iv": "AAAAAAAAAAAAAAAA", "data": ""}',
        b'{"version": 1, "attempt": "7", "iv": 5, "data": 6}',
        b'{"version": 1, "attempt": "7", "iv": "AAAA", "data": "AAAA"}',
        b'{"version": 1, "attempt": "7", "iv": "\\ud800", "data": "AAAA"}',
        b'{"version": 1e999}',
    ],
)
def test_rubbish_is_no_answer_file(data: bytes) -> None:
    with pytest.raises(AnswerFileRefused) as refused:
        read(data, 7, [KEY])
    assert refused.value.code == "answer_file_broken"


@pytest.mark.parametrize(
    "tabs",
    [
        [5],
        [{"tab": "t1"}],
        [tab(event(1), name="t 1")],
        [tab(event(0))],
        [tab({"seq": 1})],
        [tab(event(1, value={"a": [1]}))],
        [tab()] * (answer_file.MOST_TABS + 1),
    ],
)
def test_a_sealed_file_is_read_as_carefully_as_what_a_page_sends(tabs: list[Any]) -> None:
    with pytest.raises(AnswerFileRefused) as refused:
        read(made(KEY, 7, *tabs), 7, [KEY])
    assert refused.value.code == "answer_file_broken"


def test_many_events_come_in_portions_and_a_former_secret_still_opens_a_file() -> None:
    old = key_of("a former secret of the installation", 7, 1)
    events = [event(seq) for seq in range(1, 451)]
    batches = read(made(old, 7, tab(*events), tab(event(1), name="t2")), 7, [KEY, old])
    assert [(batch.tab, len(batch.events)) for batch in batches] == [
        ("t1", 200),
        ("t1", 200),
        ("t1", 50),
        ("t2", 1),
    ]


def test_every_attempt_and_person_has_a_key_of_its_own() -> None:
    assert len({key_of(SECRET, attempt, person) for attempt in (1, 11) for person in (1, 11)}) == 4
