"""The control API of people: one endpoint per act of `World`. A body's `chat_id` names a group; without it an act
happens in the person's private chat with the bot."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bodies import (
    Endpoint,
    account_id,
    chat_number,
    done,
    form_files,
    guarded,
    json_answer,
    json_body,
    text_of,
    whole,
    whole_or_none,
)
from sandbox.errors import ActError
from sandbox.records import Group
from sandbox.world import World


def routes(world: World) -> list[Route]:
    people = People(world)
    acts: dict[str, Endpoint] = {
        "start": people.start,
        "send": people.send,
        "photo": people.photo,
        "document": people.document,
        "press": people.press,
        "vote": people.vote,
        "block": people.block,
        "read": people.read,
        "language": people.language,
        "delete_chat": people.delete_chat,
    }
    return [
        Route("/api/accounts", guarded(people.add_account), methods=["POST"]),
        Route("/api/accounts/{id:int}/chat", guarded(people.chat)),
        *(Route(f"/api/accounts/{{id:int}}/{name}", guarded(act), methods=["POST"]) for name, act in acts.items()),
    ]


class People:
    """One method per endpoint."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def add_account(self, request: Request) -> Response:
        body = await json_body(request)
        account = self._world.add_account(
            text_of(body, "first_name") or "陌生人",
            last_name=text_of(body, "last_name") or None,
            username=text_of(body, "username") or None,
            language_code=text_of(body, "language_code") or "zh-hans",
            caption=text_of(body, "caption"),
            payload=text_of(body, "payload") or None,
            id=whole_or_none(body, "id"),
        )
        return json_answer(account.card())

    async def chat(self, request: Request) -> Response:
        """One chat of a phone, the private one or the group in `?chat_id=`, and the groups its holder is in."""
        world, number = self._world, account_id(request)
        chat = world.place(number, chat_number(request.query_params.get("chat_id", "")))
        return json_answer(
            {
                "account": world.account(number).card(),
                "chat_id": chat.id,
                "group": world.group_card(chat, number) if isinstance(chat, Group) else None,
                "groups": [world.group_card(group, number) for group in world.groups_of(number)],
                "messages": [world.as_seen(message, number) for message in world.visible(chat)],
                "commands": world.commands_for(number, chat),
                "reply_keyboard": chat.reply_keyboard,
            }
        )

    async def start(self, request: Request) -> Response:
        message = self._world.start(account_id(request), text_of(await json_body(request), "payload"))
        return done(message_id=message["message_id"])

    async def send(self, request: Request) -> Response:
        body = await json_body(request)
        message = self._world.send(
            account_id(request),
            text_of(body, "text"),
            chat=whole_or_none(body, "chat_id"),
            reply_to=whole_or_none(body, "reply_to"),
        )
        return done(message_id=message["message_id"])

    async def photo(self, request: Request) -> Response:
        sent = await form_files(request)
        messages = self._world.send_photos(account_id(request), sent.uploads, sent.caption, chat=sent.chat)
        return done(message_ids=[message["message_id"] for message in messages])

    async def document(self, request: Request) -> Response:
        sent = await form_files(request)
        messages = self._world.send_documents(account_id(request), sent.uploads, sent.caption, chat=sent.chat)
        return done(message_ids=[message["message_id"] for message in messages])

    async def press(self, request: Request) -> Response:
        body = await json_body(request)
        query_id = self._world.press(
            account_id(request),
            whole(body, "message_id"),
            text_of(body, "data"),
            chat=whole_or_none(body, "chat_id"),
            forge=body.get("forge") is True,
        )
        return done(callback_query_id=query_id)

    async def vote(self, request: Request) -> Response:
        body = await json_body(request)
        options = body.get("option_ids")
        if not isinstance(options, list) or not all(isinstance(number, int) for number in options):
            raise ActError("option_ids must be a list of numbers")
        self._world.vote(account_id(request), whole(body, "message_id"), options, chat=whole_or_none(body, "chat_id"))
        return done()

    async def block(self, request: Request) -> Response:
        self._world.block(account_id(request), (await json_body(request)).get("blocked") is True)
        return done()

    async def read(self, request: Request) -> Response:
        self._world.read(account_id(request), chat=whole_or_none(await json_body(request), "chat_id"))
        return done()

    async def language(self, request: Request) -> Response:
        self._world.set_language(account_id(request), text_of(await json_body(request), "language_code"))
        return done()

    async def delete_chat(self, request: Request) -> Response:
        self._world.delete_chat(account_id(request))
        return done()
