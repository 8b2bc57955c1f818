"""An update without what no handler reads: the text and keyboard of the message under a pressed button.

A press carries the whole message it hangs on; parsing that costs more than the rest of the update. The stored
body stays as Telegram sent it.
"""

from typing import Any

import orjson

_KEPT = ("message_id", "date", "chat")


def slim(body: str) -> dict[str, Any]:
    """The update as a dict, its pressed message cut down to where it stands."""
    update: dict[str, Any] = orjson.loads(body)
    query = update.get("callback_query")
    if query and "message" in query:
        message = query["message"]
        query["message"] = {field: message[field] for field in _KEPT if field in message}
    return update
