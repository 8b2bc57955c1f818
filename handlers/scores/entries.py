"""One's own scores and what people do with an entry: confirm, refuse, withdraw, appeal, decide."""

from domain.dates import BadDay
from domain.errors import DomainError, MovedOn
from domain.people import Role
from domain.scores import FutureDay, NoWords, WordsTooLong
from domain.scores.shown import Asking, Card, Form
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Press, number
from handlers.said import Said
from handlers.scores.common import after, press_name, shown
from services import scores as service
from storage.drafts import Draft
from views import scores as views
from views.errors import moved_on

TYPED_AGAIN = (BadDay, FutureDay, NoWords, WordsTooLong)  # other words mend these: the form waits for them


async def show(context: Context) -> Reply:
    """/score."""
    return await own(context, 0)


async def own(context: Context, page: int) -> Reply:
    """The own entries; the bureau reads figures."""
    house = context.house
    if context.person.role is Role.BUREAU:
        return Reply(views.figures(context.t, await service.figures(house.db, context.person)))
    found = await service.own(house.db, context.person, context.now, house.tz, page)
    return Reply(views.own(context.t, found, house.tz))


async def entry(context: Context, entry_id: int) -> Reply:
    """One entry."""
    return shown(context, await service.card(context.house.db, context.person, entry_id, context.now))


async def next_(context: Context, behind: int) -> Reply:
    """[等我处理], [下一笔]."""
    card = await service.next_waiting(context.house.db, context.person, behind, context.now)
    return shown(context, card, onward=True) if card else Reply(views.nothing_waits(context.t))


async def confirm(context: Context, entry_id: int, onward: int) -> Reply:
    """[确认]."""
    house = context.house
    done = await service.confirm(
        house.db, context.person, entry_id, house.appeal_window, context.now, onward=bool(onward)
    )
    return after(context, done, "scores.signed", onward=bool(onward))


async def withdraw(context: Context, entry_id: int) -> Reply:
    """[撤回]."""
    done = await service.withdraw(context.house.db, context.person, entry_id, context.now)
    return after(context, done, "scores.dropped")


async def refuse(context: Context, entry_id: int) -> Reply:
    """[退回]: asks why."""
    return await _ask(context, entry_id, Asking.REFUSAL)


async def appeal(context: Context, entry_id: int) -> Reply:
    """[申诉]: asks for words."""
    return await _ask(context, entry_id, Asking.APPEAL)


async def grant(context: Context, entry_id: int) -> Reply:
    """[申诉成立]: asks for a reply."""
    return await _ask(context, entry_id, Asking.GRANT)


async def dismiss(context: Context, entry_id: int) -> Reply:
    """[维持]: asks for a reply."""
    return await _ask(context, entry_id, Asking.DISMISS)


async def _ask(context: Context, entry_id: int, asking: Asking) -> Reply:
    try:
        card = await _begin(context, entry_id, asking)
    except MovedOn:
        card = await service.card(context.house.db, context.person, entry_id, context.now)
        return shown(context, card, moved_on(context.t))
    return Reply(views.ask_words(context.t, card, asking))


async def _begin(context: Context, entry_id: int, asking: Asking) -> Card:
    db, person, origin, now = context.house.db, context.person, press_name(context), context.now
    match asking:
        case Asking.REFUSAL:
            return await service.begin_refusal(db, person, entry_id, origin, now)
        case Asking.APPEAL:
            return await service.begin_appeal(db, person, entry_id, origin, now)
        case _:
            granted = asking is Asking.GRANT
            return await service.begin_reply(db, person, entry_id, origin, now, granted=granted)


async def leave(context: Context, entry_id: int) -> Reply:
    """[返回] of a form of words: it is closed, the entry shown."""
    await service.leave_form(context.house.db, context.person, context.now)
    return await entry(context, entry_id)


async def take(context: Context, draft: Draft, said: Said) -> Reply:
    """Whatever is typed while a form of scores is open."""
    house = context.house
    try:
        found = await service.take(house.db, context.person, draft, said.text, said.message_id, context.now, house.tz)
    except MovedOn:  # it waits for a press, or is over: what was typed was meant for something else
        return await show(context)
    except TYPED_AGAIN:
        raise
    except DomainError:  # nothing that could be typed would do: the form must not wait for it
        await service.leave_form(house.db, context.person, context.now)
        raise
    if isinstance(found, Form):
        return Reply(views.form(context.t, found))
    await service.leave_form(house.db, context.person, context.now)  # open still when somebody else was quicker
    return shown(context, found)


PRESSES = {
    "show": Press(show),
    "own": Press(own, (number,)),
    "entry": Press(entry, (number,)),
    "next": Press(next_, (number,)),
    "confirm": Press(confirm, (number, number)),
    "withdraw": Press(withdraw, (number,)),
    "refuse": Press(refuse, (number,)),
    "appeal": Press(appeal, (number,)),
    "grant": Press(grant, (number,)),
    "dismiss": Press(dismiss, (number,)),
    "leave": Press(leave, (number,)),
}
