"""After sending: again to those whom it did not reach, reminding, leaders' word, correction, recall, cancelling."""

from collections.abc import Sequence

from domain import notices as rules
from domain.errors import MovedOn, NotYours
from domain.notices import NUDGES, OUT, Card, Notice, SameText, State, Telling
from domain.outbox import Action, Post
from domain.people import Person
from services.notices.cards import Place, card_of
from services.notices.common import KIND, answer, ask_office, fresh, managed, posts, the_notice, unread
from services.notices.copies import everywhere
from services.notices.writing import Form, Step
from services.schedules import plan
from services.timing import Timing
from storage import audit, drafts, outbox, people
from storage import notices as store
from storage.database import Connection, Database
from storage.drafts import Draft


async def resend(db: Database, caller: Person, notice_id: int, place: Place, now: int) -> Card:
    """[补发失败]: what failed is tried again; a blocked chat is not called. Raises NotForRole, NotYours, NotFound."""

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        if notice.state in {State.SENDING, State.SENT}:
            again = await outbox.reopen_failed(tx, KIND, notice.id, now)
            if again:
                await store.move(tx, notice.id, {notice.state}, State.SENDING, now)
                await audit.append(tx, sender.id, "notice.resend", f"notice:{notice.id}", now, {"copies": again})
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


# reminding -------------------------------------------------------------------------------------------------------


async def nudge(db: Database, caller: Person, notice_id: int, number: int, place: Place, now: int) -> Card:
    """[提醒未确认]: the reminder with this number; any other number has been sent. Raises as ``resend``."""

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        if notice.state in OUT and number == notice.nudges + 1:
            await outbox.add(tx, await remind(tx, notice, sender.id, now), now)
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


async def remind(tx: Connection, notice: Notice, actor: int | None, now: int) -> Sequence[Post]:
    """The next reminder to everybody who has it and has not confirmed; none after the last, or when nobody is left."""
    number = notice.nudges + 1
    open_ = [one.person.id for one in await store.standings(tx, notice.id, "") if one.open]
    if not open_ or number > NUDGES or not notice.needs_confirm:
        return ()
    await store.touch(tx, notice, now, nudges=number)
    await outbox.cancel(tx, "notice_nudge", notice.id, now)  # one that is still held would come beside this one
    detail = {"number": number, "version": notice.version, "people": len(open_)}
    await audit.append(tx, actor, "notice.nudge", f"notice:{notice.id}", now, detail)
    keys = [(f"{KIND}:{notice.id}:nudge:{notice.version}.{number}:{person}", person) for person in open_]
    return posts(notice, "notice_nudge", keys, now, number=number, version=notice.version)


# telling in person -----------------------------------------------------------------------------------------------


async def cascade(db: Database, caller: Person, notice_id: int, place: Place, now: int) -> Card:
    """[请班长转告]: leaders get the names of those who have not confirmed, once. Raises as ``resend``."""

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        wanted = notice.state in OUT and notice.nudges >= NUDGES and notice.cascaded_at is None
        if wanted and await store.touch(tx, notice, now, cascaded_at=now):
            await _cascade(tx, sender, notice, now)
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


async def _cascade(tx: Connection, sender: Person, notice: Notice, now: int) -> None:
    open_ = [one.person for one in await store.standings(tx, notice.id, "") if not one.confirmed and not one.told]
    told = rules.cascade(open_, await people.listed(tx, ""))
    await store.put_cascade(tx, notice.id, notice.version, told)
    keys = [(f"{KIND}:{notice.id}:cascade:{notice.version}:{leader}", leader) for leader in told]
    await outbox.add(tx, posts(notice, "notice_cascade", keys, now, version=notice.version), now)
    detail = {"leaders": sorted(told), "people": len(open_)}
    await audit.append(tx, sender.id, "notice.cascade", f"notice:{notice.id}", now, detail)


