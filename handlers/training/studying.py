"""自学: reading, putting up materials, the three questions."""

from domain.people import Role
from domain.questions import Course
from domain.training.studying import content_of
from handlers.context import Context
from handlers.reply import Reply
from handlers.said import Said
from handlers.training.managing import origin
from services.training import studying as service
from services.training.studying import ShownCheck
from storage.drafts import Draft
from views import errors
from views import training as views


async def study(context: Context) -> Reply:
    """[自学]."""
    return Reply(views.study(context.t, await service.overview(context.house.db, context.person)))


async def course(context: Context, code: Course) -> Reply:
    """One course."""
    found = await service.course(context.house.db, context.person, code)
    return Reply(views.study_course(context.t, found, manages=_manages(context)))


async def material(context: Context, material_id: int) -> Reply:
    """Something to read."""
    found = await service.material(context.house.db, context.person, material_id)
    return Reply(views.material(context.t, found, manages=_manages(context)))


def _manages(context: Context) -> bool:
    return context.person.role is Role.OFFICE


# putting up ------------------------------------------------------------------------------------------------------


async def ask(context: Context, code: Course) -> Reply:
    """[添加资料]."""
    info = await service.ask(context.house.db, context.person, code, origin(context), context.now)
    return Reply(views.ask_material(context.t, info))


async def sent(context: Context, draft: Draft, said: Said) -> Reply:
    """The material: a preview."""
    content = content_of(said.text, said.html, photo=said.photo, document=said.document, file_name=said.file_name)
    loaded = await service.take(context.house.db, context.person, draft, content, said.message_id)
    return Reply(views.material_preview(context.t, loaded))


async def put_up(context: Context, draft_id: int) -> Reply:
    """[放上去]."""
    return await course(context, await service.put_up(context.house.db, context.person, draft_id, context.now))


async def ask_remove(context: Context, material_id: int) -> Reply:
    """[撤下] asks first."""
    return Reply(views.ask_remove(context.t, await service.material(context.house.db, context.person, material_id)))


async def remove(context: Context, material_id: int) -> Reply:
    """It is taken down."""
    return await course(context, await service.take_down(context.house.db, context.person, material_id, context.now))


# the three questions ---------------------------------------------------------------------------------------------


async def begin(context: Context, code: Course, number: int) -> Reply:
    """[做三道题]."""
    house = context.house
    return _check(context, await service.begin(house.db, house.bank, context.person, code, number))


async def resume(context: Context, check_id: int) -> Reply:
    """[继续做题]."""
    house = context.house
    return _check(context, await service.resume(house.db, house.bank, context.person, check_id))


async def answer(context: Context, check_id: int, position: int, place: int) -> Reply:
    """An option."""
    house = context.house
    shown = await service.answer(house.db, house.bank, context.person, check_id, position, place, context.now)
    return _check(context, shown)


async def untick(context: Context, check_id: int, position: int, place: int) -> Reply:
    """A ticked option."""
    house = context.house
    return _check(context, await service.untick(house.db, house.bank, context.person, check_id, position, place))


async def submit(context: Context, check_id: int, position: int) -> Reply:
    """[提交] of a multiple choice."""
    house = context.house
    return _check(context, await service.submit(house.db, house.bank, context.person, check_id, position, context.now))


async def note(context: Context, check_id: int, position: int) -> Reply:
    """[明白了]."""
    house = context.house
    return _check(context, await service.note(house.db, house.bank, context.person, check_id, position, context.now))


def _check(context: Context, shown: ShownCheck) -> Reply:
    return Reply(views.check(context.t, shown.check, shown.last), errors.moved_on(context.t) if shown.stale else None)
