"""Nothing of the key leaves before its release.

Every accepted answer, explanation and note carries a mark of its own, and so does every option and statement. A
candidate sits whole attempts of every question type; every byte that comes back is kept and searched. Marks of the
key must not be there; options and statements must be there in such a way that right and wrong ones look alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask, url_for
from flask.testing import FlaskClient

from lms.config import PROJECT
from lms.kit.db import Database
from lms.questions.question import Blank, Criterion, Option, Pair, Question, Statement
from lms.questions.types import TYPES
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, stage


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def marked_bank() -> tuple[list[Question], list[str], dict[str, bool]]:
    """A question of every type, the marks that only the key holds, and each listed text's mark with its truth."""
    key: list[str] = []
    listed: dict[str, bool] = {}

    def secret(kind: str) -> str:
        key.append(f"KEYMARK{len(key):02}{kind}")
        return key[-1]

    def text(right: bool) -> str:
        mark = f"LISTMARK{len(listed):02}"
        listed[mark] = right
        return f"Nội dung {mark}"

    def notes() -> dict[str, Any]:
        return {"explanation": f"Vì {secret('why')}.", "source": secret("source"), "level": "recall"}

    questions = [
        Question(
            "single_choice", "Chọn một?", tuple(Option(text(n == 2)) for n in range(4)), (2,), **notes()
        ),
        Question(
            "multiple_choice",
            "Chọn nhiều?",
            tuple(Option(text(n in (0, 3))) for n in range(4)),
            (0, 3),
            scoring="partial",
            **notes(),
        ),
        Question("true_false", "Đúng hay sai?", correct=(1,), **notes()),
        Question(
            "true_false_group",
            "Mỗi nhận định?",
            statements=tuple(Statement(text(n % 2 == 0), n % 2 == 0) for n in range(4)),
            **notes(),
        ),
        Question("short_answer", "Điền từ?", answers=(secret("answer"), secret("other")), **notes()),
        Question("numeric", "Bao nhiêu?", answers=("7391746",), tolerance="5193", unit="USD", **notes()),
        Question(
            "matching",
            "Ghép đôi?",
            pairs=(
                *(Pair(f"Vế trái {n}", text(True)) for n in range(3)),
                *(Pair("", text(False)) for _n in range(2)),
            ),
            **notes(),
        ),
        Question("ordering", "Sắp xếp?", tuple(Option(text(n == 0)) for n in range(4)), **notes()),
        Question(
            "cloze",
            "Điền [[1]] và [[2]], rồi [[3]].",
            blanks=(
                Blank("text", (secret("answer"),)),
                Blank("number", ("8264817",), tolerance="6427"),
                Blank("choice", options=tuple(text(n == 1) for n in range(3)), correct=1),
            ),
            **notes(),
        ),
        Question(
            "essay",
            "Viết gì?",
            rubric=(Criterion(secret("rubric"), "7"),),
            guide=secret("guide"),
            least_words=5,
            file_types=("docx",),
            **notes(),
        ),
    ]
    key += ["7391746", "5193", "8264817", "6427"]
    return questions, key, listed


