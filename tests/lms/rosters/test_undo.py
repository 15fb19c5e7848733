"""A stored list taken back: everything as before, but for what somebody touched since."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms.accounts.models import SignIn
from lms.audit.models import AuditEvent
from lms.courses.models import CourseCount, Enrolment
from lms.kit import clock, jobs
from lms.organisation import actions as organisation
from lms.organisation.models import Person
from lms.rosters import actions, storing, undoing
from lms.rosters.models import Roster, RosterRow
from tests.lms.rosters.handing import Office
from tests.stage import stage

pytestmark = pytest.mark.usefixtures("read_here")

LIST = (
    ("Nguyễn Thị Lan", "1970", "Bí thư", "Chi bộ số 2", "00000011", "0912345678", ""),
    ("Phan Văn Mới", "5/3/1980", "", "Chi bộ số 1", "00000012", "", ""),
    ("Đỗ Thị Xuân", "6/3/1981", "Đảng viên", "Chi bộ số 2", "", "", ""),
)


def hand_in(office: Office) -> int:
    """The list, Lan's transfer decided."""
    roster = office.people(*LIST)
    (doubtful,) = office.tab(roster, "doubtful")
    office.choose(roster, rows={doubtful.place: str(office.cast.people["lan"])})
    return roster


def test_an_undone_list_leaves_everything_as_it_was(office: Office) -> None:
    before = office.everybody()
    roster = hand_in(office)
    office.choose(roster, left=[one["person"] for one in office.left(roster)])
    stored = office.store(roster)
    assert stored.summary["stored"] == {"added": 2, "changed": 1, "same": 0, "left": 2, "skipped": 0}
    assert office.everybody() != before
    undone = office.undo(roster)
    assert undone.state == "undone"
    assert undone.summary["undone"]["kept"] == []
    assert office.everybody() == before


def test_the_email_column_reaches_people_and_is_taken_back(office: Office) -> None:
    heads = ("TT", "Họ và tên", "Ngày sinh", "Chi bộ", "E-mail")
    rows = (
        (1, "Nguyễn Thị Lan", "1970", "Chi bộ số 1", "Lan@Example.vn"),
        (2, "Phan Văn Mới", "5/3/1980", "Chi bộ số 1", "moi@example.vn"),
        (3, "Đỗ Thị Xuân", "6/3/1981", "Chi bộ số 1", "xuan(a)example.vn"),
    )

    def emails() -> dict[str, str | None]:
        with office.database.reading() as session:
            names = [row[1] for row in rows]
            found = session.execute(select(Person.full_name, Person.email).where(Person.full_name.in_(names)))
            return dict(found.all())

    before = emails()
    roster = office.hand_in({"DS": [heads, *rows]})
    (changed,) = office.tab(roster, "changed")
    assert dict(changed.new) == {"email": "lan@example.vn"}
    office.store(roster)
    assert emails() == {
        "Nguyễn Thị Lan": "lan@example.vn", "Phan Văn Mới": "moi@example.vn", "Đỗ Thị Xuân": None,
    }  # fmt: skip
    assert office.undo(roster).summary["undone"]["kept"] == []
    assert emails() == before


def test_who_was_added_and_signed_in_since_is_kept_and_named(office: Office) -> None:
    roster = hand_in(office)
    office.store(roster)
    with office.database.writing() as session:
        new = session.scalar(select(Person).where(Person.full_name == "Phan Văn Mới"))
        assert new is not None
        now = clock.now()
        session.add(
            SignIn(id="x" * 32, person_id=new.id, started_at=now, expires_at=now + timedelta(hours=1))
        )
    undone = office.undo(roster).summary["undone"]
    assert undone["removed"] == 1
    assert [(kept[3], kept[4]) for kept in undone["kept"]] == [("Phan Văn Mới", "active")]
    assert office.named("Phan Văn Mới")


def test_what_somebody_corrected_since_is_kept(office: Office) -> None:
    roster = hand_in(office)
    office.store(roster)
    with office.database.writing() as session:
        lan = session.get_one(Person, office.cast.people["lan"])
        organisation.correct_person(
            session, lan, full_name=lan.full_name, born="1971", card_number=lan.card_number, phone="0988888888",
            member=True, by=office.cast.people["an"], now=clock.now(),
        )  # fmt: skip
    undone = office.undo(roster).summary["undone"]
    assert [(kept[3], kept[4]) for kept in undone["kept"]] == [("Nguyễn Thị Lan", "changed")]
    assert office.named("Nguyễn Thị Lan")[0][2] == "0988888888"


def test_people_are_enrolled_with_the_list_and_the_counts_come_back_with_its_undoing(office: Office) -> None:
    with office.database.writing() as session:
        stage(session, office.cast, clock.now())

    def counted() -> tuple[object, ...]:
        with office.database.reading() as session:
            must = session.scalar(select(func.sum(CourseCount.must)))
            return must, session.scalar(select(func.count()).select_from(Enrolment))

    before = counted()
    roster = hand_in(office)
    office.store(roster)
    assert counted() == (before[0] + 2, before[1] + 2)  # type: ignore[operator]
    office.undo(roster)
    assert counted() == before


