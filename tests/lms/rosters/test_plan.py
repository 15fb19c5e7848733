"""What storing a list would do: everybody beside the database, units by their names, who is not in the list."""

from __future__ import annotations

import io
import zipfile

import pytest

from tests.lms.rosters.handing import HEAD, Office

pytestmark = pytest.mark.usefixtures("read_here")


def test_a_row_is_added_changed_or_as_before(office: Office) -> None:
    roster = office.people(
        ("Nguyễn Thị Lan", "1970", "Bí thư", "Chi bộ số 1", "00000011", "", ""),
        ("Trần Văn Minh", "1970", "", "Chi bộ số 2", "", "", ""),
        ("Phan Văn Mới", "5/3/1980", "", "CB 01", "00000012", "912345678", ""),
    )
    assert office.counts(roster) == {"added": 1, "changed": 1, "same": 1, "left": 1}
    (added,) = office.tab(roster, "added")
    assert (added.new["born"], added.new["phone"]) == ("1980-03-05", "0912345678")
    assert added.new["unit"] == office.cast.units["cell_a1"]
    (changed,) = office.tab(roster, "changed")
    assert dict(changed.new) == {"card": "00000011", "position": "Bí thư"}


def test_only_people_of_the_units_in_the_list_can_have_left(office: Office) -> None:
    roster = office.people(("Trần Văn Minh", "1970", "", "Chi bộ số 2", "", "", ""))
    assert office.left(roster) == []
    roster = office.people(("Ai Đó Mới", "1970", "", "Chi bộ số 2", "", "", ""))
    assert [one["name"] for one in office.left(roster)] == ["Trần Văn Minh"]


def test_a_list_that_names_no_unit_is_of_everybody_below(office: Office) -> None:
    rows = [("STT", "Họ và tên", "Ngày sinh"), (1, "Nguyễn Thị Lan", 1970)]
    roster = office.hand_in({"DS": rows})
    assert office.counts(roster)["same"] == 1
    assert {one["name"] for one in office.left(roster)} >= {"Trần Văn Minh", "Phạm Tiến Dũng"}
    assert "Lê Thị Hoa" not in {one["name"] for one in office.left(roster)}  # of another ward


def test_people_of_other_units_are_not_recognised_and_their_cards_are_refused(office: Office) -> None:
    office.store(office.people(("Lê Thị Hoa", "1970", "", "Chi bộ số 1", "00000099", "", ""), unit="ward_b"))
    roster = office.people(
        ("Lê Thị Hoa", "1970", "", "Chi bộ số 1", "00000099", "", ""),
        ("Vũ Thanh Bình", "1970", "", "Chi bộ số 1", "", "", ""),
    )
    (faulty,) = office.tab(roster, "faulty")
    assert faulty.fault == "card_elsewhere"
    assert [row.new["name"] for row in office.tab(roster, "added")] == ["Vũ Thanh Bình"]


def test_a_section_of_an_unknown_unit_is_said_and_kept_back(office: Office) -> None:
    roster = office.people(("Phan Văn Mới", "1980", "", "Chi bộ Chợ", "", "", ""))
    (faulty,) = office.tab(roster, "faulty")
    assert (faulty.fault, faulty.said, faulty.row) == ("unit_unknown", {"unit": "Chi bộ Chợ"}, 2)
    assert office.store(roster).summary["stored"]["added"] == 0


def test_a_unit_of_which_there_are_two_is_found_by_what_stands_above(office: Office) -> None:
    rows = [
        ("STT", "Họ và tên", "Ngày sinh"),
        ("I. Đảng ủy phường Bình Minh",),
        ("1. Chi bộ số 1",),
        (1, "Lê Thị Hoa", 1970),
    ]
    roster = office.hand_in({"DS": rows}, unit="city", by="an")
    assert office.counts(roster)["same"] == 1
    bare = [("STT", "Họ và tên", "Ngày sinh", "Chi bộ"), (1, "Lê Thị Hoa", 1970, "Chi bộ số 1")]
    roster = office.hand_in({"DS": bare}, unit="city", by="an")
    (row,) = office.tab(roster, "faulty")
    assert row.fault == "unit_unknown"


