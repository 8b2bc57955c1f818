"""sendPoll and stopPoll: quizzes and regular polls, checked against Telegram's limits.

Names and texts are those of Bot API 10.0; its predecessor's `correct_option_id` is an unknown parameter here, though
Telegram still takes it, and so is a poll of one option, which Telegram takes and nobody means.
"""

from sandbox import limits
from sandbox.entities import utf16_length
from sandbox.errors import TEXT_BLANK, ApiError, bad_request
from sandbox.formatting import Formatted, format_text
from sandbox.methods.args import Args, as_list
from sandbox.methods.common import (
    EDITING,
    SENDING,
    Method,
    check_right,
    inline_markup,
    reply_markup,
    sending_fields,
    writable_chat,
)
from sandbox.methods.media import find_file
from sandbox.methods.messages import may_edit
from sandbox.records import Json, PollState
from sandbox.world import World


def send_poll(world: World, args: Args) -> object:
    chat = writable_chat(world, args)
    markup = reply_markup(args)
    content: Json = sending_fields(args, chat)
    poll = _poll(world, args)
    check_right(world, chat, {"poll": poll})
    hides, shuffles = args.flag("hide_results_until_closes"), args.flag("shuffle_options")
    return world.open_poll(PollState(poll, [], hides_results=hides, shuffles=shuffles), chat, content, markup)


def stop_poll(world: World, args: Args) -> object:
    """Close a poll; the Poll with its counts. Markup that is left out is taken away, as in every edit."""
    chat = writable_chat(world, args)
    number = args.integer("message_id")
    markup = inline_markup(args)
    message = chat.messages.get(number)
    if message is None:
        raise bad_request("message with poll to stop not found")
    state = world.poll_in(chat, number)
    if state is None:
        raise bad_request("message is not a poll")
    world.close_if_due(state)
    if state.poll["is_closed"] or not may_edit(world, chat, message):
        raise bad_request("poll can't be stopped")
    bare = {key: value for key, value in message.items() if key != "reply_markup"}
    chat.messages[number] = {**bare, "reply_markup": markup} if markup else bare
    return world.close_poll(state)


def _poll(world: World, args: Args) -> Json:
    kind = args.text("type") or "regular"
    if kind not in ("quiz", "regular"):
        raise bad_request("unsupported poll type specified")
    poll: Json = {"id": world.next_poll_id()}
    _put_text(poll, "question", _question(args))
    poll["options"] = options = _options(world, args)
    poll["total_voter_count"] = 0
    poll["is_closed"] = args.flag("is_closed")
    poll["is_anonymous"] = args.flag("is_anonymous") if args.has("is_anonymous") else True
    poll["type"] = kind
    poll["allows_multiple_answers"] = several = args.flag("allows_multiple_answers")
    poll["allows_revoting"] = args.flag("allows_revoting") if args.has("allows_revoting") else kind == "regular"
    poll["members_only"] = False
    if args.flag("members_only") or args.decoded("country_codes", "can't parse country codes JSON object"):
        raise bad_request("poll voters can be restricted only in channel chats")
    if args.text("description"):
        _put_text(poll, "description", _marked_up(args, "description", limits.CAPTION))
    _put_media(world, args, poll, "media")
    if kind == "quiz":
        poll["correct_option_ids"] = _correct(args, len(options), several=several)
        if args.text("explanation"):
            _put_text(poll, "explanation", _explanation(args))
        _put_media(world, args, poll, "explanation_media")
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
        raise bad_request(TEXT_BLANK)
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


def _options(world: World, args: Args) -> list[Json]:
    listed = as_list(
        args.decoded("options", "can't parse options JSON object"), "expected an Array of String as options"
    )
    if not listed:
        raise bad_request("poll must have at least one answer option")
    if len(listed) < limits.POLL_OPTIONS_MIN:
        raise bad_request(f"poll must have at least {limits.POLL_OPTIONS_MIN} option")
    if len(listed) > limits.POLL_OPTIONS_MAX:
        raise bad_request(f"poll can't have more than {limits.POLL_OPTIONS_MAX} options")
    return [_option(world, args, number, item) for number, item in enumerate(listed)]


def _option(world: World, args: Args, number: int, item: object) -> Json:
    if isinstance(item, str):
        item = {"text": item}
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        raise bad_request("expected an option to be of type String")
    text, _ = format_text(item["text"], str(item.get("text_parse_mode") or ""), item.get("text_entities"))
    if not text:
        raise bad_request(TEXT_BLANK)
    if utf16_length(text) > limits.POLL_OPTION:
        raise bad_request(f"poll options length must not exceed {limits.POLL_OPTION}")
    option: Json = {"persistent_id": str(number), "text": text, "voter_count": 0}
    if item.get("media") is not None:
        option["media"] = _photo(world, args, item["media"], "failed to parse poll option media: {}")
    return option


def _put_media(world: World, args: Args, poll: Json, field: str) -> None:
    media = args.decoded(field, "can't parse InputPollMedia JSON object")
    if media is not None:
        poll[field] = _photo(world, args, media, "failed to parse InputPollMedia: {}")


def _photo(world: World, args: Args, value: object, refusal: str) -> Json:
    """PollMedia of the one kind the sandbox knows, uploaded or by its file_id."""
    if not isinstance(value, dict):
        raise bad_request(refusal.format("expected an Object"))
    if value.get("type") != "photo":
        raise bad_request(refusal.format("the sandbox knows photos only"))
    reference = value.get("media")
    try:
        file = find_file(world, args, reference if isinstance(reference, str) else "", "photo", "media not found")
    except ApiError as refused:
        raise bad_request(refusal.format(refused.description.removeprefix("Bad Request: "))) from None
    return {"photo": file.as_photo()}


def _correct(args: Args, options: int, *, several: bool) -> list[int]:
    listed = as_list(
        args.decoded("correct_option_ids", "can't parse correct option identifiers JSON object") or [],
        "expected an Array of correct option identifiers",
    )
    numbers: list[int] = []
    for item in listed:
        if not isinstance(item, int) or isinstance(item, bool):
            raise bad_request("correct option identifier must be of type Number")
        numbers.append(item)
    if not numbers:
        raise bad_request("correct quiz option list must be non-empty")
    if numbers != sorted(set(numbers)):
        raise bad_request("correct quiz option list must be increasing")
    if not 0 <= numbers[0] <= numbers[-1] < options:
        raise bad_request("wrong quiz correct_option_id")
    if len(numbers) > 1 and not several:
        raise bad_request("wrong number of correct options specified")
    return numbers


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
