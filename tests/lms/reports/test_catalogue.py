"""Every report of the catalogue says what counting one by one gives, whatever the organisation."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.attempts.models import Standing
from lms.certificates.actions import issue, reissue, revoke
from lms.courses.models import Enrolment
from lms.courses.models import Stage as CourseStage
from lms.kit import clock
from lms.kit.db import Database
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.reports.sitters import CLOSE, Hall, gather_hall
from tests.lms.reports.test_figures import counting, make_officer
from tests.lms.reports.test_files import pdf_text

OURS = ("results", "distribution", "mastery", "progress", "attempts", "certificates", "balance")
OF_EXAM = ("results", "distribution", "mastery", "balance")


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the day before the course closes."""
    monkeypatch.setattr(clock, "now", lambda: CLOSE)


def halls(database: Database, cast: Cast, seed: int, **more: Any) -> Hall:
    with database.writing() as session:
        hall = gather_hall(session, cast, seed, **more)
    make_officer(database, cast, "an", "city")
    return hall


def told(client: FlaskClient, hall: Hall, unit_id: int, name: str, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/reports/{hall.stage.course_id}/units/{unit_id}/{name}.json{query}")
    assert answer.status_code == 200, (name, query)
    report: dict[str, Any] = answer.json or {}
    return report


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in (*names, "level")}


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("as_of", ["then", "now"])
def test_results_by_unit(client_of: ClientOf, cast: Cast, database: Database, seed: int, as_of: str) -> None:
    hall = halls(database, cast, seed)
    client = client_of("an")
    for unit_id in hall.parents:
        report = told(client, hall, unit_id, "results", f"?as_of={as_of}")
        assert without(report["totals"], "number", "unit") == pytest.approx(hall.results(unit_id, as_of))
        children = [child for child, parent in hall.parents.items() if parent == unit_id]
        first = {row["unit"]: row for row in report["rows"] if "level" not in row}
        for child in children:
            row = first[hall.names[child]]
            assert without(row, "number", "unit") == pytest.approx(hall.results(child, as_of))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 3])