def test_somebody_who_stands_twice_is_stored_once(office: Office) -> None:
    roster = office.hand_in(
        {
            "Chi bộ số 1": [HEAD, (1, "Phan Văn Mới", "5/3/1980", "", "", "00000012")],
            "Chi bộ số 2": [
                HEAD,
                (1, "PHAN VĂN MỚI", "5/3/1980", "", "", "00000012"),
                (2, "Đỗ Thị Khác", "6/3/1980", "", "", "00000012"),
            ],
        }
    )
    (twice,) = office.tab(roster, "duplicate")
    assert twice.said == {"place": "Chi bộ số 1, 2"}
    (other,) = office.tab(roster, "faulty")
    assert other.fault == "card_twice"
    assert office.store(roster).summary["stored"]["added"] == 1


def test_what_could_not_be_read_keeps_its_row_back_until_somebody_says_so(office: Office) -> None:
    new = ("Phan Văn Mới", "31/02/1980", "", "Chi bộ số 1", "", "", "")
    roster = office.people(new, ("Chi bộ số 1", "1980", "", "Chi bộ số 1", "", "", ""))
    faulty, unnamed = office.tab(roster, "faulty")
    assert (faulty.fault, faulty.said["text"]) == ("bad_date", "31/02/1980")
    assert (unnamed.fault, unnamed.said["text"]) == ("name_doubtful", "Chi bộ số 1")
    office.choose(roster, rows={faulty.place: "take"})
    assert office.store(roster).summary["stored"]["added"] == 1


def test_a_doubtful_row_waits_for_a_decision(office: Office) -> None:
    row = ("Nguyễn Thị Lan", "", "", "Chi bộ số 1", "00000011", "", "")
    for choice, outcome in (("", (0, 0)), ("new", (1, 0)), (str(office.cast.people["lan"]), (0, 1))):
        roster = office.people(row)
        (doubtful,) = office.tab(roster, "doubtful")
        assert doubtful.why == "only_name"
        office.choose(roster, rows={doubtful.place: choice})
        stored = office.store(roster).summary["stored"]
        assert (stored["added"], stored["changed"]) == outcome
        office.undo(roster)


def test_a_whole_date_in_another_unit_is_asked_about_and_a_transfer_once_decided(office: Office) -> None:
    office.store(office.people(("Phan Văn Mới", "5/3/1980", "", "Chi bộ số 1", "", "", "")))
    roster = office.people(("Phan Văn Mới", "5/3/1980", "", "Chi bộ số 2", "", "", ""))
    (doubtful,) = office.tab(roster, "doubtful")
    assert doubtful.why == "other_unit"
    (one,) = doubtful.maybe
    office.choose(roster, rows={doubtful.place: str(one.person_id)})
    assert office.store(roster).summary["stored"]["changed"] == 1
    ((*_person, first, second),) = office.named("Phan Văn Mới")
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert (first[0], second[0]) == (office.cast.units["cell_a1"], office.cast.units["cell_a2"])


def test_no_citizen_number_gets_anywhere(office: Office) -> None:
    number = "001062012345"
    rows = [
        ("STT", "Họ và tên", "Ngày sinh", "Số CCCD", "SĐT"),
        (1, "Phan Văn Mới", "5/3/1980", number, "1062012345"),
    ]
    roster = office.hand_in({"DS": rows})
    office.store(roster)
    kept = b"".join(path.read_bytes() for path in office.storage.folder.iterdir())
    for path in office.storage.folder.iterdir():
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as found:
            for member in found.namelist():
                assert b"062012345" not in found.read(member), member
    assert number.encode() not in kept
    assert number not in repr(office.everybody())
