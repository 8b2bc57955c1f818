"""The working calendar: own days first, published ones second, the week last; importing own days."""

import base64
from collections.abc import Iterator
from datetime import date, time
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook
from structlog.testing import capture_logs

from bot.jobs import carry_out
from bot.settings import Settings
from content.tables import BadTable
from domain.calendar import BadDays
from domain.errors import NotForRole
from domain.people import Role
from domain.plan import Phase
from services import calendar, reminders
from services.calendar import working_days
from services.timing import Timing
from storage import drafts, plan
from storage.database import Connection, Database
from tests.conftest import NOW, TZ
from tests.services.notice_office import notice_office

TIMING = Timing(TZ, time(21), time(8))
TABLE = "日期,上班/休息,名称\n2026-12-04,休息,所庆\n2027-02-06,上班,春节调休\n".encode()


@pytest.fixture(autouse=True)
def _fresh_warnings() -> Iterator[None]:
    calendar._warned.clear()
    yield
    calendar._warned.clear()


async def working(db: Database, day: date) -> bool:
    return (await db.read(working_days)).is_working(day)


async def days(db: Database) -> dict[date, tuple[bool, str]]:
    return dict(await reminders.named_days(db))


async def planned(db: Database, kind: str, subject: int) -> dict[str, int]:
    rows = await db.read(
        lambda tx: tx.all(
            """SELECT slot, due_at FROM occurrences o JOIN schedules s ON s.id = o.schedule_id
                WHERE kind = :kind AND subject_id = :subject AND state = 'planned'""",
            kind=kind,
            subject=subject,
        )
    )
    return {row["slot"]: row["due_at"] for row in rows}


# where it comes from ---------------------------------------------------------------------------------------------


async def test_a_published_holiday_and_the_sunday_that_pays_for_it_are_known(db: Database) -> None:
    assert not await working(db, date(2026, 10, 1))
    assert await working(db, date(2026, 9, 20))
    assert await working(db, date(2026, 10, 8))


async def test_the_offices_own_day_beats_the_published_one(db: Database) -> None:
    await reminders.import_days(db, None, "2026-10-01,上班,值守\n2026-10-09,休息,调休\n".encode(), "a.csv", NOW, TIMING)
    assert await working(db, date(2026, 10, 1))
    assert not await working(db, date(2026, 10, 9))


async def test_a_year_of_which_nothing_is_known_goes_by_the_week_and_warns_once(db: Database) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            found = await db.read(lambda tx: working_days(tx, date(2033, 5, 1)))
    assert found.is_working(date(2033, 5, 2))
    assert not found.is_working(date(2033, 5, 1))
    assert [log["year"] for log in logs] == [2033]


async def test_the_warning_comes_before_the_year_does(db: Database) -> None:
    with capture_logs() as logs:
        await db.read(lambda tx: working_days(tx, date(2032, 12, 1)))
    assert [log["year"] for log in logs] == [2032, 2033]


async def test_a_year_that_the_office_has_imported_is_known(db: Database) -> None:
    await reminders.import_days(db, None, "2033-01-03,休息,元旦\n".encode(), "a.csv", NOW, TIMING)
    with capture_logs() as logs:
        await db.read(lambda tx: working_days(tx, date(2033, 5, 1)))
    assert logs == []


# importing -------------------------------------------------------------------------------------------------------


async def test_days_are_taken_over_once_and_only_changes_count(db: Database) -> None:
    assert await reminders.import_days(db, None, TABLE, "a.csv", NOW, TIMING) == 2
    assert await reminders.import_days(db, None, TABLE, "a.csv", NOW, TIMING) == 0
    changed = TABLE.replace("所庆".encode(), "校庆".encode())
    assert await reminders.import_days(db, None, changed, "a.csv", NOW, TIMING) == 1
    assert await days(db) == {date(2026, 12, 4): (False, "校庆"), date(2027, 2, 6): (True, "春节调休")}
    rows = await db.read(lambda tx: tx.all("SELECT actor_id FROM audit WHERE verb = 'calendar.import'"))
    assert len(rows) == 2


async def test_a_spreadsheet_with_dates_as_dates_is_read_too(db: Database) -> None:
    book, body = Workbook(), BytesIO()
    sheet = book.create_sheet(index=0)
    sheet.append(["日期", "上班/休息", "名称"])
    sheet.append([date(2027, 2, 6), "上班", None])
    book.save(body)
    assert await reminders.import_days(db, None, body.getvalue(), "日历.xlsx", NOW, TIMING) == 1
    assert await days(db) == {date(2027, 2, 6): (True, "")}


async def test_with_any_fault_nothing_is_changed(db: Database) -> None:
    with pytest.raises(BadDays) as refused:
        await reminders.import_days(db, None, TABLE + "2027-02-30,歇,\n".encode(), "a.csv", NOW, TIMING)
    assert refused.value.faults == ((4, "reminders.fault.day"), (4, "reminders.fault.working"))
    with pytest.raises(BadTable):
        await reminders.import_days(db, None, TABLE, "a.docx", NOW, TIMING)
    assert await days(db) == {}


async def test_only_the_office_imports_days(db: Database) -> None:
    house = await notice_office(db)
    with pytest.raises(NotForRole):
        await reminders.import_days(db, await house.who(Role.STATION_HEAD), TABLE, "a.csv", NOW, TIMING)
    with pytest.raises(NotForRole):
        await reminders.ask_days(db, await house.who(Role.STATION_HEAD), "1:1", NOW)
    assert await days(db) == {}


async def test_the_form_for_a_table_is_closed_by_the_import(db: Database) -> None:
    boss = await (await notice_office(db)).who(Role.OFFICE)
    assert await reminders.ask_days(db, boss, "1:1", NOW) == 0
    assert await db.read(lambda tx: drafts.awaiting(tx, boss.id))
    assert await reminders.import_days(db, boss, TABLE, "a.csv", NOW, TIMING) == 2
    assert await db.read(lambda tx: drafts.awaiting(tx, boss.id)) is None
    assert await reminders.ask_days(db, boss, "1:2", NOW) == 2


async def test_what_is_planned_follows_a_changed_calendar(db: Database) -> None:
    async def unit(tx: Connection) -> None:
        await plan.put_phase(tx, Phase(2, "实施", date(2026, 11, 2), date(2026, 12, 5)))

    await db.write(unit)
    await reminders.replan_all(db, NOW, TIMING)
    before = await planned(db, "phase", 2)
    await reminders.import_days(db, None, TABLE, "a.csv", NOW, TIMING)
    after = await planned(db, "phase", 2)
    assert before["week"] == after["week"]
    assert after["eve"] < before["eve"]


async def test_the_command_line_imports_lists_and_reports_every_fault(tmp_path: Path) -> None:
    settings = Settings(_env_file=None, data_dir=tmp_path)  # type: ignore[call-arg]

    async def job(verb: str, **arguments: object) -> dict[str, object]:
        return await carry_out(settings, verb, arguments)

    good, bad = (base64.b64encode(body).decode() for body in (TABLE, b"2027-13-01,x,\n"))
    assert await job("calendar_import", name="a.csv", body=good) == {"faults": [], "changed": 2}
    refused = await job("calendar_import", name="a.csv", body=bad)
    assert [fault["row"] for fault in refused["faults"]] == [1, 1]  # type: ignore[attr-defined]
    listed = await job("calendar_list")
    assert listed["days"] == [
        {"day": "2026-12-04", "working": False, "name": "所庆"},
        {"day": "2027-02-06", "working": True, "name": "春节调休"},
    ]
