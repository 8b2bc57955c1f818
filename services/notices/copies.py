"""Every message that holds a notice's text: those that were sent, and those in which somebody opened it for themselves.

A correction edits them all and a recall takes them all away. A screen of /notice stays, and says that it was recalled.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from domain.notices import Notice, Received, State
from domain.outbox import BUNDLE, Action, Item, Post
from domain.outbox import State as Sending
from services.notices.cards import Place
from services.notices.common import IN_THE_AIR, KIND, copy_key, the_notice
from storage import notices as store
from storage import outbox
from storage.database import Connection, Database
from storage.notices import Copy

KINDS = (KIND, "notice_nudge", "notice_cascade")  # messages that hold the text
LISTED = "listed"  # what an edit of a screen of /notice is made as


async def everywhere(tx: Connection, notice: Notice, action: Action, tag: str, now: int) -> list[Post]:
    """What changes or deletes every copy that somebody has or is just getting. ``tag`` names the change."""
    sent = [item for kind in KINDS for item in await outbox.of_subject(tx, kind, notice.id)]
    return [*_of_sent(sent, action, tag, now), *_of_opened(await store.copies(tx, notice.id), action, tag, now)]


def _kind(action: Action) -> str:
    return "notice_edit" if action is Action.EDIT else "notice_delete"


def _of_sent(sent: Iterable[Item], action: Action, tag: str, now: int) -> Iterable[Post]:
    """A line changes in its bundle."""
    for item in sent:
        if item.action is not Action.SEND or item.state not in {Sending.SENT, Sending.LEASED, Sending.MERGED}:
            continue
        due = now if item.state is Sending.SENT else now + IN_THE_AIR
        key, detail = f"{item.key}:{tag}", {"as": item.kind}
        if item.state is Sending.MERGED:
            yield Post(key, BUNDLE, item.person_id, 0, now, action=Action.EDIT, target_id=item.target_id)
        else:
            yield Post(
                key, _kind(action), item.person_id, item.subject_id, due, detail, action=action, target_id=item.id
            )


def _of_opened(opened: Iterable[Copy], action: Action, tag: str, now: int) -> Iterable[Post]:
    for copy in opened:
        yield Post(
            f"{KIND}:{copy.notice_id}:opened:{copy.chat_id}:{copy.message_id}:{tag}",
            _kind(action),
            copy.person_id,
            copy.notice_id,
            now,
            {"as": LISTED if copy.listed else copy.kind, "in": [copy.chat_id, copy.message_id]},
            action=Action.EDIT if copy.listed else action,
            target_id=copy.item_id,
        )


# opening ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody opens a notice: which row of the outbox it is shown as, and which text they are shown."""

    item_id: int
    version: int
    listed: bool = False


async def opening(db: Database, item: Item) -> Opening | None:
    """What opening a line of a day's bundle shows. To be asked before it is made; None when it holds no notice."""
    if item.kind not in KINDS:
        return None
    notice = await db.read(lambda tx: the_notice(tx, item.subject_id))
    return Opening(item.id, notice.version)


async def opening_of(db: Database, received: Received, person_id: int) -> Opening | None:
    """The same for a notice opened from /notice; None when it says already that it was recalled."""
    notice = received.notice
    item = await db.read(lambda tx: outbox.by_key(tx, copy_key(notice.id, person_id)))
    if item is None or notice.state is State.RECALLED:
        return None
    return Opening(item.id, notice.version, listed=notice.attached is None)


async def note_opened(db: Database, opening: Opening, place: Place, now: int) -> None:
    """The message shows it now: what is changed from here on reaches it, and what was changed meanwhile does too."""

    async def unit(tx: Connection) -> None:
        await store.put_copy(tx, place.chat_id, place.message_id, opening.item_id, listed=opening.listed)
        copy = await store.copy_in(tx, place.chat_id, place.message_id)
        assert copy is not None
        notice = await the_notice(tx, copy.notice_id)
        if notice.state is State.RECALLED:
            await outbox.add(tx, _of_opened([copy], Action.DELETE, f"recall:{now}", now), now)
        elif notice.version != opening.version:
            await outbox.add(tx, _of_opened([copy], Action.EDIT, f"v{notice.version}:{now}", now), now)

    await db.write(unit)


async def stands(tx: Connection, item: Item) -> bool:
    """Whether the message that is to be changed still shows the notice; what was sent for itself always does."""
    if item.named is None:
        return True
    copy = await store.copy_in(tx, *item.named)
    return copy is not None and copy.item_id == item.target_id
