"""[题目有误] and the office's answer to it: the same message goes from the run to the question and back."""

import re
from collections.abc import Awaitable, Callable, Mapping

from domain.errors import MovedOn
from domain.practice.reports import NoWords, Reason, Reported, TextPart
from handlers.context import Context
from handlers.reply import Reply
from handlers.routes import FormHandler, Press, number
from handlers.said import Said
from services.practice import reports as service
from services.practice.reports import Settled, Step
from storage.drafts import Draft
from views import practice as views

_ID = re.compile(r"[A-Za-z0-9-]{1,20}")
OPTIONS = 1 << 6  # of a mask: no question has more than six


def _origin(context: Context) -> str:
    """Names this press for ever: handled again, it has the same moment; pressed again, another."""
    return f"report:{context.chat_id_}:{context.message_id}:{context.now}"


def question(text: str) -> str:
    """A question's id. Raises ValueError."""
    if not _ID.fullmatch(text):
        raise ValueError(text)
    return text


def options(text: str) -> frozenset[int]:
    """Chosen options as one number: bit i for option i. Raises ValueError."""
    mask = number(text)
    if mask >= OPTIONS:
        raise ValueError(text)
    return frozenset(index for index in range(mask.bit_length()) if mask >> index & 1)


# who reports -----------------------------------------------------------------------------------------------------


async def report(context: Context, run: int, position: int) -> Reply:
    """[题目有误]."""
    house = context.house
    found = await service.look(house.db, house.bank, context.person, run, position, context.now)
    return Reply(views.reporting(context.t, found))


async def because(context: Context, run: int, position: int, reason: Reason) -> Reply:
    """A reason; [其他] asks for words."""
    house = context.house
    if reason is not Reason.OTHER:
        found = await service.report(house.db, house.bank, context.person, run, position, reason, context.now)
        return _taken(context, found)
    found = await service.ask_words(house.db, house.bank, context.person, run, position, _origin(context), context.now)
    return Reply(views.reporting(context.t, found) if found.report else views.ask_words(context.t, found))


def _taken(context: Context, found: Reported) -> Reply:
    """The run again; what there is to say about an old report, or of a question that changed since, first."""
    if found.waits:
        return Reply(views.reported(context.t, found), views.taken_line(context.t))
    return Reply(views.reporting(context.t, found))


async def back(context: Context, run: int, position: int) -> Reply:
    """[返回] to the run."""
    house = context.house
    found = await service.look(house.db, house.bank, context.person, run, position, context.now)
    return Reply(views.reported(context.t, found))


async def _words(context: Context, draft: Draft, said: Said) -> Reply:
    house = context.house
    found = await service.take_words(house.db, house.bank, context.person, draft, said.text, context.now)
    if found.waits:
        return Reply(views.reported(context.t, found, aloud=True))
    return Reply(views.reporting(context.t, found))


# the office ------------------------------------------------------------------------------------------------------


async def inbox(context: Context) -> Reply:
    """[题目反馈]."""
    house = context.house
    return Reply(views.inbox(context.t, await service.inbox(house.db, house.bank, context.person, context.now)))


async def card(context: Context, question_id: str) -> Reply:
    """One question."""
    found = await service.card(context.house.db, context.person, question_id, context.now)
    return Reply(views.settled(context.t, found))


def _or_card(handler: Callable[..., Awaitable[Reply]]) -> Callable[..., Awaitable[Reply]]:
    """Where the question changed since the button was shown: it says so, and shows the question as it is."""

    async def shown(context: Context, question_id: str, *fields: object) -> Reply:
        try:
            return await handler(context, question_id, *fields)
        except MovedOn:
            return Reply((await card(context, question_id)).screen, views.question_moved_on(context.t))

    return shown


def _settled(context: Context, settled: Settled) -> Reply:
    line = views.question_done(context.t) if settled.done else views.question_moved_on(context.t)
    return Reply(views.settled(context.t, settled.card), line)


def _settled_aloud(context: Context, settled: Settled) -> Reply:
    """The same after a message, which has no short line of its own."""
    line = views.question_done(context.t) if settled.done else views.question_moved_on(context.t)
    return Reply(views.settled(context.t, settled.card, line))


async def rekeying(context: Context, question_id: str, version: int, key: frozenset[int]) -> Reply:
    """[改答案], and each toggle."""
    shown = await service.rekeying(context.house.db, context.person, question_id, version, key)
    return Reply(views.rekeying(context.t, shown))


async def rekey(context: Context, question_id: str, version: int, key: frozenset[int]) -> Reply:
    """[确认改答案]."""
    house = context.house
    done = await service.rekey(house.db, house.bank, context.person, question_id, version, key, context.now)
    return _settled(context, done)


async def rewording(context: Context, question_id: str, version: int) -> Reply:
    """[改文字]."""
    found = await service.in_use(context.house.db, context.person, question_id, version)
    return Reply(views.ask_part(context.t, found))


async def reword(context: Context, question_id: str, version: int, part: TextPart) -> Reply:
    """Which part: asks for the new text."""
    asked = await service.ask_text(
        context.house.db, context.person, question_id, version, part, _origin(context), context.now
    )
    return Reply(views.ask_text(context.t, asked, part))


async def _text(context: Context, draft: Draft, said: Said) -> Reply:
    house = context.house
    if not said.text.strip():
        raise NoWords
    done = await service.reword(house.db, house.bank, context.person, draft, said.text, context.now)
    return _settled_aloud(context, done)


async def rejecting(context: Context, question_id: str) -> Reply:
    """[驳回]: asks why."""
    found = await service.ask_reason(context.house.db, context.person, question_id, _origin(context), context.now)
    return Reply(views.ask_reason(context.t, found))


async def _reason(context: Context, draft: Draft, said: Said) -> Reply:
    done = await service.reject(context.house.db, context.person, draft, said.text, context.now)
    return _settled_aloud(context, done)


async def retiring(context: Context, question_id: str, version: int) -> Reply:
    """[停用]: asks whether."""
    found = await service.in_use(context.house.db, context.person, question_id, version)
    return Reply(views.ask_retire(context.t, found))


async def retire(context: Context, question_id: str, version: int) -> Reply:
    """[确认停用]."""
    house = context.house
    return _settled(
        context, await service.retire(house.db, house.bank, context.person, question_id, version, context.now)
    )


async def _form(context: Context, draft: Draft, said: Said) -> Reply:
    return await _TAKERS[Step(draft.step)](context, draft, said)


_TAKERS: Mapping[Step, FormHandler] = {Step.WORDS: _words, Step.TEXT: _text, Step.REASON: _reason}

PRESSES: Mapping[str, Press] = {
    "report": Press(report, (number, number)),
    "because": Press(because, (number, number, Reason)),
    "back": Press(back, (number, number)),
    "reports": Press(inbox),
    "reported": Press(card, (question,)),
    "rekeying": Press(_or_card(rekeying), (question, number, options)),
    "rekey": Press(rekey, (question, number, options)),
    "rewording": Press(_or_card(rewording), (question, number)),
    "reword": Press(_or_card(reword), (question, number, TextPart)),
    "rejecting": Press(_or_card(rejecting), (question,)),
    "retiring": Press(_or_card(retiring), (question, number)),
    "retire": Press(retire, (question, number)),
}
FORMS: Mapping[str, FormHandler] = {service.FORM: _form}
