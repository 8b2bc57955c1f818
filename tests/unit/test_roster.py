"""Rosters: what a table becomes, what is wrong with it, what it would change."""

import io
import warnings
import zipfile
from datetime import datetime

import openpyxl
import pytest
import xlsxwriter

from content import tables
from content.tables import BadTable, Table, read_table, roster_template
from domain.people import Locale, Person, Role, Unit, UnitKind
from domain.roster import Column, FieldChange, Place, RosterRow, diff, parse, reach, refusals

HEADER = ("工号", "姓名", "角色", "站点", "班组", "期")
BUREAU = Unit(1, UnitKind.BUREAU, "局", None, "1.")
OFFICE = Unit(2, UnitKind.TOLL_OFFICE, "所", 1, "1.2.")
EAST = Unit(3, UnitKind.STATION, "东站", 2, "1.2.3.")
TEAM_1 = Unit(4, UnitKind.TEAM, "一班", 3, "1.2.3.4.")
FAR_OFFICE = Unit(8, UnitKind.TOLL_OFFICE, "远所", 1, "1.8.")
UNITS = (BUREAU, OFFICE, EAST, TEAM_1, FAR_OFFICE)


def person(id_: int, staff_no: str, role: Role, unit: Unit, *, name: str = "张三", batch: int | None = None) -> Person:
    station = {TEAM_1: "东站", EAST: "东站"}.get(unit)
    return Person(id_, staff_no, name, role, unit, station, batch, Locale.ZH_CN)


BOSS = person(1, "B1", Role.OFFICE, OFFICE)
COLLECTOR = person(2, "S1", Role.COLLECTOR, TEAM_1, batch=1)


def row(staff_no: str = "S1", name: str = "张三", role: Role = Role.COLLECTOR, station: str = "东站", team: str = "一班",
        batch: int | None = None, *, number: int = 2) -> RosterRow:  # fmt: skip
    return RosterRow(number, staff_no, name, role, station, team, batch)


def table(*rows: tuple[str, ...]) -> list[tuple[int, tuple[str, ...]]]:
    return list(enumerate((HEADER, *rows), 1))


def fault_keys(*rows: tuple[str, ...]) -> list[tuple[int, str]]:
    return [(fault.row, fault.key.removeprefix("roster.fault.")) for fault in parse(table(*rows))[1]]


# files -----------------------------------------------------------------------------------------------------------


def xlsx(*rows: tuple[object, ...], **options: object) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return buffer.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


def with_sheet(xml: str) -> bytes:
    """A workbook whose first sheet is this XML."""
    with zipfile.ZipFile(io.BytesIO(xlsx(("a",)))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**files, "xl/worksheets/sheet1.xml": xml.encode()})


def sheet(cells: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{cells}</sheetData></worksheet>'


def refused(data: bytes, filename: str) -> str:
    with pytest.raises(BadTable) as caught:
        read_table(data, filename)
    return caught.value.key


def test_the_template_comes_back_filled_in_as_it_was_typed() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(roster_template()))
    first = book.worksheets[0]
    assert all(first.cell(1, column).comment for column in range(1, 7))
    for column, value in enumerate(("007", "张三", "收费员", "东站", "一班", 1), 1):
        first.cell(2, column, value)
    buffer = io.BytesIO()
    book.save(buffer)

    rows, faults = parse(read_table(buffer.getvalue(), "花名册.XLSX").rows)

    assert faults == []
    assert rows == [row("007", batch=1)]


def test_the_examples_of_the_template_are_a_roster_without_faults() -> None:
    book = openpyxl.load_workbook(io.BytesIO(roster_template()))
    book.remove(book.worksheets[0])
    buffer = io.BytesIO()
    book.save(buffer)

    rows, faults = parse(read_table(buffer.getvalue(), "a.xlsx").rows)

    assert faults == []
    assert len(rows) == 4


