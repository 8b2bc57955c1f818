"""The yardstick: python-telegram-bot as it comes, answering and editing, without any storage."""

import argparse

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

DATA = "practice:answer:1:2:3"
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=DATA) for text in "ABCD"]])
TEXT = "第 3/5 题 · 法规 · 单选\n\n" + "题干" * 40


async def tap(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer the press and edit its message."""
    query = update.callback_query
    assert query is not None
    await query.answer()
    await query.edit_message_text(TEXT, reply_markup=KEYBOARD)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--api", required=True)
    parser.add_argument("--concurrent", type=int, required=True, help="concurrent_updates; 0: one at a time")
    arguments = parser.parse_args()
    builder = Application.builder().token("1:BENCH").base_url(f"{arguments.api}/bot")
    application = builder.concurrent_updates(arguments.concurrent or False).build()
    application.add_handler(CallbackQueryHandler(tap))
    application.run_polling()
