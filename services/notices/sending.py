"""From a draft to messages in the outbox: submitting, a second person's agreement, the time that was set."""

from collections.abc import Sequence

from domain import notices as rules
from domain.clock import DAY, local
from domain.errors import DomainError, MovedOn, NotYours
from domain.notices import (
    OUT,
    STALE,
    Approval,
    Card,
    Choosing,
    NobodyThere,
    Notice,
    Preview,
    State,
)
from domain.outbox import Action, Post
from domain.outbox import State as Sending
from domain.people import Person, Role
from domain.schedules import Occurrence, Planned
from services.notices import following
from services.notices.cards import Place, card_of
from services.notices.common import (
    IN_THE_AIR,
    KIND,
    SEND,
    UNREAD,
    answer,
    approval_of,
    ask_office,
    audience,
    copy_key,
    fresh,
    managed,
    office_for,
    posts,
    preview_of,
    the_notice,
    unit_of,
    unread,
)
from services.notices.writing import Form, Step
from services.schedules import plan
from services.timing import Timing
from storage import audit, drafts, outbox, people
from storage import notices as store
from storage.database import Connection, Database
from storage.drafts import Draft


class TimePassed(DomainError):
    """The time that was set for sending has passed by now."""

    key = "notice.time_passed"


# the author ------------------------------------------------------------------------------------------------------


async def submit(
    db: Database, caller: Person, notice_id: int, edits: int, place: Place, now: int, timing: Timing
) -> Card | Preview | Choosing:
    """[发送]: out, or scheduled, or to a second person. ``edits``: of the draft that the button stands under.

    A preview comes back when the draft was changed since. Pressed again: the card. ``place``: the message that shows
    it.
    Raises NobodyThere, NobodyToAgree, TimePassed, NotForRole, NotYours, NotFound.
    """

    async def unit(tx: Connection) -> Card | Preview:
        writer, notice = await managed(tx, caller, notice_id)
        if notice.state is State.DRAFT:
            if notice.author.id != writer.id:
                raise NotYours
            shown = await preview_of(tx, notice, now, timing)
            if notice.edits != edits:
                return shown
            await _submit(tx, writer, shown, now, timing)
        return await card_of(tx, writer, notice.id, place)

    return await db.write(unit)


async def _submit(tx: Connection, writer: Person, shown: Preview, now: int, timing: Timing) -> None:
    notice = shown.notice
    if notice.audience.unit_id is None or not shown.people:
        raise NobodyThere
    rules.require_reach(writer, shown.unit)
    if notice.send_at is not None and notice.send_at <= now:
        raise TimePassed
    await store.close_form(tx, writer.id, now)
    if not shown.second:
        await _release(tx, notice, {State.DRAFT}, writer.id, now, timing)
        return
    await store.move(tx, notice.id, {State.DRAFT}, State.WAITING, now, asked=notice.asked + 1, returned=None)
    await ask_office(tx, notice, writer.id, now)
    detail = {"receivers": len(shown.people), "urgent": notice.urgent, "reason": notice.reason}
    await audit.append(tx, writer.id, "notice.submit", f"notice:{notice.id}", now, detail)


# release ---------------------------------------------------------------------------------------------------------


async def _release(
    tx: Connection,
    notice: Notice,
    sources: set[State],
    actor: int,
    now: int,
    timing: Timing,
    agreed_by: int | None = None,
) -> None:
    """Out now, or at the time that was set; one that passed while it waited is now."""
    at = notice.send_at if notice.send_at is not None and notice.send_at > now else None
    reminder = await unread(tx, notice, at or now, timing)
    if at is None:
        if not await audience(tx, notice, await unit_of(tx, notice)):
            raise NobodyThere
        await outbox.add(tx, await _send(tx, notice, sources, now, agreed_by), now)
        await plan(tx, KIND, notice.id, reminder, now)
    else:
        await store.move(tx, notice.id, sources, State.SCHEDULED, now, agreed_by=agreed_by)
        day = local(at, timing.tz).date()
        await plan(tx, KIND, notice.id, [Planned(day, SEND, at, at + DAY), *reminder], now)
    detail = {"at": at, "agreed_by": agreed_by}
    await audit.append(tx, actor, "notice.release", f"notice:{notice.id}", now, detail)


