"""The pages and what the exam page sends, through the application as a browser meets it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.accounts import actions as accounts
from lms.attempts import rules
from lms.attempts.answers import events_of
from lms.attempts.models import Attempt, Standing
from lms.attempts.regrading import latest_grade
from lms.banks.models import Picture
from lms.config import PROJECT
from lms.exams import paper
from lms.exams.models import Exam
from lms.kit.db import Database
from lms.kit.i18n import _
from lms.questions.question import Image, Stimulus
from lms.questions.types.essay import LONGEST
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, of_every_type, right_answer, stage


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def begin(client: FlaskClient, exam_id: int) -> int:
    answer = client.post(f"/exams/{exam_id}/start")
    assert answer.status_code == 302, answer.text
    return int(re.fullmatch(r"/attempts/(\d+)", answer.location).group(1))  # type: ignore[union-attr]


def event(seq: int, slot: int = 1, value: object = 2, op: str = "set") -> dict[str, object]:
    return {"seq": seq, "slot": slot, "op": op, "value": value, "ms": 1_769_000_000_000}


def send(client: FlaskClient, attempt: int, *events: dict[str, object], tab: str = "t1") -> Any:
    return client.post(f"/attempts/{attempt}/answers", json={"tab": tab, "events": list(events)})


def held(database: Database, attempt: int) -> rules.Answers:
    with database.reading() as session:
        return rules.derive(events_of(session, attempt))


def keys(database: Database, attempt: int) -> dict[int, Any]:
    with database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt).paper_id)
    return {slot.number: right_answer(slot) for slot in sat.slots}


def test_the_page_before_the_test_says_what_it_is(client_of: ClientOf, staged: Stage) -> None:
    page = client_of("lan").get(f"/exams/{staged.exam_id}/start")
    assert page.status_code == 200
    for words in ("Bài kiểm tra tìm hiểu Nghị quyết", "30", "2/2"):
        assert words in page.text


def test_a_whole_attempt_with_scripts(
    client_of: ClientOf, staged: Stage, database: Database, clock: Any
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    page = lan.get(f"/attempts/{attempt}")
    assert page.status_code == 200
    assert page.text.count('class="question"') == 9
    assert lan.post(f"/attempts/{attempt}/lease", json={"tab": "t1", "take": False}).json == {"holder": True}
    answers = keys(database, attempt)
    reply = send(
        lan, attempt, *(event(n, n, key) for n, key in answers.items()), event(10, 3, None, "flag")
    ).json
    assert reply["acked"] == list(range(1, 11))
    assert set(reply["statuses"].values()) == {"ok"}
    assert (reply["remaining_ms"], reply["state"], reply["holder"], reply["high"]) == (
        1_800_000,
        "open",
        True,
        10,
    )
    clock.shift(timedelta(minutes=7))
    url = f"/attempts/{attempt}/submit"
    assert lan.post(url, json={"tab": "t1", "last_seq": 12}).json == {"missing": [11, 12]}
    done = lan.post(url, json={"tab": "t1", "last_seq": 10}).json
    assert done == {"receipt": f"/attempts/{attempt}/receipt"}
    assert lan.post(url, json={"tab": "t1", "last_seq": 10}).json == done
    receipt = lan.get(done["receipt"])
    assert receipt.status_code == 200
    with database.reading() as session:
        assert str(session.get_one(Attempt, attempt).receipt) in receipt.text
    result = lan.get(f"/attempts/{attempt}/result")
    assert result.status_code == 200
    assert "10<span>/10</span>" in result.text
    assert lan.get(f"/attempts/{attempt}").location == done["receipt"]
    assert "Bài kiểm tra tìm hiểu" in lan.get("/attempts/").text


def test_the_page_shows_the_answers_that_hold_exactly_as_if_drawn_with_them(
    client_of: ClientOf, full: Stage, database: Database, app: Flask
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, full.exam_id)
    answers = {n: awkward(key) for n, key in keys(database, attempt).items()}
    send(lan, attempt, *(event(n, n, value) for n, value in answers.items()), event(20, 2, None, "flag"))
    page = lan.get(f"/attempts/{attempt}").text
    with database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt).paper_id)
    with app.test_request_context():
        from flask import render_template

        from lms.kit.i18n import set_language

        set_language("vi")
        questions = [
            {
                "slot": slot.number,
                "html": _safe(
                    render_template(
                        f"questions/{slot.asked.type}/ask.html",
                        slot=slot.number,
                        asked=slot.asked,
                        answer=answers[slot.number],
                        overlay=True,
                        max_text=300,
                    )
                ),
                "answered": True,
                "flagged": slot.number == 2,
            }
            for slot in sat.slots
        ]
        expected = render_template("attempts/slots.html", questions=questions, overlay=True)
    assert expected in page
    assert page.count('value="11 &#34;trăm&#34; &lt;b&gt; {{ x }}"') == 4  # two alone, two in gaps
    assert ">11 &#34;trăm&#34; &lt;b&gt; {{ x }}</textarea>" in page
    assert page.count(" selected>") == 3 + 4 + 1  # left sides, items, one gap with a list


def awkward(answer: Any) -> Any:
    """The same answer with signs in what is typed that mean something to HTML."""
    if isinstance(answer, dict):
        return {row: awkward(said) for row, said in answer.items()}
    return '11 "trăm" <b> {{ x }}' if isinstance(answer, str) else answer


@pytest.fixture
def full(database: Database, cast: Cast) -> Stage:
    """An exam with all ten types: 13 questions worth 10 points, of which the essay's 0.75 wait to be marked."""
    with database.writing() as session:
        return stage(session, cast, NOW, questions=of_every_type(), drawn=10)


