"""Writing a notice: the form, the audience, the switches, the preview, templates. Nothing leaves the house here."""

import json
from dataclasses import dataclass
from enum import StrEnum

from domain import notices as rules
from domain.clock import HOUR
from domain.errors import MovedOn, NotYours
from domain.notices import (
    Attached,
    Audience,
    Choosing,
    Content,
    Notice,
    Preview,
    State,
)
from domain.people import Person
from services.notices.common import KIND, choosing_of, fresh, managed, preview_of, the_notice
from services.timing import Timing
from storage import audit, drafts
from storage import notices as store
from storage.database import Connection, Database, Value
from storage.drafts import Draft

UNHEARD_SHOWN = 8
LEFT_ALONE = 12 * HOUR  # a draft that nobody touched for so long waits in /notice, and takes in no message any more


class Step(StrEnum):
    """What the form waits for."""

    MESSAGE = "message"
    PREVIEW = "preview"  # nothing; a new message takes the place of the first
    REASON = "reason"
    TIME = "time"
    RETURN = "return"
    CORRECTION = "correction"


@dataclass(frozen=True, slots=True)
class Form:
    """What a draft of this area holds."""

    notice_id: int | None = None
    unheard_of: int | None = None
    asked: int = 0
    album: str | None = None

    @classmethod
    def of(cls, draft: Draft) -> "Form":
        """Read a draft."""
        return cls(**json.loads(draft.data))

    def dumped(self) -> str:
        """As it stands in the draft."""
        fields = ((name, getattr(self, name)) for name in ("notice_id", "unheard_of", "asked", "album"))
        return json.dumps(dict(fields))


# the form --------------------------------------------------------------------------------------------------------


async def ask_message(db: Database, caller: Person, origin: str, now: int, unheard_of: int | None = None) -> None:
    """[写通知]: the next message is the notice. ``unheard_of``: for those who have not confirmed that one.

    Raises NotForRole, NotYours, NotFound.
    """

    async def unit(tx: Connection) -> None:
        writer = await fresh(tx, caller)
        rules.require_writer(writer)
        if unheard_of is not None:
            await managed(tx, writer, unheard_of)
        await drafts.begin(tx, writer.id, KIND, Step.MESSAGE, Form(unheard_of=unheard_of).dumped(), origin, now)

    await db.write(unit)


async def ask(db: Database, caller: Person, notice_id: int, step: Step, origin: str, now: int) -> Notice:
    """The next message is the reason or the time of a draft. Raises MovedOn when it is no draft any more."""

    async def unit(tx: Connection) -> Notice:
        writer, notice = await own_draft(tx, caller, notice_id)
        await drafts.begin(tx, writer.id, KIND, step, Form(notice_id).dumped(), origin, now)
        return notice

    return await db.write(unit)


async def first_of_album(db: Database, draft: Draft, album: str, message_id: int) -> bool:
    """Several pictures at once come as several messages; whether this is the first of them."""
    form = Form.of(draft)
    if form.album == album:
        return False
    kept = Form(form.notice_id, form.unheard_of, form.asked, album).dumped()
    await db.write(lambda tx: drafts.put(tx, draft.id, draft.step, kept, message_id))
    return True


async def take_message(
    db: Database,
    caller: Person,
    draft: Draft,
    html: str,
    attached: Attached | None,
    origin: str,
    message_id: int,
    now: int,
    timing: Timing,
) -> Choosing | Preview | None:
    """The notice itself. A later message takes the place of the first; one that was taken in before changes nothing.

    None when the draft was left alone for long: then the message was meant for something else, and the form is closed.
    Raises NotForRole, MovedOn, and what ``domain.notices.content`` raises.
    """
    form = Form.of(draft)

    async def unit(tx: Connection) -> Choosing | Preview | None:
        writer = await fresh(tx, caller)
        rules.require_writer(writer)
        if form.notice_id is not None:
            notice = await the_notice(tx, form.notice_id)
            if message_id <= draft.seen:
                return await shown(tx, notice, now, timing)
            if now - notice.changed_at > LEFT_ALONE:
                await store.close_form(tx, writer.id, now)
                return None
        taken = rules.content(html, attached)
        notice_id = form.notice_id
        if notice_id is None:
            notice_id = await begin(tx, writer, taken, form.unheard_of, origin, now)
        else:
            await _replace(tx, writer, notice_id, taken, now)
        await drafts.put(tx, draft.id, Step.PREVIEW, Form(notice_id).dumped(), message_id)
        return await shown(tx, await the_notice(tx, notice_id), now, timing)

    return await db.write(unit)


async def begin(tx: Connection, writer: Person, taken: Content, unheard_of: int | None, origin: str, now: int) -> int:
    """A new draft, and its id."""
    confirm = rules.confirm_by_default(writer)
    notice_id = await store.add(tx, origin, writer, taken, Audience(unheard_of=unheard_of), confirm=confirm, now=now)
    await audit.append(tx, writer.id, "notice.write", f"notice:{notice_id}", now)
    return notice_id