async def _send(tx: Connection, notice: Notice, sources: set[State], now: int, agreed_by: int | None) -> Sequence[Post]:
    """A message to everybody who is meant as things are now."""
    receivers = await audience(tx, notice, await unit_of(tx, notice))
    await store.move(tx, notice.id, sources, State.SENDING, now, released_at=now, agreed_by=agreed_by)
    await store.add_receivers(tx, notice.id, receivers)
    keys = [(copy_key(notice.id, person.id), person.id) for person in receivers]
    return posts(notice, KIND, keys, now, urgent=notice.urgent)


async def expand_notice(tx: Connection, occurrence: Occurrence, now: int) -> Sequence[Post]:
    """What a notice's dates make happen: it goes out at the time that was set; the unread are reminded once."""
    notice = await store.get(tx, occurrence.subject_id)
    if notice is None:
        return ()
    if occurrence.slot == SEND:
        return await _send_on_time(tx, notice, now)
    if occurrence.slot == UNREAD and notice.state in OUT and notice.nudges == 0:
        return await following.remind(tx, notice, None, now)
    return ()


async def _send_on_time(tx: Connection, notice: Notice, now: int) -> Sequence[Post]:
    if notice.state is not State.SCHEDULED:
        return ()
    if (told := await _barred(tx, notice, None, now)) is not None:
        return told
    made = await _send(tx, notice, {State.SCHEDULED}, now, notice.agreed_by)
    await audit.append(tx, None, "notice.send", f"notice:{notice.id}", now, {"receivers": len(made)})
    return made or [answer(notice, "nobody", now)]


async def _barred(tx: Connection, notice: Notice, actor: int | None, now: int) -> Sequence[Post] | None:
    """Cancels a notice whose author may not write to its audience any more; the messages that say why.

    None when the author still may: then nothing is changed.
    """
    author = await people.person(tx, notice.author.id)
    why = rules.barred(author, await unit_of(tx, notice))
    if why is None:
        return None
    await store.move(tx, notice.id, {State.WAITING, State.SCHEDULED}, State.CANCELLED, now)
    await plan(tx, KIND, notice.id, (), now)
    await audit.append(tx, actor, "notice.barred", f"notice:{notice.id}", now, {"why": why})
    told = [answer(notice, f"own_{why}", now)] if author is not None else []
    office = await office_for(tx, notice, notice.author.id)
    return told + [answer(notice, f"author_{why}", now, to=one.id) for one in office if one.id != actor]


async def finish(db: Database, now: int) -> None:
    """What time alone brings about: all copies have left, or a scheduled notice was missed and is a draft again."""

    async def look(tx: Connection) -> bool:
        return bool(await store.waiting_for_none(tx) or await store.missed(tx, now - STALE))

    async def unit(tx: Connection) -> None:
        for notice_id in await store.waiting_for_none(tx):
            await store.move(tx, notice_id, {State.SENDING}, State.SENT, now)
        for notice in await store.missed(tx, now - STALE):
            await _take_back(tx, notice, now)

    if await db.read(look):
        await db.write(unit)


async def _take_back(tx: Connection, notice: Notice, now: int) -> None:
    if (told := await _barred(tx, notice, None, now)) is not None:
        await outbox.add(tx, told, now)
        return
    await store.move(tx, notice.id, {State.SCHEDULED}, State.DRAFT, now, send_at=None)
    await plan(tx, KIND, notice.id, (), now)
    await outbox.add(tx, [answer(notice, "missed", now)], now)
    await audit.append(tx, None, "notice.missed", f"notice:{notice.id}", now)


# the second person -----------------------------------------------------------------------------------------------


async def approval(db: Database, caller: Person, notice_id: int, asked: int, now: int) -> Approval:
    """What is to be agreed to, and how it stands. Raises NotForRole, NotYours, NotFound."""
    return await db.read(lambda tx: _approval(tx, caller, notice_id, asked, now))


async def _approval(tx: Connection, caller: Person, notice_id: int, asked: int, now: int) -> Approval:
    person, notice = await managed(tx, caller, notice_id)
    if person.role is not Role.OFFICE:
        raise NotYours
    return await approval_of(tx, notice, asked, now)


