"""奖惩: lists, the form of a proposal, agreeing, objecting, deciding, the export."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from domain.errors import MovedOn
from domain.scores.award_shown import Asking, Card, Form, Which
from domain.scores.awards import AwardKind, NoticeOver
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Area, Press, number
from handlers.said import Said
from services.scores import awards as service
from services.scores.awards import Format
from storage.drafts import Draft
from views import awards as views
from views.errors import line, moved_on

E = TypeVar("E", bound=StrEnum)


def _one_of(words: type[E]) -> Callable[[str], E]:
    """Reads a word of an enumeration. Raises ValueError."""
    return words


def _press_name(context: Context) -> str:
    """Names this press for ever: handled again it is the same."""
    return f"awards:{context.chat_id_}:{context.message_id}:{context.now}"


# lists -----------------------------------------------------------------------------------------------------------


async def first(context: Context) -> Reply:
    """[奖惩]: what is public."""
    return await page(context, Which.PUBLIC, 0)


async def page(context: Context, which: Which, at: int) -> Reply:
    """A page of a list."""
    found = await service.listing(context.house.db, context.person, which, context.now, at)
    return Reply(views.listing(context.t, found, context.house.tz))


async def open_(context: Context, award_id: int, at: int) -> Reply:
    """A proposal, with a page of its objections."""
    card = await service.card(context.house.db, context.person, award_id, context.now)
    return Reply(views.card(context.t, card, context.house.tz, at))


async def next_(context: Context, after: int) -> Reply:
    """[等我处理], [下一件]."""
    card = await service.next_waiting(context.house.db, context.person, after, context.now)
    if card is None:
        return Reply(views.nothing_waits(context.t))
    return Reply(views.card(context.t, card, context.house.tz, onward=True))


async def export(context: Context, kind: Format) -> Reply:
    """[导出]."""
    house = context.house
    body = await service.export(house.db, context.person, kind, context.now, house.tz)
    return Reply(views.exported(context.t, kind.value, body))


# the form --------------------------------------------------------------------------------------------------------


async def new(context: Context, kind: AwardKind) -> Reply:
    """[提奖励], [提处理]."""
    form = await service.begin(context.house.db, context.person, kind, _press_name(context), context.now)
    return await _form(context, form)


async def who(context: Context, draft_id: int, unit_id: int) -> Reply:
    """For whom, below a unit."""
    form = await service.ask_part(context.house.db, context.person, draft_id, Asking.SUBJECT)
    return await _form(context, form, unit_id)


async def _form(context: Context, form: Form, unit_id: int = 0) -> Reply:
    if form.asking is not Asking.SUBJECT:
        return Reply(views.form(context.t, form))
    found = await service.choosing(context.house.db, context.person, form.draft_id, unit_id)
    return Reply(views.choose(context.t, found, form.kind))


async def person(context: Context, draft_id: int, person_id: int) -> Reply:
    """This person."""
    form = await service.choose_person(context.house.db, context.person, draft_id, person_id)
    return Reply(views.form(context.t, form))


async def team(context: Context, draft_id: int, unit_id: int) -> Reply:
    """The whole team."""
    form = await service.choose_team(context.house.db, context.person, draft_id, unit_id)
    return Reply(views.form(context.t, form))


async def ask(context: Context, draft_id: int, part: Asking) -> Reply:
    """[改人选], [改内容], [改事由], [看预览]."""
    return await _form(context, await service.ask_part(context.house.db, context.person, draft_id, part))


async def submit(context: Context, draft_id: int) -> Reply:
    """[提交]."""
    card, is_in = await service.propose(context.house.db, context.person, draft_id, context.now)
    return _shown(context, card, "awards.submitted" if is_in else None)


async def drop(context: Context, draft_id: int) -> Reply:
    """[放弃]."""
    await service.drop(context.house.db, context.person, draft_id, context.now)
    return Reply(views.dropped(context.t))


async def take(context: Context, draft: Draft, said: Said) -> Reply:
    """Whatever comes while a form is open."""
    house = context.house
    found, _ = await service.take(house.db, context.person, draft, said.text, said.message_id, context.now)
    if isinstance(found, Form):
        return await _form(context, found)
    return Reply(views.card(context.t, found, house.tz))


# a proposal ------------------------------------------------------------------------------------------------------


def _shown(context: Context, card: Card, done: str | None, *, onward: bool = False) -> Reply:
    """The card after a press. ``done``: what to say of it; None: it was over already."""
    toast = context.t.plain(done) if done else moved_on(context.t)
    return Reply(views.card(context.t, card, context.house.tz, onward=onward), toast)


async def agree(context: Context, award_id: int, onward: int) -> Reply:
    """[同意公示], [同意告知]."""
    house = context.house
    card, done = await service.agree(house.db, context.person, award_id, context.now, house.tz, onward=bool(onward))
    return _shown(context, card, "awards.agree_done" if done else None, onward=bool(onward))


async def pass_(context: Context, award_id: int, onward: int) -> Reply:
    """[通过] of what nobody objected to."""
    card, done = await service.decide(
        context.house.db, context.person, award_id, "", context.now, passed=True, onward=bool(onward)
    )
    return _shown(context, card, "awards.pass_done" if done else None, onward=bool(onward))


async def withdraw(context: Context, award_id: int) -> Reply:
    """[撤回]."""
    card, done = await service.withdraw(context.house.db, context.person, award_id, context.now)
    return _shown(context, card, "awards.withdraw_done" if done else None)


async def pass_why(context: Context, award_id: int) -> Reply:
    """[通过] in spite of objections: why."""
    return await _words(context, award_id, Asking.PASS)


async def reject(context: Context, award_id: int) -> Reply:
    """[不通过]: why."""
    return await _words(context, award_id, Asking.REJECT)


async def refuse(context: Context, award_id: int) -> Reply:
    """[退回]: why."""
    return await _words(context, award_id, Asking.REFUSAL)


async def object_(context: Context, award_id: int) -> Reply:
    """[提异议], [陈述申辩]."""
    return await _words(context, award_id, Asking.OBJECTION)


async def _words(context: Context, award_id: int, asking: Asking) -> Reply:
    """What it waits for, or how it stands when it waits no more."""
    house, name = context.house, _press_name(context)
    try:
        card = await service.begin_words(house.db, context.person, award_id, asking, name, context.now)
    except (MovedOn, NoticeOver) as error:
        card = await service.card(house.db, context.person, award_id, context.now)
        return Reply(views.card(context.t, card, house.tz), line(context.t, error))
    return Reply(views.ask(context.t, card, asking))


AREA = Area(
    "awards",
    {},
    {
        "list": Press(first),
        "page": Press(page, (_one_of(Which), number)),
        "open": Press(open_, (number, number)),
        "next": Press(next_, (number,)),
        "export": Press(export, (_one_of(Format),)),
        "new": Press(new, (_one_of(AwardKind),)),
        "who": Press(who, (number, number)),
        "person": Press(person, (number, number)),
        "team": Press(team, (number, number)),
        "ask": Press(ask, (number, _one_of(Asking))),
        "submit": Press(submit, (number,)),
        "drop": Press(drop, (number,)),
        "agree": Press(agree, (number, number)),
        "pass": Press(pass_, (number, number)),
        "withdraw": Press(withdraw, (number,)),
        "pass_why": Press(pass_why, (number,)),
        "reject": Press(reject, (number,)),
        "refuse": Press(refuse, (number,)),
        "object": Press(object_, (number,)),
    },
    {service.FORM: take},
)