def test_results_as_at_an_earlier_moment(
    client_of: ClientOf, cast: Cast, database: Database, seed: int
) -> None:
    hall = halls(database, cast, seed)
    for hours in (30, 60, 150):
        moment = (NOW + timedelta(hours=hours)).replace(second=0, microsecond=0)
        query = f"?moment={local(moment):%Y-%m-%dT%H:%M}"
        report = told(client_of("an"), hall, cast.units["city"], "results", query)
        truth = hall.results(cast.units["city"], "then", moment)
        assert without(report["totals"], "number", "unit") == pytest.approx(truth)
    latest = f"?moment={local(CLOSE):%Y-%m-%dT%H:%M}"
    for name in ("results", "distribution"):
        kept = told(client_of("an"), hall, cast.units["city"], name)
        assert told(client_of("an"), hall, cast.units["city"], name, latest)["rows"] == kept["rows"]


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 2])
def test_distribution(client_of: ClientOf, cast: Cast, database: Database, seed: int) -> None:
    hall = halls(database, cast, seed)
    for unit_id in hall.parents:
        report = told(client_of("an"), hall, unit_id, "distribution")
        results = [found for one in hall.those(unit_id) if (found := one.best(CLOSE))]
        best = [found.percent for found in results if found.band != "waiting"]
        spans = Counter(min(int(percent // 10), 9) for percent in best)
        assert [row["people"] for row in report["rows"]] == [spans[n] for n in range(10)]
        reached = [sum(1 for percent in best if percent >= 10 * n) for n in range(10)]
        assert [row["reached"] for row in report["rows"]] == reached
        assert [row["share"] for row in report["rows"]] == [
            pytest.approx(spans[n] / len(best)) if best else "–" for n in range(10)
        ]
        marked = [row["span"] for row in report["rows"] if row["note"]]
        assert marked == ["50 đến dưới 60%"]
        page = client_of("an").get(f"/reports/{hall.stage.course_id}/units/{unit_id}/distribution").text
        assert ("Còn chờ chấm" in page) == (len(best) < len(results))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("as_of", ["then", "now"])
def test_mastery(client_of: ClientOf, cast: Cast, database: Database, seed: int, as_of: str) -> None:
    hall = halls(database, cast, seed)
    topics = ["Các khâu đột phá", "Chỉ tiêu đến năm 2030"]
    for unit_id in hall.parents:
        report = told(client_of("an"), hall, unit_id, "mastery", f"?as_of={as_of}")
        assert [c["title"] for c in report["columns"]][2:4] == topics
        check_mastery(hall, unit_id, report["totals"], topics, as_of)
        for child in [child for child, parent in hall.parents.items() if parent == unit_id]:
            row = next(row for row in report["rows"] if row["unit"] == hall.names[child])
            check_mastery(hall, child, row, topics, as_of)


def check_mastery(hall: Hall, unit_id: int, row: dict[str, Any], topics: list[str], as_of: str) -> None:
    truth = hall.mastery(unit_id, as_of)
    for n, topic in enumerate(topics, 1):
        assert row[f"topic{n}"] == (pytest.approx(truth[topic]) if topic in truth else "–")
    assert row["attempts"] == len(hall.sat(unit_id, as_of))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 2])
def test_progress_by_day(client_of: ClientOf, cast: Cast, database: Database, seed: int) -> None:
    hall = halls(database, cast, seed)
    for unit_id in hall.parents:
        report = told(client_of("an"), hall, unit_id, "progress")
        must = [one for one in hall.those(unit_id) if one.obligation == "must"]
        begun = [one.attempts[0].at - timedelta(minutes=20) for one in must if one.attempts]
        done = [
            min(at) for one in must if (at := [s.at for s in one.attempts if s.passed and not s.voided_at])
        ]
        for row in report["rows"]:
            day = datetime.fromisoformat(row["day"]).date()
            assert row["started_on"] == sum(1 for at in begun if local(at).date() == day)
            assert row["started"] == sum(1 for at in begun if local(at).date() <= day)
            assert row["finished_on"] == sum(1 for at in done if local(at).date() == day)
            assert row["finished"] == sum(1 for at in done if local(at).date() <= day)
            share = pytest.approx(row["finished"] / len(must)) if must else "–"
            assert row["percent"] == share
        assert report["rows"][-1]["finished"] == len(done)
        assert report["rows"][-1]["day"] == "2026-12-02"


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 2])
def test_the_register_of_attempts_has_a_line_for_each(
    client_of: ClientOf, cast: Cast, database: Database, seed: int
) -> None:
    hall = halls(database, cast, seed)
    for unit_id in hall.parents:
        rows = told(client_of("an"), hall, unit_id, "attempts")["rows"]
        sat = [
            (one.name, n, None if sat.band == "waiting" else float(sat.percent / 100), bool(sat.voided_at))
            for one in hall.sitters
            for n, sat in enumerate(one.attempts, 1)
            if hall.inside(sat.unit_id, unit_id)
        ]
        found = [
            (r["name"], r["attempt"], r["percent"], r["note"].startswith("Đã hủy: Sai đề")) for r in rows
        ]
        assert sorted(found, key=str) == sorted(sat, key=str)
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("seed", [1, 2])
def test_the_balance_of_papers(client_of: ClientOf, cast: Cast, database: Database, seed: int) -> None:
    hall = halls(database, cast, seed)
    for unit_id in hall.parents:
        rows = told(client_of("an"), hall, unit_id, "balance")["rows"]
        assert [row["paper"] for row in rows] == sorted(hall.topics)
        for row in rows:
            those = [sat.percent for sat in hall.sat(unit_id) if sat.paper == row["paper"]]
            assert row["attempts"] == len(those)
            assert row["real"] == (pytest.approx(float(sum(those) / len(those) / 100)) if those else "–")
            assert row["questions"] == len(hall.topics[row["paper"]])
            assert 1 <= row["uses"] <= len(rows)


