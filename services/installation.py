"""What this installation knows of itself: the bot's username, and whether it is well."""

from storage import inbox
from storage import installation as store
from storage.database import Connection, Database

_USERNAME = "bot_username"


async def bot_username(db: Database) -> str | None:
    """The bot's username as Telegram last told it, for links; None before the first start."""
    return await db.read(lambda tx: store.get(tx, _USERNAME))


async def note_bot_username(db: Database, username: str) -> None:
    """Remember the bot's username."""
    await db.write(lambda tx: store.put(tx, _USERNAME, username))


async def health(db: Database) -> dict[str, object]:
    """Figures for a watchdog: updates that wait and updates that were given up."""

    async def unit(tx: Connection) -> dict[str, object]:
        counts = await inbox.counts(tx)
        return {"ok": counts.dead == 0, "waiting": counts.waiting, "dead": counts.dead}

    return await db.read(unit)
