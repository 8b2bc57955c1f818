"""Many people who have joined, and a notice to all of them, made through the services as leaders make it."""

from datetime import time
from zoneinfo import ZoneInfo

from domain.clock import now
from domain.notices import Choosing, Preview
from domain.people import Person, Role
from services import notices, sample
from services.notices import Place
from services.timing import Timing
from storage import drafts, people
from storage.database import Connection, Database

TZ = ZoneInfo("Asia/Shanghai")
NEVER_QUIET = Timing(TZ, time(0), time(0))
TEXT = "明早八点半在三楼会议室点名。" * 5


async def settle_in(db: Database, chats: list[int]) -> dict[int, int]:
    """The sample office, and one more collector for each chat, joined; person id by chat."""
    await sample.load(db, now(), TZ)

    async def join(tx: Connection) -> dict[int, int]:
        team = (await people.units(tx))[-1]
        made = {}
        for chat in chats:
            person = await people.add_person(tx, f"c{chat}", f"员工{chat}", Role.COLLECTOR, team.id, 1)
            await people.bind(tx, person, chat, chat, now())
            made[chat] = person
        return made

    return await db.write(join)


async def notice_to_all(db: Database) -> int:
    """A notice of one of the office to everybody, which a second person agrees to; it waits in the outbox. Its id."""
    author, second = await _office(db)
    at = now()
    await notices.ask_message(db, author, f"press:{at}", at, None)
    draft = await db.read(lambda tx: drafts.awaiting(tx, author.id))
    assert draft is not None
    written = await notices.take_message(db, author, draft, TEXT, None, f"1:{at}", 1, at, NEVER_QUIET)
    assert isinstance(written, Choosing)
    preview = await notices.pick(db, author, written.notice.id, author.unit.id, at, NEVER_QUIET)
    assert isinstance(preview, Preview)
    notice = preview.notice
    await notices.submit(db, author, notice.id, notice.edits, Place(1, 1), at, NEVER_QUIET)
    await notices.agree(db, second, notice.id, 1, at, NEVER_QUIET)
    return notice.id


async def _office(db: Database) -> list[Person]:
    everybody = await db.read(lambda tx: people.listed(tx, ""))
    return [one for one in everybody if one.role is Role.OFFICE][:2]