def test_numbers_lose_their_point_and_keep_the_zeros_that_are_shown() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet_ = book.add_worksheet()
        sheet_.write_row(0, 0, (1001, 1001.0, 1.5, "1001.0", " x "))
        sheet_.write_number(0, 5, 42, book.add_format({"num_format": "00000"}))
        sheet_.write_datetime(0, 6, datetime(2025, 1, 2), book.add_format({"num_format": "d.m.yy"}))  # noqa: DTZ001
        sheet_.write_boolean(0, 7, True)

    cells = read_table(buffer.getvalue(), "a.xlsx").rows[0][1]

    assert [cell for cell in cells if cell] == [
        "1001",
        "1001",
        "1.5",
        "1001",
        "x",
        "00042",
        "2025-01-02T00:00:00",
        "True",
    ]


def test_a_number_stored_with_a_point_is_the_whole_number() -> None:
    assert (
        read_table(with_sheet(sheet("<row r='1'><c r='A1'><v>1001.0</v></c></row>")), "a.xlsx").rows[0][1][0] == "1001"
    )


def test_row_numbers_are_those_of_the_spreadsheet_and_empty_rows_are_skipped() -> None:
    assert [number for number, _ in read_table(xlsx(("a",), (), ("b",)), "a.xlsx").rows] == [1, 3]
    assert [number for number, _ in read_table(b"a\n\n , \nb\n", "a.csv").rows] == [1, 4]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_in_the_encodings_and_with_the_delimiters_of_spreadsheets(encoding: str, delimiter: str) -> None:
    text = f"工号{delimiter}姓名\r\n1001.0{delimiter} 张三 \r\n"

    assert read_table(text.encode(encoding), "名单.csv") == Table(((1, ("工号", "姓名")), (2, ("1001", "张三"))))


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    assert (
        refused(zipped({"xl/worksheets/sheet1.xml": b"0" * (25 * 1024 * 1024)}), "a.xlsx") == "roster.unpacks_too_large"
    )
    assert refused(zipped({"xl/worksheets/sheet1.xml": b"0" * 1024 * 1024}), "a.xlsx") == "roster.unpacks_too_large"
    assert refused(zipped({f"{number}": b"" for number in range(201)}), "a.xlsx") == "roster.unpacks_too_large"


def test_an_archive_that_lies_about_its_size_unpacks_to_no_more_than_it_said() -> None:
    honest = with_sheet(sheet("<row r='1'><c r='A1' t='inlineStr'><is><t>" + "x" * 5000 + "</t></is></c></row>"))
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size

    assert (
        refused(honest.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")), "a.xlsx") == "roster.bad_file"
    )


def test_entities_in_the_xml_are_refused() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + sheet("<row r='1'><c r='A1'><v>&b;</v></c></row>")

    assert refused(with_sheet(bomb), "a.xlsx") == "roster.bad_file"


def test_a_cell_in_the_last_corner_costs_nothing() -> None:
    far = sheet("<row r='1'><c r='A1'><v>1</v></c></row><row r='999999999'><c r='XFD999999999'><v>1</v></c></row>")

    assert [number for number, _ in read_table(with_sheet(far), "a.xlsx").rows] == [1]


def test_empty_rows_without_end_are_not_all_looked_at() -> None:
    assert refused(with_sheet(sheet("".join(f"<row r='{number}'/>" for number in range(1, 60_000)))), "a.xlsx") == (
        "roster.too_many_rows"
    )


def test_formulas_and_their_errors_are_refused_with_their_row() -> None:
    with pytest.raises(BadTable) as caught:
        read_table(xlsx(("工号",), ("=1+1",)), "a.xlsx")
    assert (caught.value.key, caught.value.values) == ("roster.formula", {"row": 2})
    assert refused(with_sheet(sheet("<row r='1'><c r='A1' t='e'><v>#REF!</v></c></row>")), "a.xlsx") == "roster.formula"
    assert refused(b"a\n=cmd()\n", "a.csv") == "roster.formula"


def test_text_that_begins_with_an_equals_sign_is_text_in_a_workbook() -> None:
    assert read_table(xlsx(("=x",), strings_to_formulas=False), "a.xlsx").rows[0][1][0] == "=x"


@pytest.mark.parametrize(
    ("data", "filename", "key"),
    [
        (b"x" * (tables.FILE_LIMIT + 1), "a.csv", "roster.too_large"),
        (b"\xd0\xcf\x11\xe0rest", "a.xlsx", "roster.old_format"),
        (b"hello", "a.pdf", "roster.bad_kind"),
        (b"hello", "a.xlsx", "roster.bad_file"),
        (zipped({"hello": b"x"}), "a.xlsx", "roster.bad_file"),
        (b"a\0b", "a.csv", "roster.bad_file"),
        (b'a,"b\nc,d\n', "a.csv", "roster.bad_file"),
        (b"\xff\xff\xff", "a.csv", "roster.encoding"),
        (b"1\n" * 5001, "a.csv", "roster.too_many_rows"),
    ],
)
def test_what_cannot_be_a_table_is_refused_for_its_own_reason(data: bytes, filename: str, key: str) -> None:
    assert refused(data, filename) == key


def test_openpyxl_without_its_defence_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openpyxl, "DEFUSEDXML", False)

    with pytest.raises(RuntimeError):
        read_table(xlsx(("a",)), "a.xlsx")


