"""Joining, one's own record, and the office's people: units, cards, invitations, leaving."""

import asyncio
import json

from domain.people import Locale
from handlers import menus
from handlers.context import Context
from handlers.reply import Reply, send_screen
from handlers.routes import Area, Press, number
from services import people as service
from views import people as views

# joining ---------------------------------------------------------------------------------------------------------


async def start(context: Context) -> Reply:
    """/start with an invitation, or without one."""
    token = context.args[0] if context.args else None
    if token is None and context.known is not None:
        return Reply(views.already_joined(context.t, context.known))
    if token is None:
        return Reply(views.stranger(context.t))
    opened = await service.open_link(context.house.db, context.account_id, token, context.now)
    return Reply(views.ask_join(context.t, opened.person, opened.invitation_id))


async def join(context: Context, invitation_id: int) -> Reply:
    """[是我]."""
    house = context.house
    joined = await service.join(house.db, context.account_id, context.chat_id_, invitation_id, context.now)
    house.directory.forget()
    context.meet(joined.person)
    await menus.give(context, context.chat_id_, joined.person)
    if joined.former_chat is not None:
        await menus.take(context, joined.former_chat)
        await send_screen(context, joined.former_chat, views.reinvited(context.t))
    return Reply(views.joined(context.t, joined.person))


async def decline(context: Context, _invitation_id: int) -> Reply:
    """[不是我]."""
    return Reply(views.declined(context.t))


# one's own -------------------------------------------------------------------------------------------------------


async def me(context: Context) -> Reply:
    """/me: the own record."""
    return Reply(views.me(context.t, context.person, *await service.totals(context.house.db, context.person)))


async def languages(context: Context) -> Reply:
    """[语言]."""
    return Reply(views.languages(context.t))


async def set_locale(context: Context, locale: Locale) -> Reply:
    """One of the languages."""
    person = await service.set_locale(context.house.db, context.person, locale)
    context.house.directory.forget()
    context.meet(person)
    await menus.give(context, context.chat_id_, person)
    return await me(context)


async def export(context: Context) -> Reply:
    """[导出我的数据]."""
    data = await service.export_own(context.house.db, context.person)
    body = json.dumps(data, ensure_ascii=False, indent=2).encode()
    return Reply(views.export_file(context.t, context.person, body))


async def unbind(context: Context) -> Reply:
    """[解除绑定] asks first."""
    return Reply(views.unbind_confirm(context.t))


async def unbound(context: Context, _yes: str) -> Reply:
    """The phone is given up."""
    await service.unbind(context.house.db, context.person, context.now)
    context.house.directory.forget()
    await menus.take(context, context.chat_id_)
    return Reply(views.unbound(context.t))


# the office's people ---------------------------------------------------------------------------------------------


async def people(context: Context) -> Reply:
    """/people: the caller's own part of the tree."""
    return await units(context, 0)


async def units(context: Context, unit_id: int) -> Reply:
    """A unit: counts, or a team's names."""
    page = await service.unit_page(context.house.db, context.person, unit_id)
    if page.people and page.is_team:
        return Reply(views.team(context.t, context.person, page.unit, page.people))
    return Reply(views.units(context.t, context.person, page.unit, page.counts, page.people))


async def card(context: Context, person_id: int) -> Reply:
    """One person, for the office."""
    person = await service.card(context.house.db, context.person, person_id)
    return Reply(views.card(context.t, person, person.joined))


async def invite(context: Context, person_id: int) -> Reply:
    """[生成邀请]."""
    house = context.house
    issued = await service.invite(house.db, context.person, person_id, context.now, house.invitation_hours)
    return Reply(views.invitation(context.t, issued, house.username, house.tz))


async def sheet(context: Context, unit_id: int) -> Reply:
    """[邀请单] asks first, because older invitations end."""
    unit, people_ = await service.unjoined(context.house.db, context.person, unit_id)
    return Reply(views.sheet_confirm(context.t, unit, people_))


async def sheets(context: Context, unit_id: int) -> Reply:
    """The printable sheet of a unit."""
    house = context.house
    unit, _ = await service.unjoined(house.db, context.person, unit_id)
    issued = await service.invite_unjoined(house.db, context.person, unit_id, context.now, house.invitation_hours)
    return Reply(await asyncio.to_thread(views.sheet, context.t, unit, issued, house.username, house.tz))


async def leave(context: Context, person_id: int) -> Reply:
    """[办理离岗] asks first."""
    return Reply(views.leave_confirm(context.t, await service.card(context.house.db, context.person, person_id)))


async def leaving(context: Context, person_id: int) -> Reply:
    """The person leaves the office."""
    house = context.house
    left = await service.leave(house.db, context.person, person_id, context.now)
    house.directory.forget()
    if left.chat_id is not None:
        await menus.take(context, left.chat_id)
    return Reply(views.left(context.t, left.person))


def _locale(text: str) -> Locale:
    return Locale(text)


def _yes(text: str) -> str:
    if text != "yes":
        raise ValueError(text)
    return text


AREA = Area(
    "people",
    {"start": start, "me": me, "people": people},
    {
        "join": Press(join, (number,), for_strangers=True),
        "decline": Press(decline, (number,), for_strangers=True),
        "me": Press(me),
        "languages": Press(languages),
        "locale": Press(set_locale, (_locale,)),
        "export": Press(export),
        "unbind": Press(unbind),
        "unbound": Press(unbound, (_yes,)),
        "units": Press(units, (number,)),
        "card": Press(card, (number,)),
        "invite": Press(invite, (number,)),
        "sheet": Press(sheet, (number,)),
        "sheets": Press(sheets, (number,)),
        "leave": Press(leave, (number,)),
        "leaving": Press(leaving, (number,)),
    },
)
