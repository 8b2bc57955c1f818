"""The control API of groups: making one, who is in it, the bot's place in it, what its members may send."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.bodies import done, guarded, json_answer, json_body, text_of, whole, whole_or_none
from sandbox.errors import ActError
from sandbox.world import World


def routes(world: World) -> list[Route]:
    groups = GroupControl(world)
    return [
        Route("/api/groups", guarded(groups.add), methods=["POST"]),
        Route("/api/groups/{id}/bot", guarded(groups.bot), methods=["POST"]),
        Route("/api/groups/{id}/members", guarded(groups.member), methods=["POST"]),
        Route("/api/groups/{id}/rights", guarded(groups.rights), methods=["POST"]),
        Route("/api/groups/{id}/upgrade", guarded(groups.upgrade), methods=["POST"]),
    ]


class GroupControl:
    """One method per endpoint."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def add(self, request: Request) -> Response:
        """`{title, members: [account ids, the creator first], type?, id?}` → the group's card."""
        body = await json_body(request)
        members = body.get("members")
        if not isinstance(members, list) or not all(isinstance(number, int) for number in members):
            raise ActError("members must be a list of account ids")
        kind = text_of(body, "type") or "supergroup"
        group = self._world.add_group(text_of(body, "title"), members, kind=kind, id=whole_or_none(body, "id"))
        return json_answer(self._world.group_card(group))

    async def bot(self, request: Request) -> Response:
        """`{status, by?, payload?}`: see `World.set_bot`."""
        body = await json_body(request)
        payload = text_of(body, "payload") if "payload" in body else None
        self._world.set_bot(_group_id(request), text_of(body, "status"), by=whole_or_none(body, "by"), payload=payload)
        return done()

    async def member(self, request: Request) -> Response:
        """`{account_id, status, by?}`: see `World.set_member`."""
        body = await json_body(request)
        self._world.set_member(
            _group_id(request), whole(body, "account_id"), text_of(body, "status"), by=whole_or_none(body, "by")
        )
        return done()

    async def rights(self, request: Request) -> Response:
        """`{can_send_polls: false, …}`: see `World.permit`."""
        body = await json_body(request)
        rights = {name: value for name, value in body.items() if isinstance(value, bool)}
        if len(rights) < len(body):
            raise ActError("a right is true or false")
        self._world.permit(_group_id(request), **rights)
        return done()

    async def upgrade(self, request: Request) -> Response:
        group = self._world.upgrade_group(_group_id(request))
        return json_answer(self._world.group_card(group))


def _group_id(request: Request) -> int:
    """Negative, so Starlette's own number parameters do not fit."""
    try:
        return int(request.path_params["id"])
    except ValueError:
        raise ActError("a group's id is a whole number") from None
