"""Files of every kind, broken and hostile ones; the bounded child; the command."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.cli import lms
from lms.kit.i18n import speaking
from lms.organisation.roster import sheets
from lms.organisation.roster.messages import MESSAGES, sentence
from lms.organisation.roster.people import FIELDS, Reading
from lms.organisation.roster.reading import read_file, read_list
from lms.organisation.roster.wire import from_wire, to_wire
from lms.questions.problem import Problem
from tests.lms.organisation.roster.books import HEAD, TODAY, codes, names, read, workbook

ROWS = [HEAD, (1, "Nguyễn Văn An", "5/3/1962", "Bí thư", "Chi bộ 1", "01234567", "0912345678", "Ốm")]


def refused(data: bytes, name: str = "ds.xlsx") -> str:
    reading = read_list(data, name, today=TODAY)
    assert reading.unreadable
    assert not reading.people
    (problem,) = reading.problems
    assert sentence(problem)
    return problem.code


def zipped(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in members.items():
            package.writestr(name, data)
    return written.getvalue()


def changed(data: bytes, member: str, change: Any) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    return zipped(members | {member: change(members[member])})


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_tables_say_the_same_as_workbooks(separator: str, encoding: str) -> None:
    text = "\r\n".join(separator.join(map(str, row)) for row in ROWS).encode(encoding)
    by_text = read_list(text, "ds.csv", today=TODAY).people[0]
    by_book = read(ROWS).people[0]
    assert (by_text.name, by_text.born, by_text.card, by_text.phone, by_text.unit, by_text.note, by_text.row) == (
        by_book.name, by_book.born, by_book.card, by_book.phone, by_book.unit, by_book.note, by_book.row,
    )  # fmt: skip


def test_an_open_document_is_read() -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in ROWS
    )
    space = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0" '
        f'xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="DS">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    data = zipped(
        {"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()}
    )
    reading = read_list(data, "ds.ods", today=TODAY)
    assert (names(reading), reading.people[0].card) == (["Nguyễn Văn An"], "01234567")
    bomb = content.replace("<office:document", "<!DOCTYPE x [<!ENTITY a 'b'>]><office:document", 1)
    assert refused(zipped({"mimetype": kind, "content.xml": bomb.encode()}), "ds.ods") == "xml_doctype"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_list"),
        (b"%PDF-1.7 not a list", "not_a_list"),
        (b"STT;Name", "not_a_list"),  # text under the name of a workbook
        (workbook({"DS": (("STT",),)})[:-300], "not_a_package"),
        (b"PK\x03\x04 broken", "not_a_package"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "not_a_list"),
        (zipped({"a.txt": b"no workbook"}), "not_a_list"),
        (zipped({"a.txt": bytes(5_000_000)}), "package_bomb"),
        (b"x" * 20_000_001, "too_large"),
    ],
)
def test_files_of_another_kind_broken_or_swollen_are_one_sentence(data: bytes, code: str) -> None:
    assert refused(data) == code


def test_a_file_under_a_password_is_told_as_such() -> None:
    data = bytearray(workbook({"DS": ROWS}))
    for place in (
        6,
        data.index(b"PK\x01\x02") + 8,
    ):  # the flag of the first member, there and in the directory
        data[place] |= 1
    assert refused(bytes(data)) == "package_encrypted"


def test_a_document_type_in_a_sheet_is_refused() -> None:
    bomb = changed(
        workbook({"DS": ROWS}), SHEET, lambda data: data.replace(b"<worksheet", b"<!DOCTYPE w><worksheet", 1)
    )
    assert refused(bomb) == "xml_doctype"


def test_a_cell_far_below_or_far_right_is_refused_with_where_it_is() -> None:
    below = workbook({"DS": ROWS}, lambda _book, sheet: sheet.write(1_000_000, 0, "x"))
    assert refused(below) == "too_many_rows"
    right = workbook({"DS": ROWS}, lambda _book, sheet: sheet.write(1, 16_000, "x"))
    assert refused(right) == "too_many_columns"
    assert refused(b"a,b\n" * 200_001, "ds.csv") == "too_many_rows"


WORKBOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
FAR = b'<row r="%d"><c r="%s%d"><v>1</v></c></row></sheetData>'
MERGED = b"</sheetData><mergeCells>%s</mergeCells>"


@pytest.mark.parametrize(
    ("member", "was", "becomes", "code"),
    [
        (SHEET, b"</sheetData>", FAR % (1_048_576, b"A", 1_048_576), "too_many_rows"),  # a number without any style
        (SHEET, b"</sheetData>", FAR % (99_999_999, b"A", 99_999_999), "too_many_rows"),
        (SHEET, b"</sheetData>", FAR % (9, b"XFD", 9), "too_many_columns"),
        (SHEET, b"</sheetData>", MERGED % b'<mergeCell ref="A1:"/><mergeCell ref="Z9:A1"/>', "not_a_list"),
        (SHEET, b"<v>0</v>", b"<v>999999</v>", "not_a_list"),  # a text that is not there
        (WORKBOOK, b"<workbook", b"<!DOCTYPE w [<!ENTITY a 'b'>]><workbook", "xml_doctype"),
        (STRINGS, b"<sst", b"<!DOCTYPE w [<!ENTITY a 'b'>]><sst", "xml_doctype"),
        ("xl/styles.xml", b"<styleSheet", b"<!DOCTYPE w><styleSheet", "xml_doctype"),
        (SHEET, b'<dimension ref="A1:H2"/>', b'<dimension ref="A1:XFD1048576"/>', ""),
        (SHEET, b"</sheetData>", MERGED % b'<mergeCell ref="A9:XFD1048576"/>', ""),
        (SHEET, b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>', ""),
        (STRINGS, "Nguyễn Văn An".encode(), "Nguyễn_x0000_ Văn&#x9; An_x000D_".encode(), ""),
    ],
)  # fmt: skip
def test_whatever_a_workbook_claims_it_is_read_or_refused_in_one_sentence(
    member: str, was: bytes, becomes: bytes, code: str
) -> None:
    workbook_ = workbook({"DS": ROWS})
    hostile = changed(workbook_, member, lambda data: data.replace(was, becomes, 1))
    assert hostile != workbook_
    reading = read_list(hostile, "ds.xlsx", today=TODAY)
    assert codes(reading) == {code} - {""}
    assert names(reading) == ([] if code else ["Nguyễn Văn An"])


def test_days_that_no_calendar_has_and_more_sheets_than_anybody_makes() -> None:
    head, rows = ROWS[0], [(n, "Lê Thị Tư", born) for n, born in enumerate((1e300, -5, 2_958_466, 1e10), 2)]

    def days(book: Any, sheet: Any) -> None:
        shown = book.add_format({"num_format": "dd/mm/yyyy"})
        for place, (_number, _name, born) in enumerate(rows, 1):
            sheet.write_number(place, 2, born, shown)

    reading = read([head, *rows], days)
    assert [one.born for one in reading.people] == [""] * 4
    assert sorted(p.where["row"] for p in reading.problems if p.code == "bad_date") == [2, 3, 4, 5]
    many = read_list(
        workbook({f"S{n}": ROWS[:1] for n in range(sheets.MOST_SHEETS + 2)}), "ds.xlsx", today=TODAY
    )
    assert "sheets_left" in codes(many)


def test_a_million_empty_rows_do_no_harm() -> None:
    empty = b"".join(b'<row r="%d" s="1" customFormat="1"/>' % number for number in range(3, 400_000))
    data = changed(
        workbook({"DS": ROWS}), SHEET, lambda was: was.replace(b"</sheetData>", empty + b"</sheetData>")
    )
    assert names(read_list(data, "ds.xlsx", today=TODAY)) == ["Nguyễn Văn An"]


def test_formulas_count_by_their_result_and_broken_ones_are_told_with_their_cell() -> None:
    def formulas(_book: Any, sheet: Any) -> None:
        sheet.write_formula("B3", '=UPPER("x")', None, "Lê Thị Tư")
        sheet.write_formula("C3", "=1/0", None, "#DIV/0!")
        sheet.write_formula("D3", '=A1&"x"', None, "")
        sheet.write("A3", 2)

    reading = read(ROWS, formulas)
    assert names(reading) == ["Nguyễn Văn An", "Lê Thị Tư"]
    assert {(p.code, p.severity, p.where["row"], p.message_params["cell"]) for p in reading.problems} >= {
        ("cell_broken", "error", 3, "C3"),
    }  # fmt: skip


def test_a_formula_without_its_result_is_told() -> None:
    data = changed(
        workbook({"DS": ROWS}),
        SHEET,
        lambda was: was.replace(b'<c r="D2" t="s"><v>', b'<c r="D2"><f>A1</f></c><c r="Z2" t="s"><v>', 1),
    )
    assert "formula_empty" in codes(read_list(data, "ds.xlsx", today=TODAY))


def test_the_child_says_what_this_process_says() -> None:
    data = workbook({"DS": ROWS})
    here = read_list(data, "ds.xlsx", today=TODAY)
    there = read_file(data, "ds.xlsx", today=TODAY)
    assert (list(there.people), tuple(there.problems), list(there.tables)) == (
        list(here.people), tuple(here.problems), list(here.tables),
    )  # fmt: skip
    assert read_file(b"PK\x03\x04", "x.xlsx", today=TODAY).unreadable


@pytest.mark.parametrize("told", [[], [["x"]], [[1] * 13], "people"])
def test_what_the_child_was_made_to_say_is_not_believed(told: Any) -> None:
    frame, _people = to_wire(Reading())
    with pytest.raises((KeyError, TypeError, ValueError)):
        from_wire(frame if told else told, {"people": json.dumps(told).encode()})


SYLLABLES = ("Nguyễn", "Trần", "Văn", "Thị", "Hoà", "Thuý", "Ánh", "Đức", "Lò", "Mỷ", "Quý", "Ê")
FULL_NAMES = st.lists(st.sampled_from(SYLLABLES[:10]), min_size=2, max_size=5).map(" ".join)
PEOPLE = st.lists(
    st.tuples(
        FULL_NAMES,
        st.dates(min_value=TODAY.replace(year=1930), max_value=TODAY.replace(year=2005)),
        st.sampled_from(["", "Bí thư", "Đảng viên"]),
        st.sampled_from(["Chi bộ 1", "Chi bộ 2"]),
        st.integers(10_000, 99_999_999),
        st.integers(0, 9_999_999),
    ),
    max_size=12,
    unique_by=lambda person: person[4],
)


@settings(max_examples=40, deadline=None)
@given(PEOPLE, st.permutations(range(1, 7)), st.booleans())
def test_any_list_is_read_back_whatever_the_order_of_its_columns(
    people: Any, order: list[int], as_dates: bool
) -> None:
    rows: list[tuple[object, ...]] = [HEAD[:7]]
    for name, born, position, unit, card, phone in people:
        day = born if as_dates else f"{born:%d/%m/%Y}"
        rows.append((len(rows), name, day, position, unit, card, f"091{phone:07d}"))
    places = [0, *order]
    reading = read([[row[c] for c in places] for row in rows])
    assert [(p.name, p.born, p.position, p.unit, p.card, p.phone) for p in reading.people] == [
        (name, born.isoformat(), position, (unit,), f"{card:08d}", f"091{phone:07d}")
        for name, born, position, unit, card, phone in people
    ]
    assert {p.severity for p in reading.problems} <= ({"warning"} if people else {"error", "warning"})


CELLS = st.one_of(
    st.text(max_size=15),
    st.integers(0, 10**12),
    st.sampled_from([*HEAD, "I. Chi bộ 1", "nt", "Cộng: 3", "(1)"]),
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.lists(CELLS, max_size=8), max_size=12),
    st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(FIELDS)),
)
def test_no_table_whatever_makes_the_reader_fail(rows: list[list[object]], mapping: dict[str, str]) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text).writerows([HEAD, *rows])
    reading = read_list(text.getvalue().encode("utf-8", "replace"), "ds.csv", today=TODAY, mapping=mapping)
    assert all(sentence(problem) for problem in reading.problems)
    frame, people = to_wire(reading)
    assert list(from_wire(json.loads(json.dumps(frame)), people).people) == list(reading.people)


def test_every_sentence_has_its_vietnamese() -> None:
    with speaking("vi"):
        for code, english in MESSAGES.items():
            params = dict.fromkeys(
                ("sheet", "rows", "most", "columns", "headings", "column", "count", "encoding", "text", "said", "found",
                 "cell", "born", "age", "card", "place", "name", "field", "email"), "§"
            )  # fmt: skip
            said = sentence(Problem("warning", code, message_params=params))
            assert said != english.format(**params), code


def check(tmp_path: Path, data: bytes, *more: str) -> Any:
    file = tmp_path / "ds.xlsx"
    file.write_bytes(data)
    return CliRunner().invoke(lms, ["people", "check", str(file), *more])


def test_the_command_prints_the_contract(tmp_path: Path) -> None:
    rows = [*ROWS, (2, "Trần Thị Bình", "31/02/1962")]
    done = check(tmp_path, workbook({"DS": rows}), "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    first = told["people"][0]
    assert {key: first[key] for key in ("name", "born", "position", "card", "phone", "unit", "note")} == {
        "name": "Nguyễn Văn An", "born": "1962-03-05", "position": "Bí thư", "card": "01234567",
        "phone": "0912345678", "unit": "Chi bộ 1", "note": "Ốm",
    }  # fmt: skip
    (problem,) = told["problems"]
    assert (problem["severity"], problem["code"], problem["where"]) == (
        "error", "bad_date", {"sheet": "DS", "row": 3, "column": "C"},
    )  # fmt: skip
    assert "31/02/1962" in problem["message"]
    assert "born" not in told["people"][1]


def test_the_command_says_what_cannot_be_read(tmp_path: Path) -> None:
    broken = check(tmp_path, b"PK\x03\x04", "--json")
    assert broken.exit_code == 2
    assert json.loads(broken.stdout)["people"] == []
    missing = CliRunner().invoke(lms, ["people", "check", str(tmp_path / "none.xlsx")])
    assert (missing.exit_code, missing.stdout) == (2, "")
    plain = check(tmp_path, workbook({"DS": ROWS}))
    assert (plain.exit_code, plain.stderr) == (0, "")
    assert "1" in plain.stdout


def test_the_limits_are_those_that_are_promised() -> None:
    assert (sheets.MOST_ROWS, sheets.MOST_COLUMNS, sheets.MOST_MEGABYTES) == (200_000, 100, 20)
