"""Pages laid out once for everybody whom they tell the same: nothing of one person is on the page of another one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import update

from lms.kit.db import Database
from lms.organisation.models import Person
from lms.web import kept
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.test_pages import begin, send
from tests.lms.attempts.test_pages import event as answer
from tests.stage import Stage

NAMES = {"lan": 'Hoàng <b>Lan</b> & "con"', "hoa": "Trần Hoa"}
TOLD = {"lan": "Hoàng &lt;b&gt;Lan&lt;/b&gt; &amp; &#34;con&#34;", "hoa": "Trần Hoa"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_page_is_laid_out_once_and_has_each_one_s_own(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        for key, name in NAMES.items():
            session.execute(update(Person).where(Person.id == cast.people[key]).values(full_name=name))
    laid_out: list[str] = []
    lay_out = kept._lay_out

    def noted(template: str, *rest: Any) -> str:
        laid_out.append(template)
        return lay_out(template, *rest)

    monkeypatch.setattr(kept, "_lay_out", noted)
    kept._kept.values.clear()
    clients = {key: client_of(key) for key in NAMES}
    attempts: dict[str, int] = {}

    def page(key: str, path: str) -> str:
        text: str = clients[key].get(path).text
        other = next(name for name in NAMES if name != key)
        assert TOLD[key] in text
        assert TOLD[other] not in text
        assert NAMES["lan"] not in text
        assert "\ue000" not in text
        assert set(re.findall(r"/attempts/(\d+)", text)) <= {str(attempts.get(key))}
        return text

    def both(path: str) -> None:
        """Alike but for name, token and number: laid out when the first one asked."""
        laid_out.clear()
        texts = [page(key, path.format(attempt=attempts.get(key))) for key in NAMES]
        assert len(laid_out) == 1, path
        plain = {
            re.sub(r'(csrf_token"[^>]*value=")[^"]*', r"\1", text.replace(TOLD[key], "?")).replace(
                str(attempts.get(key)), "#"
            )
            for key, text in zip(NAMES, texts, strict=True)
        }
        assert len(plain) == 1 or attempts, path

    both("/")
    both(f"/exams/{staged.exam_id}/start")
    attempts.update((key, begin(client, staged.exam_id)) for key, client in clients.items())
    both("/")
    both("/attempts/{attempt}")
    for key, client in clients.items():
        send(client, attempts[key], answer(1, 1, 1))
        client.post(f"/attempts/{attempts[key]}/submit", json={"tab": "t1", "last_seq": 1})
        assert f"/attempts/{attempts[key]}" in page(key, f"/attempts/{attempts[key]}/result")
    clients["lan"].post("/preferences", data={"theme": "dark", "next": "/"})
    assert 'data-bs-theme="dark"' in page("lan", "/")
    assert 'data-bs-theme="dark"' not in page("hoa", "/")


def test_what_shows_nothing_of_itself_is_never_kept(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two things that lie in the same place of memory, one after the other, are told apart by nothing."""
    laid_out: list[object] = []

    def noted(
        _template: str, _person: object, _frame: object, facts: dict[str, object], _made: object
    ) -> str:
        laid_out.append(facts["thing"])
        return "page"

    monkeypatch.setattr(kept, "_lay_out", noted)
    kept._kept.values.clear()
    with app.test_request_context():
        for thing in (object(), object(), "told", "told"):
            assert kept.page("home/index.html", thing=thing) == "page"
    assert len(laid_out) == 3