async def told(db: Database, caller: Person, notice_id: int, person_id: int, now: int) -> Telling:
    """[已当面告知] for one person, or for all that the caller was asked to tell (0).

    Who has confirmed meanwhile stays confirmed. Raises NotForRole, NotYours for somebody who is not theirs, NotFound.
    """

    async def unit(tx: Connection) -> Telling:
        leader, notice = await fresh(tx, caller), await the_notice(tx, notice_id)
        rules.require_writer(leader)
        named = await _named(tx, leader, person_id) if person_id else await _asked(tx, leader, notice)
        done = await store.tell(tx, notice.id, notice.version, named, leader.id, now) if notice.out else 0
        if done:
            await store.note_change(tx, notice.id)
            detail = {"people": sorted(named), "version": notice.version}
            await audit.append(tx, leader.id, "notice.told", f"notice:{notice.id}", now, detail)
        return await telling_of(tx, notice, leader)

    return await db.write(unit)


async def _named(tx: Connection, leader: Person, person_id: int) -> list[int]:
    person = await people.person(tx, person_id)
    if person is None or not rules.may_tell(leader, person):
        raise NotYours
    return [person.id]


async def _asked(tx: Connection, leader: Person, notice: Notice) -> list[int]:
    mine = {person.id for person in await people.listed(tx, leader.scope) if rules.may_tell(leader, person)}
    return sorted(mine & await store.cascaded_to(tx, notice.id, leader.id))


async def telling_of(tx: Connection, notice: Notice, leader: Person) -> Telling:
    """Whom the leader still has to tell; nobody when the notice is recalled."""
    left = await store.cascaded_to(tx, notice.id, leader.id) if notice.out else frozenset()
    return Telling(notice, tuple(one for one in await people.listed(tx, leader.scope) if one.id in left))


# correcting ------------------------------------------------------------------------------------------------------


async def ask_correction(db: Database, caller: Person, notice_id: int, origin: str, now: int) -> Notice:
    """[更正]: the next message is the new text. Raises MovedOn when nobody holds a copy, and as ``resend``."""

    async def unit(tx: Connection) -> Notice:
        sender, notice = await managed(tx, caller, notice_id)
        if not notice.out:
            raise MovedOn
        await drafts.begin(tx, sender.id, KIND, Step.CORRECTION, Form(notice.id).dumped(), origin, now)
        return notice

    return await db.write(unit)


async def take_correction(db: Database, caller: Person, draft: Draft, html: str, message_id: int, now: int) -> Card:
    """The new text, kept until [确认更正]. A later message takes its place.

    Raises SameText, MovedOn, what ``domain.notices.content`` raises, and as ``resend``.
    """
    notice_id = Form.of(draft).notice_id or 0

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        if not notice.out:
            raise MovedOn
        if message_id > draft.seen:
            text = rules.content(html, notice.attached).text
            if text == notice.text:
                raise SameText
            await store.touch(tx, notice, now, new_text=text, new_by=sender.id, new_asked=0)
            await drafts.put(tx, draft.id, draft.step, draft.data, message_id)
        return await card_of(tx, sender, notice.id, None)

    return await db.write(unit)


async def correct(
    db: Database, caller: Person, notice_id: int, stamp: str, place: Place, now: int, timing: Timing
) -> Card:
    """[确认更正] of the text that waits: at once, or after a second person where the notice needed one.

    ``stamp``: of the new text that the button stands under; pressed again it changes nothing. Raises NobodyToAgree, and
    as ``resend``.
    """

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        change = notice.correction
        if notice.out and change is not None and change.stamp == stamp and not change.asked:
            await store.close_form(tx, sender.id, now)
            total = rules.figures(await store.cells(tx, notice.id, "")).total
            if rules.needs_second(notice.urgent, total):
                await _ask_second(tx, notice, change.by, now)
            else:
                await apply_correction(tx, notice, sender, now, timing)
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


async def _ask_second(tx: Connection, notice: Notice, writer_id: int, now: int) -> None:
    await store.touch(tx, notice, now, new_asked=1, asked=notice.asked + 1, returned=None)
    await ask_office(tx, notice, writer_id, now)
    await audit.append(tx, writer_id, "notice.correction", f"notice:{notice.id}", now)


