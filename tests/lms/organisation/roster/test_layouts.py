"""The layouts of real lists: titles, headings, sections, sums, signatures, several tables and sheets."""

from __future__ import annotations

from typing import Any

import pytest

from lms.organisation.roster.people import Reading
from lms.organisation.roster.reading import read_list
from tests.lms.organisation.roster.books import HEAD, TODAY, codes, names, only, read, workbook

AN = (1, "Nguyễn Văn An", "05/03/1962")
BINH = (2, "Trần Thị Bình", "1958")
SHORT = ("STT", "Họ và tên", "Ngày sinh")


def units(reading: Reading) -> list[tuple[str, ...]]:
    return [person.unit for person in reading.people]


def test_titles_above_the_table_are_kept_and_name_the_unit_when_nothing_else_does() -> None:
    reading = read([("ĐẢNG ỦY PHƯỜNG A", "", "ĐẢNG CỘNG SẢN VIỆT NAM"), ("CHI BỘ SỐ 3 *",), (), SHORT, AN])
    assert only(reading).unit == ("CHI BỘ SỐ 3",)
    assert reading.tables[0].titles[0] == "ĐẢNG ỦY PHƯỜNG A"
    assert (only(reading).row, reading.tables[0].row) == (5, 4)
    assert not reading.problems


def merged_heading(book: Any, sheet: Any) -> None:
    sheet.merge_range("A1:A2", "TT")
    sheet.merge_range("B1:C1", "Họ và tên")
    sheet.merge_range("D1:E1", "Ngày sinh")
    sheet.merge_range("F1:F2", "Chức vụ")


def test_a_merged_heading_of_two_rows_with_split_names_and_births_by_sex() -> None:
    below = ("", "Họ, chữ đệm", "Tên", "Nam", "Nữ", "")
    counting = tuple(f"({i})" for i in range(1, 7))
    people = [(1, "Nguyễn  Văn ", " An", "5/3/62", "", "Bí thư"), (2, "Lê Thị", "Hoà", "", 1958, "")]
    reading = read([(), below, counting, *people], merged_heading)
    assert [(p.name, p.born, p.sex) for p in reading.people] == [
        ("Nguyễn Văn An", "1962-03-05", "male"),
        ("Lê Thị Hoà", "1958", "female"),
    ]
    assert reading.mapping["Họ và tên / Tên"] == "given"
    assert not reading.problems


def test_a_heading_of_two_rows_is_understood_where_merging_is_not_told() -> None:
    text = "TT;Họ và tên;;Ngày sinh;;Chức vụ\n;Họ đệm;Tên;Nam;Nữ;\n1;Trần Thị;Bình;;3/4/1970;Phó bí thư\n"
    person = only(read_list(text.encode(), "ds.csv", today=TODAY))
    assert (person.name, person.born, person.sex, person.position) == (
        "Trần Thị Bình", "1970-04-03", "female", "Phó bí thư",
    )  # fmt: skip


def test_day_month_and_year_may_have_columns_of_their_own() -> None:
    reading = read(
        [
            ("TT", "Họ tên", "Ngày sinh", "", ""),
            ("", "", "Ngày", "Tháng", "Năm"),
            (1, "Lê Văn Ba", 5, 3, 1962),
        ]
    )
    assert only(reading).born == "1962-03-05"


def test_marks_in_columns_for_men_and_women_tell_the_sex() -> None:
    reading = read(
        [
            ("STT", "Họ và tên", "Năm sinh", "Nam", "Nữ"),
            (1, "Lê Ba", 1960, "x", ""),
            (2, "Lê Tư", 1961, "", "X"),
        ]
    )
    assert [(p.born, p.sex) for p in reading.people] == [("1960", "male"), ("1961", "female")]


def test_columns_may_stand_in_any_order_and_wording() -> None:
    head = (
        "Điện thoại di động",
        "Số thẻ đảng viên (mới)",
        "Ngày, tháng, năm sinh",
        "Họ, chữ đệm và tên",
        "Chức danh",
    )
    person = only(read([head, ("0912345678", "12345678", "1/2/1970", "Lê Văn Ba", "Trưởng phòng")]))
    assert (person.phone, person.card, person.born, person.name, person.position) == (
        "0912345678", "12345678", "1970-02-01", "Lê Văn Ba", "Trưởng phòng",
    )  # fmt: skip


def test_a_column_without_a_meaning_is_kept_and_told() -> None:
    reading = read([(*SHORT, "Dân tộc", "Họ và tên vợ"), (*AN, "Tày", "Lê Thị Hoa")])
    assert only(reading).other == {"Dân tộc": "Tày", "Họ và tên vợ": "Lê Thị Hoa"}
    (said,) = reading.problems
    assert (said.code, said.message_params["headings"]) == ("columns_kept", "Dân tộc, Họ và tên vợ")


