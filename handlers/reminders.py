"""Reminders: putting one off, unwanted kinds, a team's shifts, the working calendar."""

from datetime import date

from content.tables import FILE_LIMIT, MEGABYTE, BadTable
from domain.calendar import BadDays
from domain.clock import local_date
from domain.quiet import Pattern, parse_cycle
from handlers import people
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Area, Press, number
from handlers.said import Said
from services import reminders as service
from storage.drafts import Draft
from views import reminders as views

ORDINAL_DIGITS = 6  # of any day of this millennium

# putting off -----------------------------------------------------------------------------------------------------


async def later(context: Context, item_id: int) -> Reply:
    """[稍后提醒]."""
    return await _put_off(context, item_id, shift=False)


async def after_shift(context: Context, item_id: int) -> Reply:
    """[下班后]."""
    return await _put_off(context, item_id, shift=True)


async def _put_off(context: Context, item_id: int, *, shift: bool) -> Reply:
    """The reminder stays as it is and says when it comes again."""
    house = context.house
    item = await service.put_off(house.db, context.person, item_id, context.now, house.timing, shift=shift)
    return Reply(await house.render(item, context.person, context.now))


# unwanted kinds --------------------------------------------------------------------------------------------------


async def mutes(context: Context) -> Reply:
    """[提醒设置]."""
    muted = await service.mutes(context.house.db, context.person)
    return Reply(views.mutes(context.t, context.person, muted))


async def mute(context: Context, kind: str, off: int) -> Reply:
    """One switch."""
    muted = await service.set_mute(context.house.db, context.person, kind, muted=bool(off))
    return Reply(views.mutes(context.t, context.person, muted))


# shifts ----------------------------------------------------------------------------------------------------------


async def teams(context: Context) -> Reply:
    """[班次]."""
    return Reply(views.teams(context.t, await service.teams(context.house.db, context.person)))


async def team(context: Context, unit_id: int) -> Reply:
    """One team's shifts."""
    unit, pattern = await service.pattern_of(context.house.db, context.person, unit_id)
    return Reply(views.team(context.t, unit, pattern, local_date(context.now, context.house.tz)))


async def ask_cycle(context: Context, unit_id: int) -> Reply:
    """[设置班次]."""
    unit = await service.ask_cycle(context.house.db, context.person, unit_id, _origin(context), context.now)
    return Reply(views.ask_cycle(context.t, unit))


async def leave(context: Context, unit_id: int) -> Reply:
    """[返回] while a cycle is awaited."""
    await service.leave_form(context.house.db, context.person, service.SHIFTS_FORM, context.now)
    return await team(context, unit_id)


async def cycle_typed(context: Context, draft: Draft, said: Said) -> Reply:
    """The cycle, as it was typed: which day of it is today?"""
    unit, _ = await service.pattern_of(context.house.db, context.person, int(draft.data))
    cycle = parse_cycle(said.text)
    if cycle is None:
        return Reply(views.bad_cycle(context.t, unit))
    return Reply(views.ask_position(context.t, unit, cycle, local_date(context.now, context.house.tz)))


async def preview(context: Context, unit_id: int, cycle: str, first_day: date) -> Reply:
    """Today is this day of the cycle: what would that make of the coming days?"""
    pattern = Pattern(first_day, cycle)
    unit, pattern = await service.preview_pattern(context.house.db, context.person, unit_id, pattern)
    return Reply(views.confirm_pattern(context.t, unit, pattern, local_date(context.now, context.house.tz)))


async def keep(context: Context, unit_id: int, cycle: str, first_day: date) -> Reply:
    """[确认]."""
    return await _set(context, unit_id, Pattern(first_day, cycle))


async def drop_cycle(context: Context, unit_id: int) -> Reply:
    """[取消排班]."""
    return await _set(context, unit_id, None)


async def _set(context: Context, unit_id: int, pattern: Pattern | None) -> Reply:
    house = context.house
    unit, kept = await service.set_pattern(house.db, context.person, unit_id, pattern, context.now)
    return Reply(views.team(context.t, unit, kept, local_date(context.now, house.tz)))


# the working calendar --------------------------------------------------------------------------------------------


async def ask_days(context: Context) -> Reply:
    """[工作日历]."""
    known = await service.ask_days(context.house.db, context.person, _origin(context), context.now)
    return Reply(views.ask_calendar(context.t, known))


async def leave_days(context: Context) -> Reply:
    """[返回] while a table is awaited."""
    await service.leave_form(context.house.db, context.person, service.CALENDAR_FORM, context.now)
    return await people.units(context, 0)


async def days_sent(context: Context, _draft: Draft, said: Said) -> Reply:
    """The table."""
    house = context.house
    if said.document is None:
        return Reply(views.ask_calendar(context.t, len(await service.named_days(house.db))))
    if said.file_size > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    file = await context.bot.get_file(said.document)
    data = bytes(await file.download_as_bytearray())
    try:
        count = await service.import_days(house.db, context.person, data, said.file_name, context.now, house.timing)
    except BadDays as bad:
        return Reply(views.calendar_faults(context.t, bad.faults))
    return Reply(views.calendar_taken(context.t, count))


def _origin(context: Context) -> str:
    return f"{context.chat_id_}:{context.message_id}:{context.now}"


def _day(text: str) -> date:
    """A day by its number (``date.toordinal``). Raises ValueError."""
    if len(text) > ORDINAL_DIGITS:
        raise ValueError(text)
    return date.fromordinal(number(text))


def _word(text: str) -> str:
    if not (text.isascii() and text.replace("_", "").isalpha()):
        raise ValueError(text)
    return text


AREA = Area(
    "reminders",
    {},
    {
        "later": Press(later, (number,)),
        "after": Press(after_shift, (number,)),
        "mutes": Press(mutes),
        "mute": Press(mute, (_word, number)),
        "teams": Press(teams),
        "team": Press(team, (number,)),
        "shifts": Press(ask_cycle, (number,)),
        "leave": Press(leave, (number,)),
        "cycle": Press(preview, (number, _word, _day)),
        "keep": Press(keep, (number, _word, _day)),
        "noshifts": Press(drop_cycle, (number,)),
        "calendar": Press(ask_days),
        "nocalendar": Press(leave_days),
    },
    {service.SHIFTS_FORM: cycle_typed, service.CALENDAR_FORM: days_sent},
)
