"""Agreeing to a notice, and following one that is out."""

from dataclasses import replace

from domain.errors import MovedOn
from domain.notices import Card, may_manage
from handlers.context import Context
from handlers.notices.common import place, press_name, text_of
from handlers.reply import Reply
from handlers.said import Said
from services import notices as service
from storage.drafts import Draft
from views import notices as views
from views.errors import moved_on


async def approval(context: Context, notice_id: int, asked: int) -> Reply:
    """What waits for a second person."""
    found = await service.approval(context.house.db, context.person, notice_id, asked, context.now)
    return Reply(views.approval(context.t, found, context.house.tz))


async def agree(context: Context, notice_id: int, asked: int) -> Reply:
    """[同意发出]."""
    house = context.house
    found = await service.agree(house.db, context.person, notice_id, asked, context.now, house.timing)
    return Reply(views.approval(context.t, found, house.tz))


async def send_back(context: Context, notice_id: int, asked: int) -> Reply:
    """[退回]: asks why; what is decided by now is shown instead."""
    try:
        notice = await service.ask_return(
            context.house.db, context.person, notice_id, asked, press_name(context), context.now
        )
    except MovedOn:
        return replace(await approval(context, notice_id, asked), toast=moved_on(context.t))
    return Reply(views.ask_return(context.t, notice, asked))


async def take_return(context: Context, draft: Draft, said: Said) -> Reply:
    found = await service.send_back(context.house.db, context.person, draft, text_of(said), context.now)
    return Reply(views.approval(context.t, found, context.house.tz))


# following ---------------------------------------------------------------------------------------------------------


def _card(context: Context, card: Card) -> Reply:
    return Reply(views.card(context.t, context.person, card, context.house.tz))


async def written(context: Context, before: int) -> Reply:
    """[已发通知]."""
    found, older = await service.written(context.house.db, context.person, before)
    return Reply(views.written(context.t, found, older, context.house.tz))


async def card(context: Context, notice_id: int) -> Reply:
    """How it stands; this message is kept current from now on."""
    return _card(context, await service.card(context.house.db, context.person, notice_id, place(context)))


async def who(context: Context, notice_id: int) -> Reply:
    """[确认名单]."""
    notice, found = await service.names(context.house.db, context.person, notice_id)
    return Reply(views.names(context.t, notice, found, manages=may_manage(context.person, notice)))


async def resend(context: Context, notice_id: int) -> Reply:
    """[补发失败]."""
    return _card(
        context, await service.resend(context.house.db, context.person, notice_id, place(context), context.now)
    )


async def nudge(context: Context, notice_id: int, number_: int) -> Reply:
    """[提醒未确认]."""
    shown = await service.nudge(context.house.db, context.person, notice_id, number_, place(context), context.now)
    return _card(context, shown)


async def cascade(context: Context, notice_id: int) -> Reply:
    """[请班长转告]."""
    return _card(
        context, await service.cascade(context.house.db, context.person, notice_id, place(context), context.now)
    )


async def correct(context: Context, notice_id: int) -> Reply:
    """[更正]: asks for the new text."""
    notice = await service.ask_correction(context.house.db, context.person, notice_id, press_name(context), context.now)
    return Reply(views.ask_correction(context.t, notice))


async def take_correction(context: Context, draft: Draft, said: Said) -> Reply:
    text_of(said)
    shown = await service.take_correction(
        context.house.db, context.person, draft, said.html, said.message_id, context.now
    )
    return Reply(views.correction(context.t, shown))


async def correction(context: Context, notice_id: int) -> Reply:
    """[看更正内容]."""
    shown = await service.card(context.house.db, context.person, notice_id, None)
    return Reply(views.correction(context.t, shown))


async def corrected(context: Context, notice_id: int, stamp: str) -> Reply:
    """[确认更正]."""
    house = context.house
    shown = await service.correct(house.db, context.person, notice_id, stamp, place(context), context.now, house.timing)
    return _card(context, shown)


async def uncorrect(context: Context, notice_id: int) -> Reply:
    """[不更正了]."""
    shown = await service.drop_correction(context.house.db, context.person, notice_id, place(context), context.now)
    return _card(context, shown)


async def recall(context: Context, notice_id: int) -> Reply:
    """[撤回] asks first."""
    shown = await service.card(context.house.db, context.person, notice_id, None)
    return Reply(views.ask_recall(context.t, shown))


async def recalled(context: Context, notice_id: int) -> Reply:
    """[确认撤回]."""
    return _card(
        context, await service.recall(context.house.db, context.person, notice_id, place(context), context.now)
    )


async def cancel(context: Context, notice_id: int) -> Reply:
    """[取消发送]."""
    return _card(
        context, await service.cancel(context.house.db, context.person, notice_id, place(context), context.now)
    )
