"""Which messages show a notice that somebody opened for themselves, from a day's bundle or from /notice."""

from dataclasses import dataclass

from storage.database import Connection, Row


@dataclass(frozen=True, slots=True)
class Copy:
    """A message that somebody opened. ``item_id`` and ``kind``: of the outbox row that it shows.

    ``listed``: it is a screen of /notice, which shows something else when it is left.
    """

    chat_id: int
    message_id: int
    notice_id: int
    person_id: int
    item_id: int
    kind: str
    listed: bool


_COPY = """
    SELECT c.chat_id, c.message_id, o.subject_id, o.person_id, c.item_id, o.kind, c.listed
      FROM notice_copies c JOIN outbox o ON o.id = c.item_id
"""


def _copy(row: Row) -> Copy:
    return Copy(
        row["chat_id"],
        row["message_id"],
        row["subject_id"],
        row["person_id"],
        row["item_id"],
        row["kind"],
        bool(row["listed"]),
    )


async def put_copy(tx: Connection, chat_id: int, message_id: int, item_id: int, *, listed: bool) -> None:
    """The message shows this outbox row now, whatever it showed before."""
    await tx.run(
        """INSERT INTO notice_copies (chat_id, message_id, item_id, listed) VALUES (:chat, :message, :item, :listed)
           ON CONFLICT (chat_id, message_id) DO UPDATE SET item_id = excluded.item_id, listed = excluded.listed""",
        chat=chat_id,
        message=message_id,
        item=item_id,
        listed=int(listed),
    )


async def copy_in(tx: Connection, chat_id: int, message_id: int) -> Copy | None:
    """What was opened in a message and still stands there."""
    row = await tx.one(f"{_COPY} WHERE c.chat_id = :chat AND c.message_id = :message", chat=chat_id, message=message_id)
    return _copy(row) if row else None


async def copies(tx: Connection, notice_id: int) -> tuple[Copy, ...]:
    """Every message in which somebody opened the notice, a reminder of it or a leader's list."""
    rows = await tx.all(
        f"""{_COPY} WHERE o.kind IN ('notice', 'notice_nudge', 'notice_cascade') AND o.subject_id = :id
             ORDER BY c.chat_id, c.message_id""",
        id=notice_id,
    )
    return tuple(_copy(row) for row in rows)


async def drop_copy(tx: Connection, chat_id: int, message_id: int) -> None:
    """The message shows something else."""
    await tx.run(
        "DELETE FROM notice_copies WHERE chat_id = :chat AND message_id = :message", chat=chat_id, message=message_id
    )
