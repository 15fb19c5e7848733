"""A trainer's pages of exams: making one, its blueprint, the preview; and who may not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.audit.models import AuditEvent
from lms.courses.models import Course
from lms.exams import queries
from lms.exams.blueprint import ANY, count_field, points_field
from lms.exams.models import Exam, Paper
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, of_every_type, stage

FORM = {
    "title": "Bài kiểm tra giữa đợt",
    "code": "",
    "opens_at": "2026-11-24T07:30",
    "closes_at": "27/11/2026 17:30",
    "minutes": "30",
    "attempts_allowed": "3",
    "pass_percent": "66,7",
    "shuffle": "y",
    "release": "after_close",
}


def count(database: Database, model: Any) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_trainer_makes_an_exam_and_goes_on_to_its_blueprint(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    client = client_of("tuan")
    made = client.post(f"/courses/{staged.course_id}/exams/new", data=FORM)
    with database.reading() as session:
        exam = queries.exam_by_code(session, "BKTGD-HN18")
        assert exam is not None
    assert made.headers["Location"].endswith(f"/exams/{exam.id}/blueprint")
    assert (exam.state, exam.minutes, exam.attempts_allowed) == ("draft", 30, 3)
    assert (exam.pass_percent, exam.shuffle, exam.release) == (Decimal("66.7"), True, "after_close")
    page = client.get(f"/courses/{staged.course_id}/exams/{exam.id}/").text
    assert "Bài kiểm tra chưa được công bố" in page
    assert "66,7%" in page


def test_how_essays_are_marked_is_decided_with_the_exam(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    client = client_of("tuan")
    how = {"second_marker": "y", "marking_due_at": "30/11/2026 17:00"}
    client.post(f"/courses/{staged.course_id}/exams/new", data=FORM | how)
    with database.reading() as session:
        exam = queries.exam_by_code(session, "BKTGD-HN18")
        assert exam is not None
    assert (exam.second_marker, exam.blind_marking) == (True, False)
    page = client.get(f"/courses/{staged.course_id}/exams/{exam.id}/").text
    assert "Mỗi bài tự luận do hai người chấm" in page
    assert "17:00 thứ Hai, 30/11/2026" in page


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Nhập tên"),
        ({"minutes": "181"}, "Nhập số từ 1 đến 180"),
        ({"minutes": "nửa giờ"}, "Nhập một số nguyên"),
        ({"attempts_allowed": "21"}, "Nhập số từ 1 đến 20"),
        ({"pass_percent": "101"}, "Nhập tỷ lệ từ 1 đến 100"),
        ({"pass_percent": "nửa"}, "Nhập tỷ lệ phần trăm"),
        ({"opens_at": ""}, "Nhập giờ mở bài kiểm tra"),
        ({"closes_at": "2026-11-24T07:00"}, "Giờ đóng phải sau giờ mở"),
        ({"closes_at": "2026-11-24T07:45"}, "Thời gian mở ngắn hơn thời gian làm một lượt"),
        ({"closes_at": "2027-01-01T07:45"}, "Bài kiểm tra phải nằm trong đợt học tập, từ 08:00"),
        ({"code": "hn18-kt1"}, "Bài kiểm tra khác đã dùng mã này"),
        ({"release": "someday"}, "Lựa chọn không hợp lệ"),
    ],
)
def test_wrong_input_is_told_and_kept(
    client_of: ClientOf, staged: Stage, database: Database, wrong: dict[str, str], sentence: str
) -> None:
    with database.writing() as session:
        session.get_one(Exam, staged.exam_id).code = "HN18-KT1"
    before = count(database, Exam)
    answer = client_of("tuan").post(f"/courses/{staged.course_id}/exams/new", data=FORM | wrong)
    assert sentence in answer.text
    assert 'value="66,7"' in answer.text or "pass_percent" in wrong
    assert count(database, Exam) == before


def test_an_exam_in_preparation_is_corrected_a_published_one_is_not(
    client_of: ClientOf, staged: Stage, draft: int, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/exams"
    assert client.post(f"{at}/{draft}/edit", data=FORM | {"minutes": "45"}).status_code == 302
    refused = client.post(f"{at}/{staged.exam_id}/edit", data=FORM, follow_redirects=True)
    assert "thể lệ và ma trận đề không đổi được nữa" in refused.text
    with database.reading() as session:
        assert session.get_one(Exam, draft).minutes == 45
        assert session.get_one(Exam, staged.exam_id).title == "Bài kiểm tra tìm hiểu Nghị quyết"


def test_the_blueprint_says_cell_by_cell_where_the_bank_falls_short_and_is_kept(
    client_of: ClientOf, staged: Stage, draft: int, database: Database
) -> None:
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/exams/{draft}/blueprint"
    first, second = staged.topics["breakthroughs"], staged.topics["targets_2030"]
    typed = {
        count_field(first, "recall"): "4",
        count_field(first, "application"): "4",
        count_field(first, ANY): "3",
        count_field(second, "recall"): "2",
        points_field("recall"): "0,25",
        points_field("recall", second): "0,5",
    }
    page = client.post(at, data=typed, follow_redirects=True).text
    assert "Các khâu đột phá, vận dụng: cần 4, có 0, thiếu 4" in page
    assert "Các khâu đột phá, mức bất kỳ: cần 3, có 2, thiếu 1" in page  # 4 of the 6 are taken by recall
    assert "còn thiếu 5 câu hỏi" in page
    with database.reading() as session:
        kept = [(e.topic, e.level, e.count, e.points) for e in queries.entries_of(session, draft)]
    assert (second, "recall", 2, Decimal("0.5")) in kept
    assert (first, "application", 4, Decimal(1)) in kept
    checked = client.get(f"{at}/check", query_string=typed).get_json()
    assert checked["missing"] == {count_field(first, "application"): 4, count_field(first, ANY): 1}
    assert checked["sums"]["all"] == "13\u00a0câu · 9\u00a0điểm (100%)"


def test_a_blueprint_that_cannot_be_read_is_not_kept_but_stays_on_the_page(
    client_of: ClientOf, staged: Stage, draft: int, database: Database
) -> None:
    at = f"/courses/{staged.course_id}/exams/{draft}/blueprint"
    first = staged.topics["breakthroughs"]
    typed = {count_field(first, "recall"): "ba", count_field(first, ANY): "2"}
    page = client_of("tuan").post(at, data=typed).text
    assert "Các khâu đột phá, nhận biết: Nhập số nguyên từ 0 đến 50" in page
    assert 'value="ba"' in page
    with database.reading() as session:
        assert queries.entries_of(session, draft) == []


def test_the_blueprint_of_a_published_exam_is_fixed(
    client_of: ClientOf, staged: Stage, database: Database
) -> None:
    at = f"/courses/{staged.course_id}/exams/{staged.exam_id}/blueprint"
    client = client_of("tuan")
    assert "disabled" in client.get(at).text
    typed = {count_field(staged.topics["breakthroughs"], "recall"): "1"}
    assert "không đổi được nữa" in client.post(at, data=typed, follow_redirects=True).text
    with database.reading() as session:
        assert sum(cell.count for cell in queries.cells_of(session, staged.exam_id)) == 9


def test_the_preview_shows_a_paper_without_its_key_and_stores_nothing(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    with database.writing() as session:
        staged = stage(session, cast, NOW, questions=of_every_type(mark="CHIM-HOANG-YEN"))
    client, at = client_of("tuan"), f"/courses/{staged.course_id}/exams/{staged.exam_id}/preview"
    papers, audited = count(database, Paper), count(database, AuditEvent)
    first, again, another = client.get(at).text, client.get(at).text, client.get(f"{at}?draw=2").text
    assert "Xem thử: không lưu gì" in first
    assert "Câu 9/9" in first
    assert first == again
    assert first != another
    assert "CHIM-HOANG-YEN" not in first + another
    assert (count(database, Paper), count(database, AuditEvent)) == (papers, audited)


def test_a_preview_without_a_blueprint_says_what_is_missing(
    client_of: ClientOf, staged: Stage, draft: int
) -> None:
    page = client_of("tuan").get(f"/courses/{staged.course_id}/exams/{draft}/preview?draw=abc")
    assert "Chưa rút được đề" in page.text


PAGES = ("/", "/edit", "/blueprint", "/blueprint/check", "/preview", "/publish", "/extend", "/close")


def test_exams_of_another_part_of_the_tree_or_another_course_are_not_found(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    with database.writing() as session:
        ward, binh = session.get_one(Unit, cast.units["ward_b"]), session.get_one(Person, cast.people["binh"])
        organisation.grant_role(session, binh, role="trainer", unit=ward, by=None, now=NOW)
        other = Course(
            code="C2",
            title="Đợt khác",
            unit_id=cast.units["city"],
            opens_at=NOW,
            closes_at=NOW,
            created_at=NOW,
        )
        session.add(other)
    for who, course_id in (("binh", staged.course_id), ("tuan", other.id)):
        client = client_of(who)
        for page in PAGES:
            assert client.get(f"/courses/{course_id}/exams/{staged.exam_id}{page}").status_code == 404, (
                who,
                page,
            )
        for page in ("/edit", "/blueprint", "/publish", "/extend", "/close"):
            assert client.post(f"/courses/{course_id}/exams/{staged.exam_id}{page}").status_code == 404, (
                who,
                page,
            )


@pytest.mark.parametrize(("who", "status"), [("lan", 403), ("dung", 403), ("an", 403), (None, 302)])
def test_only_trainers_organise(client_of: ClientOf, staged: Stage, who: str | None, status: int) -> None:
    client = client_of(who)
    for page in PAGES:
        at = f"/courses/{staged.course_id}/exams/{staged.exam_id}{page}"
        assert client.get(at).status_code == status, page