async def agree(db: Database, caller: Person, notice_id: int, asked: int, now: int, timing: Timing) -> Approval:
    """[同意]. The first press counts; any other sees what came of it.

    What its author may not send any more is cancelled instead.
    Raises NotAlone, NobodyThere, NotForRole, NotYours, NotFound.
    """

    async def unit(tx: Connection) -> Approval:
        second, notice = await fresh(tx, caller), await the_notice(tx, notice_id)
        rules.require_second(second, notice)
        if notice.asked == asked and notice.state is State.WAITING:
            await _agreed(tx, notice, second, now, timing)
        elif notice.asked == asked and notice.correction is not None and notice.correction.asked:
            await following.apply_correction(tx, notice, second, now, timing, agreed_by=second.id)
            await _decided(tx, notice, second, [answer(notice, "corrected", now, by=second.id)], now)
        return await approval_of(tx, await the_notice(tx, notice.id), asked, now)

    return await db.write(unit)


async def _agreed(tx: Connection, notice: Notice, second: Person, now: int, timing: Timing) -> None:
    told = await _barred(tx, notice, second.id, now)
    if told is None:
        await _release(tx, notice, {State.WAITING}, second.id, now, timing, agreed_by=second.id)
        told = [answer(notice, "agreed", now, by=second.id)]
    await _decided(tx, notice, second, told, now)


async def _decided(tx: Connection, notice: Notice, second: Person, told: Sequence[Post], now: int) -> None:
    """Who is to hear of it does, and the others' requests show it."""
    await outbox.add(tx, told, now)
    done = [
        Post(
            f"{item.key}:done",
            "notice_approval",
            item.person_id,
            notice.id,
            now if item.state is Sending.SENT else now + IN_THE_AIR,
            {"asked": notice.asked},
            action=Action.EDIT,
            target_id=item.id,
        )
        for item in await outbox.of_subject(tx, "notice_approval", notice.id)
        if item.action is Action.SEND
        and item.detail.get("asked") == notice.asked
        and item.state in {Sending.SENT, Sending.LEASED}
        and item.person_id != second.id
    ]
    await outbox.add(tx, done, now)


async def ask_return(db: Database, caller: Person, notice_id: int, asked: int, origin: str, now: int) -> Notice:
    """[退回]: the next message is the reason. Raises MovedOn when the round is over, and as ``agree``."""

    async def unit(tx: Connection) -> Notice:
        second, notice = await fresh(tx, caller), await the_notice(tx, notice_id)
        rules.require_second(second, notice)
        if not _waits(notice, asked):
            raise MovedOn
        form = Form(notice.id, asked=asked).dumped()
        await drafts.begin(tx, second.id, KIND, Step.RETURN, form, origin, now)
        return notice

    return await db.write(unit)


def _waits(notice: Notice, asked: int) -> bool:
    correction = notice.correction is not None and notice.correction.asked
    return notice.asked == asked and (notice.state is State.WAITING or correction)


async def send_back(db: Database, caller: Person, draft: Draft, text: str, now: int) -> Approval:
    """Sent back with a reason. Raises TextOnly, ReasonTooLong, and as ``agree``."""
    why, form = rules.reason(text), Form.of(draft)

    async def unit(tx: Connection) -> Approval:
        second, notice = await fresh(tx, caller), await the_notice(tx, form.notice_id or 0)
        rules.require_second(second, notice)
        await drafts.close(tx, draft.id, now)
        if _waits(notice, form.asked):
            await _send_back(tx, second, notice, why, now)
        return await approval_of(tx, await the_notice(tx, notice.id), form.asked, now)

    return await db.write(unit)


async def _send_back(tx: Connection, second: Person, notice: Notice, why: str, now: int) -> None:
    if notice.state is State.WAITING:
        await store.move(tx, notice.id, {State.WAITING}, State.DRAFT, now, returned=why)
    else:
        await store.touch(tx, notice, now, new_text=None, new_by=None, new_asked=0, returned=why)
    what = "returned" if notice.state is State.WAITING else "not_corrected"
    await _decided(tx, notice, second, [answer(notice, what, now, by=second.id, reason=why)], now)
    await audit.append(tx, second.id, "notice.return", f"notice:{notice.id}", now, {"reason": why})
