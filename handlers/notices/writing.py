"""Writing a notice: the form, the audience, the switches, templates, [发送]."""

from domain.dates import parse_moment
from domain.notices import AlbumRefused, Attached, Card, Choosing, NothingToSend, Preview
from domain.people import Role
from handlers import home
from handlers.context import Context
from handlers.notices.common import place, press_name, text_of
from handlers.reply import Reply
from handlers.said import Said
from services import notices as service
from services.notices import Step
from storage.drafts import Draft
from views import notices as views


async def write(context: Context, unheard_of: int) -> Reply:
    """[写通知]."""
    await service.ask_message(context.house.db, context.person, press_name(context), context.now, unheard_of or None)
    return Reply(views.ask_message(context.t))


async def take_message(context: Context, draft: Draft, said: Said) -> Reply:
    house = context.house
    if said.album is not None:
        if not await service.first_of_album(house.db, draft, said.album, said.message_id):
            return Reply()
        raise AlbumRefused
    if said.other:
        raise NothingToSend
    shown = await service.take_message(
        house.db,
        context.person,
        draft,
        said.html,
        _attached(said),
        said.origin,
        said.message_id,
        context.now,
        house.timing,
    )
    return _writing(context, shown) if shown is not None else await home.hint(context)


def _attached(said: Said) -> Attached | None:
    if said.photo is not None:
        return Attached("photo", said.photo)
    return Attached("document", said.document) if said.document is not None else None


def _writing(context: Context, shown: Choosing | Preview, toast: str | None = None) -> Reply:
    """Where writing stands."""
    if isinstance(shown, Choosing):
        return Reply(views.choosing(context.t, shown), toast)
    return Reply(views.preview(context.t, shown, context.house.tz), toast)


async def take_reason(context: Context, draft: Draft, said: Said) -> Reply:
    house, text = context.house, text_of(said)
    shown = await service.take_reason(house.db, context.person, draft, text, said.message_id, context.now, house.timing)
    return _writing(context, shown)


async def take_time(context: Context, draft: Draft, said: Said) -> Reply:
    house = context.house
    at = parse_moment(text_of(said), context.now, house.tz)
    shown = await service.take_time(house.db, context.person, draft, at, said.message_id, context.now, house.timing)
    return _writing(context, shown)


async def to(context: Context, notice_id: int, unit_id: int) -> Reply:
    """Whom it may go to, in a unit."""
    return Reply(
        views.choosing(context.t, await service.choosing(context.house.db, context.person, notice_id, unit_id))
    )


async def pick(context: Context, notice_id: int, unit_id: int) -> Reply:
    """It goes to this unit."""
    house = context.house
    return _writing(
        context, await service.pick(house.db, context.person, notice_id, unit_id, context.now, house.timing)
    )


async def narrow(context: Context, notice_id: int, unit_id: int, role: Role | None, batch: int) -> Reply:
    """Only a role, only a batch."""
    shown = await service.narrow(
        context.house.db, context.person, notice_id, unit_id, context.now, role=role, batch=batch or None
    )
    return Reply(views.choosing(context.t, shown))


async def unheard(context: Context, notice_id: int) -> Reply:
    """[补发给未确认的人]: of which notice."""
    found = await service.unheard(context.house.db, context.person, notice_id)
    return Reply(views.unheard(context.t, notice_id, found, context.house.tz))


async def after(context: Context, notice_id: int, other_id: int) -> Reply:
    """Of this one."""
    house = context.house
    shown = await service.after(house.db, context.person, notice_id, other_id, context.now, house.timing)
    return _writing(context, shown)


async def preview(context: Context, notice_id: int) -> Reply:
    """Where writing stands."""
    house = context.house
    return _writing(context, await service.preview(house.db, context.person, notice_id, context.now, house.timing))


async def full(context: Context, notice_id: int) -> Reply:
    """[看全文]: as receivers get it."""
    notice = await service.full(context.house.db, context.person, notice_id)
    if notice.attached is None:
        await service.leave(context.house.db, place(context))
    return Reply(views.full(context.t, context.person, notice, context.house.tz))


async def confirm(context: Context, notice_id: int, on: int) -> Reply:
    """[需确认]."""
    house = context.house
    return _writing(
        context,
        await service.switch_confirm(house.db, context.person, notice_id, bool(on), context.now, house.timing),
    )


async def urgent(context: Context, notice_id: int) -> Reply:
    """[紧急] on: asks why."""
    notice = await service.ask(
        context.house.db, context.person, notice_id, Step.REASON, press_name(context), context.now
    )
    return Reply(views.ask_reason(context.t, notice))


async def calm(context: Context, notice_id: int) -> Reply:
    """[紧急] off."""
    house = context.house
    return _writing(context, await service.calm(house.db, context.person, notice_id, context.now, house.timing))


async def time(context: Context, notice_id: int) -> Reply:
    """[定时]: asks when."""
    notice = await service.ask(context.house.db, context.person, notice_id, Step.TIME, press_name(context), context.now)
    return Reply(views.ask_time(context.t, notice))


async def at_once(context: Context, notice_id: int) -> Reply:
    """[现在发]."""
    house = context.house
    return _writing(context, await service.at_once(house.db, context.person, notice_id, context.now, house.timing))


async def drop(context: Context, notice_id: int) -> Reply:
    """[放弃]."""
    await service.drop(context.house.db, context.person, notice_id, context.now)
    return Reply(views.dropped(context.t))


async def send(context: Context, notice_id: int, edits: int) -> Reply:
    """[发送]: the preview becomes the card."""
    house = context.house
    shown = await service.submit(house.db, context.person, notice_id, edits, place(context), context.now, house.timing)
    if isinstance(shown, Card):
        return Reply(views.card(context.t, context.person, shown, house.tz))
    return _writing(context, shown, context.t.plain("notice.was_changed"))


# templates ---------------------------------------------------------------------------------------------------------


async def templates(context: Context) -> Reply:
    """[用模板]."""
    return Reply(views.templates(context.t, await service.templates(context.house.db, context.person)))


async def template(context: Context, template_id: int) -> Reply:
    """One of them."""
    return Reply(views.template(context.t, await service.template(context.house.db, context.person, template_id)))


async def use(context: Context, template_id: int) -> Reply:
    """[用这条]."""
    house = context.house
    shown = await service.use_template(
        house.db, context.person, template_id, press_name(context), context.now, house.timing
    )
    return _writing(context, shown)


async def save(context: Context, notice_id: int) -> Reply:
    """[存为模板]."""
    saved = await service.save_template(context.house.db, context.person, notice_id, context.now)
    return Reply(toast=views.template_saved(context.t, saved))


async def untemplate(context: Context, template_id: int) -> Reply:
    """[删除模板]."""
    left = await service.drop_template(context.house.db, context.person, template_id)
    return Reply(views.templates(context.t, left))
