"""No parameter, however odd, gets more out of a method than a result or a refusal."""

import contextlib

import orjson
import pytest

from sandbox.botapi import BotApi
from sandbox.errors import ApiError
from sandbox.methods import TABLE
from sandbox.methods.args import Args
from sandbox.records import Account, Group, Upload
from sandbox.world import World

ODD = (
    5, -1, 0, str(2**70), 1e300, 1.5, True, "", "x", "🏟", "{", "[[]]", [], {}, [[]], [{}], [5], ["x"], [None], {"type": []},
    [{"type": []}] * 2, [{"type": [], "offset": 0, "length": 1}],
    [{"type": "bold", "offset": -1, "length": 2**62}], {"inline_keyboard": [[{"text": "x", "style": []}]]},
    [{"type": "bold", "offset": "0", "length": []}], {"inline_keyboard": [[{"text": []}]]},
    {"keyboard": [[{}]]}, {"type": "chat", "chat_id": []}, {"message_id": []}, [{"type": "photo", "media": []}] * 2,
    [{"text": []}] * 2, [{"command": "a", "description": []}], "attach://photo", "<b>", "&#55296;", {"type": "photo", "media": "attach://photo"},
)  # fmt: skip


@pytest.mark.parametrize("place", ["private", "group"])
@pytest.mark.parametrize("name", sorted(TABLE.keys() - {"getupdates"}))
async def test_odd_parameters_are_answered_or_refused(
    world: World, person: Account, group: Group, png: bytes, name: str, place: str
) -> None:
    chat = person.id if place == "private" else group.id
    api, method = BotApi(world), TABLE[name]
    uploads = {"photo": Upload("a.png", "", png), "document": Upload("a.txt", "", b"x")}
    base = {"chat_id": chat, "from_chat_id": chat, "message_id": 1, "text": "x", "question": "x"}
    base |= {"options": ["a", "b"], "media": [{"type": "photo", "media": "attach://photo"}] * 2, "action": "typing"}
    if name == "sendpoll":
        base["media"] = {"type": "photo", "media": "attach://photo"}
    usual = {key: value for key, value in base.items() if key in method.params}
    for parameter in method.params:
        for value in ODD:
            with contextlib.suppress(ApiError):
                orjson.dumps(api.call(method, Args({**usual, parameter: value}, uploads)))