def test_others_write_while_a_list_is_worked_out_and_between_the_pieces_of_its_undoing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who held SQLite's lock there would wait for himself until it is refused: the writer here is another one."""
    written: list[tuple[int, int]] = []

    def write(done: int = 0, of: int = 0) -> None:
        with office.database.writing() as session:
            session.get_one(Person, office.cast.people["minh"]).email = f"minh{len(written)}@example.vn"
        written.append((done, of))

    def progress(run: jobs.Run, done: int, of: int) -> None:
        write(done, of)
        if done == 2:
            raise RuntimeError("the worker was killed")

    def sign_of(values: Mapping[str, object]) -> str:
        write()
        return was(values)

    was = storing.sign_of
    before = office.everybody()
    roster = hand_in(office)
    office.choose(roster, left=[one["person"] for one in office.left(roster)])
    with monkeypatch.context() as slowly:
        slowly.setattr(storing, "sign_of", sign_of)
        assert office.store(roster).state == "stored"
    assert written == [(0, 0), (0, 0)]
    with monkeypatch.context() as slowly:
        slowly.setattr(undoing, "PIECE", 1)
        slowly.setattr(jobs.Run, "progress", progress)
        with pytest.raises(RuntimeError, match="killed"):
            office.undo(roster)
    assert written[2:] == [(1, 5), (2, 5)]
    assert office.roster(roster).state == "undoing"
    assert not office.named(
        "Phan Văn Mới"
    )  # who was added is gone already, the others are as the list made them
    assert office.everybody() != before
    with office.database.writing() as session:
        again, by = session.get_one(Roster, roster), office.cast.people["dung"]
        actions.try_again(session, again, back="", by=by, now=clock.now())
    office.work()
    told = office.roster(roster).summary["undone"]
    assert told == {"removed": 2, "restored": 1, "returned": 2, "kept": [], "kept_in_all": 0}
    assert office.everybody() == before


def test_a_list_is_stored_as_a_whole_or_not_at_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    roster = hand_in(office)
    before = office.everybody()

    def fail(*_given: object, **_more: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr("lms.rosters.storing.follow", fail)
    with pytest.raises(RuntimeError):
        office.store(roster)
    assert office.everybody() == before
    assert office.roster(roster).state == "storing"


def test_people_who_changed_since_the_plan_are_looked_at_again(office: Office) -> None:
    roster = hand_in(office)
    (place,) = office.roster(roster).choices["rows"]
    with office.database.writing() as session:
        lan = session.get_one(Person, office.cast.people["lan"])
        lan.phone = "0977777777"
    before = office.everybody()
    again = office.store(roster)
    assert (again.state, again.summary["stale"]) == ("ready", True)
    assert office.everybody() == before
    office.choose(roster, rows={place: str(office.cast.people["lan"])})
    assert office.store(roster).summary["stored"]["changed"] == 1


def test_the_trail_says_that_it_was_done_and_holds_no_particulars(office: Office) -> None:
    roster = hand_in(office)
    office.store(roster)
    office.undo(roster)
    with office.database.reading() as session:
        trail = session.scalars(
            select(AuditEvent).where(AuditEvent.object_type == "roster").order_by(AuditEvent.id)
        ).all()
        assert [event.action for event in trail] == ["roster.begin", "roster.store", "roster.undo"]
        assert "0912345678" not in repr([event.detail for event in trail])
        assert session.scalar(select(func.count()).select_from(RosterRow)) is not None


NAMES = st.sampled_from(["Nguyễn Thị Lan", "Trần Văn Minh", "Phan Văn Mới", "Đỗ Thị Xuân", "Lê Văn Ba"])
BIRTHS = st.sampled_from(["", "1970", "1981", "5/3/1980", "6/4/1970"])
ROWS = st.lists(
    st.tuples(
        NAMES,
        BIRTHS,
        st.sampled_from(["", "Bí thư"]),
        st.sampled_from(["Chi bộ số 1", "Chi bộ số 2", "Chi bộ Chợ"]),
        st.sampled_from(["", "00000011", "00000012"]),
        st.sampled_from(["", "0912345678"]),
        st.just(""),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lists=st.lists(ROWS, min_size=1, max_size=3), left=st.booleans())
def test_any_lists_one_after_the_other_come_undone_in_reverse(
    office: Office, lists: list[list[tuple[str, ...]]], left: bool
) -> None:
    before = office.everybody()
    stored = []
    for rows in lists:
        roster = office.people(*rows)
        if left:
            office.choose(roster, left=[one["person"] for one in office.left(roster)])
        assert office.store(roster).state == "stored"
        stored.append(roster)
    for roster in reversed(stored):
        kept = office.undo(roster).summary["undone"]["kept"]
        assert {why for *_place, why in kept} <= {"active", "changed"}
    # whom two lists know is kept by the undoing of the first; nobody else is left over, nobody is lost
    after = office.everybody()
    assert [after.get(person) for person in before] == list(before.values())