def test_a_mapping_comes_before_what_is_recognised_and_is_given_back() -> None:
    rows = [("STT", "Họ và tên", "Ngày tháng", "Mã"), (1, "Lê Văn Ba", "1/2/1970", "7654321")]
    assert only(read(rows)).born == ""
    mapping = {"Ngày tháng": "born", "Mã": "card"}
    reading = read(rows, mapping=mapping)
    assert (only(reading).born, only(reading).card) == ("1970-02-01", "07654321")
    assert mapping.items() <= reading.mapping.items()
    assert read(rows, mapping=reading.mapping).people == reading.people


def test_a_table_without_heading_is_shown_and_read_once_its_columns_are_named() -> None:
    rows = [(1, "Lê Văn Ba", "1/2/1970"), (2, "Lê Thị Tư", "3/2/1970")]
    reading = read(rows)
    assert codes(reading) == {"no_table", "no_people"}
    assert reading.previews[0].rows[0] == ("1", "Lê Văn Ba", "1/2/1970")
    assert names(read(rows, mapping={"A": "number", "B": "name", "C": "born"})) == ["Lê Văn Ba", "Lê Thị Tư"]


def test_a_meaning_that_does_not_exist_is_told() -> None:
    assert "mapping_unknown" in codes(read([SHORT, AN], mapping={"STT": "shoe_size"}))


def test_rows_that_head_parts_of_the_list_are_units_within_each_other() -> None:
    reading = read(
        [SHORT, ("I. Đảng bộ phường A",), ("1. Chi bộ số 1 (1 đ/c)",), AN, ("2", "Chi bộ số 2"), BINH,
         ("II", "Đảng bộ phường B"), (3, "Lê Ba", "1960"), ("1. Chi bộ X",), (4, "Lê Tư", "1961")]
    )  # fmt: skip
    assert units(reading) == [
        ("Đảng bộ phường A", "Chi bộ số 1"),
        ("Đảng bộ phường A", "Chi bộ số 2"),
        ("Đảng bộ phường B",),
        ("Đảng bộ phường B", "Chi bộ X"),
    ]


def test_units_without_numbers_nest_by_their_kind() -> None:
    reading = read(
        [
            SHORT,
            ("ĐẢNG ỦY XÃ A",),
            ("Chi bộ thôn 1",),
            AN,
            ("Chi bộ thôn 2",),
            BINH,
            ("ĐẢNG ỦY XÃ B",),
            (3, "Lê Ba", 1960),
        ]
    )
    assert units(reading) == [
        ("ĐẢNG ỦY XÃ A", "Chi bộ thôn 1"), ("ĐẢNG ỦY XÃ A", "Chi bộ thôn 2"), ("ĐẢNG ỦY XÃ B",),
    ]  # fmt: skip


def test_numbers_of_several_parts_nest_and_stand_in_a_column_of_their_own() -> None:
    reading = read(
        [
            SHORT,
            ("I", "Khối xã, phường"),
            ("1", "Đảng bộ phường A"),
            ("1.1", "Chi bộ 1"),
            AN,
            ("1.2", "Chi bộ 2"),
            BINH,
        ]
    )
    assert units(reading) == [
        ("Khối xã, phường", "Đảng bộ phường A", "Chi bộ 1"), ("Khối xã, phường", "Đảng bộ phường A", "Chi bộ 2"),
    ]  # fmt: skip


def test_the_closest_unit_of_the_titles_counts_also_behind_a_label() -> None:
    titles = [("ĐẢNG BỘ THÀNH PHỐ A",), ("ĐẢNG ỦY PHƯỜNG B",)]
    assert units(read([*titles, SHORT, AN])) == [("ĐẢNG ỦY PHƯỜNG B",)]
    assert units(read([("Đơn vị: Chi bộ số 5",), *titles, SHORT, AN])) == [("Chi bộ số 5",)]


def test_a_sum_of_several_numbers_is_not_compared() -> None:
    assert not read(
        [("TT", "Họ tên", "Nam", "Nữ"), (1, "Lê Ba", 1960), (2, "Lê Tư", "", 1961), ("", "Cộng", 1, 1)]
    ).problems


def test_somebody_of_the_family_doan_or_to_is_a_person_not_a_unit() -> None:
    reading = read(
        [
            SHORT,
            (1, "Đoàn Văn An"),
            (2, "Tô Thị Ban", "1960"),
            (3, "Tống Văn Công"),
            (4, "Công Thị Nghĩa", "1961"),
        ]
    )
    assert names(reading) == ["Đoàn Văn An", "Tô Thị Ban", "Tống Văn Công", "Công Thị Nghĩa"]