class Recorder:
    """A browser that keeps every byte it gets: status line, headers, cookies, body."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.seen: list[tuple[str, str]] = []

    def __call__(self, method: str, url: str, **options: Any) -> Any:
        answer = self.client.open(url, method=method, **options)
        head = "\n".join(f"{name}: {value}" for name, value in answer.headers)
        self.seen.append((f"{method} {url}", f"{answer.status}\n{head}\n\n{answer.get_data(as_text=True)}"))
        with self.client.session_transaction() as cookie:
            self.seen.append((f"cookie after {method} {url}", repr(dict(cookie))))
        return answer

    def found(self, marks: list[str]) -> list[tuple[str, str]]:
        return [(where, mark) for where, content in self.seen for mark in marks if mark in content]


@pytest.fixture
def bank(database: Database, cast: Cast) -> tuple[Stage, list[str], dict[str, bool]]:
    questions, key, listed = marked_bank()
    assert {question.type for question in questions} == set(TYPES), "a new type needs a question in this bank"
    with database.writing() as session:
        return stage(session, cast, NOW, questions=questions, drawn=len(questions)), key, listed


def sit_whole_attempt(browser: Recorder, exam_id: int) -> int:
    """Everything a candidate can ask for during an attempt, with answers that are not the key."""
    browser("GET", f"/exams/{exam_id}/start")
    attempt = int(browser("POST", f"/exams/{exam_id}/start").location.rsplit("/", 1)[1])
    url = f"/attempts/{attempt}"
    page = browser("GET", url)
    browser("POST", f"{url}/lease", json={"tab": "t1", "take": False})
    browser("POST", f"{url}/lease", json={"tab": "t2", "take": False})
    tried = [0, [1, 2], True, {"0": True}, "không biết", "1", None, "x" * 1900, [3, 2, 0, 1], {"0": 4}]
    for seq, value in enumerate([*tried, {"0": "không biết", "1": "2", "2": 0}], 1):
        for slot in range(1, 14):
            body = {"seq": seq * 20 + slot, "slot": slot, "op": "set", "value": value, "ms": 1}
            browser("POST", f"{url}/answers", json={"tab": "t1", "events": [body]})
    browser("POST", f"{url}/answers", json={"tab": "t2", "events": [{**body, "seq": 1, "op": "flag"}]})
    browser("POST", f"{url}/answers", json={"tab": "t1", "events": "?"})
    browser("POST", f"{url}/answers", data="{", content_type="application/json")
    form = dict(re.findall(r'name="(tab|seq)" value="([^"]*)"', page.text))
    browser("POST", url, data={**form, "go": "check", "a-1": "9", "a-2": "9", "f-1": "1"})
    browser("POST", url, data={"tab": "!", "seq": "?"})
    for path in ("", "/check", "/receipt", "/result", "/answers", "/key", "/../paper"):
        browser("GET", f"{url}{path}")
    browser("DELETE", url)
    browser("POST", f"{url}/submit", json={"tab": "t1", "last_seq": 3})
    browser("POST", f"{url}/submit", json={"tab": "form", "last_seq": 0})
    for path in (url, f"{url}/receipt", f"{url}/result", "/attempts/", "/", "/exam-sw.js", "/study/"):
        browser("GET", path)
    return attempt


def test_no_mark_of_the_key_is_in_any_byte_before_its_release(
    client_of: ClientOf, bank: tuple[Stage, list[str], dict[str, bool]]
) -> None:
    staged, key, listed = bank
    browser = Recorder(client_of("lan"))
    first = sit_whole_attempt(browser, staged.exam_id)
    for path in sorted((PROJECT / "static" / "exam").iterdir()):
        browser("GET", f"/static/exam/{path.name}")
    assert not browser.found(key)
    assert {mark for _where, mark in browser.found(list(listed))} == set(listed)  # the searching works
    released = Recorder(browser.client)
    attempt = sit_whole_attempt(released, staged.exam_id)
    released.seen.clear()
    released("GET", f"/attempts/{attempt}/result")
    released("GET", f"/attempts/{first}/result")
    shown = {mark for _where, mark in released.found(key)}
    assert {
        mark for mark in key if not re.search("source|rubric|guide|5193|6427", mark)
    } <= shown  # and after it, it is there


def every_page(app: Flask, ids: dict[str, Any]) -> Iterator[str]:
    """The address of every page there is, with these ids in their places, and 1 where there is none."""
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            values = {name: ids.get(name, 1) for name in rule.arguments}
            with app.test_request_context():
                yield url_for(rule.endpoint, **values)


def ids_of(staged: Stage, attempt_id: int) -> dict[str, Any]:
    return {
        "exam_id": staged.exam_id,
        "course_id": staged.course_id,
        "attempt_id": attempt_id,
        "bank_id": staged.banks["breakthroughs"],
        "version_id": next(iter(staged.versions)),
        "slug": staged.module_slug,
        "number": 1,
        "slot": 1,
        "filename": "none",
    }


@pytest.mark.parametrize("key", ["lan", "hoa", "binh"])
def test_no_page_at_all_shows_the_key_to_who_has_no_right_to_it(
    app: Flask, client_of: ClientOf, bank: tuple[Stage, list[str], dict[str, bool]], key: str
) -> None:
    """The candidate during the attempt and after it, another cadre, an officer of another ward."""
    staged, marks, _listed = bank
    candidate = Recorder(client_of("lan"))
    attempt = int(candidate("POST", f"/exams/{staged.exam_id}/start").location.rsplit("/", 1)[1])
    browser = candidate if key == "lan" else Recorder(client_of(key))
    for handed_in in (False, True):
        if handed_in:
            candidate("POST", f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": 0})
        for path in every_page(app, ids_of(staged, attempt)):
            answer = browser("GET", path)
            assert answer.status_code < 500, path
            assert not browser.found(marks), path
            browser.seen.clear()


TRAINERS_ONLY = re.compile(
    r"^/(courses|marking|banks|room)/|/papers|/blueprint|/preview|/rulings|/room|/entry"
)


def test_pages_of_trainers_and_officers_do_not_exist_for_a_candidate(
    app: Flask, client_of: ClientOf, bank: tuple[Stage, list[str], dict[str, bool]]
) -> None:
    staged, _marks, _listed = bank
    browser = client_of("lan")
    attempt = int(browser.post(f"/exams/{staged.exam_id}/start").location.rsplit("/", 1)[1])
    closed = [path for path in every_page(app, ids_of(staged, attempt)) if TRAINERS_ONLY.search(path)]
    found = {path: browser.get(path).status_code for path in closed}
    assert len(found) > 20
    assert {path: status for path, status in found.items() if status not in (404, 403)} == {}


def test_an_exam_that_shows_the_key_after_closing_keeps_it_until_then(
    client_of: ClientOf, database: Database, cast: Cast, clock: Any
) -> None:
    questions, key, _listed = marked_bank()
    with database.writing() as session:
        staged = stage(
            session,
            cast,
            NOW,
            questions=questions,
            drawn=len(questions),
            release="after_close",
            attempts_allowed=1,
        )
    browser = Recorder(client_of("lan"))
    attempt = sit_whole_attempt(browser, staged.exam_id)
    clock.move_to(staged.closes_at + timedelta(seconds=30))
    browser.client = client_of("lan")  # the first sign-in has expired
    assert browser("GET", f"/attempts/{attempt}/result").status_code == 200
    assert not browser.found(key)
    clock.move_to(staged.closes_at + timedelta(seconds=31))
    browser("GET", f"/attempts/{attempt}/result")
    assert browser.found(key)


def test_right_and_wrong_options_look_alike(
    client_of: ClientOf, bank: tuple[Stage, list[str], dict[str, bool]]
) -> None:
    staged, _key, listed = bank
    browser = Recorder(client_of("lan"))
    attempt = int(browser("POST", f"/exams/{staged.exam_id}/start").location.rsplit("/", 1)[1])
    page = browser("GET", f"/attempts/{attempt}").text
    shapes: dict[bool, set[str]] = defaultdict(set)
    for mark, right in listed.items():
        for before, after in all_splits(page, mark):
            start = max(before.rfind(tag) for tag in ("<label", "<legend", "<option", "<select", "<span"))
            around = f"{before[start:]}…{after[: after.index('>')]}"
            shapes[right].add(re.sub(r"\d+|\b[A-Za-z](?=[.)])", "#", around))
    assert shapes[True] == shapes[False]


def all_splits(page: str, mark: str) -> list[tuple[str, str]]:
    """The page before and after each place of a mark: a choice of a matching stands once for every left side."""
    found = [match.span() for match in re.finditer(mark, page)]
    assert found
    return [(page[:start], page[end:]) for start, end in found]