def _safe(html: str) -> Any:
    from markupsafe import Markup

    return Markup(html)  # noqa: S704 - a template of ours


def test_another_device_resumes_with_everything(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    desk, phone = client_of("lan"), client_of("lan")
    attempt = begin(desk, staged.exam_id)
    send(desk, attempt, event(1, 1, keys(database, attempt)[1]))
    assert begin(phone, staged.exam_id) == attempt
    desk.post(f"/attempts/{attempt}/lease", json={"tab": "desk", "take": False})
    there = phone.post(f"/attempts/{attempt}/lease", json={"tab": "phone", "take": False}).json
    assert there == {"holder": False, "since": NOW.isoformat()}
    assert phone.post(f"/attempts/{attempt}/lease", json={"tab": "phone", "take": True}).json == {
        "holder": True
    }
    assert send(desk, attempt, event(9), tab="desk").json["holder"] is False


def form_of(page: str) -> dict[str, Any]:
    """What a browser without scripts would post from the page: hidden fields, checked boxes, texts."""
    fields: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        at = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        if "name" in at and (at.get("type") in ("hidden", "text") or " checked" in tag):
            fields.setdefault(at["name"], []).append(unescape(at.get("value", "")))
    for name, options in re.findall(r'<select[^>]* name="([^"]*)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.findall(r'<option value="([^"]*)"[^>]* selected>', options)
        fields[name] = chosen or [""]
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[name] = [unescape(text).replace("\n", "\r\n")]
    fields.pop("csrf_token", None)
    return fields


def chosen(number: int, answer: Any, kind: str = "") -> dict[str, Any]:
    if kind == "ordering":
        return {f"a-{number}-{item}": [str(place)] for place, item in enumerate(answer)}
    if isinstance(answer, dict):
        return {
            f"a-{number}-{row}": [said if isinstance(said, str) else str(said).lower()]
            for row, said in answer.items()
        }
    values = answer if isinstance(answer, list) else [answer]
    return {
        f"a-{number}": [str(value).lower() if isinstance(value, bool) else str(value) for value in values]
    }


