"""The Bot API methods the sandbox knows: one table, name → parameters → function.

`getUpdates` and the webhook methods stand in `updates`, because they act on the wire and not on the world alone.
"""

from sandbox.methods import groups, media, messages, polls, profile, updates
from sandbox.methods.common import Method

TABLE: dict[str, Method] = {
    method.name.lower(): method
    for room in (messages, media, polls, groups, profile, updates)
    for method in room.METHODS
}
"""By lower-case name: Telegram does not mind the case of a method's name."""
