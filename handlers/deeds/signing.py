"""Signing deeds, looking at them, the honour roll, the export."""

from domain.deeds import ReturnReason
from domain.errors import MovedOn
from handlers.context import Context
from handlers.deeds.common import one_of, press_name, shown
from handlers.reply import Reply
from handlers.routes import Press, number
from services import deeds as service
from services.deeds import Format
from views import deeds as views
from views.errors import moved_on


async def sign(context: Context, deed_id: int, edits: int, onward: int) -> Reply:
    """[属实]."""
    house = context.house
    card, signed = await service.sign(
        house.db, context.person, deed_id, edits, context.now, house.tz, onward=bool(onward)
    )
    toast = context.t.plain("deeds.signed_done") if signed else moved_on(context.t)
    return shown(context, card, toast, onward=bool(onward))


async def back(context: Context, deed_id: int, edits: int) -> Reply:
    """[退回]: why."""
    house = context.house
    try:
        card = await service.signable(house.db, context.person, deed_id, edits, context.now, house.tz)
    except MovedOn:
        return await _as_it_stands(context, deed_id)
    return Reply(views.reasons(context.t, card))


async def give_back(context: Context, deed_id: int, edits: int, reason: ReturnReason) -> Reply:
    """[退回] for this reason."""
    house = context.house
    try:
        card, returned = await service.give_back(
            house.db, context.person, deed_id, edits, reason, context.now, house.tz
        )
    except MovedOn:
        return await _as_it_stands(context, deed_id)
    toast = context.t.plain("deeds.returned_done") if returned else moved_on(context.t)
    return shown(context, card, toast, onward=True)


async def _as_it_stands(context: Context, deed_id: int) -> Reply:
    card = await service.card(context.house.db, context.person, deed_id, context.now, context.house.tz)
    return shown(context, card, moved_on(context.t))


async def why(context: Context, deed_id: int, edits: int) -> Reply:
    """[其他原因]."""
    db, name = context.house.db, press_name(context)
    try:
        deed = await service.ask_reason(db, context.person, deed_id, edits, name, context.now)
    except MovedOn:
        return await _as_it_stands(context, deed_id)
    return Reply(views.ask_reason(context.t, deed))


async def next_(context: Context, after: int) -> Reply:
    """[等我核实], [下一件]."""
    house = context.house
    card = await service.next_waiting(house.db, context.person, after, context.now, house.tz)
    return Reply(views.waiting(context.t, card, house.tz) if card else views.nothing_waits(context.t))


async def batch(context: Context) -> Reply:
    """[没有疑点的一次确认]."""
    found = await service.batch(context.house.db, context.person, context.now, context.house.tz)
    return Reply(views.batch(context.t, found, context.house.tz))


async def sign_all(context: Context, mark: int) -> Reply:
    """[全部属实]."""
    house = context.house
    signed, left = await service.sign_batch(house.db, context.person, mark, context.now, house.tz)
    toast = context.t.plain("deeds.signed_batch", count=signed) if signed else context.t.plain("deeds.was_changed")
    return Reply(views.batch(context.t, left, house.tz), toast)


async def photo(context: Context, deed_id: int, at: int) -> Reply:
    """[看照片]."""
    deed, found = await service.photo(context.house.db, context.person, deed_id, at)
    return Reply(views.photo(context.t, deed, found, at))


async def agree(context: Context, deed_id: int, agreed: int) -> Reply:
    """[愿意上光荣榜], [不上榜]."""
    house = context.house
    card = await service.agree(house.db, context.person, deed_id, bool(agreed), context.now, house.tz)
    return shown(context, card)


async def roll(context: Context, weeks_ago: int) -> Reply:
    """[光荣榜]."""
    house = context.house
    found = await service.honour_roll(house.db, context.person, weeks_ago, context.now, house.tz)
    return Reply(views.roll(context.t, found, house.tz))


async def figures(context: Context) -> Reply:
    """[各站情况]."""
    found = await service.figures(context.house.db, context.person)
    return Reply(views.figures(context.t, context.person, found))


async def export(context: Context, kind: Format) -> Reply:
    """[导出]."""
    house = context.house
    body = await service.export(house.db, context.person, kind, context.now, house.tz)
    return Reply(views.exported(context.t, kind.value, body))


PRESSES = {
    "sign": Press(sign, (number, number, number)),
    "back": Press(back, (number, number)),
    "give_back": Press(give_back, (number, number, one_of(ReturnReason))),
    "why": Press(why, (number, number)),
    "next": Press(next_, (number,)),
    "batch": Press(batch),
    "sign_all": Press(sign_all, (number,)),
    "photo": Press(photo, (number, number)),
    "agree": Press(agree, (number, number)),
    "roll": Press(roll, (number,)),
    "figures": Press(figures),
    "export": Press(export, (one_of(Format),)),
}