def test_a_whole_attempt_without_scripts(client_of: ClientOf, full: Stage, database: Database) -> None:
    lan = client_of("lan")
    attempt = begin(lan, full.exam_id)
    url, answers = f"/attempts/{attempt}", keys(database, attempt)
    types = types_of(database, attempt)
    for number, answer in answers.items():
        form = form_of(lan.get(url).text) | chosen(number, answer, types[number])
        saved = lan.post(f"{url}?at={number}", data=form | {"go": "save"})
        assert saved.location == f"{url}#q{number}"
    assert held(database, attempt).values == answers
    form = form_of(lan.get(url).text)
    assert lan.post(url, data=form | {"go": "check", "f-2": "1", "c-1": "1"}).location == f"{url}/check"
    check = lan.get(f"{url}/check").text
    assert f"{url}#q1" in check
    assert f"{url}#q2" in check
    assert held(database, attempt).values == {n: answer for n, answer in answers.items() if n != 1}
    assert lan.post(url, data={"go": "submit"}).location == f"{url}/receipt"
    assert lan.get(f"{url}/result").status_code == 200
    with database.reading() as session:
        assert session.get_one(Attempt, attempt).state == "submitted"


def types_of(database: Database, attempt: int) -> dict[int, str]:
    with database.reading() as session:
        sat = paper.load(session, session.get_one(Attempt, attempt).paper_id)
    return {slot.number: slot.question.type for slot in sat.slots}


def slot_of(database: Database, attempt: int, kind: str) -> int:
    return next(number for number, type_ in types_of(database, attempt).items() if type_ == kind)


def test_places_that_are_not_all_different_are_no_order(
    client_of: ClientOf, full: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, full.exam_id)
    slot, url = slot_of(database, attempt, "ordering"), f"/attempts/{attempt}"
    for places in ("0 0 1 2", "0 1 2", "0"):
        form = form_of(lan.get(url).text)
        form |= {f"a-{slot}-{item}": [place] for item, place in enumerate(places.split())}
        page = lan.post(url, data=form | {"go": "save"}, follow_redirects=True)
        assert (
            _("The answer to question {number} could not be read. Please give it again.", number=slot)
            in page.text
        )
    assert held(database, attempt).values == {}


def hand_in(client: FlaskClient, attempt: int, answers: dict[int, Any]) -> str:
    """Save the answers and hand in; returns the result page."""
    events = [event(seq, number, answer) for seq, (number, answer) in enumerate(answers.items(), 1)]
    send(client, attempt, *events)
    ending = client.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": len(events)})
    assert "receipt" in ending.get_json()
    page = client.get(f"/attempts/{attempt}/result")
    assert page.status_code == 200
    return page.text


def test_an_essay_waits_to_be_marked_and_the_result_says_so(
    client_of: ClientOf, full: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, full.exam_id)
    slot = slot_of(database, attempt, "essay")
    page = hand_in(lan, attempt, keys(database, attempt))
    assert "9,25<span>/10</span>" in page
    assert _("Passed") in page
    assert f"chấm: câu {slot}." in page
    assert _("Waiting to be marked: {count}", count=1) in page
    assert _("Not right") not in page
    assert "Giỏi" not in page.partition("<main")[2]  # what it is called is not settled yet
    assert lan.get(f"/certificates/exams/{full.exam_id}").status_code == 200
    with database.reading() as session:
        scores = latest_grade(session, attempt).scores  # type: ignore[union-attr]
    assert [number for number, score in enumerate(scores, 1) if score is None] == [slot]


