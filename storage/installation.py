"""Small facts about this installation: the bot's username, the digest of the bank that was loaded, the last nightly run."""

from storage.database import Connection


async def get(tx: Connection, name: str) -> str | None:
    """The value stored under ``name``, or None."""
    row = await tx.one("SELECT value FROM installation WHERE name = :name", name=name)
    return row["value"] if row else None


async def put(tx: Connection, name: str, value: str) -> None:
    """Store ``value`` under ``name``, replacing what was there."""
    await tx.run(
        """INSERT INTO installation (name, value) VALUES (:name, :value)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
        name=name,
        value=value,
    )
