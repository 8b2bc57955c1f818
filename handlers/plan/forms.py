"""What people type and send while a form of the plan is open: dates, lines, evidence, the table."""

from collections.abc import Awaitable, Callable, Mapping

from content.tables import FILE_LIMIT, MEGABYTE, BadTable
from domain.clock import local_date
from domain.dates import parse_day
from domain.people import Role
from domain.plan import Edge, EvidenceKind
from handlers.context import Context
from handlers.plan.doing import ask as ask_again
from handlers.plan.managing import look, peek
from handlers.reply import Reply
from handlers.said import Said
from services import plan as service
from services.plan import Step
from storage.drafts import Draft
from views import errors
from views import plan as views


async def form(context: Context, draft: Draft, said: Said) -> Reply:
    """Whatever comes while the form is open."""
    return await _TAKERS[Step(draft.step)](context, draft, said)


async def _evidence(context: Context, draft: Draft, said: Said) -> Reply:
    house, task_id = context.house, service.subject(draft)
    kind, file_id = _kind(said)
    if said.message_id <= draft.seen or (kind is EvidenceKind.TEXT and not said.text.strip()):
        return Reply(views.taken_in(context.t, await service.handed(house.db, context.person, task_id)))
    piece = service.piece(kind, file_id, said.file_name, said.text.strip())
    handed, first = await service.add_evidence(
        house.db, context.person, draft, piece, said.origin, said.message_id, said.album or "", context.now
    )
    return Reply(views.taken_in(context.t, handed)) if first else Reply()


def _kind(said: Said) -> tuple[EvidenceKind, str | None]:
    if said.photo is not None:
        return EvidenceKind.PHOTO, said.photo
    if said.document is not None:
        return EvidenceKind.DOCUMENT, said.document
    return EvidenceKind.TEXT, None


async def _help(context: Context, draft: Draft, said: Said) -> Reply:
    house, task_id, line = context.house, service.subject(draft), " ".join(said.text.split())
    if not line:
        card = await service.card(house.db, context.person, task_id, context.now, house.tz)
        return Reply(views.ask_help(context.t, card))
    asked = await service.ask_help(house.db, context.person, task_id, line, said.origin, context.now)
    return Reply(views.asked(context.t, asked))


async def _move(context: Context, draft: Draft, said: Said) -> Reply:
    house = context.house
    day = parse_day(said.text, local_date(context.now, house.tz))
    asked = await service.ask_move(
        house.db, context.person, service.subject(draft), day, said.origin, context.now, house.tz
    )
    return Reply(views.asked(context.t, asked))


async def _answer(context: Context, draft: Draft, said: Said) -> Reply:
    house, ask_id, line = context.house, service.subject(draft), " ".join(said.text.split())
    if not line:
        return await ask_again(context, ask_id)
    card, first = await service.answer(house.db, context.person, ask_id, line, context.now, house.tz)
    return Reply(views.ask(context.t, card, house.tz), None if first else errors.moved_on(context.t))


async def _due(context: Context, draft: Draft, said: Said) -> Reply:
    day = parse_day(said.text, local_date(context.now, context.house.tz))
    return await look(context, service.subject(draft), day)


async def _start(context: Context, draft: Draft, said: Said) -> Reply:
    day = parse_day(said.text, local_date(context.now, context.house.tz), past=True)
    return await peek(context, service.subject(draft), Edge.START, day)


async def _end(context: Context, draft: Draft, said: Said) -> Reply:
    day = parse_day(said.text, local_date(context.now, context.house.tz))
    return await peek(context, service.subject(draft), Edge.END, day)


async def _table(context: Context, _draft: Draft, said: Said) -> Reply:
    return await _read_table(context, said)


async def _read_table(context: Context, said: Said) -> Reply:
    if said.document is None or not said.file_name.lower().endswith((".xlsx", ".csv")):
        return Reply(views.no_table(context.t))
    if said.file_size > FILE_LIMIT:
        raise BadTable("roster.too_large", limit=FILE_LIMIT // MEGABYTE)
    house = context.house
    data = bytes(await (await context.bot.get_file(said.document)).download_as_bytearray())
    checked = await service.check(house.db, context.person, data, said.file_name, said.origin, context.now, house.tz)
    if checked.faults or checked.diff is None:
        return Reply(views.faults(context.t, said.file_name, checked.faults))
    return Reply(views.table_preview(context.t, checked.draft_id, checked.diff))


async def received(context: Context, sent: Said) -> Reply | None:
    """A table that the office sends with no form open: ours by its name. None for any other file."""
    if context.person.role is not Role.OFFICE or not views.is_table_name(context.t, sent.file_name):
        return None
    return await _read_table(context, sent)


_TAKERS: Mapping[Step, Callable[[Context, Draft, Said], Awaitable[Reply]]] = {
    Step.EVIDENCE: _evidence,
    Step.HELP: _help,
    Step.MOVE: _move,
    Step.ANSWER: _answer,
    Step.DUE: _due,
    Step.START: _start,
    Step.END: _end,
    Step.TABLE: _table,
}
