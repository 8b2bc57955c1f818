"""Telegram's documented limits (core.telegram.org/bots/api and the public tdlib sources), written down once.

Lengths are UTF-16 code units unless a name says bytes; that is never laxer than Telegram.
"""

from typing import Final

TEXT: Final = 4096
CAPTION: Final = 1024
INPUT_TEXT_BYTES: Final = 1 << 15

CALLBACK_DATA_BYTES: Final = 64
CALLBACK_ANSWER: Final = 200
START_PAYLOAD: Final = 64
BUTTONS_PER_MARKUP: Final = 100
BUTTONS_PER_ROW: Final = 8
COPY_TEXT: Final = 256
PLACEHOLDER: Final = 64

ALBUM_MIN: Final = 2
ALBUM_MAX: Final = 10

POLL_QUESTION: Final = 300
POLL_OPTION: Final = 100
POLL_OPTIONS_MIN: Final = 2
POLL_OPTIONS_MAX: Final = 12
POLL_EXPLANATION: Final = 200
POLL_EXPLANATION_LINE_FEEDS: Final = 2
POLL_OPEN_PERIOD_MIN: Final = 5
POLL_OPEN_PERIOD_MAX: Final = 2_628_000

UPLOAD_BYTES: Final = 50 * 1024 * 1024
DOWNLOAD_BYTES: Final = 20 * 1024 * 1024
PHOTO_BYTES: Final = 10 * 1024 * 1024
PHOTO_SIDES_SUM: Final = 10_000
PHOTO_RATIO: Final = 20

COMMANDS: Final = 100
COMMAND_NAME: Final = 32
COMMAND_DESCRIPTION: Final = 256
BOT_NAME: Final = 64
BOT_DESCRIPTION: Final = 512
BOT_SHORT_DESCRIPTION: Final = 120

UPDATES_PER_ANSWER: Final = 100
LONG_POLL_SECONDS: Final = 50
DELETE_MESSAGES: Final = 100
DELETE_WITHIN_SECONDS: Final = 2 * 86_400
SECRET_TOKEN: Final = 256
WEBHOOK_CONNECTIONS: Final = 100
WEBHOOK_CONNECTIONS_DEFAULT: Final = 40