async def drop_correction(db: Database, caller: Person, notice_id: int, place: Place, now: int) -> Card:
    """[不更正了]: the new text is forgotten. Raises as ``resend``."""

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        await store.close_form(tx, sender.id, now)
        if notice.correction is not None:
            await store.touch(tx, notice, now, new_text=None, new_by=None, new_asked=0)
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


async def apply_correction(
    tx: Connection, notice: Notice, actor: Person, now: int, timing: Timing, agreed_by: int | None = None
) -> None:
    """The new text replaces the old one in every copy. Who confirmed the old one is asked again (decision 0010)."""
    assert notice.correction is not None
    version = notice.version + 1
    await store.touch(
        tx,
        notice,
        now,
        text=notice.correction.text,
        new_text=None,
        new_by=None,
        new_asked=0,
        version=version,
        corrected_at=now,
        nudges=0,
        cascaded_at=None,
        agreed_by=agreed_by if agreed_by is not None else notice.agreed_by,
    )
    for kind in ("notice_nudge", "notice_cascade"):
        await outbox.cancel(tx, kind, notice.id, now)
    await outbox.add(tx, await everywhere(tx, notice, Action.EDIT, f"v{version}", now), now)
    corrected = await the_notice(tx, notice.id)
    await plan(tx, KIND, notice.id, await unread(tx, corrected, now, timing), now)
    detail = {"version": version, "by": notice.correction.by, "old": notice.text}
    await audit.append(tx, actor.id, "notice.correct", f"notice:{notice.id}", now, detail)


# stopping --------------------------------------------------------------------------------------------------------


async def recall(db: Database, caller: Person, notice_id: int, place: Place, now: int) -> Card:
    """[撤回]: every copy is deleted, what is not sent stays unsent. Twice is once. Raises as ``resend``."""

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        if notice.out and await store.move(
            tx, notice.id, rules.sources(State.RECALLED), State.RECALLED, now, new_text=None, new_by=None, new_asked=0
        ):
            copies = await everywhere(tx, notice, Action.DELETE, "recall", now)
            await _stop(tx, notice, now)
            await outbox.add(tx, copies, now)
            detail = {"copies": len(copies)}
            await audit.append(tx, sender.id, "notice.recall", f"notice:{notice.id}", now, detail)
            await _tell_author(tx, notice, sender, "recalled", now)
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


async def cancel(db: Database, caller: Person, notice_id: int, place: Place, now: int) -> Card:
    """[取消发送]: what has not gone out stays here; if nothing has, it is a draft again. Raises as ``resend``."""

    async def unit(tx: Connection) -> Card:
        sender, notice = await managed(tx, caller, notice_id)
        before = {State.WAITING, State.SCHEDULED}
        to = State.DRAFT if notice.state in before else State.CANCELLED
        if notice.state in before | {State.SENDING} and await store.move(tx, notice.id, {notice.state}, to, now):
            detail = {"copies": await _stop(tx, notice, now)}
            await audit.append(tx, sender.id, "notice.cancel", f"notice:{notice.id}", now, detail)
            await _tell_author(tx, notice, sender, "stopped", now)
        return await card_of(tx, sender, notice.id, place)

    return await db.write(unit)


async def _tell_author(tx: Connection, notice: Notice, actor: Person, what: str, now: int) -> None:
    """Who wrote it hears what the office did."""
    if actor.id != notice.author.id:
        await outbox.add(tx, [answer(notice, what, now, by=actor.id)], now)


async def _stop(tx: Connection, notice: Notice, now: int) -> int:
    """Nothing of it goes out any more. Returns how many copies were still to be sent."""
    stopped = await outbox.cancel(tx, KIND, notice.id, now, "cancelled")
    for kind in ("notice_nudge", "notice_cascade", "notice_edit", "notice_approval"):
        await outbox.cancel(tx, kind, notice.id, now)
    await plan(tx, KIND, notice.id, (), now)
    return stopped
