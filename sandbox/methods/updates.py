"""How the bot gets its updates: the parameters of a long poll, and setting or removing the webhook."""

import re
from urllib.parse import urlsplit

from sandbox import limits
from sandbox.errors import WEBHOOK_ACTIVE, bad_request, conflict
from sandbox.methods.args import Args
from sandbox.methods.common import Method
from sandbox.updates import Update
from sandbox.webhook import WebhookSettings
from sandbox.world import World


async def get_updates(world: World, args: Args) -> list[Update]:
    """One poll, waiting as long as it asks for; raises ApiError 409 when it may not or may no longer."""
    if world.webhook.settings is not None:
        raise conflict(WEBHOOK_ACTIVE)
    _remember_allowed(world, args)
    offset = args.integer("offset")
    limit = args.clamped("limit", limits.UPDATES_PER_ANSWER, 1, limits.UPDATES_PER_ANSWER)
    timeout = args.clamped("timeout", 0, 0, limits.LONG_POLL_SECONDS)
    world.bot_seen()
    return await world.updates.poll(offset, limit, timeout)


def _refuse_direct_call(world: World, args: Args) -> object:
    raise AssertionError("getUpdates is answered by the HTTP side, which can wait")


def set_webhook(world: World, args: Args) -> object:
    url = args.text("url")
    if not url:
        return delete_webhook(world, args)
    settings = _settings(args, url)
    _remember_allowed(world, args)
    if args.flag("drop_pending_updates"):
        world.updates.drop_all()
    world.updates.end_poll()
    world.webhook.use(settings)
    return True


def _settings(args: Args, url: str) -> WebhookSettings:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    secret = args.text("secret_token")
    if len(secret) > limits.SECRET_TOKEN:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    connections = args.clamped("max_connections", limits.WEBHOOK_CONNECTIONS_DEFAULT, 1, limits.WEBHOOK_CONNECTIONS)
    return WebhookSettings(url, secret, connections, args.text("ip_address"), "certificate" in args.uploads)


def delete_webhook(world: World, args: Args) -> object:
    if args.flag("drop_pending_updates"):
        world.updates.drop_all()
    world.webhook.use(None)
    return True


def get_webhook_info(world: World, args: Args) -> object:
    info = {**world.webhook.info(), "pending_update_count": len(world.updates.pending)}
    if world.updates.explicitly_allowed:
        info["allowed_updates"] = world.updates.explicitly_allowed
    return info


def _remember_allowed(world: World, args: Args) -> None:
    if not args.has("allowed_updates"):
        return
    kinds = args.decoded("allowed_updates", "can't parse allowed_updates JSON object")
    if isinstance(kinds, list):
        world.updates.allow([str(kind) for kind in kinds])


METHODS = (
    Method("getUpdates", frozenset({"offset", "limit", "timeout", "allowed_updates"}), _refuse_direct_call),
    Method(
        "setWebhook",
        frozenset(
            {
                "url", "certificate", "ip_address", "max_connections", "allowed_updates", "drop_pending_updates",
                "secret_token",
            }
        ),
        set_webhook,
    ),
    Method("deleteWebhook", frozenset({"drop_pending_updates"}), delete_webhook),
    Method("getWebhookInfo", frozenset(), get_webhook_info),
)  # fmt: skip
