"""The audit trail in the database: written in the transaction of the act, never changed."""

from collections.abc import Mapping

from domain.audit import GENESIS, AuditRow, canonical, seal
from storage.database import Connection


async def append(
    tx: Connection, actor_id: int | None, verb: str, target: str, now: int, detail: Mapping[str, object] | None = None
) -> None:
    """One act by ``actor_id`` (None: command line or the bot itself) on ``target`` such as ``person:12``."""
    last = await tx.one("SELECT seal FROM audit ORDER BY id DESC LIMIT 1")
    text = canonical(detail or {})
    await tx.run(
        """INSERT INTO audit (at, actor_id, verb, target, detail, seal)
           VALUES (:at, :actor, :verb, :target, :detail, :seal)""",
        at=now,
        actor=actor_id,
        verb=verb,
        target=target,
        detail=text,
        seal=seal(tx.audit_key, last["seal"] if last else GENESIS, now, actor_id, verb, target, text),
    )


async def trail(tx: Connection) -> list[AuditRow]:
    """The whole trail in order."""
    rows = await tx.all("SELECT id, at, actor_id, verb, target, detail, seal FROM audit ORDER BY id")
    return [AuditRow(*row) for row in rows]
