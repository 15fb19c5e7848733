"""First sign-in slips: for whom, from whom, and what stands on the paper."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from lms.accounts import first_codes
from lms.accounts.models import Credential, FirstCode
from lms.kit import clock, jobs
from lms.kit.jobs import Job
from lms.organisation import actions as organisation
from lms.organisation.models import Person, Unit
from lms.rosters.jobs import JOB_SLIPS, SLIPS_KEPT, drop_old_files
from lms.rosters.slips import ON_A_PAGE, write_slips
from tests.cast import LONG_NAME
from tests.conftest import ClientOf
from tests.lms.rosters.handing import HEAD, Office


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def run_slips(office: Office) -> Job:
    with office.database.reading() as session:
        job_id = session.scalar(select(Job.id).where(Job.kind == JOB_SLIPS).order_by(Job.id.desc()))
    assert job_id is not None
    jobs.run(job_id, {JOB_SLIPS: write_slips}, office.database, office.storage)
    with office.database.reading() as session:
        return session.get_one(Job, job_id)


def test_those_whom_a_list_added_get_slips_a_page_for_each_unit(client_of: ClientOf, office: Office) -> None:
    rows = [
        (n, f"Phan Văn {name}", "5/3/1980", "", f"Chi bộ số {1 + n % 2}", "")
        for n, name in enumerate(["Một", "Hai", "Ba"])
    ]
    roster = office.hand_in({"DS": [HEAD, *rows]})
    office.store(roster)
    client = client_of("dung")
    assert client.post("/rosters/slips", data={"roster": roster}).status_code == 302
    job = run_slips(office)
    assert job.state == "done"
    assert (job.done, job.total) == (3, 3)
    result = job.result or {}
    pdf = office.storage.path(result["file"]).read_bytes()
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2
    told = words_of(pdf)
    with office.database.reading() as session:
        codes = session.scalars(select(FirstCode.code_hash)).all()
        names = session.scalars(
            select(Credential.sign_in_name)
            .join(Person, Person.id == Credential.person_id)
            .where(Person.full_name.like("Phan%"))
        ).all()
    assert len(codes) == 3
    for name in (*names, "Phan Văn Một", "Phan Văn Hai", "Phan Văn Ba", "/first-sign-in"):
        assert name in told
    printed = [word for word in told.split() if first_codes.read_code(word)]
    assert sorted(first_codes._hash(word) for word in printed) == sorted(codes)
    assert (
        client.post("/rosters/slips", data={"roster": roster}).status_code == 302
    )  # still none has a password


def test_the_file_of_slips_is_deleted_after_a_day(client_of: ClientOf, office: Office) -> None:
    office.store(office.people(("Phan Văn Mới", "5/3/1980", "", "Chi bộ số 1", "", "", "")))
    client_of("dung").post("/rosters/slips", data={"unit": office.cast.units["ward_a"]})
    result = run_slips(office).result or {}
    assert drop_old_files(office.database, office.storage, clock.now()) == 0
    assert drop_old_files(office.database, office.storage, clock.now() + SLIPS_KEPT * 2) == 1
    with pytest.raises(KeyError):
        office.storage.path(result["file"])


def test_an_officer_prints_a_new_slip_for_one_person(client_of: ClientOf, office: Office) -> None:
    client = client_of("dung")
    page = client.get(f"/rosters/slips?unit={office.cast.units['ward_a']}&q=huyen tran").text
    assert LONG_NAME in page
    answer = client.post(f"/rosters/slips/{office.cast.people['long']}")
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert LONG_NAME in words_of(answer.data)


@pytest.mark.parametrize(
    ("who", "whose", "status"),
    [
        ("dung", "lan", 200),
        ("dung", "hoa", 404),  # another ward
        ("dung", "dung", 404),  # an officer's comes from above
        ("an", "dung", 200),
        ("lan", "minh", 403),
        ("tuan", "minh", 403),
        (None, "minh", 302),
    ],
)
def test_who_may_print_whose_slip(
    client_of: ClientOf, office: Office, who: str | None, whose: str, status: int
) -> None:
    assert client_of(who).post(f"/rosters/slips/{office.cast.people[whose]}").status_code == status


@pytest.mark.parametrize("role", ["administrator", "trainer", "auditor", "officer"])
def test_an_officer_cannot_get_into_the_account_of_somebody_with_a_wider_role(
    client_of: ClientOf, office: Office, role: str
) -> None:
    with office.database.writing() as session:
        lan = session.get_one(Person, office.cast.people["lan"])
        unit = session.get_one(Unit, office.cast.units["ward_a" if role != "officer" else "city"])
        organisation.grant_role(session, lan, role=role, unit=unit, by=None, now=clock.now())
    client = client_of("dung")
    assert client.post(f"/rosters/slips/{office.cast.people['lan']}").status_code == 404
    assert "Nguyễn Thị Lan" not in client.get(f"/rosters/slips?unit={office.cast.units['ward_a']}&q=lan").text
    assert client_of("an").post(f"/rosters/slips/{office.cast.people['lan']}").status_code == 200


def test_many_slips_fill_pages_of_eight(office: Office, client_of: ClientOf) -> None:
    rows = [
        (
            n,
            f"{LONG_NAME} {['Ân', 'Bình', 'Châu', 'Dũng', 'Em', 'Giang', 'Hoa', 'Khánh', 'Lan'][n]}",
            f"5/3/{1950 + n}",
            "Phó Bí thư Đảng ủy, Chủ tịch Hội đồng nhân dân phường",
            "Chi bộ số 1",
            "",
        )
        for n in range(ON_A_PAGE + 1)
    ]
    office.store(office.hand_in({"DS": [HEAD, *rows]}))
    client_of("dung").post("/rosters/slips", data={"unit": office.cast.units["cell_a1"]})
    result = run_slips(office).result or {}
    assert len(PdfReader(office.storage.path(result["file"])).pages) == 2
