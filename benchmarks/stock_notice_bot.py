"""The yardstick for notices: python-telegram-bot with its own AIORateLimiter, answering taps while it sends.

Without any storage. All messages are handed to the limiter at once, as its documentation intends; taps and messages
share its queue.
"""

import argparse
import asyncio
from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import AIORateLimiter, Application, CallbackQueryHandler, ContextTypes

from benchmarks.stock_bot import KEYBOARD, TEXT

NOTICE = "【通知】" + "明早八点半在三楼会议室点名。" * 5
CONFIRM = InlineKeyboardMarkup([[InlineKeyboardButton("收到", callback_data="notice:confirm:1")]])


async def tap(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer the press and edit its message."""
    query = update.callback_query
    assert query is not None
    await query.answer()
    await query.edit_message_text(TEXT, reply_markup=KEYBOARD)


async def send(application: Application[Any, Any, Any, Any, Any, Any], first: int, count: int, after: float) -> None:
    """The notice to ``count`` chats from ``first`` on, after so many seconds."""
    await asyncio.sleep(after)
    bot = application.bot
    await asyncio.gather(
        *(bot.send_message(chat, NOTICE, reply_markup=CONFIRM) for chat in range(first, first + count)),
        return_exceptions=True,
    )


def main() -> None:
    """Command line: ``--api``, ``--rate``, ``--first``, ``--count``, ``--after``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--api", required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--after", type=float, required=True)
    given = parser.parse_args()

    async def begin(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        if given.count:
            application.create_task(send(application, given.first, given.count, given.after))

    builder = Application.builder().token("1:BENCH").base_url(f"{given.api}/bot").concurrent_updates(256)
    builder.rate_limiter(AIORateLimiter(overall_max_rate=given.rate, overall_time_period=1))
    application = builder.post_init(begin).build()
    application.add_handler(CallbackQueryHandler(tap))
    application.run_polling()


if __name__ == "__main__":
    main()