def test_pictures_and_the_text_above_are_shown_before_and_after(
    client_of: ClientOf, database: Database, cast: Cast
) -> None:
    picture = Image("ab" * 32 + ".png", "Sơ đồ “ba khâu” đột phá")
    about = Stimulus("s1", "Trích báo cáo <chính trị>.", (picture,))
    questions = [replace(question, images=(picture,), stimulus=about) for question in of_every_type()]
    for at, question in enumerate(questions):
        if question.options:
            first, *others = question.options
            questions[at] = replace(question, options=(replace(first, image=picture), *others))
    with database.writing() as session:
        staged = stage(session, cast, NOW, questions=questions, drawn=10)
        kept = Picture(
            name=picture.name, media_type="image/png", width=1, height=1, data=b"png", created_at=NOW
        )
        session.add(kept)
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    shown = f'<img class="picture" src="/pictures/{picture.name}" alt="Sơ đồ “ba khâu” đột phá">'
    page = lan.get(f"/attempts/{attempt}").text
    assert page.count(shown) == 10 + 10 + 3  # below every stem, above it, and at one option of three types
    assert page.count("Trích báo cáo &lt;chính trị&gt;.") == 10
    assert lan.get(f"/pictures/{picture.name}").data == b"png"
    result = hand_in(lan, attempt, keys(database, attempt))
    assert result.count(shown) >= 10 + 10 + 3
    assert result.count("Trích báo cáo &lt;chính trị&gt;.") == 10


@pytest.mark.parametrize(
    ("mark", "answered", "band", "told"),
    [
        (Decimal(95), True, "waiting", "Waiting to be marked"),  # 92.5 so far, the essay can make it 100
        (Decimal(95), False, "failed", "Not passed yet"),  # nothing is left to mark
        (Decimal(90), True, "excellent", "Passed"),
    ],
)
def test_nobody_fails_because_an_essay_is_not_marked_yet(
    client_of: ClientOf,
    database: Database,
    cast: Cast,
    mark: Decimal,
    answered: bool,
    band: str,
    told: str,
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW, questions=of_every_type(), drawn=10, pass_percent=mark)
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    answers = keys(database, attempt)
    if not answered:
        del answers[slot_of(database, attempt, "essay")]
    page = hand_in(lan, attempt, answers)
    verdict = page.partition('class="verdict-words"')[2].partition("</p>")[0]
    assert _(told) in verdict
    assert ("tạm tính" in page) is answered
    with database.reading() as session:
        assert latest_grade(session, attempt).band == band  # type: ignore[union-attr]
        standing = session.get_one(Standing, (staged.exam_id, cast.people["lan"]))
    assert (standing.passed_at is not None) is (band == "excellent")
    assert (lan.get(f"/certificates/exams/{staged.exam_id}").status_code == 200) is (band == "excellent")
    history = lan.get("/attempts/").text
    assert (_("Waiting to be marked") in history) is (band == "waiting")
    assert (_("Not passed yet") in history) is (band == "failed")


@pytest.mark.parametrize("answered", [True, False])
def test_home_says_that_an_essay_waits_and_not_that_it_is_failed(
    client_of: ClientOf, database: Database, cast: Cast, answered: bool
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW, questions=of_every_type(), drawn=10, pass_percent=Decimal(95))
        session.get_one(Exam, staged.exam_id).attempts_allowed = 1
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    answers = keys(database, attempt)
    if not answered:
        del answers[slot_of(database, attempt, "essay")]
    hand_in(lan, attempt, answers)
    finished = lan.get("/").text.partition('class="done-list"')[2]
    assert (_("Waiting to be marked") in finished) is answered
    assert ("Chưa đạt" in finished) is not answered
    assert ('class="not-passed"' in finished) is not answered


def test_without_a_chance_left_an_unmarked_essay_changes_nothing(
    client_of: ClientOf, full: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, full.exam_id)
    page = hand_in(lan, attempt, {slot_of(database, attempt, "essay"): "Tôi hứa."})
    verdict = page.partition('class="verdict-words"')[2].partition("</p>")[0]
    assert _("Not passed yet") in verdict
    assert "tạm tính" in page