# rows ------------------------------------------------------------------------------------------------------------


def test_a_good_row_of_every_role_is_placed_where_the_role_sits() -> None:
    rows, faults = parse(
        table(
            ("S1", "张三", "收费员", "东站", "一班", "1"),
            ("S2", "李四", "班长", "东站", "一班", "第二期"),
            ("S3", "王五", "站长", "东站", "多余", ""),
            ("B1", "赵六", "领导小组办公室", "多余", "多余", "二"),
            ("J1", "钱七", "局", "", "", "一"),
        )
    )

    assert faults == []
    assert [one.place for one in rows] == [
        Place(UnitKind.TEAM, "东站", "一班"),
        Place(UnitKind.TEAM, "东站", "一班"),
        Place(UnitKind.STATION, "东站"),
        Place(UnitKind.TOLL_OFFICE),
        Place(UnitKind.BUREAU),
    ]
    assert [one.batch for one in rows] == [1, 2, None, 2, 1]


def test_the_header_is_found_below_a_title_in_any_order_and_in_english() -> None:
    rows, faults = parse(
        [
            (1, ("2025 年花名册",)),
            (3, ("Name", "STAFF_NO", "remarks", "role", "team", "station", "batch")),
            (4, ("张三", "Ｓ１", "x", "Collector", "一班", "东站", "２")),
        ]
    )

    assert faults == []
    assert rows == [row(batch=2, number=4)]


def test_missing_and_doubled_columns_are_all_named() -> None:
    faults = parse([(1, ("工号", "姓名", "姓名", "角色")), (2, ("", "", "", ""))])[1]

    assert [(fault.key, fault.values["column"]) for fault in faults] == [
        ("roster.fault.column_twice", "姓名"),
        ("roster.fault.no_column", "站点"),
        ("roster.fault.no_column", "班组"),
        ("roster.fault.no_column", "期"),
    ]


def test_a_table_without_header_or_without_rows_is_a_fault_and_not_an_empty_office() -> None:
    assert [fault.key for fault in parse([])[1]] == ["roster.fault.no_header"]
    assert [fault.key for fault in parse([(3, ("S1", "张三"))])[1]] == ["roster.fault.no_header"]
    assert fault_keys(("", "\u200b", "", "", "", "")) == [(1, "no_rows")]


def test_every_fault_of_every_row_is_reported() -> None:
    assert fault_keys(
        ("", "", "", "", "", "3"),
        ("S1", "张三", "收费员", "", "", ""),
        ("S1", "王" * 21, "大王", "", "", ""),
        ("S" * 21, "a\x07b", "站长", "", "", ""),
        ("张三", "张三", "班长", "东" * 31, "", ""),
        ("x-0123456789abcdef", "张三", "办公室", "", "", ""),
        ("S9",),
    ) == [
        (2, "no_staff_no"), (2, "no_name"), (2, "no_role"), (2, "batch_unknown"),
        (3, "no_station"), (3, "no_team"),
        (4, "staff_no_twice"), (4, "name_long"), (4, "role_unknown"),
        (5, "staff_no_long"), (5, "name_odd"), (5, "no_station"),
        (6, "staff_no_odd"), (6, "station_long"), (6, "no_team"),
        (7, "staff_no_odd"),
        (8, "no_name"), (8, "no_role"),
    ]  # fmt: skip