def test_groups_say_who_is_a_member_and_are_no_units() -> None:
    reading = read([SHORT, ("A. Đảng viên",), AN, ("B. Quần chúng",), BINH])
    assert [(p.member, p.unit) for p in reading.people] == [(True, ()), (False, ())]


def test_columns_for_members_and_others() -> None:
    reading = read(
        [(*SHORT, "Đảng viên", "Quần chúng"), (*AN, "x", ""), (*BINH, "", "x"), (3, "Lê Ba", "1960", "", "")]
    )
    assert [p.member for p in reading.people] == [True, False, None]


def test_sheets_are_units_and_a_cut_name_is_completed_from_the_title() -> None:
    long = "Chi bộ Trường Trung học cơ sở Nguyễn Du"
    data = workbook(
        {
            long[:31]: [(long.upper(),), SHORT, AN],
            "Hoà Bình": [SHORT, BINH],
            "Sheet3": [SHORT, (3, "Lê Ba", "1960")],
        }
    )
    reading = read_list(data, "ds.xlsx", today=TODAY)
    assert units(reading) == [(long.upper(),), ("Hoà Bình",), ()]
    assert [person.sheet for person in reading.people] == [long[:31], "Hoà Bình", "Sheet3"]


def test_the_column_of_the_unit_comes_last_and_bare_numbers_get_its_heading() -> None:
    head = ("STT", "Họ và tên", "Đảng bộ", "Chi bộ")
    reading = read([head, (1, "Lê Ba", "Đảng bộ A", "5"), (2, "Lê Tư", "nt", "số 6")])
    assert units(reading) == [("Đảng bộ A", "Chi bộ 5"), ("Đảng bộ A", "Chi bộ số 6")]


def test_a_unit_merged_over_its_people_holds_for_all_of_them() -> None:
    reading = read(
        [HEAD, AN, BINH, (3, "Lê Ba", "1960")], lambda _book, sheet: sheet.merge_range("E2:E3", "Chi bộ 1")
    )
    assert units(reading) == [("Chi bộ 1",), ("Chi bộ 1",), ()]


@pytest.mark.parametrize("mark", ["nt", "-nt-", "NT", '"', "″", "như trên", "-", "''", '-"-'])
def test_ditto_marks_mean_what_stands_above(mark: str) -> None:
    reading = read([HEAD, (*AN, "Bí thư", "Chi bộ 1"), (*BINH, mark, mark), (3, "Lê Ba", "1960", mark, mark)])
    assert {(p.position, p.unit) for p in reading.people} == {("Bí thư", ("Chi bộ 1",))}


def test_a_ditto_mark_below_nothing_is_told() -> None:
    assert codes(read([HEAD, (*AN, "nt")])) == {"ditto_of_nothing"}


def test_sums_and_the_closing_sentence_are_no_people_and_are_compared() -> None:
    rows = [
        SHORT,
        ("I. Chi bộ 1",),
        AN,
        ("", "Cộng: 1 đ/c"),
        ("II. Chi bộ 2",),
        BINH,
        ("", "Cộng", 1),
        ("", "Tổng cộng", 2),
    ]
    reading = read([*rows, ("Danh sách này có 2 đồng chí./.",)])
    assert (names(reading), codes(reading)) == (["Nguyễn Văn An", "Trần Thị Bình"], set())
    wrong = read([*rows, ("Danh sách này có 45 đồng chí./.",)])
    (said,) = wrong.problems
    assert (said.code, said.where["row"], dict(said.message_params)) == (
        "count_differs",
        9,
        {"said": 45, "found": 2},
    )


def test_signatures_below_are_no_people() -> None:
    reading = read(
        [SHORT, AN, (), ("", "", "Hà Nội, ngày 5 tháng 2 năm 2026"), ("", "NGƯỜI LẬP BIỂU", "T/M CẤP ỦY"),
         ("", "", "BÍ THƯ"), (), ("", "Trần Văn Lập", "Lê Văn Ký")]
    )  # fmt: skip
    assert (names(reading), codes(reading)) == (["Nguyễn Văn An"], set())


def test_headings_repeated_on_each_page_are_skipped() -> None:
    reading = read([SHORT, ("(1)", "(2)", "(3)"), AN, SHORT, ("(1)", "(2)", "(3)"), BINH])
    assert (names(reading), len(reading.tables), codes(reading)) == (
        ["Nguyễn Văn An", "Trần Thị Bình"],
        1,
        set(),
    )


def test_several_tables_on_a_sheet_have_columns_of_their_own() -> None:
    reading = read(
        [SHORT, AN, (), ("DANH SÁCH QUẦN CHÚNG",), ("Ngày sinh", "Họ tên"), ("1958", "Trần Thị Bình")]
    )
    assert [(p.name, p.born) for p in reading.people] == [
        ("Nguyễn Văn An", "1962-03-05"),
        ("Trần Thị Bình", "1958"),
    ]
    assert len(reading.tables) == 2