def test_a_long_essay_is_kept_whole(client_of: ClientOf, full: Stage, database: Database) -> None:
    lan = client_of("lan")
    attempt = begin(lan, full.exam_id)
    slot = slot_of(database, attempt, "essay")
    text = ('"Đảng bộ" & nhân dân\n' * 1000)[: LONGEST - 1] + "x"
    assert len(text) == LONGEST
    assert send(lan, attempt, event(1, slot, text)).json["acked"] == [1]
    page = lan.get(f"/attempts/{attempt}").text
    assert unescape(page.partition("</textarea>")[0].rpartition(">")[2]) == text
    form = form_of(page)
    assert lan.post(f"/attempts/{attempt}", data=form | {"go": "save"}).status_code == 302
    assert held(database, attempt).values == {slot: text}
    assert f'maxlength="{LONGEST}"' in page


def test_a_stale_page_takes_nothing_back(client_of: ClientOf, staged: Stage, database: Database) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    url, answers = f"/attempts/{attempt}", keys(database, attempt)
    blank = form_of(lan.get(url).text)
    lan.post(url, data=blank | chosen(1, answers[1]) | {"go": "save"})
    first = form_of(lan.get(url).text)
    lan.post(url, data=first | chosen(1, answers[1]) | chosen(2, answers[2]) | {"go": "save", "c-1": "1"})
    assert held(database, attempt).values == {2: answers[2]}
    lan.post(url, data=blank | chosen(3, answers[3]) | {"go": "save"})  # the first page, by the Back button
    assert held(database, attempt).values == {2: answers[2], 3: answers[3]}
    lan.post(url, data=first | {"go": "save"})  # still shows an answer 1 that was cleared since
    assert held(database, attempt).values == {2: answers[2], 3: answers[3]}


