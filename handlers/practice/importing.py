"""题库管理, for the office: the bank's files out and in."""

from content.tables import FILE_LIMIT, MEGABYTE, BadTable
from domain.people import Role
from domain.practice.importing import FileKind, UnknownFile, file_kind
from handlers import home
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Area, Press, number
from handlers.said import Said
from services.practice import importing as service
from storage.drafts import Draft
from views.practice import importing as views


async def show(context: Context) -> Reply:
    """[题库管理]."""
    return Reply(views.overview(context.t, await service.bank_overview(context.house.db, context.person)))


async def export(context: Context, kind: FileKind) -> Reply:
    """[导出 xlsx] [导出 GIFT]."""
    body = await service.export_bank(context.house.db, context.person, kind, context.now)
    return Reply(views.exported(context.t, kind, body))


async def template(context: Context) -> Reply:
    """[模板]."""
    return Reply(views.template(context.t, await service.template(context.house.db, context.person)))


async def import_(context: Context) -> Reply:
    """[导入]: what comes next is the file."""
    origin = f"bank:{context.chat_id_}:{context.message_id}:{context.now}"
    await service.begin_import(context.house.db, context.person, origin, context.now)
    return Reply(views.ask_file(context.t))


async def form(context: Context, draft: Draft, said: Said) -> Reply:
    """Whatever comes while a file is awaited, or while a checked one waits: another file takes its place."""
    if said.document is None and draft.step == service.CONFIRM:
        return await home.hint(context)
    return await _read(context, said)


async def received(context: Context, sent: Said) -> Reply | None:
    """A file of questions that the office sends with no form open: ours by its name. None for any other file."""
    if context.person.role is not Role.OFFICE or not views.is_bank_name(context.t, sent.file_name):
        return None
    return await _read(context, sent)


async def _read(context: Context, said: Said) -> Reply:
    try:
        file_kind(said.file_name)
    except UnknownFile:
        return Reply(views.no_file(context.t))
    if said.file_size > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    assert said.document is not None
    house = context.house
    data = bytes(await (await context.bot.get_file(said.document)).download_as_bytearray())
    check = await service.check_import(house.db, context.person, data, said.file_name, said.origin, context.now)
    return Reply(views.faults(context.t, said.file_name, check) if check.faults else views.preview(context.t, check))


async def confirm(context: Context, draft_id: int) -> Reply:
    """[确认导入]."""
    house = context.house
    return Reply(
        views.taken(
            context.t, await service.confirm_import(house.db, house.bank, context.person, draft_id, context.now)
        )
    )


async def drop(context: Context, draft_id: int) -> Reply:
    """[取消] of a checked file."""
    await service.drop_import(context.house.db, context.person, draft_id, context.now)
    return await show(context)


async def leave(context: Context) -> Reply:
    """[取消] while a file is awaited."""
    await service.leave_import(context.house.db, context.person, context.now)
    return await show(context)


AREA = Area(
    "bank",
    {},
    {
        "show": Press(show),
        "export": Press(export, (FileKind,)),
        "import": Press(import_),
        "template": Press(template),
        "confirm": Press(confirm, (number,)),
        "drop": Press(drop, (number,)),
        "leave": Press(leave),
    },
    {service.KIND: form},
)
