"""Class quizzes in the database: who leads one where, and what its card shows. Decides nothing."""

from domain.practice.class_quizzes import ClassQuiz, ClassState, Subject, subject_of
from storage.database import Connection, Row
from storage.practice import quizzes

_CLASS = "SELECT * FROM class_quizzes"


async def _made(tx: Connection, row: Row, bank: quizzes.Bank) -> ClassQuiz:
    group = await quizzes.any_group(tx, row["group_id"])
    return ClassQuiz(
        row["id"],
        group,
        row["session_id"],
        row["leader_id"],
        subject_of(row["subject"]),
        row["size"],
        ClassState(row["state"]),
        row["chat_id"],
        row["message_id"],
        row["shown"],
        row["shown_at"],
        row["created_at"],
        await quizzes.of_class(tx, row["id"], bank),
    )


async def get(tx: Connection, class_id: int, bank: quizzes.Bank) -> ClassQuiz | None:
    """One class quiz by id."""
    row = await tx.one(f"{_CLASS} WHERE id = :id", id=class_id)
    return await _made(tx, row, bank) if row else None


async def open_in(tx: Connection, group_id: int, bank: quizzes.Bank) -> ClassQuiz | None:
    """The one that runs in a group."""
    row = await tx.one(f"{_CLASS} WHERE group_id = :group AND state = 'open'", group=group_id)
    return await _made(tx, row, bank) if row else None


async def of_origin(tx: Connection, origin: str, bank: quizzes.Bank) -> ClassQuiz | None:
    """The one that a press began."""
    row = await tx.one(f"{_CLASS} WHERE origin = :origin", origin=origin)
    return await _made(tx, row, bank) if row else None


async def shown_lately(tx: Connection, since: int, bank: quizzes.Bank) -> tuple[ClassQuiz, ...]:
    """Those that run, and those that ended at ``since`` (ms UTC) or later."""
    rows = await tx.all(f"{_CLASS} WHERE state = 'open' OR ended_at >= :since ORDER BY id", since=since)
    return tuple([await _made(tx, row, bank) for row in rows])


async def add(
    tx: Connection,
    group_id: int,
    session_id: int | None,
    leader_id: int,
    subject: Subject,
    size: int,
    *,
    origin: str,
    place: tuple[int, int],
    now: int,
) -> int:
    """A new one, open. ``place``: chat and message of its card. Returns the id."""
    row = await tx.one(
        """INSERT INTO class_quizzes (group_id, session_id, leader_id, subject, size, origin, chat_id, message_id,
                                      created_at)
           VALUES (:group, :session, :leader, :subject, :size, :origin, :chat, :message, :now) RETURNING id""",
        group=group_id,
        session=session_id,
        leader=leader_id,
        subject=subject.value if subject else "all",
        size=size,
        origin=origin,
        chat=place[0],
        message=place[1],
        now=now,
    )
    assert row is not None
    return int(row["id"])


async def end(tx: Connection, class_id: int, state: ClassState, now: int) -> bool:
    """It is over. False when it was."""
    changed = await tx.run(
        "UPDATE class_quizzes SET state = :state, ended_at = :now WHERE id = :id AND state = 'open'",
        id=class_id,
        state=state.value,
        now=now,
    )
    return changed == 1


async def show(tx: Connection, class_id: int, place: tuple[int, int], shown: str, now: int) -> None:
    """Its card stands in this message and shows these figures since ``now``."""
    await tx.run(
        """UPDATE class_quizzes SET chat_id = :chat, message_id = :message, shown = :shown, shown_at = :now
            WHERE id = :id""",
        id=class_id,
        chat=place[0],
        message=place[1],
        shown=shown,
        now=now,
    )


async def note_shown(tx: Connection, own: ClassQuiz, now: int) -> None:
    """The message of its card shows its figures since ``now``, if the card still stands there."""
    await tx.run(
        """UPDATE class_quizzes SET shown = :shown, shown_at = :now
            WHERE id = :id AND chat_id = :chat AND message_id = :message""",
        id=own.id,
        chat=own.chat_id,
        message=own.message_id,
        shown=own.figures,
        now=now,
    )
