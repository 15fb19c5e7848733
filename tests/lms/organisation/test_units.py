"""Units and people, looked up through what the person asking may see."""

from __future__ import annotations

from lms.kit.db import Database
from lms.organisation import queries
from tests.cast import Cast


def test_a_unit_is_found_only_inside_the_own_part_of_the_tree(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        ward_a, cell_a1, cell_b1 = (cast.units[key] for key in ("ward_a", "cell_a1", "cell_b1"))
        assert queries.unit_within(session, cell_a1, [ward_a]) is not None
        assert queries.unit_within(session, ward_a, [ward_a]) is not None
        assert queries.unit_within(session, cell_b1, [ward_a]) is None
        assert queries.unit_within(session, cast.units["city"], [ward_a]) is None


def test_a_person_is_found_through_the_unit_they_belong_to_now(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        assert queries.person_within(session, cast.people["lan"], [cast.units["ward_a"]]) is not None
        assert queries.person_within(session, cast.people["hoa"], [cast.units["ward_a"]]) is None


def test_the_line_of_a_unit_goes_from_the_root_down(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        names = [unit.name for unit in queries.ancestors(session, cast.units["cell_a1"])]
    assert names == ["Thành ủy Hà Nội", "Đảng ủy phường An Bình", "Chi bộ số 1"]
