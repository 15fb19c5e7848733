"""The officer's way from an Excel list to a stored one and back, and who may not."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from lms.kit import clock, jobs
from lms.kit.jobs import Job
from lms.organisation.models import Unit
from lms.rosters.models import RosterMapping
from tests.conftest import ClientOf
from tests.lms.organisation.roster.books import workbook
from tests.lms.rosters.handing import HEAD, Office

ROWS = (
    HEAD,
    (1, "Nguyễn Thị Lan", "1970", "Bí thư", "Chi bộ số 1", "00000011"),
    (2, "Phan Văn Mới", "5/3/1980", "", "Chi bộ Chợ", "00000012"),
    (3, "Trần Văn Minh", "", "", "Chi bộ số 2", "", ""),
)


def hand_in(client: FlaskClient, office: Office, rows: Any = ROWS, **more: Any) -> str:
    """Upload and have it read; the address of the list."""
    data = {
        "file": (io.BytesIO(workbook({"DS": rows})), "ds.xlsx"),
        "unit": office.cast.units["ward_a"],
        **more,
    }
    answer = client.post("/rosters/", data=data)
    assert answer.status_code == 302, answer.text
    assert client.get(answer.location).status_code == 200  # being read
    office.work()
    return str(answer.location)


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return unescape(answer.text)


def test_from_the_file_to_the_stored_list_and_back(client_of: ClientOf, office: Office) -> None:
    client = client_of("dung")
    address = hand_in(client, office)
    page = read(client, f"{address}?tab=faulty")
    assert "Chi bộ Chợ" in page
    assert "DS" in page
    chosen = {"path": "Chi bộ Chợ", "unit": office.cast.units["cell_a1"]}
    assert client.post(f"{address}/units", data=chosen).status_code == 302
    office.work()
    assert "Phan Văn Mới" in read(client, f"{address}?tab=added")
    minh = office.tab(int(address.rsplit("/", 1)[1]), "doubtful")[0]
    decided = {"tab": "doubtful", "page": 1, "place": minh.place, "choice": str(office.cast.people["minh"])}
    assert client.post(f"{address}/row", data=decided).status_code == 302
    assert client.post(f"{address}/row", data={**decided, "choice": "999"}).status_code == 404
    left = client.post(f"{address}/left", data={"page": 1, "person": [office.cast.people["long"]]})
    assert left.status_code == 302
    assert client.post(f"{address}/store").status_code == 302
    assert client.get(address).status_code == 200
    office.work()
    stored = office.roster(int(address.rsplit("/", 1)[1])).summary["stored"]
    assert stored == {"added": 1, "changed": 1, "same": 1, "left": 1, "skipped": 0}
    assert "Phan Văn Mới" not in read(client, address)
    assert client.post(f"{address}/undo").status_code == 302
    office.work()
    assert client.post(f"{address}/undo").location == address  # once only
    assert office.named("Phan Văn Mới") == []


@pytest.mark.parametrize("who", ["binh", "lan", "tuan", None])
def test_nobody_else_finds_the_list(client_of: ClientOf, office: Office, who: str | None) -> None:
    address = hand_in(client_of("dung"), office)
    client = client_of(who)
    refused = {"binh": 404, "lan": 403, "tuan": 403, None: 302}[who]
    assert client.get(address).status_code == refused
    for deed in ("store", "undo", "discard", "again", "row", "left", "units", "new-unit", "columns", "back"):
        assert client.post(f"{address}/{deed}").status_code == refused, deed
    assert office.roster(int(address.rsplit("/", 1)[1])).state == "ready"


def test_a_list_for_somebody_elses_unit_is_refused(client_of: ClientOf, office: Office) -> None:
    data = {"file": (io.BytesIO(workbook({"DS": ROWS})), "ds.xlsx"), "unit": office.cast.units["ward_b"]}
    answer = client_of("dung").post("/rosters/", data=data)
    assert answer.status_code == 200
    with office.database.reading() as session:
        assert session.scalar(select(Job.id)) is None


def test_only_an_administrator_founds_the_unit_that_a_section_names(
    client_of: ClientOf, office: Office
) -> None:
    address = hand_in(client_of("dung"), office)
    asked = {"path": "Chi bộ Chợ"}
    assert client_of("dung").post(f"{address}/new-unit", data=asked).status_code == 403
    administrator = client_of("an")
    assert administrator.post(f"{address}/new-unit", data={"path": "Chi bộ Khác"}).status_code == 404
    assert administrator.post(f"{address}/new-unit", data=asked).status_code == 302
    office.work()
    assert "Phan Văn Mới" in read(administrator, f"{address}?tab=added")
    with office.database.reading() as session:
        unit = session.scalar(select(Unit).where(Unit.name == "Chi bộ Chợ"))
        assert unit is not None
        assert (unit.code, unit.parent_id) == ("P-AB-03", office.cast.units["ward_a"])


def test_what_was_said_about_columns_is_remembered_for_the_next_list(
    client_of: ClientOf, office: Office
) -> None:
    client = client_of("dung")
    rows = [
        ("Số", "Người học", "Sinh hoạt"),
        (1, "Phan Văn Mới", "Chi bộ số 1"),
        (2, "Đỗ Thị Xuân", "Chi bộ số 2"),
    ]
    address = hand_in(client, office, rows)
    assert office.roster(int(address.rsplit("/", 1)[1])).summary["people"] == 0
    assert "Phan Văn Mới" in read(client, f"{address}/columns")
    said = {"heading": ["A", "B", "C"], "field": ["number", "name", "unit"]}
    assert client.post(f"{address}/columns", data=said).status_code == 302
    office.work()
    assert office.counts(int(address.rsplit("/", 1)[1]))["added"] >= 2
    again = hand_in(client, office, rows)
    assert office.counts(int(again.rsplit("/", 1)[1]))["added"] >= 2
    with office.database.reading() as session:
        assert session.scalar(select(RosterMapping.unit_id)) == office.cast.units["ward_a"]


def test_a_stopped_job_leaves_the_list_where_it_can_be_begun_again(
    client_of: ClientOf, office: Office
) -> None:
    client = client_of("dung")
    address = hand_in(client, office)
    client.post(f"{address}/store")
    with office.database.writing() as session:
        jobs.cancel(session, office_job(office, address), clock.now())
    assert f"{address}/again" in read(client, address)
    client.post(f"{address}/again")
    office.work()
    assert office.roster(int(address.rsplit("/", 1)[1])).state == "ready"


def office_job(office: Office, address: str) -> int:
    return int(office.roster(int(address.rsplit("/", 1)[1])).summary["job"])


@pytest.mark.parametrize(
    ("data", "name"), [(b"PK\x03\x04 no zip", "ds.xlsx"), (b"%PDF-1.7", "ds.pdf"), (b"", "ds.xlsx")]
)
def test_what_is_no_list_is_said_and_nothing_changes(
    client_of: ClientOf, office: Office, data: bytes, name: str
) -> None:
    client = client_of("dung")
    answer = client.post(
        "/rosters/", data={"file": (io.BytesIO(data), name), "unit": office.cast.units["ward_a"]}
    )
    if not data:
        assert answer.status_code == 200
        return
    office.work()
    roster = office.roster(int(answer.location.rsplit("/", 1)[1]))
    assert client.get(answer.location).status_code == 200
    assert roster.state == "unreadable" or roster.summary["people"] == 0


def test_the_pages_ask_the_database_as_often_for_many_rows_as_for_few(
    client_of: ClientOf, office: Office
) -> None:
    from sqlalchemy import event

    client = client_of("dung")
    asked: list[int] = []
    for count in (3, 90):
        rows = [
            HEAD,
            *(
                (
                    n,
                    f"Phan Văn Số {'abcdefghijklmnopqrstuvxy'[n % 24]}",
                    f"1/{n % 12 + 1}/{1950 + n // 12}",
                    "",
                    "Chi bộ số 1",
                )
                for n in range(count)
            ),
        ]
        address = hand_in(client, office, rows)
        statements: list[str] = []

        def count_it(_c: Any, _cursor: Any, statement: str, *_more: Any, to: list[str] = statements) -> None:
            to.append(statement)

        engine = client.application.extensions["database"].engine
        event.listen(engine, "before_cursor_execute", count_it)
        read(client, f"{address}?tab=added")
        event.remove(engine, "before_cursor_execute", count_it)
        asked.append(len(statements))
    assert asked[0] == asked[1]
