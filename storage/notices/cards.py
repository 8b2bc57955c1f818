"""Which messages show a notice's card, and which figures they last showed."""

from dataclasses import dataclass

from storage.database import Connection, Row


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that shows a card: of which notice, to whom, the mark of what it shows, and the notice's pulse then."""

    chat_id: int
    message_id: int
    notice_id: int
    person_id: int
    mark: str
    pulse: int


_CARD = """
    SELECT c.chat_id, c.message_id, c.notice_id, c.person_id, c.mark, c.pulse
      FROM notice_cards c JOIN notices n ON n.id = c.notice_id
"""


def _shown(row: Row) -> Shown:
    return Shown(*row)


async def put_card(tx: Connection, card: Shown) -> None:
    """This message shows the card now; another one of the same notice and person no longer counts."""
    await tx.run(
        """DELETE FROM notice_cards WHERE (notice_id = :notice AND person_id = :person)
                                       OR (chat_id = :chat AND message_id = :message)""",
        notice=card.notice_id,
        person=card.person_id,
        chat=card.chat_id,
        message=card.message_id,
    )
    await tx.run(
        """INSERT INTO notice_cards (chat_id, message_id, notice_id, person_id, mark, pulse)
           VALUES (:chat, :message, :notice, :person, :mark, :pulse)""",
        chat=card.chat_id,
        message=card.message_id,
        notice=card.notice_id,
        person=card.person_id,
        mark=card.mark,
        pulse=card.pulse,
    )


async def shown(tx: Connection, settling_since: int, released_since: int) -> tuple[Shown, ...]:
    """The cards whose figures may have changed.

    Of notices that are being sent, changed since they were compared, were stopped after ``settling_since``, or went out
    after ``released_since`` (whoever joins late is sent what could not reach them).
    """
    rows = await tx.all(
        f"""{_CARD} WHERE n.state = 'sending' OR n.pulse <> c.pulse
                 OR (n.state IN ('cancelled', 'recalled') AND n.changed_at > :settling)
                 OR n.released_at > :released
             ORDER BY c.notice_id, c.person_id""",
        settling=settling_since,
        released=released_since,
    )
    return tuple(_shown(row) for row in rows)


async def shown_of(tx: Connection, chat_id: int, message_id: int) -> Shown | None:
    """What a message shows, if it shows a card."""
    row = await tx.one(f"{_CARD} WHERE c.chat_id = :chat AND c.message_id = :message", chat=chat_id, message=message_id)
    return _shown(row) if row else None


async def mark_card(tx: Connection, card: Shown) -> None:
    """The message shows what the mark says, as things stood at that pulse."""
    await tx.run(
        "UPDATE notice_cards SET mark = :mark, pulse = :pulse WHERE chat_id = :chat AND message_id = :message",
        mark=card.mark,
        pulse=card.pulse,
        chat=card.chat_id,
        message=card.message_id,
    )


async def drop_card(tx: Connection, chat_id: int, message_id: int) -> None:
    """The message shows something else, or is gone."""
    await tx.run(
        "DELETE FROM notice_cards WHERE chat_id = :chat AND message_id = :message", chat=chat_id, message=message_id
    )
