"""The screens of challenges and rulings: who may, who may not, and the whole way of a wrong key in browsers."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select

from lms.attempts.models import AnswerEvent
from lms.certificates import actions as certificates
from lms.exams.models import Ruling
from lms.kit.db import Database
from lms.kit.storage import Storage
from lms.marking.models import Challenge
from lms.marking.new_keys import Picked
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.marking.hall import Hall, all_right, second_trainer
from tests.lms.marking.test_rulings import choosing, single
from tests.stage import exam_apart, of_every_type, stage


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def hall(app: Flask, database: Database, cast: Cast) -> Hall:
    with database.writing() as session:
        staged = stage(session, cast, NOW, pass_percent=Decimal(90), attempts_allowed=1)
    second_trainer(database, cast)
    return Hall(database, app.extensions["storage"], cast, staged)


def at(hall: Hall, rest: str) -> str:
    return f"/courses/{hall.staged.course_id}/exams/{hall.staged.exam_id}/{rest}"


def text_of(answer: Any) -> str:
    return unescape(answer.text)


def one(database: Database, model: type[Any]) -> Any:
    with database.reading() as session:
        return session.scalars(select(model)).one()


def ask(client: FlaskClient, attempt: int, text: str = "Đáp án trái với mục II.", **rest: Any) -> Any:
    return client.post(f"/attempts/{attempt}/challenge", data={"text": text, **rest})


def test_a_wrong_key_from_the_request_to_the_changed_result(
    hall: Hall, client_of: ClientOf, database: Database
) -> None:
    version = single(hall.staged)
    hoa_attempt, lan_attempt = hall.sit("hoa", choosing(version, 3)), hall.sit("lan")
    slot = next(s.number for s in hall.paper_of(hoa_attempt).slots if s.version_id == version)
    hoa, tuan, dung = client_of("hoa"), client_of("tuan"), client_of("dung")

    assert hoa.get(f"/attempts/{hoa_attempt}/challenge?slot={slot}").status_code == 200
    assert ask(hoa, hoa_attempt, slot=slot).location == "/challenges/"
    assert "Đáp án trái với mục II." in text_of(hoa.get("/challenges/"))

    listed = text_of(tuan.get(at(hall, "challenges/")))
    assert "Khâu đột phá thứ 1 là gì?" in listed
    page = text_of(tuan.get(at(hall, f"questions/{version}")))
    assert "Đáp án trái với mục II." in page
    assert "Lê Thị Hoa" in page
    assert "Phương án bốn của câu 1" in page

    form = {"kind": "new_key", "key": "3", "reason": "Mục II.3 nêu phương án bốn."}
    made = tuan.post(at(hall, f"questions/{version}/propose"), data=form)
    assert made.status_code == 302, text_of(made)
    found = one(database, Ruling)
    shown = text_of(tuan.get(made.location))
    assert f'action="{made.location}/approve"' not in shown
    hall.work(found.id)

    shown = text_of(dung.get(made.location))
    assert f'action="{made.location}/approve"' in shown
    assert "Nguyễn Thị Lan" in shown  # loses
    assert f'action="{made.location}/approve"' not in text_of(tuan.get(made.location))
    tuan.post(f"{made.location}/approve")
    assert hall.ruling(found.id).state == "proposed"
    dung.post(f"{made.location}/approve")
    assert hall.ruling(found.id).state == "approved"
    assert "waiting" in tuan.get(f"{made.location}/status").text
    hall.work(found.id)
    assert [hall.worth(each).points for each in (hoa_attempt, lan_attempt)] == [10, Decimal("8.75")]

    answered = text_of(hoa.get("/challenges/"))
    assert "Mục II.3 nêu phương án bốn." in answered
    result = text_of(hoa.get(f"/attempts/{hoa_attempt}/result"))
    assert "Mục II.3 nêu phương án bốn." in result
    assert "8,75" in result

    dung.post(f"{made.location}/undo", data={"reason": "Đã đối chiếu lại văn bản."})
    hall.work(found.id)
    assert hall.worth(hoa_attempt).points == Decimal("8.75")
    assert "Đã đối chiếu lại văn bản." in text_of(hoa.get("/challenges/"))
    assert "Đã đối chiếu lại văn bản." in text_of(hoa.get(f"/attempts/{hoa_attempt}/result"))


def test_what_a_candidate_cannot_ask(hall: Hall, client_of: ClientOf, database: Database) -> None:
    attempt = hall.sit("hoa")
    hoa = client_of("hoa")
    assert client_of("lan").get(f"/attempts/{attempt}/challenge").status_code == 404
    assert ask(client_of("lan"), attempt, slot=1).status_code == 404
    for data, words in (
        ({"slot": 1, "text": "   "}, "Đồng chí ghi"),
        ({"slot": 1, "text": "x" * 2001}, "2.000 ký tự"),
        ({"slot": 99}, "không có câu hỏi này"),
        ({"kind": "late"}, "gửi muộn"),
    ):
        refused = ask(hoa, attempt, **data)
        assert refused.status_code == 422
        assert words in text_of(refused)
    assert ask(hoa, attempt, kind="lottery").status_code == 404
    assert ask(hoa, attempt, kind="result").status_code == 302
    assert ask(hoa, attempt, kind="result").status_code == 422
    for slot in range(1, 10):
        assert ask(hoa, attempt, slot=slot).status_code == 302
    assert ask(hoa, attempt, slot=1).status_code == 422
    with database.reading() as session:
        assert len(session.scalars(select(Challenge)).all()) == 10


def test_no_more_than_ten_wait_at_a_time(hall: Hall, client_of: ClientOf, database: Database) -> None:
    with database.writing() as session:
        exam = exam_apart(session, hall.cast, hall.staged, of_every_type(2)[:11], NOW, code="muoi")
    attempt = hall.sit("hoa", all_right, exam_id=exam)
    with database.writing() as session:
        from lms.exams.models import Exam

        session.get_one(Exam, exam).closes_at = NOW
    hoa = client_of("hoa")
    assert [ask(hoa, attempt, slot=slot).status_code for slot in range(1, 12)] == [302] * 10 + [422]


def test_a_question_cannot_be_challenged_before_its_key_may_be_seen(
    hall: Hall, client_of: ClientOf, database: Database, clock: Any
) -> None:
    from lms.exams.models import Exam

    with database.writing() as session:
        session.get_one(Exam, hall.staged.exam_id).attempts_allowed = 2
    attempt = hall.sit("hoa")
    hoa = client_of("hoa")
    assert ask(hoa, attempt, slot=1).status_code == 422
    assert "action=" not in re.sub(
        r"(?s)<header.*?</header>", "", hoa.get(f"/attempts/{attempt}/challenge?slot=1").text
    )
    clock.move_to(hall.staged.closes_at + timedelta(minutes=1))
    assert ask(client_of("hoa"), attempt, slot=1).status_code == 302


def test_late_answers_are_asked_about_and_answered(
    hall: Hall, client_of: ClientOf, database: Database
) -> None:
    attempt = hall.sit("hoa")
    with database.writing() as session:
        session.add(
            AnswerEvent(
                attempt_id=attempt, tab="t2", seq=1, slot=1, op="set", value="1", client_ms=0, received_at=NOW,
                epoch=0, status="late",
            )
        )  # fmt: skip
    hoa, tuan = client_of("hoa"), client_of("tuan")
    assert ask(hoa, attempt, kind="late", text="Mất điện lúc 9 giờ.").status_code == 302
    assert "Mất điện lúc 9 giờ." in text_of(tuan.get(at(hall, "challenges/")))
    found = one(database, Challenge)
    url = at(hall, f"challenges/{found.id}/answer")
    assert client_of("an").post(url, data={"reply": "Không."}).status_code == 403
    tuan.post(url, data={"reply": " "})
    assert one(database, Challenge).state == "open"
    tuan.post(url, data={"reply": "Đã nhận các câu gửi muộn.", "accepted": "yes"})
    assert one(database, Challenge).state == "accepted"
    assert "Đã nhận các câu gửi muộn." in text_of(hoa.get("/challenges/"))


def test_everybody_who_challenged_a_question_gets_the_same_answer(
    hall: Hall, client_of: ClientOf, database: Database
) -> None:
    version = single(hall.staged)
    for who in ("hoa", "lan"):
        attempt = hall.sit(who)
        slot = next(s.number for s in hall.paper_of(attempt).slots if s.version_id == version)
        assert ask(client_of(who), attempt, slot=slot).status_code == 302
    tuan = client_of("tuan")
    tuan.post(at(hall, f"questions/{version}/refuse"), data={"reply": "Đáp án đúng theo mục II."})
    with database.reading() as session:
        assert {found.state for found in session.scalars(select(Challenge))} == {"refused"}
    for who in ("hoa", "lan"):
        assert "Đáp án đúng theo mục II." in text_of(client_of(who).get("/challenges/"))


KEYS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {  # the key as it is, and another one
    "multiple_choice": ({"key": ["0", "2"]}, {"key": ["1"]}),
    "true_false": ({"key": "1"}, {"key": "0"}),
    "true_false_group": (
        {f"statement-{n}": str(n % 2 == 1).lower() for n in range(4)},
        {f"statement-{n}": "true" for n in range(4)},
    ),
    "short_answer": ({"answers": "Đột phá 1"}, {"answers": "Đột phá 1\nThen chốt"}),
    "numeric": ({"answers": "12.345", "tolerance": "0"}, {"answers": "12.345", "tolerance": "5"}),
}


@pytest.mark.parametrize("type_name", KEYS)
def test_a_key_is_chosen_on_the_question_of_every_type(
    hall: Hall, client_of: ClientOf, database: Database, type_name: str
) -> None:
    version = next(
        version_id for version_id, question in hall.staged.versions.items() if question.type == type_name
    )
    url = at(hall, f"questions/{version}/propose")
    tuan = client_of("tuan")
    assert tuan.get(url).status_code == 200
    unchanged, new = KEYS[type_name]
    common = {"kind": "second_key", "reason": "Cả hai đều đúng."}
    assert tuan.post(url, data={**unchanged, **common}).status_code == 422
    assert tuan.post(url, data=common).status_code == 422
    assert tuan.post(url, data={**new, "reason": "Cả hai đều đúng."}).status_code == 422
    assert tuan.post(url, data={**new, **common, "reason": ""}).status_code == 422
    made = tuan.post(url, data={**new, **common})
    assert made.status_code == 302
    assert tuan.get(made.location).status_code == 200
    assert one(database, Ruling).body["type"] == type_name


def test_essays_and_other_types_offer_no_key(hall: Hall, client_of: ClientOf, database: Database) -> None:
    with database.writing() as session:
        exam = exam_apart(session, hall.cast, hall.staged, of_every_type(), NOW, code="moi-dang")
        from lms.exams.models import Exam

        course = session.get_one(Exam, exam).course_id
    tuan = client_of("tuan")
    found = tuan.get(f"/courses/{course}/exams/{exam}/rulings/?q=nh%C3%B3m").text
    urls = set(re.findall(rf"/courses/{course}/exams/{exam}/questions/\d+", found))
    assert len(urls) >= 6
    for url in sorted(urls):
        assert tuan.get(url).status_code == 200
        form = tuan.get(f"{url}/propose")
        assert form.status_code == 200
        assert 'value="drop"' in form.text
    essay = next(url for url in urls if "Đồng chí sẽ làm gì" in text_of(tuan.get(url)))
    assert 'value="new_key"' not in tuan.get(f"{essay}/propose").text
    assert tuan.post(f"{essay}/propose", data={"kind": "new_key", "reason": "x"}).status_code == 422
    assert tuan.post(f"{essay}/propose", data={"kind": "drop", "reason": "x"}).status_code == 302


def test_the_same_question_in_another_test_is_offered(
    hall: Hall, client_of: ClientOf, database: Database
) -> None:
    from tests.stage import second_exam

    with database.writing() as session:
        other = second_exam(session, hall.staged, NOW)
    version = single(hall.staged)
    tuan = client_of("tuan")
    assert "hn18-kt2" in tuan.get(at(hall, f"questions/{version}/propose")).text
    data = {"kind": "drop", "reason": "Câu hỏi sai.", "exams": [str(other), "987654"]}
    assert tuan.post(at(hall, f"questions/{version}/propose"), data=data).status_code == 302
    with database.reading() as session:
        rows = session.scalars(select(Ruling).order_by(Ruling.id)).all()
    assert [row.exam_id for row in rows] == [hall.staged.exam_id, other]
    data["kind"] = "full_marks"
    assert tuan.post(at(hall, f"questions/{version}/propose"), data=data).status_code == 422
    with database.reading() as session:
        assert len(session.scalars(select(Ruling)).all()) == 2


def test_who_may_not_see_or_decide(hall: Hall, client_of: ClientOf, database: Database) -> None:
    version = single(hall.staged)
    ruling_id = hall.propose(version, "drop")
    pages = [
        "challenges/",
        "rulings/",
        f"questions/{version}",
        f"questions/{version}/propose",
        f"rulings/{ruling_id}",
    ]
    pages += [f"rulings/{ruling_id}/status", f"rulings/{ruling_id}/people.xlsx"]
    posts = [f"rulings/{ruling_id}/{step}" for step in ("approve", "refuse", "undo", "count", "go-on")]
    trainer_elsewhere(hall, database)
    for who, status in (("lan", 403), ("an", 403), ("binh", 404), (None, 302)):
        client = client_of(who)
        assert {client.get(at(hall, page)).status_code for page in pages} == {status}
        assert {client.post(at(hall, page)).status_code for page in posts} == {status}
    tuan = client_of("tuan")
    assert {tuan.get(at(hall, page)).status_code for page in pages} == {200}
    foreign = at(hall, "").replace(f"/exams/{hall.staged.exam_id}/", "/exams/987654/")
    assert {tuan.get(foreign + page).status_code for page in pages} == {404}
    assert hall.ruling(ruling_id).state == "proposed"


def trainer_elsewhere(hall: Hall, database: Database) -> None:
    from lms.organisation import actions as organisation
    from lms.organisation.models import Person, Unit

    with database.writing() as session:
        organisation.grant_role(
            session, session.get_one(Person, hall.cast.people["binh"]), role="trainer",
            unit=session.get_one(Unit, hall.cast.units["ward_b"]), by=None, now=NOW,
        )  # fmt: skip


def test_the_list_of_people_is_a_file_and_a_bounded_page(
    hall: Hall, client_of: ClientOf, database: Database, storage: Storage
) -> None:
    version = single(hall.staged)
    for who in ("lan", "hoa", "minh", "long"):
        hall.sit(who, choosing(version, 3))
    ruling_id = hall.propose(version, "full_marks")
    tuan = client_of("tuan")
    few = queries_of(hall, tuan, at(hall, f"rulings/{ruling_id}"))
    hall.work(ruling_id)
    csv = tuan.get(at(hall, f"rulings/{ruling_id}/people.csv"))
    assert csv.status_code == 200
    assert "Nguyễn Thị Lan" in csv.data.decode("utf-8-sig")
    assert tuan.get(at(hall, f"rulings/{ruling_id}/people.xlsx")).data[:2] == b"PK"
    assert tuan.get(at(hall, f"rulings/{ruling_id}/people.pdf")).status_code == 404
    assert queries_of(hall, tuan, at(hall, f"rulings/{ruling_id}")) <= few + 2
    assert "page=2" not in tuan.get(at(hall, f"rulings/{ruling_id}")).text
    assert tuan.get(at(hall, f"rulings/{ruling_id}?page=7")).status_code == 200
    assert storage.folder.exists()


def queries_of(hall: Hall, client: FlaskClient, url: str) -> int:
    from flask import Flask as _Flask

    app: _Flask = client.application
    seen: list[str] = []

    def note(*rest: Any) -> None:
        seen.append(rest[2])

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_the_certificates_that_a_decision_touches_are_named(
    hall: Hall, client_of: ClientOf, database: Database
) -> None:
    version = single(hall.staged)
    hall.sit("lan")
    hall.sit("hoa", choosing(version, 3))
    with database.writing() as session:
        for who in ("lan", "hoa"):
            issued = certificates.issue(
                session,
                hall.staged.exam_id,
                hall.cast.people[who],
                base_url="http://localhost",
                by=None,
                now=NOW,
            )
            assert (issued is not None) == (who == "lan")
    ruling_id = hall.propose(version, "new_key", Picked(correct=(3,)))
    tuan = client_of("tuan")
    url = at(hall, f"rulings/{ruling_id}/certificates")
    assert "Nguyễn Thị Lan" not in text_of(tuan.get(url))
    hall.work(ruling_id)
    assert url in tuan.get(at(hall, f"rulings/{ruling_id}")).text
    shown = text_of(tuan.get(url))
    assert "Nguyễn Thị Lan" in shown
    assert "không còn đạt" in shown
    assert "Lê Thị Hoa" not in shown
    trainer_elsewhere(hall, database)
    assert [client_of(who).get(url).status_code for who in ("lan", "binh")] == [403, 404]
