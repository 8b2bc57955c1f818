"""Logging a deed: /deed, a stray photo or line, the form and its choices."""

from domain.deeds import Conduct, DeedKind, DeedState, PhotoFault, may_be_deed
from domain.people import Role
from handlers.context import Context
from handlers.deeds.common import form, one_of, press_name, sent, shown
from handlers.reply import Reply
from handlers.routes import Press, number
from handlers.said import Said
from services import deeds as service
from services.deeds import Step, When
from storage.drafts import Draft
from views import deeds as views


async def menu(context: Context) -> Reply:
    """/deed: the next message is a deed."""
    house = context.house
    await service.start(house.db, context.person, press_name(context), context.now)
    found = await service.menu(house.db, context.person, context.now)
    return Reply(views.menu(context.t, found, house.tz))


async def received(context: Context, said: Said) -> Reply | None:
    """A photo or a line outside of any form. None: nothing that could be a deed."""
    house, message = context.house, sent(said)
    large = message.fault is PhotoFault.TOO_LARGE
    if not service.may_log(context.person) or not (message.picture or large or _speaks(context, said)):
        return None
    card = await service.offer(house.db, context.person, message, context.now, house.tz)
    return Reply(views.offered(context.t, card)) if card else Reply()


def _speaks(context: Context, said: Said) -> bool:
    """Whether it is words, and perhaps a deed. What the office writes under a file belongs to the file."""
    return may_be_deed(said.text) and (said.document is None or context.person.role is not Role.OFFICE)


async def take(context: Context, draft: Draft, said: Said) -> Reply:
    """Whatever comes while the form is open."""
    house, step, message = context.house, Step(draft.step), sent(said)
    if await service.stale(house.db, draft, context.now):
        return await received(context, said) or await menu(context)
    if step is Step.REASON:
        card = await service.take_reason(house.db, context.person, draft, message, context.now, house.tz)
        return shown(context, card, onward=True)
    if step in {Step.TEXT, Step.TIME, Step.PLACE} and message.picture is None:
        return form(context, await service.take_words(house.db, context.person, draft, message, context.now, house.tz))
    found = await service.take(house.db, context.person, draft, message, context.now, house.tz)
    return form(context, found) if found else Reply()


async def open_(context: Context, deed_id: int) -> Reply:
    """[记为好事], [返回], a deed of one's own: its form while it is a draft, else how it stands."""
    house = context.house
    card = await service.open_(house.db, context.person, deed_id, press_name(context), context.now, house.tz)
    return shown(context, card)


async def edit(context: Context, deed_id: int) -> Reply:
    """[修改] of one that was submitted."""
    house, name = context.house, press_name(context)
    card = await service.open_(house.db, context.person, deed_id, name, context.now, house.tz, edit=True)
    if not card.own or card.deed.state in {DeedState.CONFIRMED, DeedState.WITHDRAWN}:
        return shown(context, card)
    return form(context, card)


async def kind(context: Context, deed_id: int) -> Reply:
    """[类别]."""
    return Reply(views.choose_kind(context.t, await _asked(context, deed_id, Step.OPEN)))


async def time(context: Context, deed_id: int) -> Reply:
    """[时间]: by a tap, or typed."""
    return Reply(views.choose_time(context.t, await _asked(context, deed_id, Step.TIME)))


async def place(context: Context, deed_id: int) -> Reply:
    """[地点]: by a tap, or typed."""
    return Reply(views.choose_place(context.t, await _asked(context, deed_id, Step.PLACE), service.places()))


async def text(context: Context, deed_id: int) -> Reply:
    """[改文字]."""
    return Reply(views.ask_text(context.t, await _asked(context, deed_id, Step.TEXT)))


async def _asked(context: Context, deed_id: int, step: Step) -> service.Deed:
    return await service.await_words(context.house.db, context.person, deed_id, step, press_name(context), context.now)


