"""The pages of the room, of an attempt's story and of a result explained, as browsers meet them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, func, select, update

from lms.attempts import rules
from lms.attempts.models import AcceptedEvent, Attempt, AttemptNote
from lms.exams.models import Exam
from lms.kit.db import Database
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.attempts.conftest import Sitter, SitterOf, said
from tests.lms.attempts.test_life import right_answers
from tests.stage import Stage, of_every_type, second_exam, stage

WHY = "Mất điện 5 phút"
MARK = "CANARY"


@pytest.fixture(autouse=True)
def clock() -> Iterator[Any]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    questions = [question for question in of_every_type(mark=MARK) if question.type != "essay"]
    with database.writing() as session:
        return stage(session, cast, NOW, questions=questions, drawn=len(questions), attempts_allowed=1)


@pytest.fixture
def room(staged: Stage) -> str:
    return f"/courses/{staged.course_id}/exams/{staged.exam_id}/room"


def handed_in(one: Sitter) -> int:
    attempt = one.start()
    right = right_answers(one, attempt)
    one.save(attempt, "t1", *right)
    one.submit(attempt, "t1", len(right))
    return attempt


def test_only_who_organises_or_looks_after_the_people_may_look(
    client_of: ClientOf, room: str, lan: Sitter, sitter_of: SitterOf
) -> None:
    mine, other = lan.start(), sitter_of("hoa").start()
    for page in ("", "/counts.json", "/everybody", f"/attempts/{mine}"):
        assert client_of("tuan").get(room + page).status_code == 200
        assert client_of("dung").get(room + page).status_code == 200
        assert client_of("lan").get(room + page).status_code == 403
        assert client_of("an").get(room + page).status_code == 403
        assert client_of(None).get(room + page).status_code in (302, 401)
    assert client_of("dung").get(f"{room}/attempts/{other}").status_code == 404
    assert client_of("binh").get(f"{room}/attempts/{mine}").status_code == 404
    answer = client_of("binh").post(f"{room}/attempts/{mine}/deeds/void", data={"void-reason": WHY})
    assert answer.status_code == 404
    assert lan.get(Attempt, mine).state == "open"
    assert client_of("tuan").post(f"{room}/attempts/{mine}/deeds/khong-co").status_code == 404


def test_an_exam_in_preparation_has_no_room(
    client_of: ClientOf, room: str, staged: Stage, database: Database
) -> None:
    with database.writing() as session:
        session.execute(update(Exam).values(state="draft"))
    assert client_of("tuan").get(room).status_code == 404
    assert f'href="{room}"' not in client_of("tuan").get("/rooms").text


def test_the_rooms_that_are_open_are_listed(client_of: ClientOf, room: str, staged: Stage) -> None:
    for who in ("tuan", "dung"):
        assert f'href="{room}"' in client_of(who).get("/rooms").text


def test_the_room_shows_counts_and_renews_itself(
    client_of: ClientOf, room: str, lan: Sitter, cast: Cast, clock: Any, staged: Stage
) -> None:
    with (
        lan.database.writing() as session
    ):  # beside another exam, so that not everything is counted each time
        second_exam(session, staged, NOW)
    lan.start()
    client = client_of("tuan")
    page = client.get(room).text
    assert '<span class="soft" data-counted></span>' in page
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert 'http-equiv="refresh"' not in client.get(f"{room}?pause=1").text
    known = client.get(f"{room}/counts.json").json
    assert known is not None
    assert known["total"]["words"]["working"] == "1"
    assert known["units"][str(cast.units["ward_a"])]["words"]["working"] == "1"
    assert known["units"][str(cast.units["ward_b"])]["words"]["working"] == "0"
    assert known["counted"] == ""
    clock.move_to(NOW + timedelta(seconds=15))
    later = client.get(f"{room}/counts.json").json
    assert later is not None
    assert later["counted"].endswith(known["at"])
    assert later["at"] != known["at"]
    assert later["counted"] in client.get(room).text
    ward = client.get(f"{room}?unit={cast.units['ward_b']}").text
    assert "Lê Thị Hoa" in ward
    assert "Nguyễn Thị Lan" not in ward
    assert client_of("dung").get(f"{room}?unit={cast.units['ward_b']}").status_code == 404


def test_people_are_found_by_name_and_by_state(client_of: ClientOf, room: str, lan: Sitter) -> None:
    lan.start()
    client = client_of("tuan")
    assert "Nguyễn Thị Lan" in client.get(f"{room}?q=lan").text
    assert "Lê Thị Hoa" not in client.get(f"{room}?q=lan").text
    assert "Nguyễn Thị Lan" not in client.get(f"{room}?state=waiting").text
    assert "Nguyễn Thị Lan" in client.get(f"{room}?state=working").text
    assert client.get(f"{room}?state=khong-co").status_code == 400
    assert client.get(f"{room}?after=zz&before=1.1").status_code == 200


def test_every_deed_by_its_form(
    client_of: ClientOf, room: str, lan: Sitter, clock: Any, database: Database
) -> None:
    attempt, client = lan.start(), client_of("tuan")
    at = f"{room}/attempts/{attempt}"

    def post(deed: str, **fields: str) -> str:
        data = {f"{deed}-{name}": value for name, value in fields.items()}
        answer = client.post(f"{at}/deeds/{deed}", data=data, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    assert "Đồng chí ghi rõ lý do" in post("extend", minutes="5", reason="  ")
    assert "Nhập từ 1 đến 240 phút" in post("extend", minutes="999", reason=WHY)
    assert "Giờ kết thúc mới là 08:35:00" in post("extend", minutes="5", reason=WHY)
    assert "Đã gửi tin nhắn" in post("message", text="Còn 5 phút")
    assert "Đã ghi nhận sự việc" in post("incident", text="Đổi máy")
    assert "Đã thu bài" in post("end", reason=WHY)
    assert "không làm được việc này nữa" in post("extend", minutes="5", reason=WHY)
    assert "đáp án" in client.get(at).text  # one attempt was allowed, so the key is out
    assert "Đã mở lại bài" in post("reopen", minutes="5", reason=WHY)
    assert "được thi lại" in post("void", reason=WHY, again="y")
    assert "có giá trị trở lại" in post("restore", reason="Nhầm")
    with database.reading() as session:
        kinds = session.scalars(select(AttemptNote.kind).order_by(AttemptNote.id)).all()
    assert kinds == ["extended", "message", "incident", "ended", "reopened", "voided", "restored"]
    text = client.get(at).text
    for words in ("Thêm 5 phút", "Mở lại sau khi nộp", "Lúc đó đáp án đã xem được", "Bỏ việc hủy", WHY):
        assert words in text


def test_for_everybody_by_its_forms(client_of: ClientOf, room: str, lan: Sitter, database: Database) -> None:
    attempt, client = lan.start(), client_of("dung")

    def post(deed: str, **fields: str) -> str:
        data = {f"{deed}-{name}": value for name, value in fields.items()}
        return client.post(f"{room}/everybody/{deed}", data=data, follow_redirects=True).text

    assert "Thêm 9 phút cho 1 người" in post("extend", minutes="9", reason=WHY)
    assert lan.get(Attempt, attempt).deadline_at == NOW + timedelta(minutes=39)
    assert "Tin nhắn đến 1 người" in post("message", text="Giữ trật tự")
    assert "Mất điện toàn khu" in post("incident", text="Mất điện toàn khu")
    assert "Nhập từ 1 đến 240 phút" in post("extend", minutes="0", reason=WHY)


def test_one_s_own_attempt_shows_no_deeds(client_of: ClientOf, room: str, sitter_of: SitterOf) -> None:
    attempt, client = sitter_of("dung").start(), client_of("dung")
    page = client.get(f"{room}/attempts/{attempt}").text
    assert "phải do người khác quyết định" in page
    assert "deeds/extend" not in page
    answer = client.post(
        f"{room}/attempts/{attempt}/deeds/void", data={"void-reason": WHY}, follow_redirects=True
    )
    assert "phải do người khác quyết định" in answer.text


def test_late_answers_are_chosen_and_accepted(
    client_of: ClientOf, room: str, lan: Sitter, clock: Any, database: Database
) -> None:
    attempt, client = lan.start(), client_of("dung")
    lan.later(minutes=31)
    lan.save(attempt, "t1", said(1, 1), said(2, 2))
    lan.submit(attempt, "t1", 2)
    clock.move_to(lan.now + timedelta(minutes=1))
    page = client.get(f"{room}/attempts/{attempt}").text
    assert re.findall(r'name="event" value="([^"]+)"', page) == ["t1|1", "t1|2"]
    data = {"event": "t1|2", "accept-reason": WHY}
    answer = client.post(f"{room}/attempts/{attempt}/deeds/accept", data=data, follow_redirects=True)
    assert "Đã chấp nhận 1 thao tác" in answer.text
    assert re.findall(r'name="event" value="([^"]+)"', answer.text) == ["t1|1"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AcceptedEvent)) == 1
    nothing = client.post(
        f"{room}/attempts/{attempt}/deeds/accept",
        data={"event": "<script>|x", "accept-reason": WHY},
        follow_redirects=True,
    )
    assert "chọn ít nhất một câu trả lời" in nothing.text


# ------------------------------------------------------------------------------------------------ explained


def test_a_result_is_explained_point_by_point(client_of: ClientOf, room: str, lan: Sitter) -> None:
    attempt = handed_in(lan)
    page = client_of("tuan").get(f"{room}/attempts/{attempt}/explained").text
    assert re.findall(r'explained-result"><strong>([^<]*)</strong> · ([^ ]*)', page) == [
        ("9,9997/9,9997 điểm", "100,00%")
    ]
    for words in ("Nguyễn Thị Lan", "Vừa tính lại", "lưu lúc 08:00:00", "mã trộn", MARK, "Phương án"):
        assert words in page


def test_officers_read_no_question_and_no_key_before_the_exam_closed(
    client_of: ClientOf, room: str, staged: Stage, lan: Sitter, clock: Any
) -> None:
    attempt = handed_in(lan)
    before = client_of("dung").get(f"{room}/attempts/{attempt}/explained").text
    story = client_of("dung").get(f"{room}/attempts/{attempt}").text
    assert "chỉ hiện cho cán bộ đơn vị khi bài kiểm tra đã đóng" in before
    assert "Khâu đột phá thứ" not in before
    assert "Vì đoạn" not in before + story
    clock.move_to(staged.closes_at + rules.GRACE + timedelta(seconds=1))
    after = client_of("dung").get(f"{room}/attempts/{attempt}/explained").text
    assert "Khâu đột phá thứ" in after
    assert "Vì đoạn" in after


def test_the_candidate_reads_what_is_released_and_of_the_own_attempt_only(
    client_of: ClientOf, lan: Sitter, staged: Stage, clock: Any, database: Database
) -> None:
    with database.writing() as session:
        session.execute(update(Exam).values(release="after_close", release_explanation="after_close"))
    attempt = handed_in(lan)
    url = f"/attempts/{attempt}/explained"
    assert client_of("hoa").get(url).status_code == 404
    page = client_of("lan").get(url).text
    assert "Khâu đột phá thứ" in page
    assert "Vì đoạn" not in page
    assert "mã trộn" not in page
    clock.move_to(staged.closes_at + rules.GRACE + timedelta(seconds=1))
    assert "Vì đoạn" in client_of("lan").get(url).text
    with database.writing() as session:
        session.execute(
            update(Exam).values(release_score="never", release="never", release_explanation="never")
        )
    assert client_of("lan").get(url).status_code == 302


def test_an_officer_s_own_result_is_explained_as_to_a_candidate(
    client_of: ClientOf, room: str, sitter_of: SitterOf
) -> None:
    attempt = handed_in(sitter_of("dung"))
    answer = client_of("dung").get(f"{room}/attempts/{attempt}/explained")
    assert answer.location == f"/attempts/{attempt}/explained"


def test_a_paper_that_was_entered_says_so(client_of: ClientOf, room: str, lan: Sitter, cast: Cast) -> None:
    attempt = handed_in(lan)
    with lan.database.writing() as session:
        session.execute(update(Attempt).values(medium="paper", entered_by=cast.people["dung"]))
    for page in ("", "/explained"):
        text = client_of("tuan").get(f"{room}/attempts/{attempt}{page}").text
        assert "Trên giấy; nhập thay bởi Phạm Tiến Dũng" in text


# ------------------------------------------------------------------------------------------------ few queries


@pytest.mark.parametrize("page", ["", "/counts.json", "/attempts/1", "/attempts/1/explained"])
def test_a_page_takes_the_same_few_statements_however_many_are_at_work(
    app: Flask, client_of: ClientOf, room: str, lan: Sitter, sitter_of: SitterOf, page: str
) -> None:
    handed_in(lan)
    client = client_of("tuan")
    statements: list[str] = []
    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    client.get(room + page)
    statements.clear()
    assert client.get(room + page).status_code == 200
    few = len(statements)
    for key in ("long", "hoa", "minh", "dung", "binh"):
        other = sitter_of(key)
        attempt = other.start()
        other.save(attempt, "t1", said(1, 1), said(2, 2))
    statements.clear()
    client.get(room + page)
    assert len(statements) == few
    assert few <= 24, statements
