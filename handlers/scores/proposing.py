"""Writing a proposal, a reversal, and proposing a verified deed."""

from datetime import date

from domain.scores.shown import Asking, Form
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import Press, number
from handlers.scores.common import a_day, a_part, after, press_name
from services import scores as service
from views import scores as views


async def begin(context: Context) -> Reply:
    """[记一笔]: for whom."""
    return await begin_for(context, 0, 0)


async def begin_for(context: Context, person_id: int, unit_id: int) -> Reply:
    """[记一笔] for somebody, or for a team; 0 and 0: to be chosen."""
    house = context.house
    found = await service.begin(
        house.db,
        context.person,
        press_name(context),
        context.now,
        house.tz,
        person_id=person_id or None,
        unit_id=unit_id or None,
    )
    return await _form(context, found)


async def _form(context: Context, found: Form, page: int = 0) -> Reply:
    if found.asking is Asking.SUBJECT:
        return await choose(context, found.draft_id, 0)
    return Reply(views.form(context.t, found, page))


async def choose(context: Context, draft_id: int, unit_id: int) -> Reply:
    """Who, below a unit."""
    found = await service.choosing(context.house.db, context.person, draft_id, unit_id, context.now)
    return Reply(views.choosing(context.t, found))


async def person(context: Context, draft_id: int, person_id: int) -> Reply:
    """This person."""
    house = context.house
    found = await service.choose_person(house.db, context.person, draft_id, person_id, context.now, house.tz)
    return await _form(context, found)


async def team(context: Context, draft_id: int, unit_id: int) -> Reply:
    """This team."""
    house = context.house
    found = await service.choose_team(house.db, context.person, draft_id, unit_id, context.now, house.tz)
    return await _form(context, found)


async def clauses(context: Context, draft_id: int, page: int) -> Reply:
    """Another page of clauses."""
    house = context.house
    return await _form(context, await service.form(house.db, context.person, draft_id, context.now, house.tz), page)


async def clause(context: Context, draft_id: int, clause_id: int) -> Reply:
    """This clause."""
    house = context.house
    found = await service.choose_clause(house.db, context.person, draft_id, clause_id, context.now, house.tz)
    return await _form(context, found)


async def day(context: Context, draft_id: int, chosen: date) -> Reply:
    """On this day."""
    house = context.house
    return await _form(
        context, await service.set_day(house.db, context.person, draft_id, chosen, context.now, house.tz)
    )


async def part(context: Context, draft_id: int, asking: Asking) -> Reply:
    """Back to a part of the form."""
    house = context.house
    found = await service.ask_part(house.db, context.person, draft_id, asking, context.now, house.tz)
    return await _form(context, found)


async def drop(context: Context, draft_id: int) -> Reply:
    """[不记了]."""
    await service.drop(context.house.db, context.person, draft_id, context.now)
    return Reply(views.dropped(context.t))


async def propose(context: Context, draft_id: int) -> Reply:
    """[提交]."""
    house = context.house
    done = await service.propose(house.db, context.person, draft_id, context.now, house.tz)
    return after(context, done, "scores.proposed")


async def reverse(context: Context, entry_id: int) -> Reply:
    """[冲正]: asks why."""
    house = context.house
    found = await service.begin_reversal(house.db, context.person, entry_id, press_name(context), context.now, house.tz)
    return await _form(context, found)


async def deed(context: Context, deed_id: int) -> Reply:
    """[提议加分] of a verified deed."""
    house = context.house
    found = await service.propose_for_deed(house.db, context.person, deed_id, context.now, house.tz)
    return Reply(views.deed_proposal(context.t, found))


PRESSES = {
    "begin": Press(begin),
    "begin_for": Press(begin_for, (number, number)),
    "choose": Press(choose, (number, number)),
    "person": Press(person, (number, number)),
    "team": Press(team, (number, number)),
    "clauses": Press(clauses, (number, number)),
    "clause": Press(clause, (number, number)),
    "day": Press(day, (number, a_day)),
    "part": Press(part, (number, a_part)),
    "drop": Press(drop, (number,)),
    "propose": Press(propose, (number,)),
    "reverse": Press(reverse, (number,)),
    "deed": Press(deed, (number,)),
}