async def tags(context: Context, deed_id: int) -> Reply:
    """[文明标准]."""
    return Reply(views.choose_tags(context.t, await service.to_sort(context.house.db, context.person, deed_id)))


async def to_kind(context: Context, deed_id: int, chosen: DeedKind) -> Reply:
    """This kind."""
    house = context.house
    return form(context, await service.set_kind(house.db, context.person, deed_id, chosen, context.now, house.tz))


async def to_time(context: Context, deed_id: int, chosen: When) -> Reply:
    """This time."""
    house = context.house
    return form(context, await service.set_time(house.db, context.person, deed_id, chosen, context.now, house.tz))


async def to_place(context: Context, deed_id: int, chosen: int) -> Reply:
    """This place."""
    house = context.house
    return form(context, await service.set_place(house.db, context.person, deed_id, chosen, context.now, house.tz))


async def to_tag(context: Context, deed_id: int, chosen: Conduct, on: int) -> Reply:
    """This standard, on or off."""
    house = context.house
    deed = await service.switch_tag(house.db, context.person, deed_id, chosen, bool(on))
    return Reply(views.choose_tags(context.t, deed))


async def unphoto(context: Context, deed_id: int) -> Reply:
    """[去掉照片], [换照片]."""
    house = context.house
    card = await service.drop_photos(house.db, context.person, deed_id, press_name(context), context.now, house.tz)
    return form(context, card)


async def people(context: Context, deed_id: int, page: int) -> Reply:
    """[一起做的人]."""
    found = await service.choosing(context.house.db, context.person, deed_id, page, witness=False)
    return Reply(views.choose_people(context.t, found))


async def witness(context: Context, deed_id: int, page: int) -> Reply:
    """[证明人]."""
    found = await service.choosing(context.house.db, context.person, deed_id, page, witness=True)
    return Reply(views.choose_people(context.t, found))


async def to_person(context: Context, deed_id: int, person_id: int, on: int, page: int) -> Reply:
    """This colleague took part, or did not."""
    house = context.house
    found = await service.switch_person(
        house.db, context.person, deed_id, person_id, bool(on), page, context.now, house.tz
    )
    return Reply(views.choose_people(context.t, found))


async def to_witness(context: Context, deed_id: int, person_id: int) -> Reply:
    """This colleague saw it; 0: nobody in particular."""
    house = context.house
    card = await service.set_witness(house.db, context.person, deed_id, person_id or None, context.now, house.tz)
    return form(context, card)


async def submit(context: Context, deed_id: int, edits: int) -> Reply:
    """[提交]."""
    house = context.house
    card, is_in = await service.submit(house.db, context.person, deed_id, edits, context.now, house.tz)
    return shown(context, card, context.t.plain("deeds.submitted" if is_in else "deeds.was_changed"))


async def drop(context: Context, deed_id: int) -> Reply:
    """[不是], [不记了], [撤回]."""
    await service.withdraw(context.house.db, context.person, deed_id, context.now)
    return Reply(views.dropped(context.t))


PRESSES = {
    "show": Press(menu),
    "open": Press(open_, (number,)),
    "edit": Press(edit, (number,)),
    "kind": Press(kind, (number,)),
    "time": Press(time, (number,)),
    "place": Press(place, (number,)),
    "text": Press(text, (number,)),
    "tags": Press(tags, (number,)),
    "to_kind": Press(to_kind, (number, one_of(DeedKind))),
    "to_time": Press(to_time, (number, one_of(When))),
    "to_place": Press(to_place, (number, number)),
    "to_tag": Press(to_tag, (number, one_of(Conduct), number)),
    "unphoto": Press(unphoto, (number,)),
    "people": Press(people, (number, number)),
    "witness": Press(witness, (number, number)),
    "to_person": Press(to_person, (number, number, number, number)),
    "to_witness": Press(to_witness, (number, number)),
    "submit": Press(submit, (number, number)),
    "drop": Press(drop, (number,)),
}