async def _replace(tx: Connection, writer: Person, notice_id: int, taken: Content, now: int) -> None:
    await own_draft(tx, writer, notice_id)
    kind, file_id = (taken.attached.kind, taken.attached.file_id) if taken.attached else (None, None)
    await store.change(tx, notice_id, now, text=taken.text, attached=kind, file_id=file_id)
    await audit.append(tx, writer.id, "notice.rewrite", f"notice:{notice_id}", now)


async def shown(tx: Connection, notice: Notice, now: int, timing: Timing) -> Choosing | Preview:
    """Where writing stands: choosing the audience, or the preview."""
    if notice.audience.unit_id is None:
        return await choosing_of(tx, notice, notice.author.unit)
    return await preview_of(tx, notice, now, timing)


async def own_draft(tx: Connection, caller: Person, notice_id: int) -> tuple[Person, Notice]:
    """The writer and the draft. Raises MovedOn when it is no draft any more, NotYours when it is somebody else's."""
    writer, notice = await managed(tx, caller, notice_id)
    if notice.author.id != writer.id:
        raise NotYours
    if notice.state is not State.DRAFT:
        raise MovedOn
    return writer, notice


# preview and switches --------------------------------------------------------------------------------------------


async def preview(db: Database, caller: Person, notice_id: int, now: int, timing: Timing) -> Choosing | Preview:
    """Where writing stands. Raises MovedOn, NotYours, NotForRole, NotFound."""

    async def unit(tx: Connection) -> Choosing | Preview:
        _, notice = await own_draft(tx, caller, notice_id)
        return await shown(tx, notice, now, timing)

    return await db.read(unit)


async def switch_confirm(
    db: Database, caller: Person, notice_id: int, on: bool, now: int, timing: Timing
) -> Choosing | Preview:
    """[需确认]. Raises as ``preview``."""
    return await _set(db, caller, notice_id, now, timing, needs_confirm=int(on))


async def calm(db: Database, caller: Person, notice_id: int, now: int, timing: Timing) -> Choosing | Preview:
    """[紧急] off. Raises as ``preview``."""
    return await _set(db, caller, notice_id, now, timing, urgent=0, reason=None)


async def at_once(db: Database, caller: Person, notice_id: int, now: int, timing: Timing) -> Choosing | Preview:
    """[现在发]. Raises as ``preview``."""
    return await _set(db, caller, notice_id, now, timing, send_at=None)


async def _set(
    db: Database, caller: Person, notice_id: int, now: int, timing: Timing, **columns: Value
) -> Choosing | Preview:
    async def unit(tx: Connection) -> Choosing | Preview:
        _, notice = await own_draft(tx, caller, notice_id)
        await store.change(tx, notice.id, now, **columns)
        return await shown(tx, await the_notice(tx, notice.id), now, timing)

    return await db.write(unit)


async def take_reason(
    db: Database, caller: Person, draft: Draft, text: str, message_id: int, now: int, timing: Timing
) -> Choosing | Preview:
    """Why it is urgent. Raises TextOnly, ReasonTooLong, and as ``preview``."""
    why = rules.reason(text)
    return await _typed(db, caller, draft, message_id, now, timing, urgent=1, reason=why)


async def take_time(
    db: Database, caller: Person, draft: Draft, at: int, message_id: int, now: int, timing: Timing
) -> Choosing | Preview:
    """When it is to go out (ms UTC, to come). Raises as ``preview``."""
    return await _typed(db, caller, draft, message_id, now, timing, send_at=at)


async def _typed(
    db: Database, caller: Person, draft: Draft, message_id: int, now: int, timing: Timing, **columns: Value
) -> Choosing | Preview:
    notice_id = Form.of(draft).notice_id or 0

    async def unit(tx: Connection) -> Choosing | Preview:
        _, notice = await own_draft(tx, caller, notice_id)
        if message_id > draft.seen:
            await store.change(tx, notice.id, now, **columns)
            await drafts.put(tx, draft.id, Step.PREVIEW, Form(notice.id).dumped(), message_id)
        return await shown(tx, await the_notice(tx, notice.id), now, timing)

    return await db.write(unit)


async def drop(db: Database, caller: Person, notice_id: int, now: int) -> None:
    """[放弃]. Twice is once. Raises NotYours, NotForRole, NotFound."""

    async def unit(tx: Connection) -> None:
        writer, notice = await managed(tx, caller, notice_id)
        if notice.author.id != writer.id:
            raise NotYours
        if await store.move(tx, notice.id, {State.DRAFT}, State.CANCELLED, now):
            await store.close_form(tx, writer.id, now)
            await audit.append(tx, writer.id, "notice.drop", f"notice:{notice.id}", now)

    await db.write(unit)
