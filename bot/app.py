"""The composition root: builds the bot from its settings, runs it, and stops it without losing anything.

Nothing is built at import; nothing here decides what is said or done.
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import chain, repeat
from typing import Any, TypeAlias, TypeVar

import structlog
from telegram import Update
from telegram.error import BadRequest, InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

import handlers
from bot import clockwork
from bot.control import Control
from bot.intake import Poller
from bot.jobs import jobs
from bot.lanes import Lanes
from bot.settings import BadSettings, Settings
from bot.slim import slim
from bot.transport import AiohttpRequest, Api
from bot.webhook import WebhookServer, webhook_app
from domain.clock import DAY, now
from domain.inbox import Incoming
from domain.people import Locale
from handlers.context import Context, Delivery, House, delivery
from schedules.letters import Letters
from services import bank, installation
from services.people import Directory
from services.practice import Bank, Pictures, load_bank
from services.timing import Timing
from storage.database import Database
from views import home as home_views
from views.practice import quizzes as quiz_views
from views.texts import Texts

log = structlog.get_logger(__name__)
T = TypeVar("T")
App: TypeAlias = "Application[Any, Any, Any, Any, Any, Any]"

CONNECTIONS = 256  # to one server; a lane uses two at a time
WIDTH = 128  # lanes handled at once: enough for 50 ms answers, few enough that none waits long for its turn
GRACE = 10.0  # seconds that a stop waits for what is being handled
RECONNECT = (1.0, 2.0, 5.0, 10.0, 15.0)


async def run(settings: Settings, stop: asyncio.Event | None = None) -> None:
    """Run until SIGTERM, SIGINT or ``stop``. Raises BadSettings or StorageError when it cannot start."""
    stop = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError, RuntimeError):
            loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        try:
            await _start(stack, settings, stop)
        except _Stopped:
            return
        await stop.wait()
        log.info("stopping")
    log.info("stopped")


async def _start(stack: AsyncExitStack, settings: Settings, stop: asyncio.Event) -> None:
    token = settings.token
    db = await Database.open(settings.data_dir)
    stack.push_async_callback(db.close)
    questions = await _questions(db)
    request = AiohttpRequest(connections=CONNECTIONS, proxy=settings.proxy)
    await request.initialize()
    stack.push_async_callback(request.shutdown)
    api = Api(f"{settings.api_root}/bot", token, request)
    username = await _persist(api.username, stop)
    await installation.note_bot_username(db, username)
    directory = Directory(db)
    timing, letters = Timing(settings.zone, *settings.quiet), Letters(db, settings.zone)
    house = House(
        db=db,
        bank=questions,
        pictures=await Pictures.load(db),
        directory=directory,
        api=api,
        tz=settings.zone,
        timing=timing,
        render=letters.opened,
        clock=now,
        username=username,
        invitation_hours=settings.invitation_hours,
        appeal_window=settings.appeal_days * DAY,
    )
    application = _application(settings, request, house)
    await _persist(application.initialize, stop)
    stack.push_async_callback(application.shutdown)
    lanes = Lanes(db, _handler(application), now, width=WIDTH)
    await _persist(lambda: _strangers_menu(api), stop)
    await lanes.start()
    stack.push_async_callback(lanes.stop, GRACE)
    await _take_in(stack, settings, db, api, lanes, stop)
    control = Control(settings.data_dir, jobs(db, settings, directory.forget, questions))
    await control.start()
    stack.push_async_callback(control.stop)
    await clockwork.start(stack, settings, db, questions, api, timing, letters)
    log.info("ready", bot=username, intake="webhook" if settings.webhook_url else "polling")


async def _questions(db: Database) -> Bank:
    """The bank, refreshed from its files; with faults in them the stored one goes on."""
    faults = await bank.refresh(db, now=now())
    for fault in faults:
        log.error("bank not taken in", fault=str(fault))
    questions = await load_bank(db)
    if not questions.live:
        raise BadSettings("题库有误，且没有可用的旧题库：请运行 tollmate content check (the question bank is broken)")
    return questions


class _Stopped(Exception):
    """Told to stop before the start was complete."""


async def _persist(attempt: Callable[[], Awaitable[T]], stop: asyncio.Event) -> T:
    """What ``attempt`` returns, as soon as Telegram can be reached; without a network it is tried again and again.

    Raises _Stopped when told to stop meanwhile, BadSettings for a token or a webhook that Telegram refuses.
    """
    for pause in chain(RECONNECT, repeat(RECONNECT[-1])):
        try:
            return await attempt()
        except InvalidToken:
            raise BadSettings("TOLLMATE_BOT_TOKEN 无效：Telegram 不认识这个令牌 (unknown to Telegram)") from None
        except BadRequest as error:
            raise BadSettings(f"Telegram 拒绝了启动时的设置：{error.message}。请检查 TOLLMATE_WEBHOOK_URL") from None
        except TelegramError as error:
            log.warning(
                "连不上 Telegram，正在重试。如在防火墙后，请设置 TOLLMATE_PROXY_URL 或 TOLLMATE_API_BASE_URL",
                error=error.message,
            )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
            raise _Stopped
    raise AssertionError("the pauses never end")


def _application(settings: Settings, request: AiohttpRequest, house: House) -> App:
    bot: ExtBot[None] = ExtBot(
        settings.token,
        base_url=f"{settings.api_root}/bot",
        base_file_url=f"{settings.api_root}/file/bot",
        request=request,
        get_updates_request=request,
    )
    application = Application.builder().bot(bot).updater(None).context_types(ContextTypes(context=Context)).build()
    handlers.setup(application)
    application.bot_data["house"] = house
    return application


def _handler(application: App) -> Callable[[Incoming], Awaitable[None]]:
    async def handle(incoming: Incoming) -> None:
        current = Delivery(incoming.received_at, incoming.attempts)
        delivery.set(current)
        await application.process_update(Update.de_json(slim(incoming.body), application.bot))
        if current.fault is not None:
            raise current.fault

    return handle


async def _strangers_menu(api: Api) -> None:
    """What somebody sees behind “/” before joining, and in groups."""
    for code, locale in ((None, Locale.ZH_CN), ("en", Locale.EN)):
        texts = Texts.of(locale)
        commands = [{"command": name, "description": text} for name, text in home_views.strangers_commands(texts)]
        await api.call("setMyCommands", {"commands": commands, "language_code": code})
        groups = [{"command": name, "description": text} for name, text in quiz_views.group_commands(texts)]
        scope = {"type": "all_group_chats"}
        await api.call("setMyCommands", {"commands": groups, "scope": scope, "language_code": code})


async def _take_in(
    stack: AsyncExitStack, settings: Settings, db: Database, api: Api, lanes: Lanes, stop: asyncio.Event
) -> None:
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        path = "/" + settings.webhook_url.split("://", 1)[1].partition("/")[2]
        server = WebhookServer(webhook_app(path, secret, db, lanes, now), *settings.listen)
        await _listen(server, settings)
        stack.push_async_callback(server.stop)
        webhook = {"url": settings.webhook_url, "secret_token": secret, "allowed_updates": handlers.ALLOWED_UPDATES}
        await _persist(lambda: api.call("setWebhook", webhook), stop)
        return
    poller = Poller(api, db, lanes, now, handlers.ALLOWED_UPDATES)
    task = asyncio.create_task(poller.run(), name="poller")
    task.add_done_callback(lambda _: stop.set())

    async def end() -> None:
        await poller.stop()
        try:
            await task
        except InvalidToken:
            raise BadSettings("TOLLMATE_BOT_TOKEN 已失效：Telegram 不再认识这个令牌 (no longer valid)") from None

    stack.push_async_callback(end)


async def _listen(server: WebhookServer, settings: Settings) -> None:
    try:
        await server.start()
    except OSError as error:
        host, port = settings.listen
        sentence = f"TOLLMATE_WEBHOOK_LISTEN：{host}:{port} 不能监听（{error.strerror}）(cannot listen there)"
        raise BadSettings(sentence) from error
