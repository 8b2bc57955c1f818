"""sendPoll and stopPoll: quizzes and regular polls, checked against Telegram's limits."""

import asyncio

from sandbox import limits
from sandbox.entities import utf16_length
from sandbox.errors import bad_request
from sandbox.formatting import Formatted, format_text
from sandbox.methods.args import Args, as_list
from sandbox.methods.common import EDITING, SENDING, Method, inline_markup, reply_markup, sending_fields, writable_chat
from sandbox.methods.messages import message_to_edit
from sandbox.records import Json, PollState
from sandbox.world import World, message_id


def send_poll(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    markup = reply_markup(args)
    poll = _poll(world, args)
    message = world.say(chat, {**sending_fields(args, chat), "poll": poll}, markup)
    world.polls[str(poll["id"])] = PollState(poll, chat.account.id, message_id(message))
    _close_in_time(world, str(poll["id"]), poll)
    return message


def stop_poll(world: World, args: Args) -> object:
    _, message = message_to_edit(world, args)
    poll = message.get("poll")
    if not isinstance(poll, dict):
        raise bad_request("message with poll to stop not found")
    if poll["is_closed"]:
        raise bad_request("poll has already been closed")
    return close_poll(world, str(poll["id"]), inline_markup(args))


def close_poll(world: World, poll_id: str, markup: Json | None = None) -> Json:
    """Close a poll, by hand or by its clock; the bot is told by a `poll` update."""
    state = world.polls[poll_id]
    state.poll = {**state.poll, "is_closed": True}
    chat = world.chat(state.chat)
    message = chat.messages.get(state.message_id)
    if message is not None:
        kept = {key: value for key, value in message.items() if key != "reply_markup"}
        world.replace(chat, {**kept, "poll": state.poll, **({"reply_markup": markup} if markup else {})})
    world.updates.push("poll", state.chat, state.poll)
    return state.poll


def _poll(world: World, args: Args) -> Json:
    kind = args.text("type") or "regular"
    if kind not in ("quiz", "regular"):
        raise bad_request("unsupported poll type specified")
    poll: Json = {"id": world.next_poll_id()}
    _put_text(poll, "question", _question(args))
    poll["options"] = options = _options(args)
    poll["total_voter_count"] = 0
    poll["is_closed"] = args.flag("is_closed")
    poll["is_anonymous"] = args.flag("is_anonymous") if args.has("is_anonymous") else True
    poll["type"] = kind
    poll["allows_multiple_answers"] = args.flag("allows_multiple_answers")
    poll["allows_revoting"] = args.flag("allows_revoting") if args.has("allows_revoting") else kind == "regular"
    poll["members_only"] = args.flag("members_only")
    if args.text("description"):
        _put_text(poll, "description", _marked_up(args, "description", limits.CAPTION))
    if kind == "quiz":
        poll["correct_option_ids"] = _correct(args, len(options), several=args.flag("allows_multiple_answers"))
        if args.text("explanation"):
            _put_text(poll, "explanation", _explanation(args))
    elif args.has("explanation") and args.text("explanation"):
        raise bad_request("explanation can be specified only for quiz polls")
    _put_times(world, args, poll)
    return poll


def _put_text(poll: Json, field: str, formatted: Formatted) -> None:
    poll[field], entities = formatted
    if entities:
        poll[f"{field}_entities"] = entities


def _question(args: Args) -> Formatted:
    text, entities = format_text(
        args.text("question"), args.text("question_parse_mode"), args.entities("question_entities")
    )
    if not text:
        raise bad_request("poll question must be non-empty")
    if utf16_length(text) > limits.POLL_QUESTION:
        raise bad_request(f"poll question length must not exceed {limits.POLL_QUESTION}")
    return text, [entity for entity in entities if entity["type"] == "custom_emoji"]


def _marked_up(args: Args, field: str, longest: int) -> Formatted:
    text, entities = format_text(args.text(field), args.text(f"{field}_parse_mode"), args.entities(f"{field}_entities"))
    if utf16_length(text) > longest:
        raise bad_request(f"poll {field} length must not exceed {longest}")
    return text, entities


def _explanation(args: Args) -> Formatted:
    text, entities = _marked_up(args, "explanation", limits.POLL_EXPLANATION)
    if text.count("\n") > limits.POLL_EXPLANATION_LINE_FEEDS:
        raise bad_request(f"poll explanation must have at most {limits.POLL_EXPLANATION_LINE_FEEDS} line feeds")
    return text, entities


def _options(args: Args) -> list[Json]:
    listed = as_list(
        args.decoded("options", "can't parse options JSON object"), "expected an Array of String as options"
    )
    if len(listed) < limits.POLL_OPTIONS_MIN:
        raise bad_request(f"poll must have at least {limits.POLL_OPTIONS_MIN} option")
    if len(listed) > limits.POLL_OPTIONS_MAX:
        raise bad_request(f"poll can't have more than {limits.POLL_OPTIONS_MAX} options")
    return [_option(number, item) for number, item in enumerate(listed)]


def _option(number: int, item: object) -> Json:
    if isinstance(item, str):
        item = {"text": item}
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise bad_request("expected an option to be of type String")
    text, _ = format_text(item["text"], str(item.get("text_parse_mode") or ""), item.get("text_entities"))
    if not text:
        raise bad_request("poll options must be non-empty")
    if utf16_length(text) > limits.POLL_OPTION:
        raise bad_request(f"poll options length must not exceed {limits.POLL_OPTION}")
    return {"persistent_id": str(number), "text": text, "voter_count": 0}


def _correct(args: Args, options: int, *, several: bool) -> list[int]:
    listed = as_list(
        args.decoded("correct_option_ids", "can't parse correct option identifiers JSON object") or [],
        "expected an Array of correct option identifiers",
    )
    numbers: list[int] = []
    for item in listed:
        if not isinstance(item, int):
            raise bad_request("correct option identifier must be of type Number")
        numbers.append(item)
    if not numbers or any(not 0 <= number < options for number in numbers):
        raise bad_request("wrong correct option ID specified")
    if len(numbers) > 1 and not several:
        raise bad_request("wrong number of correct options specified")
    return sorted(set(numbers))


def _put_times(world: World, args: Args, poll: Json) -> None:
    period, close_date = args.integer("open_period"), args.integer("close_date")
    if period and not limits.POLL_OPEN_PERIOD_MIN <= period <= limits.POLL_OPEN_PERIOD_MAX:
        raise bad_request("invalid open_period specified")
    if period:
        poll["open_period"] = period
        poll["close_date"] = world.now() + period
    elif close_date:
        if not limits.POLL_OPEN_PERIOD_MIN <= close_date - world.now() <= limits.POLL_OPEN_PERIOD_MAX:
            raise bad_request("invalid close_date specified")
        poll["close_date"] = close_date


def _close_in_time(world: World, poll_id: str, poll: Json) -> None:
    close_date = poll.get("close_date")
    if isinstance(close_date, int):
        asyncio.get_running_loop().call_later(max(0, close_date - world.now()), _close_if_open, world, poll_id)


def _close_if_open(world: World, poll_id: str) -> None:
    if not world.polls[poll_id].poll["is_closed"]:
        close_poll(world, poll_id)


METHODS = (
    Method(
        "sendPoll",
        SENDING
        | {
            "question", "question_parse_mode", "question_entities", "options", "is_anonymous", "type",
            "allows_multiple_answers", "allows_revoting", "allow_adding_options", "shuffle_options",
            "hide_results_until_closes", "correct_option_ids", "explanation", "explanation_parse_mode",
            "explanation_entities", "explanation_media", "description", "description_parse_mode",
            "description_entities", "media", "members_only", "country_codes", "open_period", "close_date",
            "is_closed",
        },
        send_poll,
        "send",
    ),
    Method("stopPoll", EDITING - {"inline_message_id"}, stop_poll),
)  # fmt: skip