@pytest.mark.usefixtures("later")
def test_the_register_of_certificates_tells_what_became_of_each(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    hall = halls(database, cast, 2, most_people=8)
    with database.writing() as session:
        passed = session.execute(
            select(Standing.person_id, Standing.passed_at).where(Standing.passed_at.is_not(None))
        ).all()[:4]
        said: dict[str, Any] = {"base_url": "https://hoc.example.vn", "by": None}
        day = NOW + timedelta(days=5)
        asked = (issue(session, hall.stage.exam_id, row[0], now=day, **said) for row in passed)
        made = [one for one in asked if one]
        revoke(session, made[0].id, reason="Thi hộ", by=None, now=NOW + timedelta(days=6))
        new = reissue(session, made[1].id, reason="Sai tên", now=NOW + timedelta(days=7), **said)
        numbers = {one.facts["number"]: one.facts["name"] for one in (*made, new)}
    rows = told(client_of("an"), hall, cast.units["city"], "certificates")["rows"]
    assert {row["printed"]: row["name"] for row in rows} == numbers
    assert [row["state"] for row in rows] == [
        "Đã thu hồi",
        "Đã được thay thế",
        "Hợp lệ",
        "Hợp lệ",
        "Hợp lệ",
    ]
    assert [row["note"] for row in rows] == ["Thi hộ", "", "", "", ""]
    assert [row["issued"] for row in rows] == ["2026-11-28"] * 4 + ["2026-11-30"]
    before = f"?moment={local(NOW + timedelta(days=5, hours=12)):%Y-%m-%dT%H:%M}"
    rows = told(client_of("an"), hall, cast.units["city"], "certificates", before)["rows"]
    assert [row["state"] for row in rows] == ["Hợp lệ"] * 4


@pytest.mark.usefixtures("later")
def test_progress_names_the_deadline_of_each_stage(
    client_of: ClientOf, cast: Cast, database: Database
) -> None:
    hall = halls(database, cast, 1)
    with database.writing() as session:
        stage_ = CourseStage(
            course_id=hall.stage.course_id,
            title="Giai đoạn 1",
            opens_at=NOW,
            closes_at=datetime(
                2026, 11, 26, 17, tzinfo=UTC
            ),  # midnight in Viet Nam: the 26th is the last day
        )
        session.add(stage_)
        session.flush()
        session.execute(update(Enrolment).where(Enrolment.obligation == "must").values(stage_id=stage_.id))
    report = told(client_of("an"), hall, cast.units["city"], "progress")
    noted = {row["day"]: row["note"] for row in report["rows"] if row["note"]}
    assert noted["2026-11-26"] == "Hạn của giai đoạn “Giai đoạn 1” (00:00)"
    page = client_of("an").get(f"/reports/{hall.stage.course_id}/units/{cast.units['city']}/progress").text
    assert "1. Hạn Giai đoạn 1: 26/11" in page or "Hạn Giai đoạn 1: 26/11" in page
    must = [one for one in hall.those(cast.units["city"]) if one.obligation == "must"]
    done = sum(1 for one in must if any(sat.passed and not sat.voided_at for sat in one.attempts))
    assert f"Giai đoạn “Giai đoạn 1”, hạn 26/11/2026: {done}/{len(must)} người đã hoàn thành." in page


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("name", ["results", "distribution", "mastery", "progress", "balance"])
def test_the_finding_stands_above_the_chart_on_the_page_and_in_the_paper(
    client_of: ClientOf, cast: Cast, database: Database, name: str
) -> None:
    hall = halls(database, cast, 1, most_people=9)
    address = f"/reports/{hall.stage.course_id}/units/{cast.units['city']}/{name}"
    page = client_of("an").get(address).text
    finding = re.search(r'<h2 class="chart-finding">(.*?)</h2>', page)
    assert finding
    svg = page[page.index('<svg class="chart"') :]
    assert f'<title id="{name}-title">{finding[1]}</title>' in svg
    assert f'id="{name}-narrow-desc"' in svg
    text = pdf_text(client_of("an"), f"{address}.pdf")
    assert re.sub(r"\s+", " ", unescape(finding[1])) in text


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("name", OURS)
def test_the_number_of_queries_does_not_grow_with_the_unit(
    app: Flask, client_of: ClientOf, cast: Cast, database: Database, name: str
) -> None:
    hall = halls(database, cast, 1, cells=8, most_people=6)
    told_: list[int] = []
    for unit in ("cell_b1", "city"):
        address = f"/reports/{hall.stage.course_id}/units/{cast.units[unit]}/{name}"
        client_of("an").get(address)
        with counting(app) as statements:
            assert client_of("an").get(address).status_code == 200
        told_.append(len(statements))
    assert max(told_) < 32, told_
    assert told_[1] <= told_[0] + 3, told_


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("format_", ["json", "csv", "xlsx", "pdf", "screen"])
def test_a_course_in_which_nobody_did_anything(
    client_of: ClientOf, cast: Cast, database: Database, name: str, format_: str
) -> None:
    with database.writing() as session:
        from tests.stage import stage

        staged = stage(session, cast, NOW)
    address = f"/reports/{staged.course_id}/units/{cast.units['ward_a']}/{name}"
    answer = client_of("dung").get(address if format_ == "screen" else f"{address}.{format_}")
    assert answer.status_code == 200
    assert answer.data


@pytest.mark.parametrize("name", OURS)
def test_a_course_without_an_exam(client_of: ClientOf, cast: Cast, database: Database, name: str) -> None:
    with database.writing() as session:
        from lms.courses import actions as courses
        from lms.organisation.models import Unit
        from tests.stage import stage

        stage(session, cast, NOW)
        course = courses.create_course(
            session,
            code="KHAC",
            title="Đợt khác",
            unit=session.get_one(Unit, cast.units["city"]),
            opens_at=NOW - timedelta(days=1),
            closes_at=NOW + timedelta(days=1),
            by=None,
            now=NOW,
        )
        courses.choose_units(session, course, [cast.units["city"]], by=None, now=NOW)
        courses.open_course(session, course, by=None, now=NOW)
        course_id = course.id
    page = client_of("dung").get(f"/reports/{course_id}/units/{cast.units['ward_a']}/{name}")
    assert page.status_code == 200
    if name in OF_EXAM:
        assert "Đợt học tập chưa có bài kiểm tra" in page.text


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("name", OURS)
def test_a_unit_of_one_person(client_of: ClientOf, cast: Cast, database: Database, name: str) -> None:
    hall = halls(database, cast, 1, cells=0)
    assert len(hall.those(cast.units["cell_b1"])) == 1
    client = client_of("binh")
    report = told(client, hall, cast.units["cell_b1"], name)
    page = client.get(f"/reports/{hall.stage.course_id}/units/{cast.units['cell_b1']}/{name}")
    assert page.status_code == 200
    if name in ("results", "mastery"):
        assert len(report["rows"]) == 1


@pytest.mark.parametrize("name", OURS)
def test_another_unit_is_not_found(client_of: ClientOf, cast: Cast, database: Database, name: str) -> None:
    hall = halls(database, cast, 1, cells=0)
    for unit in ("city", "ward_b", "cell_b1"):
        address = f"/reports/{hall.stage.course_id}/units/{cast.units[unit]}/{name}"
        for ending in ("", ".json", ".xlsx", ".csv", ".pdf"):
            assert client_of("dung").get(address + ending).status_code == 404
    own = f"/reports/{hall.stage.course_id}/units/{cast.units['ward_a']}/{name}"
    assert client_of("lan").get(own).status_code == 403
    assert client_of(None).get(own).status_code in (302, 401)


@pytest.mark.usefixtures("later")
def test_no_cell_becomes_a_formula(client_of: ClientOf, cast: Cast, database: Database) -> None:
    trap = '=HYPERLINK("http://x","y")'
    hall = halls(database, cast, 1, cells=0)
    with database.writing() as session:
        from lms.exams.models import Exam
        from lms.organisation.models import Person, Unit
        from lms.study.models import Topic

        for sitter in ("lan", "long", "minh"):
            session.get_one(Person, cast.people[sitter]).full_name = trap
        session.get_one(Unit, cast.units["cell_a1"]).name = trap
        session.get_one(Exam, hall.stage.exam_id).title = trap
        for topic_id in hall.stage.topics.values():
            session.get_one(Topic, topic_id).name = trap
    for name in OURS:
        address = f"/reports/{hall.stage.course_id}/units/{cast.units['ward_a']}/{name}.csv"
        text = client_of("dung").get(address).data.decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
        if name in ("results", "mastery", "attempts"):
            assert f"'{trap}" in cells
