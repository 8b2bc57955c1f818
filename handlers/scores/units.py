"""A leader's unit and people, closed months, the standard and its table, exports."""

from content.tables import FILE_LIMIT, MEGABYTE, BadTable
from domain.scores.shown import ClosePage
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Press, number
from handlers.said import Said
from handlers.scores.common import a_format, a_month, press_name
from services import scores as service
from services.scores import Format
from storage.drafts import Draft
from views import scores as views


async def unit(context: Context, unit_id: int, page: int) -> Reply:
    """[本单位]."""
    house = context.house
    found = await service.unit_page(house.db, context.person, unit_id, context.now, house.tz, page)
    return Reply(views.unit(context.t, found, house.tz))


async def of(context: Context, person_id: int, page: int) -> Reply:
    """One person of it."""
    house = context.house
    found = await service.person_page(house.db, context.person, person_id, context.now, house.tz, page)
    return Reply(views.person(context.t, found, house.tz))


# closed months -----------------------------------------------------------------------------------------------------


async def closes(context: Context, unit_id: int) -> Reply:
    """[月结]."""
    house = context.house
    found = await service.closes(house.db, context.person, unit_id, context.now, house.tz)
    return Reply(views.closes(context.t, found, house.tz))


async def close(context: Context, unit_id: int, month: str) -> Reply:
    """[结 …月]: what it would take."""
    house = context.house
    found = await service.close_preview(house.db, context.person, unit_id, month, context.now, house.tz)
    if isinstance(found, ClosePage):
        return Reply(views.closed(context.t, found, house.tz))
    return Reply(views.close_preview(context.t, found))


async def seal(context: Context, unit_id: int, month: str, mark: int) -> Reply:
    """[确认月结] of the preview that was shown."""
    house = context.house
    found = await service.close(house.db, context.person, unit_id, month, mark, context.now, house.tz)
    if isinstance(found, ClosePage):
        return Reply(views.closed(context.t, found, house.tz))
    return Reply(views.close_preview(context.t, found), context.t.plain("scores.was_changed"))


async def closed(context: Context, unit_id: int, month: str) -> Reply:
    """A closed month."""
    house = context.house
    found = await service.closed(house.db, context.person, unit_id, month)
    return Reply(views.closed(context.t, found, house.tz))


async def close_file(context: Context, unit_id: int, month: str, kind: Format) -> Reply:
    """Its table."""
    house = context.house
    body = await service.export_close(house.db, context.person, unit_id, month, kind, context.now, house.tz)
    return Reply(views.exported(context.t, "close", kind.value, body))


# exports -----------------------------------------------------------------------------------------------------------


async def exports(context: Context) -> Reply:
    """[导出]."""
    return Reply(views.exports(context.t))


async def export(context: Context, kind: Format) -> Reply:
    """The ledger."""
    house = context.house
    body = await service.export_ledger(house.db, context.person, kind, context.now, house.tz)
    return Reply(views.exported(context.t, "ledger", kind.value, body))


# the standard ------------------------------------------------------------------------------------------------------


async def standards(context: Context) -> Reply:
    """[评分标准]."""
    house = context.house
    return Reply(views.standards(context.t, await service.standards(house.db, context.person, context.now, house.tz)))


async def standard(context: Context, version: int, page: int) -> Reply:
    """A page of one version."""
    found = await service.standard(context.house.db, context.person, version)
    return Reply(views.standard(context.t, found, page))


async def standard_file(context: Context) -> Reply:
    """[下载标准]."""
    house = context.house
    body = await service.standard_file(house.db, context.person, context.now, house.tz)
    return Reply(views.standard_file(context.t, body))


async def upload(context: Context) -> Reply:
    """[导入标准]."""
    await service.ask_table(context.house.db, context.person, press_name(context), context.now)
    return Reply(views.ask_table(context.t))


async def take_table(context: Context, _draft: Draft, said: Said) -> Reply:
    """The table of a new version: a dry run."""
    house = context.house
    if said.document is None or not said.file_name.lower().endswith((".xlsx", ".csv")):
        return Reply(views.ask_table(context.t))
    if said.file_size > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    data = bytes(await (await context.bot.get_file(said.document)).download_as_bytearray())
    checked = await service.check_table(
        house.db, context.person, data, said.file_name, said.origin, context.now, house.tz
    )
    if checked.faults:
        return Reply(views.table_faults(context.t, checked.faults))
    return Reply(views.table_preview(context.t, checked))


async def enable(context: Context, draft_id: int) -> Reply:
    """[确认启用]."""
    house = context.house
    await service.confirm_table(house.db, context.person, draft_id, context.now, house.tz)
    return Reply((await standards(context)).screen, context.t.plain("scores.enabled"))


async def table_drop(context: Context, draft_id: int) -> Reply:
    """[不记了] of a table."""
    await service.drop_table(context.house.db, context.person, draft_id, context.now)
    return await standards(context)


PRESSES = {
    "unit": Press(unit, (number, number)),
    "of": Press(of, (number, number)),
    "closes": Press(closes, (number,)),
    "close": Press(close, (number, a_month)),
    "seal": Press(seal, (number, a_month, number)),
    "closed": Press(closed, (number, a_month)),
    "close_file": Press(close_file, (number, a_month, a_format)),
    "exports": Press(exports),
    "export": Press(export, (a_format,)),
    "standards": Press(standards),
    "standard": Press(standard, (number, number)),
    "standard_file": Press(standard_file),
    "upload": Press(upload),
    "enable": Press(enable, (number,)),
    "table_drop": Press(table_drop, (number,)),
}