def test_a_table_beside_another_is_told() -> None:
    reading = read([(*SHORT, "", *SHORT), (*AN, "", *BINH)])
    assert (names(reading), "table_beside" in codes(reading)) == (["Nguyễn Văn An"], True)


def test_hidden_rows_and_columns_are_read_and_told_and_hidden_sheets_only_told() -> None:
    def hide(book: Any, sheet: Any) -> None:
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(3, 3, 10, None, {"hidden": True})
        if sheet.get_name() == "Cũ":
            sheet.hide()

    rows = [HEAD, (*AN, "Bí thư"), (*BINH, "Đảng viên")]
    reading = read_list(workbook({"DS": rows, "Cũ": rows}, hide), "ds.xlsx", today=TODAY)
    assert [p.position for p in reading.people] == ["Bí thư", "Đảng viên"]
    said = {problem.code: problem for problem in reading.problems}
    assert set(said) == {"hidden_rows", "hidden_columns", "sheet_hidden"}
    assert said["hidden_rows"].message_params == {"count": 1, "rows": "3"}


def test_particulars_without_a_name_and_rows_that_are_nothing_are_told_with_their_row() -> None:
    reading = read([SHORT, AN, (2, "", "1958"), ("xem phụ lục kèm theo",), (3,)])
    assert {(p.code, p.severity, p.where["row"]) for p in reading.problems} == {
        ("no_name", "error", 3), ("row_not_read", "warning", 4),
    }  # fmt: skip


def test_lists_without_numbers_and_with_names_alone_are_read() -> None:
    assert names(read([("Họ và tên", "Ghi chú"), ("Nguyễn Văn An",), ("Trần Thị Bình", "Ốm")])) == [
        "Nguyễn Văn An", "Trần Thị Bình",
    ]  # fmt: skip


def test_the_further_lines_of_somebody_with_a_merged_name_are_nobody() -> None:
    rows = [HEAD, (*AN, "Bí thư"), ("", "", "", "Trưởng thôn"), BINH]
    reading = read(rows, lambda _book, sheet: sheet.merge_range("B2:B3", "Nguyễn Văn An"))
    assert names(reading) == ["Nguyễn Văn An", "Trần Thị Bình"]


def test_nobody_is_lost_or_named_wrongly_without_a_word() -> None:
    """What officers really type; each line tells the one person it gives, and what is said about the row."""
    head = ("STT", "Họ và tên", "Ngày sinh", "Chức vụ", "Chi bộ", "Số thẻ ĐV", "Email")
    office = "vanphong@phuonga.vn"
    rows = (
        (
            1,
            "Tổng Thị Yến",
            "1970",
            "",
            "CB 1",
            "",
            office,
        ),  # whoever begins like a sum is a person all the same
        (2, "Bà Nguyễn Thị Em", "1971", "", "CB 1", "", office),
        (3, "Lê Thị Lan (A)", "1972", "", "CB 1", "001062012345", ""),
        (4, "nt", "1973", "", "nt", "0912345678", ""),
        ("", "", "", "Chủ tịch HĐND", "", "", ""),  # the second post of the one above, no signature
        (5, "Chi bộ số 5", "1974", "", "CB 1", "", ""),
        ("II", "Chi bộ 2", "", "", "", "", ""),
        (6, "Lê Văn Dư", "1975", "", "nt", "", ""),  # “as above” does not reach into another unit
        ("", "Cộng: 7 đ/c", "", "", "", "", ""),
    )
    reading = read([head, *rows])
    people = [(one.row, one.name, one.unit, one.card, one.was.get("card", "")) for one in reading.people]
    assert people == [
        (2, "Tổng Thị Yến", ("CB 1",), "", ""),
        (3, "Bà Nguyễn Thị Em", ("CB 1",), "", ""),
        (4, "Lê Thị Lan (A)", ("CB 1",), "", "001…"),
        (5, "nt", ("CB 1",), "", "0912345678"),
        (7, "Chi bộ số 5", ("CB 1",), "", ""),
        (9, "Lê Văn Dư", ("Chi bộ 2",), "", ""),
    ]
    said = sorted((found.where["row"], found.code) for found in reading.problems)
    assert said == [
        (2, "email_shared"), (3, "name_with_more"), (4, "card_is_citizen"), (4, "name_with_more"), (5, "bad_card"),
        (5, "name_doubtful"), (6, "row_not_read"), (7, "name_doubtful"), (9, "ditto_of_nothing"), (10, "count_differs"),
    ]  # fmt: skip
    assert "012345" not in repr([found.message_params for found in reading.problems])
    assert [found.message_params for found in reading.problems if found.code == "email_shared"] == [
        {"email": office, "count": 2}
    ]
