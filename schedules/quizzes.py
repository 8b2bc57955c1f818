"""Posts the questions that are due to groups, and closes them. Once each: leased before the call, settled after it.

What the messenger may have carried out is never tried again. Called by the tick; knows no rule of when and what.
"""

from collections.abc import Mapping
from typing import Any, Protocol

import structlog

from domain.clock import MINUTE
from domain.outbox import Outcome
from domain.people import Locale, Person
from domain.practice.class_quizzes import ClassQuiz
from domain.practice.quizzes import DAILY, Quiz
from schedules.sender import classified
from services.practice import Bank
from services.practice import class_quizzes as classes
from services.practice import quizzes as service
from services.timing import Timing
from storage.database import Database
from views import wire
from views.practice import class_quizzes as class_views
from views.practice import quizzes as views
from views.texts import Texts

log = structlog.get_logger(__name__)

A_TICK = 50  # questions that one tick posts
PAUSE = 5_000  # ms before a class quiz's question that could not be closed is tried again
LANGUAGE = Locale.ZH_CN  # a group has many readers and one language
OTHER_CLOSING = "close_date"  # what an older Bot API server says of a time beyond its ten minutes
NO_RIGHTS = "not enough rights"
OVER = ("can't be stopped", "to stop not found", "not a poll", "chat not found", "kicked", "not a member", "upgraded")


class Client(Protocol):
    """The part of the Bot API client that is needed here."""

    async def call(self, method: str, parameters: Mapping[str, object] | None = None, /) -> Any:
        """Call a method. Raises for whatever Telegram refuses; the text says why."""
        ...


class Quizzes:
    """The questions of one database. ``unsent``: the error class of a call that never left the machine."""

    def __init__(self, db: Database, bank: Bank, api: Client, timing: Timing, unsent: type[Any]) -> None:
        self._db = db
        self._bank = bank
        self._api = api
        self._timing = timing
        self._unsent = unsent
        self._not_before: dict[int, int] = {}

    async def recover(self) -> None:
        """Before the first tick: what was in the air when the process ended is unknown, and not posted again."""
        if left := await service.recover(self._db):
            log.warning("questions to groups were in the air when the process ended", count=left)

    async def daily(self, now: int) -> None:
        """Plan, post and close what is due at ``now`` (ms UTC)."""
        await service.plan_daily(self._db, self._bank, now, self._timing)
        await self._post_due(now, of_class=False)
        for quiz in await service.to_close(self._db, self._bank, now):
            await self._close(quiz, now)

    async def live(self, now: int) -> None:
        """Class quizzes, every second: close the last question, post the next one, keep the leaders' cards current."""
        await classes.expire(self._db, self._bank, now)
        for over in await service.to_close(self._db, self._bank, now, of_class=True):
            if self._not_before.get(over.id, 0) <= now:
                await self._close(over, now)
        await self._post_due(now, of_class=True)
        for own, leader in await classes.outdated(self._db, self._bank, now):
            await self._show(own, leader, now)

    async def _show(self, own: ClassQuiz, leader: Person, now: int) -> None:
        screen = class_views.class_quiz(Texts.of(leader.locale), own)
        call = wire.edit(own.chat_id, own.message_id, screen)
        try:
            await self._api.call(call.method, call.params)
        except Exception as error:  # noqa: BLE001 - whoever wants the card opens it again
            log.info("a class quiz's card was not updated", quiz=own.id, reason=str(error))
        await classes.note_shown(self._db, own, now)

    async def _post_due(self, now: int, *, of_class: bool) -> None:
        for _ in range(A_TICK):
            quiz = await service.take(self._db, self._bank, now, of_class=of_class)
            if quiz is None:
                break
            await self._post(quiz, now)

    async def _post(self, quiz: Quiz, now: int) -> None:
        try:
            message = await self._sent(quiz)
        except Exception as error:  # noqa: BLE001 - whatever it is, the row says what became of it
            await self._failed(quiz, error, now)
        else:
            await service.posted(self._db, quiz, str(message["poll"]["id"]), int(message["message_id"]))

    async def _sent(self, quiz: Quiz) -> Any:
        t = Texts.of(LANGUAGE)
        call = views.poll(t, quiz)
        try:
            return await self._api.call(call.method, call.params)
        except Exception as error:
            if OTHER_CLOSING not in str(error).lower():
                raise
        call = views.poll(t, quiz, timed=False)
        return await self._api.call(call.method, call.params)

    async def _failed(self, quiz: Quiz, error: Exception, now: int) -> None:
        moved_to = getattr(error, "new_chat_id", None)
        if moved_to is not None:
            await service.migrated(self._db, quiz.chat_id, moved_to, now)
            await service.not_posted(self._db, quiz, Outcome.NOT_SENT, None, now, again=0)
            return
        outcome, cause = classified(error, self._unsent)
        cause = "no_rights" if NO_RIGHTS in str(error).lower() else cause
        log.warning("a question was not posted", quiz=quiz.id, outcome=outcome.value, reason=str(error))
        await service.not_posted(self._db, quiz, outcome, cause, now, again=_pause(error, quiz))

    async def _close(self, quiz: Quiz, now: int) -> None:
        if quiz.message_id is None:
            await service.closed(self._db, quiz, now)
            return
        try:
            poll = await self._api.call("stopPoll", {"chat_id": quiz.chat_id, "message_id": quiz.message_id})
        except Exception as error:  # noqa: BLE001 - the next tick tries it again, unless it is over
            if any(reason in str(error).lower() for reason in OVER):
                await service.closed(self._db, quiz, now)
            else:
                self._not_before[quiz.id] = now + PAUSE
                log.warning("a question was not closed", quiz=quiz.id, reason=str(error))
            return
        await service.heard(self._db, self._bank, _heard(poll), now)


def _pause(error: Exception, quiz: Quiz) -> int:
    """Milliseconds until it is tried again; a class waits for its question."""
    wait = getattr(error, "retry_after", None)
    if wait is None:
        return MINUTE if quiz.slot == DAILY else PAUSE
    return round(1000 * (wait if isinstance(wait, int | float) else wait.total_seconds()))


def _heard(poll: Mapping[str, Any]) -> service.Heard:
    return service.Heard(
        str(poll["id"]),
        str(poll["question"]),
        tuple(str(option["text"]) for option in poll["options"]),
        tuple(int(option["voter_count"]) for option in poll["options"]),
        int(poll["total_voter_count"]),
        bool(poll["is_closed"]),
    )
