"""How figures are asked for: by which units, of which moment; on pages, in files, by the command; and by whom."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from lms.config import Settings
from lms.courses.following import follow
from lms.courses.models import Course, Enrolment
from lms.kit import clock
from lms.kit.db import Database
from lms.kit.jobs import Job
from lms.organisation import actions as organisation
from lms.organisation.models import Membership, Person, Unit
from lms.reports import report as base
from lms.reports.asking import asked_again, params_of
from lms.reports.catalogue import REPORTS
from lms.reports.rules import MomentRefused, read_moment
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.lms.reports.crowd import gather_crowd
from tests.lms.reports.test_files import lms
from tests.stage import Stage, stage

TRAPS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", " =1+1", "\uff1d1+1")


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    """Lan, of cell A1, has finished and then moved to B1 in ward B."""
    with database.writing() as session:
        staged = stage(session, cast, NOW)
        theirs = Enrolment.person_id == cast.people["lan"]
        session.execute(update(Enrolment).where(theirs).values(started_at=NOW, finished_at=NOW))
        membership = session.scalars(
            select(Membership).where(Membership.person_id == cast.people["lan"])
        ).one()
        membership.valid_to = date(2026, 11, 24)
        session.add(
            Membership(
                person_id=cast.people["lan"], unit_id=cast.units["cell_b1"], valid_from=date(2026, 11, 24)
            )
        )
        follow(session, [cast.people["lan"]], now=NOW + timedelta(days=1))
        from lms.courses.counting import rebuild_enrolled

        rebuild_enrolled(session, staged.course_id)
        return staged


def address(staged: Stage, cast: Cast, unit: str = "ward_a") -> str:
    return f"/reports/{staged.course_id}/units/{cast.units[unit]}"


def grant(database: Database, cast: Cast, key: str, role: str, unit: str) -> None:
    with database.writing() as session:
        person, over = session.get_one(Person, cast.people[key]), session.get_one(Unit, cast.units[unit])
        organisation.grant_role(session, person, role=role, unit=over, by=None, now=NOW)


def test_who_moved_counts_there_as_of_then_and_here_as_of_now(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    grant(database, cast, "an", "officer", "city")
    an = client_of("an")

    def finished(unit: str, as_of: str) -> tuple[int, int]:
        found = an.get(f"{address(staged, cast, unit)}/completion.json?as_of={as_of}").json
        assert found is not None
        return found["totals"]["finished"], found["totals"]["must"]

    assert (finished("ward_a", "then"), finished("ward_b", "then")) == ((1, 3), (0, 2))
    assert (finished("ward_a", "now"), finished("ward_b", "now")) == ((0, 2), (1, 3))
    assert finished("city", "then") == finished("city", "now")
    assert finished("city", "now")[0] == 1


def test_the_paper_says_by_which_units_and_of_which_moment(
    client_of: ClientOf, cast: Cast, staged: Stage
) -> None:
    dung = client_of("dung")
    moment = local(clock.now() - timedelta(hours=2))
    asked = {"as_of": "now", "moment": f"{moment:%Y-%m-%dT%H:%M}"}
    said = dung.get(f"{address(staged, cast)}/completion.json", query_string=asked).json
    assert said is not None
    assert said["as_of"] == (
        f"(Số liệu tính đến {moment:%H} giờ {moment:%M}, ngày {moment:%d/%m/%Y}, theo đơn vị hiện nay)"
    )
    for page in ("", "/completion", "/unfinished"):
        shown = dung.get(f"{address(staged, cast)}{page}", query_string=asked).text
        assert "theo đơn vị hiện nay" in shown
        assert f'value="{moment:%d/%m/%Y %H:%M}"' in shown, (
            "the day before the month, whatever the browser speaks"
        )
        assert f"as_of=now&amp;moment={asked['moment'].replace(':', '%3A')}" in shown or (
            f"as_of=now&amp;moment={asked['moment']}" in shown
        )


@pytest.mark.parametrize("page", ["", "/completion", "/unfinished"])
def test_a_moment_that_cannot_be_had_is_said_and_figures_are_as_they_are(
    client_of: ClientOf, cast: Cast, staged: Stage, page: str
) -> None:
    dung = client_of("dung")
    wrong = dung.get(f"{address(staged, cast)}{page}?moment=hôm qua")
    assert wrong.status_code == 200
    assert "Không đọc được ngày giờ" in wrong.text
    assert 'value="hôm qua"' in wrong.text
    later = dung.get(f"{address(staged, cast)}{page}?moment=2099-01-01T00:00")
    assert "Thời điểm này chưa tới" in later.text
    for query in ("as_of=never", "levels=0", "levels=x", "levels=99"):
        assert dung.get(f"{address(staged, cast)}{page}?{query}").status_code == 404
    assert dung.get(f"{address(staged, cast)}/completion.csv?moment=x").status_code == 404


def test_a_day_means_its_end_and_today_means_now() -> None:
    now = NOW
    for day in ("2026-11-20", "20/11/2026", "20.11.2026"):
        assert read_moment(day, now).isoformat() == "2026-11-20T16:59:59+00:00"
    assert read_moment("23/11/2026", now) == now
    for typed in ("20/11/2026 17:30", "17h30 20/11/2026"):
        assert read_moment(typed, now).isoformat() == "2026-11-20T10:30:00+00:00"
    assert read_moment("2026-11-23", now) == now
    assert read_moment("2026-11-20T17:30", now).isoformat() == "2026-11-20T10:30:00+00:00"
    assert read_moment("2026-11-20T17:30:00+00:00", now).isoformat() == "2026-11-20T17:30:00+00:00"
    for text in ("", "x", "2026-13-01", "2026-11-24", "0001-01-01T00:00", "9999-12-31T23:59"):
        with pytest.raises(MomentRefused):
            read_moment(text, now)


def test_what_was_asked_comes_back_from_its_parameters(database: Database, cast: Cast, staged: Stage) -> None:
    with database.reading() as session:
        course, unit = session.get_one(Course, staged.course_id), session.get_one(Unit, cast.units["city"])
        params = {
            "as_of": "now",
            "moment": "2026-11-20T17:30:12.345",
            "levels": "3",
            "exam": staged.exam_code,
        }
        asked = asked_again(session, course, unit, params, at=NOW, of_exam=True)
        again = asked_again(session, course, unit, params_of(asked), at=NOW, of_exam=True)
        assert asked == again
        assert params_of(asked_again(session, course, unit, {}, at=NOW)) == {}
        assert asked_again(session, course, unit, {}, at=NOW, of_exam=True).exam is not None
        with pytest.raises(KeyError):
            asked_again(session, course, unit, {"exam": "none"}, at=NOW, of_exam=True)


def test_a_long_file_is_made_as_it_was_asked_for(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "AT_ONCE", 0)
    client_of("dung").post(f"{address(staged, cast)}/completion.csv?as_of=now&levels=1")
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
        assert (job.params["as_of"], job.params["levels"]) == ("now", "1")


def test_an_auditor_reads_everything_of_the_own_units_and_changes_nothing(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    grant(database, cast, "an", "auditor", "ward_a")
    reader = client_of("an")
    page = reader.get(address(staged, cast))
    assert page.status_code == 200
    assert "Miễn học cho một người" not in page.text
    assert f"/courses/{staged.course_id}/people" not in page.text
    own, others = (
        {
            reader.get(f"{address(staged, cast, unit)}/{name}{ending}").status_code
            for name, report in REPORTS.items()
            if "auditor" in report.roles
            for ending in ("", ".csv", ".json")
        }
        for unit in ("ward_a", "ward_b")
    )
    assert (own, others) == ({200}, {404})
    assert address(staged, cast) in reader.get("/reports/", follow_redirects=True).text


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_no_name_becomes_a_formula_in_any_export(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, name: str
) -> None:
    with database.writing() as session:
        everybody = session.scalars(select(Person).order_by(Person.id)).all()
        for person, trap in zip(everybody, TRAPS, strict=False):
            person.full_name = trap
        for unit, trap in zip(session.scalars(select(Unit).order_by(Unit.id)), TRAPS, strict=False):
            unit.name = trap
    who = "dung" if "officer" in REPORTS[name].roles else "tuan"
    where = f"{address(staged, cast, 'ward_a' if who == 'dung' else 'city')}/{name}"
    answer = client_of(who).get(f"{where}.csv")
    assert answer.status_code == 200
    for row in csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"):
        for cell in row:
            number = cell.replace(".", "").replace(",", "").replace("%", "").lstrip("-").isdecimal()
            assert number or cell == "-" or cell[:1] not in tuple("=+-@\t\uff1d"), cell
            assert not cell.lstrip().startswith("="), cell
    book = client_of(who).get(f"{where}.xlsx").data
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        sheets = [archive.read(part) for part in archive.namelist() if "sheet" in part]
    assert sheets
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)


@contextmanager
def counting(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends."""
    told: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        told.append(statement)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", note)
    yield told
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "query", ["", "as_of=now", "moment=2020-01-01T00:00", "as_of=now&moment=2020-01-01T00:00"]
)
def test_the_number_of_queries_does_not_grow_with_the_units(
    app: Flask, client_of: ClientOf, cast: Cast, database: Database, query: str
) -> None:
    with database.writing() as session:
        crowd = gather_crowd(session, cast, 5, cells=2)
    client, sent = client_of("dung"), []
    pages = (
        f"/reports/{crowd.stage.course_id}/units/{cast.units['ward_a']}{part}" for part in ("", "/completion")
    )
    for page in list(pages):
        counts = []
        client.get(f"{page}?{query}")
        for more in (0, 12):
            with database.writing() as session:
                ward = session.get_one(Unit, cast.units["ward_a"])
                for n in range(more):
                    organisation.create_unit(
                        session,
                        code=f"Q-{page[-3:]}-{n}",
                        name=f"Chi bộ {n}",
                        parent=ward,
                        by=None,
                        now=NOW,
                        valid_from=date(2019, 1, 1),
                    )
            with counting(app) as told:
                assert client.get(f"{page}?{query}").status_code == 200
            counts.append(len(told))
        sent.append(counts)
    assert [counts[0] for counts in sent] == [counts[1] for counts in sent]
    assert max(max(counts) for counts in sent) < 30


def test_the_command_takes_units_and_moment(
    cast: Cast, staged: Stage, settings: Settings, tmp_path: Path
) -> None:
    def told(*more: str) -> dict[str, Any]:
        out = tmp_path / "report.json"
        where = ("--course", staged.course_code, "--unit", "P-AB", "--format", "json", "-o", str(out))
        done = lms(settings, "report", "completion", *where, *more)
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(out.read_text())
        return found

    assert told()["totals"]["finished"] == 1
    now = told("--as-of", "now")
    assert now["totals"]["finished"] == 0
    assert now["as_of"].endswith("theo đơn vị hiện nay)")
    before = told("--at", "2026-11-01")
    assert before["totals"]["total"] == 0
    assert "23 giờ 59, ngày 01/11/2026" in before["as_of"]
    out = ("--course", staged.course_code, "--unit", "P-AB", "-o", str(tmp_path / "x.xlsx"))
    for moment, says in (("2099-01-01", "chưa tới"), ("x", "Không đọc được ngày giờ")):
        refused = lms(settings, "report", "completion", *out, "--at", moment)
        assert refused.returncode == 2
        assert says in refused.stderr