def test_a_form_with_nonsense_is_refused_kindly(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    form = form_of(lan.get(f"/attempts/{attempt}").text)
    bad = {
        f"a-{n}": ["77"] if not isinstance(key, str) else ["x" * 900]
        for n, key in keys(database, attempt).items()
    }
    assert lan.post(f"/attempts/{attempt}", data=form | bad | {"go": "save"}).status_code == 302
    assert held(database, attempt).values == {}
    assert lan.post(f"/attempts/{attempt}", data={"tab": "x y", "seq": "1"}).status_code == 400
    assert lan.post(f"/attempts/{attempt}", data={"tab": "x", "seq": "-1"}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"tab": "", "events": []},
        {"tab": "a b", "events": []},
        {"tab": "t" * 65, "events": []},
        {"tab": "t1"},
        {"tab": "t1", "events": [1]},
        {"tab": "t1", "events": [event(0)]},
        {"tab": "t1", "events": [event(1_000_001)]},
        {"tab": "t1", "events": [event(True)]},
        {"tab": "t1", "events": [event(1, 0)]},
        {"tab": "t1", "events": [event(1, 201)]},
        {"tab": "t1", "events": [event(1, op="drop")]},
        {"tab": "t1", "events": [event(1, value=1.5)]},
        {"tab": "t1", "events": [event(1, value=[[1]])]},
        {"tab": "t1", "events": [event(1, value="x" * 42_000)]},
        {"tab": "t1", "events": [event(1), event(1)]},
        {"tab": "t1", "events": [{**event(1), "ms": "now"}]},
        {"tab": "t1", "events": [event(n) for n in range(1, 202)]},
    ],
)
def test_a_malformed_batch_is_refused_with_a_plain_sentence(
    client_of: ClientOf, staged: Stage, body: Any
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    answer = lan.post(f"/attempts/{attempt}/answers", json=body)
    assert answer.status_code == 400
    assert "traceback" not in answer.text.lower()
    assert len(answer.get_json()["error"]) > 20
    for url, bad in (("submit", {"tab": "t1", "last_seq": -1}), ("lease", {"tab": "t1", "take": 1})):
        assert lan.post(f"/attempts/{attempt}/{url}", json=bad).status_code == 400


def test_half_a_letter_is_no_reason_to_lose_an_answer(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    body = '{"tab":"t1","events":[{"seq":1,"slot":1,"op":"set","value":"Đột phá \\ud83d","ms":1}]}'
    answer = lan.post(f"/attempts/{attempt}/answers", data=body, content_type="application/json")
    assert answer.get_json()["acked"] == [1]
    assert held(database, attempt).values == {1: "Đột phá \ufffd"}
    assert lan.get(f"/attempts/{attempt}").status_code == 200


def test_what_is_not_theirs_is_not_found(client_of: ClientOf, staged: Stage, database: Database) -> None:
    attempt = begin(client_of("lan"), staged.exam_id)
    for key in ("hoa", "dung", "tuan", "an"):  # not even an officer, trainer or administrator sits it
        other = client_of(key)
        for path in ("", "/check", "/receipt", "/result"):
            assert other.get(f"/attempts/{attempt}{path}").status_code == 404, (key, path)
        assert other.post(f"/attempts/{attempt}", data={"go": "submit"}).status_code == 404
        assert send(other, attempt, event(1)).status_code == 404
        assert other.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": 0}).status_code == 404
        assert other.post(f"/attempts/{attempt}/lease", json={"tab": "t1", "take": True}).status_code == 404
    assert client_of("lan").get("/exams/999/start").status_code == 404
    with database.reading() as session:
        assert session.get_one(Attempt, attempt).state == "open"


def test_without_a_sign_in_there_is_401_for_the_page_and_the_sign_in_for_people(
    client_of: ClientOf, staged: Stage
) -> None:
    attempt = begin(client_of("lan"), staged.exam_id)
    nobody = client_of(None)
    for url, body in (
        ("answers", {"tab": "t1", "events": [event(1)]}),
        ("answers", {"tab": "t1", "events": []}),
        ("submit", {"tab": "t1", "last_seq": 0}),
        ("lease", {"tab": "t1", "take": False}),
    ):
        answer = nobody.post(f"/attempts/{attempt}/{url}", json=body)
        assert (answer.status_code, answer.json) == (401, {"error": "signed_out"})
    assert "/sign-in" in nobody.get(f"/attempts/{attempt}").location


def test_ending_a_sign_in_stops_its_saves_at_once(
    client_of: ClientOf, staged: Stage, database: Database, cast: Cast
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    assert send(lan, attempt, event(1)).status_code == 200
    with database.writing() as session:
        accounts.end_all_sign_ins(session, cast.people["lan"], but=None, now=NOW)
    assert send(lan, attempt, event(2)).status_code == 401
    assert send(client_of("lan"), attempt, event(2)).json["acked"] == [2]


def test_a_save_needs_the_token_against_foreign_posts(app: Flask, client_of: ClientOf, staged: Stage) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    app.config["WTF_CSRF_ENABLED"] = True
    assert send(lan, attempt, event(1)).status_code == 400
    token = re.search(r'name="csrf_token" value="([^"]+)"', lan.get(f"/attempts/{attempt}").text).group(1)  # type: ignore[union-attr]
    body = {"tab": "t1", "events": [event(1)]}
    answer = lan.post(f"/attempts/{attempt}/answers", json=body, headers={"X-CSRFToken": token})
    assert answer.get_json()["acked"] == [1]


def test_the_client_s_clock_has_no_say(
    client_of: ClientOf, staged: Stage, clock: Any, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    clock.shift(timedelta(minutes=29))
    three_days = 3 * 86_400_000
    for seq, ms in ((1, three_days), (2, -three_days)):
        reply = send(lan, attempt, {**event(seq), "ms": int(NOW.timestamp() * 1000) + ms}).json
        assert (reply["statuses"], reply["remaining_ms"]) == ({str(seq): "ok"}, 60_000)


def test_whoever_looks_at_an_overdue_attempt_finishes_it(
    client_of: ClientOf, staged: Stage, clock: Any, database: Database
) -> None:
    for look in ("sit", "save", "start", "history", "form"):
        person = {"sit": "lan", "save": "long", "start": "hoa", "history": "dung", "form": "binh"}[look]
        client = client_of(person)
        attempt = begin(client, staged.exam_id)
        answers = keys(database, attempt)
        send(client, attempt, *(event(n, n, key) for n, key in answers.items()))
        clock.shift(timedelta(minutes=30, seconds=31))
        if look == "sit":
            assert client.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/receipt"
        elif look == "save":
            assert send(client, attempt, event(50)).json["state"] == "submitted"
        elif look == "start":
            client.get(f"/exams/{staged.exam_id}/start")
        elif look == "history":
            client.get("/attempts/")
        else:
            client.post(f"/attempts/{attempt}", data={"go": "save"})
        with database.reading() as session:
            row = session.get_one(Attempt, attempt)
            assert (row.state, row.finished_by) == ("submitted", "reader"), look
        assert "10<span>/10</span>" in client.get(f"/attempts/{attempt}/result").text
        clock.move_to(NOW)


def test_starting_when_it_is_refused_says_why(client_of: ClientOf, staged: Stage, clock: Any) -> None:
    lan, url = client_of("lan"), f"/exams/{staged.exam_id}/start"
    for _attempt in range(2):
        attempt = begin(lan, staged.exam_id)
        lan.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": 0})
    assert "0/2" in lan.get(url).text
    answer = lan.post(url, follow_redirects=True)
    assert answer.request.path == url
    assert _("You have used all {allowed} attempts.", allowed=2) in answer.text
    clock.move_to(staged.closes_at)
    hoa = client_of("hoa")
    assert hoa.post(url).location == url
    assert 'name="csrf_token"' not in hoa.get(url).text.partition("<main")[2].partition("</main")[0]


def test_the_service_worker_is_filled_in_and_never_cached(client_of: ClientOf) -> None:
    answer = client_of(None).get("/exam-sw.js")
    assert answer.status_code == 200
    assert answer.headers["Service-Worker-Allowed"] == "/attempts/"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.mimetype == "text/javascript"
    config = json.loads(re.search(r"const config = (\{.*\});", answer.text).group(1))  # type: ignore[union-attr]
    assert "__EXAM_SW_CONFIG__" not in answer.text
    assert config["off"] is False
    client = client_of(None)
    for address in config["shell"]:
        assert client.get(address).status_code == 200, address


def test_the_receipt_time_and_page_survive_a_database_round_trip(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    lan = client_of("lan")
    attempt = begin(lan, staged.exam_id)
    lan.post(f"/attempts/{attempt}/submit", json={"tab": "t1", "last_seq": 0})
    pages = {lan.get(f"/attempts/{attempt}/receipt").text for _ in range(3)}
    assert len({re.sub(r'csrf[^>]*>|data-csrf="[^"]*"', "", page) for page in pages}) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Attempt)) == 1
        assert isinstance(session.get_one(Attempt, attempt).submitted_at, datetime)


def test_the_worker_keeps_the_modules_under_the_addresses_that_are_asked_for(app: Flask) -> None:
    """exam.js imports its parts without a stamp: kept under another address they would be missing offline."""
    worker = app.test_client().get("/exam-sw.js").text
    asked_for = imports_of("exam")
    assert {"paper", "queue", "sync", "page", "news"} <= asked_for
    for name in asked_for:
        assert f'"/static/exam/{name}.js"' in worker
    assert set(re.findall(r'"/static/exam/(\w+)\.js"', worker)) == asked_for
    assert re.search(r'"/static/exam/exam\.js\?v=[0-9a-f]+"', worker)


def imports_of(name: str) -> set[str]:
    """The modules that one of the exam page's asks for, with all that these ask for."""
    found: set[str] = set()
    wanted = [name]
    while wanted:
        source = (PROJECT / "static" / "exam" / f"{wanted.pop()}.js").read_text(encoding="utf-8")
        new = set(re.findall(r'^import (?:.* from )?"\./(\w+)\.js"', source, re.M)) - found
        found |= new
        wanted += new
    return found
