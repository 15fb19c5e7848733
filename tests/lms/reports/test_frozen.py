"""A frozen report keeps number and figures for good; whoever may see the unit finds it, and sees what changed since."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lms.audit.models import AuditEvent
from lms.courses import actions as courses
from lms.courses.models import Enrolment
from lms.kit import clock
from lms.kit.db import Database
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit, UnitPaper
from lms.reports import frozen
from lms.reports.catalogue import REPORTS
from lms.reports.models import FrozenReport, ReportRegister
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast
from tests.conftest import ClientOf
from tests.stage import Stage, stage


@pytest.fixture
def staged(database: Database, cast: Cast) -> Stage:
    with database.writing() as session:
        session.add(UnitPaper(unit_id=cast.units["ward_a"], symbol="ĐU"))
        return stage(session, cast, NOW)


@pytest.fixture
def auditor(database: Database, cast: Cast) -> str:
    """ "an" is auditor of ward A."""
    with database.writing() as session:
        person, over = session.get_one(Person, cast.people["an"]), session.get_one(Unit, cast.units["ward_a"])
        organisation.grant_role(session, person, role="auditor", unit=over, by=None, now=NOW)
    return "an"


def address(staged: Stage, cast: Cast, unit: str = "ward_a") -> str:
    return f"/reports/{staged.course_id}/units/{cast.units[unit]}"


def exempt_somebody(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == cast.people["long"])).one()
        courses.exempt(session, enrolment, reason="Ốm", by=cast.people["dung"], now=clock.now())


def test_a_frozen_report_has_the_next_number_and_is_found_by_it(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    answer = dung.post(f"{address(staged, cast)}/completion/freeze", data={"note": "  Gửi  thứ Sáu "})
    shown = dung.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert "Đã chốt báo cáo, số 01-BC/ĐU" in shown.text
    dung.post(f"{address(staged, cast)}/unfinished/freeze")
    with database.reading() as session:
        first, second = session.scalars(select(FrozenReport).order_by(FrozenReport.number)).all()
        assert (first.printed_number, second.printed_number) == ("01-BC/ĐU", "02-BC/ĐU")
        assert (first.note, first.frozen_by) == ("Gửi thứ Sáu", cast.people["dung"])
        assert first.sha256 in shown.text
        noted = select(AuditEvent).where(AuditEvent.action == "report.freeze").order_by(AuditEvent.id)
        audit = session.scalars(noted).first()
        assert audit is not None
        assert (audit.object_id, audit.unit_id, audit.detail["number"]) == (
            str(first.id),
            cast.units["ward_a"],
            "01-BC/ĐU",
        )
    for typed in ("01-BC/ĐU", "1", " Số: 01-bc/đu", "BC/ĐU"):
        found = dung.get("/reports/frozen", query_string={"number": typed}).text
        assert f"/reports/frozen/{first.id}" in found, typed
    only = dung.get("/reports/frozen", query_string={"number": "02"}).text
    assert f"/reports/frozen/{first.id}" not in only
    assert f"/reports/frozen/{second.id}" in only
    nothing = dung.get(f"{address(staged, cast)}/frozen", query_string={"number": "99"}).text
    assert "Không có báo cáo mang số này" in nothing


def test_its_figures_and_files_stay_whatever_happens(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    page = dung.post(f"{address(staged, cast)}/completion/freeze").headers["Location"]
    endings = ("xlsx", "csv", "pdf", "json")
    files = {ending: dung.get(f"{page}.{ending}").data for ending in endings}
    text = _figures_of(dung.get(page).text)
    assert "Không có gì thay đổi" in dung.get(f"{page}/compare").text
    exempt_somebody(database, cast)
    with database.writing() as session:
        session.execute(update(Unit).where(Unit.id == cast.units["ward_a"]).values(name="Đảng ủy phường Mới"))
    assert {ending: dung.get(f"{page}.{ending}").data for ending in endings} == files
    assert _figures_of(dung.get(page).text) == text
    with database.reading() as session:
        taken = session.scalars(select(AuditEvent).where(AuditEvent.action == "report.frozen_download")).all()
        assert len(taken) == 2 * len(endings)


def _figures_of(page: str) -> str:
    return page[page.index("<table") : page.index("</table>")]


def test_the_comparison_says_in_words_what_changed(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    page = dung.post(f"{address(staged, cast)}/completion/freeze").headers["Location"]
    exempt_somebody(database, cast)
    compared = re.sub(r"\s+", " ", dung.get(f"{page}/compare").text)
    assert "Được miễn: 0 → 1; Phải học: 3 → 2" in compared
    assert 'class="was">0</span> → <strong>1</strong>' in compared
    names = dung.post(f"{address(staged, cast)}/unfinished/freeze").headers["Location"]
    with database.writing() as session:
        session.execute(
            update(Enrolment).where(Enrolment.person_id == cast.people["dung"]).values(finished_at=NOW)
        )
    gone = dung.get(f"{names}/compare").text
    assert "Phạm Tiến Dũng: không còn trong báo cáo." in gone
    assert "Số dòng thay đổi: 0, mới thêm: 0, không còn: 1." in gone


def test_other_units_reports_are_not_found_and_an_auditor_only_reads(
    client_of: ClientOf, cast: Cast, staged: Stage, auditor: str, database: Database
) -> None:
    dung, reader = client_of("dung"), client_of(auditor)
    page = dung.post(f"{address(staged, cast)}/completion/freeze").headers["Location"]
    pages = (page, f"{page}.csv", f"{page}/compare", f"{address(staged, cast)}/frozen")
    assert {reader.get(one).status_code for one in pages} == {200}
    assert "01-BC/ĐU" in reader.get("/reports/frozen").text
    assert reader.post(f"{address(staged, cast)}/completion/freeze").status_code == 403
    assert "Chốt báo cáo này" not in reader.get(f"{address(staged, cast)}/completion").text
    with database.writing() as session:
        person, over = (
            session.get_one(Person, cast.people["hoa"]),
            session.get_one(Unit, cast.units["ward_b"]),
        )
        organisation.grant_role(session, person, role="officer", unit=over, by=None, now=NOW)
    stranger = client_of("hoa")
    assert {stranger.get(one).status_code for one in pages} == {404}
    assert stranger.post(f"{address(staged, cast)}/completion/freeze").status_code == 404
    assert "01-BC/ĐU" not in stranger.get("/reports/frozen").text
    assert client_of("lan").get(page).status_code == 403
    with database.reading() as session:
        assert len(session.scalars(select(FrozenReport)).all()) == 1
        assert session.scalars(select(ReportRegister.last)).all() == [1]


def test_what_is_too_long_is_refused_and_uses_no_number(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen, "MOST_LINES", 1)
    dung = client_of("dung")
    answer = dung.post(f"{address(staged, cast)}/unfinished/freeze", follow_redirects=True)
    assert "quá dài để chốt trong một báo cáo" in answer.text
    with database.reading() as session:
        assert session.scalars(select(ReportRegister)).all() == []


def test_a_changed_figure_is_noticed(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    page = dung.post(f"{address(staged, cast)}/completion/freeze").headers["Location"]
    with database.writing() as session:
        kept = session.scalars(select(FrozenReport)).one()
        kept.table = kept.table | {"title": "BÁO CÁO KHÁC"}
    assert "không còn đúng như lúc chốt" in dung.get(page).text


@pytest.mark.parametrize("name", sorted(REPORTS))
def test_every_report_can_be_frozen_and_shown(
    client_of: ClientOf, cast: Cast, staged: Stage, name: str
) -> None:
    dung = client_of("dung")
    if "officer" not in REPORTS[name].roles:
        assert dung.post(f"{address(staged, cast)}/{name}/freeze").status_code in {403, 404}
        return
    page = dung.post(f"{address(staged, cast)}/{name}/freeze").headers["Location"]
    assert dung.get(page).status_code == 200
    assert dung.get(f"{page}.csv").data == dung.get(f"{page}.csv").data
    assert "Không có gì thay đổi" in dung.get(f"{page}/compare").text


def test_a_report_of_an_earlier_moment_is_frozen_with_that_moment(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung = client_of("dung")
    moment = clock.now() - timedelta(hours=1)
    typed = f"{local(moment):%Y-%m-%dT%H:%M}"
    dung.post(f"{address(staged, cast)}/completion/freeze?moment={typed}&as_of=now")
    with database.reading() as session:
        kept = session.scalars(select(FrozenReport)).one()
        assert kept.params == {"as_of": "now", "moment": typed}
        assert kept.moment == moment.replace(second=0, microsecond=0)
        said = (
            f"{local(moment):%H} giờ {local(moment):%M}, ngày {local(moment):%d/%m/%Y}, theo đơn vị hiện nay"
        )
        assert said in kept.table["as_of"]
    assert dung.post(f"{address(staged, cast)}/completion/freeze?moment=2099-01-01").status_code == 404


def test_two_frozen_reports_are_compared_with_each_other(
    client_of: ClientOf, cast: Cast, staged: Stage, database: Database
) -> None:
    dung, page = client_of("dung"), address(staged, cast)
    first = dung.post(f"{page}/completion/freeze").headers["Location"]
    assert 'name="with"' not in dung.get(f"{first}/compare").text  # there is no other one yet
    exempt_somebody(database, cast)
    second = dung.post(f"{page}/completion/freeze").headers["Location"]
    other_kind = dung.post(f"{page}/unfinished/freeze").headers["Location"]
    with database.writing() as session:  # since then everybody is exempt: neither of the two says so
        session.execute(update(Enrolment).values(obligation="exempt"))
    ids = [one.rsplit("/", 1)[1] for one in (first, second, other_kind)]
    said = dung.get(f"{first}/compare?with={ids[1]}").text
    assert "01-BC/ĐU so với báo cáo số 02-BC/ĐU" in said
    turned = dung.get(f"{second}/compare?with={ids[0]}").text  # the earlier one stays the earlier one
    assert "01-BC/ĐU so với báo cáo số 02-BC/ĐU" in turned
    assert "Được miễn: 0 → 1" in said
    assert "02-BC/ĐU" in dung.get(f"{first}/compare").text  # to choose
    for wrong in (ids[2], "99", "x"):
        assert dung.get(f"{first}/compare?with={wrong}").status_code == 404
