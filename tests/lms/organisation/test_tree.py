"""Moving, merging, splitting, closing and renaming units: what becomes of them, of their people, roles and papers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEvent
from lms.kit.db import Database
from lms.organisation import actions, life, queries, tree
from lms.organisation.models import Membership, Person, RoleGrant, Succession, Unit, UnitPaper
from lms.organisation.rules import ROLES, TreeRefused, roles_to_hand_on
from lms.organisation.tree_checks import Part
from lms.vietnamese.dates import local
from tests.cast import NOW, Cast

TODAY = local(NOW).date()
DONE: dict[str, Any] = {"on": TODAY, "by": None, "now": NOW}


def unit_of(session: Session, cast: Cast, key: str) -> Unit:
    return session.get_one(Unit, cast.units[key])


def home_of(session: Session, cast: Cast, key: str) -> int | None:
    found = queries.membership_of(session, cast.people[key])
    return found.unit_id if found else None


def test_a_moved_unit_takes_everything_along_and_leaves_its_rows_where_they_were(
    database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        ward_b, cell = unit_of(session, cast, "ward_b"), unit_of(session, cast, "cell_a1")
        session.add(UnitPaper(unit_id=cell.id, symbol="CB1", superior="ĐẢNG ỦY PHƯỜNG AN BÌNH"))
        done = tree.move_unit(session, cell, parent=ward_b, reason="QĐ 12", **DONE)
        moved = done.units[0]
        assert (moved.code, moved.name, moved.parent_id) == ("P-AB-01", "Chi bộ số 1", ward_b.id)
        assert cell.valid_to == TODAY
        assert cell.parent_id == cast.units["ward_a"]
        assert home_of(session, cast, "lan") == home_of(session, cast, "long") == moved.id
        assert sorted(done.people) == sorted([cast.people["lan"], cast.people["long"]])
        assert [above.id for above in queries.ancestors(session, moved.id)] == [
            cast.units["city"],
            ward_b.id,
            moved.id,
        ]
        assert queries.unit_within(session, cell.id, [cast.units["ward_a"]]) is cell, "seen where it was"
        found = queries.unit_by_code(session, "P-AB-01")
        assert found is not None
        assert found.id == moved.id
        paper = session.get_one(UnitPaper, moved.id)
        assert (paper.symbol, paper.superior) == ("CB1", ""), "another unit is above it"
        trail = session.scalars(select(AuditEvent).where(AuditEvent.action == "unit.move")).one()
        assert trail.detail["reason"] == "QĐ 12"
        assert trail.detail["people"] == 2


def test_a_code_that_nobody_bears_any_more_leads_to_the_last_that_did(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        cell = unit_of(session, cast, "cell_a2")
        tree.close_unit(session, cell, **DONE)
        assert queries.unit_by_code(session, "P-AB-02") is cell
        again = actions.create_unit(
            session,
            code="P-AB-02",
            name="Chi bộ số 2 mới",
            parent=unit_of(session, cast, "ward_a"),
            by=None,
            now=NOW,
            valid_from=TODAY,
        )
        assert queries.unit_by_code(session, "P-AB-02") is again


def test_a_ward_that_moves_takes_its_cells_and_its_officer_along(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        ward_a, ward_b = unit_of(session, cast, "ward_a"), unit_of(session, cast, "ward_b")
        done = tree.move_unit(session, ward_a, parent=ward_b, **DONE)
        assert len(done.pairs) == 3
        new = dict(done.pairs)
        cell = session.get_one(Unit, new[cast.units["cell_a1"]])
        assert cell.parent_id == new[ward_a.id] == done.units[0].id
        assert home_of(session, cast, "minh") == new[cast.units["cell_a2"]]
        held = session.scalars(
            select(RoleGrant.unit_id).where(RoleGrant.person_id == cast.people["dung"]).order_by(RoleGrant.id)
        ).all()
        assert held == [ward_a.id, new[ward_a.id]], "over the new one, and the old one to look back"
        actions.withdraw_role(
            session, session.scalars(select(RoleGrant).where(RoleGrant.unit_id == new[ward_a.id])).one(), by=1, now=NOW
        )  # fmt: skip
        assert not session.scalars(
            select(RoleGrant).where(RoleGrant.person_id == cast.people["dung"])
        ).all(), "what was kept to look back goes with it"


def test_merged_units_become_one_with_all_that_stood_below(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        wards = [unit_of(session, cast, key) for key in ("ward_a", "ward_b")]
        city = unit_of(session, cast, "city")
        done = tree.merge_units(session, wards, name="Đảng ủy phường Mới", code="P-AB", parent=city, **DONE)
        made = done.units[0]
        assert [below.name for below in queries.children(session, made.id, TODAY)] == [
            "Chi bộ số 1",
            "Chi bộ số 1",
            "Chi bộ số 2",
        ]
        assert home_of(session, cast, "dung") == home_of(session, cast, "binh") == made.id
        assert [kin.unit.id for kin in life.predecessors(session, made.id)] == [ward.id for ward in wards]
        assert {kin.deed for kin in life.successors(session, wards[0].id)} == {"merge"}
        officers = session.scalars(select(RoleGrant.person_id).where(RoleGrant.unit_id == made.id)).all()
        assert sorted(officers) == sorted([cast.people["dung"], cast.people["binh"]])


def test_a_split_unit_gives_each_part_what_it_names_and_the_first_the_rest(
    database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        cell = unit_of(session, cast, "cell_a1")
        parts = [
            Part("Chi bộ số 1A", "P-AB-01"),
            Part("Chi bộ số 1B", "P-AB-1B", people=(cast.people["long"],)),
        ]
        done = tree.split_unit(session, cell, parts, **DONE)
        first, second = done.units
        assert home_of(session, cast, "lan") == first.id
        assert home_of(session, cast, "long") == second.id
        assert first.parent_id == second.parent_id == cast.units["ward_a"]
        rows = session.scalars(select(Succession).where(Succession.predecessor_id == cell.id)).all()
        assert {(row.successor_id, row.deed) for row in rows} == {(first.id, "split"), (second.id, "split")}


def test_people_of_a_closed_unit_are_in_no_unit_and_still_found(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        done = tree.close_unit(session, unit_of(session, cast, "cell_b1"), **DONE)
        assert done.people == [cast.people["hoa"]]
        assert home_of(session, cast, "hoa") is None
        assert queries.person_within(session, cast.people["hoa"], [cast.units["ward_b"]]) is not None
        assert queries.person_within(session, cast.people["hoa"], [cast.units["ward_a"]]) is None


def test_names_are_told_as_on_a_day(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        unit = unit_of(session, cast, "cell_a1")
        for day, name in ((date(2025, 9, 1), "Chi bộ Hoa Sen"), (date(2026, 3, 1), "Chi bộ Sao Mai")):
            tree.rename_unit(session, unit, name=name, on=day, by=None, now=NOW)

        def called(on: date) -> str:
            return life.names_on(session, [unit.id], on)[unit.id]

        assert called(date(2025, 8, 31)) == "Chi bộ số 1"
        assert called(date(2025, 9, 1)) == called(date(2026, 2, 28)) == "Chi bộ Hoa Sen"
        assert called(date(2026, 3, 1)) == unit.name == "Chi bộ Sao Mai"


def test_a_second_membership_stands_beside_the_main_one_and_is_not_asked_for(
    database: Database, cast: Cast
) -> None:
    with database.writing() as session:
        school = actions.create_unit(
            session, code="TR", name="Trường", parent=None, by=None, now=NOW, valid_from=date(2025, 7, 1), style="state"
        )  # fmt: skip
        lan = session.get_one(Person, cast.people["lan"])
        actions.join_second(session, lan, unit=school, position="Giáo viên", by=None, now=NOW, since=TODAY)
        assert home_of(session, cast, "lan") == cast.units["cell_a1"]
        assert queries.person_within(session, lan.id, [school.id]) is lan
        assert len(queries.memberships_of(session, lan.id)) == 2
        actions.leave_second(session, lan, by=None, now=NOW, since=TODAY)
        assert queries.person_within(session, lan.id, [school.id]) is None


Deed = Callable[[Session, Cast], object]
YESTERDAY = TODAY - timedelta(days=1)


def _move(unit: str, parent: str, on: date = TODAY) -> Deed:
    def deed(session: Session, cast: Cast) -> object:
        below = unit_of(session, cast, parent)
        return tree.move_unit(session, unit_of(session, cast, unit), parent=below, on=on, by=None, now=NOW)

    return deed


def _merge(*units: str, code: str = "NEW", parent: str = "city") -> Deed:
    def deed(session: Session, cast: Cast) -> object:
        found = [unit_of(session, cast, unit) for unit in units]
        below = unit_of(session, cast, parent)
        return tree.merge_units(session, found, name="Mới", code=code, parent=below, **DONE)

    return deed


def _split(unit: str, *codes: str) -> Deed:
    def deed(session: Session, cast: Cast) -> object:
        parts = [Part(f"Chi bộ {code}", code) for code in codes]
        return tree.split_unit(session, unit_of(session, cast, unit), parts, **DONE)

    return deed


def _close(unit: str) -> Deed:
    return lambda session, cast: tree.close_unit(session, unit_of(session, cast, unit), **DONE)


def _rename(unit: str, name: str, on: date = TODAY) -> Deed:
    return lambda session, cast: tree.rename_unit(
        session, unit_of(session, cast, unit), name=name, on=on, by=None, now=NOW
    )


def _after(first: Deed, second: Deed) -> Deed:
    def deed(session: Session, cast: Cast) -> object:
        first(session, cast)
        return second(session, cast)

    return deed


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        (_move("ward_a", "cell_a1"), "into_itself"),
        (_move("ward_a", "ward_a"), "into_itself"),
        (_move("cell_a1", "ward_a"), "already_there"),
        (_move("city", "ward_a"), "root"),
        (_move("cell_a1", "ward_b", TODAY + timedelta(days=1)), "future"),
        (_move("cell_a1", "ward_b", date(2025, 6, 30)), "before_latest"),
        (_after(_close("cell_a2"), _move("cell_a2", "ward_b")), "ended"),
        (_after(_close("cell_a2"), _move("cell_a1", "cell_a2")), "ended"),
        (_after(_move("cell_a1", "ward_b"), _move("ward_b", "ward_a", YESTERDAY)), "before_latest"),
        (_merge("ward_a"), "too_few"),
        (_merge("ward_a", "ward_a"), "too_few"),
        (_merge("ward_a", "cell_a1"), "nested"),
        (_merge("cell_a1", "cell_a2", code="P-BM"), "code_taken"),
        (_merge("ward_a", "ward_b", parent="cell_a1"), "into_itself"),
        (_merge("city", "ward_a"), "root"),
        (_merge("cell_a1", "cell_a2", code="có dấu"), "bad_code"),
        (_split("cell_a1", "X1"), "too_few_parts"),
        (_split("cell_a1", "X1", "X1"), "code_twice"),
        (_split("cell_a1", "P-AB-01", "P-AB-02"), "code_taken"),
        (_close("ward_a"), "units_below"),
        (_close("city"), "root"),
        (_rename("cell_a1", "Chi bộ số 1"), "same_name"),
        (_rename("cell_a1", "  "), "no_name"),
        (_after(_rename("cell_a1", "A"), _rename("cell_a1", "B", YESTERDAY)), "before_latest"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(
    database: Database, cast: Cast, deed: Deed, code: str
) -> None:
    with database.write_session() as session:
        with pytest.raises(TreeRefused) as refused:
            deed(session, cast)
        assert refused.value.refusals[0].code == code
        assert refused.value.refusals[0].message
        session.rollback()


def test_nobody_comes_to_a_unit_that_has_ended(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        cell = unit_of(session, cast, "cell_a2")
        tree.close_unit(session, cell, **DONE)
        lan = session.get_one(Person, cast.people["lan"])
        with pytest.raises(TreeRefused):
            actions.move_person(session, lan, unit=cell, position="", by=None, now=NOW, since=TODAY)
        assert home_of(session, cast, "lan") == cast.units["cell_a1"]
        there = (Membership.unit_id == cell.id) & Membership.valid_to.is_(None)
        assert session.scalars(select(Membership).where(there)).all() == []


def test_what_a_change_touches_is_told_before(database: Database, cast: Cast) -> None:
    with database.reading() as session:
        assert life.touched(session, [cast.units["ward_a"]]) == life.Touched(units=3, people=4, roles=1)


@pytest.mark.parametrize(
    ("administrator", "officer", "roles"),
    [
        (0, None, ROLES),
        (2, 0, ROLES),
        (None, 1, ("officer", "secretary", "marker")),
        (None, 0, ()),  # not over the own unit: nobody makes an equal
        (None, None, ()),
    ],
)
def test_roles_go_downwards_only(
    administrator: int | None, officer: int | None, roles: tuple[str, ...]
) -> None:
    assert roles_to_hand_on(administrator, officer) == roles
