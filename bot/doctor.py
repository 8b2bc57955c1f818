"""Before the first run: is everything set, writable and reachable? One line per check, in plain words."""

from telegram.error import InvalidToken, TelegramError

from bot.settings import BadSettings, Settings
from bot.transport import AiohttpRequest, Api
from storage.database import Database
from storage.errors import DataDirBusy, StorageError


async def examine(settings: Settings) -> list[tuple[str, bool]]:
    """The checks in order, each as a sentence and whether it is well."""
    return [await _data_dir(settings), await _telegram(settings)]


async def _data_dir(settings: Settings) -> tuple[str, bool]:
    try:
        db = await Database.open(settings.data_dir)
    except DataDirBusy:
        return f"数据目录 {settings.data_dir} 正由运行中的机器人使用", True
    except (StorageError, OSError) as error:
        return f"数据目录 {settings.data_dir} 用不了：{error}", False
    await db.close()
    return f"数据目录 {settings.data_dir} 可用", True


async def _telegram(settings: Settings) -> tuple[str, bool]:
    try:
        token = settings.token
    except BadSettings as error:
        return str(error), False
    request = AiohttpRequest(proxy=settings.proxy_url.get_secret_value() if settings.proxy_url else None)
    await request.initialize()
    try:
        username = await Api(f"{settings.api_root}/bot", token, request).username()
    except InvalidToken:
        return "TOLLMATE_BOT_TOKEN 无效：Telegram 不认识这个令牌", False
    except TelegramError as error:
        return f"连不上 {settings.api_root}（{error.message}）。如在防火墙后，请设置 TOLLMATE_PROXY_URL", False
    finally:
        await request.shutdown()
    return f"已连上 Telegram：@{username}", True
