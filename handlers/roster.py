"""The roster: a file sent by the office becomes a dry run with every fault or a diff, then a confirmed import."""

from telegram import Document

from content.tables import FILE_LIMIT, MEGABYTE, BadTable, roster_template
from domain.people import Role
from handlers import menus
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Area, Press, number
from services import people
from services import roster as service
from views import home as home_views
from views import roster as views


async def explain(context: Context) -> Reply:
    """[导入花名册]: what to send."""
    return Reply(views.help(context.t))


async def template(context: Context) -> Reply:
    """[下载模板]."""
    return Reply(views.template(context.t, roster_template()))


async def received(context: Context, document: Document, origin: str) -> Reply:
    """A table sent by the office: a dry run."""
    name = document.file_name or ""
    if context.person.role is not Role.OFFICE or not name.lower().endswith((".xlsx", ".csv")):
        return Reply(home_views.hint(context.t))
    if (document.file_size or 0) > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    file = await document.get_file()
    data = bytes(await file.download_as_bytearray())
    checked = await service.check(context.house.db, context.person, data, name, origin, context.now)
    if checked.faults or checked.diff is None:
        return Reply(views.faults(context.t, name, checked.faults))
    return Reply(views.preview(context.t, checked.draft_id, checked.diff))


async def confirm(context: Context, draft_id: int, leaving: bool) -> Reply:
    """[确认导入]."""
    house = context.house
    result = await service.confirm(house.db, context.person, draft_id, context.now, with_leaving=leaving)
    house.directory.forget()
    for binding in await people.bindings(house.db, result.changed_role):
        await menus.give(context, binding.chat_id, binding.person)
    for binding in result.left:
        await menus.take(context, binding.chat_id)
    return Reply(views.done(context.t, result))


async def drop(context: Context, draft_id: int) -> Reply:
    """[放弃]."""
    await service.drop(context.house.db, context.person, draft_id, context.now)
    return Reply(views.help(context.t))


def _leaving(text: str) -> bool:
    if text not in {"leaving", "keep"}:
        raise ValueError(text)
    return text == "leaving"


AREA = Area(
    "roster",
    {},
    {
        "help": Press(explain),
        "template": Press(template),
        "confirm": Press(confirm, (number, _leaving)),
        "drop": Press(drop, (number,)),
    },
)
