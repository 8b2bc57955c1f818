"""The composition root: builds the bot from its settings, runs it, and stops it without losing anything.

Nothing is built at import; nothing here decides what is said or done.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeAlias

import structlog
from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ContextTypes, ExtBot

import handlers
from bot.control import Control
from bot.intake import Poller
from bot.jobs import jobs
from bot.lanes import Lanes
from bot.settings import BadSettings, Settings
from bot.slim import slim
from bot.transport import AiohttpRequest, Api
from bot.webhook import WebhookServer, webhook_app
from domain.clock import now
from domain.inbox import Incoming
from domain.people import Locale
from handlers.context import Context, Delivery, House, delivery
from schedules import nightly, tick
from services import bank, installation
from services.people import Directory
from services.practice import Bank, load_bank
from storage.database import Database
from views import home as home_views
from views.texts import Texts

log = structlog.get_logger(__name__)
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
        await _start(stack, settings, stop)
        await stop.wait()
        log.info("stopping")
    log.info("stopped")


async def _start(stack: AsyncExitStack, settings: Settings, stop: asyncio.Event) -> None:
    token = settings.token
    db = await Database.open(settings.data_dir)
    stack.push_async_callback(db.close)
    questions = await _questions(db)
    request = AiohttpRequest(
        connections=CONNECTIONS, proxy=settings.proxy_url.get_secret_value() if settings.proxy_url else None
    )
    await request.initialize()
    stack.push_async_callback(request.shutdown)
    api = Api(f"{settings.api_root}/bot", token, request)
    username = await _first_contact(api, stop)
    if username is None:
        return
    await installation.note_bot_username(db, username)
    directory = Directory(db)
    house = House(db, questions, directory, api, settings.zone, now, username, settings.invitation_hours)
    application = await stack.enter_async_context(_application(settings, request, house))
    lanes = Lanes(db, _handler(application), now, width=WIDTH)
    await _strangers_menu(api)
    await lanes.start()
    stack.push_async_callback(lanes.stop, GRACE)
    await _take_in(stack, settings, db, api, lanes, stop)
    control = Control(settings.data_dir, jobs(db, settings, directory.forget))
    await control.start()
    stack.push_async_callback(control.stop)
    stack.callback(tick.start(lambda: nightly.run_if_due(db, settings.data_dir, now(), settings.zone)))
    log.info("ready", bot=username, intake="webhook" if settings.webhook_url else "polling")


async def _questions(db: Database) -> Bank:
    """The bank, refreshed from its files; with faults in them the stored one goes on."""
    faults = await bank.refresh(db)
    for fault in faults:
        log.error("bank not taken in", fault=str(fault))
    questions = await load_bank(db)
    if not questions.live:
        raise BadSettings("题库有误，且没有可用的旧题库：请运行 tollmate content check (the question bank is broken)")
    return questions


async def _first_contact(api: Api, stop: asyncio.Event) -> str | None:
    """The bot's username. Keeps trying while there is no network; None when told to stop meanwhile."""
    for attempt in range(1_000_000):
        try:
            return await api.username()
        except InvalidToken:
            raise BadSettings("TOLLMATE_BOT_TOKEN 无效：Telegram 不认识这个令牌 (unknown to Telegram)") from None
        except TelegramError as error:
            if attempt == 0:
                log.warning(
                    "连不上 Telegram，正在重试。如在防火墙后，请设置 TOLLMATE_PROXY_URL 或 TOLLMATE_API_BASE_URL",
                    error=error.message,
                )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), RECONNECT[min(attempt, len(RECONNECT) - 1)])
            return None
    return None


@asynccontextmanager
async def _application(settings: Settings, request: AiohttpRequest, house: House) -> AsyncIterator[App]:
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
    await application.initialize()
    try:
        yield application
    finally:
        await application.shutdown()


def _handler(application: App) -> Callable[[Incoming], Awaitable[None]]:
    async def handle(incoming: Incoming) -> None:
        current = Delivery(incoming.received_at, incoming.attempts)
        delivery.set(current)
        await application.process_update(Update.de_json(slim(incoming.body), application.bot))
        if current.fault is not None:
            raise current.fault

    return handle


async def _strangers_menu(api: Api) -> None:
    """What somebody sees behind “/” before joining."""
    for code, locale in ((None, Locale.ZH_CN), ("en", Locale.EN)):
        texts = Texts.of(locale)
        commands = [{"command": name, "description": text} for name, text in home_views.strangers_commands(texts)]
        await api.call("setMyCommands", {"commands": commands, "language_code": code})


async def _take_in(
    stack: AsyncExitStack, settings: Settings, db: Database, api: Api, lanes: Lanes, stop: asyncio.Event
) -> None:
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        path = "/" + settings.webhook_url.split("://", 1)[1].partition("/")[2]
        server = WebhookServer(webhook_app(path, secret, db, lanes, now), *settings.listen)
        await server.start()
        stack.push_async_callback(server.stop)
        await api.call(
            "setWebhook",
            {"url": settings.webhook_url, "secret_token": secret, "allowed_updates": handlers.ALLOWED_UPDATES},
        )
        return
    poller = Poller(api, db, lanes, now, handlers.ALLOWED_UPDATES)
    task = asyncio.create_task(poller.run(), name="poller")
    task.add_done_callback(lambda _: stop.set())

    async def end() -> None:
        await poller.stop()
        await task

    stack.push_async_callback(end)