def test_blanks_that_only_align_names_make_no_other_person() -> None:
    rows, _ = parse(table((" S1 ", "张　三\u200b", "收费员", "东 站", " 一班", "")))

    assert rows == [row()]


# comparing -------------------------------------------------------------------------------------------------------


def test_the_same_again_changes_nothing() -> None:
    outcome = diff([row(), row("B1", role=Role.OFFICE, station="", team="")], [BOSS, COLLECTOR], UNITS)

    assert outcome.nothing
    assert outcome.unchanged == 2


def test_changes_name_the_old_and_the_new_and_silence_keeps_the_batch() -> None:
    outcome = diff([row(name="张三丰", role=Role.STATION_HEAD, team="")], [COLLECTOR], UNITS)

    (change,) = outcome.changed
    assert change.fields == (
        FieldChange(Column.NAME, "张三", "张三丰"),
        FieldChange(Column.ROLE, "collector", "station_head"),
        FieldChange(Column.TEAM, "一班", ""),
    )
    assert change.of_role
    assert change.batch == 1
    assert diff([row(batch=2)], [COLLECTOR], UNITS).changed[0].fields == (FieldChange(Column.BATCH, "1", "2"),)


def test_a_namesake_of_the_right_unit_is_moved() -> None:
    astray = person(5, "B5", Role.OFFICE, BUREAU)

    (change,) = diff([row("B5", role=Role.OFFICE, station="", team="")], [astray], UNITS).changed

    assert change.fields == (FieldChange(Column.STATION, "局", "所"),)


def test_new_units_come_parents_first_and_a_branch_by_its_name() -> None:
    outcome = diff([row("S7", station="北支线", team="二班"), row("S8", station="东站", team="二班")], [], UNITS)

    assert [(unit.kind, unit.name, unit.place.station) for unit in outcome.new_units] == [
        (UnitKind.BRANCH, "北支线", "北支线"),
        (UnitKind.TEAM, "二班", "北支线"),
        (UnitKind.TEAM, "二班", "东站"),
    ]


def test_an_empty_tree_begins_with_bureau_and_toll_office() -> None:
    outcome = diff([row("J1", role=Role.BUREAU, station="", team="")], [], ())

    assert [(unit.kind, unit.name) for unit in outcome.new_units] == [
        (UnitKind.BUREAU, "公路管理局"),
        (UnitKind.TOLL_OFFICE, "公路收费所"),
    ]


def test_who_is_missing_leaves_but_never_the_caller_nor_people_elsewhere() -> None:
    far = person(9, "F1", Role.OFFICE, FAR_OFFICE)
    everyone = [BOSS, COLLECTOR, far]

    assert diff([row("S9")], everyone, reach(UNITS, BOSS), BOSS).leaving == (COLLECTOR,)
    assert diff([row("S9")], everyone, reach(UNITS, None)).leaving == (BOSS, COLLECTOR)


def test_the_reach_is_the_own_office_and_for_the_command_line_also_its_bureau() -> None:
    assert reach(UNITS, BOSS) == (OFFICE, EAST, TEAM_1)
    assert reach(UNITS, None) == (BUREAU, OFFICE, EAST, TEAM_1)
    assert reach((BUREAU,), None) == (BUREAU,)


def test_rows_beyond_the_reach_or_against_the_caller_are_refused() -> None:
    far = person(9, "F1", Role.OFFICE, FAR_OFFICE)
    rows = [
        row("F1", number=2),
        row("B1", number=3),
        row("J1", role=Role.BUREAU, number=4),
        row("S1", number=5),
    ]

    found = refusals(rows, [BOSS, COLLECTOR, far], reach(UNITS, BOSS), BOSS)

    assert [(fault.row, fault.key) for fault in found] == [
        (2, "roster.fault.elsewhere"),
        (3, "roster.fault.yourself"),
        (4, "roster.fault.bureau"),
    ]
    assert [fault.row for fault in refusals(rows, [BOSS, far], reach(UNITS, None), None)] == [2]


def test_only_units_without_a_parent_have_no_place_above() -> None:
    assert Place(UnitKind.BUREAU).parent is None
    assert Place(UnitKind.TEAM, "东站", "一班").parent == Place(UnitKind.STATION, "东站")
