"""Nightly work: a backup, and forgetting what nobody needs. Once a local day, however often the tick comes.

The mark of the day is a row, so a restart neither repeats nor skips it.
"""

from datetime import time, tzinfo
from pathlib import Path

import structlog

from domain.clock import DAY, local
from services import deeds
from storage import inbox, installation, people
from storage.backup import back_up
from storage.database import BACKUPS_DIR, Connection, Database

log = structlog.get_logger(__name__)

NOT_BEFORE = time(3, 30)
INBOX_KEPT = 14 * DAY
_MARK = "nightly_done_on"


async def run_if_due(db: Database, data_dir: Path, keeping: deeds.Keeping, now: int, tz: tzinfo) -> bool:
    """Do the night's work if it is past 03:30 and today's is not done. Returns whether it was done now.

    ``keeping``: how long pictures of good deeds are kept, and where their copies are.
    """
    moment = local(now, tz)
    today = moment.date().isoformat()
    if moment.time() < NOT_BEFORE or await db.read(lambda tx: installation.get(tx, _MARK)) == today:
        return False
    await back_up(data_dir, data_dir / BACKUPS_DIR, now)

    async def unit(tx: Connection) -> None:
        await inbox.prune(tx, now - INBOX_KEPT)
        await people.prune_tries(tx, now - DAY)
        await installation.put(tx, _MARK, today)

    await deeds.forget(db, keeping, now)
    await db.write(unit)
    log.info("nightly work done", day=today)
    return True
