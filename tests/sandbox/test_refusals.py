"""What Telegram refuses, in its words."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.records import Account, Upload
from sandbox.world import World

Refusal = Callable[..., Awaitable[str]]
Ask = Callable[..., Awaitable[tuple[int, dict[str, Any]]]]


async def sent(ask: Ask, person: Account, **params: object) -> int:
    _, answer = await ask("sendMessage", chat_id=person.id, **{"text": "题", **params})
    return int(answer["result"]["message_id"])


async def test_unknown_methods_are_not_found(ask: Ask) -> None:
    assert await ask("sendPizza") == (404, {"ok": False, "error_code": 404, "description": "Not Found"})


async def test_the_case_of_a_method_does_not_matter(ask: Ask) -> None:
    assert (await ask("GETME"))[0] == 200


async def test_unknown_parameters_are_refused(refusal: Refusal, person: Account) -> None:
    assert (
        await refusal("sendMessage", chat_id=person.id, text="x", silent=True)
        == 'Bad Request: unknown parameter "silent"'
    )


async def test_unknown_chats_are_not_found(refusal: Refusal) -> None:
    assert await refusal("sendMessage", chat_id=42, text="x") == "Bad Request: chat not found"
    assert await refusal("sendMessage", chat_id="@nobody", text="x") == "Bad Request: chat not found"
    assert await refusal("sendMessage", text="x") == "Bad Request: chat_id is empty"


async def test_a_bot_cannot_write_first(refusal: Refusal, stranger: Account) -> None:
    assert (
        await refusal("sendMessage", chat_id=stranger.id, text="x")
        == "Forbidden: bot can't initiate conversation with a user"
    )


async def test_a_blocked_bot_can_neither_send_nor_edit(
    refusal: Refusal, ask: Ask, world: World, person: Account
) -> None:
    number = await sent(ask, person)
    world.block(person.id, True)
    assert await refusal("sendMessage", chat_id=person.id, text="x") == "Forbidden: bot was blocked by the user"
    assert (
        await refusal("editMessageText", chat_id=person.id, message_id=number, text="x")
        == "Forbidden: bot was blocked by the user"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "message text is empty"),
        (" \n ", "text must be non-empty"),
        ("字" * 4097, "message is too long"),
        ("🏟" * 2049, "message is too long"),
    ],
)
async def test_texts_out_of_bounds_are_refused(refusal: Refusal, person: Account, text: str, reason: str) -> None:
    assert await refusal("sendMessage", chat_id=person.id, text=text) == f"Bad Request: {reason}"


async def test_a_text_of_4096_passes(ask: Ask, person: Account) -> None:
    assert (await ask("sendMessage", chat_id=person.id, text="字" * 4096))[0] == 200


async def test_long_captions_are_refused(refusal: Refusal, ask: Ask, person: Account) -> None:
    assert (
        await refusal("sendPhoto", chat_id=person.id, photo="x", caption="字" * 1025)
        == "Bad Request: message caption is too long"
    )


KEYBOARD = {"inline_keyboard": [[{"text": "好", "callback_data": "a"}]]}


async def test_editing_to_the_same_text_is_refused_as_not_modified(refusal: Refusal, ask: Ask, person: Account) -> None:
    number = await sent(ask, person, text="<b>题</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    same = {"chat_id": person.id, "message_id": number, "text": "<b>题</b> ", "parse_mode": "HTML"}
    assert await refusal("editMessageText", **same, reply_markup=KEYBOARD) == (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
        "as a current content and reply markup of the message"
    )
    status, answer = await ask("editMessageText", **same)
    assert status == 200
    assert "reply_markup" not in answer["result"]


async def test_other_peoples_and_missing_messages_cannot_be_edited(
    refusal: Refusal, ask: Ask, world: World, person: Account
) -> None:
    theirs = world.send(person.id, "我的")["message_id"]
    keyed = await sent(ask, person, reply_markup={"keyboard": [["甲"]]})
    for number, reason in (
        (theirs, "message can't be edited"),
        (keyed, "message can't be edited"),
        (999, "message to edit not found"),
    ):
        assert (
            await refusal("editMessageText", chat_id=person.id, message_id=number, text="x") == f"Bad Request: {reason}"
        )


async def test_texts_have_no_caption_and_missing_messages_no_deletion(
    refusal: Refusal, ask: Ask, person: Account
) -> None:
    number = await sent(ask, person)
    assert (
        await refusal("editMessageCaption", chat_id=person.id, message_id=number, caption="x")
        == "Bad Request: there is no caption in the message to edit"
    )
    assert (
        await refusal("deleteMessage", chat_id=person.id, message_id=999) == "Bad Request: message to delete not found"
    )


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "字" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        (
            {"text": "x", "callback_data": "x", "style": "red"},
            "can't parse inline keyboard button: invalid button style specified",
        ),
        ({"text": " ", "callback_data": "x"}, "BUTTON_TEXT_INVALID"),
        (
            {"text": "x", "url": "http://localhost/"},
            "inline keyboard button URL 'http://localhost/' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "ftp://a.cn"},
            "inline keyboard button URL 'ftp://a.cn' is invalid: Unsupported URL protocol",
        ),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        (5, "can't parse inline keyboard button: InlineKeyboardButton must be an Object"),
        ({"text": 5}, 'can\'t parse inline keyboard button: Field "text" must be of type String'),
        ({"text": "x", "url": 5}, 'can\'t parse inline keyboard button: Field "url" must be of type String'),
    ],
)
async def test_wrong_buttons_are_refused(refusal: Refusal, person: Account, button: object, reason: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    assert await refusal("sendMessage", chat_id=person.id, text="x", reply_markup=markup) == f"Bad Request: {reason}"


async def test_callback_data_of_64_bytes_passes(ask: Ask, person: Account) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x" * 64}]]}
    assert (await ask("sendMessage", chat_id=person.id, text="x", reply_markup=markup))[0] == 200


@pytest.mark.parametrize(("rows", "columns"), [(1, 9), (13, 8)])
async def test_too_many_buttons_are_refused(refusal: Refusal, person: Account, rows: int, columns: int) -> None:
    markup = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}] * columns] * rows}
    assert (
        await refusal("sendMessage", chat_id=person.id, text="x", reply_markup=markup)
        == "Bad Request: reply markup is too long"
    )


async def test_broken_json_is_refused(refusal: Refusal, person: Account) -> None:
    assert (
        await refusal("sendMessage", chat_id=person.id, text="x", reply_markup="{")
        == "Bad Request: can't parse reply keyboard markup JSON object"
    )


async def test_answers_to_presses_are_short_timely_and_single(
    refusal: Refusal, ask: Ask, world: World, person: Account
) -> None:
    number = await sent(ask, person)
    query = world.press(person.id, number, "a")
    too_old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert (
        await refusal("answerCallbackQuery", callback_query_id=query, text="字" * 201)
        == "Bad Request: MESSAGE_TOO_LONG"
    )
    assert (await ask("answerCallbackQuery", callback_query_id=query))[0] == 200
    assert await refusal("answerCallbackQuery", callback_query_id=query) == too_old
    world.query_seconds = -1
    assert await refusal("answerCallbackQuery", callback_query_id=world.press(person.id, number, "a")) == too_old


async def test_replies_need_their_message(refusal: Refusal, ask: Ask, person: Account) -> None:
    reply = {"chat_id": person.id, "text": "x", "reply_parameters": {"message_id": 999}}
    assert await refusal("sendMessage", **reply) == "Bad Request: message to be replied not found"
    reply["reply_parameters"] = {"message_id": 999, "allow_sending_without_reply": True}
    assert (await ask("sendMessage", **reply))[0] == 200


QUIZ = {"question": "问", "options": ["甲", "乙"], "type": "quiz", "correct_option_ids": [0]}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"question": "字" * 301}, "poll question length must not exceed 300"),
        ({"question": ""}, "text must be non-empty"),
        ({"options": []}, "poll must have at least one answer option"),
        ({"options": ["甲"]}, "poll must have at least 2 option"),
        ({"options": ["甲"] * 13}, "poll can't have more than 12 options"),
        ({"options": ["甲", "字" * 101]}, "poll options length must not exceed 100"),
        ({"correct_option_ids": [2]}, "wrong quiz correct_option_id"),
        ({"correct_option_ids": [-1]}, "wrong quiz correct_option_id"),
        ({"correct_option_ids": []}, "correct quiz option list must be non-empty"),
        ({"correct_option_ids": [1, 0]}, "correct quiz option list must be increasing"),
        ({"correct_option_ids": None}, "correct quiz option list must be non-empty"),
        ({"correct_option_id": 0}, 'unknown parameter "correct_option_id"'),
        ({"members_only": True}, "poll voters can be restricted only in channel chats"),
        ({"country_codes": ["CN"]}, "poll voters can be restricted only in channel chats"),
        ({"media": 5}, "failed to parse InputPollMedia: expected an Object"),
        ({"media": {"type": "photo"}}, "failed to parse InputPollMedia: media not found"),
        ({"explanation_media": {"type": "video"}}, "failed to parse InputPollMedia: the sandbox knows photos only"),
        (
            {"options": ["甲", {"text": "乙", "media": {"type": "photo", "media": "x"}}]},
            "failed to parse poll option media: wrong file identifier/HTTP URL specified",
        ),
        ({"explanation": "字" * 201}, "poll explanation length must not exceed 200"),
        ({"explanation": "a\nb\nc\nd"}, "poll explanation must have at most 2 line feeds"),
        ({"type": "vote"}, "unsupported poll type specified"),
        ({"type": "regular", "explanation": "x"}, "explanation can be specified only for quiz polls"),
        ({"options": [1, 2]}, "expected an option to be of type String"),
        ({"options": ["甲", " "]}, "text must be non-empty"),
        ({"correct_option_ids": ["0"]}, "correct option identifier must be of type Number"),
        ({"correct_option_ids": [0, 1]}, "wrong number of correct options specified"),
        ({"open_period": 1}, "invalid open_period specified"),
        ({"close_date": 1}, "invalid close_date specified"),
    ],
)
async def test_polls_out_of_bounds_are_refused(
    refusal: Refusal, person: Account, change: dict[str, object], reason: str
) -> None:
    assert await refusal("sendPoll", chat_id=person.id, **{**QUIZ, **change}) == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ({"command": "Ho-me", "description": "x"}, "BOT_COMMAND_INVALID"),
        ({"command": "home", "description": ""}, "command description must be non-empty"),
        ({"command": "home", "description": "字" * 257}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"command": "home"}, "can't parse BotCommand: can't find field \"description\""),
    ],
)
async def test_wrong_commands_are_refused(refusal: Refusal, command: object, reason: str) -> None:
    assert await refusal("setMyCommands", commands=[command]) == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("scope", "reason"),
    [
        ({"type": "chat", "chat_id": 42}, "chat not found"),
        ({"type": "galaxy"}, "can't parse BotCommandScope: unsupported type specified"),
        ({"type": "chat"}, "can't parse BotCommandScope: empty chat_id specified"),
    ],
)
async def test_wrong_scopes_are_refused(refusal: Refusal, scope: object, reason: str) -> None:
    commands = [{"command": "a", "description": "b"}]
    assert await refusal("setMyCommands", commands=commands, scope=scope) == f"Bad Request: {reason}"


async def test_scopes_of_groups_are_refused_in_private_chats(refusal: Refusal, person: Account) -> None:
    commands = [{"command": "a", "description": "b"}]
    for kind in ("chat_administrators", "chat_member"):
        scope = {"type": kind, "chat_id": person.id, "user_id": person.id}
        assert (
            await refusal("setMyCommands", commands=commands, scope=scope)
            == "Bad Request: can't use specified scope in private chats"
        )


async def test_languages_have_two_letters(refusal: Refusal) -> None:
    commands = [{"command": "a", "description": "b"}]
    assert (
        await refusal("setMyCommands", commands=commands, language_code="zh-hans")
        == "Bad Request: invalid language code specified"
    )


async def test_protected_messages_are_not_passed_on(refusal: Refusal, ask: Ask, person: Account) -> None:
    number = await sent(ask, person, protect_content=True)
    assert (
        await refusal("forwardMessage", chat_id=person.id, from_chat_id=person.id, message_id=number)
        == "Bad Request: message has protected content and can't be forwarded"
    )


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"text": "x", "inline_message_id": "i"}, "MESSAGE_ID_INVALID"),
        ("editMessageMedia", {"message_id": 0}, "message identifier is not specified"),
        ("deleteMessage", {}, "message identifier is not specified"),
        ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("deleteMessages", {"message_ids": "x"}, "can't parse message identifiers JSON object"),
        ("deleteMessages", {"message_ids": 5}, "expected an Array of message identifiers"),
        ("deleteMessages", {"message_ids": ["a"]}, "message identifier must be a Number"),
        ("deleteMessages", {"message_ids": [0]}, "invalid message identifier specified"),
        ("deleteMessages", {"message_ids": list(range(1, 102))}, "too many message identifiers specified"),
        ("copyMessage", {"from_chat_id": 42, "message_id": 1}, "chat not found"),
        ("pinChatMessage", {"message_id": 999}, "message to pin not found"),
        ("unpinChatMessage", {}, "message to unpin not found"),
        ("setMessageReaction", {"message_id": 999}, "message to react not found"),
        ("setMessageReaction", {"message_id": 1, "reaction": [{"type": "paid"}]}, "REACTION_INVALID"),
        ("sendChatAction", {"action": "sleeping"}, "wrong parameter action in request"),
        ("sendMessage", {"text": "x", "business_connection_id": "b"}, "business connection not found"),
        ("sendMessage", {"text": "x", "link_preview_options": 5}, "object expected as link preview options"),
        ("sendMessage", {"text": "x", "reply_markup": 5}, "object expected as reply markup"),
        ("sendMessage", {"text": "x", "reply_markup": {"keyboard": 5}}, 'field "keyboard" must be of type Array'),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"inline_keyboard": [5]}},
            'field "inline_keyboard" must be an Array of Arrays',
        ),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"keyboard": [[5]]}},
            "can't parse keyboard button: KeyboardButton must be a String or an Object",
        ),
        (
            "sendMessage",
            {"text": "x", "entities": [{"type": "bold"}]},
            "can't parse MessageEntity: can't find field \"offset\"",
        ),
        ("sendMessage", {"text": "x" * 40_000}, "text is too long"),
        ("sendMediaGroup", {"media": []}, "there are no messages to send"),
        ("sendMediaGroup", {"media": [{"type": "photo"}]}, "wrong number of messages in the media group"),
        (
            "sendMediaGroup",
            {"media": [{"type": "photo"}, {"type": "document"}]},
            "document can't be mixed with other media types",
        ),
        ("sendMediaGroup", {"media": [{"type": "video"}] * 2}, 'can\'t parse InputMedia: type "video" is unsupported'),
        ("sendMediaGroup", {"media": [{"type": "photo"}] * 2}, "can't parse InputMedia: media not found"),
        ("stopPoll", {"message_id": 999}, "message with poll to stop not found"),
        ("getChatAdministrators", {}, "there are no administrators in the private chat"),
        ("leaveChat", {}, "can't leave private chats"),
        (
            "setChatMenuButton",
            {"menu_button": {"type": "x"}},
            "can't parse menu button: MenuButton has unsupported type",
        ),
        ("getChatMember", {"user_id": 5}, "PARTICIPANT_ID_INVALID"),
        ("copyMessage", {"from_chat_id": "@x", "message_id": 1}, "chat not found"),
        ("sendMessage", {"text": "x", "entities": [5]}, "can't parse MessageEntity: expected an Object"),
        (
            "sendMessage",
            {"text": "x", "reply_markup": {"keyboard": [["a"]], "input_field_placeholder": "x" * 65}},
            "INPUT_FIELD_PLACEHOLDER_INVALID",
        ),
        (
            "setMessageReaction",
            {"message_id": 1, "reaction": [{"type": "emoji", "emoji": "👍"}] * 2},
            "REACTIONS_TOO_MANY",
        ),
    ],
)
async def test_calls_that_make_no_sense_are_refused(
    refusal: Refusal, person: Account, method: str, params: dict[str, object], reason: str
) -> None:
    assert await refusal(method, chat_id=person.id, **params) == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("getFile", {}, "file_id not specified"),
        ("getFile", {"file_id": "x"}, "invalid file_id"),
        ("setMyName", {"name": "字" * 65}, "bot name is too long"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "b"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_calls_about_no_chat_are_refused(
    refusal: Refusal, method: str, params: dict[str, object], reason: str
) -> None:
    assert await refusal(method, **params) == f"Bad Request: {reason}"


async def test_exchanging_media_for_the_same_changes_nothing(
    refusal: Refusal, ask: Ask, world: World, person: Account
) -> None:
    (mine,) = world.send_documents(person.id, [Upload("a.txt", "", b"x")])
    document: Any = mine["document"]
    _, answer = await ask("sendDocument", chat_id=person.id, document=document["file_id"])
    media = {"type": "document", "media": document["file_id"]}
    edit = {"chat_id": person.id, "message_id": answer["result"]["message_id"], "media": media}
    assert (await refusal("editMessageMedia", **edit)).startswith("Bad Request: message is not modified")
    assert (
        await refusal("sendPhoto", chat_id=person.id, photo=document["file_id"])
        == "Bad Request: can't use file of type Document as Photo"
    )
    assert (await ask("editMessageMedia", **{**edit, "media": {**media, "caption": "新"}}))[0] == 200


async def test_a_file_above_20_mb_cannot_be_downloaded(refusal: Refusal, world: World, person: Account) -> None:
    (mine,) = world.send_documents(person.id, [Upload("a.bin", "", b"x" * (20 * 1024 * 1024 + 1))])
    document: Any = mine["document"]
    assert await refusal("getFile", file_id=document["file_id"]) == "Bad Request: file is too big"


async def test_what_only_some_messages_can_do_is_refused_to_the_others(
    refusal: Refusal, ask: Ask, person: Account
) -> None:
    text = await sent(ask, person)
    _, answer = await ask("sendPoll", chat_id=person.id, **QUIZ)
    poll = answer["result"]["message_id"]
    _, answer = await ask("sendDocument", chat_id=person.id, document="x")
    here = {"chat_id": person.id}
    await ask("pinChatMessage", **here, message_id=text)
    for method, params, reason in (
        ("pinChatMessage", {"message_id": text}, "CHAT_NOT_MODIFIED"),
        ("stopPoll", {"message_id": text}, "message is not a poll"),
        ("copyMessage", {"message_id": poll, "from_chat_id": person.id}, "message can't be copied"),
        ("copyMessage", {"message_id": 999, "from_chat_id": person.id}, "message to copy not found"),
        ("editMessageText", {"message_id": poll, "text": "x"}, "there is no text in the message to edit"),
        ("editMessageCaption", {"message_id": poll, "caption": "x"}, "there is no caption in the message to edit"),
        ("editMessageMedia", {"message_id": poll}, 'parameter "media" is required'),
        (
            "editMessageReplyMarkup",
            {"message_id": text, "reply_markup": {"keyboard": [["x"]]}},
            "inline keyboard expected",
        ),
    ):
        assert await refusal(method, **here, **params) == f"Bad Request: {reason}"


async def test_entities_and_markup_that_telegram_ignores(ask: Ask, world: World, person: Account) -> None:
    for entities in (
        "{",
        5,
        [{"type": "glow", "offset": 0, "length": 1}],
        [{"type": "bold", "offset": 9, "length": 1}],
    ):
        _, answer = await ask("sendMessage", chat_id=person.id, text="x", entities=entities, reply_parameters={})
        assert "entities" not in answer["result"]
    for markup in ({"inline_keyboard": []}, {}, ""):
        assert (await ask("sendMessage", chat_id=person.id, text="x", reply_markup=markup))[0] == 200
    await ask("sendMessage", chat_id=person.id, text="x", reply_markup={"force_reply": True})
    assert world.chat(person.id).reply_keyboard == {"force_reply": True}


async def test_a_copy_can_have_another_caption(ask: Ask, world: World, person: Account) -> None:
    (mine,) = world.send_documents(person.id, [Upload("a.txt", "", b"x")], "旧 #旧")
    copy = {"chat_id": person.id, "from_chat_id": person.id, "message_id": mine["message_id"], "caption": "新"}
    _, answer = await ask("copyMessage", **copy)
    copied = world.chat(person.id).messages[answer["result"]["message_id"]]
    assert copied["caption"] == "新"
    assert "caption_entities" not in copied


async def test_lenient_readings(ask: Ask, person: Account) -> None:
    assert (await ask("setWebhook", url=""))[0] == 200
    assert (await ask("setChatMenuButton", menu_button={"type": "default"}))[0] == 200
    assert (await ask("getChatMenuButton"))[1]["result"] == {"type": "default"}
    assert (await ask("getMyCommands", scope={"type": "default"}))[1]["result"] == []
    assert (await ask("getMyCommands", scope={"type": "all_group_chats"}))[1]["result"] == []
    assert (await ask("getChatMember", chat_id=person.id, user_id=100000001))[1]["result"]["status"] == "member"
    number = await sent(ask, person)
    assert (await ask("deleteMessages", chat_id=person.id, message_ids=[str(number)]))[0] == 200
    _, answer = await ask(
        "sendPoll",
        chat_id=person.id,
        question="问",
        options=["甲", "乙"],
        description="<b>说明</b>",
        description_parse_mode="HTML",
    )
    assert answer["result"]["poll"]["description_entities"][0]["type"] == "bold"
