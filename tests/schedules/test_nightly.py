"""Nightly work with a clock of our own: once a local day, not before its hour, and again the next day."""

from datetime import datetime
from pathlib import Path

from domain.clock import DAY, HOUR, millis
from domain.inbox import Incoming
from schedules import nightly
from services.deeds import Keeping
from storage import inbox
from storage.database import BACKUPS_DIR, Database
from tests.conftest import TZ

KEEPING = Keeping(730, None)
THREE = millis(datetime(2026, 11, 24, 3, 0, tzinfo=TZ))


async def test_nothing_happens_before_half_past_three(db: Database, tmp_path: Path) -> None:
    assert not await nightly.run_if_due(db, tmp_path, KEEPING, THREE, TZ)
    assert not (tmp_path / BACKUPS_DIR).exists()


async def test_the_work_is_done_once_a_day_however_often_the_tick_comes(db: Database, tmp_path: Path) -> None:
    done = [await nightly.run_if_due(db, tmp_path, KEEPING, THREE + HOUR + n * 15_000, TZ) for n in range(4)]
    assert done == [True, False, False, False]
    assert len(list((tmp_path / BACKUPS_DIR).iterdir())) == 1


async def test_a_restart_neither_repeats_nor_skips_the_day(tmp_path: Path) -> None:
    for expected in (True, False):
        db = await Database.open(tmp_path)
        assert await nightly.run_if_due(db, tmp_path, KEEPING, THREE + HOUR, TZ) is expected
        await db.close()


async def test_a_day_missed_at_night_is_made_up_whenever_the_bot_is_back(db: Database, tmp_path: Path) -> None:
    assert await nightly.run_if_due(db, tmp_path, KEEPING, THREE + HOUR, TZ)
    assert await nightly.run_if_due(db, tmp_path, KEEPING, THREE + DAY + 20 * HOUR, TZ)


async def test_a_clock_set_back_within_the_day_does_nothing_twice(db: Database, tmp_path: Path) -> None:
    assert await nightly.run_if_due(db, tmp_path, KEEPING, THREE + 5 * HOUR, TZ)
    assert not await nightly.run_if_due(db, tmp_path, KEEPING, THREE + HOUR, TZ)


async def test_handled_updates_are_forgotten_after_two_weeks_and_waiting_ones_never(
    db: Database, tmp_path: Path
) -> None:
    old = [Incoming(1, 5, "{}", THREE), Incoming(2, 5, "{}", THREE)]
    await db.write(lambda tx: inbox.add(tx, old, THREE))
    await db.write(lambda tx: inbox.done(tx, [1]))
    await nightly.run_if_due(db, tmp_path, KEEPING, THREE + 15 * DAY + HOUR, TZ)
    rows = await db.read(lambda tx: tx.all("SELECT update_id FROM inbox"))
    assert [row["update_id"] for row in rows] == [2]
