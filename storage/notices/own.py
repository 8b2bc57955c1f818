"""What notices keep about one person: for the export of the own data."""

from storage.database import Connection


async def kept_about(tx: Connection, person_id: int) -> dict[str, list[dict[str, object]]]:
    """What a person received, wrote and saved. Times are ms UTC; nothing of a text that was taken back or never came."""
    received = await tx.all(
        """SELECT n.id, a.name AS author, n.state, n.version, n.urgent, n.needs_confirm, n.released_at,
                  CASE WHEN n.state IN ('sending', 'sent') OR (n.state = 'cancelled' AND o.state IN ('sent', 'merged'))
                       THEN n.text END AS text,
                  r.confirmed_at, r.confirmed_version, r.told_at, r.told_version
             FROM notice_receivers r JOIN notices n ON n.id = r.notice_id JOIN people a ON a.id = n.author_id
             LEFT JOIN outbox o ON o.dedupe_key = 'notice:' || n.id || ':' || r.person_id
            WHERE r.person_id = :id ORDER BY n.id""",
        id=person_id,
    )
    written = await tx.all(
        """SELECT id, state, text, urgent, reason, send_at, released_at, version, created_at FROM notices
            WHERE author_id = :id ORDER BY id""",
        id=person_id,
    )
    templates = await tx.all(
        "SELECT title, text, created_at FROM notice_templates WHERE owner_id = :id ORDER BY id", id=person_id
    )
    named = {"received": received, "written": written, "templates": templates}
    return {name: [dict(row) for row in rows] for name, rows in named.items()}
